"""Updates on their way to the bot: the queue, its confirmation, long polling."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.refusals import Refusal, other_poller

KEEP_UPDATES = timedelta(hours=24)
KEEP_PRESSES = timedelta(seconds=150)
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True, eq=False)
class Pending:
    update_id: int
    update: dict[str, Any]
    expires: datetime
    sent: bool = False


class UpdateQueue:
    """Keeps updates in order until the bot confirms them or they grow too old.

    A message waits 24 hours, a button press 150 seconds, by `now`. Numbers start at random, as
    Telegram's do, and rise by one.
    """

    def __init__(self, now: Callable[[], datetime], seed: int) -> None:
        self._now = now
        self._random = random.Random(f"updates{seed}")
        self._next = self._random.randrange(10**8, 9 * 10**8)
        self._waiting: deque[Pending] = deque()
        self._first_expiry: datetime | None = None
        self._arrived = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._poll: asyncio.Future[None] | None = None
        self.allowed: list[str] = []
        self.duplicates: Callable[[], int] = lambda: 0
        self.dropped = 0
        self.confirmed = 0

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._waiting)

    def push(self, kind: str, content: dict[str, Any]) -> int:
        """Queues an update unless the bot did not ask for its kind; returns its number."""
        number = self._take_number()
        if kind in self.allowed or (not self.allowed and kind not in _NOT_BY_DEFAULT):
            self._append(number, {"update_id": number, kind: content}, kind)
        return number

    def push_raw(self, update: dict[str, Any]) -> int:
        """Queues any JSON; numbers it where it has no number of its own."""
        number = update.get("update_id")
        if not isinstance(number, int):
            number = self._take_number()
        self._append(number, {**update, "update_id": number}, "raw")
        return number

    def __iter__(self) -> Iterator[Pending]:
        return iter(self._waiting)

    @property
    def next_number(self) -> int:
        return self._next

    def resume(self, waiting: list[Pending], number: int) -> None:
        """Go on with what an earlier run left, and number what comes from `number` on."""
        self._next = number
        for pending in waiting:
            self._put(pending)

    def renumber(self) -> None:
        """Restarts the numbers at random, below the present ones, as after an idle week."""
        self._next = self._random.randrange(10**6, max(10**6 + 1, self._next))

    def _take_number(self) -> int:
        number = self._next
        self._next += 1
        return number

    def _append(self, number: int, update: dict[str, Any], kind: str) -> None:
        age = KEEP_PRESSES if kind == "callback_query" else KEEP_UPDATES
        expires = self._now() + age
        for _ in range(1 + self.duplicates()):
            self._put(Pending(number, update, expires))

    def _put(self, pending: Pending) -> None:
        if self._first_expiry is None or pending.expires < self._first_expiry:
            self._first_expiry = pending.expires
        self._waiting.append(pending)
        self._drained.clear()
        self._arrived.set()

    def confirm_below(self, offset: int) -> None:
        """Forgets what was sent with a number below `offset`; a negative one keeps only the last.

        What was never sent stays: after an idle week new numbers may lie below the offset.
        """
        waiting = self._waiting
        if offset < 0:
            while len(waiting) > -offset:
                waiting.popleft()
        else:
            while waiting and waiting[0].sent and waiting[0].update_id < offset:
                waiting.popleft()
                self.confirmed += 1
        self._note_drained()

    def confirm(self, pending: Pending) -> None:
        """Forgets one update that a webhook took."""
        if self._waiting and self._waiting[0] is pending:
            self._waiting.popleft()
        elif pending in self._waiting:
            self._waiting.remove(pending)
        self.confirmed += 1
        self._note_drained()

    def clear(self) -> None:
        self._waiting.clear()
        self._note_drained()

    def peek(self, limit: int) -> list[Pending]:
        """The oldest updates that are still worth delivering."""
        self._drop_expired()
        waiting = self._waiting
        return [waiting[place] for place in range(min(limit, len(waiting)))]

    def next_unsent(self) -> Pending | None:
        """The oldest update that no webhook call carries yet."""
        self._drop_expired()
        return next((pending for pending in self._waiting if not pending.sent), None)

    def resend_all(self) -> None:
        """Forgets what was sent and not confirmed: another way of delivery takes over."""
        for pending in self._waiting:
            pending.sent = False

    async def arrive(self) -> None:
        """Waits until something more is queued."""
        self._arrived.clear()
        await self._arrived.wait()

    async def drain(self) -> None:
        """Waits until nothing is left to confirm."""
        self._drop_expired()
        await self._drained.wait()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """One getUpdates; `timeout` in seconds. A second one ends the first with 409."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(other_poller())
        if offset:
            self.confirm_below(offset)
        batch = self.peek(limit)
        if not batch and timeout > 0:
            await self._wait(timeout)
            batch = self.peek(limit)
        for pending in batch:
            pending.sent = True
        return [pending.update for pending in batch]

    async def _wait(self, timeout: float) -> None:
        mine = self._poll = asyncio.get_running_loop().create_future()
        self._arrived.clear()
        arrival = asyncio.ensure_future(self._arrived.wait())
        try:
            await asyncio.wait(
                (mine, arrival), timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if mine.done():
                ended = mine.exception()
                if isinstance(ended, Refusal):
                    raise ended
        finally:
            arrival.cancel()
            mine.cancel()
            if self._poll is mine:
                self._poll = None

    @property
    def is_polled(self) -> bool:
        """Whether a long poll is waiting just now."""
        return self._poll is not None

    def release(self) -> None:
        """Lets a waiting poll answer at once, with nothing."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _drop_expired(self) -> None:
        if self._first_expiry is None or self._now() < self._first_expiry:
            return
        now = self._now()
        fresh = [pending for pending in self._waiting if pending.expires > now]
        self.dropped += len(self._waiting) - len(fresh)
        self._waiting = deque(fresh)
        self._first_expiry = min((pending.expires for pending in fresh), default=None)
        self._note_drained()

    def _note_drained(self) -> None:
        if not self._waiting:
            self._first_expiry = None
            self._drained.set()
