"""Sending through one channel: what waits, what is on its way, and what an answer means."""

import asyncio
import logging

from bot.core import metrics
from bot.core.errors import new_reference
from bot.core.log import correlation
from bot.core.redaction import describe
from bot.delivery.acknowledgements import Acknowledgements, Words
from bot.delivery.channel import (
    Ambiguous,
    CannotEdit,
    Channel,
    Receipt,
    RetryLater,
    Undelivered,
    Unreachable,
)
from bot.delivery.chat_queues import ChatQueues
from bot.delivery.cooldowns import ChatWaits
from bot.delivery.drawing import Away, Undrawn
from bot.delivery.fallbacks import find_other_form, give_up_again
from bot.delivery.hooks import SenderHooks
from bot.delivery.limits import RateLimiter, back_off
from bot.delivery.logbook import log_failure, log_retry, log_unreachable, log_wait
from bot.delivery.message import Message, MessageKind, MessageState
from bot.delivery.pacing import SlotDemand
from bot.delivery.progress import ShownProgress
from bot.delivery.request import await_leave, show
from bot.delivery.results import READ_AGAIN_AFTER, outcome_of
from bot.delivery.shared_rate import SlotReservation
from bot.storage.columns import to_millis
from bot.storage.failures import is_transient

logger = logging.getLogger(__name__)

IN_FLIGHT = 128
BULK_IN_FLIGHT = 96
"""Fewer than all, so that a slow broadcast leaves room for answers."""
PROBES = 2
"""Requests at a time while nothing gets through."""

MOST_DOUBTS = 30
"""Ambiguous answers after which a message is given up as unknown: some 25 minutes."""
URGENT_PATIENCE = 5.0
BULK_PATIENCE = 1.0


