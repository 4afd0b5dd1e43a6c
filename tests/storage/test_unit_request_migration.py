"""What becomes of an installation when schools that are missing can be asked for, and on the way
back."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_address_migration import run
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_unit_requests.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])
KEPT = (
    "SELECT id, name, state FROM units ORDER BY id",
    "SELECT person_id, unit_id, standing FROM placements ORDER BY id",
    "SELECT id, name, state FROM people ORDER BY id",
)


async def test_who_waits_at_the_department_waits_on_there(empty_database_url: str) -> None:
    """What was asked for is lost on the way back, and nothing else is."""
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    await run(
        url,
        "INSERT INTO people (id, state, name, gender, language, country, timezone, numerals,"
        " calendar, created_at, registered_at) VALUES (1, 'waiting', 'x', 'f', 'ar', 'SA',"
        " 'Asia/Riyadh', 'arab', 'both', 0, 7)",
        "INSERT INTO units (id, kind, name, country, timezone, gender, path, state, created_at,"
        " sort_key)"
        " VALUES (1, 'department', 'y', 'SA', 'Asia/Riyadh', 'mixed', '/1/', 'active', 0, 'y')",
        "INSERT INTO placements (id, person_id, unit_id, standing, main, came_by, came_at, since,"
        " reason, voucher_name) VALUES (1, 1, 1, 'waiting', 0, 'asking', 8, 8, '', '')",
    )
    before = [await ask(url, query) for query in KEPT]
    asked = (
        "INSERT INTO unit_requests (person_id, below_id, name, besides, state, asked_at, reason)"
        " VALUES (1, 1, 'z', 0, 'asked', 9, '')"
    )
    for _ in range(2):
        run_apart(migrate, url, HERE.revision)
        assert await ask(url, "SELECT count(*) FROM unit_requests") == [(0,)]
        await run(url, asked)
        assert [await ask(url, query) for query in KEPT] == before
        run_apart(migrate_back, url, str(HERE.down_revision))
        assert [await ask(url, query) for query in KEPT] == before
