"""Counts are put right beside people who write: where the two collide, the recount begins again."""

import asyncio

import pytest

from bench.crowd import patience
from bot.core.clock import FrozenClock
from bot.features.announcements.actions.reading_counts import READING_COUNTS
from bot.storage import derived
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.scheduling.conftest import START

LOCKED = "LOCK TABLE {} IN ROW EXCLUSIVE MODE"


async def test_a_recount_that_collides_with_a_writer_begins_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer changes first what follows, then what it follows from: the recount takes them the
    other way round, and is the one to be undone."""
    monkeypatch.setattr(derived, "PAUSE_SECONDS", 0.01)
    database = await open_database(postgresql_url, FrozenClock(START))
    halfway = asyncio.Event()
    try:
        async with patience(20):
            recounting = asyncio.create_task(recount(database, halfway))
            async with database.transaction() as tx:
                await tx.run("SET LOCAL deadlock_timeout = '1min'")
                await tx.run(LOCKED.format("reading_counts"))
                halfway.set()
                await wait_for_a_waiter(tx)
                await tx.run(LOCKED.format("receipts"))
            assert await recounting == 0
    finally:
        await database.close()


async def recount(database: Database, halfway: asyncio.Event) -> int:
    await halfway.wait()
    return await READING_COUNTS.put_right_in(database)


async def wait_for_a_waiter(tx: Tx) -> None:
    while not await tx.fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
        await tx.fetch("SELECT pg_sleep(0.01)")
