"""Telegram's sending limits, enforced with 429 when asked for.

Measured against the machine's own monotonic clock: a bot that paces itself does so in real
time, whatever the simulated clock shows.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.refusals import Refusal, too_many


@dataclass
class Rates:
    """Limits of sending. `per_chat_burst` messages may come at once before the pace counts.

    `tolerance` (s) forgives the jitter of a network between bot and server.
    """

    enforce: bool = False
    overall_per_second: float = 30
    per_chat_per_second: float = 1
    per_group_per_minute: float = 20
    per_chat_burst: int = 1
    paid_per_second: float = 1000
    tolerance: float = 0.05


class RateGate:
    def __init__(self, rates: Rates, tick: Callable[[], float] = time.monotonic) -> None:
        self.rates = rates
        self._tick = tick
        self._all: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}

    def admit(self, chat_id: int, *, count: int = 1, paid: bool = False) -> Refusal | None:
        """Counts a sending of `count` messages, or gives the 429 without counting it."""
        rates = self.rates
        if not rates.enforce:
            return None
        now = self._tick()
        overall = rates.paid_per_second if paid else rates.overall_per_second
        chat = self._chats.setdefault(chat_id, deque())
        if chat_id < 0:
            limit, window = rates.per_group_per_minute, 60.0
        else:
            limit, window = rates.per_chat_burst, rates.per_chat_burst / rates.per_chat_per_second
        wait = max(
            self._wait(self._all, now, overall, 1.0, count),
            self._wait(chat, now, limit, window, count),
        )
        if wait > 0:
            return too_many(max(1, math.ceil(wait)))
        self._all.extend([now] * count)
        chat.extend([now] * count)
        return None

    def _wait(self, sent: deque[float], now: float, limit: float, window: float, n: int) -> float:
        """Seconds until `n` more fit into the sliding window; an album may fill an empty one."""
        horizon = now - window + self.rates.tolerance
        while sent and sent[0] <= horizon:
            sent.popleft()
        over = len(sent) + n - int(limit)
        if over <= 0 or not sent:
            return 0.0
        return sent[min(over, len(sent)) - 1] - horizon
