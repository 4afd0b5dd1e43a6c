"""What passes by itself is told from what stays, by the codes of the databases alone."""

import asyncio
import errno
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from asyncpg.exceptions import (
    ConnectionDoesNotExistError,
    DeadlockDetectedError,
    InvalidPasswordError,
    LockNotAvailableError,
    OutOfMemoryError,
    PostgresIOError,
    QueryCanceledError,
    ReadOnlySQLTransactionError,
    SerializationError,
    StatementTooComplexError,
    UndefinedTableError,
)
from sqlalchemy import String, column, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError

from bot.core.clock import FrozenClock
from bot.storage import sqlite as sqlite_store
from bot.storage.database import Database, open_database
from bot.storage.failures import (
    DatabaseAway,
    UndoneTogether,
    WroteWhileReading,
    is_collision,
    is_outage,
)
from bot.storage.lists import among
from bot.storage.postgresql import PostgresStore
from tests.scheduling.conftest import START


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "halqa.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite+aiosqlite:///{path}", FrozenClock(START))
    async with database.transaction() as tx:
        await tx.run("CREATE TABLE notes (text TEXT)")
    yield database
    await database.close()


def coded(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return error


def wrapped(error: Exception) -> OperationalError:
    """As SQLAlchemy hands it on."""
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("error", "collides", "outage"),
    [
        (coded(sqlite3.SQLITE_BUSY), True, False),
        (coded(sqlite3.SQLITE_LOCKED), True, False),
        (coded(sqlite3.SQLITE_BUSY_SNAPSHOT), True, False),
        (coded(sqlite3.SQLITE_FULL), False, True),
        (coded(sqlite3.SQLITE_IOERR_FSYNC), False, True),
        (coded(sqlite3.SQLITE_CANTOPEN), False, True),
        (wrapped(coded(sqlite3.SQLITE_FULL)), False, True),
        (coded(sqlite3.SQLITE_ERROR), False, False),
        (wrapped(coded(sqlite3.SQLITE_ERROR)), False, False),
        (coded(sqlite3.SQLITE_NOMEM), False, False),
        (coded(sqlite3.SQLITE_IOERR_NOMEM), False, False),
        (coded(sqlite3.SQLITE_TOOBIG), False, False),
        (coded(sqlite3.SQLITE_CORRUPT), False, False),
        (sqlite3.OperationalError("of our own making"), False, False),
        (SerializationError(), True, False),
        (DeadlockDetectedError(), True, False),
        (LockNotAvailableError(), True, False),
        (wrapped(DeadlockDetectedError()), True, False),
        (PostgresIOError(), False, True),
        (OutOfMemoryError(), False, False),
        (StatementTooComplexError(), False, False),
        (QueryCanceledError(), False, False),
        (UndefinedTableError(), False, False),
        (DatabaseAway(), False, True),
        (UndoneTogether(), True, False),
        (OSError(errno.ENOSPC, "no space"), False, True),
        (OSError(errno.EHOSTUNREACH, "no route"), False, True),
        (OSError(errno.ENOENT, "no such file"), False, False),
        (OSError("something else"), False, False),
        (TimeoutError("too slow"), False, False),
    ],
    ids=repr,
)
def test_what_passes_is_known_by_its_code(error: Exception, collides: bool, outage: bool) -> None:
    assert (is_collision(error), is_outage(error)) == (collides, outage)


async def test_a_query_that_is_too_large_does_not_pass(database: Database) -> None:
    huge = "SELECT 1 WHERE " + " OR ".join(["1 = 2"] * 1500)
    with pytest.raises(sqlite3.OperationalError, match="too large") as caught:
        async with database.reading() as tx:
            await tx.fetch(huge)
    assert not is_collision(caught.value)
    assert not is_outage(caught.value)


