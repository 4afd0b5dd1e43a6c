"""A channel that answers as its script says, and a timer whose waits are seen."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.telegram import TELEGRAM
from bot.chat.incoming import Incoming
from bot.chat.screen import Screen
from bot.chat.traits import Traits
from bot.core.clock import FrozenClock
from bot.delivery.channel import Receipt, RetryLater
from bot.delivery.limits import Limits
from bot.delivery.timer import ClockTimer
from bot.files.kinds import FileKind


@dataclass(frozen=True)
class SeenMessage:
    """A message that a person sees, or saw before it was changed."""

    chat: str
    text: str
    at: float
    file: str = ""


class Lost(Exception):
    """In a script: the message arrives, and the given error is the answer."""

    def __init__(self, answer: Exception) -> None:
        self.answer = answer


@dataclass
class ScriptedChannel:
    """Accepts everything, except where `answers` of a chat, or of a press, say otherwise: each is
    used once."""

    seconds: Callable[[], float]
    name: str = "telegram"
    account: str = "1"
    reports_status: bool = False
    traits: Traits = TELEGRAM
    limits: Limits = field(default_factory=Limits)
    answers: dict[str, deque[Exception]] = field(default_factory=lambda: defaultdict(deque))
    every: Exception | None = None
    """The answer to everything, as long as it stands."""
    seen: list[SeenMessage] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)
    """What was sent as a new message."""
    edited: list[tuple[str, str, str]] = field(default_factory=list)
    acknowledged: list[tuple[str, str, bool]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    every_press: Exception | None = None
    """The same for acknowledgements."""
    references: dict[str, str] = field(default_factory=dict)
    """Its id of a message → what it was given with it."""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    press_open: asyncio.Event = field(default_factory=asyncio.Event)
    requests: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    def __post_init__(self) -> None:
        self.open.set()
        self.press_open.set()

    def will(self, chat: str, *answers: Exception) -> None:
        """The next answers to requests of a chat, or to acknowledgements of a press."""
        self.answers[chat].extend(answers)

    def parse(self, body: str) -> Incoming:
        raise NotImplementedError

    async def send(self, chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        await self._answer(chat, screen, reference)
        return self._deliver(chat, screen, reference)

    async def edit(self, chat: str, person_id: int, sent: str, screen: Screen) -> Receipt:
        await self._answer(chat, screen)
        self.edited.append((chat, sent, screen.text))
        return Receipt(sent)

    async def delete(self, chat: str, message: str) -> None:
        await self._answer(chat, Screen())

    async def acknowledge(self, press: str, toast: str, alert: bool) -> None:
        self.log.append(f"acknowledge {press}")
        await self.press_open.wait()
        answer = self.answers[press].popleft() if self.answers[press] else self.every_press
        if not isinstance(answer, Exception) or isinstance(answer, Lost):
            self.acknowledged.append((press, toast, alert))
        if isinstance(answer, Lost):
            raise answer.answer
        if answer is not None:
            raise answer

    async def bring(self, reference: str, target: Path, limit: int) -> None:
        raise NotImplementedError

    def shown_as(self, kind: FileKind, size: int, mime: str) -> FileKind:
        return kind

    def texts(self, chat: str) -> list[str]:
        return [seen.text for seen in self.seen if seen.chat == chat]

    async def _answer(self, chat: str, screen: Screen, reference: str = "") -> None:
        self.log.append(f"request {chat}")
        self.requests += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self.open.wait()
        finally:
            self.in_flight -= 1
        answer = self.answers[chat].popleft() if self.answers[chat] else self.every
        if isinstance(answer, Lost):
            self._deliver(chat, screen, reference)
            raise answer.answer
        if isinstance(answer, RetryLater):
            answer.only_chat = chat.startswith("-")
        if answer is not None:
            raise answer

    def _deliver(self, chat: str, screen: Screen, reference: str) -> Receipt:
        file = screen.attachment
        self.screens.append(screen)
        self.references[str(len(self.seen) + 1)] = reference
        self.seen.append(
            SeenMessage(chat, screen.text, self.seconds(), (file.ref or file.path) if file else "")
        )
        return Receipt(str(len(self.seen)), "ref-1" if file else "")


class WatchedTimer(ClockTimer):
    """Knows who waits for which instant, so that a test can move the clock there."""

    def __init__(self, clock: FrozenClock) -> None:
        super().__init__(clock)
        self.waits: dict[asyncio.Event, float | None] = {}
        self.parked = asyncio.Event()

    def instead_of_the_database(self) -> float:
        return self.seconds()

    async def wait(self, event: asyncio.Event, until: float | None) -> None:
        if event.is_set() or (until is not None and until <= self.seconds()):
            return
        self.waits[event] = until
        self.parked.set()
        try:
            await event.wait()
        finally:
            del self.waits[event]
