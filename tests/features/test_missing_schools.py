"""A school that is not in the list: whoever registers names it, and whoever administers the tree
there adds it, or says why not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.chat.incoming import Address
from bot.chat.person import Person, add_visitor, find_person
from bot.core.errors import Refused
from bot.features import personal
from bot.features.people.actions.erasure import erase_person
from bot.features.people.actions.people import Registration, register
from bot.features.people.actions.unit_changes import close_unit, merge_units, rename_unit
from bot.features.people.actions.unit_requests import (
    WantedUnit,
    add_wanted,
    ask_for_unit,
    decline_wanted,
)
from bot.features.people.actions.units import UnitDraft, create_unit, create_units
from bot.features.people.models import placements, unit_requests, units
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage.transaction import Tx
from tests.features.people_school import FORMS_OF_ADDRESS, School
from tests.reading import readable
from tests.town import Phone, Town, town

__all__ = ["town"]


async def administers(school: School, name: str) -> Phone:
    """Somebody who administers the department of the valley."""
    phone = school.town.person(name.split(maxsplit=1)[0])
    await school.registers(phone, name, "إدارة تعليم الوادي")
    await school.appoints(phone, Role.ADMINISTRATOR, school.department)
    return phone


async def misses(phone: Phone, name: str, wanted: str) -> None:
    """Registers at a school that is not in the list: four taps and the names up to there."""
    await phone.says("/start")
    await phone.taps("السعودية")
    await phone.taps(FORMS_OF_ADDRESS["f"])
    await phone.says(name)
    await phone.says("ثانوية القمر")
    phone.sees("لم أجد")
    await phone.taps("إدارة تعليم الوادي")
    await phone.taps("مدرستي ليست في القائمة")
    phone.sees("يكفي اسمها هنا")
    await phone.says(wanted)
    await phone.taps("الرياضيات")
    await phone.taps("الابتدائي")


async def waits_at(town: Town, phone: Phone) -> list[tuple[int, str]]:
    found = await town.rows(placements, person_id=await town.person_id(phone))
    return [(row.unit_id, row.standing.value) for row in found]


@pytest.mark.every_channel
async def test_a_school_that_is_missing_is_added_and_the_request_waits_there(
    town: Town, school: School
) -> None:
    admin, sara, hind = (
        await administers(school, "سعاد العمري"), town.person("سارة"), town.person("هند"),
    )  # fmt: skip
    other = await administers(school, "نورة السعد")
    await misses(sara, "سارة القحطاني", "مدرسة الزهور")
    sara.sees("طلبت إضافة مدرسة الزهور تحت إدارة تعليم الوادي", "سعاد العمري")
    await admin.reads_on()
    admin.sees("طلب إضافة من سارة القحطاني: مدرسة الزهور، تحت إدارة تعليم الوادي")
    # Another one who misses it spells it otherwise, and nobody is told again within four hours.
    await misses(hind, "هند الدوسري", "مدرسه الزهور")
    assert "هند الدوسري" not in admin.last().shown_text

    await admin.taps("عرض المطلوب")
    await admin.taps("مدرسة الزهور")
    admin.sees("الموضع الجديد: إدارة تعليم الوادي", "الطلب من: سارة القحطاني")
    await admin.taps("إضافة")
    await admin.taps("للجنسين")
    admin.sees("هل أضيف هذه الجهة تحت إدارة تعليم الوادي؟", "الاسم: مدرسة الزهور", "النوع: مدرسة")
    await other.reads_on()
    await other.taps("عرض المطلوب")
    await other.taps("مدرسة الزهور")
    await other.taps("إضافة")
    await other.taps("للجنسين")
    await admin.taps("نعم، إضافة")
    admin.sees("في القائمة الآن: مدرسة الزهور")
    await town.settles()
    for phone in (sara, hind):
        await phone.reads_on()
        assert "في القائمة الآن: مدرسة الزهور" in readable(phone.last().shown_text)
    await other.taps("نعم، إضافة")
    other.sees("سبق الرد على هذا الطلب")
    (added,) = await town.rows(units, name="مدرسة الزهور")
    assert (added.kind, added.gender, added.parent_id) == (
        "school", UnitGender.MIXED, school.department.id,
    )  # fmt: skip
    for phone in (sara, hind):
        assert await waits_at(town, phone) == [
            (school.department.id, "left"), (added.id, "waiting"),
        ]  # fmt: skip
    await sara.taps("طلب انتسابي")
    sara.sees("مدرسة الزهور", "سعاد العمري")
    # Nobody adds for themselves, and nobody else is offered it.
    await sara.says("/profile")
    sara.sees_no_button("الأشخاص والأدوار")
    # From then on it is admission as everywhere.
    await school.lets_in(sara)
    await sara.reads_on()
    sara.sees("قُبل انتسابك إلى مدرسة الزهور")
    assert (await waits_at(town, sara))[-1] == (added.id, "member")


@pytest.mark.every_channel
async def test_what_is_not_added_is_said_with_its_reason_and_asking_is_bounded(
    town: Town, school: School
) -> None:
    admin, sara, reem = (
        await administers(school, "سعاد العمري"), town.person("سارة"), town.person("ريم"),
    )  # fmt: skip
    await misses(sara, "سارة القحطاني", "مدرسة الندى الابتدائية")
    await admin.reads_on()
    await admin.taps("عرض المطلوب")
    await admin.taps("مدرسة الندى الابتدائية")
    await admin.taps("اعتذار")
    await admin.says("هي في القائمة باسم مدرسة الندى")
    admin.sees("وصل الاعتذار مع سببه")
    await sara.reads_on()
    sara.sees("لم تُقبل إضافة مدرسة الندى الابتدائية", "السبب: هي في القائمة باسم مدرسة الندى")
    # What came within four hours is one message, later.
    await misses(reem, "ريم الحربي", "مدرسة الربيع")
    admin.sees_nothing()
    number = await town.person_id(sara)
    async with town.app.database.transaction() as tx:
        person = await find_person(tx, number)
        assert person is not None
        for name in ("مدرسة أولى", "مدرسة ثانية"):
            await ask_for_unit(tx, person, school.department.id, name)
        with pytest.raises(Refused, match="units_asked_often"):
            await ask_for_unit(tx, person, school.department.id, "مدرسة ثالثة")
    await town.moves(timedelta(hours=4))
    await admin.reads_on()
    admin.sees("طلبان لإضافة مكاني عمل")
    states = [row.state.value for row in await town.rows(unit_requests, person_id=number)]
    assert states == ["declined", "withdrawn", "asked"]
    # Whoever works at the department itself skips the question; nobody else is asked it.
    amal = town.person("أمل")
    await amal.says("/start")
    await amal.taps("السعودية")
    await amal.taps(FORMS_OF_ADDRESS["f"])
    await amal.says("أمل العنزي")
    await amal.says("إدارة تعليم الوادي")
    await amal.taps("تخطّي السؤال")
    await amal.taps("الرياضيات")
    await amal.taps("الابتدائي")
    assert "طلبت إضافة" not in amal.last().shown_text
    assert await waits_at(town, amal) == [(school.department.id, "waiting")]


async def asks(town: Town, number: int, name: str, below: Unit, wanted: str) -> Person:
    """Somebody who has registered at the unit above, and asks for a school that is missing."""
    async with town.app.database.transaction() as tx:
        visitor, _ = await add_visitor(tx, Address("telegram", str(number)), "SA", "ar")
        who = Registration(
            name, "f", below.id, ("arabic",), ("primary",), "SA", "Asia/Riyadh", "arab"
        )
        person = (await register(tx, visitor, who)).person
        await ask_for_unit(tx, person, below.id, wanted)
    return person


async def came(town: Town, *ways: Callable[[Tx], Awaitable[object]]) -> list[str]:
    """What each of those who act at once is told."""

    async def one(way: Callable[[Tx], Awaitable[object]]) -> str:
        try:
            async with town.app.database.transaction() as tx:
                await way(tx)
        except Refused as refusal:
            return refusal.code
        return "done"

    return list(await asyncio.gather(*(one(way) for way in ways)))


async def test_whoever_acts_at_once_on_a_request_agrees_with_the_tree(
    town: Town, school: School
) -> None:
    phones = [await administers(school, name) for name in ("سعاد العمري", "نورة السعد")]
    bosses = [await found_person(town, await town.person_id(phone)) for phone in phones]
    async with town.app.database.transaction() as tx:
        office = await create_unit(
            tx,
            None,
            UnitDraft(
                "department", "مكتب الشرق", "SA", "Asia/Riyadh", parent_id=school.department.id
            ),
        )
    states = await of_requests(town)

    # One adds, one declines: one of both is told that it is answered.
    sara = await asks(town, 8001, "سارة القحطاني", office, "مدرسة الزهور")
    (asked,) = await town.rows(unit_requests, person_id=sara.id)
    added = WantedUnit(
        request=asked.id, name="مدرسة الزهور", kind="school", gender=UnitGender.GIRLS
    )
    became = await came(
        town,
        lambda tx: add_wanted(tx, bosses[0], added),
        lambda tx: decline_wanted(tx, bosses[1], asked.id, "ليست لنا"),
    )
    assert sorted(became) == ["done", "people.unit_answered"]
    answered = (await of_requests(town)).keys() - states.keys()
    assert [(await of_requests(town))[each] for each in answered] in (["added"], ["declined"])

    # Whoever asks for it while it is added goes on there, whichever comes first.
    hind = await asks(town, 8002, "هند الدوسري", office, "مدرسة النور")
    (asked,) = await town.rows(unit_requests, person_id=hind.id)
    light = WantedUnit(request=asked.id, name="مدرسة النور", kind="school", gender=UnitGender.GIRLS)
    reem = await asks(town, 8003, "ريم الحربي", office, "مدرسة أخرى")
    assert await came(
        town,
        lambda tx: add_wanted(tx, bosses[0], light),
        lambda tx: ask_for_unit(tx, reem, office.id, "مدرسه النور"),
    ) == ["done", "done"]
    await town.settles()
    (made,) = await town.rows(units, name="مدرسة النور")
    for each in (hind, reem):
        assert await standing(town, each) == (made.id, "waiting")

    # Erasing oneself while it is added leaves nothing, and keeps nobody.
    abeer = await asks(town, 8004, "عبير الحربي", office, "مدرسة الورد")
    (asked,) = await town.rows(unit_requests, person_id=abeer.id)
    rose = WantedUnit(request=asked.id, name="مدرسة الورد", kind="school", gender=UnitGender.GIRLS)
    became = await came(
        town,
        lambda tx: erase_person(tx, abeer, personal()),
        lambda tx: add_wanted(tx, bosses[0], rose),
    )
    assert became in (["done", "done"], ["done", "people.not_administrator"])
    assert await town.rows(unit_requests, person_id=abeer.id) == []
    assert (await standing(town, abeer))[1] == "left"

    # The unit above closes while somebody waits there, and while another one asks.
    amal = await asks(town, 8005, "أمل العنزي", office, "مدرسة الياسمين")
    dalal = await asks(town, 8006, "دلال الحربي", school.department, "مدرسة الياسمين")
    for unit in await town.rows(units, parent_id=office.id):
        async with town.app.database.transaction() as tx:
            await merge_units(tx, None, unit.id, school.nada.id)
    await town.moves(timedelta(minutes=20))
    became = await came(
        town,
        lambda tx: close_unit(tx, bosses[0], office.id),
        lambda tx: ask_for_unit(tx, dalal, office.id, "مدرسة الفل"),
    )
    assert became in (["done", "done"], ["done", "people.unit_gone"])
    await town.settles()
    left = await town.rows(unit_requests, below_id=office.id, state="asked")
    assert left == []
    assert (await standing(town, amal))[1] == "left"


async def of_requests(town: Town) -> dict[int, str]:
    return {row.id: row.state.value for row in await town.rows(unit_requests)}


async def standing(town: Town, person: Person) -> tuple[int, str]:
    """Where the person stands now, and how."""
    found = await town.rows(placements, person_id=person.id)
    return found[-1].unit_id, found[-1].standing.value


async def found_person(town: Town, number: int) -> Person:
    async with town.app.database.transaction() as tx:
        person = await find_person(tx, number)
    assert person is not None
    return person


@pytest.mark.every_channel
async def test_a_school_that_comes_by_itself_takes_whoever_waits_for_it(
    town: Town, school: School
) -> None:
    """By a list, by its new name, and for somebody who works elsewhere until it lets her in."""
    sara = town.person("سارة")
    await administers(school, "سعاد العمري")
    await school.registers(sara, "سارة القحطاني")
    await sara.says("/profile")
    await sara.taps("الإعدادات")
    await sara.taps("مكان العمل")
    await sara.says("ثانوية القمر")
    # What resembles it hides no way on.
    sara.sees_button("ثانوية الأطلس")
    await sara.taps("ليست منها")
    await sara.taps("إدارة تعليم الوادي")
    await sara.taps("مدرستي ليست في القائمة")
    await sara.says("مدرسة الزهور")
    sara.sees("طلبت إضافة مدرسة الزهور تحت إدارة تعليم الوادي")
    # She stays where she works, and nobody lets her in at the department meanwhile.
    assert await waits_at(town, sara) == [(school.nada.id, "member")]
    await sara.taps("سحب طلبي")
    sara.sees("سُحب الطلب")
    await sara.says("/profile")
    sara.sees_no_button("طلب انتسابي")
    number = await town.person_id(sara)

    async def wants(name: str) -> None:
        async with town.app.database.transaction() as tx:
            person = await find_person(tx, number)
            assert person is not None
            await ask_for_unit(tx, person, school.department.id, name)

    await wants("مدرسة الزهور")
    async with town.app.database.transaction() as tx:
        await tx.lock("units", 0)
        draft = UnitDraft(
            "school", "مدرسه الزهور", "SA", "Asia/Riyadh", parent_id=school.department.id
        )
        [made] = await create_units(tx, [(draft, school.department)])
    await town.settles()
    await sara.reads_on()
    sara.sees("في القائمة الآن: مدرسه الزهور")
    await wants("مدرسة الورد")
    async with town.app.database.transaction() as tx:
        await rename_unit(tx, None, school.falah.id, "مدرسة الورد")
    await town.settles()
    await sara.reads_on()
    sara.sees("في القائمة الآن: مدرسة الورد")
    assert await waits_at(town, sara) == [
        (school.nada.id, "member"), (made.id, "left"), (school.falah.id, "waiting"),
    ]  # fmt: skip
    await school.lets_in(sara)
    assert (await waits_at(town, sara))[-1] == (school.falah.id, "member")
    assert [row.state.value for row in await town.rows(unit_requests, person_id=number)] == [
        "withdrawn", "added", "added",
    ]  # fmt: skip
    # What was answered is forgotten in time.
    await town.moves(timedelta(days=366))
    assert await town.rows(unit_requests, person_id=number) == []
