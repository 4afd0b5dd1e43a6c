"""Recording of results: one transaction writes what became of messages and claims the next ones."""

import logging
from collections.abc import Mapping

from bot.core import metrics
from bot.core.clock import Clock
from bot.delivery import sorting
from bot.delivery.channel_sender import ChannelSender
from bot.delivery.claims import (
    Bodies,
    Room,
    claim,
    give_back,
    next_release,
    release_due,
    renew_lease,
)
from bot.delivery.cooldowns import read_cooldowns
from bot.delivery.drawing import Away, Drawing
from bot.delivery.files import FileDelivery
from bot.delivery.message import Message, MessageKind, MessageState
from bot.delivery.recovery import recover
from bot.delivery.results import READ_AGAIN_AFTER, Results, outcome_of, write_results
from bot.delivery.timer import ClockTimer
from bot.storage.columns import to_millis
from bot.storage.database import Database
from bot.storage.transaction import Tx

logger = logging.getLogger(__name__)

URGENT_HELD = 100
"""How many urgent messages of a channel are claimed at most ahead of their turn."""
URGENT_AHEAD_SECONDS = 0.5
"""For how long ahead urgent messages are held at least while more of them wait."""
BULK_HELD = 128
"""How many broadcasts of a channel are claimed at most, those on their way included, so that
something is left to be sent while the next ones are claimed."""
BULK_AT_ONCE = 32
"""How many broadcasts are worth a transaction."""
AHEAD_SECONDS = 0.25
FEW_AHEAD = 8
FAST_AHEAD_SECONDS = 0.06
"""For how long ahead broadcasts are claimed, which is what a crash leaves in doubt: where that is
more than a few, only for as long as claiming the next ones takes."""
SWEEP_SECONDS = 5.0
"""How often leases are renewed and those of dead processes looked for."""
SHARED_SWEEP_SECONDS = 2.0
"""The same on PostgreSQL, where other processes may die and somebody waits for what they held."""


