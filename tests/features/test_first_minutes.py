"""The first minutes: how many taps and texts they take, and in whose words they are."""

from datetime import timedelta

import pytest

from bot.features.communities.models import MembershipState, memberships
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.models import profiles
from bot.packs.roles import Role
from tests.features.communities_chat import founds
from tests.features.counted import Counted
from tests.features.imports_lists import HUDA, adds, code_for, table
from tests.features.people_school import School
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]

SAUDI_WORDS = ("المتوسطة", "المرحلة", "معلم", "مدرستك", "مجتمع التعلم", "١")


async def test_registering_takes_five_taps_and_two_texts_and_joining_two_taps(
    town: Town, school: School
) -> None:
    """These numbers may fall, and never grow."""
    lead = town.person("مريم")
    await school.registers(lead, "مريم")
    await school.appoints(lead, Role.LEAD, school.nada)
    await founds(lead)
    await school.answers()
    sara = Counted(town.person("سارة"))
    await sara.starts()
    await sara.taps("السعودية", "المؤنث")
    await sara.says("سارة العلي", "الندى")
    await sara.taps("الرياضيات", "الابتدائي")
    sara.phone.sees("اكتمل تسجيلك", "وصل طلب انتسابك إلى مدرسة الندى")
    assert (sara.taps_made, sara.texts_written) == (5, 2)
    await school.lets_in(sara.phone)
    await sara.phone.reads_on()
    await sara.taps("لنبدأ")
    assert any("فرقي" in word for word in sara.phone.menu())
    before = sara.taps_made
    await sara.taps("حلقة الرياضيات")
    sara.phone.sees("ضعف حل المسائل")
    await sara.taps("تخط")
    assert sara.taps_made - before == 2
    sara.phone.sees("وصل طلبك إلى قيادة الفريق")
    (asked,) = await town.rows(memberships, state=MembershipState.ASKED)
    assert asked.person_id == await town.person_id(sara.phone)


async def test_by_invitation_it_takes_five_taps_and_one_text(town: Town, school: School) -> None:
    async with town.app.database.transaction() as tx:
        code = await invitation_actions.create_invitation(
            tx, None, school.atlas.id, Role.TEACHER, timedelta(days=3)
        )
    imane = Counted(town.person("إيمان"))
    await imane.starts(code)
    imane.phone.sees("ثانوية الأطلس", "بصفة أستاذ")
    await imane.taps("بدء التسجيل", "المؤنث")
    await imane.says("إيمان الربيعي")
    await imane.taps("الفلسفة" if imane.phone.offers("الفلسفة") else "اللغة العربية")
    await imane.taps("الإعدادي")
    imane.phone.sees("اكتمل تسجيلك في ثانوية الأطلس بصفة أستاذة")
    assert (imane.taps_made, imane.texts_written) == (5, 1)


async def test_by_a_slip_it_takes_three_taps_and_one_text_and_for_a_missing_school_seven_and_three(
    town: Town, school: School
) -> None:
    """These numbers may fall, and never grow; nor does that of the messages."""
    admin = await school.answers()
    await adds(admin, table(HUDA))
    head = town.person("أمل")
    await school.registers(head, "أمل الشهري")
    await school.appoints(head, Role.PRINCIPAL, school.nada)
    code, _ = await code_for(head, HUDA[0])
    huda = Counted(town.person("هدى"))
    await huda.starts(f"s{code}")
    await huda.says("القحطاني")
    await huda.taps("المؤنث", "الابتدائي")
    huda.phone.sees("مكانك في مدرسة الندى صار لك")
    assert (huda.taps_made, huda.texts_written) == (3, 1)
    sara = Counted(town.person("سارة"))
    await sara.starts()
    await sara.taps("السعودية", "المؤنث")
    await sara.says("سارة العلي", "ثانوية القمر")
    await sara.taps("إدارة تعليم الوادي", "مدرستي ليست في القائمة")
    await sara.says("ثانوية القمر")
    await sara.taps("الرياضيات", "الابتدائي")
    sara.phone.sees("طلبت إضافة ثانوية القمر")
    assert (sara.taps_made, sara.texts_written) == (7, 3)
    if not town.is_narrow:
        assert [messages(each.phone) for each in (huda, sara)] == [4, 4]


