"""Days that stand in calendars stay there on both ways; what was cancelled is known to one version
alone."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_address_migration import run
from tests.storage.test_search_migration import ask

[STEP] = (SCRIPTS / "versions").glob("*_versions_of_days.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])


async def test_days_keep_their_place_and_have_no_version_yet(empty_database_url: str) -> None:
    url = empty_database_url
    run_apart(migrate, url, str(HERE.down_revision))
    days = (
        "INSERT INTO calendar_days (unit_id, first_day, last_day, kind, title, uid, created_at)"
        " VALUES (7, '{0}', '2026-12-03', 'holiday', 'إجازة الخريف', '{1}', 0)"
    )
    await run(
        url,
        "INSERT INTO units (id, kind, name, country, timezone, gender, path, state, created_at)"
        " VALUES (7, 'school', 'مدرسة الندى', 'SA', 'Asia/Riyadh', 'girls', '/7/', 'active', 0)",
        days.format("2026-11-29", "a"),
    )
    run_apart(migrate, url, HERE.revision)
    versions = "SELECT uid, sequence, stamped_at, withdrawn_at FROM calendar_days"
    assert await ask(url, versions) == [("a", None, None, None)]
    await run(
        url,
        "UPDATE calendar_days SET sequence = 2, stamped_at = 1",
        days.format("0001-01-01", "b"),
        "UPDATE calendar_days SET withdrawn_at = 1 WHERE uid = 'b'",
    )
    run_apart(migrate_back, url, str(HERE.down_revision))
    assert await ask(url, "SELECT uid, first_day FROM calendar_days") == [("a", "2026-11-29")]