class Recorder:
    """What is known of the outbox, and when it is worth asking the database again."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        timer: ClockTimer,
        drawing: Drawing,
        files: FileDelivery,
        worker: str,
    ) -> None:
        self._database = database
        self._drawing = drawing
        self._files = files
        self._clock = clock
        self._timer = timer
        self._worker = worker
        self._bodies = Bodies()
        self._uploading: dict[tuple[int, str], int] = {}
        """(Body, channel) whose file is on its way, with the message that carries it."""
        self._in_round = False
        self._sweep_seconds = (
            SHARED_SWEEP_SECONDS if database.dialect == "postgresql" else SWEEP_SECONDS
        )
        self._sweep_at = timer.seconds() + self._sweep_seconds
        self._look_at = timer.seconds() + SWEEP_SECONDS
        """When it is looked whether somebody else has queued something: not at every sweep, which
        would claim a few again and again where many wait for the rate."""
        self._release_at: int | None = None
        self.channel_senders: Mapping[str, ChannelSender] = {}
        self.results = Results()
        self.held: set[int] = set()
        """Ids of the messages that this process has claimed, until their results are written."""
        self.closing = False
        self._by_channel = False
        """What waits is sorted by its channel before it is claimed."""
        self.queued = True
        """Something may have been queued since the last claim."""
        self._more_urgent: set[str] = set()
        self._more_bulk: set[str] = set()
        """Channels for which there may be more to claim."""

    async def run_round(self) -> list[Message]:
        """Write what is known and claim what can soon leave; returns the claimed messages."""
        release = self._is_release_due()
        sweep = self._is_sweep_due()
        look = sweep and self._timer.seconds() >= self._look_at
        if look:
            self._look_at = self._timer.seconds() + SWEEP_SECONDS
        self.queued = self.queued or release or look
        rooms = {name: self._room_for_more(name) for name in self.channel_senders}
        if not self.queued:
            rooms = {name: self._worthwhile(name, room) for name, room in rooms.items()}
        asked = [name for name in rooms if self._is_claim_due(name)]
        claiming = not self.closing and any(rooms.values())
        if not (self.results or claiming or sweep or release):
            return []
        results = self.results.take()
        # Where nothing was, all that waits is sorted.
        was_queued = claiming and self.queued
        self.queued = self.queued and not claiming
        claimed: list[Message] = []
        self._in_round = True
        try:
            async with self._database.transaction() as tx:
                await write_results(tx, results)
                if sweep:
                    await self.take_over(tx, starting=False)
                if release:
                    await release_due(tx)
                    self._release_at = await next_release(tx)
                unsorted = was_queued and self._by_channel and await self._sort(tx, rooms)
                if claiming:
                    claimed = await claim(
                        tx, self._worker, rooms, self._bodies, by_channel=self._by_channel
                    )
                early = self._find_early(claimed)
                await give_back(tx, early)
        except BaseException:
            self.results.put_back(results)
            self.queued = True
            self._in_round = False
            raise
        try:
            self.queued = self.queued or unsorted
            self.held.difference_update(results.ids())
            self.note_release(results.earliest_retry())
            if claiming:
                self._note_claim(claimed, {name: rooms[name] for name in asked}, bool(early))
            entered = self._enter(claimed, early)
            try:
                return await self._drawn(entered)
            except Exception:
                # They are claimed, and whoever draws them has failed as a whole: back to the queue,
                # so that they are nobody's for ever.
                for message in entered:
                    self.results.add(message, MessageState.QUEUED, not_before=self._soon())
                raise
        finally:
            self._in_round = False

    async def _sort(self, tx: Tx, rooms: Mapping[str, Room]) -> bool:
        # What has no channel that is there is claimed with the first one's.
        first = next(name for name, room in rooms.items() if room)
        return await sorting.sort(tx, list(self.channel_senders), first)

    def _soon(self) -> int:
        return to_millis(self._clock.now() + READ_AGAIN_AFTER)

    def _note_claim(
        self, claimed: list[Message], rooms: Mapping[str, Room], given_back: bool
    ) -> None:
        urgent = dict.fromkeys(self.channel_senders, 0)
        bulk = dict.fromkeys(self.channel_senders, 0)
        first = next(name for name, room in rooms.items() if room)
        for message in claimed:
            counts = bulk if message.is_bulk else urgent
            counts[message.channel if message.channel in counts else first] += 1
        self._more_urgent = {name for name, room in rooms.items() if urgent[name] >= room.urgent}
        # What was given back waits for an upload, whose end asks again.
        self._more_bulk = {
            name for name, room in rooms.items() if bulk[name] >= room.bulk and not given_back
        }

    def _enter(self, claimed: list[Message], early: set[int]) -> list[Message]:
        carried: list[Message] = []
        for message in claimed:
            if message.id in early:
                continue
            if message.channel not in self.channel_senders:
                lost = MessageState.FAILED if message.channel else MessageState.UNREACHABLE
                self.results.add(message, lost, error="no such channel")
                continue
            self.held.add(message.id)
            if message.body and message.body.needs_upload(message.channel):
                self._uploading[message.body.id, message.channel] = message.id
            carried.append(message)
        return carried

    async def _drawn(self, claimed: list[Message]) -> list[Message]:
        """Those of the claimed that are to leave, with their words."""
        undrawn = await self._drawing.draw(claimed)
        drawn = [message for message in claimed if message.id not in undrawn]
        if early := await self._files.hold_back(drawn):
            # The end of the upload asks again.
            self._more_bulk -= {message.channel for message in drawn if message.id in early}
            for message in drawn:
                if message.id in early:
                    self.results.add(message, MessageState.QUEUED)
            drawn = [message for message in drawn if message.id not in early]
        if not undrawn:
            return drawn
        now = self._clock.now()
        for message in claimed:
            if why := undrawn.get(message.id):
                if isinstance(why, Away):
                    self._keep_back(message)
                outcome = outcome_of(why, now)
                if outcome.state is not MessageState.QUEUED:
                    metrics.MESSAGES[message.kind, outcome.state].inc()
                self.results.add(
                    message, outcome.state, error=outcome.error, not_before=outcome.not_before
                )
        return drawn

    def _keep_back(self, message: Message) -> None:
        """What follows to the chat of a message that could not be read waits as long as it does."""
        until = self._timer.seconds() + READ_AGAIN_AFTER.total_seconds()
        self.channel_senders[message.channel].queues.put_off(message.chat, until)

    async def take_over(self, tx: Tx, *, starting: bool) -> None:
        """Renew what we hold, and take up what the dead have left; when `starting`, also what this
        process left in an earlier run."""
        self._sweep_at = self._timer.seconds() + self._sweep_seconds
        if self.held:
            await renew_lease(tx, self.held)
        self._release_at = await next_release(tx)
        # Where there is one channel by now, what was sorted for several leaves in its order still.
        self._by_channel = len(self.channel_senders) > 1 or await sorting.is_any_sorted(tx)
        if self._by_channel:
            await sorting.forget_channels(tx, self.channel_senders.keys())
        for channel, seconds in (await read_cooldowns(tx)).items():
            if channel in self.channel_senders:
                self.channel_senders[channel].cool_down(seconds)
        # Later, one that is ours and not held is a reply whose turn is just being committed.
        mine = self._worker if starting else ""
        alone = starting and tx.dialect == "sqlite"
        found = await recover(tx, mine, self.held, alone=alone)
        if found.unknown:
            metrics.MESSAGES[MessageKind.BROADCAST, MessageState.UNKNOWN].inc(found.unknown)
        self.queued = self.queued or bool(found.again)
        if found.again or found.unknown:
            logger.warning(
                "interrupted messages taken up",
                extra={
                    "action": "delivery.recover", "again": found.again, "unknown": found.unknown,
                },
            )  # fmt: skip

    # When to ask again

    def next_round_at(self) -> float:
        """The instant, by the timer, at which `run_round` has something to do at the latest."""
        at = self._sweep_at
        now = self._timer.seconds()
        if self._release_at is not None:
            at = min(at, now + self._release_at / 1000 - self._clock.now().timestamp())
        for name, channel_sender in self.channel_senders.items():
            halted_until = channel_sender.pacer.halted_until()
            if halted_until > now and self._is_claim_due(name):
                at = min(at, halted_until)
        return at

    def is_round_worthwhile(self) -> bool:
        """Whether enough have left for more to be claimed: a transaction should serve several."""
        return any(map(self._is_claim_worthwhile, self.channel_senders))

    def _is_claim_worthwhile(self, channel: str) -> bool:
        # Asked after every message: what is dear to find out comes last.
        if not self._is_claim_due(channel):
            return False
        sender = self.channel_senders[channel]
        if sender.is_halted():
            return False
        urgent_due = self.queued or channel in self._more_urgent
        if urgent_due and _urgent_room(sender) >= URGENT_HELD // 2:
            return True
        if not (self.queued or channel in self._more_bulk) or _bulk_room(sender, BULK_HELD) <= 0:
            return False
        ahead = self._bulk_ahead(sender)
        return _bulk_room(sender, ahead) >= min(max(ahead - 1, 1), BULK_AT_ONCE)

    def has_work(self) -> bool:
        """Whether `run_round` would open a transaction now."""
        if self.results or self._is_release_due() or self._is_sweep_due():
            return True
        return not self.closing and any(map(self._room_for_more, self.channel_senders))

    def is_calm(self) -> bool:
        """Whether everything known is written and everything that may leave now is claimed."""
        if self._in_round or self.results or self._is_release_due() or self._is_sweep_due():
            return False
        return all(
            channel_sender.is_halted() or not self._is_claim_due(name)
            for name, channel_sender in self.channel_senders.items()
        )

    def note_release(self, at: int | None) -> None:
        """A message may leave from `at` (milliseconds) on."""
        if at is not None and (self._release_at is None or at < self._release_at):
            self._release_at = at

    def _is_release_due(self) -> bool:
        if self._release_at is None:
            return False
        # In whole milliseconds, never rounded up, as the transaction has it.
        now = self._clock.now()
        whole = now.replace(microsecond=now.microsecond // 1000 * 1000)
        return self._release_at <= to_millis(whole)

    def _is_sweep_due(self) -> bool:
        return self._timer.seconds() >= self._sweep_at

    def _is_claim_due(self, channel: str) -> bool:
        return self.queued or channel in self._more_urgent or channel in self._more_bulk

    def _room_for_more(self, channel: str) -> Room:
        """What a channel has room for, where there may be something to claim."""
        return self._room(channel) if self._is_claim_due(channel) else Room()

    def _room(self, channel: str) -> Room:
        """What a channel has room for."""
        sender = self.channel_senders[channel]
        if sender.is_halted():
            return Room()
        bulk = _bulk_room(sender, self._bulk_ahead(sender))
        return Room(max(_urgent_room(sender), 0), max(bulk, 0))

    def _worthwhile(self, channel: str, room: Room) -> Room:
        """The room that is worth using where nothing has been queued: none for urgent messages
        while the rate allows no more for a while than what is held and could leave at once, since
        what is claimed with few others is read and drawn with few others."""
        if room.urgent >= URGENT_HELD // 2:
            return room
        sender = self.channel_senders[channel]
        ready = sender.queues.ready(self._timer.seconds()).urgent
        enough = ready >= sender.pacer.leave_within(URGENT_AHEAD_SECONDS, URGENT_HELD)
        return Room(0, room.bulk) if enough else room

    def _bulk_ahead(self, channel_sender: ChannelSender) -> int:
        if channel_sender.is_failing():
            return 1
        few = min(channel_sender.pacer.leave_within(AHEAD_SECONDS, BULK_HELD), FEW_AHEAD)
        return max(few, channel_sender.pacer.leave_within(FAST_AHEAD_SECONDS, BULK_HELD))

    # Files that are uploaded once

    def _find_early(self, claimed: list[Message]) -> set[int]:
        """Messages that would send a file which another one is already taking to the channel."""
        early: set[int] = set()
        uploading = dict(self._uploading)
        for message in claimed:
            if message.body and message.body.needs_upload(message.channel):
                key = message.body.id, message.channel
                if uploading.setdefault(key, message.id) != message.id:
                    early.add(message.id)
        return early

    def note_end(self, message: Message, *, sent: bool) -> bool:
        """A message with a file of ours is done for now. True: others have waited for that."""
        waited = self._files.note_end(message, sent=sent)
        self.queued = self.queued or waited
        return waited

    def note_file(self, message: Message, file_ref: str) -> bool:
        """The message is done, with its file's reference if it has one. True: others have waited
        for that."""
        body = message.body
        if body is None or self._uploading.get((body.id, message.channel)) != message.id:
            return False
        del self._uploading[body.id, message.channel]
        if file_ref:
            body.file_refs[message.channel] = file_ref
            self.results.file_refs[body.id] = dict(body.file_refs)
        self.queued = True
        return True


def _urgent_room(sender: ChannelSender) -> int:
    bulk = sender.queues.waiting_bulk + sender.bulk_in_flight
    return URGENT_HELD - (sender.queues.waiting + len(sender.carriers) - bulk)


def _bulk_room(sender: ChannelSender, ahead: int) -> int:
    """What may still be claimed where so many may wait."""
    waiting = sender.queues.waiting_bulk
    return min(ahead - waiting, BULK_HELD - waiting - sender.bulk_in_flight)
