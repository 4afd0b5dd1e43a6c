"""The connections to a PostgreSQL: few, lent again, and none whose state is not known."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from asyncpg import connect_utils
from sqlalchemy import make_url, text

from bot.core.clock import FrozenClock
from bot.storage import postgresql
from bot.storage.database import Database, open_database
from bot.storage.failures import DatabaseAway
from bot.storage.postgresql import CONNECTIONS
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

Warden = Any
"""A connection of the driver's, which has no types."""


@pytest.fixture
async def database(empty_postgresql_url: str) -> AsyncIterator[Database]:
    database = await open_database(empty_postgresql_url, FrozenClock(NOW))
    async with database.transaction() as tx:
        await tx.run("CREATE TABLE notes (text TEXT)")
    yield database
    await database.close()


@pytest.fixture
async def warden(empty_postgresql_url: str) -> AsyncIterator[Warden]:
    """Who sees the connections of all others."""
    url = make_url(empty_postgresql_url)
    connection = await asyncpg.connect(
        user="postgres", host=str(url.query["host"]), database=url.database
    )
    yield connection
    await connection.close()


async def count_open(warden: Warden) -> int:
    return int(await warden.fetchval(f"SELECT count(*) {OTHERS}"))


async def connection_of(tx: Tx) -> int:
    return int((await tx.fetch("SELECT pg_backend_pid()"))[0][0])


async def notes(database: Database) -> list[str]:
    async with database.reading() as tx:
        return [row[0] for row in await tx.fetch("SELECT text FROM notes")]


class Crowd:
    """Transactions at the same time, each of which stays open until `leave`."""

    def __init__(self, database: Database, size: int) -> None:
        self._go = asyncio.Event()
        self._inside = asyncio.Semaphore(0)
        self.connections: set[int] = set()
        self.tasks = [asyncio.create_task(self._stay(database)) for _ in range(size)]

    async def _stay(self, database: Database) -> None:
        async with database.transaction() as tx:
            await tx.run("INSERT INTO notes VALUES ('crowd')")
            self.connections.add(await connection_of(tx))
            self._inside.release()
            await self._go.wait()

    async def gather(self, size: int) -> None:
        """Wait until so many are inside."""
        for _ in range(size):
            await self._inside.acquire()

    async def leave(self) -> None:
        self._go.set()
        await asyncio.gather(*self.tasks)


async def test_a_rush_finds_the_connections_of_the_rush_before(database: Database) -> None:
    used: set[int] = set()
    for _ in range(3):
        crowd = Crowd(database, CONNECTIONS)
        await crowd.gather(CONNECTIONS)
        await crowd.leave()
        used |= crowd.connections
    assert len(used) == CONNECTIONS


async def test_who_finds_every_connection_in_use_waits(database: Database, warden: Warden) -> None:
    crowd = Crowd(database, CONNECTIONS + 5)
    await crowd.gather(CONNECTIONS)
    assert await count_open(warden) == CONNECTIONS
    assert len(crowd.connections) == CONNECTIONS
    await crowd.leave()
    assert len(crowd.connections) == CONNECTIONS
    assert len(await notes(database)) == CONNECTIONS + 5


async def test_who_waits_in_vain_has_begun_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd(database, CONNECTIONS)
    await crowd.gather(CONNECTIONS)
    monkeypatch.setattr(postgresql, "PATIENCE_SECONDS", 0)
    for begin in (database.transaction, database.reading):
        with pytest.raises(DatabaseAway, match="in use"):
            async with begin():
                pass
    await crowd.leave()
    assert len(await notes(database)) == CONNECTIONS


async def test_who_waited_and_was_cancelled_takes_no_place(database: Database) -> None:
    crowd = Crowd(database, CONNECTIONS)
    await crowd.gather(CONNECTIONS)
    waiting = asyncio.create_task(notes(database))
    await asyncio.sleep(0)
    waiting.cancel()
    await crowd.leave()
    with suppress(asyncio.CancelledError):
        await waiting
    again = Crowd(database, CONNECTIONS)
    await again.gather(CONNECTIONS)
    await again.leave()


async def ended(warden: Warden, pid: int) -> None:
    await warden.fetch("SELECT pg_terminate_backend($1, 5000)", pid)


async def test_one_that_died_while_it_lay_idle_is_not_lent(
    database: Database, warden: Warden
) -> None:
    crowd = Crowd(database, 3)
    await crowd.gather(3)
    await crowd.leave()
    async with database.transaction() as tx:
        last = await connection_of(tx)
    await ended(warden, last)
    async with database.transaction() as tx:
        assert await connection_of(tx) in crowd.connections - {last}
    for pid in crowd.connections:
        await ended(warden, pid)
    async with database.transaction() as tx:
        assert await connection_of(tx) not in crowd.connections
    assert await count_open(warden) == 1


async def between_two_statements(tx: Tx) -> None:
    await asyncio.Event().wait()


