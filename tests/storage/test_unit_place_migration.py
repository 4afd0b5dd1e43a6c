"""Units keep all they had when they are given a place, and when it is taken away again."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_address_migration import run
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_places_of_units.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])


async def test_no_unit_is_placed_by_an_upgrade(empty_database_url: str) -> None:
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    await run(
        url,
        "INSERT INTO units (id, kind, name, country, timezone, gender, path, state, created_at)"
        " VALUES (7, 'school', 'مدرسة الندى', 'SA', 'Asia/Riyadh', 'girls', '/7/', 'active', 0)",
    )
    run_apart(migrate, url, HERE.revision)
    assert await ask(url, "SELECT id, place FROM units") == [(7, None)]
    await run(url, "UPDATE units SET place = 'jeddah'")
    run_apart(migrate_back, url, str(HERE.down_revision))
    assert await ask(url, "SELECT id, name FROM units") == [(7, "مدرسة الندى")]
