"""Derived tables only repeat what others say, and are kept up to date with every change, so that
nobody waits while it is worked out. Here is what tells whether one has drifted, and puts it
right."""

import asyncio
from dataclasses import dataclass

from bot.storage.database import Database
from bot.storage.failures import is_collision
from bot.storage.transaction import Tx

PAUSE_SECONDS = 0.1
"""Before beginning again, for the writer that it collided with to end."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A table whose every row follows from `sources`. `keys` and `values` name its columns,
    `expected` selects them in that order; rows outside of `kept`, a condition, do not matter."""

    table: str
    keys: str
    values: str
    expected: str
    sources: tuple[str, ...]
    kept: str = "1 = 1"

    @property
    def fill(self) -> str:
        """The statement that fills the empty table."""
        return f"INSERT INTO {self.table} ({self.keys}, {self.values}) {self.expected}"

    async def count_wrong(self, tx: Tx) -> int:
        """How many rows are wrong, missing or too many; 0 unless somebody wrote past the
        actions. Reads all of the sources."""
        columns = f"{self.keys}, {self.values}"
        ((wrong,),) = await tx.fetch(
            f"WITH expected AS ({self.expected}),"  # noqa: S608
            f" present AS (SELECT {columns} FROM {self.table} WHERE {self.kept}),"
            " missing AS (SELECT * FROM expected EXCEPT SELECT * FROM present),"
            " extra AS (SELECT * FROM present EXCEPT SELECT * FROM expected)"
            f" SELECT count(*) FROM (SELECT {self.keys} FROM missing"
            f" UNION SELECT {self.keys} FROM extra) wrong"
        )
        return int(wrong)

    async def put_right(self, tx: Tx) -> int:
        """Write the table anew if anything is wrong with it; returns how many rows were. Waits
        for writers and holds them up."""
        if tx.dialect == "postgresql":
            tables = ", ".join((*self.sources, self.table))
            await tx.run(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
        if wrong := await self.count_wrong(tx):
            await tx.run(f"DELETE FROM {self.table}")  # noqa: S608
            await tx.run(self.fill)
        return wrong

    async def put_right_in(self, database: Database) -> int:
        """The same in a transaction of its own beside whoever writes: where it collides with one
        of them, it begins again."""
        while True:
            try:
                async with database.transaction() as tx:
                    return await self.put_right(tx)
            except Exception as error:
                if not is_collision(error):
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