class ChannelSender:
    """Sends the messages of one channel within its rates."""

    def __init__(self, channel: Channel, hooks: SenderHooks) -> None:
        self.channel = channel
        self.pacer = RateLimiter(channel.limits, shared=hooks.rate_is_shared)
        self.queues = ChatQueues(self.pacer)
        self.carriers: set[asyncio.Task[None]] = set()
        self.bulk_in_flight = 0
        self.failures = 0
        self.ask_at = 0.0
        """The instant before which no further slots are to be had but for answers."""
        self._counted_at = 0.0
        self._retries: dict[str, float] = {}
        self._waits = ChatWaits()
        self._progress = ShownProgress()
        self._hooks = hooks
        self.acknowledgements = Acknowledgements(channel, hooks, self._press_answered)
        self.closed = False

    # What waits

    def accept(self, message: Message) -> None:
        """Take a message that is `sending`; it leaves with the next `dispatch`, unless its turn is
        so far away that it had better wait in the database."""
        now = self._hooks.timer.seconds()
        traits = self.channel.traits
        if message.press and not message.press_over:
            if traits.toasts:
                self.acknowledgements.show(message)
                return
            message.press_over, message.expires_at = True, None
        if message.edit_outbox_id and not traits.edits:
            # Queued when the channel still changed what was sent.
            self._end(message, MessageState.DROPPED, error="nothing is changed here")
            return
        if self._is_expired(message):
            self._end(message, MessageState.EXPIRED)
            return
        if message.kind is MessageKind.REPLY:
            # Whoever presses faster than the platform lets us answer sees the newest answers.
            for older in self.queues.take_superseded(message):
                self._end(older, MessageState.CANCELLED, error="superseded by a later answer")
        if message.kind is not MessageKind.REPLY or self.queues.overtakes(
            message.chat, now, URGENT_PATIENCE
        ):
            patience = BULK_PATIENCE if message.is_bulk else URGENT_PATIENCE
            until = self.queues.put_off_until(message, now, patience)
            if until is not None:
                self._return(message, until - now)
                return
        self.queues.add(message, now)

    def dispatch(self) -> float | None:
        """Send whatever may leave now; returns the instant at which more may leave."""
        if self.closed:
            return None
        instants = (self.acknowledgements.dispatch(), self._dispatch_messages())
        return min((at for at in instants if at is not None), default=None)

    def _dispatch_messages(self) -> float | None:
        now = self._hooks.timer.seconds()
        self.pacer.drop_missed(now)
        most = self._most_in_flight()
        while len(self.carriers) < most:
            message = self.queues.next(now, bulk=self.bulk_in_flight < BULK_IN_FLIGHT)
            if message is None:
                break
            self._start(message, now)
        if len(self.carriers) >= most:
            return None
        return self.queues.next_at(now, bulk=self.bulk_in_flight < BULK_IN_FLIGHT)

    def _most_in_flight(self) -> int:
        return PROBES if self.is_failing() else IN_FLIGHT

    # Slots that have to be reserved

    def lacks_slot(self) -> bool:
        """Whether something may wait for nothing but a slot that is not reserved yet."""
        reserved = self.pacer.reserved
        return reserved is not None and not reserved and self.queues.waiting > 0

    def slot_demand(self) -> SlotDemand:
        """For how many messages slots should be reserved as soon as it is worth it."""
        reserved = self.pacer.reserved
        room = self._most_in_flight() - len(self.carriers)
        if reserved is None or self.closed or self.is_halted() or room <= 0:
            return SlotDemand()
        now = self._hooks.timer.seconds()
        bulk_room = BULK_IN_FLIGHT - self.bulk_in_flight
        ready = self.queues.ready(now, bulk=bulk_room > 0)
        return ready.less(len(reserved)) if ready else ready

    def add_slots(self, reservation: SlotReservation) -> None:
        """Use these slots."""
        if self.pacer.reserved is not None:
            now = self._hooks.timer.seconds()
            self.pacer.reserved.add(reservation.slots, now, reservation.delay)
            self.ask_at = reservation.ask_at

    def is_failing(self) -> bool:
        """Whether nothing gets through: then few requests find out when it does again."""
        return self.failures > 1

    def cool_down(self, seconds: float) -> None:
        """Send nothing for so long: another process was asked to wait."""
        self.pacer.halt(self._hooks.timer.seconds() + seconds)

    def is_halted(self) -> bool:
        return self.pacer.halted_until() > self._hooks.timer.seconds()

    def is_calm(self) -> bool:
        """Whether nothing is on its way, and what waits, waits for its next attempt."""
        if self.carriers or not self.acknowledgements.is_calm():
            return False
        if self.queues.waiting == 0 or self.is_halted():
            return True
        now = self._hooks.timer.seconds()
        self._retries = {chat: at for chat, at in self._retries.items() if at > now}
        return self.queues.waiting == self.queues.count(self._retries)

    def close(self) -> None:
        """Send nothing more, and return what has not left to the queue."""
        self.closed = True
        self.acknowledgements.close()
        for message in self.queues.take_all():
            self._return(message, 0.0)

    # What is on its way

    def _start(self, message: Message, now: float) -> None:
        if self._is_expired(message):
            self._end(message, MessageState.EXPIRED)
            self.queues.finish(message.chat, now)
            return
        self.bulk_in_flight += message.is_bulk
        task = asyncio.get_running_loop().create_task(
            self._carry(message, now), context=self._hooks.context.copy()
        )
        self.carriers.add(task)
        task.add_done_callback(self._arrived)

    def _is_expired(self, message: Message) -> bool:
        expires_at = message.expires_at
        return expires_at is not None and expires_at <= to_millis(self._hooks.clock.now())

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self.carriers.discard(task)
        self._hooks.on_answer()

    async def _carry(self, message: Message, started: float) -> None:
        chat = message.chat
        correlation.set(message.correlation)
        try:
            await self._attempt(message, started)
        finally:
            self.bulk_in_flight -= message.is_bulk
            self.queues.finish(chat, self._hooks.timer.seconds())

    async def _attempt(self, message: Message, started: float) -> None:
        try:
            if message.drawn and (undrawn := await self._keep_true(message, started)):
                self._leave(message, undrawn)
                return
            if (silence := await await_leave(self.pacer, message, started, self._hooks.timer)) > 0:
                self._again(message, silence)
                return
            receipt = self._progress.aim(message)
            receipt = receipt or await show(self.channel, message, self._hooks)
        except RetryLater as error:
            self._wait_out(message, error)
        except Undelivered as error:
            self._count_failure(message, started, error)
            self._try_again(message)
        except Ambiguous as error:
            self._count_failure(message, started, error)
            message.doubts += 1
            if message.is_bulk or message.doubts >= MOST_DOUBTS:
                self._end(message, MessageState.UNKNOWN, error=describe(error))
            else:
                self._try_again(message)
        except CannotEdit as error:
            self.failures = 0
            self._end(message, MessageState.DROPPED, error=describe(error))
        except Unreachable as error:
            self._close_address(message, describe(error))
        except Exception as error:  # noqa: BLE001 -- logged by whoever ends it; the sender lives on
            await self._refused(message, error)
        else:
            self.failures = 0
            self._record(message, receipt)

    async def _keep_true(self, message: Message, now: float) -> Undrawn | None:
        """Have it say what is so now; why not, where it is not to leave."""
        drawing, before, undrawn = self._hooks.drawing, message.screen, None
        if drawing.is_stale(message, now):
            undrawn = (await drawing.draw([message])).get(message.id)
        else:
            drawing.keep_true(message)
        if message.screen is not before:
            give_up_again(message)
        return undrawn

    def _leave(self, message: Message, undrawn: Undrawn) -> None:
        if isinstance(undrawn, Away):
            # Nothing is known against its moment, so what follows does not overtake it.
            for waiting in (message, *self.queues.take_following(message)):
                self._return(waiting, READ_AGAIN_AFTER.total_seconds())
            return
        # What had better come later makes way for what follows.
        outcome = outcome_of(undrawn, self._hooks.clock.now())
        self._end(message, outcome.state, error=outcome.error, not_before=outcome.not_before)

    # What an answer means

    def _press_answered(self, message: Message, words: Words) -> None:
        if words is Words.SHOWN:
            self._end(message, MessageState.SENT)
        elif words is Words.RETURNED or self.closed:
            self._return(message, 0.0)
        else:
            message.press_over, message.expires_at = True, None
            self.accept(message)

    def _record(self, message: Message, receipt: Receipt) -> None:
        if replaced := self._progress.note(message, receipt):
            self._hooks.results.messages.append(replaced)
        self._hooks.results.await_status(self.channel, message, receipt)
        self._hooks.results.note_copy(message, receipt)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("sent", extra={"action": "delivery.sent", "parcel": message.id})
        state = MessageState.FAILED if message.failure else MessageState.SENT
        error = ""
        if message.given_up:
            error = message.failure or " ".join(("without", *message.given_up))
        self._end(message, state, external=receipt.message, file_ref=receipt.file_ref, error=error)

    def _wait_out(self, message: Message, error: RetryLater) -> None:
        """The platform says how long to be silent. One chat's 429 binds that chat: most are about
        its own rate. Only a second chat's within the wait shows that all are meant."""
        now, after = self._hooks.timer.seconds(), error.after
        everybody = not error.only_chat and self._waits.add(message.chat, now, now + after)
        log_wait(message, after, only_chat=not everybody)
        self._hold(message.chat, now + after)
        if everybody:
            self.pacer.halt(now + after)
            until = to_millis(self._hooks.clock.now()) + round(after * 1000)
            self._hooks.results.cooldowns[self.channel.name] = until
            for waiting in self.queues.take_bulk():
                self._return(waiting, 0.0)
        if after <= URGENT_PATIENCE:
            self._again(message, after)
            return
        # So long a wait has to outlive this process, and so has what follows to the same chat.
        for waiting in (message, *self.queues.take_address(message.address_id)):
            self._return(waiting, after)

    def _try_again(self, message: Message) -> None:
        message.attempts += 1
        wait = back_off(message.attempts)
        self._hold(message.chat, self._hooks.timer.seconds() + wait)
        self._again(message, wait)

    def _again(self, message: Message, wait: float) -> None:
        """A broadcast goes back to the queue, where a crash cannot put it in doubt; anything else
        waits here, first of its chat."""
        if message.is_bulk:
            self._return(message, wait)
        elif self.closed:
            self._return(message, 0.0)
        else:
            self.queues.add(message, self._hooks.timer.seconds())

    def _return(self, message: Message, wait: float) -> None:
        not_before = None
        if wait > 0:
            not_before = to_millis(self._hooks.clock.now()) + max(1, round(wait * 1000))
            self.queues.put_off(message.chat, self._hooks.timer.seconds() + wait)
        self._end(message, MessageState.QUEUED, not_before=not_before)

    def _hold(self, chat: str, until: float) -> None:
        self.pacer.hold_chat(chat, until)
        self._retries[chat] = until

    def _count_failure(self, message: Message, started: float, error: Exception) -> None:
        """Failures of requests that were under way together count as one."""
        log_retry(message, error)
        if started <= self._counted_at:
            return
        now = self._hooks.timer.seconds()
        self._counted_at = now
        self.failures += 1
        if self.is_failing():
            self.pacer.halt(now + back_off(self.failures - 1))
            for waiting in self.queues.take_bulk():
                self._return(waiting, 0.0)

    def _close_address(self, message: Message, reason: str) -> None:
        self.failures = 0
        log_unreachable(message)
        self._hooks.results.closed.add(message.address_id)
        for other in (message, *self.queues.take_address(message.address_id)):
            self._end(other, MessageState.UNREACHABLE, error=reason)

    async def _refused(self, message: Message, error: Exception) -> None:
        """The message goes out in another form, in its turn, or fails."""
        self.failures = 0
        try:
            goes_on = await find_other_form(message, error, self._hooks)
        except Exception as trouble:  # noqa: BLE001 -- of the database; the message has its own
            if is_transient(trouble):
                self._try_again(message)
                return
            goes_on = False
        if not goes_on:
            self._fail(message, error)
        elif self.closed:
            self._return(message, 0.0)
        else:
            self.queues.add(message, self._hooks.timer.seconds())

    def _fail(self, message: Message, error: Exception) -> None:
        if not message.failure:
            reference = new_reference()
            log_failure(message, error, reference)
            message.failure = f"{reference} {describe(error)}"
        self._end(message, MessageState.FAILED, error=message.failure)

    def _end(
        self,
        message: Message,
        state: MessageState,
        *,
        external: str = "",
        error: str = "",
        file_ref: str = "",
        not_before: int | None = None,
    ) -> None:
        if state is not MessageState.QUEUED:
            metrics.MESSAGES[message.kind, state].inc()
        self._hooks.results.add(
            message, state, external=external, error=error, not_before=not_before
        )
        if message.body is not None:
            self._hooks.on_body(message, file_ref)
        self._hooks.on_file(message, state is MessageState.SENT)
