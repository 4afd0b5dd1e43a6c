"""Several processes write to one SQLite file without a pause: each has its turn, and whoever died
or was stopped in the midst of it keeps nobody waiting for long."""

import asyncio
import fcntl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from bot.core.clock import Clock
from bot.storage import sqlite
from bot.storage.database import Database, open_database
from bot.storage.whereabouts import TURNS, sqlite_file

HOLDS = """
import fcntl, sqlite3, sys, time
turns = open(sys.argv[1] + sys.argv[2])
fcntl.flock(turns, fcntl.LOCK_EX)
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN IMMEDIATE")
print("holds", flush=True)
time.sleep(60)
"""


@contextmanager
def held(turns: Path) -> Iterator[None]:
    """The place of whoever is next is taken, and nobody goes on. It is its owner's alone."""
    assert turns.stat().st_mode & 0o077 == 0
    with turns.open() as stopped:
        fcntl.flock(stopped, fcntl.LOCK_EX)
        yield


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[Database, Database]]:
    one, other = [await open_database(url, Clock()) for _ in range(2)]
    async with one.transaction() as tx:
        await tx.run("CREATE TABLE written (who TEXT)")
    yield one, other
    await one.close()
    await other.close()


async def writes(database: Database, who: str) -> None:
    async with database.transaction() as tx:
        await tx.run("INSERT INTO written VALUES (?)", who)


async def test_whoever_waits_is_next(empty_sqlite_url: str) -> None:
    async with two(empty_sqlite_url) as (one, other):
        often = 0

        async def without_a_pause() -> None:
            nonlocal often
            while True:
                await writes(one, "one")
                often += 1

        busy = asyncio.create_task(without_a_pause())
        for _ in range(20):
            await writes(other, "other")
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)
        # Not one after the other to the letter: a short one may be over before anybody looks.
        assert often <= 20 * 5


async def test_a_process_that_is_killed_keeps_nobody_waiting(empty_sqlite_url: str) -> None:
    path = sqlite_file(empty_sqlite_url)
    async with two(empty_sqlite_url) as (one, _):
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLDS, str(path), TURNS, stdout=asyncio.subprocess.PIPE
        )
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"holds\n"
        waits = asyncio.create_task(writes(one, "one"))
        await asyncio.sleep(0)
        holder.kill()
        await holder.wait()
        await asyncio.wait_for(waits, sqlite.PATIENCE_SECONDS)


async def test_whoever_is_stopped_at_its_turn_is_passed_by(
    empty_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "POLITE_SECONDS", 0.02)
    async with two(empty_sqlite_url) as (one, _):
        with held(Path(f"{sqlite_file(empty_sqlite_url)}{TURNS}")):
            await writes(one, "one")
