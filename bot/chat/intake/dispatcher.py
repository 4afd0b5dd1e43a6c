"""Takes waiting updates out of the inbox: in order for each sender, side by side across senders.

On PostgreSQL several processes may do so from one inbox; each claims what it takes in hand.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from time import perf_counter

from bot.chat.intake import claims, inbox, long_texts
from bot.chat.intake.attempts import (
    Attempts,
    Parser,
    Step,
    UpdateHandler,
    open_update,
)
from bot.chat.intake.flood import FloodGate, FloodVerdict
from bot.chat.intake.inbox import StoredUpdate
from bot.chat.intake.long_texts import LongTexts
from bot.core import metrics
from bot.core.clock import Clock
from bot.core.errors import new_reference
from bot.core.log import correlation
from bot.core.redaction import describe, describe_with_place
from bot.storage.database import Database
from bot.storage.failures import is_transient

log = logging.getLogger(__name__)

READ_AT_ONCE = 500
IN_HAND = 2_000
"""Updates held in memory; the rest wait in the inbox, where they cost nothing."""
CLAIMED_AT_ONCE = 128
SHARED_IN_HAND = 256
"""The same where other processes may take what this one leaves."""
TOGETHER = 64
"""Turns at a time. One that waits for its next attempt takes no place."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
LOOK_AGAIN_SECONDS = 30.0
"""In real time, for what nobody wakes us about: updates that an administrator lets wait again."""
SHARED_LOOK_SECONDS = 1.0
"""The same on PostgreSQL, where other processes store updates, leave them, or die."""
CONTENDED_LOOK_SECONDS = 0.2
"""The same while another process has an earlier update of a sender whose later one came to us."""


