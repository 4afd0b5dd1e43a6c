"""When the next message may leave. Pure: every method is given the time, in seconds.

Each channel brings its own rates; a 429 says how long to be silent. Everything leaves evenly, at
the slots of `bot/delivery/pacing.py`; whoever is answered gets the next one, never waits for a
broadcast, and leaves at once in a quiet moment.
"""

import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil

from bot.delivery.pacing import LATE_SECONDS, SLACK, EvenSlots, ReservedSlots, SendSlots

PRUNE_AT = 5_000

FIRST_BACK_OFF = 0.5
LONGEST_BACK_OFF = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many messages to one chat in any time of so many seconds."""

    messages: int
    seconds: float


def unlimited(chat: str) -> Pace | None:
    """The pace of every chat where only the overall rate counts."""
    return None


@dataclass(frozen=True, slots=True)
class Limits:
    """A channel's rates. None: there is no such limit."""

    overall: int | None = None
    """Messages a second, all chats together."""
    pace: Callable[[str], Pace | None] = unlimited
    """That of a chat, which stays the same. Asked for every message."""


class RateLimiter:
    """Keeps one channel within its limits; `shared`: with the slots that were `reserved` for it
    alone, since other processes use the overall rate as well."""

    def __init__(self, limits: Limits, *, shared: bool = False) -> None:
        self.limits = limits
        self._window = 1 + SLACK
        self.reserved = ReservedSlots() if shared and limits.overall else None
        self._slots: SendSlots | None = self.reserved
        if limits.overall and not shared:
            self._slots = EvenSlots(limits.overall)
        self._halted_until = 0.0
        self._chat_free: dict[str, float] = {}
        self._taken: dict[str, deque[float]] = {}
        self._prune_at = PRUNE_AT

    def halted_until(self) -> float:
        """The instant before which nothing at all may leave."""
        return self._halted_until

    def open_at(self, answer: bool) -> float:
        """The instant from which the overall rate lets the next message leave, whichever chat it
        is for; it may lie in the past, and is infinite while no slot is reserved."""
        if self._slots is None:
            return self._halted_until
        return max(self._halted_until, self._slots.open_at(answer))

    def await_slot(self, waits: bool) -> None:
        """Whether there is a message that waits for its slot and for nothing else."""
        if self._slots is not None:
            self._slots.awaited = waits

    def drop_missed(self, now: float) -> None:
        """Forget the reserved slots that were missed."""
        if self._slots is not None:
            self._slots.drop_missed(now)

    def chat_free_at(self, chat: str) -> float:
        """The instant from which this chat may get its next message; it may lie in the past."""
        return self._chat_free.get(chat, 0.0)

    def gap(self, chat: str) -> float:
        """Seconds between two messages to a chat in the long run."""
        pace = self.limits.pace(chat)
        return self._window * pace.seconds / pace.messages if pace else 0.0

    def take(self, chat: str, now: float) -> None:
        """A message leaves now. The caller has waited for `open_at` and `chat_free_at`."""
        if self._slots is not None:
            self._slots.take(now)
        pace = self.limits.pace(chat)
        if pace is not None:
            if pace.messages == 1:
                self._free_chat_at(chat, now + self._window * pace.seconds)
            else:
                self._take_of_several(chat, pace, now)
        if len(self._chat_free) > self._prune_at:
            self._prune(now)

    def leave_late(self, chat: str, taken_at: float, now: float) -> float:
        """The message taken at `taken_at` has not left by `now`: reading what it says took long,
        or the machine stood still. Returns from which instant it may, and it counts from then."""
        if now - taken_at <= LATE_SECONDS:
            return now
        at = now if self._slots is None else self._slots.leave_late(taken_at, now)
        pace = self.limits.pace(chat)
        if pace is not None:
            if pace.messages == 1:
                self._free_chat_at(chat, at + self._window * pace.seconds)
            else:
                with suppress(KeyError, ValueError):
                    self._taken[chat].remove(taken_at)
                self._take_of_several(chat, pace, at)
        return at

    def halt(self, until: float) -> None:
        """Nothing leaves before `until`."""
        self._halted_until = max(self._halted_until, until)

    def hold_chat(self, chat: str, until: float) -> None:
        """Nothing leaves for this chat before `until`."""
        self._free_chat_at(chat, until)

    def leave_within(self, seconds: float, most: int) -> int:
        """How many messages can leave in so many seconds, at least one, at most `most`."""
        if self.limits.overall is None:
            return most
        return min(most, max(1, ceil(self.limits.overall * seconds)))

    def _free_chat_at(self, chat: str, at: float) -> None:
        if at > self._chat_free.get(chat, 0.0):
            self._chat_free[chat] = at

    def _take_of_several(self, chat: str, pace: Pace, now: float) -> None:
        taken = self._taken.get(chat)
        if taken is None:
            taken = self._taken[chat] = deque(maxlen=pace.messages)
        taken.append(now)
        if len(taken) == pace.messages:
            self._free_chat_at(chat, taken[0] + self._window * pace.seconds)

    def _prune(self, now: float) -> None:
        self._chat_free = {chat: at for chat, at in self._chat_free.items() if at > now}
        self._taken = {
            chat: taken
            for chat, taken in self._taken.items()
            if (pace := self.limits.pace(chat)) and taken[-1] + self._window * pace.seconds > now
        }
        self._prune_at = max(PRUNE_AT, 2 * len(self._chat_free))


def back_off(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, at most `LONGEST_BACK_OFF`, and
    spread so that what failed together does not come back together."""
    longest: float = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2.0 ** min(failures - 1, 16))
    return longest * random.uniform(0.5, 1.0)
