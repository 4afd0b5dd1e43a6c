"""The slots of a platform's overall rate: one after the other, evenly. Pure: every method is given
the time, in seconds.

Answers may run ahead of the even slots, for a quiet moment has room for a handful at once; what
they have used, everything else waits for. No window of a second ever holds more than the rate.
"""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import Protocol

SLACK = 0.02
"""Fraction by which the even slots are further apart than the rate demands: requests bunch up on
their way to the platform."""
SHARED_SLACK = 0.05
"""The same where several processes send, each of which may be late in its own way."""
WINDOW_SLACK = 0.005
"""Seconds by which the window, in which no more than the rate leaves however it came about, is
shorter than the even slots need: otherwise one that leaves late would hold up its successor a
second later."""
LEAD = 6
"""How many slots ahead of the even ones an answer may be."""
LATE_SECONDS = 0.005
"""A message that leaves so long after its slot was taken counts from when it leaves."""
CATCH_UP_SECONDS = 0.15
"""How much of what a busy machine has missed is made up for."""
GRACE_SECONDS = 0.03
"""For how long a reserved slot may be used: later it would meet those of the other processes."""
FIRST_SECONDS = 0.005
"""For how long after hearing of it the first of some slots may be used in any case."""


@dataclass(frozen=True, slots=True)
class SlotDemand:
    """For how many messages of each kind a process has no slot yet."""

    answers: int = 0
    urgent: int = 0
    bulk: int = 0

    def __bool__(self) -> bool:
        return bool(self.answers or self.urgent or self.bulk)

    def less(self, slots: int) -> "SlotDemand":
        """What is still wanted when so many slots are there: answers take them first."""
        answers = max(0, self.answers - slots)
        slots = max(0, slots - self.answers)
        urgent = max(0, self.urgent - slots)
        return SlotDemand(answers, urgent, max(0, self.bulk - max(0, slots - self.urgent)))


class SendSlots(Protocol):
    """Where a pacer's slots come from."""

    awaited: bool
    """Somebody waits for a slot: one that is used late was not missed for want of messages."""

    def open_at(self, answer: bool) -> float:
        """The instant from which the next message may leave; it may lie in the past."""
        ...

    def take(self, at: float) -> None:
        """A message leaves at this instant, not before `open_at`."""
        ...

    def leave_late(self, taken_at: float, now: float) -> float:
        """The message that took a slot at `taken_at` has not left by `now`: from which instant it
        may. It counts as leaving then."""
        ...

    def drop_missed(self, now: float) -> None:
        """Forget what can no longer be used."""
        ...


class EvenSlots:
    """The slots themselves: of one process that has the rate for itself, or those that several
    processes reserve."""

    def __init__(
        self, rate: int, due: float = 0.0, taken: Iterable[float] = (), *, slack: float = SLACK
    ) -> None:
        self.gap = (1 + slack) / rate
        self._window = 1 + slack - WINDOW_SLACK
        self.due = due
        """The next even slot."""
        self.taken: deque[float] = deque(taken, maxlen=rate)
        self.awaited = False

    def open_at(self, answer: bool) -> float:
        at = self.due - LEAD * self.gap if answer else self.due
        if len(self.taken) == self.taken.maxlen:
            at = max(at, self.taken[0] + self._window)
        return at

    def take(self, at: float) -> None:
        since = at - CATCH_UP_SECONDS if self.awaited else at
        self.due = max(self.due, since) + self.gap
        self.taken.append(at)

    def leave_late(self, taken_at: float, now: float) -> float:
        # Gone where so many have left since that no window holds it any more.
        with suppress(ValueError):
            self.taken.remove(taken_at)
        at = now
        if len(self.taken) == self.taken.maxlen:
            at = max(at, self.taken[0] + self._window)
        # Others may wait for theirs as well: what has left stays in order.
        at = max(at, self.taken[-1]) if self.taken else at
        self.taken.append(at)
        return at

    def drop_missed(self, now: float) -> None:
        """Slots of one's own cannot be missed."""


class ReservedSlots:
    """Slots that were reserved for this process; without any left, nothing may leave."""

    def __init__(self) -> None:
        self.awaited = False
        self._slots: deque[tuple[float, float]] = deque()

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, slots: Iterable[float], now: float, delay: float = 0.0) -> None:
        """Slots in their order, heard of by `now`, up to `delay` seconds after they were given:
        that much of their grace is gone. The first can always be used, or a machine that is slow
        enough would never send anything."""
        usable = now + FIRST_SECONDS
        for at in slots:
            self._slots.append((at, max(at - delay + GRACE_SECONDS, usable)))
            usable = 0.0

    def open_at(self, answer: bool) -> float:
        return self._slots[0][0] if self._slots else inf

    def take(self, at: float) -> None:
        self._slots.popleft()

    def leave_late(self, taken_at: float, now: float) -> float:
        """At once: the others have been told of the slot, which is why theirs are further apart."""
        return now

    def drop_missed(self, now: float) -> None:
        while self._slots and self._slots[0][1] < now:
            self._slots.popleft()
