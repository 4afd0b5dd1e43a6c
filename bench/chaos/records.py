"""The bot's database read from outside, beside the running bot."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import asyncpg


class Records(Protocol):
    """Rows of a database, whichever it is; statements take `?` for each value."""

    async def fetch(self, sql: str, *values: Any) -> list[tuple[Any, ...]]: ...

    async def add(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows; those that are there already are left as they are."""
        ...


async def count(records: Records, rest: str, *values: Any) -> int:
    """How many rows `SELECT count(*) FROM rest` finds."""
    rows = await records.fetch(f"SELECT count(*) FROM {rest}", *values)  # noqa: S608
    return int(rows[0][0])


async def tally(records: Records, table: str, where: str = "1 = 1") -> dict[str, int]:
    """How many rows stand in each state."""
    sql = f"SELECT state, count(*) FROM {table} WHERE {where} GROUP BY state"  # noqa: S608
    return {str(state): int(number) for state, number in await records.fetch(sql)}


def _insertion(table: str, columns: str) -> str:
    marks = ", ".join("?" * len(columns.split(",")))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608


class SqliteRecords:
    """A file; each statement opens it anew, so that nothing is held while the bot is killed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _open(self, mode: str = "rw") -> sqlite3.Connection:
        address = f"{self.path.as_uri()}?mode={mode}"
        return sqlite3.connect(address, uri=True, timeout=30, isolation_level=None)

    async def fetch(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        # Read only: whoever closes a file last would tidy up after a kill in the bot's place.
        with closing(self._open("ro")) as connection:
            return connection.execute(sql, values).fetchall()

    async def add(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        with closing(self._open()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_insertion(table, columns), rows)
            connection.execute("COMMIT")

    def hold_writer(self) -> sqlite3.Connection:
        """Take the one write lock, as another program may; close the connection to give it back."""
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        return connection


class PostgresRecords:
    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    async def fetch(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self._dsn)
        try:
            return [tuple(row) for row in await connection.fetch(_numbered(sql), *values)]
        finally:
            await connection.close()

    async def add(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.executemany(_numbered(_insertion(table, columns)), rows)
        finally:
            await connection.close()


def _numbered(sql: str) -> str:
    first, *rest = sql.split("?")
    return first + "".join(f"${i}{part}" for i, part in enumerate(rest, 1))
