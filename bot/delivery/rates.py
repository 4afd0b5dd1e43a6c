"""When the next message may leave. Pure: every method is given the time, in seconds.

The platform allows about 30 messages a second overall, one a second to a private chat and 20 a
minute to a group; a 429 says how long to be silent. Bulk may use all of the overall rate but is
spread evenly: whoever is answered waits for the next place, at most some 0.2 s, never for a
broadcast.
"""

from collections import deque
from dataclasses import dataclass
from math import ceil

SLACK = 0.02
"""Part by which every window is stretched: requests bunch up on their way to the platform."""
BURST_SECONDS = 0.15
"""How much bulk may leave at one instant, as a stretch of time: what a busy machine has missed is
made up for, within the overall rate."""
PRUNE_AT = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """The platform's rates. None switches a limit off."""

    overall: int | None = 30
    """Messages a second, all chats together."""
    per_chat: int | None = 1
    """Messages a second to one private chat."""
    per_group_minute: int | None = 20
    """Messages a minute to one group."""


class Pacer:
    """Keeps one channel within its limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._window = 1 + SLACK
        self._share = limits.overall
        self._taken: deque[float] = deque(maxlen=limits.overall)
        self._bulk_at = 0.0
        self._halted_until = 0.0
        self._chat_free: dict[str, float] = {}
        self._groups: dict[str, deque[float]] = {}
        self._prune_at = PRUNE_AT

    def halted_until(self) -> float:
        """The instant before which nothing at all may leave."""
        return self._halted_until

    def open_at(self, bulk: bool) -> float:
        """The instant from which the overall rate lets the next message leave, whichever chat it
        is for; it may lie in the past."""
        at = self._halted_until
        if self._share is None:
            return at
        if bulk:
            at = max(at, self._bulk_at - BURST_SECONDS)
        if len(self._taken) >= self._share:
            at = max(at, self._taken[-self._share] + self._window)
        return at

    def chat_free_at(self, chat: str) -> float:
        """The instant from which this chat may get its next message; it may lie in the past."""
        return self._chat_free.get(chat, 0.0)

    def gap(self, group: bool) -> float:
        """Seconds between two messages to one chat in the long run."""
        if group:
            return (
                60 * self._window / self.limits.per_group_minute
                if self.limits.per_group_minute
                else 0.0
            )
        return self._window / self.limits.per_chat if self.limits.per_chat else 0.0

    def take(self, chat: str, group: bool, bulk: bool, now: float) -> None:
        """A message leaves now. The caller has waited for `open_at` and `chat_free_at`."""
        if self._share is not None:
            self._taken.append(now)
            if bulk:
                self._bulk_at = max(self._bulk_at, now) + self._window / self._share
        if group:
            self._take_group(chat, now)
        elif self.limits.per_chat:
            self._free_chat_at(chat, now + self._window / self.limits.per_chat)
        if len(self._chat_free) > self._prune_at:
            self._prune(now)

    def share_among(self, processes: int) -> None:
        """Keep to an equal part of the overall rate, which so many processes use together. With
        others a tenth stays free, since nobody spreads what all of them send."""
        if self.limits.overall is not None:
            together = self.limits.overall * 9 // 10 if processes > 1 else self.limits.overall
            self._share = max(1, together // processes)

    def halt(self, until: float) -> None:
        """Nothing leaves before `until`."""
        self._halted_until = max(self._halted_until, until)

    def hold_chat(self, chat: str, until: float) -> None:
        """Nothing leaves for this chat before `until`."""
        self._free_chat_at(chat, until)

    def bulk_within(self, seconds: float, most: int) -> int:
        """How many bulk messages can leave in so many seconds, at least one, at most `most`."""
        if self._share is None:
            return most
        return min(most, max(1, ceil(self._share * seconds)))

    def _free_chat_at(self, chat: str, at: float) -> None:
        if at > self._chat_free.get(chat, 0.0):
            self._chat_free[chat] = at

    def _take_group(self, chat: str, now: float) -> None:
        limit = self.limits.per_group_minute
        if limit is None:
            return
        taken = self._groups.get(chat)
        if taken is None:
            taken = self._groups[chat] = deque(maxlen=limit)
        taken.append(now)
        if len(taken) == limit:
            self._free_chat_at(chat, taken[0] + 60 * self._window)

    def _prune(self, now: float) -> None:
        self._chat_free = {chat: at for chat, at in self._chat_free.items() if at > now}
        self._groups = {
            chat: taken
            for chat, taken in self._groups.items()
            if taken[-1] + 60 * self._window > now
        }
        self._prune_at = max(PRUNE_AT, 2 * len(self._chat_free))
