"""PostgreSQL as the bot's database: each transaction has a connection of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.core.clock import Clock
from bot.core.redaction import describe
from bot.storage.connection import PostgresConnection
from bot.storage.failures import (
    ConnectionLost,
    DatabaseAway,
    WroteWhileReading,
    is_read_only,
)
from bot.storage.transaction import Tx

KEPT, MORE = 10, 10
"""Connections that stay open, and how many more are opened where those are in use."""


class PostgresStore:
    """A database on a server, through a pool of connections.

    A transaction whose connection is lost raises `ConnectionLost`, whatever its body made of that;
    one that gets no connection, for whatever reason, raises `DatabaseAway`.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        # Transactions are begun and ended here by hand, so the driver must not do it as well.
        self._engine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=KEPT,
            max_overflow=MORE,
            hide_parameters=True,
        )

    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        return self._run("BEGIN", "COMMIT")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        try:
            async with self._run(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK"
            ) as tx:
                yield tx
        except Exception as error:
            if is_read_only(error):
                raise WroteWhileReading(describe(error)) from error
            raise

    @asynccontextmanager
    async def _run(self, begin: str, end: str) -> AsyncIterator[Tx]:
        async with AsyncExitStack() as stack:
            with _no_work_begun():
                connection = await stack.enter_async_context(self._engine.connect())
            raw = await self._begin(connection, begin)
            try:
                yield Tx(PostgresConnection(connection, raw), self._clock.now())
                await raw.execute(end)
            except BaseException as error:
                await _undo(connection, raw)
                if raw.is_closed() and isinstance(error, Exception):
                    raise ConnectionLost(describe(error)) from error
                raise

    async def _begin(self, connection: AsyncConnection, begin: str) -> Any:
        """Begin a transaction on a connection that lives; returns the driver's.

        :raises DatabaseAway: the server cannot be reached, or lets nobody in.
        :raises ConnectionLost: one after the other was dead, the new ones too.
        """
        for _ in range(KEPT + MORE + 1):
            with _no_work_begun():
                # This opens another one in place of a dead one.
                raw: Any = (await connection.get_raw_connection()).driver_connection
            try:
                await raw.execute(begin)
            except BaseException as error:
                await _undo(connection, raw)
                # Those that waited in the pool while the server was away: the next one, then.
                if raw.is_closed() and isinstance(error, Exception):
                    continue
                raise
            return raw
        raise ConnectionLost("no connection lives long enough to begin a transaction")

    async def close(self) -> None:
        await self._engine.dispose()


@contextmanager
def _no_work_begun() -> Iterator[None]:
    """Whatever keeps us from a connection (no way to the server, its name not known, a password
    that was just changed) says nothing about the work that waits for one."""
    try:
        yield
    except Exception as error:
        raise DatabaseAway(describe(error)) from error


async def _undo(connection: AsyncConnection, raw: Any) -> None:
    """Undo what was begun. The pool does not see what happens at the driver, so it is told of a
    connection that is dead, or whose state is not known; otherwise it would lend it again."""
    try:
        await raw.execute("ROLLBACK")
    except BaseException as error:
        await connection.invalidate()
        if not isinstance(error, Exception):
            raise
