"""PostgreSQL as the bot's database: each transaction has a connection of its own."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.clock import Clock
from bot.storage.link import PostgresLink
from bot.storage.transaction import Tx


class PostgresStore:
    """A database on a server, through a pool of connections."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        # Transactions are begun and ended here by hand, so the driver must not do it as well.
        self._engine = create_async_engine(
            url, isolation_level="AUTOCOMMIT", pool_size=10, max_overflow=10
        )

    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        return self._run("BEGIN", "COMMIT")

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        return self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK")

    @asynccontextmanager
    async def _run(self, begin: str, end: str) -> AsyncIterator[Tx]:
        async with self._engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            await raw.execute(begin)
            try:
                yield Tx(PostgresLink(connection, raw), self._clock.now())
                await raw.execute(end)
            except BaseException:
                if not raw.is_closed():
                    await raw.execute("ROLLBACK")
                raise

    async def close(self) -> None:
        await self._engine.dispose()