async def within_a_statement(tx: Tx) -> None:
    await tx.fetch("SELECT pg_sleep(600)")


async def within_a_statement_of_sqlalchemys(tx: Tx) -> None:
    await tx.execute(text("SELECT pg_sleep(600)"))


async def swallowed(tx: Tx) -> None:
    """Whoever works here makes nothing of it."""
    with suppress(asyncio.CancelledError):
        await tx.execute(text("SELECT pg_sleep(600)"))


@pytest.mark.parametrize(
    "when",
    [
        between_two_statements,
        within_a_statement,
        within_a_statement_of_sqlalchemys,
        swallowed,
    ],
)
async def test_a_cancelled_transaction_leaves_nothing_to_the_next(
    database: Database, warden: Warden, when: Callable[[Tx], Any]
) -> None:
    inside = asyncio.Event()
    used: list[int] = []

    async def write() -> None:
        async with database.transaction() as tx:
            await tx.run("INSERT INTO notes VALUES ('cancelled')")
            used.append(await connection_of(tx))
            inside.set()
            await when(tx)

    task = asyncio.create_task(write())
    await inside.wait()
    # Asleep and not only about to be: what a server is asked to break off before it has begun it
    # does all the same.
    while when is not between_two_statements and not await warden.fetchval(
        f"SELECT count(*) {OTHERS} AND wait_event = 'PgSleep'"
    ):
        pass
    task.cancel()
    with suppress(asyncio.CancelledError, DatabaseAway):
        await task
    assert await notes(database) == []
    async with database.transaction() as tx:
        await tx.run("INSERT INTO notes VALUES ('kept')")
        # SQLAlchemy's half is that of the same connection.
        assert await tx.scalar(text("SELECT pg_backend_pid()")) == await connection_of(tx)
        if when is between_two_statements:
            assert await connection_of(tx) in used
    assert await notes(database) == ["kept"]
    assert await count_open(warden) == 1


async def test_a_statement_that_the_server_does_not_break_off_is_not_waited_for(
    database: Database, warden: Warden, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unheard(**_: Any) -> None:
        """The server was asked just before it began."""

    monkeypatch.setattr(connect_utils, "_cancel", unheard)
    monkeypatch.setattr(postgresql, "UNDO_SECONDS", 0.05)

    async def write() -> None:
        async with database.transaction() as tx:
            await within_a_statement(tx)

    task = asyncio.create_task(write())
    sleeping = f"{OTHERS} AND wait_event = 'PgSleep'"
    while not await warden.fetchval(f"SELECT count(*) {sleeping}"):
        pass
    task.cancel()
    with suppress(asyncio.CancelledError, DatabaseAway):
        await asyncio.wait_for(task, 60)
    assert await notes(database) == []
    await warden.execute(f"SELECT pg_terminate_backend(pid) {sleeping}")


async def test_one_that_nobody_needed_for_long_is_closed(
    database: Database, warden: Warden, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd(database, 5)
    await crowd.gather(5)
    await crowd.leave()
    assert await count_open(warden) == 5
    await notes(database)
    assert await count_open(warden) == 5
    monkeypatch.setattr(postgresql, "UNUSED_SECONDS", 0)
    for _ in range(5):
        await notes(database)
    while await count_open(warden) > 1:
        pass
    await notes(database)
    assert await count_open(warden) == 1


async def test_closing_lets_open_transactions_end(database: Database, warden: Warden) -> None:
    crowd = Crowd(database, 3)
    await crowd.gather(3)
    closing = asyncio.create_task(database.close())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not closing.done()
    await crowd.leave()
    await closing
    assert await warden.fetchval("SELECT count(*) FROM notes") == 3
    while await count_open(warden):
        pass


async def test_closing_does_not_wait_for_ever(
    database: Database, warden: Warden, monkeypatch: pytest.MonkeyPatch
) -> None:
    await notes(database)
    crowd = Crowd(database, 2)
    await crowd.gather(2)
    with monkeypatch.context() as hurried:
        hurried.setattr(postgresql, "PATIENCE_SECONDS", 0)
        await database.close()
    await crowd.leave()
    assert await warden.fetchval("SELECT count(*) FROM notes") == 2
    await database.close()
    while await count_open(warden):
        pass


async def test_work_whose_failure_was_passed_over_does_not_end_in_silence(
    database: Database,
) -> None:
    """COMMIT answers that it has rolled back, which is no error to the driver."""

    async def work() -> None:
        async with database.transaction() as tx:
            await tx.run("INSERT INTO notes VALUES ('before')")
            with suppress(asyncpg.PostgresError):
                await tx.run("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(RuntimeError, match="nothing was kept"):
        await work()
    assert await notes(database) == []
    async with database.transaction() as tx:
        await tx.run("INSERT INTO notes VALUES ('after')")
    assert await notes(database) == ["after"]
