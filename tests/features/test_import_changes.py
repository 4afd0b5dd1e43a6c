"""What happens between the look at a list and its adding: units are merged and closed, the same
list is added twice at once; and how a list leaves again."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.errors import Refused
from bot.core.i18n import Voice
from bot.features.imports.actions import staging, working
from bot.features.imports.models import ImportKind, imported_people, imports
from bot.features.imports.queries.exports import sheet_of
from bot.features.people.actions import unit_changes
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from tests.features.imports_lists import (
    HUDA,
    NADA,
    adds,
    admin,
    brings,
    code_for,
    head,
    listed,
    person_of,
    registers_by_list,
    sheet_made,
    table,
)
from tests.features.people_school import School
from tests.town import Phone, Town

__all__ = ["admin", "head"]

pytestmark = pytest.mark.every_channel


def _girls_school(name: str, above: Unit) -> UnitDraft:
    return UnitDraft("school", name, "SA", "Asia/Riyadh", UnitGender.GIRLS, above.id)


async def test_a_unit_is_closed_or_merged_while_its_people_are_brought(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    async with town.app.database.transaction() as tx:
        small, smaller = [
            await unit_actions.create_unit(tx, None, _girls_school(name, school.department))
            for name in ("مدرسة السدرة", "مدرسة الغافة")
        ]
    # Whoever stands on the list of two schools that are one by now stands there once.
    salwa = ["سلوى عامر الحربي", smaller.name, "معلمة", "", "12", ""]
    rows = [HUDA, NADA, [HUDA[0], small.name, *HUDA[2:]], salwa]
    await brings(admin, table(*rows, ["ريم سعد العتيبي", "مدرسة الفلاح", "معلمة", "", "7", ""]))
    admin.sees("٥ أشخاص جدد")
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, smaller.id, small.id)
        await unit_changes.close_unit(tx, None, school.falah.id)
    await town.settles()
    await town.moves(timedelta(hours=1))
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, small.id, school.nada.id)
    await admin.says("/profile")
    await admin.taps("الأشخاص والأدوار")
    await admin.taps("القوائم")
    await admin.taps("list.csv")
    await admin.taps("إضافة")
    admin.sees("أُضيف ٣ أشخاص", "سطر واحد لم يُقبل")
    assert len(await town.rows(imported_people, unit_id=school.nada.id)) == 3
    await admin.taps("ما يحتاج إلى تصحيح")
    sheet = await sheet_made(town)
    assert [cell.value for cell in sheet["B"]][1:] == [HUDA[0], "ريم سعد العتيبي"]
    assert "مغلقة" in str(sheet.cell(3, sheet.max_column).value)
    # Who stands on the list of a school that becomes part of another one stands there, once.
    draft = _girls_school("مدرسة الندى الجديدة", school.department)
    async with town.app.database.transaction() as tx:
        other = await unit_actions.create_unit(tx, None, draft)
    await adds(admin, table([HUDA[0], other.name, *HUDA[2:]]), "other.csv")
    await town.moves(timedelta(hours=1))
    code, _ = await code_for(head, "ندى فهد الدوسري")
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, school.nada.id, other.id)
    await town.settles()
    waiting = await town.rows(imported_people, unit_id=other.id)
    assert sorted(each.name for each in waiting) == [
        "سلوى عامر الحربي",
        "ندى فهد الدوسري",
        "هدى سعد القحطاني",
    ]
    nada = town.person("ندى")
    await registers_by_list(nada, code, "الدوسري")
    nada.sees("مكانك في مدرسة الندى الجديدة صار لك")


async def test_the_same_list_twice_at_once_lists_everybody_once(
    town: Town, school: School, admin: Phone
) -> None:
    await brings(admin, table(HUDA, NADA))
    await brings(admin, table(HUDA, NADA), "again.csv")
    one, two = [row.id for row in await town.rows(imports)]
    person = await person_of(town, admin)

    async def adds_it(number: int) -> str:
        try:
            async with town.app.database.transaction() as tx:
                await staging.confirm(tx, person, number)
            async with town.app.database.transaction() as tx:
                await working.settle(tx, number)
        except Refused as refusal:
            return refusal.code
        return "added"

    outcomes = await asyncio.gather(adds_it(one), adds_it(two))
    assert "added" in outcomes
    assert set(outcomes) <= {"added", "imports.busy"}
    assert len(await listed(town)) == 2
    assert sum(row.added for row in await town.rows(imports)) == 2


async def test_who_has_joined_leaves_in_the_same_form(
    town: Town, school: School, head: Phone, admin: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the thousand: nobody's profile is read alone."""
    await adds(admin, table(HUDA))
    monkeypatch.setattr("bot.features.people.queries.people.profile", None)
    async with town.app.database.reading() as tx:
        sheet = await sheet_of(tx, ImportKind.PEOPLE, 0, Voice("en", numerals="latn"))
    cells = [row.cells for row in sheet.rows]
    assert sorted((str(row[0]), str(row[3]), str(row[4]), str(row[7])) for row in cells) == [
        ("أمل الشهري", "school principal", "Mathematics", "joined"),
        ("سعاد العمري", "teacher", "Mathematics", "joined"),
        ("هدى سعد القحطاني", "teacher", "Mathematics", "not joined yet"),
    ]
    async with town.app.database.reading() as tx:
        sheet = await sheet_of(tx, ImportKind.PEOPLE, 0, Voice("ar_SA"))
    named = {str(row.cells[0]): str(row.cells[3]) for row in sheet.rows}
    assert named["هدى سعد القحطاني"] == "معلمة"
    assert named["أمل الشهري"] == "مديرة المدرسة"


