"""Time on the platform: the machine's own, or one that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


def utcnow() -> datetime:
    return datetime.now(UTC)


class ClockControl(Protocol):
    """A clock that whoever runs the simulator lends to it."""

    def now(self) -> datetime: ...

    async def move_to(self, when: datetime) -> None:
        """Moves to `when` (UTC) and lets everything due until then happen."""
        ...

    async def next_event(self) -> datetime | None:
        """When the next thing is due; None if nothing is."""
        ...


class OffsetClock:
    """Real time plus what it was moved by; for a simulator in a process of its own."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return utcnow() + self._offset

    async def move_to(self, when: datetime) -> None:
        self._offset = when - utcnow()

    async def next_event(self) -> datetime | None:
        return None
