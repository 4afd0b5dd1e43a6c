"""One channel's way out: what waits, what is on its way, and what an answer means."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass

from bot.core import metrics
from bot.core.clock import Clock
from bot.core.errors import new_reference
from bot.core.log import correlation
from bot.core.redaction import describe
from bot.delivery.channel import (
    Ambiguous,
    CannotEdit,
    Channel,
    Moved,
    Receipt,
    Rejected,
    RetryLater,
    Undelivered,
    Unreachable,
)
from bot.delivery.chat_queues import Lines
from bot.delivery.cooldowns import ChatWaits
from bot.delivery.limits import Limits, Pacer, back_off
from bot.delivery.message import Parcel, ParcelKind, ParcelState
from bot.delivery.pacing import Wanted
from bot.delivery.results import Marks
from bot.delivery.shared_rate import Reservation
from bot.delivery.timer import ClockTimer
from bot.storage.columns import to_millis
from bot.storage.failures import is_transient

logger = logging.getLogger(__name__)

IN_FLIGHT = 128
BULK_IN_FLIGHT = 96
"""Fewer than all, so that a slow broadcast leaves room for answers."""
PROBES = 2
"""Requests at a time while nothing gets through."""

MOST_DOUBTS = 30
"""Ambiguous answers after which a parcel is given up as unknown: some 25 minutes."""
URGENT_PATIENCE = 5.0
BULK_PATIENCE = 1.0
PROGRESS_KEPT = 512


@dataclass(frozen=True, slots=True)
class Office:
    """What a lane needs of the postman: where it notes what became of a parcel, and whom it
    tells."""

    clock: Clock
    timer: ClockTimer
    marks: Marks
    context: Context
    follow_move: Callable[[Parcel, str], Awaitable[None]]
    on_answer: Callable[[], None]
    on_body: Callable[[Parcel, str], None]
    """A parcel that shares a body is through; its file's reference, if it has got one."""
    rate_is_shared: bool
    """Other processes may send through the same channels: every place has to be reserved."""


