"""One connection as a transaction speaks through it, whichever database is behind.

On SQLite a hop to the connection's thread and back costs some 45 µs of CPU, three to ten times
what a small statement does. So a statement on a few rows found by their key runs right in the
loop's own thread (`touch`, `compute_here`), and SQLAlchemy's own work (compiling, binding, reading
rows) crosses to the thread together with the statement, in one hop (`compute`): measured 62 to 90
µs instead of 420 to 600 through SQLAlchemy's async engine.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from sqlalchemy import Connection, Engine

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Dialect = Literal["sqlite", "postgresql"]
Rows = list[Sequence[Any]]
T = TypeVar("T")

FEW = 16
"""Rows that are written faster than a hop takes, or nearly."""


class Link(Protocol):
    """What a transaction needs of a connection. Statements have `?` for each value."""

    @property
    def dialect(self) -> Dialect: ...

    async def touch(self, sql: str, params: Sequence[Any]) -> Rows:
        """The rows of a statement that touches a handful of rows by an index."""
        ...

    async def fetch(self, sql: str, params: Sequence[Any]) -> Rows: ...

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None: ...

    async def compute(self, work: Callable[[Connection], T]) -> T:
        """What `work` makes of SQLAlchemy's connection, rows read and all."""
        ...

    async def compute_here(self, work: Callable[[Connection], T]) -> T:
        """`compute`, for work that touches a handful of rows by an index."""
        ...


_Order = tuple["asyncio.Future[Any]", Callable[[], Any]]


class SqliteLink:
    """A connection to SQLite and its thread, which the first hop starts.

    When a call has returned or raised, nothing of it goes on in the thread, also when its task was
    cancelled: so what the loop does next on the connection comes after it.
    """

    dialect: Dialect = "sqlite"

    def __init__(self, engine: Engine) -> None:
        self._core = engine.connect()
        raw = self._core.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        self.raw = raw
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def touch(self, sql: str, params: Sequence[Any]) -> Rows:
        return self.raw.execute(sql, params).fetchall()

    async def fetch(self, sql: str, params: Sequence[Any]) -> Rows:
        return await self.hop(lambda: self.raw.execute(sql, params).fetchall())

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        values = list(rows)
        if len(values) <= FEW:
            self.raw.executemany(sql, values).close()
        else:
            await self.hop(lambda: self.raw.executemany(sql, values).close())

    async def compute(self, work: Callable[[Connection], T]) -> T:
        return await self.hop(partial(work, self._core))

    async def compute_here(self, work: Callable[[Connection], T]) -> T:
        return work(self._core)

    async def hop(self, work: Callable[[], T]) -> T:
        """What `work` gives in the connection's thread."""
        try:
            return await self._order(work)
        except asyncio.CancelledError:
            await self._drain()
            raise

    def _order(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        if self._thread is None:
            self._thread = Thread(target=_serve, args=(self._orders,), name="sqlite", daemon=True)
            self._thread.start()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._orders.put((future, work))
        return future

    async def _drain(self) -> None:
        """Wait until everything ordered so far has ended, however often we are cancelled."""
        last = self._order(lambda: None)
        while not last.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({last})

    async def close(self) -> None:
        """End the thread and close the connection."""
        if self._thread is not None:
            await self._drain()
            self._orders.put(None)
            self._thread.join()
            self._thread = None
        self._core.close()


def _serve(orders: "SimpleQueue[_Order | None]") -> None:
    while (order := orders.get()) is not None:
        future, work = order
        try:
            report = partial(_succeed, future, work())
        except BaseException as error:  # noqa: BLE001 -- it is raised where the work was ordered
            report = partial(_fail, future, error)
        # Whoever closed their loop does not wait for the answer.
        with suppress(RuntimeError):
            future.get_loop().call_soon_threadsafe(report)
        del order, future, work, report


def _succeed(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    """`sql` with `?` written as `$1 …`, as asyncpg wants it. Literals must hold no `?`."""
    parts = sql.split("?")
    return "".join(f"{part}${i}" for i, part in enumerate(parts[:-1], 1)) + parts[-1]


class PostgresLink:
    """A connection to PostgreSQL: asyncpg for our own SQL, SQLAlchemy over it for the rest."""

    dialect: Dialect = "postgresql"

    def __init__(self, core: "AsyncConnection", raw: Any) -> None:
        self._core = core
        self.raw = raw

    async def fetch(self, sql: str, params: Sequence[Any]) -> Rows:
        return list(await self.raw.fetch(_numbered(sql), *params))

    touch = fetch

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self.raw.executemany(_numbered(sql), rows)

    async def compute(self, work: Callable[[Connection], T]) -> T:
        return await self._core.run_sync(work)

    compute_here = compute
