"""One door to the database: `transaction()` to write, `reading()` to read.

SQLite has one writer: transactions that wait for each other share one commit (group commit), each
in a savepoint of its own, so FULL durability costs one sync for the whole group. When
`transaction()` returns, the work is durable; when the body raises, nothing of it remains. On
PostgreSQL each transaction has its own connection.

Never hold a transaction across a network call.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.clock import Clock
from bot.storage.transaction import Tx

_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)
READERS = 4


class Store(Protocol):
    """What a database must be able to do, whichever it is."""

    def transaction(self) -> AbstractAsyncContextManager[Tx]: ...
    def reading(self) -> AbstractAsyncContextManager[Tx]: ...
    async def close(self) -> None: ...


class Database:
    """The open database. Make it with `open_database`, end it with `close`."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self.url = url

    @property
    def dialect(self) -> str:
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """A writing transaction, durable when the block has ended.

        :raises RuntimeError: when opened inside another one of the same task, which would wait
            for itself.
        """
        if _inside.get():
            raise RuntimeError("a transaction is open already: pass its tx on")
        token = _inside.set(True)
        try:
            async with self._store.transaction() as tx:
                yield tx
        finally:
            _inside.reset(token)
        for action in tx.after:
            action()

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """A consistent snapshot for reading; writing through it fails."""
        return self._store.reading()

    async def close(self) -> None:
        await self._store.close()


async def open_database(url: str, clock: Clock) -> Database:
    """Open the database of a SQLAlchemy URL with an async driver (aiosqlite or asyncpg)."""
    if make_url(url).get_backend_name() == "sqlite":
        return Database(await _Sqlite.open(url, clock), url)
    return Database(_Postgres(url, clock), url)


def _engine(url: str, **options: Any) -> AsyncEngine:
    # Transactions are begun and ended here by hand, so the driver must not do it as well.
    return create_async_engine(url, isolation_level="AUTOCOMMIT", **options)


async def _driver(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


class _Group:
    """Transactions that share one commit."""

    def __init__(self) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done.add_done_callback(lambda done: done.exception())
        self.broken: BaseException | None = None


class _Sqlite:
    def __init__(self, clock: Clock, writer: AsyncEngine, readers: AsyncEngine) -> None:
        self._clock = clock
        self._writer = writer
        self._readers = readers
        self._connection: AsyncConnection | None = None
        self._raw: Any = None
        self._lock = asyncio.Lock()
        self._group: _Group | None = None
        self._committers: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, url: str, clock: Clock) -> "_Sqlite":
        writer = _engine(url, pool_size=1, max_overflow=0)
        readers = _engine(url, pool_size=READERS, max_overflow=0)

        @event.listens_for(writer.sync_engine, "connect")
        def prepare_writer(connection: Any, record: object) -> None:
            _set_pragmas(connection, "journal_mode=WAL", "synchronous=FULL")

        @event.listens_for(readers.sync_engine, "connect")
        def prepare_reader(connection: Any, record: object) -> None:
            _set_pragmas(connection, "query_only=ON")

        self = cls(clock, writer, readers)
        self._connection = await writer.connect()
        self._raw = await _driver(self._connection)
        return self

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        assert self._connection is not None
        async with self._lock:
            group = self._group or await self._begin()
            if group.broken:
                raise group.broken
            await self._raw.execute_fetchall("SAVEPOINT turn")
            tx = Tx(self._connection, self._raw, "sqlite", self._clock.now())
            try:
                yield tx
                await self._raw.execute_fetchall("RELEASE turn")
            except BaseException as error:
                await self._undo(group, error)
                raise
        await asyncio.shield(group.done)

    async def _begin(self) -> _Group:
        await self._raw.execute_fetchall("BEGIN IMMEDIATE")
        self._group = group = _Group()
        # The committer queues for the lock behind everybody who waits by now: they form the group.
        committer = asyncio.create_task(self._commit(group), name="commit")
        self._committers.add(committer)
        committer.add_done_callback(self._committers.discard)
        return group

    async def _undo(self, group: _Group, error: BaseException) -> None:
        if self._raw.in_transaction:
            await self._raw.execute_fetchall("ROLLBACK TO turn")
            await self._raw.execute_fetchall("RELEASE turn")
        else:
            # A full disk makes SQLite roll back everything: no member of the group may believe
            # that its work was kept.
            group.broken = error

    async def _commit(self, group: _Group) -> None:
        async with self._lock:
            self._group = None
            try:
                if group.broken:
                    raise group.broken
                await self._raw.execute_fetchall("COMMIT")
            except BaseException as error:
                if self._raw.in_transaction:
                    await self._raw.execute_fetchall("ROLLBACK")
                group.done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                group.done.set_result(None)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        async with self._readers.connect() as connection:
            raw = await _driver(connection)
            await raw.execute_fetchall("BEGIN")
            try:
                yield Tx(connection, raw, "sqlite", self._clock.now())
            finally:
                await raw.execute_fetchall("ROLLBACK")

    async def close(self) -> None:
        while self._committers:
            await asyncio.gather(*self._committers, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
        await self._writer.dispose()
        await self._readers.dispose()


def _set_pragmas(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "foreign_keys=ON", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Postgres:
    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        self._engine = _engine(url, pool_size=10, max_overflow=10)

    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        return self._run("BEGIN", "COMMIT")

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        return self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK")

    @asynccontextmanager
    async def _run(self, begin: str, end: str) -> AsyncIterator[Tx]:
        async with self._engine.connect() as connection:
            raw = await _driver(connection)
            await raw.execute(begin)
            try:
                yield Tx(connection, raw, "postgresql", self._clock.now())
                await raw.execute(end)
            except BaseException:
                if not raw.is_closed():
                    await raw.execute("ROLLBACK")
                raise

    async def close(self) -> None:
        await self._engine.dispose()
