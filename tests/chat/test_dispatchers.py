"""Two bots read one inbox, each with its own memory; what one leaves, the other takes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bench.crowd import patience
from bot.chat.dialogue import Dialogue
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.intake import inbox
from bot.chat.intake.claims import LEASE
from bot.chat.intake.dispatcher import CLAIMED_AT_ONCE, SHARED_IN_HAND, Dispatcher
from bot.chat.intake.flood import FloodGate
from bot.chat.intake.inbox import Arrival, StoredUpdate
from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
CHANNEL = "test"
PATIENCE = 20.0


class Plain:
    """Reads any body."""

    def parse(self, body: str) -> Incoming:
        return Incoming(Address(CHANNEL, body), IncomingKind.TEXT, text=body)


@dataclass
class Log:
    """What was handled by whom, in the order of the commits."""

    lines: list[tuple[str, int, str]] = field(default_factory=list)
    open: set[str] = field(default_factory=set)

    def of(self, sender: str) -> list[int]:
        return [number for _, number, who in self.lines if who == sender]


class Slow:
    """A dialogue whose turns last until `gate` is open."""

    def __init__(self, name: str, database: Database, log: Log) -> None:
        self.name, self._database, self._log = name, database, log
        self.gate = asyncio.Event()
        self.begun = asyncio.Event()

    async def handle(self, update: StoredUpdate, incoming: Incoming) -> None:
        self.begun.set()
        await self.gate.wait()
        async with self._database.transaction() as tx:
            if not await inbox.mark_done(tx, update.id):
                return
            assert update.sender not in self._log.open
            self._log.open.add(update.sender)
            # The others have many chances to step in.
            for _ in range(20):
                await asyncio.sleep(0)
            self._log.open.discard(update.sender)
            tx.after_commit(lambda: self._log.lines.append((self.name, update.id, update.sender)))


@dataclass
class Bot:
    """One process."""

    database: Database
    dialogue: Slow
    dispatcher: Dispatcher

    async def stores(self, *senders: str, key: int) -> None:
        async with self.database.transaction() as tx:
            arrivals = [Arrival(f"{key + n}", who, who) for n, who in enumerate(senders)]
            await inbox.store(tx, CHANNEL, arrivals)
        self.dispatcher.wake()

    async def dies(self) -> None:
        """Like `kill -9`: nothing more is done, and nothing is let go."""
        mine = self.dispatcher
        tasks = [task for task in (mine._reader, mine._renewer, *mine._work) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class House:
    """Two bots on one database."""

    clock: FrozenClock
    log: Log
    one: Bot
    two: Bot

    async def all_done(self, count: int, *bots: Bot) -> None:
        async with patience(PATIENCE):
            while len(self.log.lines) < count:
                for bot in bots or (self.one, self.two):
                    bot.dispatcher.wake()
                await asyncio.sleep(0.005)


async def _bot(name: str, url: str, clock: FrozenClock, log: Log) -> Bot:
    database = await open_database(url, clock)
    slow = Slow(name, database, log)
    dispatcher = Dispatcher(
        database,
        cast(Dialogue, cast(Any, slow)),
        {CHANNEL: Plain()},
        FloodGate(burst=1e6),
        worker=name,
    )
    return Bot(database, slow, dispatcher)


@pytest.fixture
async def house(postgresql_url: str) -> AsyncIterator[House]:
    clock, log = FrozenClock(START), Log()
    bots = [await _bot(name, postgresql_url, clock, log) for name in ("one", "two")]
    yield House(clock, log, *bots)
    for bot in bots:
        bot.dialogue.gate.set()
        await bot.dispatcher.stop()
        await bot.database.close()


async def test_one_sender_is_answered_in_order_by_two_bots(house: House) -> None:
    """Telegram delivers to one and the other in turn, while every turn takes its time."""
    for bot in (house.one, house.two):
        bot.dialogue.gate.set()
        await bot.dispatcher.start()
    for key in range(30):
        await (house.one, house.two)[key % 2].stores("maryam", "huda", key=10 * key)
    await house.all_done(60)
    assert house.log.of("maryam") == sorted(house.log.of("maryam"))
    assert house.log.of("huda") == sorted(house.log.of("huda"))
    assert len({number for _, number, _ in house.log.lines}) == 60


async def test_what_came_to_the_second_waits_for_the_first(house: House) -> None:
    house.two.dialogue.gate.set()
    await house.one.dispatcher.start()
    await house.one.stores("maryam", key=1)
    await house.one.dialogue.begun.wait()
    await house.two.dispatcher.start()
    await house.two.stores("maryam", "huda", key=2)
    await house.all_done(1, house.two)
    assert house.log.lines == [("two", 3, "huda")]
    house.one.dialogue.gate.set()
    await house.all_done(3)
    assert house.log.of("maryam") == [1, 2]


async def test_what_a_dead_bot_had_is_done_by_the_other(house: House) -> None:
    await house.one.dispatcher.start()
    await house.one.stores("maryam", "maryam", "huda", key=1)
    await house.one.dialogue.begun.wait()
    await house.one.dies()
    house.two.dialogue.gate.set()
    await house.two.dispatcher.start()
    await house.two.dispatcher.idle()
    assert house.log.lines == []
    house.clock.advance(LEASE)
    await house.all_done(3, house.two)
    assert house.log.of("maryam") == [1, 2]
    assert {name for name, _, _ in house.log.lines} == {"two"}


async def test_who_stops_leaves_the_rest_at_once(house: House) -> None:
    """No lease has to run out: the clock stands still."""
    await house.one.dispatcher.start()
    await house.one.stores("maryam", "maryam", "maryam", key=1)
    await house.one.dialogue.begun.wait()
    stopping = asyncio.create_task(house.one.dispatcher.stop())
    await asyncio.sleep(0)
    house.one.dialogue.gate.set()
    await stopping
    assert house.log.lines == [("one", 1, "maryam")]
    house.two.dialogue.gate.set()
    await house.two.dispatcher.start()
    await house.all_done(3, house.two)
    assert [name for name, _, _ in house.log.lines] == ["one", "two", "two"]


async def test_a_bot_that_stalls_does_nothing_twice(house: House) -> None:
    """Its leases have run out and the other one has done everything when it goes on."""
    await house.one.dispatcher.start()
    await house.one.stores("maryam", "maryam", key=1)
    await house.one.dialogue.begun.wait()
    house.clock.advance(LEASE)
    house.two.dialogue.gate.set()
    await house.two.dispatcher.start()
    await house.all_done(2, house.two)
    house.one.dialogue.gate.set()
    await house.one.dispatcher.idle()
    assert house.log.lines == [("two", 1, "maryam"), ("two", 2, "maryam")]


async def test_nobody_takes_more_than_can_soon_be_handled(house: House) -> None:
    """The rest is for the others."""
    senders = [f"person {number}" for number in range(SHARED_IN_HAND + 3 * CLAIMED_AT_ONCE)]
    await house.one.dispatcher.start()
    await house.one.stores(*senders, key=1)
    await house.one.dialogue.begun.wait()
    async with patience(PATIENCE):
        while len(house.one.dispatcher._held) < SHARED_IN_HAND:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    house.two.dialogue.gate.set()
    await house.two.dispatcher.start()
    await house.all_done(len(senders) - SHARED_IN_HAND, house.two)
    assert {name for name, _, _ in house.log.lines} == {"two"}
    house.one.dialogue.gate.set()
    await house.all_done(len(senders))
