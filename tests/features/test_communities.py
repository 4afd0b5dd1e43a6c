"""Teams as chats: founding, finding, asking, joining, leading, leaving."""

import asyncio

import pytest

from bot.features.communities.models import (
    MemberRole,
    MembershipState,
    TeamState,
    memberships,
    teams,
)
from bot.features.people.models import RoleState, roles
from bot.packs.roles import Role
from tests.features.communities_chat import asks, button, founds, lead, link_of
from tests.features.people_school import School, hands_on
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["lead", "town"]


async def test_a_lead_founds_a_team_and_reviews_it_first(
    town: Town, school: School, lead: Phone
) -> None:
    await lead.says("فرقي")
    lead.sees("لستِ في أي فريق بعد")
    await lead.taps("تأسيس فريق")
    await lead.says("حلقة الرياضيات")
    lead.sees("اذكري صعوبة التعلم")
    await lead.says("ضعف حل المسائل اللفظية")
    await lead.says("١- تحليل الأخطاء\n٢- زيارات صفية")
    lead.sees("نحضر مستعدين وفي الموعد.")
    await lead.taps("اعتماد هذه القواعد")
    await lead.taps("بحث إجرائي")
    await lead.taps("عن بُعد")
    lead.sees("• تحليل الأخطاء", "• نصغي، وكل رأي محترم.", "مدرسة الندى")
    await lead.taps("تأسيس الفريق")
    lead.sees("تأسّس الفريق وأنتِ قائدته", "عضوة واحدة:", "مريم (قائدة الفريق)")
    (row,) = await town.rows(teams)
    assert (row.unit_id, row.goals) == (school.nada.id, ["تحليل الأخطاء", "زيارات صفية"])


async def test_what_does_not_fit_is_explained_and_nothing_is_lost(
    town: Town, school: School, lead: Phone
) -> None:
    await lead.says("فرقي")
    await lead.taps("تأسيس فريق")
    await lead.says("حلقة الرياضيات")
    await lead.says("ضعف حل المسائل")
    await lead.says("123")
    lead.sees("اكتبي نصًا من فضلك")
    await lead.says("\n".join(f"هدف رقم {n}" for n in "أبجدهو"))
    lead.sees("نصك 6 أسطر، والحد 5 أسطر")
    await lead.says("كلمة " * 40)
    lead.sees("أحد الأسطر طويل")
    await lead.sends("photo")
    lead.sees("الملف")
    await lead.says("هدف واحد")
    lead.sees("قواعد")


async def test_a_plain_teacher_is_told_whom_to_ask(town: Town, school: School) -> None:
    huda, sara = town.person("هدى"), town.person("سارة")
    await school.registers(huda, "هدى العمر")
    await school.appoints(huda, Role.PRINCIPAL, school.nada)
    await school.registers(sara, "سارة")
    await sara.says("فرقي")
    sara.sees_no_button("تأسيس فريق")
    await founds(huda)
    await huda.says("فرقي")
    async with town.app.database.transaction() as tx:
        await tx.execute(
            roles.update().where(roles.c.role == Role.PRINCIPAL).values(role=Role.PARTNER)
        )
    await huda.taps("تأسيس فريق")
    huda.sees("لتأسيس فريق يلزم تكليف")


async def test_a_unit_has_one_team_of_a_name(town: Town, school: School, lead: Phone) -> None:
    await founds(lead)
    await founds(lead)
    lead.sees("في جهة عملك فريق باسم «حلقة الرياضيات»")
    await lead.corrects("اسم الفريق")
    await lead.says("حلقة الهندسة")
    await lead.taps("تأسيس الفريق")
    lead.sees("تأسّس الفريق")
    assert len(await town.rows(teams)) == 2


async def test_a_teacher_asks_and_the_lead_accepts(town: Town, school: School, lead: Phone) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await sara.says("فرقي")
    await sara.taps("استعراض الفرق")
    await sara.taps("حلقة الرياضيات")
    old = sara.last()
    await asks(sara, word="عندي تجارب في حل المسائل")
    sara.sees("وصل طلبك إلى قيادة الفريق")
    lead.sees("تطلب سارة الانضمام إلى حلقة الرياضيات.", "المادة: الرياضيات", "عندي تجارب")
    await lead.taps("قبول")
    lead.sees("أصبحت سارة عضوة في الفريق، ويصلها الخبر.")
    sara.sees("خبر سار: قُبل طلبك، فأهلًا بك في حلقة الرياضيات!")
    await sara.taps("صفحة الفريق")
    sara.sees("مريم (قائدة الفريق)", "• سارة", "عضوتان:")
    await sara.presses(old, button(old, "طلب الانضمام"))
    sara.sees("أنتِ عضوة في هذا الفريق.")


