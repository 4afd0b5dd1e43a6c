"""What becomes of somebody's part in teams: suspended, removed, or at work elsewhere."""

from datetime import timedelta

import pytest

from bot.features.communities.models import memberships
from bot.features.people.actions.admission import transfer
from bot.features.people.actions.placements import place
from bot.features.people.models import CameBy, placements
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from tests.features.communities_chat import asks, founds, link_of
from tests.features.imports_lists import adds, codes_of, table
from tests.features.people_school import School
from tests.town import Phone, Town


async def colleague(town: Town, school: School, name: str, *roles: Role) -> Phone:
    phone = town.person(name.split(maxsplit=1)[0])
    await school.registers(phone, name)
    for role in roles:
        await school.appoints(phone, role, school.nada)
    return phone


async def joins(lead: Phone, phone: Phone) -> None:
    await phone.says(f"/start {await link_of(lead)}")
    await phone.taps("انضمام")


async def puts_out(head: Phone, name: str, *presses: str, reason: str = "قرار إداري") -> None:
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps(name)
    await head.taps("إيقاف أو إنهاء")
    for label in presses:
        await head.taps(label)
    await head.says(reason)
    await head.taps(presses[0])


async def moves(town: Town, phone: Phone, unit: Unit) -> None:
    """Work elsewhere from now on, as a list says."""
    number = await town.person_id(phone)
    async with town.app.database.transaction() as tx:
        await transfer(tx, number, unit.id, CameBy.LIST)
    await town.settles()


async def parts(town: Town, phone: Phone) -> list[tuple[str, str]]:
    """How somebody stands and stood to teams, and what they were or are there."""
    rows = await town.rows(memberships, person_id=await town.person_id(phone))
    return [(row.state.value, row.role.value) for row in rows]


@pytest.mark.every_channel
async def test_a_lead_who_is_suspended_rests_and_comes_back_as_a_member(
    town: Town, school: School
) -> None:
    head = await colleague(town, school, "منى الراشد", Role.PRINCIPAL)
    sara = await colleague(town, school, "سارة العمري", Role.LEAD)
    noura = await colleague(town, school, "نورة القحطاني")
    await founds(sara)
    await joins(sara, noura)
    link = await link_of(sara)
    await puts_out(head, "سارة العمري", "إيقاف", "7 أيام")
    await noura.reads_on()
    noura.sees("تغيّرت قيادة حلقة الرياضيات", "انتقلت القيادة إليك")
    assert await parts(town, sara) == [("suspended", "member")]
    await sara.says(f"/start {link}")
    sara.sees("انتسابك موقوف")
    await noura.says("فرقي")
    await noura.taps("حلقة الرياضيات")
    noura.sees("عضوة واحدة")
    await town.moves(timedelta(days=7))
    await sara.reads_on()
    sara.sees("انتهى الإيقاف")
    assert await parts(town, sara) == [("active", "member")]
    await sara.says("فرقي")
    sara.sees_button("حلقة الرياضيات")


async def test_the_only_one_in_a_team_leads_it_again_after_a_suspension(
    town: Town, school: School
) -> None:
    head = await colleague(town, school, "منى الراشد", Role.PRINCIPAL)
    sara = await colleague(town, school, "سارة العمري", Role.LEAD)
    await founds(sara)
    await puts_out(head, "سارة العمري", "إيقاف", "7 أيام")
    await town.moves(timedelta(minutes=1))
    assert await parts(town, sara) == [("suspended", "lead")]
    await town.moves(timedelta(days=7))
    assert await parts(town, sara) == [("active", "lead")]


@pytest.mark.every_channel
async def test_who_is_removed_from_the_school_leaves_its_teams_and_the_link_stays_shut(
    town: Town, school: School
) -> None:
    head = await colleague(town, school, "منى الراشد", Role.PRINCIPAL)
    sara = await colleague(town, school, "سارة العمري", Role.LEAD)
    noura = await colleague(town, school, "نورة القحطاني")
    huda = await colleague(town, school, "هدى الشمري")
    await founds(sara)
    await joins(sara, noura)
    await asks(huda)
    link = await link_of(sara)
    await puts_out(head, "نورة القحطاني", "إنهاء الانتساب")
    await puts_out(head, "هدى الشمري", "إنهاء الانتساب")
    await town.moves(timedelta(minutes=1))
    assert await parts(town, noura) == [("removed", "member")]
    assert await parts(town, huda) == [("left", "member")]
    # let in at another school she still does not come back by the old link
    await moves(town, noura, school.murjan)
    await noura.says(f"/start {link}")
    noura.sees("انتهت عضويتك في حلقة الرياضيات", "بموافقة القيادة")
    assert await parts(town, noura) == [("removed", "member")]


