"""What is queued stays queued, whichever way the tables go."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.migrations import SCRIPTS, migrate, migrate_back
from tests.databases import run_apart
from tests.storage.test_search_migration import ask
from tests.storage.test_status_migration import fill

[STEP] = (SCRIPTS / "versions").glob("*_sorting.py")
ROWS = "SELECT id, state, topic, urgency FROM outbox ORDER BY id"
HERE = STEP.name.partition("_")[0]


async def test_a_sorted_message_keeps_its_place(empty_database_url: str) -> None:
    url = empty_database_url
    run_apart(migrate, url, f"{int(HERE) - 1:04}")
    await fill(url, ["queued", "sent", "queued"], [])

    before = await ask(url, ROWS)
    run_apart(migrate, url, HERE)
    assert await ask(url, ROWS) == before

    await execute(url, "UPDATE outbox SET waits_for = 'telegram' WHERE state = 'queued'")
    run_apart(migrate_back, url, f"{int(HERE) - 1:04}")
    assert await ask(url, ROWS) == before
    run_apart(migrate, url, HERE)
    assert await ask(url, ROWS) == before


async def execute(url: str, statement: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