async def test_a_request_is_declined_with_a_reason(town: Town, school: School, lead: Phone) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await asks(sara)
    await lead.taps("اعتذار")
    lead.sees("ما السبب؟")
    await lead.says("الفريق لمعلمات الصف الرابع هذا العام")
    lead.sees("لم يُقبل الطلب، وسيصل السبب إلى سارة.")
    sara.sees("لم يُقبل طلب انضمامك", "الفريق لمعلمات الصف الرابع هذا العام")
    await asks(sara)
    sara.sees("وصل طلبك")
    states = [row.state for row in await town.rows(memberships, role=MemberRole.MEMBER)]
    assert states == [MembershipState.DECLINED, MembershipState.ASKED]


async def test_two_presses_of_accept_are_one_membership(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await asks(sara)
    notice = lead.last()
    await lead.says("فرقي")
    await lead.taps("طلب واحد ينتظر")
    page = lead.last()
    accept = button(notice, "قبول")
    await asyncio.gather(
        *(town.platform.press(lead.id, notice.message_id, accept) for _ in range(2))
    )
    await town.settles()
    lead.sees("سارة عضوة في الفريق.")
    await lead.presses(page, button(page, "اعتذار"))
    lead.sees("سارة عضوة في الفريق.")
    assert len(await town.rows(memberships, state=MembershipState.ACTIVE)) == 2


async def test_a_colleague_joins_by_link_even_before_registering(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    code = await link_of(lead)
    assert hands_on(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {code}")
    sara.sees("والانضمام موافقة على قواعد عمله", "• نصغي")
    # It is a screen like any other: it leads on in its place.
    opened = sara.last()
    await sara.taps("الانضمام إلى الفريق")
    sara.sees("أهلًا بك في حلقة الرياضيات!")
    assert town.is_narrow or sara.last().message_id == opened.message_id
    lead.sees("انضمت سارة إلى حلقة الرياضيات بالرابط.")
    await sara.says(f"/start {code}")
    sara.sees_button("مغادرة الفريق")
    await lead.says("/menu")
    await link_of(lead)
    await lead.taps("رابط جديد بدل هذا")
    await lead.taps("نعم، إنشاء رابط جديد")
    lead.sees("لم يعد الرابط القديم يعمل.")
    nora = town.person("نورة")
    await school.registers(nora, "نورة")
    await nora.says(f"/start {code}")
    nora.sees("لم يعد رابط الفريق هذا يعمل")


async def test_a_dead_team_link_does_not_stop_a_registration(town: Town, school: School) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start="/start txxxxxxxxxxxx")
    sara.sees("لم يعد رابط الفريق هذا يعمل")


async def test_girls_and_boys_schools_do_not_find_each_other(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    code = await link_of(lead)
    ali, mona = town.person("علي"), town.person("منى")
    await school.registers(ali, "علي", "الفلاح", "m")
    await school.registers(mona, "منى", "المرجان")
    for phone in (ali, mona):
        await phone.says("فرقي")
        await phone.taps("استعراض الفرق")
        phone.sees("لا فريق في جهة عملك بعد")
        await phone.taps("البحث في الفرق")
        await phone.says("المسائل اللفظية")
        phone.sees("لم أجد فريقًا متاحًا لك")
    await ali.says(f"/start {code}")
    ali.sees("هذا الرابط خاص بمنسوبي مدرسة الندى.")
    await mona.says(f"/start {code}")
    mona.sees("هذه دعوة للانضمام")


async def test_a_search_forgives_and_a_supervisor_finds_all(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    amal = town.person("أمل")
    await school.registers(amal, "أمل", "إدارة تعليم الوادي")
    await amal.says("فرقي")
    await amal.taps("استعراض الفرق")
    await amal.taps("البحث في الفرق")
    await amal.says("الرياضيات")
    amal.sees("لم أجد فريقًا")
    await school.appoints(amal, Role.SUPERVISOR, school.department)
    await amal.taps("بحث آخر")
    await amal.says("مسايل لفظيه")
    amal.sees("فريق واحد عن")
    await amal.taps("حلقة الرياضيات")
    amal.sees("القيادة: مريم", "عضوة واحدة")


async def test_the_lead_writes_role_cards_hands_over_and_leaves(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {await link_of(lead)}")
    await sara.taps("الانضمام إلى الفريق")
    await lead.says("فرقي")
    await lead.taps("حلقة الرياضيات (بقيادتك)")
    await lead.taps("مغادرة الفريق")
    await lead.taps("نعم، مغادرة")
    lead.sees("أنتِ القائدة الوحيدة في حلقة الرياضيات. سلّمي القيادة")
    await lead.taps("لا، البقاء")
    await lead.taps("الأعضاء")
    await lead.taps("سارة")
    await lead.taps("كتابة بطاقة المهام")
    await lead.taps("كتابة المحضر")
    lead.sees("بطاقة المهام في حلقة الرياضيات: كتابة المحضر")
    sara.sees("كتبت مريم في بطاقة مهامك", "كتابة المحضر")
    await lead.taps("تسليم القيادة")
    await lead.taps("نعم، تسليم القيادة")
    lead.sees("سارة (قائدة الفريق): كتابة المحضر", "انتقلت قيادة حلقة الرياضيات منك إلى سارة")
    sara.sees("سلّمتك مريم قيادة حلقة الرياضيات.")
    lead.sees_button("صفحة الفريق")
    await lead.says("فرقي")
    await lead.taps("حلقة الرياضيات")
    lead.sees_no_button("إدارة الفريق")
    await lead.taps("مغادرة الفريق")
    await lead.taps("نعم، مغادرة")
    lead.sees("غادرت حلقة الرياضيات، وأهلًا بك متى شئت.")
    sara.sees("خرجت مريم من حلقة الرياضيات.")


async def test_a_member_is_removed_politely(town: Town, school: School, lead: Phone) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {await link_of(lead)}")
    await sara.taps("الانضمام إلى الفريق")
    await lead.says("فرقي")
    await lead.taps("حلقة الرياضيات")
    await lead.taps("الأعضاء")
    await lead.taps("سارة")
    await lead.taps("إنهاء العضوية")
    lead.sees("هل تنتهي عضوية سارة في حلقة الرياضيات؟")
    await lead.taps("نعم، إنهاء العضوية")
    lead.sees("انتهت عضوية سارة في الفريق.")
    sara.sees("انتهت عضويتك في حلقة الرياضيات بقرار من القيادة.")
    await sara.says("فرقي")
    sara.sees("لستِ في أي فريق بعد")


async def test_goals_are_edited_and_the_members_are_told(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {await link_of(lead)}")
    await sara.taps("الانضمام إلى الفريق")
    await lead.says("فرقي")
    await lead.taps("حلقة الرياضيات")
    await lead.taps("إدارة الفريق")
    await lead.taps("تعديل الفريق")
    lead.sees("• تحليل أخطاء الطالبات")
    await lead.corrects("الأهداف")
    await lead.says("رفع نسبة الإتقان")
    await lead.taps("حفظ")
    lead.sees("حُفظ التعديل", "• رفع نسبة الإتقان")
    sara.sees("عدّلت مريم في حلقة الرياضيات: الأهداف.")


async def test_a_closed_team_answers_those_who_wait(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara, nora = town.person("سارة"), town.person("نورة")
    await school.registers(sara, "سارة", start=f"/start {await link_of(lead)}")
    await sara.taps("الانضمام إلى الفريق")
    await school.registers(nora, "نورة")
    await asks(nora)
    await lead.says("فرقي")
    await lead.taps("حلقة الرياضيات")
    await lead.taps("إدارة الفريق")
    await lead.taps("إغلاق الفريق")
    await lead.taps("نعم، إغلاق الفريق")
    lead.sees("انتهى عمل الفريق")
    sara.sees("انتهى عمل حلقة الرياضيات. شكرًا على إسهامك")
    nora.sees("قبل الرد على طلبك")
    (row,) = await town.rows(teams)
    assert row.state is TeamState.CLOSED
    await sara.taps("صفحة الفريق")
    sara.sees("أنهى هذا الفريق عمله.")
    sara.sees_no_button("مغادرة")


async def test_a_right_is_checked_again_when_an_old_button_is_pressed(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    await lead.says("فرقي")
    await lead.taps("حلقة الرياضيات")
    await lead.taps("إدارة الفريق")
    await lead.taps("إغلاق الفريق")
    old = lead.last()
    async with town.app.database.transaction() as tx:
        await tx.execute(memberships.update().values(role=MemberRole.MEMBER))
    await lead.presses(old, button(old, "نعم"))
    lead.sees("هذا من صلاحية قيادة الفريق وحدها.")
    (row,) = await town.rows(teams)
    assert row.state is TeamState.ACTIVE


async def test_a_lead_who_deletes_their_data_leaves_the_team_in_good_hands(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة", start=f"/start {await link_of(lead)}")
    await sara.taps("الانضمام إلى الفريق")
    await lead.says("/privacy")
    await lead.taps("حذف بياناتي")
    lead.sees("أنتِ القائدة الوحيدة في حلقة الرياضيات: سلّمي القيادة أولًا")
    await lead.taps("نعم، حذف كل شيء")
    lead.sees("حُذفت بياناتك")
    sara.sees("ولأن عضويتك هي الأقدم انتقلت القيادة إليك")
    (row,) = await town.rows(memberships, state=MembershipState.ACTIVE)
    assert (row.person_id, row.role) == (await town.person_id(sara), MemberRole.LEAD)
    assert await town.rows(roles, role=Role.LEAD, state=RoleState.ACTIVE) == []
