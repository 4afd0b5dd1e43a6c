"""What those who let people in are told of who waits, however they came to wait there."""

from datetime import timedelta

import pytest

from bot.chat.incoming import Address
from bot.chat.person import add_visitor
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import unit_changes
from bot.features.people.actions.people import Registration
from bot.features.people.models import Answerer, UnitStanding, placements
from bot.features.people.queries.units import Unit, unit
from bot.packs.roles import Role
from tests.features.people_school import School
from tests.features.test_admission import asks, has_head
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel
MANY = 23
"""More than follow in one transaction."""


async def has(town: Town, school: School, name: str, role: Role, unit: Unit) -> Phone:
    phone = town.person(name.split(maxsplit=1)[0])
    await school.registers(phone, name, unit.name)
    await school.appoints(phone, role, unit)
    return phone


async def above(town: Town, place: Unit) -> Unit:
    async with town.app.database.reading() as tx:
        found = await unit(tx, place.parent_id or 0)
    assert found is not None
    return found


async def many_ask(town: Town, unit: Unit) -> None:
    async with town.app.database.transaction() as tx:
        for number in range(MANY):
            phone = town.person(f"معلمة {number}", number=8000 + number)
            address = Address(town.channel, str(phone.id))
            visitor, _ = await add_visitor(tx, address, "SA", "ar")
            draft = Registration(
                f"معلمة {number}", "f", unit.id, ("arabic",), ("primary",), "SA", "Asia/Riyadh",
                "arab",
            )  # fmt: skip
            await people_actions.register(tx, visitor, draft)
    await town.settles()


def told(phone: Phone, words: str) -> int:
    """How many messages on the phone say so."""
    return sum(words in each.shown_text for each in phone.messages() if each.from_bot)


async def test_whoever_is_let_in_keeps_no_news_back(town: Town, school: School) -> None:
    head, sara, hind = await has_head(town, school), town.person("سارة"), town.person("هند")
    boss = await has(town, school, "أمل العنزي", Role.SUPERVISOR, school.department)
    await asks(sara, "سارة العمري")
    await head.reads_on()
    head.sees("تطلب سارة العمري الانتساب")
    # Then she comes by a link, and somebody else asks some minutes later.
    await sara.says(f"/start {await school.invites('الندى')}")
    await sara.taps("أقبل")
    await town.moves(timedelta(minutes=5))
    await asks(hind, "هند الدوسري")
    await head.reads_on()
    head.sees("تطلب هند الدوسري الانتساب")
    # What those above are told is none of the head's news.
    await town.moves(timedelta(days=5))
    await boss.reads_on()
    boss.sees("تطلب هند الدوسري الانتساب")
    await town.moves(timedelta(minutes=5))
    await asks(town.person("ريم"), "ريم الحربي")
    await head.reads_on()
    head.sees("تطلب ريم الحربي الانتساب")
    boss.sees_nothing()


async def test_of_a_school_that_becomes_part_of_another_all_who_wait_are_told_of_once(
    town: Town, school: School
) -> None:
    await has_head(town, school)
    mona = await has(town, school, "منى العبدالله", Role.PRINCIPAL, school.murjan)
    await many_ask(town, school.nada)
    sara = town.person("سارة")
    await asks(sara, "سارة العمري")
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, school.nada.id, school.murjan.id)
    await town.settles()
    await town.moves(timedelta(minutes=20))
    await sara.reads_on()
    sara.sees("دُمجت الجهة (مدرسة الندى) في مدرسة المرجان")
    rows = await town.rows(placements, standing=UnitStanding.WAITING)
    assert {row.unit_id for row in rows} == {school.murjan.id}
    assert (len(rows), {row.lies_with for row in rows}) == (MANY + 1, {Answerer.HEAD})
    await mona.reads_on()
    mona.sees("24 زميلة ينتظرن قبول انتسابهن إلى مدرسة المرجان")
    await mona.taps("عرض الطلبات")
    mona.sees("مدرسة المرجان")
    await sara.says("/start")
    sara.sees("وصل طلب انتسابك إلى مدرسة المرجان", "منى العبدالله")
    await town.moves(timedelta(hours=2))
    assert told(mona, "ينتظرن قبول انتسابهن إلى") <= 2  # a headline, and what it announces


async def test_of_a_school_that_moves_those_above_hear_who_waits(
    town: Town, school: School
) -> None:
    amal = await has(town, school, "أمل العنزي", Role.SUPERVISOR, school.department)
    coast = await above(town, school.murjan)
    reem = await has(town, school, "ريم الحربي", Role.SUPERVISOR, coast)
    await many_ask(town, school.nada)
    await amal.reads_on()
    amal.sees("23 زميلة ينتظرن")
    async with town.app.database.transaction() as tx:
        await unit_changes.move_unit(tx, None, school.nada.id, coast.id)
    await town.settles()
    await reem.reads_on()
    reem.sees("23 زميلة ينتظرن قبول انتسابهن إلى مدرسة الندى")
    await reem.taps("عرض الطلبات")
    await reem.taps("معلمة 0")
    await reem.taps("قبول")
    reem.sees("قُبل انتساب معلمة 0")
