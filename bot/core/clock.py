"""The time as the bot knows it: aware, in UTC, and movable.

Everything that asks for the time asks a `Clock` it was given, so that a test or the simulator can
move time instead of waiting for it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import time


class Clock:
    """The system's time plus an offset that only tests and the simulator set."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def timestamp(self) -> float:
        """The same in seconds since 1970; what is timed message by message asks for this."""
        return time() + self._offset.total_seconds()

    def move_to(self, when: datetime) -> None:
        """Set the clock to `when` (aware) and wake everyone who waits for a moment."""
        self._offset += when - self.now()
        self._moved()

    def advance(self, by: timedelta) -> None:
        """Move the clock by `by`; negative values move it back."""
        self.move_to(self.now() + by)

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each move; the ticker uses it to look for due work again."""
        self._listeners.append(listener)

    def _moved(self) -> None:
        for listener in self._listeners:
            listener()


class FrozenClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def timestamp(self) -> float:
        return self._now.timestamp()

    def move_to(self, when: datetime) -> None:
        self._now = when.astimezone(UTC)
        self._moved()
