"""A team's link is kept for whoever has to be let in first."""

from datetime import timedelta

import pytest

from bot.features.people.models import placements
from tests.features.communities_chat import founds, lead, link_of
from tests.features.people_school import School
from tests.features.test_admission import asks, has_head
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel
__all__ = ["lead", "town"]

KEPT = "الدعوة التي وصلتك محفوظة"


async def kept(town: Town, phone: Phone) -> list[bool]:
    """Of each request of theirs, the oldest first, whether a link is kept with it."""
    number = await town.person_id(phone)
    return [row.link is not None for row in await town.rows(placements, person_id=number)]


async def test_whoever_came_by_a_teams_link_finds_it_when_she_is_let_in(
    town: Town, school: School, lead: Phone
) -> None:
    head, sara, hind = await has_head(town, school), town.person("سارة"), town.person("هند")
    await school.answers()
    await founds(lead)
    code = await link_of(lead)
    await asks(sara, "سارة العمري", start=f"/start {code}")
    sara.sees("لدى الإدارة: منى الراشد", KEPT)
    # Hind asked elsewhere before somebody sent her the link.
    await asks(hind, "هند الدوسري", unit="المرجان")
    await hind.says(f"/start {code}")
    hind.sees("المرجان", KEPT)
    await hind.taps("طلب مكان آخر")
    await hind.says("الندى")
    if hind.offers("مدرسة الندى"):
        await hind.taps("مدرسة الندى")
    hind.sees("لدى الإدارة: منى الراشد", KEPT)
    assert await kept(town, hind) == [False, True]
    await town.moves(timedelta(days=1))
    await head.reads_on()
    await head.taps("عرض الطلبات")
    await head.taps("سارة العمري")
    await head.taps("قبول")
    await sara.reads_on()
    sara.sees("قُبل انتسابك إلى مدرسة الندى", KEPT)
    await sara.taps("فتح الدعوة")
    sara.sees("دعوة للانضمام", "حلقة الرياضيات")
    await sara.taps("الانضمام")
    sara.sees("أهلًا بك في حلقة الرياضيات")
    assert await kept(town, sara) == [False]
    # The button stays, and leads to the team that she belongs to by now.
    await school.lets_in(hind)
    await hind.reads_on()
    await hind.taps("لنبدأ")
    hind.sees("دعوة للانضمام", "حلقة الرياضيات", "ماذا نفعل اليوم؟")
    assert await kept(town, hind) == [False, False]
    await hind.taps("الانضمام")
    hind.sees("أهلًا بك في حلقة الرياضيات")


async def test_who_never_opens_it_has_it_no_more_after_a_month(
    town: Town, school: School, lead: Phone
) -> None:
    sara = town.person("سارة")
    await school.answers()
    await founds(lead)
    await asks(sara, "سارة العمري", start=f"/start {await link_of(lead)}")
    # However long it takes to be let in, it waits with her request.
    await town.moves(timedelta(days=40))
    await school.lets_in(sara)
    await sara.reads_on()
    sara.sees(KEPT)
    await town.moves(timedelta(days=29))
    assert await kept(town, sara) == [True]
    await town.moves(timedelta(days=2))
    assert await kept(town, sara) == [False]


async def test_a_link_that_leads_nowhere_any_more_says_so_and_goes_with_the_request(
    town: Town, school: School, lead: Phone
) -> None:
    head, sara, hind = await has_head(town, school), town.person("سارة"), town.person("هند")
    saad, noura, reem = town.person("سعد"), town.person("نورة"), town.person("ريم")
    await school.answers()
    await founds(lead)
    start = f"/start {await link_of(lead)}"
    await asks(sara, "سارة العمري", start=start)
    await asks(hind, "هند الدوسري", start=start)
    await asks(saad, "سعد الفهد", unit="الفلاح", gender="m", start=start)
    await asks(noura, "نورة القحطاني", start=start)
    await asks(reem, "ريم الحربي", start=start)
    # boys' school: what is said of this team is said once he belongs
    await school.lets_in(saad)
    await saad.reads_on()
    await saad.taps("لنبدأ")
    saad.sees("هذا الرابط خاص بمنسوبي مدرسة الندى", "ماذا نفعل اليوم؟")
    # an invitation of the school comes first, and the team's link is there at once
    await reem.says(f"/start {await school.invites('الندى')}")
    await reem.taps("أقبل")
    reem.sees("دعوة للانضمام", "حلقة الرياضيات")
    assert await kept(town, reem) == [False]
    await lead.taps("رابط جديد بدل هذا")
    await lead.taps("نعم، إنشاء رابط جديد")
    await school.lets_in(sara)
    await sara.reads_on()
    await sara.taps("فتح الدعوة")
    sara.sees("لم يعد رابط الفريق هذا يعمل")
    await sara.taps("لنبدأ")
    sara.sees("لم يعد رابط الفريق هذا يعمل", "ماذا نفعل اليوم؟", "فرق مدرسة الندى")
    # who is declined, or takes the request back, leaves nothing
    await head.reads_on()
    await head.says("/start")
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("طلبات الانتساب")
    await head.taps("هند الدوسري")
    await head.taps("اعتذار")
    await head.says("لم نجد اسمها في كشف المدرسة")
    await hind.reads_on()
    hind.sees("لم يُقبل طلب انتسابك")
    await noura.taps("سحب طلبي")
    await noura.taps("نعم")
    assert [await kept(town, each) for each in (hind, noura)] == [[False], [False]]