@pytest.mark.every_channel
async def test_whom_the_lead_removed_does_not_come_back_by_the_old_link_but_by_the_lead(
    town: Town, school: School
) -> None:
    sara = await colleague(town, school, "سارة العمري", Role.LEAD)
    noura = await colleague(town, school, "نورة القحطاني")
    await founds(sara)
    link = await link_of(sara)
    await joins(sara, noura)
    await sara.says("فرقي")
    await sara.taps("حلقة الرياضيات")
    await sara.taps("إدارة الفريق")
    await sara.taps("الأعضاء")
    await sara.taps("نورة القحطاني")
    await sara.taps("إنهاء العضوية")
    await sara.taps("نعم، إنهاء العضوية")
    await noura.says(f"/start {link}")
    noura.sees("انتهت عضويتك في حلقة الرياضيات")
    await asks(noura)
    await sara.reads_on()
    await sara.taps("قبول")
    assert await parts(town, noura) == [("removed", "member"), ("active", "member")]
    # who was let in again and leaves by herself may come back by the link
    await noura.says("فرقي")
    await noura.taps("حلقة الرياضيات")
    await noura.taps("مغادرة الفريق")
    await noura.taps("نعم، مغادرة")
    await noura.says(f"/start {link}")
    await noura.taps("انضمام")
    assert (await parts(town, noura))[-1] == ("active", "member")


@pytest.mark.every_channel
async def test_a_lead_who_works_elsewhere_stays_a_member_and_leads_no_more(
    town: Town, school: School
) -> None:
    sara = await colleague(town, school, "سارة العمري", Role.LEAD)
    noura = await colleague(town, school, "نورة القحطاني")
    await founds(sara)
    await joins(sara, noura)
    await moves(town, sara, school.murjan)
    await noura.reads_on()
    noura.sees("انتقلت القيادة إليك")
    assert await parts(town, sara) == [("active", "member")]
    assert await parts(town, noura) == [("active", "lead")]


async def test_who_is_suspended_takes_no_part_by_another_place_or_a_slip(
    town: Town, school: School
) -> None:
    """Who works at two places is kept out at one of them, also by its links, its lists and its
    slips; at the other they go on."""
    admin = await colleague(town, school, "سعاد العمري")
    await school.appoints(admin, Role.ADMINISTRATOR, school.department)
    head = await colleague(town, school, "منى الراشد", Role.PRINCIPAL)
    sara = await colleague(town, school, "سارة العمري", Role.LEAD)
    noura = await colleague(town, school, "نورة القحطاني")
    await founds(sara)
    link = await link_of(sara)
    number = await town.person_id(noura)
    async with town.app.database.transaction() as tx:
        await tx.lock("person", number)
        await place(tx, number, school.department.id, CameBy.LIST)
    row = ["نورة سعد القحطاني", "مدرسة الندى", "معلمة", "رياضيات", "4411", ""]
    await adds(admin, table(row))
    await puts_out(head, "نورة القحطاني", "إيقاف", "7 أيام")
    await school.appoints(noura, Role.COORDINATOR, school.department)
    await noura.says(f"/start {link}")
    noura.sees("مشاركتك هناك موقوفة")
    await noura.says("فرقي")
    await noura.taps("استعراض الفرق")
    await noura.taps("البحث في الفرق")
    await noura.says("حلقة الرياضيات")
    await noura.taps("حلقة الرياضيات")
    noura.sees("الجهة: مدرسة الندى")
    noura.sees_no_button("طلب الانضمام")
    noura.sees_no_button("مغادرة الفريق")
    assert await parts(town, noura) == []
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("بانتظار الانضمام")
    await head.taps("نورة سعد القحطاني")
    code, _ = codes_of(head)
    await noura.says(f"/start s{code}")
    await noura.says("القحطاني")
    noura.sees("لا يكفي الرابط هنا")
    rows = await town.rows(placements, person_id=number, unit_id=school.nada.id)
    assert [each.standing.value for each in rows] == ["suspended"]
