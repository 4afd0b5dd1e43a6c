"""How long to wait before the next try."""

import random
from collections.abc import Awaitable, Callable

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds; `asyncio.sleep`, except where a test moves the time."""


SOON_SECONDS = 2.5
"""The longest pause where nothing but the platform's absence keeps us: whoever wrote meanwhile is
answered within three seconds of its return."""


class Backoff:
    """Delays that double up to a cap, each shortened at random by up to half, so that many bots
    do not return to a server that has just come back in the same instant."""

    def __init__(self, first: float = 0.5, cap: float = 60.0) -> None:
        self._first = first
        self._cap = cap
        self._failures = 0

    def fail(self, at_least: float = 0.0) -> float:
        """Seconds to wait after one more failure, not fewer than the platform asked for."""
        delay = min(self._cap, self._first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return max(at_least, delay * random.uniform(0.5, 1.0))

    def succeed(self) -> None:
        self._failures = 0