async def test_an_invitation_waits_for_whoever_reads_first(town: Town, school: School) -> None:
    """In another language, after the notice of how data is treated, and what a deletion takes."""
    async with town.app.database.transaction() as tx:
        code = await invitation_actions.create_invitation(
            tx, None, school.atlas.id, Role.TEACHER, timedelta(days=3)
        )
    driss = town.person("إدريس")
    await driss.says(f"/start {code}")
    driss.sees("وصلتك دعوة إلى", school.atlas.name)
    await driss.taps("الخصوصية")
    await driss.taps("رجوع")
    driss.sees("وصلتك دعوة إلى", school.atlas.name)
    # Whoever looks at what a deletion takes away, and does not delete, has lost nothing.
    await driss.taps("الخصوصية")
    await driss.taps("حذف بياناتي")
    await driss.taps("لا، رجوع")
    await driss.taps("رجوع")
    driss.sees("وصلتك دعوة إلى", school.atlas.name)
    await driss.taps("لغة أخرى")
    await driss.taps("Français")
    driss.sees("Vous avez une invitation", school.atlas.name)
    await driss.taps("S’inscrire")
    driss.sees_button("Au masculin")


def messages(phone: Phone) -> int:
    """How many messages the bot has sent there."""
    return sum(each.from_bot for each in phone.messages())


async def test_whoever_works_in_morocco_is_asked_in_moroccan_words(
    town: Town, school: School
) -> None:
    await school.answers()
    driss = town.person("إدريس")
    await driss.says("/start")
    before = len(driss.transcript())
    await driss.taps("المغرب")
    driss.sees("جماعة الممارسات المهنية")
    await driss.taps("المذكر")
    await driss.says("إدريس النوري")
    driss.sees("مؤسستك")
    await driss.says("الأطلس")
    await driss.taps("اللغة العربية")
    driss.sees_button("الثانوي الإعدادي")
    await driss.says("/privacy")
    await driss.says("/menu")
    await driss.taps("إكمال")
    await driss.taps("الثانوي الإعدادي")
    driss.sees("وصل طلب انتسابك إلى ثانوية الأطلس")
    since = driss.transcript()[before:]
    assert [word for word in SAUDI_WORDS if word in since] == []


async def test_whoever_does_not_find_their_school_is_led_on(town: Town, school: School) -> None:
    sara = town.person("سارة")
    await school.answers()
    await sara.says("/start")
    for label in ("السعودية", "المؤنث"):
        await sara.taps(label)
    await sara.says("سارة")
    await sara.says("الأطلس")
    sara.sees("لم أجد شيئًا يشبه «الأطلس»")
    await sara.taps("إدارة تعليم الساحل")
    sara.sees_button("مدرسة المرجان")
    await sara.taps("ليست في القائمة")
    sara.sees("أليست مدرستك في القائمة؟")
    await sara.taps("رجوع")
    await sara.says("بلوتونيوم")
    await sara.taps("إدارة تعليم الوادي")
    await sara.taps("مدرسة الفلاح")
    await sara.taps("العلوم")
    await sara.taps("الثانوية")
    sara.sees("وصل طلب انتسابك إلى مدرسة الفلاح")
    await school.lets_in(sara)
    (row,) = await town.rows(profiles, person_id=await town.person_id(sara))
    assert row.unit_id == school.falah.id


async def test_a_school_that_takes_nobody_who_asks_says_so_at_once(
    town: Town, school: School
) -> None:
    """And not after the last question; another one can be named there."""
    head = town.person("منى")
    await school.registers(head, "منى الراشد")
    await school.appoints(head, Role.PRINCIPAL, school.nada)
    sara = town.person("سارة")
    await sara.says("/start")
    for label in ("السعودية", "المؤنث"):
        await sara.taps(label)
    await sara.says("سارة العلي")
    await sara.says("المرجان")
    sara.sees("الانتساب هنا (مدرسة المرجان) بدعوة أو قائمة فقط")
    await sara.says("الندى")
    sara.sees("ماذا تدرّسين")
