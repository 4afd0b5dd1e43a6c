"""A kind of notice for the tests of the delivery: it says what stands on a board at that moment."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.chat.person import Person
from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.delivery.message import MessageKind
from bot.delivery.notice import Found, Gone, Haste, NoticeKind, NoticeRow, Rest
from bot.storage.transaction import Tx

NAMES = {
    MessageKind.NOTICE: "tests.notice",
    MessageKind.REMINDER: "tests.reminder",
    MessageKind.PROGRESS: "tests.progress",
    MessageKind.BROADCAST: "tests.broadcast",
}


@dataclass
class Board:
    """Line 3 is what a notice with the parameter `line` 3 says. A line that is no more is gone; one
    that is an error cannot be read."""

    lines: dict[int, str | Exception | Found[str]] = field(default_factory=dict)
    reads: list[list[int]] = field(default_factory=list)
    """The messages that were asked about together."""
    draws: list[str] = field(default_factory=list)
    may_read: asyncio.Event = field(default_factory=asyncio.Event)
    more: list[NoticeKind[str]] = field(default_factory=list)
    quiet: dict[int, datetime] = field(default_factory=dict)
    """Until when it is a quiet time for somebody."""
    silent: set[int] = field(default_factory=set)
    """Who wants to be written to then, without a sound."""

    def __post_init__(self) -> None:
        self.may_read.set()

    def kinds(self) -> dict[str, NoticeKind[str]]:
        made = [*self.more, *(self.kind(sent_as) for sent_as in NAMES)]
        made.append(
            NoticeKind(
                "tests.clock", self.facts, partial(self.draw, with_time=True),
                sent_as=MessageKind.REMINDER, by_minute=True, haste=Haste.NOW)
        )  # fmt: skip
        return {kind.name: kind for kind in made}

    def kind(self, sent_as: MessageKind = MessageKind.NOTICE) -> NoticeKind[str]:
        return NoticeKind(NAMES[sent_as], self.facts, self.draw, sent_as=sent_as, haste=Haste.NOW)

    async def rest_of(self, tx: Tx, people: Sequence[Person]) -> dict[int, Rest]:
        numbers = {person.id for person in people}
        return {
            n: Rest(end, n in self.silent)
            for n, end in self.quiet.items()
            if n in numbers and tx.now < end
        }

    async def facts(self, tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[str]]:
        self.reads.append([row.id for row in rows])
        await self.may_read.wait()
        found: dict[int, Found[str]] = {}
        for row in rows:
            line = self.lines.get(row.params["line"], Gone("wiped"))
            if isinstance(line, Exception):
                raise line
            found[row.id] = line
        return found

    def draw(self, voice: Voice, line: str, now: datetime, *, with_time: bool = False) -> Screen:
        self.draws.append(line)
        if line == "cannot be drawn":
            raise ValueError(line)
        return Screen(f"{line} at {now:%H:%M}" if with_time else line)
