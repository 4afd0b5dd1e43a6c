"""Two tickers on one PostgreSQL share what is due, and one that dies takes nothing along."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bench.crowd import patience
from bot.chat.incoming import Address
from bot.chat.person import add_visitor
from bot.core.clock import FrozenClock
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import BATCH, Holding, Holds, Ticker
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.scheduling.conftest import START

HOUR = timedelta(hours=1)
PATIENCE = 20.0


@dataclass
class Crew:
    """Tickers with a database connection of their own each, and a row for everything done."""

    url: str
    clock: FrozenClock
    databases: list[Database] = field(default_factory=list)
    tickers: list[Ticker] = field(default_factory=list)
    done_by: Counter[str] = field(default_factory=Counter)
    slow: set[str] = field(default_factory=set)
    """Workers who never come to the end of a batch."""
    holds: Holds | None = None
    midway: asyncio.Event = field(default_factory=asyncio.Event)

    async def hires(self, worker: str) -> Ticker:
        database = await open_database(self.url, self.clock)

        async def remind(tx: Tx, row: DueRow) -> None:
            await add_visitor(tx, Address("telegram", row.topic), "SA", "ar")
            if worker in self.slow:
                self.midway.set()
                await asyncio.Event().wait()
            tx.after_commit(lambda: self.done_by.update([worker]))
            await asyncio.sleep(0)

        job = Holding(remind, self.holds) if self.holds else remind
        ticker = Ticker(database, self.clock, {"remind": job}, worker=worker)
        self.databases.append(database)
        self.tickers.append(ticker)
        await ticker.start()
        return ticker

    async def plans(self, count: int) -> None:
        async with self.databases[0].transaction() as tx:
            for number in range(count):
                await due.set_due(tx, "remind", f"meeting:{number}", "1h", anchor=START + HOUR)

    async def reminded(self) -> Counter[str]:
        async with self.databases[0].reading() as tx:
            rows = await tx.fetch("SELECT external FROM addresses")
        return Counter(str(name) for (name,) in rows)

    async def until_done(self, count: int) -> None:
        async with patience(PATIENCE):
            while self.done_by.total() < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def crew(postgresql_url: str) -> AsyncIterator[Crew]:
    crew = Crew(postgresql_url, FrozenClock(START))
    yield crew
    for ticker in crew.tickers:
        await ticker.stop()
    for database in crew.databases:
        await database.close()


async def test_two_share_what_is_due_and_each_is_done_once(crew: Crew) -> None:
    await crew.hires("one")
    await crew.hires("two")
    await crew.plans(6 * BATCH)
    crew.clock.advance(HOUR)
    await crew.until_done(6 * BATCH)
    reminded = await crew.reminded()
    assert len(reminded) == reminded.total() == 6 * BATCH
    assert set(crew.done_by) == {"one", "two"}
    assert min(crew.done_by.values()) >= BATCH


async def test_what_a_dying_one_was_doing_is_done_once_by_the_other(crew: Crew) -> None:
    crew.slow = {"dying"}
    dying = await crew.hires("dying")
    await crew.plans(BATCH + 10)
    crew.clock.advance(HOUR)
    await crew.midway.wait()
    other = await crew.hires("other")
    await crew.until_done(10)
    assert len(await crew.reminded()) == 10
    assert dying._task
    dying._task.cancel()
    await asyncio.gather(dying._task, return_exceptions=True)
    dying._task = asyncio.create_task(asyncio.sleep(0))
    other.wake()
    await crew.until_done(BATCH + 10)
    reminded = await crew.reminded()
    assert len(reminded) == reminded.total() == BATCH + 10
    assert set(crew.done_by) == {"other"}


async def test_what_somebody_acts_on_is_left_alone_until_they_are_done(crew: Crew) -> None:
    """They hold it and move its row: the ticker, which has found it due, waits for nobody, does the
    others meanwhile, and comes back."""

    async def meeting(tx: Tx, row: DueRow) -> tuple[str, int]:
        return "meeting", int(row.topic.removeprefix("meeting:"))

    crew.holds = meeting
    await crew.hires("one")
    await crew.plans(3)
    async with crew.databases[0].transaction() as tx:
        await tx.lock("meeting", 1)
        crew.clock.advance(HOUR)
        await crew.until_done(2)
        await due.move(tx, "meeting:1", START + 2 * HOUR)
    crew.clock.advance(HOUR)
    await crew.until_done(3)
    reminded = await crew.reminded()
    assert len(reminded) == reminded.total() == 3


async def test_what_somebody_acts_on_is_done_as_soon_as_they_have(crew: Crew) -> None:
    """And nothing is called idle before."""

    async def meeting(tx: Tx, row: DueRow) -> tuple[str, int]:
        return "meeting", int(row.topic.removeprefix("meeting:"))

    crew.holds = meeting
    ticker = await crew.hires("one")
    await crew.plans(3)
    async with crew.databases[0].transaction() as tx:
        await tx.lock("meeting", 1)
        crew.clock.advance(HOUR)
        await crew.until_done(2)
    await ticker.idle()
    assert crew.done_by.total() == 3
