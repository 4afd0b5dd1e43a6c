"""A text that is longer than a message of the channel: phones cut it, and its parts come one after
the other.

A long text therefore waits a moment for its next part, as what it is: an update of the inbox that
has not been handled. So a kill in between loses nothing, and whoever takes it up afterwards waits
for the rest just the same. No other update waits, and a long one no longer than until the next
update of its sender.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.chat.incoming import Incoming, IncomingKind
from bot.chat.intake.attempts import Attempts
from bot.chat.intake.flood import FloodVerdict
from bot.chat.intake.inbox import StoredUpdate
from bot.core.clock import Clock
from bot.core.text import count_units

LONG = 4_000
"""UTF-16 units from which on a text may have been cut: phones look for the end of a word before
they fill a message."""
WAIT_SECONDS = 1.5
"""From when a part was stored, for the next one to be stored."""
APART_SECONDS = 3
"""Parts are sent by one press. What was written longer after it, in whole seconds of the channel's
clock, and came along late, is another message."""
_ENDS = ".!?؟:…"


def may_go_on(case: Attempts) -> bool:
    """Whether the update brings a text that may have been cut at its end."""
    incoming = case.incoming
    # No text has fewer characters than half its units, nor its update fewer than the text.
    if incoming is None or len(case.update.body) < LONG // 2:
        return False
    is_text = incoming.kind is IncomingKind.TEXT and case.verdict is FloodVerdict.TAKE
    return is_text and len(incoming.text) >= LONG // 2 and count_units(incoming.text) >= LONG


def goes_on(first: Attempts, following: Attempts) -> bool:
    """Whether the following update brings what was cut off the first, by what it is and by when
    both were written."""
    before, after = first.incoming, following.incoming
    assert before is not None
    if after is None or after.kind is not IncomingKind.TEXT:
        return False
    if following.verdict is not FloodVerdict.TAKE or after.text.startswith("/"):
        return False
    if after.replied and after.replied != before.replied:
        return False
    if before.written is None or after.written is None:
        return True
    return abs(after.written - before.written) <= APART_SECONDS


def join(parts: list[Attempts]) -> None:
    """Make the first of these updates the whole text, in the order in which it was written; the
    others take effect with it."""
    first, *further = parts
    if not further:
        return
    read = [part.incoming for part in parts if part.incoming]
    if all(each.message.isdecimal() for each in read):
        read.sort(key=lambda each: int(each.message))
    whole = read[0].text
    for before, part in pairwise(read):
        whole += _gap(before, part) + part.text
    first.incoming = replace(read[0], text=whole, message="")
    first.update = replace(first.update, parts=tuple(part.update.id for part in further))


def _gap(before: Incoming, part: Incoming) -> str:
    """What stood between two parts. A phone that cuts between two words leaves it out: a new line
    where a sentence ends, else a space. A full message may end in the midst of a word."""
    if before.full or before.text[-1:].isspace() or part.text[:1].isspace():
        return ""
    return "\n" if before.text[-1:] in _ENDS else " "


Sender = tuple[str, str]


@dataclass(slots=True)
class LongTexts:
    """Those that wait in one dispatcher, at most one of each sender. It is told when one begins to
    wait, and when one ends."""

    clock: Clock
    on_wait: Callable[[], None]
    on_end: Callable[[], None]
    since: float = 0.0
    """When the dispatcher began, in seconds since 1970: what came before that may go on with what
    has not been fetched yet."""
    _waiting: dict[Sender, tuple[float, asyncio.Event]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock.on_move(self._moved)

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self) -> None:
        """The dispatcher starts now."""
        self.since = self.clock.timestamp()

    def until(self, part: StoredUpdate) -> float:
        """Up to when the part waits for the next one, in seconds since 1970."""
        return max(part.received_at / 1000, self.since) + WAIT_SECONDS

    def is_over(self, until: float) -> bool:
        """Also where the clock was put back meanwhile."""
        return not 0 < until - self.clock.timestamp() <= WAIT_SECONDS

    async def wait(self, sender: Sender, until: float) -> None:
        """Return when something new of this sender has come, or the time may be over."""
        event = asyncio.Event()
        self._waiting[sender] = (until, event)
        self.on_wait()
        try:
            async with asyncio.timeout(max(0.001, until - self.clock.timestamp())):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            self.wake(sender)

    def wake(self, sender: Sender) -> None:
        """Something of this sender has come: from now on they do not wait."""
        if waiting := self._waiting.pop(sender, None):
            waiting[1].set()
            self.on_end()

    def wake_all(self) -> None:
        for sender in list(self._waiting):
            self.wake(sender)

    def _moved(self) -> None:
        for sender, (until, _) in list(self._waiting.items()):
            if self.is_over(until):
                self.wake(sender)
