"""One open transaction: what queries and actions are given to read and write with."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, CursorResult, Executable, Row, Table, insert

from bot.arabic.search.common_tokens import CommonTokens
from bot.storage.connection import Dialect, StoreConnection
from bot.storage.secret_codes import SecretCodes
from bot.storage.signals import Signals

_NOBODY_WAITS = Signals()
_SECRET_CODES = SecretCodes()
A_HANDFUL = 128
"""Rows by their keys, up to which a statement costs less than the way to another thread."""


class Tx:
    """An open transaction. `now` is its moment: every row it writes carries the same time.

    It is given in whole milliseconds, never rounded up, since moments are stored so: with a finer
    one, a row could be due by its statement and not yet due by the code that compares.
    `signals`, `listeners`, `unchanging`, `secret_codes` and `common_tokens` are those of its
    database. `queued` is what was put into the outbox for other people, for whoever answers the one
    who acts.
    """

    def __init__(
        self, connection: StoreConnection, now: datetime, signals: Signals | None = None
    ) -> None:
        self._connection = connection
        self.dialect: Dialect = connection.dialect
        self.now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self.after: list[Callable[[], None]] = []
        self.signals = signals or _NOBODY_WAITS
        self.listeners: Mapping[str, Sequence[str]] | None = None
        self.unchanging: Collection[str] = ()
        self.secret_codes = _SECRET_CODES
        self.common_tokens = CommonTokens()
        self.queued: list[Any] = []

    # SQLAlchemy Core, for features. `values` fill the named parameters of a statement that is
    # built once: building it anew costs ten times as much as running it.

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a Core statement that returns no rows; `rows` repeats it for each row's values.
        The result tells the `rowcount`."""

        def work(core: Connection) -> CursorResult[Any]:
            return core.execute(statement, rows or None)

        if rows:
            return await self._connection.compute(work)
        return await self._connection.compute_here(work)

    async def first(self, statement: Executable, /, **values: Any) -> Row[Any] | None:
        """The first row: for a row that is found by its key. Like `execute` it runs at once, as
        `touch` does; what has to look through many rows is for `all` or `scalar`."""
        return await self._connection.compute_here(
            lambda core: core.execute(statement, values).first()
        )

    async def all(self, statement: Executable, /, **values: Any) -> Sequence[Row[Any]]:
        return await self._connection.compute(lambda core: core.execute(statement, values).all())

    async def scalar(self, statement: Executable, /, **values: Any) -> Any:
        return await self._connection.compute(lambda core: core.execute(statement, values).scalar())

    async def scalars(self, statement: Executable, /, **values: Any) -> Sequence[Any]:
        return await self._connection.compute(
            lambda core: core.execute(statement, values).scalars().all()
        )

    async def insert(self, table: Table, **values: Any) -> int:
        """Add one row and return its id."""
        statement = insert(table).values(**values).returning(table.c.id)
        return await self._connection.compute_here(
            lambda core: int(core.execute(statement).scalar_one())
        )

    async def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Add rows, which name the same columns, and return their ids in their order."""
        if not rows:
            return []
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return await self._connection.compute(
            lambda core: [int(number) for number in core.execute(statement, rows).scalars()]
        )

    # The driver directly, for the few statements that every update runs

    async def touch(self, sql: str, *params: Any) -> list[Sequence[Any]]:
        """`fetch` for a statement on a handful of rows that are found by their key.

        On SQLite it runs at once, in the loop's own thread, which saves most of its cost; nothing
        else in the process goes on meanwhile, so a statement that may meet many rows is not for
        here.
        """
        return await self._connection.touch(sql, params)

    async def fetch(self, sql: str, *params: Any) -> list[Sequence[Any]]:
        """Run one statement at the driver, `?` for each value, and return its rows.

        Values are integers, text or None. Add RETURNING to learn what a write touched.
        """
        return await self._connection.fetch(sql, params)

    async def run(self, sql: str, *params: Any) -> None:
        """Run one statement at the driver that returns nothing."""
        await self._connection.fetch(sql, params)

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement at the driver for each row of values."""
        await self._connection.run_many(sql, rows)

    async def lock(self, kind: str, number: int) -> None:
        """Hold `kind` `number` (a team, a meeting) until the end, so that a rule that counts
        rows cannot be broken by two transactions at once. SQLite has one writer anyway."""
        if self.dialect == "postgresql":
            await self._connection.fetch(
                "SELECT pg_advisory_xact_lock(?, ?)",
                (_kind_of(kind), number % 2**31),
            )

    async def held_elsewhere(self, wanted: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
        """Hold each `kind` `number` that nobody else holds, as `lock` does, and wait for none;
        returns the others."""
        if self.dialect != "postgresql" or not wanted:
            return set()
        each = list(wanted)
        rows = await self._connection.fetch(
            "SELECT place FROM unnest(?::int[], ?::int[]) WITH ORDINALITY AS wanted"
            " (kind, number, place) WHERE NOT pg_try_advisory_xact_lock(kind, number)",
            ([_kind_of(kind) for kind, _ in each], [number % 2**31 for _, number in each]),
        )
        return {each[int(place) - 1] for (place,) in rows}

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call `action` once the work is durable; never when it is rolled back."""
        self.after.append(action)

    def signal_after_commit(self, name: str, value: int | None = None) -> None:
        """Send a signal of the database once the work is durable."""
        self.after_commit(partial(self.signals.send, name, value))


def _kind_of(kind: str) -> int:
    return crc32(kind.encode()) - 2**31
