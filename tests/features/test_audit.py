"""The log: chained, so that nothing is changed unnoticed; and read by whom it concerns."""

import ast
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import tidying
from bot.chat.acts import by_name
from bot.chat.person import people
from bot.core.clock import FrozenClock
from bot.features import due_work, personal
from bot.features.people.actions import erasure
from bot.features.people.actions.views import Seen
from bot.packs.roles import Role
from bot.storage import audit
from bot.storage.audit import audit_trail, person_views
from bot.storage.database import Database, open_database
from tests.features.people_school import found_school
from tests.features.personal_house import NOW, House, house
from tests.features.practices_school import PracticeSchools
from tests.town import Town, town

__all__ = ["house", "town"]

ROOT = Path(__file__).resolve().parents[2]
NADA, AMAL = "مدرسة الندى", "مدرسة الأمل"


async def _seal(database: Database, most: int = 1000) -> int:
    async with database.transaction() as tx:
        return await audit.seal(tx, most, tidying.work_at)


async def test_the_chain_names_the_first_entry_that_is_not_as_it_was_sealed(house: House) -> None:
    database = house.database
    async with database.transaction() as tx:
        # As the version before left them.
        await tx.run("UPDATE audit_trail SET seq = NULL, salt = NULL, digest = NULL, link = NULL")
        total = len(await tx.all(select(audit_trail.c.id)))
    assert await _seal(database, 3) == 3, "in pieces, as old entries are"
    found = await audit.verify(database)
    assert (found.entries, found.unsealed, found.broken) == (3, total - 3, "")
    while await _seal(database):
        pass
    whole = await audit.verify(database)
    assert (whole.entries, whole.erased, whole.unsealed, whole.broken) == (total, 0, 0, "")

    async def breaks(sql: str, undo: str) -> str:
        async with database.transaction() as tx:
            await tx.run(sql)
        told = (await audit.verify(database)).broken
        async with database.transaction() as tx:
            await tx.run(undo)
        return told

    async with database.transaction() as tx:
        await tx.run("CREATE TABLE kept AS SELECT * FROM audit_trail")
    back = (
        "UPDATE audit_trail SET {0} = (SELECT {0} FROM kept WHERE kept.id = audit_trail.id)"
        " WHERE seq = 2"
    )
    details = await breaks(
        "UPDATE audit_trail SET details = '{\"x\":1}' WHERE seq = 2", back.format("details")
    )
    assert details.startswith("the details of entry 2 ")
    others = {
        "action": "'teams.close'",
        "actor_id": "(SELECT max(id) FROM people)",
        "at": "at + 1",
    }
    for column, value in others.items():
        told = await breaks(
            f"UPDATE audit_trail SET {column} = {value} WHERE seq = 2",
            back.format(column),
        )
        assert told.startswith("entry 2 "), column
    gone = await breaks(
        "DELETE FROM audit_trail WHERE seq = 2",
        "INSERT INTO audit_trail SELECT * FROM kept WHERE seq = 2",
    )
    assert gone.startswith("entry 2 is missing before entry 3 ")
    assert await audit.verify(database) == whole


async def test_what_is_erased_leaves_the_chain_whole(house: House) -> None:
    database = house.database
    async with database.transaction() as tx:
        await erasure.erase_person(tx, house.huda, personal())
    await _seal(database)
    found = await audit.verify(database)
    async with database.reading() as tx:
        rows = await tx.all(select(audit_trail).where(audit_trail.c.actor_id == house.huda.id))
        others = await tx.all(
            select(audit_trail).where(audit_trail.c.actor_id == house.people["نورة"].id)
        )
    assert (found.broken, found.unsealed) == ("", 0)
    assert any(row.details for row in others)
    assert {str(row.details) for row in rows if row.action != "people.delete"} == {"{}"}
    async with database.transaction() as tx:
        await audit.forget_details(tx, tx.now, 1000)
    assert (await audit.verify(database)).broken == ""
    async with database.transaction() as tx:
        await tx.run("UPDATE audit_trail SET action = 'teams.close' WHERE seq = 1")
    assert (await audit.verify(database)).broken.startswith("entry 1 ")


