"""A database, a clock that stands still, and a ticker whose jobs write down what they did."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

import bot.chat.conversation
import bot.chat.intake.inbox
import bot.storage.audit  # noqa: F401 -- its table
from bot.chat.incoming import Address
from bot.chat.person import add_visitor
from bot.core.clock import FrozenClock
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import Repeating, Ticker, Together
from bot.storage.columns import from_millis
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx

START = datetime(2026, 10, 4, 7, 0, tzinfo=UTC)
SOME = 30
"""Rows that the job "remind some" takes at once."""
T = TypeVar("T")


class CollisionError(Exception):
    """As PostgreSQL tells of a transaction that it undid."""

    sqlstate = "40P01"


@dataclass
class Agenda:
    """Everything of one story. What a job has done is a row of the audit trail."""

    database: Database
    clock: FrozenClock
    failing: set[str] = field(default_factory=set)
    disk_is_full: bool = False
    """Topics whose job fails, as long as they stand here."""
    collisions: dict[str, int] = field(default_factory=dict)
    """How often a topic's job will yet collide with another transaction."""
    calls: list[str] = field(default_factory=list)
    together: list[int] = field(default_factory=list)
    ticker: Ticker | None = None

    async def begins(self, *repeating: Repeating) -> Ticker:
        self.ticker = Ticker(
            self.database,
            self.clock,
            {
                "remind": self._remind,
                "count": Together(self._count),
                "remind some": Together(self._remind_some, most=SOME),
                "remind daily": Together(self._remind_some, again=timedelta(days=1)),
            },
            repeating,
            worker="one",
        )
        await self.ticker.start()
        await self.ticker.idle()
        return self.ticker

    async def ends(self) -> None:
        if self.ticker:
            await self.ticker.stop()
        self.ticker = None

    async def moves(self, by: timedelta) -> None:
        self.clock.advance(by)
        assert self.ticker
        await self.ticker.idle()

    async def do(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        async with self.database.transaction() as tx:
            return await work(tx)

    async def done(self) -> list[str]:
        """Topic and slot of what was done, in that order."""
        rows = await self.do(lambda tx: tx.fetch("SELECT external FROM addresses ORDER BY id"))
        return [str(name).partition("#")[0] for (name,) in rows]

    async def states(self) -> dict[str, str]:
        rows = await self.do(lambda tx: tx.fetch("SELECT topic, slot, state FROM due"))
        return {f"{topic} {slot}": str(state) for topic, slot, state in rows}

    async def due_at(self, wanted: str) -> datetime:
        """When a row is due, by its topic and slot."""
        rows = await self.do(lambda tx: tx.fetch("SELECT topic, slot, due_at FROM due"))
        found = {f"{topic} {slot}": at for topic, slot, at in rows}
        return from_millis(found[wanted])

    async def set_behind_its_back(self, topic: str, anchor: datetime) -> None:
        """As another process sets a row: nobody here is told."""
        other = await open_database(self.database.url, self.clock)
        async with other.transaction() as tx:
            await due.set_due(tx, "remind", topic, "1h", anchor=anchor)
        await other.close()

    async def _remind(self, tx: Tx, row: DueRow) -> None:
        self.calls.append(row.topic)
        # The effect comes first: a failure must take it back.
        address = Address("telegram", f"{row.topic} {row.slot}#{len(self.calls)}")
        await add_visitor(tx, address, "SA", "ar")
        if self.collisions.get(row.topic):
            self.collisions[row.topic] -= 1
            raise CollisionError
        if self.disk_is_full:
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full
        if row.topic in self.failing:
            raise OSError(f"{row.topic} cannot be reminded of")

    async def _remind_some(self, tx: Tx, rows: Sequence[DueRow]) -> None:
        self.together.append(len(rows))
        for row in rows:
            await self._remind(tx, row)

    async def _count(self, tx: Tx, rows: Sequence[DueRow]) -> None:
        self.together.append(len(rows))


@pytest.fixture
async def agenda(database_url: str) -> AsyncIterator[Agenda]:
    clock = FrozenClock(START)
    database = await open_database(database_url, clock)
    agenda = Agenda(database, clock)
    yield agenda
    await agenda.ends()
    await database.close()
