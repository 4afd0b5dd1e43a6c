"""One open transaction: what queries and actions are given to read and write with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from zlib import crc32

from sqlalchemy import Executable, Row, Table, insert
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

Dialect = Literal["sqlite", "postgresql"]


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    """`sql` with `?` written as `$1 …`, as asyncpg wants it. Literals must hold no `?`."""
    parts = sql.split("?")
    return "".join(f"{part}${i}" for i, part in enumerate(parts[:-1], 1)) + parts[-1]


class Tx:
    """An open transaction. `now` is its moment: every row it writes carries the same time."""

    def __init__(
        self, connection: AsyncConnection, driver: Any, dialect: Dialect, now: datetime
    ) -> None:
        self._connection = connection
        self._driver = driver
        self.dialect: Dialect = dialect
        self.now = now
        self.after: list[Callable[[], None]] = []

    # SQLAlchemy Core, for features

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a Core statement; `rows` repeats it for each row's values."""
        return await self._connection.execute(statement, rows or None)

    async def first(self, statement: Executable) -> Row[Any] | None:
        return (await self._connection.execute(statement)).first()

    async def all(self, statement: Executable) -> Sequence[Row[Any]]:
        return (await self._connection.execute(statement)).all()

    async def scalar(self, statement: Executable) -> Any:
        return (await self._connection.execute(statement)).scalar()

    async def scalars(self, statement: Executable) -> Sequence[Any]:
        return (await self._connection.execute(statement)).scalars().all()

    async def insert(self, table: Table, **values: Any) -> int:
        """Add one row and return its id."""
        statement = insert(table).values(**values).returning(table.c.id)
        return int((await self._connection.execute(statement)).scalar_one())

    # The driver directly, for the few statements that every update runs

    async def fetch(self, sql: str, *params: Any) -> list[Sequence[Any]]:
        """Run one statement at the driver, `?` for each value, and return its rows.

        Values are integers, text or None. Add RETURNING to learn what a write touched.
        """
        if self.dialect == "sqlite":
            return list(await self._driver.execute_fetchall(sql, params))
        return list(await self._driver.fetch(_numbered(sql), *params))

    async def run(self, sql: str, *params: Any) -> None:
        """Run one statement at the driver that returns nothing."""
        if self.dialect == "sqlite":
            await self._driver.execute_fetchall(sql, params)
        else:
            await self._driver.execute(_numbered(sql), *params)

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement at the driver for each row of values."""
        if self.dialect == "sqlite":
            cursor = await self._driver.executemany(sql, rows)
            await cursor.close()
        else:
            await self._driver.executemany(_numbered(sql), rows)

    async def lock(self, kind: str, number: int) -> None:
        """Hold `kind` `number` (a team, a meeting) until the end, so that a rule that counts
        rows cannot be broken by two transactions at once. SQLite has one writer anyway."""
        if self.dialect == "postgresql":
            await self._driver.execute(
                "SELECT pg_advisory_xact_lock($1, $2)",
                crc32(kind.encode()) - 2**31,
                number % 2**31,
            )

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call `action` once the work is durable; never when it is rolled back."""
        self.after.append(action)
