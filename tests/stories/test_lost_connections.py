"""The server of the database ends every connection, as it does when it is restarted or another one
takes its place: people wait a moment and notice nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from asyncpg.exceptions import (
    AdminShutdownError,
    CannotConnectNowError,
    ConnectionDoesNotExistError,
    DiskFullError,
    PostgresError,
    ReadOnlySQLTransactionError,
    TooManyConnectionsError,
    UniqueViolationError,
)
from sqlalchemy import make_url, text

from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database
from bot.storage.failures import ConnectionLost, is_transient
from bot.storage.transaction import Tx
from tests.town import MORNING, Town

Warden = Any
"""A connection of the driver's, which has no types."""
START = datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
async def warden(database_url: str) -> AsyncIterator[Warden]:
    """Who may end the connections of all others."""
    url = make_url(database_url)
    connection = await asyncpg.connect(
        user="postgres", host=str(url.query["host"]), database=url.database
    )
    yield connection
    await connection.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url, FrozenClock(START))
    yield database
    await database.close()


async def cut(warden: Warden) -> int:
    """End every other connection to this database; returns how many."""
    rows = await warden.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return len(rows)


async def test_a_conversation_goes_on(town: Town, warden: Warden) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    maryam.sees("أهلًا")
    for _ in range(3):
        assert await cut(warden)
        await maryam.says("/start")
        maryam.sees("أهلًا")
    assert await cut(warden)
    await town.moves(to=MORNING + timedelta(minutes=5))
    await town.person("هدى").says("/start")
    assert town.app.dispatcher.runs
    assert town.app.ticker.runs


async def test_after_an_outage_nobody_gets_a_dead_connection(
    database: Database, warden: Warden
) -> None:
    async def work() -> None:
        async with database.transaction() as tx:
            await tx.fetch("SELECT pg_sleep(0.1)")

    await asyncio.gather(*(work() for _ in range(15)))
    assert await cut(warden) >= 10
    await asyncio.gather(*(work() for _ in range(15)))
    assert await cut(warden) >= 10
    async with database.reading() as tx:
        await tx.fetch("SELECT 1")


def at_the_driver(tx: Tx) -> Any:
    return tx.run("SELECT 1")


def through_sqlalchemy(tx: Tx) -> Any:
    return tx.execute(text("SELECT 1"))


async def nothing_more(tx: Tx) -> None:
    """The connection is gone by the time of the commit."""


async def misunderstood(tx: Tx) -> None:
    """Whoever calls makes something else of the error."""
    try:
        await tx.run("SELECT 1")
    except Exception as error:
        raise KeyError from error


@pytest.mark.parametrize("then", [at_the_driver, through_sqlalchemy, nothing_more, misunderstood])
async def test_a_lost_transaction_says_so_and_leaves_nothing(
    database: Database, warden: Warden, then: Callable[[Tx], Any]
) -> None:
    async def work() -> None:
        async with database.transaction() as tx:
            await tx.run("INSERT INTO leaders (task, worker, until) VALUES ('a', 'b', 0)")
            await cut(warden)
            await then(tx)

    with pytest.raises(ConnectionLost) as caught:
        await work()
    assert is_transient(caught.value)
    async with database.transaction() as tx:
        assert await tx.fetch("SELECT 1 FROM leaders") == []


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (AdminShutdownError(), True),
        (CannotConnectNowError(), True),
        (ConnectionDoesNotExistError(), True),
        (TooManyConnectionsError(), True),
        (DiskFullError(), True),
        (ReadOnlySQLTransactionError(), True),
        (ConnectionRefusedError(), True),
        (UniqueViolationError(), False),
        (KeyError(), False),
    ],
)
def test_what_passes_is_told_from_what_stays(error: PostgresError | Exception, again: bool) -> None:
    assert is_transient(error) is again
