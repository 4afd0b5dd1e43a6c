"""Takes waiting updates out of the inbox: in order for each sender, side by side across senders.

On PostgreSQL several processes may do so from one inbox; each claims what it takes in hand.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import Protocol

from bot.chat.incoming import Incoming, IncomingKind
from bot.chat.intake import claims, inbox
from bot.chat.intake.flood import FloodGate, FloodVerdict
from bot.chat.intake.inbox import StoredUpdate
from bot.core import metrics
from bot.core.errors import new_reference
from bot.core.log import correlation
from bot.core.redaction import describe, describe_with_place
from bot.storage.database import Database
from bot.storage.failures import is_collision, is_transient

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
MOST_COLLISIONS = 8
"""Attempts at one turn that may meet other transactions, over some twenty seconds: more than that
is no chance, but a fault of ours."""
LOOK_AGAIN_SECONDS = 30.0
"""In real time, for what nobody wakes us about: updates that an administrator lets wait again."""
SHARED_LOOK_SECONDS = 1.0
"""The same on PostgreSQL, where other processes store updates, leave them, or die."""
CONTENDED_LOOK_SECONDS = 0.2
"""The same while another process has an earlier update of a sender whose later one came to us."""
UNANSWERED = frozenset(
    (IncomingKind.BLOCKED, IncomingKind.RETURNED, IncomingKind.STATUS, IncomingKind.IGNORED)
)
FASTEST_CLOCK = 86_400.0
"""Seconds by which the channel's clock may be ahead of ours for its times to be believed."""


class _Step(Enum):
    """What is tried with an update; where it fails for good, the next one is."""

    HANDLE = "handle"
    SKIP = "skip"
    """It cannot be read, and is one of a flood."""
    APOLOGISE = "apologise"
    SET_ASIDE = "set_aside"


@dataclass(slots=True)
class _Attempts:
    """One update over all attempts at it."""

    update: StoredUpdate
    verdict: FloodVerdict = FloodVerdict.TAKE
    step: _Step = _Step.HANDLE
    collisions: int = 0
    failure: Exception | None = None
    incoming: Incoming | None = None
    reference: str = ""

    def may_pass(self, error: Exception) -> bool:
        """Whether the same step is worth another attempt."""
        if self.step is _Step.SET_ASIDE:
            # Whatever it is: there is nowhere else to go, and the row is still there.
            return True
        self.collisions += is_collision(error)
        return is_transient(error) and self.collisions < MOST_COLLISIONS

    def give_up(self, error: Exception) -> None:
        """Go on to the next step, since this one has failed for good."""
        # Whoever did nothing is not told of a fault either.
        waits = self.incoming is not None and self.incoming.kind is not IncomingKind.STATUS
        sorry = self.step is _Step.HANDLE and waits
        self.step = _Step.APOLOGISE if sorry else _Step.SET_ASIDE
        self.failure, self.collisions = error, 0


class Parser(Protocol):
    def parse(self, body: str) -> Incoming: ...


class UpdateHandler(Protocol):
    """What is done with an update: a `chat.dialogue.Dialogue`."""

    async def handle(self, update: StoredUpdate, incoming: Incoming) -> None: ...

    async def leave_unread(
        self, update: StoredUpdate, incoming: Incoming, verdict: FloodVerdict
    ) -> None: ...

    async def apologise(self, update: StoredUpdate, incoming: Incoming, reference: str) -> None: ...


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
    ) -> None:
        """`worker` names this process among several on one PostgreSQL."""
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
        self._reader: asyncio.Task[None] | None = None
        self._renewer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what waits since the last run, and go on."""
        self._stopping.clear()
        self._wake.set()
        self._reader = asyncio.create_task(self._read(), name="dispatcher")
        if self._shares:
            self._renewer = asyncio.create_task(self._renew(), name="dispatcher leases")

    async def stop(self) -> None:
        """Finish the turns that have begun; what waits stays in the inbox, for others to take, and
        so does what the database refuses just now."""
        self._stopping.set()
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
        return CONTENDED_LOOK_SECONDS if self._contended else SHARED_LOOK_SECONDS

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
            return
        self._queues[key] = deque([update])
        task = asyncio.create_task(self._serve(key))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _serve(self, key: tuple[str, str]) -> None:
        """All updates of one sender, one after the other."""
        queue = self._queues[key]
        handled = 0
        try:
            while queue:
                if not await self._handle(queue[0]):
                    # What follows it may not overtake it.
                    break
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

    async def _handle(self, update: StoredUpdate) -> bool:
        """Take the update to its end. False: we are told to stop first, and it stays waiting."""
        correlation.set(f"u{update.id}")
        pause = FIRST_PAUSE
        began = perf_counter()
        case = self._open(update)
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

    def _open(self, update: StoredUpdate) -> _Attempts:
        """Read the update, and judge whether its sender sent too much, by when they sent it."""
        case = _Attempts(update)
        stored = update.received_at / 1000
        try:
            case.incoming = self._parsers[update.channel].parse(update.body)
        except Exception as error:  # noqa: BLE001 -- whatever a stored body holds, it is kept
            case.give_up(error)
        written = case.incoming.written if case.incoming else None
        unanswered = case.incoming is not None and case.incoming.kind in UNANSWERED
        if unanswered or not update.sender:
            return case
        sender = (update.channel, update.sender)
        if written is None or written > stored + FASTEST_CLOCK:
            case.verdict = self._flood.judge(sender, stored, stored=True)
        else:
            case.verdict = self._flood.judge(sender, written)
        if case.incoming is None and case.verdict is not FloodVerdict.TAKE:
            case.step = _Step.SKIP
        return case

    async def _advance(self, case: _Attempts) -> bool:
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

    def _give_up(self, case: _Attempts, error: Exception) -> None:
        case.give_up(error)
        if case.step is _Step.APOLOGISE:
            case.reference = new_reference()
            log.error(
                "turn failed",
                exc_info=error,
                extra={"action": "turn.failed", "reference": case.reference},
            )

    async def _attempt(self, case: _Attempts) -> None:
        match case.step:
            case _Step.HANDLE if case.verdict is FloodVerdict.TAKE:
                assert case.incoming is not None
                await self._dialogue.handle(case.update, case.incoming)
            case _Step.HANDLE:
                assert case.incoming is not None
                await self._dialogue.leave_unread(case.update, case.incoming, case.verdict)
            case _Step.SKIP:
                async with self._database.transaction() as tx:
                    await inbox.skip(tx, case.update.id, told=True)
            case _Step.APOLOGISE:
                assert case.incoming is not None
                await self._dialogue.apologise(case.update, case.incoming, case.reference)
            case _Step.SET_ASIDE:
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
            await inbox.set_aside(tx, update.id, describe_with_place(error))

    def _note_idle(self) -> None:
        if not (self._queues or self._reading or self._wake.is_set()):
            self._idle.set()
