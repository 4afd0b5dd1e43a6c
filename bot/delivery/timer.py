"""Waiting that follows the bot's clock, so that moving the clock ends a wait."""

import asyncio

from bot.core.clock import Clock


class ClockTimer:
    """Seconds that never run backwards, and waiting for one of them.

    On a running clock waiting takes real time. On a frozen one it lasts until the clock is moved:
    whoever waits sets their event when it moves (`Clock.on_move`).
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.timestamp()
        self._shift = 0.0

    def seconds(self) -> float:
        now = self._clock.timestamp() + self._shift
        if now < self._last:
            # The system's time was set back: what was to happen in a second still does.
            self._shift += self._last - now
            now = self._last
        self._last = now
        return now

    def instead_of_the_database(self) -> float | None:
        """The time that processes of one database agree on, where it is not that of the database;
        None: ask the database, whose clock they all can read."""
        return None

    async def wait(self, event: asyncio.Event, until: float | None) -> None:
        """Return when the event is set, or at the latest about when `until` has come (None: only
        for the event). It may return early: ask again what there is to do."""
        if until is None:
            await event.wait()
            return
        try:
            async with asyncio.timeout(max(0.0, until - self.seconds())):
                await event.wait()
        except TimeoutError:
            return
