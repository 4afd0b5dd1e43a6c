"""What teams, meetings, practices and roles ask once more before it cannot be undone."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import or_, update

from bot.features.communities.models import MembershipState, TeamState, memberships, teams
from bot.features.people.models import InvitationState, RoleState, invitations, roles
from bot.features.practices.models import PracticeState, practices
from bot.packs.roles import Role
from bot.storage.secret_codes import digest_of
from tests.features import test_meetings_chat as meetings_chat
from tests.features.communities_chat import asks, founds, link_of
from tests.features.people_school import School
from tests.features.test_communities import lead
from tests.features.test_meetings_chat import MeetingSchool
from tests.features.test_people_invitations import invite
from tests.features.test_practices import Story, begin_sharing, story
from tests.town import Phone, Town, town

__all__ = ["lead", "story", "town"]

circle = meetings_chat.school
"""Noura leads a team to which Huda and Khalid belong."""


@pytest.fixture
async def principal(town: Town, school: School) -> Phone:
    huda = town.person("هدى")
    await school.registers(huda, "هدى")
    await school.appoints(huda, Role.PRINCIPAL, school.nada)
    return huda


async def leads_page(story: Story, *ways: str) -> None:
    await story.noura.says("فرقي")
    for way in ("فريق القراءة", "إدارة الفريق", *ways):
        await story.noura.taps(way)


# Teams


async def test_a_link_that_others_hold_ends_only_when_that_is_confirmed(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    code = await link_of(lead)
    await lead.taps("رابط جديد بدل هذا")
    lead.sees("هل أستبدل رابط حلقة الرياضيات برابط جديد؟", "يتوقف الرابط الحالي فورًا")
    assert lead.buttons() == ["نعم، إنشاء رابط جديد", "لا، رجوع"]
    (team,) = await town.rows(teams)
    assert team.link_digest == digest_of(code)
    await lead.taps("لا، رجوع")
    lead.sees(code)
    await lead.taps("رابط جديد بدل هذا")
    await lead.taps("نعم، إنشاء رابط جديد")
    lead.sees("لم يعد الرابط القديم يعمل")
    (team,) = await town.rows(teams)
    assert team.link_digest != digest_of(code)


async def test_two_presses_on_the_confirmation_make_one_link(
    town: Town, school: School, lead: Phone
) -> None:
    """What the first press showed may have been sent to colleagues by then."""
    await founds(lead)
    old = await link_of(lead)
    await lead.taps("رابط جديد بدل هذا")
    page = lead.last()
    (yes,) = [b["callback_data"] for b in page.buttons() if "نعم" in b["text"]]
    shown = []
    for _ in range(2):
        await lead._act(town.simulator.press(lead.id, page.message_id, yes, forged=True))
        lead.sees("لم يعد الرابط القديم يعمل")
        shown.append(lead.link())
        (team,) = await town.rows(teams)
        assert team.link_digest == digest_of(shown[-1])
    assert shown[0] == shown[1] != old


async def test_a_lead_that_has_been_handed_over_makes_no_new_link(story: Story) -> None:
    await leads_page(story, "رابط الدعوة", "رابط جديد بدل هذا")
    async with story.town.app.database.transaction() as tx:
        own = memberships.c.person_id == story.people["نورة"].id
        await tx.execute(update(memberships).where(own).values(role="member"))
    await story.noura.taps("نعم، إنشاء رابط جديد")
    story.noura.sees("هذا من صلاحية قيادة الفريق وحدها")
    (team,) = await story.town.rows(teams)
    assert team.link_digest == story.team.link_digest


async def test_closing_says_how_many_hear_of_it(story: Story) -> None:
    await leads_page(story, "إغلاق الفريق")
    story.noura.sees("إغلاق فريق القراءة نهائيًا؟", "يصل الخبر إلى شخصين.")
    (team,) = await story.town.rows(teams)
    assert team.state is TeamState.ACTIVE


async def test_handing_over_says_how_many_hear_of_it(story: Story) -> None:
    await leads_page(story, "الأعضاء والمهام", "مريم", "تسليم القيادة")
    story.noura.sees("هل تنتقل قيادة فريق القراءة إلى مريم؟", "يصل الخبر إلى شخصين.")


async def test_what_binds_a_team_is_changed_with_the_number_of_those_told(story: Story) -> None:
    await leads_page(story, "تعديل الفريق")
    story.noura.sees("👥 فريق القراءة", "يصل الخبر إلى شخصين.")


async def test_the_last_one_is_told_that_the_team_ends(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    await lead.says("فرقي")
    await lead.taps("حلقة الرياضيات")
    await lead.taps("مغادرة الفريق")
    lead.sees("لم يبقَ غيرك في حلقة الرياضيات", "ينتهي عمل الفريق نهائيًا")
    await lead.taps("لا، البقاء")
    (team,) = await town.rows(teams)
    assert team.state is TeamState.ACTIVE


async def test_a_reason_is_given_for_a_request_by_name(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await asks(sara)
    await lead.taps("اعتذار")
    lead.sees("هذا اعتذار عن طلب سارة.")
    assert await town.rows(memberships, state=MembershipState.DECLINED) == []


# Meetings


async def test_a_meeting_is_called_with_the_number_of_those_invited(circle: MeetingSchool) -> None:
    await circle.calls_a_meeting()
    circle.noura.sees("تصل الدعوة إلى شخصين.")


@pytest.mark.parametrize("act", ["إلغاء الاجتماع", "تغيير الموعد", "تغيير المكان أو الرابط"])
async def test_a_change_of_a_meeting_says_which_when_and_who_is_told(
    circle: MeetingSchool, act: str
) -> None:
    await circle.meets()
    noura = circle.noura
    await noura.taps(act)
    answers: dict[str, Callable[[], Awaitable[None]]] = {
        "إلغاء الاجتماع": lambda: noura.says("ظرف طارئ"),
        "تغيير الموعد": lambda: noura.says("الأحد الساعة ٤ عصرا"),
        "تغيير المكان أو الرابط": lambda: noura.says("المكتبة"),
    }
    await answers[act]()
    noura.sees("تحليل نتائج الاختبار", "الخميس 26 نوفمبر 2026", "👥 فريق", "يصل الخبر إلى شخصين.")
    circle.huda.sees_nothing()


# Practices


async def test_a_practice_is_shared_with_the_number_of_its_readers(story: Story) -> None:
    maryam = story.maryam
    await begin_sharing(maryam, "فريقي «فريق القراءة»")
    await maryam.taps("تخطّي السؤال")
    await maryam.taps("تخطّي السؤال")
    maryam.sees("يصل الخبر إلى شخصين.")
    await maryam.corrects("لمن")
    await maryam.taps("جميع منسوبي")
    maryam.sees("يمكن أن يطّلع عليها 3 أشخاص.")


async def test_only_who_can_find_a_practice_is_counted(story: Story) -> None:
    """The teachers of boys, who never see it, are not told, and nobody is told twice; whoever
    oversees them is told."""
    department, maryam = story.department, story.maryam
    await department.person("خالد", "مدرسة الفلاح", number=901, gender="m", role=Role.PRINCIPAL)
    await department.person("ريم", "مدرسة المرجان", number=902)
    await department.person("هيا", "مدرسة الندى", number=903, role=Role.PRINCIPAL)
    valley = "إدارة تعليم الوادي"
    await department.person("ليلى", valley, number=904, role=Role.SUPERVISOR)
    await department.person("سامي", valley, number=905, gender="m")
    await begin_sharing(maryam, "جميع منسوبي")
    await maryam.taps("تخطّي السؤال")
    await maryam.taps("تخطّي السؤال")
    maryam.sees("يمكن أن يطّلع عليها 5 أشخاص.")


async def test_a_practice_is_hidden_by_its_name(story: Story) -> None:
    await story.shared(team_id=story.team.id)
    await story.noura.taps("قراءة الممارسة")
    await story.noura.taps("إخفاء عن الآخرين")
    await story.noura.says("فيها اسم طالبة")
    story.noura.sees("القراءة الجهرية المتدرجة", "بقلم مريم، مدرسة الندى")
    (row,) = await story.town.rows(practices)
    assert row.state is PracticeState.SHARED


# Roles and invitations


async def opens_sara(principal: Phone) -> None:
    await principal.says("/profile")
    await principal.taps("الأشخاص والأدوار")
    await principal.taps("سارة")


async def test_a_role_is_given_and_ended_only_when_that_is_confirmed(
    town: Town, school: School, principal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await opens_sara(principal)
    await principal.taps("تكليف بدور: معلمة قائدة")
    principal.sees("هل أسند إلى سارة هذا الدور: معلمة قائدة – مدرسة الندى؟", "يصلها الخبر")
    sara.sees_nothing()
    assert await town.rows(roles, role=Role.LEAD) == []
    await principal.taps("لا، رجوع")
    await principal.taps("تكليف بدور: معلمة قائدة")
    await principal.taps("نعم، إسناد الدور")
    sara.sees("دورك الآن في مدرسة الندى")
    await principal.taps("إنهاء الدور")
    principal.sees("هل أنهي دور سارة: معلمة قائدة – مدرسة الندى؟", "تتوقف صلاحيات الدور فورًا")
    sara.sees_nothing()
    assert len(await town.rows(roles, role=Role.LEAD, state=RoleState.ACTIVE)) == 1
    await principal.taps("نعم، إنهاء الدور")
    sara.sees("انتهى دورك في مدرسة الندى")


async def test_who_lost_the_right_between_gives_and_ends_nothing(
    town: Town, school: School, principal: Phone
) -> None:
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await school.appoints(sara, Role.LEAD, school.nada)
    await opens_sara(principal)
    await principal.taps("إنهاء الدور: معلمة قائدة")
    async with town.app.database.transaction() as tx:
        await tx.execute(
            update(roles).where(roles.c.role == Role.PRINCIPAL).values(state=RoleState.ENDED)
        )
    await principal.taps("نعم، إنهاء الدور")
    sara.sees_nothing()
    assert len(await town.rows(roles, role=Role.LEAD, state=RoleState.ACTIVE)) == 1


async def test_the_right_is_asked_before_who_holds_the_role_is_told(
    town: Town, school: School, principal: Phone
) -> None:
    """Buttons from the time when she was the supervisor too."""
    sara = town.person("سارة")
    await school.registers(sara, "سارة")
    await school.appoints(sara, Role.PRINCIPAL, school.nada)
    await school.appoints(principal, Role.SUPERVISOR, school.nada)
    await opens_sara(principal)
    page = principal.last()
    buttons = {b["text"]: b["callback_data"] for b in page.buttons()}
    (end,) = [data for text, data in buttons.items() if "إنهاء الدور: مديرة" in text]
    (give,) = [data for text, data in buttons.items() if "تكليف بدور: منسقة" in text]
    sara_is = roles.c.person_id == await town.person_id(sara)
    async with town.app.database.transaction() as tx:
        await tx.execute(
            update(roles)
            .where(or_(roles.c.role == Role.SUPERVISOR, sara_is & (roles.c.role == Role.PRINCIPAL)))
            .values(state=RoleState.ENDED)
        )
    await school.appoints(sara, Role.COORDINATOR, school.nada)
    for data in (end, give):
        await principal._act(town.simulator.press(principal.id, page.message_id, data, forged=True))
        principal.sees("صلاحياتك لا تشمل ذلك هناك")
    sara.sees_nothing()


async def test_who_ends_their_own_role_is_led_home(town: Town, school: School) -> None:
    """With the role goes the right to look after the unit, and its pages with it."""
    huda, other = town.person("هدى"), town.person("أمينة")
    for each, name in ((huda, "هدى"), (other, "أمينة")):
        await school.registers(each, name)
        await school.appoints(each, Role.ADMINISTRATOR, school.nada)
    await huda.says("/profile")
    await huda.taps("الأشخاص والأدوار")
    await huda.taps("هدى")
    await huda.taps("إنهاء الدور: مديرة النظام")
    huda.sees("هل أنهي دورك: مديرة النظام – مدرسة الندى؟")
    await huda.taps("نعم، إنهاء الدور")
    huda.sees("انتهى دورك.", "مكان العمل: مدرسة الندى")
    huda.sees_no_button("الأشخاص والأدوار")
    [left] = await town.rows(roles, role=Role.ADMINISTRATOR, state=RoleState.ACTIVE)
    assert left.person_id == await town.person_id(other)


async def test_an_invitation_ends_only_when_that_is_confirmed(
    town: Town, school: School, principal: Phone
) -> None:
    code = await invite(principal, "معلمة", "30 يومًا")
    await school.registers(town.person("سارة"), "سارة", unit="", start=f"/start {code}")
    await principal.says("/profile")
    await principal.taps("دعواتي")
    await principal.taps("سحب الدعوة رقم 1")
    principal.sees("مدرسة الندى", code, "انضم عبرها شخص واحد", "هل أسحب هذه الدعوة؟")
    assert await town.rows(invitations, state=InvitationState.WITHDRAWN) == []
    await principal.taps("لا، رجوع")
    await principal.taps("سحب الدعوة رقم 1")
    page = principal.last()
    (yes,) = [b["callback_data"] for b in page.buttons() if "نعم" in b["text"]]
    for word in ("سُحبت الدعوة.", "كانت هذه الدعوة منتهية."):
        press = town.simulator.press(principal.id, page.message_id, yes, forged=True)
        await principal._act(press)
        principal.sees(word)


async def test_a_move_names_the_roles_that_it_ends(
    town: Town, school: School, principal: Phone
) -> None:
    await school.answers()
    await principal.says("/profile")
    await principal.taps("الإعدادات")
    await principal.taps("مكان العمل")
    await principal.says("المرجان")
    await principal.taps("مدرسة المرجان")
    principal.sees("ينتهي مع الانتقال: مديرة المدرسة", "هل أتابع؟")
    held = await town.rows(roles, role=Role.PRINCIPAL, state=RoleState.ACTIVE)
    assert [row.unit_id for row in held] == [school.nada.id]
    await principal.taps("نعم، تغيير مكان العمل")
    principal.sees("مدرسة المرجان")
    await school.lets_in(principal)
    assert await town.rows(roles, role=Role.PRINCIPAL, state=RoleState.ACTIVE) == []


async def test_a_move_that_ends_no_role_takes_no_tap_more(town: Town, school: School) -> None:
    sara = town.person("سارة")
    await school.answers()
    await school.registers(sara, "سارة")
    await sara.says("/profile")
    await sara.taps("الإعدادات")
    await sara.taps("مكان العمل")
    await sara.says("المرجان")
    await sara.taps("مدرسة المرجان")
    sara.sees("وصل طلب انتسابك إلى مدرسة المرجان")
