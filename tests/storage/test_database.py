"""The promise of `Database`: what returned is durable, what raised left nothing, and many
transactions may share one commit without knowing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.clock import FrozenClock
from bot.storage.columns import id_column
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)

metadata = MetaData()
counters = Table(
    "test_counters",
    metadata,
    id_column(),
    Column("name", String(20), unique=True),
    Column("value", Integer, nullable=False),
)


@pytest.fixture
async def database(empty_database_url: str) -> AsyncIterator[Database]:
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, [counters]))
    await engine.dispose()
    database = await open_database(empty_database_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        await tx.insert(counters, name="a", value=0)
    yield database
    await database.close()


async def value(database: Database) -> int:
    async with database.reading() as tx:
        return int(await tx.scalar(select(counters.c.value).where(counters.c.name == "a")))


async def add_one(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.lock("counter", 1)
        rows = await tx.fetch("SELECT value FROM test_counters WHERE name = ?", "a")
        await asyncio.sleep(0)
        await tx.run("UPDATE test_counters SET value = ? WHERE name = ?", rows[0][0] + 1, "a")


async def test_no_read_modify_write_is_lost(database: Database) -> None:
    await asyncio.gather(*(add_one(database) for _ in range(50)))
    assert await value(database) == 50


async def test_what_raises_leaves_nothing_and_spares_its_neighbours(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            await tx.run("UPDATE test_counters SET value = value + 1000")
            raise LookupError

    results = await asyncio.gather(
        *(add_one(database) if i % 3 else fail() for i in range(30)), return_exceptions=True
    )
    assert sum(isinstance(r, LookupError) for r in results) == 10
    assert await value(database) == 20


async def test_a_failed_statement_spares_its_neighbours(database: Database) -> None:
    async def collide() -> None:
        async with database.transaction() as tx:
            await tx.insert(counters, name="a", value=1)

    results = await asyncio.gather(
        *(add_one(database) if i % 2 else collide() for i in range(10)), return_exceptions=True
    )
    assert [type(r).__name__ for r in results] == ["IntegrityError", "NoneType"] * 5
    assert await value(database) == 5


async def test_a_cancelled_turn_leaves_nothing(database: Database) -> None:
    entered = asyncio.Event()

    async def hang() -> None:
        async with database.transaction() as tx:
            await tx.run("UPDATE test_counters SET value = 999")
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await add_one(database)
    assert await value(database) == 1


async def test_waiting_transactions_share_a_commit(empty_sqlite_url: str) -> None:
    database = await open_database(empty_sqlite_url, FrozenClock(NOW))
    commits: list[str] = []
    async with database.transaction() as tx:
        await tx.run("CREATE TABLE test_counters (name TEXT, value INTEGER)")
        await tx.run("INSERT INTO test_counters VALUES ('a', 0)")
    raw = database._store._writer.raw  # type: ignore[attr-defined]
    raw.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    await asyncio.gather(*(add_one(database) for _ in range(40)))
    raw.set_trace_callback(None)
    assert await value(database) == 40
    assert len(commits) < 5
    await database.close()


async def test_work_after_commit_runs_only_when_it_was_kept(database: Database) -> None:
    told: list[str] = []

    async def write(name: str, *, fail: bool) -> None:
        async with database.transaction() as tx:
            tx.after_commit(lambda: told.append(name))
            if fail:
                raise LookupError

    await asyncio.gather(
        write("kept", fail=False), write("undone", fail=True), return_exceptions=True
    )
    assert told == ["kept"]


async def test_a_transaction_inside_another_is_refused(database: Database) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError, match="open already"):
            async with database.transaction():
                pass


async def test_reading_cannot_write(database: Database) -> None:
    async def write(tx: Tx) -> None:
        await tx.run("UPDATE test_counters SET value = 5")

    with pytest.raises(Exception, match=r"(?i)read.?only"):
        async with database.reading() as tx:
            await write(tx)
    assert await value(database) == 0


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.reading() as tx:
        first = await tx.scalar(select(counters.c.value))
        await add_one(database)
        assert await tx.scalar(select(counters.c.value)) == first


async def test_a_full_disk_keeps_no_half_and_heals_without_a_restart(empty_sqlite_url: str) -> None:
    database = await open_database(empty_sqlite_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        await tx.run("CREATE TABLE test_counters (name TEXT, value INTEGER, note TEXT)")
        await tx.run("INSERT INTO test_counters VALUES ('a', 0, '')")
    async with database.transaction() as tx:
        pages = (await tx.fetch("PRAGMA page_count"))[0][0]
        await tx.fetch(f"PRAGMA max_page_count = {pages + 1}")

    async def write_much() -> None:
        async with database.transaction() as tx:
            await tx.run("UPDATE test_counters SET value = value + 1 WHERE name = ?", "a")
            await tx.run("INSERT INTO test_counters VALUES ('b', 1, ?)", "x" * 50_000)

    results = await asyncio.gather(*(write_much() for _ in range(5)), return_exceptions=True)
    assert all("full" in str(result) for result in results)
    assert await value(database) == 0
    async with database.transaction() as tx:
        await tx.fetch("PRAGMA max_page_count = 100000")
    await write_much()
    assert await value(database) == 1
    await database.close()
