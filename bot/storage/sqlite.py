"""SQLite as the bot's database: one writer with group commit, and a few readers.

Everything that cannot wait for a disk or for another process runs in the loop's own thread;
COMMIT, which does, and statements on many rows go to the connection's thread.
"""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.clock import Clock
from bot.core.redaction import describe
from bot.storage.connection import SqliteConnection
from bot.storage.failures import (
    DatabaseAway,
    UndoneTogether,
    WroteWhileReading,
    is_read_only,
    is_transient,
)
from bot.storage.transaction import Tx
from bot.storage.whereabouts import close_to_others, sqlite_file
from bot.storage.write_turns import WriteTurns

READERS = 4
PATIENCE_SECONDS = 5.0
"""How long a transaction waits for another process that writes."""
LOOK_AGAIN_SECONDS = 0.002
"""On the average: those who look at the same pace would stand in each other's way."""
POLITE_SECONDS = 1.0
"""How long one waits for the place of whoever is next, who may have been stopped there."""
CLEAN_AGAIN_SECONDS = 0.05
"""Pause before the log is emptied once more, where somebody was just reading from it."""
STATEMENTS_KEPT = 512
"""Prepared statements of each connection: all of ours, and those of SQLAlchemy that recur."""


class _Group:
    """Transactions that share one commit."""

    def __init__(self) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done.add_done_callback(lambda done: done.exception())
        self.broken: Exception | None = None
        """What the rest of the group is told when nothing of it could be kept."""


class SqliteStore:
    """One database file, open. Made with `open`."""

    def __init__(self, url: str, clock: Clock, writer: SqliteConnection) -> None:
        self._clock = clock
        self._url = url
        self._writer = writer
        self._turns = WriteTurns(sqlite_file(url))
        self._idle: list[SqliteConnection] = []
        self._reading = asyncio.Semaphore(READERS)
        self._lock = asyncio.Lock()
        self._group: _Group | None = None
        self._committers: set[asyncio.Task[None]] = set()
        self._cleaner: asyncio.Task[None] | None = None
        self._closing = False

    @classmethod
    async def open(cls, url: str, clock: Clock) -> "SqliteStore":
        """Open the file of the URL; a new one is made, which is its owner's alone."""
        file = sqlite_file(url)
        if file is not None:
            await asyncio.to_thread(close_to_others, file)
        writer = await _connect(url, "journal_mode=WAL", "synchronous=FULL", "busy_timeout=0")
        return cls(url, clock, writer)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        raw = self._writer.raw
        async with self._lock:
            group = self._group or await self._begin()
            if group.broken:
                raise group.broken
            raw.execute("SAVEPOINT turn")
            try:
                yield Tx(self._writer, self._clock.now())
                raw.execute("RELEASE turn")
            except BaseException as error:
                _undo(raw, group, error)
                raise
        await asyncio.shield(group.done)

    async def _begin(self) -> _Group:
        try:
            if not (self._turns.take() and self._begins()):
                await self._wait_to_begin()
        finally:
            self._turns.leave()
        self._group = group = _Group()
        # The committer queues for the lock behind everybody who is waiting by then: they form the
        # group.
        committer = asyncio.create_task(self._commit(group), name="commit")
        self._committers.add(committer)
        committer.add_done_callback(self._committers.discard)
        return group

    def _begins(self) -> bool:
        """Begin a transaction that writes; False: another process is in one."""
        try:
            self._writer.raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    async def _wait_to_begin(self) -> None:
        """Begin as soon as it is our turn among the processes that write."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        while loop.time() < since + PATIENCE_SECONDS:
            await asyncio.sleep(LOOK_AGAIN_SECONDS * random.uniform(0.5, 1.5))
            is_next = self._turns.take() or loop.time() >= since + POLITE_SECONDS
            if is_next and self._begins():
                return
        raise DatabaseAway("another program holds the database")

    async def _commit(self, group: _Group) -> None:
        raw = self._writer.raw
        async with self._lock:
            self._group = None
            try:
                if group.broken:
                    raise group.broken
                await self._writer.hop(raw.commit)
            except BaseException as error:
                if raw.in_transaction:
                    await self._writer.hop(raw.rollback)
                group.done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                group.done.set_result(None)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        async with self._reading:
            connection = (
                self._idle.pop() if self._idle else await _connect(self._url, "query_only=ON")
            )
            try:
                connection.raw.execute("BEGIN")
                yield Tx(connection, self._clock.now())
            except Exception as error:
                if is_read_only(error):
                    raise WroteWhileReading(describe(error)) from error
                raise
            finally:
                if connection.raw.in_transaction:
                    connection.raw.execute("ROLLBACK")
                self._idle.append(connection)

    def clean_log(self) -> None:
        """Have the write-ahead log emptied soon: what was erased stands there as it was before,
        until later pages take its place. Whoever reads at that moment holds it up for as long."""
        if self._cleaner is None or self._cleaner.done():
            self._cleaner = asyncio.create_task(self._clean(), name="clean log")

    async def cleaned(self) -> None:
        """Return when the log is as empty as `clean_log` promised."""
        if self._cleaner is not None:
            await self._cleaner

    async def _clean(self) -> None:
        while not self._closing:
            async with self._lock:
                # A group that is open by now has the lock next, to commit.
                if self._group is None:
                    rows = await self._writer.fetch("PRAGMA wal_checkpoint(TRUNCATE)", ())
                    if not rows[0][0]:
                        return
            await asyncio.sleep(CLEAN_AGAIN_SECONDS)

    async def close(self) -> None:
        # The last connection takes the log along when it closes.
        self._closing = True
        if self._cleaner is not None:
            # Whoever ends the process may have ended this; the log goes with the connection.
            await asyncio.gather(self._cleaner, return_exceptions=True)
        while self._committers:
            await asyncio.gather(*self._committers, return_exceptions=True)
        for connection in (self._writer, *self._idle):
            await connection.close()
        self._idle.clear()
        self._turns.close()


def _undo(raw: sqlite3.Connection, group: _Group, error: BaseException) -> None:
    if raw.in_transaction:
        raw.execute("ROLLBACK TO turn")
        raw.execute("RELEASE turn")
    else:
        # A full disk makes SQLite roll back everything: no member of the group may believe
        # that its work was kept.
        group.broken = _as_told_to_others(error)


def _as_told_to_others(error: BaseException) -> Exception:
    """An outage is everybody's; what only one of the group did wrong is no fault of the others."""
    if isinstance(error, Exception) and is_transient(error):
        return error
    return UndoneTogether("undone together with another transaction")


async def _connect(url: str, *pragmas: str) -> SqliteConnection:
    path = str(sqlite_file(url) or ":memory:")
    # What is deleted is overwritten: builds of SQLite differ in what they do by themselves.
    always = ("busy_timeout=5000", "foreign_keys=ON", "secure_delete=ON")
    return await SqliteConnection.open(path, (*always, *pragmas), STATEMENTS_KEPT)
