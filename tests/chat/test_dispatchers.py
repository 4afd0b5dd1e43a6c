"""Two bots read one inbox, each with its own memory; what one leaves, the other takes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bench.crowd import patience
from bot.chat.dialogue import Dialogue
from bot.chat.incoming import Incoming
from bot.chat.intake import inbox
from bot.chat.intake.claims import LEASE
from bot.chat.intake.dispatcher import CLAIMED_AT_ONCE, SHARED_IN_HAND, Dispatcher
from bot.chat.intake.flood import FloodGate
from bot.chat.intake.inbox import Arrival, StoredUpdate
from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database
from tests.chat.plain_parser import CHANNEL, PlainParser

START = datetime(2026, 11, 22, 7, tzinfo=UTC)
PATIENCE = 20.0


@dataclass
class Log:
    """What was handled by whom, in the order of the commits."""

    lines: list[tuple[str, int, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
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
            for part in update.parts:
                assert await inbox.mark_done(tx, part)
            assert update.sender not in self._log.open
            self._log.open.add(update.sender)
            # The others have many chances to step in.
            for _ in range(20):
                await asyncio.sleep(0)
            self._log.open.discard(update.sender)
            tx.after_commit(lambda: self._log.lines.append((self.name, update.id, update.sender)))
            tx.after_commit(lambda: self._log.texts.append(incoming.text))


@dataclass
class DispatcherProcess:
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
class TwoProcesses:
    """Two bots on one database."""

    clock: FrozenClock
    log: Log
    one: DispatcherProcess
    two: DispatcherProcess

    async def all_done(self, count: int, *bots: DispatcherProcess) -> None:
        async with patience(PATIENCE):
            while len(self.log.lines) < count:
                for bot in bots or (self.one, self.two):
                    bot.dispatcher.wake()
                await asyncio.sleep(0.005)


async def _bot(name: str, url: str, clock: FrozenClock, log: Log) -> DispatcherProcess:
    database = await open_database(url, clock)
    slow = Slow(name, database, log)
    dispatcher = Dispatcher(
        database,
        cast(Dialogue, cast(Any, slow)),
        {CHANNEL: PlainParser()},
        FloodGate(burst=1e6),
        worker=name,
        clock=clock,
    )
    return DispatcherProcess(database, slow, dispatcher)


@pytest.fixture
async def processes(postgresql_url: str) -> AsyncIterator[TwoProcesses]:
    clock, log = FrozenClock(START), Log()
    bots = [await _bot(name, postgresql_url, clock, log) for name in ("one", "two")]
    yield TwoProcesses(clock, log, *bots)
    for bot in bots:
        bot.dialogue.gate.set()
        await bot.dispatcher.stop()
        await bot.database.close()


async def test_one_sender_is_answered_in_order_by_two_bots(processes: TwoProcesses) -> None:
    """Telegram delivers to one and the other in turn, while every turn takes its time."""
    for bot in (processes.one, processes.two):
        bot.dialogue.gate.set()
        await bot.dispatcher.start()
    for key in range(30):
        await (processes.one, processes.two)[key % 2].stores("maryam", "huda", key=10 * key)
    await processes.all_done(60)
    assert processes.log.of("maryam") == sorted(processes.log.of("maryam"))
    assert processes.log.of("huda") == sorted(processes.log.of("huda"))
    assert len({number for _, number, _ in processes.log.lines}) == 60


async def test_what_came_to_the_second_waits_for_the_first(processes: TwoProcesses) -> None:
    processes.two.dialogue.gate.set()
    await processes.one.dispatcher.start()
    await processes.one.stores("maryam", key=1)
    await processes.one.dialogue.begun.wait()
    await processes.two.dispatcher.start()
    await processes.two.stores("maryam", "huda", key=2)
    await processes.all_done(1, processes.two)
    assert processes.log.lines == [("two", 3, "huda")]
    processes.one.dialogue.gate.set()
    await processes.all_done(3)
    assert processes.log.of("maryam") == [1, 2]


async def test_what_a_dead_bot_had_is_done_by_the_other(processes: TwoProcesses) -> None:
    await processes.one.dispatcher.start()
    await processes.one.stores("maryam", "maryam", "huda", key=1)
    await processes.one.dialogue.begun.wait()
    await processes.one.dies()
    processes.two.dialogue.gate.set()
    await processes.two.dispatcher.start()
    await processes.two.dispatcher.idle()
    assert processes.log.lines == []
    processes.clock.advance(LEASE)
    await processes.all_done(3, processes.two)
    assert processes.log.of("maryam") == [1, 2]
    assert {name for name, _, _ in processes.log.lines} == {"two"}


async def test_a_part_that_comes_to_the_second_bot_joins_the_first(
    processes: TwoProcesses,
) -> None:
    async def stores(bot: DispatcherProcess, key: str, text: str) -> None:
        async with bot.database.transaction() as tx:
            await inbox.store(tx, CHANNEL, [Arrival(key, "maryam", text)])
        bot.dispatcher.wake()

    for bot in (processes.one, processes.two):
        bot.dialogue.gate.set()
    await processes.one.dispatcher.start()
    await stores(processes.one, "1", "a" * 4050)
    await processes.one.dispatcher.idle()
    await processes.two.dispatcher.start()
    await stores(processes.two, "2", "b" * 10)
    await processes.all_done(1, processes.two)
    assert processes.log.texts == ["a" * 4050 + " " + "b" * 10]
    # Nobody else is kept waiting, and after the moment is over nothing is.
    await stores(processes.one, "3", "c" * 4050)
    await processes.one.dispatcher.idle()
    processes.clock.advance(timedelta(seconds=1.6))
    await processes.all_done(2)
    assert processes.log.texts[1] == "c" * 4050


async def test_who_stops_leaves_the_rest_at_once(processes: TwoProcesses) -> None:
    """No lease has to run out: the clock stands still."""
    await processes.one.dispatcher.start()
    await processes.one.stores("maryam", "maryam", "maryam", key=1)
    await processes.one.dialogue.begun.wait()
    stopping = asyncio.create_task(processes.one.dispatcher.stop())
    await asyncio.sleep(0)
    processes.one.dialogue.gate.set()
    await stopping
    assert processes.log.lines == [("one", 1, "maryam")]
    processes.two.dialogue.gate.set()
    await processes.two.dispatcher.start()
    await processes.all_done(3, processes.two)
    assert [name for name, _, _ in processes.log.lines] == ["one", "two", "two"]


async def test_a_bot_that_stalls_does_nothing_twice(processes: TwoProcesses) -> None:
    """Its leases have run out and the other one has done everything when it goes on."""
    await processes.one.dispatcher.start()
    await processes.one.stores("maryam", "maryam", key=1)
    await processes.one.dialogue.begun.wait()
    processes.clock.advance(LEASE)
    processes.two.dialogue.gate.set()
    await processes.two.dispatcher.start()
    await processes.all_done(2, processes.two)
    processes.one.dialogue.gate.set()
    await processes.one.dispatcher.idle()
    assert processes.log.lines == [("two", 1, "maryam"), ("two", 2, "maryam")]


async def test_nobody_takes_more_than_can_soon_be_handled(processes: TwoProcesses) -> None:
    """The rest is for the others."""
    senders = [f"person {number}" for number in range(SHARED_IN_HAND + 3 * CLAIMED_AT_ONCE)]
    await processes.one.dispatcher.start()
    await processes.one.stores(*senders, key=1)
    await processes.one.dialogue.begun.wait()
    async with patience(PATIENCE):
        while len(processes.one.dispatcher._held) < SHARED_IN_HAND:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    processes.two.dialogue.gate.set()
    await processes.two.dispatcher.start()
    await processes.all_done(len(senders) - SHARED_IN_HAND, processes.two)
    assert {name for name, _, _ in processes.log.lines} == {"two"}
    processes.one.dialogue.gate.set()
    await processes.all_done(len(senders))
