"""What the connection promises however it is used: types in and out, order, patience."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.clock import FrozenClock
from bot.storage.columns import Enumerated, Json, Moment, id_column
from bot.storage.database import Database, open_database

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
PATIENCE = 120.0


class Mood(StrEnum):
    GOOD = "good"
    TIRED = "tired"


metadata = MetaData()
days = Table(
    "test_days",
    metadata,
    id_column(),
    Column("name", String(20), unique=True),
    Column("mood", Enumerated(Mood), nullable=False),
    Column("at", Moment),
    Column("facts", Json),
    Column("count", Integer, nullable=False, server_default="0"),
)


@pytest.fixture
async def database(empty_database_url: str) -> AsyncIterator[Database]:
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, [days]))
    await engine.dispose()
    database = await open_database(empty_database_url, FrozenClock(NOW))
    yield database
    await database.close()


async def test_values_come_back_as_what_they_were(database: Database) -> None:
    facts = {"قراءة": [1, None, {"deep": True}]}
    async with database.transaction() as tx:
        number = await tx.insert(days, name="الأحد", mood=Mood.GOOD, at=NOW, facts=facts)
        row = await tx.first(select(days).where(days.c.id == number))
    assert row is not None
    assert (row.name, row.mood, row.at, row.facts) == ("الأحد", Mood.GOOD, NOW, facts)
    assert row._mapping["count"] == 0
    assert row._mapping[days.c.mood] is Mood.GOOD
    async with database.reading() as tx:
        assert await tx.scalars(select(days.c.at)) == [NOW]
        assert await tx.scalar(select(days.c.mood).where(days.c.facts.is_not(None))) is Mood.GOOD
        assert await tx.fetch("SELECT mood FROM test_days WHERE name = ?", "الأحد") != []


async def test_many_rows_are_written_by_one_call_and_counted(database: Database) -> None:
    rows = [{"name": f"d{i}", "mood": Mood.TIRED, "at": None, "facts": None} for i in range(30)]
    async with database.transaction() as tx:
        await tx.execute(insert(days), rows)
        changed = await tx.execute(update(days).where(days.c.id > 10).values(mood=Mood.GOOD))
        gone = await tx.execute(delete(days).where(days.c.mood == Mood.TIRED))
        assert (changed.rowcount, gone.rowcount) == (20, 10)
        names = await tx.all(select(days.c.name).order_by(days.c.id).limit(2))
    assert [row.name for row in names] == ["d10", "d11"]


async def test_both_ways_to_the_database_see_each_other_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        number = await tx.insert(days, name="a", mood=Mood.GOOD)
        await tx.touch("UPDATE test_days SET count = count + ? WHERE id = ?", 5, number)
        await tx.execute(update(days).values(count=days.c.count * 2))
        await tx.run_many("UPDATE test_days SET count = count + ?", [(1,), (2,)])
        rows = await tx.touch(
            "UPDATE test_days SET count = count + 1 WHERE id = ? RETURNING count", number
        )
    assert [tuple(row) for row in rows] == [(14,)]


async def test_a_refused_statement_raises_where_it_was_asked(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.insert(days, name="a", mood=Mood.GOOD)
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await tx.execute(insert(days), [{"name": "a", "mood": Mood.GOOD}])
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with database.transaction() as tx:
            await tx.touch("INSERT INTO test_days (name, mood) VALUES ('a', 'good')")
    async with database.reading() as tx:
        assert await tx.scalars(select(days.c.name)) == ["a"]


async def test_what_was_cancelled_in_the_thread_leaves_nothing(empty_sqlite_url: str) -> None:
    database = await open_database(empty_sqlite_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        await tx.run("CREATE TABLE test_days (name TEXT)")
    began, go_on = threading.Event(), threading.Event()

    def wait() -> int:
        began.set()
        return int(go_on.wait(PATIENCE))

    raw = database._store._writer.raw  # type: ignore[attr-defined]
    raw.create_function("wait", 0, wait)

    async def write() -> None:
        async with database.transaction() as tx:
            await tx.run("INSERT INTO test_days SELECT 'late' WHERE wait()")

    task = asyncio.create_task(write())
    await asyncio.to_thread(began.wait, PATIENCE)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.transaction() as tx:
        await tx.touch("INSERT INTO test_days VALUES ('kept')")
    async with database.reading() as tx:
        assert await tx.fetch("SELECT name FROM test_days") == [("kept",)]
    await database.close()


async def test_a_writer_in_another_process_is_waited_for(empty_sqlite_url: str) -> None:
    database = await open_database(empty_sqlite_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        await tx.run("CREATE TABLE test_days (name TEXT)")
    other = sqlite3.connect(
        Path(empty_sqlite_url.partition("///")[2]), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO test_days VALUES ('other')")

    async def write() -> None:
        async with database.transaction() as tx:
            await tx.touch("INSERT INTO test_days VALUES ('own')")

    task = asyncio.create_task(write())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not task.done()
    other.execute("COMMIT")
    await task
    assert other.execute("SELECT name FROM test_days").fetchall() == [("other",), ("own",)]
    other.close()
    await database.close()


def list_database_threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if "_connection_worker_thread" in t.name]


async def test_closing_ends_every_thread(empty_sqlite_url: str) -> None:
    database = await open_database(empty_sqlite_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        await tx.run("CREATE TABLE test_days (name TEXT)")

    async def read() -> None:
        async with database.reading() as tx:
            await tx.fetch("SELECT name FROM test_days")

    await asyncio.gather(*(read() for _ in range(10)))
    threads = list_database_threads()
    assert threads
    await database.close()
    for thread in threads:
        thread.join(5)
    assert list_database_threads() == []
