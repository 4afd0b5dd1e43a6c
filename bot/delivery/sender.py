"""The postman: takes parcels out of the outbox, sends them within the rates, writes what became of
them, and after a crash takes up what was under way.

`sending` is committed before a request leaves. Two loops: one keeps the books, one waits for the
instant at which more may leave.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextvars import Context, copy_context

from bot.core.clock import Clock
from bot.delivery import outbox
from bot.delivery.addresses import follow_move
from bot.delivery.channel import Channel
from bot.delivery.channel_sender import Lane, Office
from bot.delivery.limits import Limits
from bot.delivery.message import Parcel
from bot.delivery.recording import Books
from bot.delivery.results import write_marks
from bot.delivery.shared_rate import reserve
from bot.delivery.timer import ClockTimer
from bot.storage.database import Database

logger = logging.getLogger(__name__)

PERSONAL_MARKS_SECONDS = 0.05
BULK_MARKS_SECONDS = 0.3
"""For how long marks are gathered, in real time. What is not written at a crash is sent twice when
it is personal, and in doubt when it is a broadcast."""
MOST_MARKS = 200
GRACE_SECONDS = 10.0
"""How long `stop` waits for requests that are under way, in real time."""
ASK_AGAIN_SECONDS = 0.02
"""Pause after no place was near enough."""
PAUSE_SECONDS = 1.0
"""Pause after the database refused, in real time."""


class Postman:
    """Delivers through the given channels (by name) until it is stopped.

    `worker` names this process among several on one database; the name should survive a restart.
    Processes on one PostgreSQL share the platform's overall rate: each place is reserved there.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        limits: Limits,
        *,
        worker: str,
        timer: ClockTimer | None = None,
    ) -> None:
        self._database = database
        self._timer = timer or ClockTimer(clock)
        self._worker = worker
        self._ledger = Books(database, clock, self._timer, worker)
        self._books = asyncio.Event()
        self._pace = asyncio.Event()
        self._pace_until: float | None = None
        self._flush: asyncio.TimerHandle | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._acknowledging: set[asyncio.Task[None]] = set()
        self._running: list[asyncio.Task[None]] = []
        self._stopping = False
        self._stop_listening: Callable[[], None] | None = None
        # Not that of whoever hands something over, which may be inside a transaction.
        self._context: Context = copy_context()
        office = Office(
            clock,
            self._timer,
            self._ledger.marks,
            self._context,
            self._follow_move,
            self._answered,
            self._body_through,
            rate_is_shared=database.dialect == "postgresql",
        )
        self._lanes = {name: Lane(channel, limits, office) for name, channel in channels.items()}
        self._ledger.lanes = self._lanes
        clock.on_move(self._moved)

    async def start(self) -> None:
        """Take up what was under way when a process died, then deliver until `stop`. Replies,
        reminders, notices and edits are sent again; a broadcast in doubt becomes unknown."""
        async with self._database.transaction() as tx:
            await self._ledger.take_over(tx, starting=True)
        self._stop_listening = outbox.on_queued(self._on_queued)
        # What was queued while nobody was there leaves at once, not with the next sweep.
        self._books.set()
        self._running = [
            asyncio.create_task(self._keep_books(), name="postman books"),
            asyncio.create_task(self._keep_pace(), name="postman pace"),
        ]

    async def stop(self) -> None:
        """Let the requests under way finish, return what has not left to the queue, and write
        every mark. What is still unanswered after `GRACE_SECONDS` stays `sending`, to be taken up
        by the next start."""
        if not self._running:
            return
        self._stopping = self._ledger.closing = True
        if self._stop_listening:
            self._stop_listening()
        books, pace = self._running
        self._running = []
        pace.cancel()
        self._books.set()
        await asyncio.gather(books, pace, return_exceptions=True)
        for lane in self._lanes.values():
            lane.close()
        carriers = {task for lane in self._lanes.values() for task in lane.carriers}
        if carriers := carriers | self._acknowledging:
            _, late = await asyncio.wait(carriers, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._cancel_flush()
        if self._ledger.marks:
            async with self._database.transaction() as tx:
                await write_marks(tx, self._ledger.marks.take())
        self._settle()

    @property
    def runs(self) -> bool:
        """Whether the books and the pace are being kept."""
        return bool(self._running) and not any(task.done() for task in self._running)

    def wake(self) -> None:
        """Something was queued."""
        self._ledger.queued = True
        self._books.set()

    def hand_over(self, parcel: Parcel, press: tuple[str, str, bool] | None = None) -> None:
        """Send a reply that was born `sending`, ahead of everything else; call it when its
        transaction is durable. `press` (press id, toast, alert) is acknowledged first."""
        if press:
            self.acknowledge(parcel.channel, *press)
        lane = self._lanes.get(parcel.channel)
        if lane is None or self._stopping:
            return
        self._ledger.held.add(parcel.id)
        lane.accept(parcel)
        if self._running:
            self._dispatch(lane)

    def acknowledge(self, channel: str, press: str, toast: str = "", alert: bool = False) -> None:
        """Answer a press, best effort."""
        if channel in self._lanes and not self._stopping:
            task = asyncio.get_running_loop().create_task(
                self._lanes[channel].channel.acknowledge(press, toast, alert),
                context=self._context.copy(),
            )
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledged)

    async def idle(self) -> None:
        """Return when nothing is left to be done now: nothing is queued or on its way, and every
        mark is written. What waits for its time or for its next attempt does not count."""
        self._books.set()
        if self._running and not self._is_calm():
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    # The books

    async def _keep_books(self) -> None:
        while not self._stopping:
            await self._timer.wait(self._books, self._ledger.next_round_at())
            self._books.clear()
            self._cancel_flush()
            try:
                parcels = await self._ledger.keep()
            except Exception:
                logger.exception("books not kept", extra={"action": "delivery.books"})
                await asyncio.sleep(PAUSE_SECONDS)
                self._books.set()
                continue
            self._hand_out(parcels)
            self._settle()

    def _hand_out(self, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            self._lanes[parcel.channel].accept(parcel)
        for lane in self._lanes.values():
            self._dispatch(lane)
        self._plan_round()

    def _answered(self) -> None:
        """A request has its answer."""
        if self._stopping:
            return
        for lane in self._lanes.values():
            self._dispatch(lane)
        self._plan_round()
        self._settle()

    def _plan_round(self) -> None:
        """Have the books kept at once where it is worth a transaction, or somebody waits for it."""
        many = len(self._ledger.marks.rows) >= MOST_MARKS
        awaited = bool(self._waiters) and not self._is_busy() and self._ledger.has_work()
        if many or awaited or self._ledger.is_round_worthwhile():
            self._books.set()
        else:
            self._gather_marks()

    def _gather_marks(self) -> None:
        marks = self._ledger.marks
        if not marks:
            return
        loop = asyncio.get_running_loop()
        at = loop.time() + (PERSONAL_MARKS_SECONDS if marks.personal else BULK_MARKS_SECONDS)
        if self._flush is None or at < self._flush.when():
            self._cancel_flush()
            self._flush = loop.call_at(at, self._books.set)

    def _cancel_flush(self) -> None:
        if self._flush:
            self._flush.cancel()
        self._flush = None

    # The pace

    async def _keep_pace(self) -> None:
        while True:
            self._pace.clear()
            instants = [at for lane in self._lanes.values() if (at := lane.dispatch()) is not None]
            try:
                instants += await self._reserve_places()
            except Exception:
                logger.exception("no places reserved", extra={"action": "delivery.reserve"})
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self._pace_until = min(instants, default=None)
            await self._timer.wait(self._pace, self._pace_until)

    async def _reserve_places(self) -> list[float]:
        """Reserve places where they are wanted; returns the instants at which to ask again."""
        instants = []
        for lane in self._lanes.values():
            wanted = lane.wanted_places()
            rate = lane.pacer.limits.overall
            if not wanted or rate is None:
                continue
            if not wanted.answers and lane.ask_at > self._timer.seconds():
                instants.append(lane.ask_at)
                continue
            async with self._database.transaction() as tx:
                found = await reserve(tx, lane.channel.name, rate, wanted, self._timer)
            lane.add_places(found)
            if found.places:
                self._pace.set()
            else:
                instants.append(max(found.ask_at, self._timer.seconds() + ASK_AGAIN_SECONDS))
        return instants

    def _dispatch(self, lane: Lane) -> None:
        at = lane.dispatch()
        sooner = at is not None and (self._pace_until is None or at < self._pace_until)
        if sooner or lane.lacks_place():
            self._pace.set()

    # What is reported to the postman

    def _acknowledged(self, task: asyncio.Task[None]) -> None:
        self._acknowledging.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.warning(
                "press not acknowledged", exc_info=error, extra={"action": "delivery.acknowledge"}
            )
        self._settle()

    async def _follow_move(self, parcel: Parcel, new_external: str) -> None:
        async with self._database.transaction() as tx:
            parcel.address_id = await follow_move(tx, parcel.address_id, new_external)
        parcel.chat = new_external

    def _body_through(self, parcel: Parcel, file_ref: str) -> None:
        if self._ledger.note_file(parcel, file_ref):
            self._books.set()

    def _on_queued(self, not_before: int | None) -> None:
        if not_before is None:
            self.wake()
        else:
            self._ledger.note_release(not_before)
            self._books.set()

    def _moved(self) -> None:
        self._books.set()
        self._pace.set()

    # Rest

    def _is_busy(self) -> bool:
        return any(lane.carriers or lane.lines.waiting for lane in self._lanes.values())

    def _is_calm(self) -> bool:
        if self._acknowledging or not all(lane.is_calm() for lane in self._lanes.values()):
            return False
        return self._ledger.is_calm()

    def _settle(self) -> None:
        if self._waiters and (self._stopping or self._is_calm()):
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()
