"""What the way back makes of messages that had lost their sense before they left."""

from alembic.script import ScriptDirectory

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_search_migration import ask
from tests.storage.test_status_migration import fill

[STEP] = (SCRIPTS / "versions").glob("*_notices.py")
HERE = ScriptDirectory(str(SCRIPTS)).get_revision(STEP.name.partition("_")[0])


async def test_what_was_dropped_counts_as_cancelled(empty_database_url: str) -> None:
    url = empty_database_url
    run_apart(migrate, url, HERE.revision)
    await fill(url, ("sent", "dropped", "cancelled"), ({"sent": 2}, {"sent": 1, "dropped": 1}))
    run_apart(migrate_back, url, str(HERE.down_revision))
    states = await ask(url, "SELECT state FROM outbox ORDER BY id")
    assert [state for (state,) in states] == ["sent", "cancelled", "cancelled"]
    # A state that the former version does not know would stop its report: it counts anew.
    assert await ask(url, "SELECT figures FROM announcements ORDER BY id") == [
        ('{"sent":2}',),
        (None,),
    ]
