"""The sender: takes messages out of the outbox, sends them within the rates, writes what became of
them, and after a crash takes up what was under way.

`sending` is committed before a request leaves. Two loops: one records results and claims messages,
one waits for the instant at which more may leave.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextvars import Context, copy_context
from pathlib import Path

from bot.chat.incoming import Address
from bot.chat.person import find_person
from bot.chat.screen import Screen
from bot.core.clock import Clock
from bot.core.i18n import Voice
from bot.delivery import outbox
from bot.delivery.addresses import follow_move
from bot.delivery.channel import Channel, Unreachable
from bot.delivery.channel_sender import ChannelSender
from bot.delivery.drawing import Drawing, Kinds, RestOf
from bot.delivery.files import FileDelivery
from bot.delivery.hooks import SenderHooks
from bot.delivery.message import Message
from bot.delivery.recording import Recorder
from bot.delivery.results import write_results
from bot.delivery.shared_rate import reserve
from bot.delivery.timer import ClockTimer
from bot.files.store import BlobStore
from bot.storage.database import Database

logger = logging.getLogger(__name__)

PERSONAL_RESULTS_SECONDS = 0.05
BULK_RESULTS_SECONDS = 0.3
"""For how long results are gathered, in real time. What is not written at a crash is sent twice
when it is personal, and in doubt when it is a broadcast."""
MOST_RESULTS = 200
GRACE_SECONDS = 10.0
"""How long `stop` waits for requests that are under way, in real time."""
ASK_AGAIN_SECONDS = 0.02
"""Pause after no slot was near enough."""
PAUSE_SECONDS = 1.0
"""Pause after the database refused, in real time."""


class Sender:
    """Delivers through the given channels (by name) until it is stopped. `kinds` are the notices
    that it can draw, by name; `store` is where the bytes of files lie; `rest_of` says whom one that
    does not hurry had better not disturb.

    `worker` names this process among several on one database; the name should survive a restart.
    Processes on one PostgreSQL share each channel's overall rate: each slot is reserved there.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        worker: str,
        store: BlobStore | None = None,
        kinds: Kinds | None = None,
        rest_of: RestOf | None = None,
        timer: ClockTimer | None = None,
    ) -> None:
        self._database = database
        self._timer = timer or ClockTimer(clock)
        self._worker = worker
        traits = {name: channel.traits for name, channel in channels.items()}
        self.drawing = Drawing(database, clock, kinds or {}, rest_of, self._timer, traits)
        self._files = FileDelivery(database, store or BlobStore(Path("files")), worker)
        self._recorder = Recorder(database, clock, self._timer, self.drawing, self._files, worker)
        self._round = asyncio.Event()
        self._pace = asyncio.Event()
        self._pace_until: float | None = None
        self._answers_known = False
        self._flush: asyncio.TimerHandle | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._running: list[asyncio.Task[None]] = []
        self._stopping = False
        self._stop_listening: Callable[[], None] | None = None
        # Not that of whoever hands something over, which may be inside a transaction.
        self._context: Context = copy_context()
        hooks = SenderHooks(
            clock,
            self._timer,
            self.drawing,
            self._files,
            self._recorder.results,
            self._context,
            self._voice_of,
            self._follow_move,
            self._answered,
            self._body_through,
            self._file_through,
            rate_is_shared=database.dialect == "postgresql",
        )
        self._channel_senders = {
            name: ChannelSender(channel, hooks) for name, channel in channels.items()
        }
        self._recorder.channel_senders = self._channel_senders
        clock.on_move(self._moved)

    async def start(self) -> None:
        """Take up what was under way when a process died, then deliver until `stop`. Replies,
        reminders, notices and edits are sent again; a broadcast in doubt becomes unknown."""
        await self._files.start()
        async with self._database.transaction() as tx:
            await self._recorder.take_over(tx, starting=True)
        self._stop_listening = outbox.on_queued(self._database, self._on_queued)
        # What was queued while nobody was there leaves at once, not with the next sweep.
        self._round.set()
        self._running = [
            asyncio.create_task(self._keep_recording(), name="sender recording"),
            asyncio.create_task(self._keep_pace(), name="sender pace"),
        ]

    async def stop(self) -> None:
        """Let the requests under way finish, return what has not left to the queue, and write
        every result. What is still unanswered after `GRACE_SECONDS` stays `sending`, to be taken up
        by the next start."""
        if not self._running:
            return
        self._stopping = self._recorder.closing = True
        if self._stop_listening:
            self._stop_listening()
        recorder, pace = self._running
        self._running = []
        pace.cancel()
        self._round.set()
        await asyncio.gather(recorder, pace, return_exceptions=True)
        for channel_sender in self._channel_senders.values():
            channel_sender.close()
        carriers = {
            task
            for channel_sender in self._channel_senders.values()
            for task in channel_sender.carriers
        }
        for channel_sender in self._channel_senders.values():
            carriers |= channel_sender.acknowledgements.tasks
            carriers.add(asyncio.create_task(channel_sender.acknowledgements.finish()))
        if carriers:
            _, late = await asyncio.wait(carriers, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._cancel_flush()
        if self._recorder.results:
            async with self._database.transaction() as tx:
                await write_results(tx, self._recorder.results.take())
        self._settle()

    @property
    def runs(self) -> bool:
        """Whether both loops are running."""
        return bool(self._running) and not any(task.done() for task in self._running)

    def wake(self) -> None:
        """Something was queued."""
        self._recorder.queued = True
        self._round.set()

    def hand_over(self, message: Message, press: tuple[str, str, bool] | None = None) -> None:
        """Send a reply that was born `sending`, ahead of everything else; call it when its
        transaction is durable. `press` (press id, toast, alert) is acknowledged first."""
        if press:
            self.acknowledge(Address(message.channel, message.chat), *press)
        channel_sender = self._channel_senders.get(message.channel)
        if channel_sender is None or self._stopping:
            return
        self._recorder.held.add(message.id)
        channel_sender.accept(message)
        if self._running:
            self._dispatch(channel_sender)

    def acknowledge(
        self, address: Address, press: str, toast: str = "", alert: bool = False
    ) -> None:
        """Answer a press, again and again as long as it lives; nothing of it outlives the process:
        the answer is another message. Words that are all that a press gets are a reply's."""
        channel_sender = self._channel_senders.get(address.channel)
        if channel_sender is not None and not self._stopping:
            channel_sender.acknowledgements.answer(address.id, press, toast, alert)

    def introduce(self, address: Address, screen: Screen) -> None:
        """Say something in a place of several people; nothing of it outlives the process."""
        channel_sender = self._channel_senders.get(address.channel)
        if channel_sender is not None and not self._stopping:
            channel_sender.acknowledgements.introduce(address.id, screen)

    async def idle(self) -> None:
        """Return when nothing is left to be done now: nothing is queued or on its way, and every
        result is written. What waits for its time or for its next attempt does not count."""
        self._round.set()
        if self._running and not self._is_calm():
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    # Recording

    async def _keep_recording(self) -> None:
        while not self._stopping:
            await self._timer.wait(self._round, self._recorder.next_round_at())
            self._round.clear()
            self._cancel_flush()
            try:
                messages = await self._recorder.run_round()
            except Exception:
                logger.exception("results not recorded", extra={"action": "delivery.books"})
                await asyncio.sleep(PAUSE_SECONDS)
                self._round.set()
                continue
            self._hand_out(messages)
            self._settle()

    def _hand_out(self, messages: list[Message]) -> None:
        for message in messages:
            self._channel_senders[message.channel].accept(message)
        for channel_sender in self._channel_senders.values():
            self._dispatch(channel_sender)
        self._plan_round()

    def _answered(self) -> None:
        """A request has its answer. What follows is done once for all that come together."""
        if not self._answers_known:
            self._answers_known = True
            asyncio.get_running_loop().call_soon(self._follow_answers)

    def _follow_answers(self) -> None:
        self._answers_known = False
        if self._stopping:
            return
        for channel_sender in self._channel_senders.values():
            self._dispatch(channel_sender)
        self._plan_round()
        self._settle()

    def _plan_round(self) -> None:
        """Record at once where it is worth a transaction, or somebody waits for it."""
        if self._round.is_set():
            return
        many = len(self._recorder.results.rows) >= MOST_RESULTS
        awaited = bool(self._waiters) and not self._is_busy() and self._recorder.has_work()
        if many or awaited or self._recorder.is_round_worthwhile():
            self._round.set()
        else:
            self._gather_results()

    def _gather_results(self) -> None:
        results = self._recorder.results
        if not results:
            return
        loop = asyncio.get_running_loop()
        at = loop.time() + (PERSONAL_RESULTS_SECONDS if results.personal else BULK_RESULTS_SECONDS)
        if self._flush is None or at < self._flush.when():
            self._cancel_flush()
            self._flush = loop.call_at(at, self._round.set)

    def _cancel_flush(self) -> None:
        if self._flush:
            self._flush.cancel()
        self._flush = None

    # The pace

    async def _keep_pace(self) -> None:
        while True:
            self._pace.clear()
            instants = [
                at
                for channel_sender in self._channel_senders.values()
                if (at := channel_sender.dispatch()) is not None
            ]
            try:
                instants += await self._reserve_slots()
            except Exception:
                logger.exception("no slots reserved", extra={"action": "delivery.reserve"})
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self._pace_until = min(instants, default=None)
            await self._timer.wait(self._pace, self._pace_until)

    async def _reserve_slots(self) -> list[float]:
        """Reserve slots where they are wanted; returns the instants at which to ask again."""
        instants = []
        for channel_sender in self._channel_senders.values():
            demand = channel_sender.slot_demand()
            rate = channel_sender.pacer.limits.overall
            if not demand or rate is None:
                continue
            if not demand.answers and channel_sender.ask_at > self._timer.seconds():
                instants.append(channel_sender.ask_at)
                continue
            async with self._database.transaction() as tx:
                found = await reserve(tx, channel_sender.channel.name, rate, demand, self._timer)
            channel_sender.add_slots(found)
            if found.slots:
                self._pace.set()
            else:
                instants.append(max(found.ask_at, self._timer.seconds() + ASK_AGAIN_SECONDS))
        return instants

    def _dispatch(self, channel_sender: ChannelSender) -> None:
        at = channel_sender.dispatch()
        sooner = at is not None and (self._pace_until is None or at < self._pace_until)
        if sooner or channel_sender.lacks_slot():
            self._pace.set()

    # What is reported to the sender

    async def _voice_of(self, person_id: int) -> Voice:
        async with self._database.reading() as tx:
            person = await find_person(tx, person_id)
        return person.voice if person else Voice()

    async def _follow_move(self, message: Message, new_external: str) -> None:
        async with self._database.transaction() as tx:
            address_id = await follow_move(tx, message.address_id, new_external)
        if address_id is None:
            raise Unreachable("the chat is somebody else's by now")
        message.address_id, message.chat = address_id, new_external

    def _body_through(self, message: Message, file_ref: str) -> None:
        if self._recorder.note_file(message, file_ref):
            self._round.set()

    def _file_through(self, message: Message, sent: bool) -> None:
        if self._recorder.note_end(message, sent=sent):
            self._round.set()

    def _on_queued(self, not_before: int | None) -> None:
        if not_before is None:
            self.wake()
        else:
            self._recorder.note_release(not_before)
            self._round.set()

    def _moved(self) -> None:
        self._round.set()
        self._pace.set()

    # Rest

    def _is_busy(self) -> bool:
        return any(
            channel_sender.carriers or channel_sender.queues.waiting
            for channel_sender in self._channel_senders.values()
        )

    def _is_calm(self) -> bool:
        if not all(channel_sender.is_calm() for channel_sender in self._channel_senders.values()):
            return False
        return self._recorder.is_calm()

    def _settle(self) -> None:
        if self._waiters and (self._stopping or self._is_calm()):
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()
