"""PostgreSQL as the bot's database: each transaction has a connection of its own.

The connections are kept here and not in a pool of SQLAlchemy's, which lends each through greenlets
and closes the eleventh as soon as it is given back: in a rush, a connection was opened for every
other transaction.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

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
from bot.storage.whereabouts import CONNECT_SECONDS, why_unusable

CONNECTIONS = 20
"""How many are open at once; who comes when all are in use waits."""
PATIENCE_SECONDS = 30.0
"""How long a transaction waits for a connection, and the end for the transactions."""
UNDO_SECONDS = 5.0
"""How long undoing may take. A server that was asked to break off a statement just before it began
it goes through it to its end."""
UNUSED_SECONDS = 300.0
"""After which a connection that nobody needed is closed: balancers forget one that is silent."""


class PostgresStore:
    """A database on a server, through a few connections that stay open.

    A transaction whose connection is lost raises `ConnectionLost`, whatever its body made of that;
    one that gets no connection, for whatever reason, raises `DatabaseAway`.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        # Transactions are begun and ended here by hand, so the driver must not do it as well.
        self._engine = create_async_engine(
            url,
            connect_args={"timeout": CONNECT_SECONDS},
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
            hide_parameters=True,
        )
        self._url = url
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[tuple[float, PostgresConnection]] = []
        """Since when, and which; the last is lent first, so that the first can be closed."""
        self._closers: set[asyncio.Task[None]] = set()

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
        await self._take_place()
        try:
            connection = await self._begin(begin)
            try:
                yield Tx(connection, self._clock.now())
                if await connection.raw.execute(end) != end:
                    # Of a transaction in which a statement has failed, COMMIT keeps nothing, and
                    # does not call that an error.
                    raise RuntimeError("nothing was kept: whoever ran what failed went on")
            except BaseException as error:
                await self._undo(connection)
                if connection.is_lost and isinstance(error, Exception):
                    raise ConnectionLost(describe(error)) from error
                raise
            self._keep(connection)
        finally:
            self._places.release()

    async def _take_place(self) -> None:
        if not self._places.locked():
            # Without a timer, which costs as much as a statement.
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._places.acquire()
        except TimeoutError as error:
            raise DatabaseAway("every connection has been in use for too long") from error

    async def _begin(self, begin: str) -> PostgresConnection:
        """Begin a transaction on a connection that lives.

        :raises DatabaseAway: the server cannot be reached, or lets nobody in.
        :raises ConnectionLost: one after the other was dead, the new ones too.
        """
        for _ in range(CONNECTIONS + 1):
            if self._idle:
                _, connection = self._idle.pop()
            else:
                with self._no_work_begun():
                    connection = await PostgresConnection.open(self._engine)
            try:
                await connection.raw.execute(begin)
            except BaseException as error:
                await self._undo(connection)
                # Those that lay here while the server was away: the next one, then.
                if connection.is_lost and isinstance(error, Exception):
                    continue
                raise
            return connection
        raise ConnectionLost("no connection lives long enough to begin a transaction")

    @contextmanager
    def _no_work_begun(self) -> Iterator[None]:
        """Whatever keeps us from a connection (no way to the server, its name not known, a password
        that was just changed) says nothing about the work that waits for one."""
        try:
            yield
        except Exception as error:
            raise DatabaseAway(why_unusable(self._url, error) or describe(error)) from error

    async def _undo(self, connection: PostgresConnection) -> None:
        """Undo what was begun. One that is dead, or whose state is not known, is not lent again."""
        try:
            async with asyncio.timeout(UNDO_SECONDS):
                await connection.raw.execute("ROLLBACK")
        except BaseException as error:
            await connection.close()
            if not isinstance(error, Exception):
                raise
        else:
            self._keep(connection)

    def _keep(self, connection: PostgresConnection) -> None:
        if connection.is_lost:
            self._close_soon(connection)
            return
        now = asyncio.get_running_loop().time()
        self._idle.append((now, connection))
        since, unused = self._idle[0]
        if since < now - UNUSED_SECONDS:
            del self._idle[0]
            self._close_soon(unused)

    def _close_soon(self, connection: PostgresConnection) -> None:
        # Whose transaction has just ended does not wait for it.
        closer = asyncio.create_task(connection.close(), name="close connection")
        self._closers.add(closer)
        closer.add_done_callback(self._closers.discard)

    def clean_log(self) -> None:
        """Nothing: a server recycles its log by itself, and its vacuum removes dead rows."""

    async def cleaned(self) -> None:
        """At once: see `clean_log`."""

    async def close(self) -> None:
        """Let what is under way end, then close every connection."""
        taken = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while taken < CONNECTIONS:
                    await self._places.acquire()
                    taken += 1
        while self._idle:
            self._close_soon(self._idle.pop()[1])
        await asyncio.gather(*self._closers, return_exceptions=True)
        for _ in range(taken):
            self._places.release()
