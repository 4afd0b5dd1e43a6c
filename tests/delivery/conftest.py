"""The delivery alone: a database, a clock that stands still, a scripted channel, a sender."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

import bot.chat.intake.inbox
import bot.storage.audit  # noqa: F401 -- its table
from bench.crowd import patience
from bot.channels.telegram import rates
from bot.chat.conversation import Contact, load_contact
from bot.chat.incoming import Address
from bot.chat.person import add_visitor
from bot.chat.screen import Screen
from bot.core.clock import FrozenClock
from bot.delivery import outbox
from bot.delivery.addresses import absorb
from bot.delivery.limits import Limits
from bot.delivery.message import MessageState
from bot.delivery.sender import Sender
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx
from tests.delivery import former
from tests.delivery.board import Board
from tests.delivery.scripted import ScriptedChannel, WatchedTimer

START = datetime(2026, 10, 4, 7, 0, tzinfo=UTC)
LOOPS = 2
"""In which each sender waits for the time."""
OFF = rates(None, None, None)
T = TypeVar("T")


@dataclass
class DeliveryStory:
    """Everything of one story. Chats are named after people: chat "maryam" is Maryam's."""

    database: Database
    clock: FrozenClock
    timer: WatchedTimer
    channel: ScriptedChannel
    others: list[ScriptedChannel] = field(default_factory=list)
    """Channels beside it, with rates of their own."""
    people: dict[str, int] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    senders: list[Sender] = field(default_factory=list)

    @property
    def elsewhere(self) -> dict[str, ScriptedChannel]:
        """Further channels, by name."""
        return {channel.name: channel for channel in self.others}

    async def has_also(self, name: str, channel: str, chat: str) -> int:
        """Let somebody have one more address; returns its id."""
        if channel != self.channel.name and channel not in self.elsewhere:
            self.others.append(ScriptedChannel(self.timer.seconds, name=channel))
        person_id = self.people[name]
        async with self.database.transaction() as tx:
            visitor, address_id = await add_visitor(tx, Address(channel, chat), "SA", "ar")
            await absorb(tx, visitor.id, person_id)
        return address_id

    async def knows(self, *names: str, on: str = "telegram") -> list[int]:
        """Let people write to the bot for the first time; returns their ids."""
        async with self.database.transaction() as tx:
            for name in names:
                person, _ = await add_visitor(tx, Address(on, name), "SA", "ar")
                self.people[name] = person.id
        return [self.people[name] for name in names]

    async def opens(self, limits: Limits = OFF, worker: str = "one") -> Sender:
        """A sender begins work."""
        self.channel.limits = limits
        channels = {channel.name: channel for channel in (self.channel, *self.others)}
        sender = Sender(
            self.database,
            channels,
            self.clock,
            worker=worker,
            kinds=self.board.kinds(),
            rest_of=self.board.rest_of,
            timer=self.timer,
        )
        self.senders.append(sender)
        await sender.start()
        return sender

    async def dies(self) -> None:
        """The process is killed: nothing that runs gets to clean up."""
        for sender in self.senders:
            # What is cancelled is no answer after which the next message leaves.
            sender._stopping = True
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}, "something outlived its process"
        for sender in self.senders:
            if sender._stop_listening:
                sender._stop_listening()
        self.senders.clear()
        # With the process go its connections, and whatever was not committed.
        await self.database.close()
        self.database = await open_database(self.database.url, self.clock)
        self.timer.waits.clear()
        self.channel.open = asyncio.Event()
        self.channel.open.set()
        self.channel.press_open = asyncio.Event()
        self.channel.press_open.set()

    async def do(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        async with self.database.transaction() as tx:
            return await work(tx)

    async def contact(self, name: str) -> Contact:
        async with self.database.reading() as tx:
            contact = await load_contact(tx, Address("telegram", name))
        assert contact is not None
        return contact

    async def answers(
        self, name: str, text: str, *, edit: str = "", press: tuple[str, str, bool] | None = None
    ) -> None:
        """The bot answers a person, as a dialogue does."""
        contact = await self.contact(name)
        message = await self.do(lambda tx: outbox.reply(tx, contact, Screen(text), edit=edit))
        self.senders[-1].hand_over(message, press)

    async def says_briefly(self, name: str, text: str, press: str) -> None:
        """The bot answers a press by a toast alone."""
        life = self.channel.traits.press_life
        contact = await self.contact(name)
        message = await self.do(
            lambda tx: outbox.reply(
                tx, contact, Screen(text), press=press, press_life=life, worker="one"
            )
        )
        self.senders[-1].hand_over(message)

    async def broadcasts(self, text: str, names: list[str], topic: str) -> None:
        async with self.database.transaction() as tx:
            body = await former.add_body(tx, Screen(text))
            await former.broadcast(tx, body, [self.people[n] for n in names], topic=topic)

    async def counts(self, topic: str) -> dict[MessageState, int]:
        async with self.database.reading() as tx:
            return await outbox.count_states(tx, topic)

    async def settles(self) -> None:
        """Let the sender finish, moving the clock whenever it only waits for the time."""
        idle = self._all_idle()
        while not idle.done():
            await self.stands_still(idle)
            instants = self._instants()
            if not idle.done() and self._all_wait() and instants:
                self._move_to(min(instants))
        await idle

    async def passes(self, time: timedelta) -> None:
        """Let so much time pass, with everything that becomes possible meanwhile."""
        end = self.clock.now() + time
        while True:
            idle = self._all_idle()
            await self.stands_still(idle)
            idle.cancel()
            await asyncio.gather(idle, return_exceptions=True)
            if self.clock.now() >= end:
                return
            if self._all_wait():
                self._move_to(min([end.timestamp(), *self._instants()]))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the loop run until something can be seen."""
        async with patience(20):
            while not condition():  # noqa: ASYNC110 -- what is looked at knows no events
                await asyncio.sleep(0)

    async def stands_still(self, idle: asyncio.Future[None]) -> None:
        """Return when everything waits for the time or the channel, or is idle."""
        async with patience(60):
            while True:
                await self._waits_for_the_time(idle)
                if not self._is_reading():
                    return
                await asyncio.sleep(0.001)  # facts are being read, by a real database

    def _is_reading(self) -> bool:
        carriers = sum(
            len(each.carriers)
            for sender in self._running()
            for each in sender._channel_senders.values()
        )
        return carriers > sum(each.in_flight for each in (self.channel, *self.others))

    async def _waits_for_the_time(self, idle: asyncio.Future[None]) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        while not self._all_wait() and not idle.done():
            self.timer.parked.clear()
            parked = asyncio.ensure_future(self.timer.parked.wait())
            either: list[asyncio.Future[Any]] = [idle, parked]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            parked.cancel()
            for _ in range(5):
                await asyncio.sleep(0)

    def _running(self) -> list[Sender]:
        return [sender for sender in self.senders if sender.runs]

    def _all_idle(self) -> asyncio.Future[Any]:
        return asyncio.gather(*(sender.idle() for sender in self._running()))

    def _all_wait(self) -> bool:
        return len(self.timer.waits) == LOOPS * len(self._running())

    def _instants(self) -> list[float]:
        return [at for at in self.timer.waits.values() if at is not None]

    def _move_to(self, instant: float) -> None:
        # Rounded up: the clock counts in microseconds.
        when = datetime.fromtimestamp(instant, UTC) + timedelta(microseconds=1)
        self.clock.move_to(max(when, self.clock.now()))


@pytest.fixture
async def delivery(database_url: str) -> AsyncIterator[DeliveryStory]:
    clock = FrozenClock(START)
    database = await open_database(database_url, clock)
    timer = WatchedTimer(clock)
    delivery = DeliveryStory(database, clock, timer, ScriptedChannel(timer.seconds))
    yield delivery
    for sender in delivery.senders:
        await sender.stop()
    await delivery.database.close()
