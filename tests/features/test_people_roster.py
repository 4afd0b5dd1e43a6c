"""An empty installation gets its tree of units from a table, by the command line."""

from pathlib import Path

import pytest

from bot import bulk
from bot.core.errors import SettingsError
from bot.features.imports.models import ImportKind, imports
from bot.features.people.models import units
from tests.town import Town

pytestmark = pytest.mark.every_channel

TABLE = """name,kind,parent,country,gender
إدارة تعليم الوادي,department,,SA,
مدرسة الندى,school,إدارة تعليم الوادي,,girls
مدرسة الفلاح,school,إدارة تعليم الوادي,,boys
"""


def silent(number: int, total: int) -> None:
    pass


async def checked(town: Town, folder: Path, table: str) -> bulk.ListReport:
    file = folder / "units.csv"
    file.write_text(table)
    return await bulk.check_list(town.app.settings, ImportKind.UNITS, file, None, silent)


async def take(town: Town, folder: Path, table: str) -> str:
    found = await checked(town, folder, table)
    return (await bulk.add_list(town.app.settings, found.id, silent)).said


async def test_a_table_becomes_a_tree_and_may_come_again(town: Town, tmp_path: Path) -> None:
    assert (await take(town, tmp_path, TABLE)).startswith("3 units added;")
    more = TABLE + "مدرسة المرجان,school,إدارة تعليم الوادي,,girls\n"
    assert (await take(town, tmp_path, more)).startswith("1 unit added, 3 were there already;")
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.taps("بدء التسجيل")
    await maryam.taps("المؤنث")
    await maryam.says("مريم")
    await maryam.says("مدرسه المرجان")
    # It is there, and found by its whole name; nobody answers there yet.
    maryam.sees("الانتساب هنا (مدرسة المرجان) بدعوة أو قائمة فقط")
    # What it added goes again, but for what is used by now.
    second = (await town.rows(imports))[1].id
    done = await bulk.undo_list(town.app.settings, second, silent)
    assert done == f"import {second} is taken back"
    assert [each.name for each in await town.rows(units)] == [
        "إدارة تعليم الوادي",
        "مدرسة الندى",
        "مدرسة الفلاح",
    ]


async def test_a_table_says_where_a_unit_lies(town: Town, tmp_path: Path) -> None:
    placed = """الاسم,النوع,تتبع,الدولة,المكان
إدارة تعليم الوادي,department,,SA,مدينة جده
مدرسة الندى,school,إدارة تعليم الوادي,,Tabuk
مدرسة الفلاح,school,إدارة تعليم الوادي,,
مدرسة المرجان,school,إدارة تعليم الوادي,,أطلنطس
"""
    found = await checked(town, tmp_path, placed)
    assert found.fresh == 4
    (line,) = [each for each in found.lines if "Line 5" in each]
    assert "No town or province of this name is known here" in line
    await bulk.add_list(town.app.settings, found.id, silent)
    assert [each.place for each in await town.rows(units)] == ["jeddah", "tabuk", None, None]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",school,,SA,", "The name is missing"),
        ("مدرسة,castle,,SA,", "This kind of unit is not known"),
        ("مدرسة,school,غائبة,SA,", "stands neither further up"),
        ("مدرسة,school,,XX,", "This country is not known"),
        ("مدرسة,school,,SA,cats", "Known here are"),
        ("م" * 121 + ",school,,SA,", "The name is too long"),
    ],
)
async def test_a_wrong_line_is_named_and_the_others_are_taken(
    town: Town, tmp_path: Path, line: str, problem: str
) -> None:
    found = await checked(town, tmp_path, TABLE + line + "\n")
    assert found.fresh == 3
    assert [each for each in found.lines if "Line 5" in each and problem in each]
    assert await town.rows(units) == []


async def test_a_table_without_its_columns_is_refused(town: Town, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="I find no column for"):
        await checked(town, tmp_path, "kind,parent\nschool,x\n")