async def test_details_sealed_before_they_are_erased_are_counted(house: House) -> None:
    await _seal(house.database)
    async with house.database.transaction() as tx:
        await erasure.erase_person(tx, house.huda, personal())
        rows = await tx.all(
            select(audit_trail.c.salt).where(
                audit_trail.c.actor_id == house.huda.id, audit_trail.c.seq.is_not(None)
            )
        )
    assert {row.salt for row in rows} == {None}
    found = await audit.verify(house.database)
    assert found.broken == ""
    assert found.erased >= len(rows) > 0


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url, FrozenClock(NOW), due_work().listeners)
    yield database
    await database.close()


async def test_a_log_without_an_entry_holds(empty: Database) -> None:
    found = await audit.verify(empty)
    assert (found.entries, found.head, found.broken) == (0, "", "")


def test_every_act_has_words() -> None:
    known = by_name(act for part in personal() for act in part.acts)
    recorded = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "audit.record"
                and isinstance(node.args[2], ast.Constant)
            ):
                recorded.add(node.args[2].value)
    assert recorded - set(known) == set(), "the slice declares it in its ACTS"


@pytest.mark.every_channel
async def test_a_head_reads_what_was_done_at_their_school_and_nobody_elses(town: Town) -> None:
    department = await PracticeSchools(town.app.database, town.channel).build()
    amal, huda, sara = town.person("أمل"), town.person("هدى"), town.person("سارة")
    await department.person("أمل", NADA, number=amal.id, role=Role.PRINCIPAL)
    lead = await department.person("هدى", NADA, number=huda.id, role=Role.LEAD)
    other = await department.person("سارة", AMAL, number=sara.id, role=Role.LEAD)
    await department.team("فريق القراءة", lead, unit=NADA)
    await department.team("فريق العلوم", other, unit=AMAL)
    for phone in (amal, huda, sara):
        await phone.says("/menu")
    async with town.app.database.transaction() as tx:
        await audit.record(tx, lead.id, "manners.choose", lead.id)
    while await _seal(town.app.database):
        pass
    await amal.says("/profile")
    await amal.taps("الأشخاص والأدوار")
    await amal.taps("السجل")
    amal.sees("السجل: مدرسة الندى", "تأسيس فريق – هدى")
    assert await views_of(town) == {("هدى", "أمل", Seen.LISTED)}
    assert not any("سارة" in each or "ضبط التنبيهات" in each for each in amal.news())
    await amal.taps("الشخص")
    await amal.taps("هدى")
    amal.sees("الشخص: هدى")
    await amal.taps("الإجراء")
    await amal.taps("الاجتماعات")
    amal.sees("لا شيء من هذا في السجل.")
    await amal.taps("الإجراء")
    await amal.taps("كل شيء")
    await amal.taps("التاريخ")
    await amal.taps("آخر أسبوع")
    amal.sees("آخر أسبوع", "تأسيس فريق – هدى")
    await amal.taps("السجل في ملف")
    amal.sees("في هذا الجدول")
    assert await views_of(town) == {("هدى", "أمل", Seen.EXPORTED)}
    await huda.says("/profile")
    huda.sees_no_button("السجل")


async def views_of(town: Town) -> set[tuple[str, str, int]]:
    """Who was seen by whom, and how."""
    names = {row.id: row.name for row in await town.rows(people)}
    rows = await town.rows(person_views)
    return {(names[row.person_id], names[row.viewer_id], row.what) for row in rows}


@pytest.mark.every_channel
async def test_everybody_reads_their_own(town: Town) -> None:
    school = await found_school(town)
    huda = town.person("هدى")
    await school.registers(huda, "هدى", "الندى", "f")
    await huda.says("/profile")
    await huda.taps("الإعدادات")
    await huda.taps("بياناتي")
    await huda.taps("سجلي")
    huda.sees("سجلي", ": التسجيل")