class Dispatcher:
    """Start it, wake it after each commit to the inbox, stop it."""

    def __init__(
        self,
        database: Database,
        dialogue: UpdateHandler,
        parsers: Mapping[str, Parser],
        flood: FloodGate | None = None,
        *,
        worker: str,
        clock: Clock | None = None,
    ) -> None:
        """`worker` names this process among several on one PostgreSQL; `clock` is the database's,
        without one the system's."""
        self._database = database
        self._dialogue = dialogue
        self._parsers = parsers
        self._flood = flood or FloodGate()
        self._worker = worker
        self._shares = database.dialect == "postgresql"
        self._at_once, self._most = READ_AT_ONCE, IN_HAND
        if self._shares:
            self._at_once, self._most = CLAIMED_AT_ONCE, SHARED_IN_HAND
        self._contended = False
        self._queues: dict[tuple[str, str], deque[StoredUpdate]] = {}
        self._held: set[int] = set()
        self._reading = False
        self._work: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(TOGETHER)
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._idle = asyncio.Event()
        self._stopping = asyncio.Event()
        self._long = LongTexts(clock or Clock(), self._on_wait, self._idle.clear)
        self._reader: asyncio.Task[None] | None = None
        self._renewer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what waits since the last run, and go on."""
        self._stopping.clear()
        self._long.begin()
        self._wake.set()
        self._reader = asyncio.create_task(self._read(), name="dispatcher")
        if self._shares:
            self._renewer = asyncio.create_task(self._renew(), name="dispatcher leases")

    async def stop(self) -> None:
        """Finish the turns that have begun; what waits stays in the inbox, for others to take, and
        so does what the database refuses just now."""
        self._stopping.set()
        self._long.wake_all()
        # At once, since a turn may end while the reader is still in the database; and again, since
        # the reader may have brought more until it ended.
        self._leave_the_rest()
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        self._leave_the_rest()
        if self._work:
            await asyncio.gather(*self._work, return_exceptions=True)
        if self._renewer:
            self._renewer.cancel()
            await asyncio.gather(self._renewer, return_exceptions=True)
            await self._let_go()

    def _leave_the_rest(self) -> None:
        """Of each sender only the update that is being handled stays."""
        for queue in self._queues.values():
            while len(queue) > 1:
                self._held.discard(queue.pop().id)

    @property
    def runs(self) -> bool:
        """Whether the inbox is being read."""
        return self._reader is not None and not self._reader.done()

    def wake(self) -> None:
        """There is something new in the inbox."""
        self._idle.clear()
        self._wake.set()

    async def idle(self) -> None:
        """Return when nothing waits and nothing is being handled."""
        await self._idle.wait()

    async def _read(self) -> None:
        pause = 0.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause or self._seconds_to_next_look()):
                    await self._wake.wait()
            self._wake.clear()
            self._reading = True
            try:
                await self._hand_out_waiting()
            except Exception as error:
                # Whatever it is: a reader that ends is a bot that is silent for good.
                log.log(
                    logging.WARNING if is_transient(error) else logging.ERROR,
                    "inbox unreadable",
                    extra={"action": "inbox.retry", "error": describe(error)},
                    exc_info=not is_transient(error),
                )
                pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
                continue
            pause = 0.0
            self._reading = False
            self._note_idle()

    async def _hand_out_waiting(self) -> None:
        more = True
        while more:
            batch = await self._take()
            # What is stored from now on wakes us.
            more = len(batch) == self._at_once
            for update in batch:
                self._hand_out(update)

    def _seconds_to_next_look(self) -> float:
        if not self._shares:
            return LOOK_AGAIN_SECONDS
        looks_often = self._contended or len(self._long) > 0
        return CONTENDED_LOOK_SECONDS if looks_often else SHARED_LOOK_SECONDS

    async def _take(self) -> list[StoredUpdate]:
        while len(self._held) >= self._most:
            self._room.clear()
            await self._room.wait()
        if not self._shares:
            async with self._database.reading() as tx:
                return await inbox.waiting(tx, self._held, self._at_once)
        async with self._database.transaction() as tx:
            claim = await claims.claim(tx, self._worker, self._held, self._at_once)
        self._contended = claim.contended
        return claim.updates

    async def _renew(self) -> None:
        """Show the other processes that what is in hand is being handled."""
        while True:
            await asyncio.sleep(claims.RENEW_SECONDS)
            if not self._held:
                continue
            try:
                async with self._database.transaction() as tx:
                    await claims.renew(tx, self._worker, self._held)
            except Exception as error:  # noqa: BLE001 -- the next one may succeed
                self._warn_of_leases(error)

    async def _let_go(self) -> None:
        try:
            async with self._database.transaction() as tx:
                await claims.let_go(tx, self._worker)
        except Exception as error:  # noqa: BLE001 -- the leases run out by themselves
            self._warn_of_leases(error)

    def _warn_of_leases(self, error: Exception) -> None:
        log.warning(
            "leases not written",
            extra={"action": "inbox.leases", "error": describe(error)},
        )

    def _hand_out(self, update: StoredUpdate) -> None:
        self._idle.clear()
        self._held.add(update.id)
        key = (update.channel, update.sender)
        if (queue := self._queues.get(key)) is not None:
            queue.append(update)
            self._long.wake(key)
            return
        self._queues[key] = deque([update])
        task = asyncio.create_task(self._serve(key))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _serve(self, key: tuple[str, str]) -> None:
        """All updates of one sender, one after the other."""
        queue = self._queues[key]
        handled = 0
        ahead: Attempts | None = None
        try:
            while queue:
                correlation.set(f"u{queue[0].id}")
                case, ahead = ahead or self._open(queue[0]), None
                if long_texts.may_go_on(case):
                    taken, ahead = await self._take_on(key, case)
                    if not taken:
                        break
                if not await self._handle(case):
                    # What follows it may not overtake it.
                    break
                for _ in range(1 + len(case.update.parts)):
                    handled += 1
                    if queue:
                        self._held.discard(queue.popleft().id)
                self._room.set()
        finally:
            del self._queues[key]
            self._held.difference_update(update.id for update in queue)
            self._room.set()
            if self._shares and handled >= claims.MOST_OF_ONE:
                # The claim has left what else this sender has waiting.
                self._wake.set()
            self._note_idle()

    def _open(self, update: StoredUpdate) -> Attempts:
        return open_update(update, self._parsers, self._flood)

    async def _take_on(self, key: tuple[str, str], case: Attempts) -> tuple[bool, Attempts | None]:
        """Wait for what a long text goes on with, and join it. False: we are told to stop first,
        and all of it stays waiting. What follows it, and is no part of it, is opened already."""
        queue, parts = self._queues[key], [case]
        following: Attempts | None = None
        while following is None and long_texts.may_go_on(parts[-1]):
            until = self._long.until(parts[-1].update)
            while len(queue) == len(parts) and not self._long.is_over(until):
                if self._stopping.is_set():
                    return False, None
                await self._long.wait(key, until)
            if len(queue) <= len(parts):
                break
            following = self._open(queue[len(parts)])
            in_time = following.update.received_at <= 1000 * until
            if in_time and long_texts.goes_on(parts[-1], following):
                parts.append(following)
                following = None
        long_texts.join(parts)
        return True, following

    def _on_wait(self) -> None:
        """A long text waits for its next part: there may be nothing else to do."""
        if self._shares:
            # The next part may come to another process, which leaves it to us; look for it soon.
            self._wake.set()
        else:
            self._note_idle()

    async def _handle(self, case: Attempts) -> bool:
        """Take the update to its end. False: we are told to stop first, and it stays waiting."""
        pause = FIRST_PAUSE
        began = perf_counter()
        while True:
            async with self._slots:
                handled = await self._advance(case)
            if handled:
                break
            with suppress(TimeoutError):
                # Uneven, so that those who met do not meet again.
                async with asyncio.timeout(pause * random.uniform(0.5, 1.0)):
                    await self._stopping.wait()
                return False
            pause = min(pause * 2, LONGEST_PAUSE)
        took = perf_counter() - began
        metrics.TURN_SECONDS.observe(took)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("done", extra={"action": "turn.done", "seconds": round(took, 4)})
        return True

    async def _advance(self, case: Attempts) -> bool:
        """Take the update as far as it goes now. False: it has to wait for its next attempt."""
        while True:
            try:
                await self._attempt(case)
            except Exception as error:  # noqa: BLE001 -- set aside with its error, never lost
                if case.may_pass(error):
                    log.warning(
                        "storage trouble, trying again",
                        extra={"action": "turn.retry", "error": describe(error)},
                    )
                    return False
                self._give_up(case, error)
            else:
                return True

    def _give_up(self, case: Attempts, error: Exception) -> None:
        case.give_up(error)
        if case.step is Step.APOLOGISE:
            case.reference = new_reference()
            log.error(
                "turn failed",
                exc_info=error,
                extra={"action": "turn.failed", "reference": case.reference},
            )

    async def _attempt(self, case: Attempts) -> None:
        match case.step:
            case Step.HANDLE if case.verdict is FloodVerdict.TAKE:
                assert case.incoming is not None
                await self._dialogue.handle(case.update, case.incoming)
            case Step.HANDLE:
                assert case.incoming is not None
                await self._dialogue.leave_unread(case.update, case.incoming, case.verdict)
            case Step.SKIP:
                async with self._database.transaction() as tx:
                    await inbox.skip(tx, case.update.id, told=True)
            case Step.APOLOGISE:
                assert case.incoming is not None
                await self._dialogue.apologise(case.update, case.incoming, case.reference)
            case Step.SET_ASIDE:
                assert case.failure is not None
                await self._set_aside(case.update, case.failure)

    async def _set_aside(self, update: StoredUpdate, error: Exception) -> None:
        """Keep an update that cannot be handled, with its error, out of everybody's way."""
        log.warning(
            "update set aside",
            extra={"action": "update.set_aside", "update": update.id},
            exc_info=error,
        )
        async with self._database.transaction() as tx:
            for number in update.ids:
                await inbox.set_aside(tx, number, describe_with_place(error))

    def _note_idle(self) -> None:
        works = len(self._queues) > len(self._long)
        if not (works or self._reading or self._wake.is_set()):
            self._idle.set()
