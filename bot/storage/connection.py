"""One connection as a transaction speaks through it, whichever database is behind.

On SQLite a hop to the connection's thread and back costs some 45 µs of CPU, three to ten times
what a small statement does. So a statement on a few rows found by their key runs right in the
loop's own thread (`touch`, `compute_here`), and SQLAlchemy's own work (compiling, binding, reading
rows) crosses to the thread together with the statement, in one hop (`compute`): measured 62 to 90
µs instead of 420 to 600 through SQLAlchemy's async engine.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Dialect = Literal["sqlite", "postgresql"]
Rows = list[Sequence[Any]]
T = TypeVar("T")


class StoreConnection(Protocol):
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


STATEMENTS_COMPILED = 1500
"""How many statements SQLAlchemy keeps in the words of SQLite."""
_lent: ContextVar[sqlite3.Connection] = ContextVar("lent")


@cache
def _engine() -> Engine:
    """SQLAlchemy over every connection to SQLite of this process: a statement that went through one
    of them is not compiled again for the others."""
    return create_engine(
        "sqlite+pysqlite://",
        creator=_lent.get,
        poolclass=NullPool,
        # Transactions are begun and ended by hand.
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        query_cache_size=STATEMENTS_COMPILED,
    )


class SqliteConnection:
    """A connection of aiosqlite's, with its thread, and SQLAlchemy's Core on the same connection.

    When a call has returned or raised, nothing of it goes on in the thread, even when its task was
    cancelled: so what the loop does next on the connection comes after it.
    """

    dialect: Dialect = "sqlite"

    def __init__(self, connection: aiosqlite.Connection, raw: sqlite3.Connection) -> None:
        self._connection = connection
        # aiosqlite's own way to the thread: it takes any function, not only single statements. What
        # is public costs four times as much for a `select`: docs/decisions/0015.
        self._order: Callable[[Callable[[], Any]], Awaitable[Any]] = connection._execute
        self.raw = raw
        lent = _lent.set(raw)
        self._core = _engine().connect()
        _lent.reset(lent)

    @classmethod
    async def open(cls, path: str, pragmas: Iterable[str], statements: int) -> "SqliteConnection":
        """Connect to a file, in the connection's thread: it may have to recover what a crash has
        left. `statements` is how many prepared ones are kept."""
        made: list[sqlite3.Connection] = []

        def connect() -> sqlite3.Connection:
            raw = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, cached_statements=statements
            )
            for pragma in pragmas:
                raw.execute(f"PRAGMA {pragma}").close()
            made.append(raw)
            return raw

        connection = await aiosqlite.Connection(connect, iter_chunk_size=64)
        return cls(connection, made[0])

    async def touch(self, sql: str, params: Sequence[Any]) -> Rows:
        return self.raw.execute(sql, params).fetchall()

    async def fetch(self, sql: str, params: Sequence[Any]) -> Rows:
        return await self.hop(lambda: self.raw.execute(sql, params).fetchall())

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self.hop(lambda: self.raw.executemany(sql, rows).close())

    async def compute(self, work: Callable[[Connection], T]) -> T:
        return await self.hop(partial(work, self._core))

    async def compute_here(self, work: Callable[[Connection], T]) -> T:
        return work(self._core)

    async def hop(self, work: Callable[[], T]) -> T:
        """What `work` gives in the connection's thread."""
        try:
            result: T = await self._order(work)
        except asyncio.CancelledError:
            await self._drain()
            raise
        return result

    async def _drain(self) -> None:
        """Wait until everything ordered so far has ended, however often we are cancelled."""
        last = asyncio.ensure_future(self._order(lambda: None))
        while not last.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({last})

    async def close(self) -> None:
        """Finish what is ordered, end the thread and close the connection."""
        self._core.detach()
        await self._connection.close()


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    """`sql` with `?` written as `$1 …`, as asyncpg wants it. Literals must hold no `?`."""
    parts = sql.split("?")
    return "".join(f"{part}${i}" for i, part in enumerate(parts[:-1], 1)) + parts[-1]


class PostgresConnection:
    """A connection to PostgreSQL: asyncpg for our own SQL, SQLAlchemy over it for the rest."""

    dialect: Dialect = "postgresql"

    def __init__(self, core: "AsyncConnection", raw: Any) -> None:
        self._core = core
        self.raw = raw

    @classmethod
    async def open(cls, engine: "AsyncEngine") -> "PostgresConnection":
        """Connect to the engine's server."""
        core = await engine.connect()
        return cls(core, (await core.get_raw_connection()).driver_connection)

    @property
    def is_lost(self) -> bool:
        """Whether it is dead, as far as is known, or given up by SQLAlchemy, which would put
        another one in its place."""
        return self.raw.is_closed() or self._core.invalidated

    async def fetch(self, sql: str, params: Sequence[Any]) -> Rows:
        rows: Rows = await self.raw.fetch(_numbered(sql), *params)
        return rows

    touch = fetch

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self.raw.executemany(_numbered(sql), rows)

    async def compute(self, work: Callable[[Connection], T]) -> T:
        return await self._core.run_sync(work)

    compute_here = compute

    async def close(self) -> None:
        """Close it, whatever its state; where the server does not answer, within two seconds."""
        await self._core.invalidate()
        await self._core.close()
