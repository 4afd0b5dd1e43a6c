"""Lists that are broken off, taken back and erased while something else happens to the same rows:
what is decided by the one is not undone by the other."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from datetime import timedelta

import pytest

from bot.features.imports.actions import claims, staging, working
from bot.features.imports.models import ImportKind, import_parts, imported_people, imports
from bot.features.imports.queries.reading import read_list
from bot.features.people.actions import unit_changes
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import units
from bot.packs.organisation import UnitGender
from bot.scheduling.due import due
from bot.storage.transaction import Tx
from tests.features.imports_lists import (
    HUDA,
    NADA,
    adds,
    admin,
    brings,
    code_for,
    codes_of,
    head,
    listed,
    person_of,
    registers_by_list,
    table,
)
from tests.features.people_school import School
from tests.town import Phone, Town

__all__ = ["admin", "head"]

pytestmark = pytest.mark.every_channel

OTHERS = [[f"معلمة {n:03} السهلي", "مدرسة الندى", "معلمة", "", str(n), ""] for n in range(600)]


async def beside(
    town: Town, first: Callable[[Tx], Awaitable[object]], second: Callable[[Tx], Awaitable[object]]
) -> None:
    """Two transactions of which the second begins before the first one is committed."""

    async def follows() -> None:
        async with town.app.database.transaction() as tx:
            await second(tx)

    outside = copy_context()
    async with town.app.database.transaction() as tx:
        await first(tx)
        task = asyncio.create_task(follows(), context=outside)
        await asyncio.wait({task}, timeout=0.2)
    await task


async def typed(town: Town, *rows: list[str]) -> int:
    """A list from the command line, looked through; its id."""
    found = read_list(table(*rows), ImportKind.PEOPLE, lambda text: text[:64], "SA")
    async with town.app.database.transaction() as tx:
        staged = await staging.stage(tx, None, ImportKind.PEOPLE, "typed.csv", found)
        await working.settle(tx, staged.id)
    return staged.id


async def state_of(town: Town, number: int) -> tuple[str, int]:
    [row] = await town.rows(imports, id=number)
    return row.state, row.added


async def test_the_bot_goes_on_with_what_the_command_line_left(town: Town, school: School) -> None:
    number = await typed(town, *OTHERS)
    async with town.app.database.transaction() as tx:
        await staging.confirm(tx, None, number)
    async with town.app.database.transaction() as tx:
        await working.advance(tx, number)
    # As long as it goes on, that is its own affair.
    await town.moves(timedelta(minutes=1))
    assert len(await listed(town)) == 250
    async with town.app.database.transaction() as tx:
        await working.advance(tx, number)
    await town.moves(timedelta(minutes=1, seconds=30))
    assert await state_of(town, number) == ("adding", 0)
    await town.moves(timedelta(minutes=1))
    assert await state_of(town, number) == ("done", 600)
    assert len(await listed(town)) == 600
    # Whoever joins by none of it is forgotten, as after any list.
    assert len(await town.rows(due, topic=f"import:{number}", slot="unclaimed")) == 1
    async with town.app.database.transaction() as tx:
        await staging.undo(tx, None, number)
    await town.moves(timedelta(minutes=3))
    assert await state_of(town, number) == ("undone", 600)
    assert await listed(town) == []


async def test_a_claim_is_undone_while_its_list_is_taken_back(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA))
    code, _ = await code_for(head, HUDA[0])
    await registers_by_list(town.person("هدى"), code, "القحطاني")
    [row] = await town.rows(imported_people)
    amal, soad = await person_of(town, head), await person_of(town, admin)

    async def takes_back(tx: Tx) -> None:
        await staging.undo(tx, soad, row.import_id)
        await working.settle(tx, row.import_id)

    await beside(town, lambda tx: claims.undo_claim(tx, amal, row.id), takes_back)
    assert (await state_of(town, row.import_id))[0] == "undone"
    assert await listed(town) == []


async def test_no_place_is_kept_at_a_unit_that_is_closed(
    town: Town, school: School, admin: Phone
) -> None:
    async with town.app.database.transaction() as tx:
        draft = UnitDraft(
            "school", "مدرسة السدرة", "SA", "Asia/Riyadh", UnitGender.GIRLS, school.department.id
        )
        place = await unit_actions.create_unit(tx, None, draft)
    await adds(admin, table([HUDA[0], place.name, *HUDA[2:]]))
    code, _ = await code_of(admin)
    await registers_by_list(town.person("هدى"), code, "القحطاني")
    [row] = await town.rows(imported_people)
    async with town.app.database.transaction() as tx:
        await unit_changes.close_unit(tx, None, place.id)
    await town.settles()
    assert await listed(town) == [(HUDA[0], "claimed")]
    async with town.app.database.transaction() as tx:
        undone = await claims.undo_claim(tx, await person_of(town, admin), row.id)
    assert not undone.waits
    assert await listed(town) == []


async def code_of(admin: Phone) -> tuple[str, str]:
    """The codes of the one who waits, for whoever brought the list."""
    await admin.taps("بانتظار الانضمام")
    await admin.taps("مدرسة السدرة")
    await admin.taps(HUDA[0])
    return codes_of(admin)


async def test_whoever_was_there_by_a_list_that_is_gone_is_added(
    town: Town, school: School, admin: Phone
) -> None:
    await adds(admin, table(HUDA), "first.csv")
    [first] = await town.rows(imports)
    await brings(admin, table(HUDA, NADA), "second.csv")
    admin.sees("شخص واحد جديد", "سطر واحد موجود من قبل")
    async with town.app.database.transaction() as tx:
        await staging.undo(tx, await person_of(town, admin), first.id)
        await working.settle(tx, first.id)
    assert await listed(town) == []
    await admin.taps("إضافة")
    admin.sees("أُضيف شخصان")
    assert sorted(name for name, _ in await listed(town)) == sorted([HUDA[0], NADA[0]])
    [row] = await town.rows(imports, title="second.csv")
    assert (row.fresh, row.known, row.wrong, row.added) == (2, 0, 0, 2)


async def test_whoever_brought_a_list_is_told_once(
    town: Town, school: School, admin: Phone
) -> None:
    await brings(admin, table(*OTHERS))
    admin.sees("راجعت القائمة")
    [row] = await town.rows(imports)
    admin.look()
    async with town.app.database.transaction() as tx:
        await staging.go_on_later(tx, row.id)
    await town.settles()
    assert admin.news() == []
    # Nor is a list that was dropped meanwhile told as one that was taken back.
    async with town.app.database.transaction() as tx:
        await staging.drop(tx, await person_of(town, admin), row.id)
        await staging.go_on_later(tx, row.id)
    await town.settles()
    assert admin.news() == []


async def test_a_list_that_is_looked_through_goes_with_whoever_brought_it(
    town: Town, school: School, admin: Phone
) -> None:
    soad = await person_of(town, admin)
    found = read_list(table(HUDA), ImportKind.PEOPLE, lambda text: text[:64], "SA")
    async with town.app.database.transaction() as tx:
        staged = await staging.stage(tx, soad, ImportKind.PEOPLE, "كشف.csv", found)
    await beside(
        town,
        lambda tx: claims.forget_claims(tx, soad),
        lambda tx: working.advance(tx, staged.id),
    )
    [row] = await town.rows(imports)
    assert (row.state, row.title, row.fresh) == ("dropped", "", 0)
    assert await town.rows(import_parts) == []


async def test_a_list_names_a_school_that_is_another_ones_by_now(
    town: Town, school: School, admin: Phone
) -> None:
    async with town.app.database.transaction() as tx:
        draft = UnitDraft(
            "school", "مدرسة السدرة", "SA", "Asia/Riyadh", UnitGender.GIRLS, school.department.id
        )
        place = await unit_actions.create_unit(tx, None, draft)
        await unit_changes.merge_units(tx, None, place.id, school.nada.id)
    await brings(admin, table([HUDA[0], place.name, *HUDA[2:]], NADA))
    admin.sees("شخصان جديدان", "دُمجت هذه الجهة في مدرسة الندى")
    await admin.taps("إضافة")
    admin.sees("أُضيف شخصان")
    assert {row.unit_id for row in await town.rows(imported_people)} == {school.nada.id}


def schools(*rows: tuple[str, str]) -> bytes:
    """A list of units: names, and what they belong to."""
    lines = ["الاسم;النوع;تتبع;الجنس", *(f"{name};مدرسة;{above};بنات" for name, above in rows)]
    return "\n".join(lines).encode("utf-8-sig")


async def test_a_closed_school_of_a_list_begins_anew_and_a_merged_one_does_not(
    town: Town, school: School, admin: Phone
) -> None:
    valley = school.department.name
    data = schools(("مدرسة السدرة", valley), ("مدرسة الغافة", valley), ("مدرسة السمر", valley))
    await adds(admin, data)
    async with town.app.database.transaction() as tx:
        made = {row.name: row.id for row in await town.rows(units)}
        await unit_changes.close_unit(tx, None, made["مدرسة السدرة"])
        await unit_changes.merge_units(tx, None, made["مدرسة الغافة"], school.nada.id)
    more = schools(("مدرسة السدرة", valley), ("مدرسة الغافة", valley), ("مدرسة السمر", valley),
                   ("فرع السدرة", "مدرسة السدرة"), ("فرع الغافة", "مدرسة الغافة"))  # fmt: skip
    await brings(admin, more)
    admin.sees("٣ جهات جديدة", "سطران موجودان من قبل", "أُغلقت هنا جهة بهذا الاسم")
    admin.sees("دُمجت هذه الجهة في مدرسة الندى")
    await admin.taps("إضافة")
    admin.sees("أُضيفت ٣ جهات")
    rows = {row.name: row for row in await town.rows(units, state="active")}
    again = rows["مدرسة السدرة"]
    assert again.id > made["مدرسة السدرة"]
    assert again.parent_id == school.department.id
    assert rows["فرع السدرة"].parent_id == again.id
    assert rows["فرع الغافة"].parent_id == school.nada.id
    assert "مدرسة الغافة" not in rows
    # The new one is there by now: once more adds nothing, and people come to it.
    await brings(admin, more)
    admin.sees("٥ أسطر موجودة من قبل", "ليس فيها ما يُضاف")
    await adds(admin, table([HUDA[0], "مدرسة السدرة", *HUDA[2:]]))
    assert [row.unit_id for row in await town.rows(imported_people)] == [again.id]


async def test_of_two_schools_that_become_one_the_earlier_list_keeps_whom_both_have(
    town: Town, school: School, admin: Phone
) -> None:
    async with town.app.database.transaction() as tx:
        draft = UnitDraft(
            "school", "مدرسة السدرة", "SA", "Asia/Riyadh", UnitGender.GIRLS, school.department.id
        )
        small = await unit_actions.create_unit(tx, None, draft)
    await adds(admin, table([HUDA[0], small.name, *HUDA[2:]]), "first.csv")
    # As a list does that is brought before those of the first one have followed.
    await adds(admin, table(HUDA), "second.csv")
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, small.id, school.nada.id)
        # Nobody has followed yet: of whoever stands at both one person is changed.
        later = await staging.stage(
            tx, None, ImportKind.PEOPLE, "later.csv",
            read_list(table([*HUDA[:3], "علوم", HUDA[4], ""]), ImportKind.PEOPLE, str, "SA"),
        )  # fmt: skip
        await working.settle(tx, later.id)
        await staging.confirm(tx, None, later.id, changes=True)
        found = await working.settle(tx, later.id)
        assert (found.changed, found.altered) == (1, 1)
    await town.settles()
    await town.moves(timedelta(hours=1))
    first, second, _ = await town.rows(imports)
    async with town.app.database.transaction() as tx:
        await staging.undo(tx, None, second.id)
        await working.settle(tx, second.id)
    (row,) = await town.rows(imported_people)
    assert (row.unit_id, row.import_id) == (school.nada.id, first.id)


async def test_whoever_is_still_on_the_way_to_another_school_is_there_already(
    town: Town, school: School, admin: Phone
) -> None:
    async with town.app.database.transaction() as tx:
        draft = UnitDraft(
            "school", "مدرسة السدرة", "SA", "Asia/Riyadh", UnitGender.GIRLS, school.department.id
        )
        small = await unit_actions.create_unit(tx, None, draft)
    await adds(admin, table([HUDA[0], small.name, *HUDA[2:]]), "first.csv")
    [first] = await town.rows(imported_people)
    number = await typed(town, [*HUDA[:5], ""], NADA)
    [row] = await town.rows(imports, id=number)
    assert (row.fresh, row.known) == (2, 0)
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, small.id, school.nada.id)
        # Nobody has followed yet.
        await staging.confirm(tx, None, number)
        await working.settle(tx, number)
        again = await staging.stage(
            tx, None, ImportKind.PEOPLE, "later.csv",
            read_list(table([*HUDA[:3], "علوم", HUDA[4], ""]), ImportKind.PEOPLE, str, "SA"),
        )  # fmt: skip
        found = await working.settle(tx, again.id)
        assert (found.fresh, found.known, found.changed) == (0, 0, 1)
        await staging.confirm(tx, None, again.id, changes=True)
        await working.settle(tx, again.id)
    [row] = await town.rows(imports, id=number)
    assert (row.fresh, row.known, row.added) == (1, 1, 1)
    await town.settles()
    await town.moves(timedelta(hours=1))
    rows = await town.rows(imported_people)
    assert {row.name: row.unit_id for row in rows} == {
        HUDA[0]: school.nada.id, NADA[0]: school.nada.id
    }  # fmt: skip
    assert {row.subjects for row in rows if row.id == first.id} == {"science"}
    assert len(rows) == 2


async def test_schools_that_were_there_by_a_list_that_is_gone_are_added(
    town: Town, school: School, admin: Phone
) -> None:
    valley = school.department.name
    first = (("مدرسة السدرة", valley), ("فرع السدرة", "مدرسة السدرة"))
    await adds(admin, schools(*first), "first.csv")
    [brought] = await town.rows(imports)
    await brings(admin, schools(*first, ("فرع ثانٍ للسدرة", "مدرسة السدرة")), "second.csv")
    admin.sees("جهة واحدة جديدة", "سطران موجودان من قبل")
    async with town.app.database.transaction() as tx:
        await staging.undo(tx, await person_of(town, admin), brought.id)
        await working.settle(tx, brought.id)
    await admin.taps("إضافة")
    admin.sees("أُضيفت ٣ جهات")
    [row] = await town.rows(imports, title="second.csv")
    assert (row.fresh, row.known, row.wrong, row.added) == (3, 0, 0, 3)
    made = {row.name: row for row in await town.rows(units)}
    assert made["فرع السدرة"].parent_id == made["مدرسة السدرة"].id
    async with town.app.database.transaction() as tx:
        await staging.undo(tx, await person_of(town, admin), row.id)
        await working.settle(tx, row.id)
    assert "مدرسة السدرة" not in {row.name for row in await town.rows(units)}