class Lane:
    """Sends the parcels of one channel within its rates."""

    def __init__(self, channel: Channel, limits: Limits, office: Office) -> None:
        self.channel = channel
        self.pacer = Pacer(limits, shared=office.rate_is_shared)
        self.lines = Lines(self.pacer, channel.is_group)
        self.carriers: set[asyncio.Task[None]] = set()
        self.bulk_in_flight = 0
        self.failures = 0
        self.ask_at = 0.0
        """The instant before which no further places are to be had but for answers."""
        self._counted_at = 0.0
        self._retries: dict[str, float] = {}
        self._waits = ChatWaits()
        self._progress: OrderedDict[int, str] = OrderedDict()
        self._office = office
        self.closed = False

    # What waits

    def accept(self, parcel: Parcel) -> None:
        """Take a parcel that is `sending`; it leaves with the next `dispatch`, unless its turn is
        so far away that it had better wait in the database."""
        now = self._office.timer.seconds()
        if self._is_expired(parcel):
            self._end(parcel, ParcelState.EXPIRED)
            return
        if parcel.kind is ParcelKind.REPLY:
            # Whoever presses faster than the platform lets us answer sees the newest answers.
            for older in self.lines.take_superseded(parcel):
                self._end(older, ParcelState.CANCELLED, error="superseded by a later answer")
        if parcel.kind is not ParcelKind.REPLY or self.lines.overtakes(
            parcel.chat, now, URGENT_PATIENCE
        ):
            patience = BULK_PATIENCE if parcel.is_bulk else URGENT_PATIENCE
            until = self.lines.put_off_until(parcel, now, patience)
            if until is not None:
                self._return(parcel, until - now)
                return
        self.lines.add(parcel, now)

    def dispatch(self) -> float | None:
        """Send whatever may leave now; returns the instant at which more may leave."""
        if self.closed:
            return None
        now = self._office.timer.seconds()
        self.pacer.drop_missed(now)
        most = self._most_in_flight()
        while len(self.carriers) < most:
            parcel = self.lines.next(now, bulk=self.bulk_in_flight < BULK_IN_FLIGHT)
            if parcel is None:
                break
            self._start(parcel, now)
        if len(self.carriers) >= most:
            return None
        return self.lines.next_at(now, bulk=self.bulk_in_flight < BULK_IN_FLIGHT)

    def _most_in_flight(self) -> int:
        return PROBES if self.is_failing() else IN_FLIGHT

    # Places that have to be reserved

    def lacks_place(self) -> bool:
        """Whether something may wait for nothing but a place that is not reserved yet."""
        reserved = self.pacer.reserved
        return reserved is not None and not reserved and self.lines.waiting > 0

    def wanted_places(self) -> Wanted:
        """For how many messages places should be reserved as soon as it is worth it."""
        reserved = self.pacer.reserved
        room = self._most_in_flight() - len(self.carriers)
        if reserved is None or self.closed or self.is_halted() or room <= 0:
            return Wanted()
        now = self._office.timer.seconds()
        bulk_room = BULK_IN_FLIGHT - self.bulk_in_flight
        ready = self.lines.ready(now, bulk=bulk_room > 0)
        return ready.less(len(reserved)) if ready else ready

    def add_places(self, reservation: Reservation) -> None:
        """Use these places."""
        if self.pacer.reserved is not None:
            now = self._office.timer.seconds()
            self.pacer.reserved.add(reservation.places, now, reservation.delay)
            self.ask_at = reservation.ask_at

    def is_failing(self) -> bool:
        """Whether nothing gets through: then few requests find out when it does again."""
        return self.failures > 1

    def fall_silent(self, seconds: float) -> None:
        """Send nothing for so long: another process was asked to wait."""
        self.pacer.halt(self._office.timer.seconds() + seconds)

    def is_halted(self) -> bool:
        return self.pacer.halted_until() > self._office.timer.seconds()

    def is_calm(self) -> bool:
        """Whether nothing is on its way, and what waits, waits for its next attempt."""
        if self.carriers:
            return False
        if self.lines.waiting == 0 or self.is_halted():
            return True
        now = self._office.timer.seconds()
        self._retries = {chat: at for chat, at in self._retries.items() if at > now}
        return self.lines.waiting == self.lines.count(self._retries)

    def close(self) -> None:
        """Send nothing more, and return what has not left to the queue."""
        self.closed = True
        for parcel in self.lines.take_all():
            self._return(parcel, 0.0)

    # What is on its way

    def _start(self, parcel: Parcel, now: float) -> None:
        if self._is_expired(parcel):
            self._end(parcel, ParcelState.EXPIRED)
            self.lines.finish(parcel.chat, now)
            return
        self.bulk_in_flight += parcel.is_bulk
        task = asyncio.get_running_loop().create_task(
            self._carry(parcel, now), context=self._office.context.copy()
        )
        self.carriers.add(task)
        task.add_done_callback(self._arrived)

    def _is_expired(self, parcel: Parcel) -> bool:
        expires_at = parcel.expires_at
        return expires_at is not None and expires_at <= to_millis(self._office.clock.now())

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self.carriers.discard(task)
        self._office.on_answer()

    async def _carry(self, parcel: Parcel, started: float) -> None:
        chat = parcel.chat
        correlation.set(parcel.correlation)
        try:
            await self._attempt(parcel, started)
        finally:
            self.bulk_in_flight -= parcel.is_bulk
            self.lines.finish(chat, self._office.timer.seconds())

    async def _attempt(self, parcel: Parcel, started: float) -> None:
        try:
            receipt = await self._request(parcel)
        except RetryLater as error:
            self._wait_out(parcel, error.after)
        except Undelivered as error:
            self._count_failure(parcel, started, error)
            self._try_again(parcel)
        except Ambiguous as error:
            self._count_failure(parcel, started, error)
            parcel.doubts += 1
            if parcel.is_bulk or parcel.doubts >= MOST_DOUBTS:
                self._end(parcel, ParcelState.UNKNOWN, error=describe(error))
            else:
                self._try_again(parcel)
        except Unreachable as error:
            self._close_address(parcel, describe(error))
        except (Rejected, Moved, CannotEdit) as error:
            self._fail(parcel, error)
        except Exception as error:  # noqa: BLE001 -- logged by _fail; the postman must live on
            self._fail(parcel, error)
        else:
            self.failures = 0
            self._record(parcel, receipt)

    async def _request(self, parcel: Parcel) -> Receipt:
        if parcel.edit_parcel is not None:
            parcel.edit_message = self._progress.get(parcel.edit_parcel, parcel.edit_message)
        try:
            return await self._send_or_edit(parcel)
        except Moved as moved:
            try:
                await self._office.follow_move(parcel, moved.new_id)
            except Exception as error:
                if is_transient(error):
                    raise Undelivered("the new chat could not be noted") from error
                raise
            return await self._send_or_edit(parcel)

    async def _send_or_edit(self, parcel: Parcel) -> Receipt:
        if parcel.edit_message:
            try:
                await self.channel.edit(
                    parcel.chat, parcel.person_id, parcel.edit_message, parcel.screen
                )
            except CannotEdit:
                parcel.edit_message = ""
            else:
                return Receipt(parcel.edit_message)
        return await self.channel.send(parcel.chat, parcel.person_id, parcel.screen)

    # What an answer means

    def _record(self, parcel: Parcel, receipt: Receipt) -> None:
        if parcel.kind is ParcelKind.PROGRESS:
            first = parcel.edit_parcel or parcel.id
            self._progress[first] = receipt.message
            self._progress.move_to_end(first)
            if len(self._progress) > PROGRESS_KEPT:
                self._progress.popitem(last=False)
            if parcel.edit_parcel is not None and not parcel.edit_message:
                self._office.marks.messages.append((receipt.message, parcel.edit_parcel))
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("sent", extra={"action": "delivery.sent", "parcel": parcel.id})
        self._end(parcel, ParcelState.SENT, message=receipt.message, file_ref=receipt.file_ref)

    def _wait_out(self, parcel: Parcel, after: float) -> None:
        """The platform says how long to be silent. One chat's 429 binds that chat: most are about
        its own rate. Only a second private chat's within the wait shows that all are meant."""
        now = self._office.timer.seconds()
        # A group's limit is its own, and says nothing of the others.
        group = self.channel.is_group(parcel.chat)
        everybody = not group and self._waits.add(parcel.chat, now, now + after)
        logger.warning(
            "asked to wait",
            extra={
                "action": "delivery.wait", "parcel": parcel.id, "seconds": after,
                "only_chat": not everybody,
            },
        )  # fmt: skip
        metrics.RATE_WAITS.inc()
        metrics.RATE_WAIT_SECONDS.inc(after)
        self._hold(parcel.chat, now + after)
        if everybody:
            self.pacer.halt(now + after)
            until = to_millis(self._office.clock.now()) + round(after * 1000)
            self._office.marks.silences[self.channel.name] = until
            for waiting in self.lines.take_bulk():
                self._return(waiting, 0.0)
        if after <= URGENT_PATIENCE:
            self._again(parcel, after)
            return
        # So long a wait has to outlive this process, and so has what follows to the same chat.
        for waiting in (parcel, *self.lines.take_address(parcel.address_id)):
            self._return(waiting, after)

    def _try_again(self, parcel: Parcel) -> None:
        parcel.attempts += 1
        wait = back_off(parcel.attempts)
        self._hold(parcel.chat, self._office.timer.seconds() + wait)
        self._again(parcel, wait)

    def _again(self, parcel: Parcel, wait: float) -> None:
        """A broadcast goes back to the queue, where a crash cannot put it in doubt; anything else
        waits here, first of its chat."""
        if parcel.is_bulk:
            self._return(parcel, wait)
        elif self.closed:
            self._return(parcel, 0.0)
        else:
            self.lines.add(parcel, self._office.timer.seconds())

    def _return(self, parcel: Parcel, wait: float) -> None:
        not_before = None
        if wait > 0:
            not_before = to_millis(self._office.clock.now()) + max(1, round(wait * 1000))
            self.lines.put_off(parcel.chat, self._office.timer.seconds() + wait)
        self._end(parcel, ParcelState.QUEUED, not_before=not_before)

    def _hold(self, chat: str, until: float) -> None:
        self.pacer.hold_chat(chat, until)
        self._retries[chat] = until

    def _count_failure(self, parcel: Parcel, started: float, error: Exception) -> None:
        """Failures of requests that were under way together count as one."""
        reason = "ambiguous" if isinstance(error, Ambiguous) else "undelivered"
        logger.warning(
            "no answer" if reason == "ambiguous" else "not delivered",
            extra={"action": "delivery.retry", "parcel": parcel.id, "reason": describe(error)},
        )
        metrics.RETRIES[reason,].inc()
        if started < self._counted_at:
            return
        now = self._office.timer.seconds()
        self._counted_at = now
        self.failures += 1
        if self.is_failing():
            self.pacer.halt(now + back_off(self.failures - 1))
            for waiting in self.lines.take_bulk():
                self._return(waiting, 0.0)

    def _close_address(self, parcel: Parcel, reason: str) -> None:
        self.failures = 0
        logger.info(
            "unreachable",
            extra={
                "action": "delivery.unreachable", "parcel": parcel.id,
                "address": parcel.address_id,
            },
        )  # fmt: skip
        self._office.marks.closed.add(parcel.address_id)
        for other in (parcel, *self.lines.take_address(parcel.address_id)):
            self._end(other, ParcelState.UNREACHABLE, error=reason)

    def _fail(self, parcel: Parcel, error: Exception) -> None:
        self.failures = 0
        reference = new_reference()
        logger.error(
            "not sent",
            exc_info=error,
            extra={"action": "delivery.failed", "parcel": parcel.id, "reference": reference},
        )
        self._end(parcel, ParcelState.FAILED, error=f"{reference} {describe(error)}")

    def _end(
        self,
        parcel: Parcel,
        state: ParcelState,
        *,
        message: str = "",
        error: str = "",
        file_ref: str = "",
        not_before: int | None = None,
    ) -> None:
        if state is not ParcelState.QUEUED:
            metrics.MESSAGES[parcel.kind, state].inc()
        self._office.marks.add(parcel, state, message=message, error=error, not_before=not_before)
        if parcel.body is not None:
            self._office.on_body(parcel, file_ref)
