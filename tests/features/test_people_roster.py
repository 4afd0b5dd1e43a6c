"""An empty installation gets its tree of units from a table."""

import pytest

from bot.features.people.actions.unit_import import RosterError, UnitImport, import_units
from bot.features.people.models import units
from tests.town import Town

pytestmark = pytest.mark.every_channel

TABLE = """name,kind,parent,country,gender
إدارة تعليم الوادي,department,,SA,
مدرسة الندى,school,إدارة تعليم الوادي,,girls
مدرسة الفلاح,school,إدارة تعليم الوادي,,boys
"""


async def take(town: Town, table: str) -> UnitImport:
    async with town.app.database.transaction() as tx:
        return await import_units(tx, table.splitlines())


async def test_a_table_becomes_a_tree_and_may_come_again(town: Town) -> None:
    assert await take(town, TABLE) == UnitImport(created=3, known=0)
    assert await take(
        town, TABLE + "مدرسة المرجان,school,إدارة تعليم الوادي,,girls\n"
    ) == UnitImport(created=1, known=3)
    maryam = town.person("مريم")
    await maryam.says("/start")
    await maryam.taps("بدء التسجيل")
    await maryam.taps("المؤنث")
    await maryam.says("مريم")
    await maryam.says("مدرسه المرجان")
    maryam.sees_button("مدرسة المرجان")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (",school,,SA,", "the name is empty"),
        ("مدرسة,castle,,SA,", "kind must be"),
        ("مدرسة,school,غائبة,SA,", "is not above this line"),
        ("مدرسة,school,,XX,", "country must be"),
        ("مدرسة,school,,SA,cats", "gender must be"),
        ("م" * 121 + ",school,,SA,", "the name is longer than 120"),
    ],
)
async def test_a_wrong_line_is_named_and_nothing_is_kept(
    town: Town, line: str, problem: str
) -> None:
    with pytest.raises(RosterError, match=rf"line 5: .*{problem}"):
        await take(town, TABLE + line + "\n")
    assert await town.rows(units) == []


async def test_a_table_without_its_columns_is_refused(town: Town) -> None:
    with pytest.raises(RosterError, match="the column kind is missing"):
        await take(town, "name,parent\nx,\n")
