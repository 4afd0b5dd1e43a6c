"""One door to the database: `transaction()` to write, `reading()` to read.

SQLite has one writer: transactions that wait for each other share one commit (group commit), each
in a savepoint of its own, so FULL durability costs one sync for the whole group. When
`transaction()` returns, the work is durable; when the body raises, nothing of it remains. On
PostgreSQL each transaction has its own connection.

Never hold a transaction across a network call.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Protocol

from sqlalchemy import make_url

from bot.arabic.search.common_tokens import CommonTokens
from bot.core.clock import Clock
from bot.storage.connection import Dialect
from bot.storage.secret_codes import SecretCodes
from bot.storage.signals import Signals
from bot.storage.sqlite import SqliteStore
from bot.storage.transaction import Tx

_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)


ERASED = "erased"
"""The signal of a transaction that has erased something for good: no copy of it may be left in a
log either."""
Listeners = Mapping[str, Sequence[str]]
"""Who hears of what happens: the slices by the name of the event."""


class Store(Protocol):
    """What a database must be able to do, whichever it is."""

    def transaction(self) -> AbstractAsyncContextManager[Tx]: ...
    def reading(self) -> AbstractAsyncContextManager[Tx]: ...
    def clean_log(self) -> None: ...
    async def cleaned(self) -> None: ...
    async def close(self) -> None: ...


class Database:
    """The open database. Make it with `open_database`, end it with `close`."""

    def __init__(
        self,
        store: Store,
        url: str,
        listeners: Listeners | None = None,
        unchanging: Collection[str] = (),
        secret_codes: SecretCodes | None = None,
    ) -> None:
        self._store = store
        self.url = url
        self.listeners = listeners
        self.unchanging = unchanging
        self.secret_codes = secret_codes or SecretCodes()
        self.common_tokens = CommonTokens()
        self.signals = Signals()
        # For good: the database is as long there as its signals.
        self.signals.connect(ERASED, lambda _: store.clean_log())

    @property
    def dialect(self) -> Dialect:
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
                tx.signals, tx.listeners = self.signals, self.listeners
                self._tell(tx)
                yield tx
        finally:
            _inside.reset(token)
        for action in tx.after:
            action()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A consistent snapshot for reading; writing through it fails."""
        async with self._store.reading() as tx:
            self._tell(tx)
            yield tx

    def _tell(self, tx: Tx) -> None:
        """Give a transaction what it knows of its database."""
        tx.unchanging, tx.secret_codes = self.unchanging, self.secret_codes
        tx.common_tokens = self.common_tokens

    async def cleaned(self) -> None:
        """Return when no trace of what was erased is left in the log beside the database."""
        await self._store.cleaned()

    async def close(self) -> None:
        await self._store.close()


async def open_database(
    url: str,
    clock: Clock,
    listeners: Listeners | None = None,
    unchanging: Collection[str] = (),
    secret_codes: SecretCodes | None = None,
) -> Database:
    """Open the database of a SQLAlchemy URL with an async driver (aiosqlite or asyncpg).
    `listeners` are those of the joined slices, for whoever writes into it, and `unchanging` are the
    channels on which nothing can be changed that was sent; `secret_codes` seals with the
    installation's key what opens something."""
    given = (url, listeners, unchanging, secret_codes)
    if make_url(url).get_backend_name() == "sqlite":
        return Database(await SqliteStore.open(url, clock), *given)
    # It brings half of SQLAlchemy along, which a bot on SQLite never needs.
    from bot.storage.postgresql import PostgresStore

    return Database(PostgresStore(url, clock), *given)