async def test_a_full_disk_passes(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.fetch("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError, match="full") as caught:
        async with database.transaction() as tx:
            await tx.run_many("INSERT INTO notes VALUES (?)", [("x" * 5000,)] * 50)
    assert is_outage(caught.value)


async def test_a_database_that_another_program_holds_is_away(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "PATIENCE_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseAway):
            async with database.transaction():
                pass
    async with database.transaction() as tx:
        await tx.run("INSERT INTO notes VALUES ('later')")


async def test_writing_while_reading_is_no_outage(database: Database) -> None:
    with pytest.raises(WroteWhileReading) as caught:
        async with database.reading() as tx:
            await tx.run("INSERT INTO notes VALUES ('never')")
    assert not is_outage(caught.value)
    async with database.reading() as tx:
        assert await tx.fetch("SELECT * FROM notes") == []


async def test_nobody_is_blamed_for_what_undid_their_common_commit(database: Database) -> None:
    """One statement makes SQLite undo everything that was to be committed with it: the others do
    their work again, and only its own turn is at fault."""
    failures: dict[str, Exception] = {}

    async def write(text: str, *, undoes: bool) -> None:
        try:
            async with database.transaction() as tx:
                await tx.run("INSERT INTO notes VALUES (?)", text)
                if undoes:
                    await tx.run("INSERT OR ROLLBACK INTO strict VALUES (1)")
        except Exception as error:  # noqa: BLE001 -- what it is is looked at below
            failures[text] = error

    async with database.transaction() as tx:
        await tx.run("CREATE TABLE strict (n INTEGER PRIMARY KEY)")
        await tx.run("INSERT INTO strict VALUES (1)")
    await asyncio.gather(
        write("before", undoes=False), write("guilty", undoes=True), write("after", undoes=False)
    )
    assert isinstance(failures["guilty"], sqlite3.IntegrityError)
    innocent = [failures[text] for text in failures if text != "guilty"]
    assert innocent
    assert all(is_collision(error) for error in innocent)


class FakePostgres:
    """A PostgreSQL as SQLAlchemy and its driver show it, the first connection dead if it `died`."""

    def __init__(self, *, refuses: Exception | None = None, died: bool = False) -> None:
        self.refuses = refuses
        self.died = died
        self.given_up = self.invalidated = False
        self.said = ""

    async def connect(self) -> "FakePostgres":
        if self.refuses and (self.given_up or not self.died):
            raise self.refuses
        return self

    async def get_raw_connection(self) -> "FakePostgres":
        return self

    @property
    def driver_connection(self) -> "FakePostgres":
        return self

    async def execute(self, sql: str) -> str:
        if self.died:
            raise ConnectionDoesNotExistError
        self.said = sql
        return sql

    async def invalidate(self) -> None:
        self.given_up = True

    async def close(self) -> None:
        pass

    def is_closed(self) -> bool:
        return self.died

    async def fetch(self, sql: str) -> None:
        raise ReadOnlySQLTransactionError


def store_at(server: FakePostgres) -> PostgresStore:
    store = PostgresStore("postgresql+asyncpg://", FrozenClock(START))
    store._engine = cast(Any, server)
    return store


@pytest.mark.parametrize("died", [False, True], ids=["no connection", "a dead one"])
@pytest.mark.parametrize(
    "refuses",
    [
        socket.gaierror(socket.EAI_AGAIN, "no name"),
        TimeoutError(),
        ConnectionRefusedError(),
        InvalidPasswordError(),
    ],
    ids=repr,
)
async def test_whatever_keeps_us_from_a_connection_is_an_outage(
    refuses: Exception, *, died: bool
) -> None:
    """Nothing of the work has begun, so nothing of it is at fault."""
    store = store_at(FakePostgres(refuses=refuses, died=died))
    for begin in (store.transaction, store.reading):
        with pytest.raises(DatabaseAway) as caught:
            async with begin():
                pass
        assert is_outage(caught.value)


async def test_on_a_server_too_writing_while_reading_is_no_outage() -> None:
    server = FakePostgres()
    store = store_at(server)
    with pytest.raises(WroteWhileReading) as caught:
        async with store.reading() as tx:
            await tx.fetch("UPDATE notes SET text = ''")
    assert not is_outage(caught.value)
    # A server that is about to hand over says the same of what does write.
    with pytest.raises(ReadOnlySQLTransactionError) as refused:
        async with store.transaction() as tx:
            await tx.fetch("UPDATE notes SET text = ''")
    assert is_outage(refused.value)
    assert server.said == "ROLLBACK"


def test_an_empty_list_of_texts_is_one_of_texts() -> None:
    asked = select(literal("x", String)).where(among(column("name", String), []))
    assert "TEXT[]" in str(asked.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