async def test_what_has_changed_is_offered_applied_and_taken_back(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    """A later list says another name, role and subject of somebody by their number: nothing of it
    happens unasked, and what was applied is taken back with its list."""
    await adds(admin, table(HUDA, NADA))
    other = ["هدى سعد الشمري", "مدرسة الندى", "مديرة", "علوم", "4411", "0507654321"]
    new = ["ريم سعد العتيبي", "مدرسة الندى", "معلمة", "", "7", ""]
    empty = ["هدى سعد القحطاني", "مدرسة الندى", "", "", "4411", ""]
    await brings(admin, table(empty), "empty.csv")
    admin.sees("سطر واحد موجود من قبل", "ليس فيها ما يُضاف")
    await brings(admin, table(other, NADA, new), "new.csv")
    admin.sees("شخص واحد جديد", "تغيّرت بيانات شخص واحد", "لا يُطبَّق إلا باختيارك")
    admin.sees("الموجود الآن هدى سعد القحطاني", "الموجود الآن الرياضيات")
    # A role is spoken of as one of the people of the school.
    admin.sees("الدور: الموجود الآن معلمة\n")
    await admin.taps("إضافة")
    admin.sees("أُضيف شخص واحد", "تغيّرت بيانات شخص واحد وبقيت هنا كما كانت")
    before = await _huda(town)
    assert before == ("هدى سعد القحطاني", "القحطاني", "teacher", "mathematics")
    # A slip that was handed over holds; the new name proves whose it is.
    code, _ = await code_for(head, "هدى سعد القحطاني")
    await brings(admin, table(other), "later.csv")
    await admin.taps("تعديل")
    admin.sees("عُدِّلت بيانات شخص واحد")
    assert await _huda(town) == ("هدى سعد الشمري", "الشمري", "principal", "science")
    first = await town.rows(imports, title="later.csv")
    again = [*other[:3], "رياضيات", *other[4:]]
    await brings(admin, table(again), "latest.csv")
    await admin.taps("تعديل")
    # Undone in the order in which they came: what a later list says stays, until it goes as well.
    latest = await town.rows(imports, title="latest.csv")
    person = await person_of(town, admin)
    for (undone,), now in (
        (first, ("هدى سعد الشمري", "الشمري", "principal", "mathematics")),
        (latest, before),
    ):
        for _ in range(2):
            async with town.app.database.transaction() as tx:
                await staging.undo(tx, person, undone.id)
                await working.settle(tx, undone.id)
        assert await _huda(town) == now
    huda = town.person("هدى")
    await registers_by_list(huda, code, "القحطاني")
    huda.sees("مكانك في مدرسة الندى صار لك")
    # Whoever has joined is as they say: a list changes them no more.
    await brings(admin, table(other), "last.csv")
    admin.sees("صاحب هذا الرقم", "ليس فيها ما يُضاف")


async def test_a_list_of_another_one_changes_nobody(
    town: Town, school: School, admin: Phone
) -> None:
    """A role comes from whoever brought the list: nobody writes it into that of another one."""
    await adds(admin, table(HUDA))
    second = town.person("لمى")
    await school.registers(second, "لمى السبيعي")
    await school.appoints(second, Role.ADMINISTRATOR, school.department)
    await brings(second, table([*HUDA[:2], "مديرة", *HUDA[3:]]))
    second.sees("سطر واحد موجود من قبل", "ليس فيها ما يُضاف")
    assert (await _huda(town))[2] == "teacher"


async def _huda(town: Town) -> tuple[str, str, str, str]:
    [row] = await town.rows(imported_people, staff_number="4411")
    return row.name, row.family, row.role, row.subjects
