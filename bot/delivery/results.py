"""What became of the messages, written in groups: one transaction updates many rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.addresses import close, divert, end_queued
from bot.delivery.channel import Channel, Receipt
from bot.delivery.cooldowns import keep_cooldowns
from bot.delivery.drawing import Failed, Undrawn
from bot.delivery.files import Copy, note_copies
from bot.delivery.message import Message, MessageState
from bot.delivery.notice import Gone, Later, Unheard
from bot.delivery.statuses import AwaitedStatus, await_statuses
from bot.delivery.windows import WAITS, hold_readers, release_heard
from bot.storage.columns import encode, to_millis
from bot.storage.transaction import Tx

ERROR_LENGTH = 300
READ_AGAIN_AFTER = timedelta(seconds=2)
"""After which the facts of a notice are read again that could not be read."""
SOONEST = timedelta(seconds=1)
Result = tuple[str, str | None, str | None, int, int | None, bool, int]
"""State, the channel's id, error, attempts, not before, is finished, id of the message."""


@dataclass(slots=True)
class Results:
    """What is known and not yet written."""

    rows: list[Result] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    """Addresses that cannot be reached any more."""
    messages: list[tuple[str, int]] = field(default_factory=list)
    """The channel's id of a message that stands in for an earlier one, and our id of that one."""
    awaited: list[AwaitedStatus] = field(default_factory=list)
    """Sent messages of which the channel will tell more."""
    file_refs: dict[int, dict[str, str]] = field(default_factory=dict)
    shown: list[Copy] = field(default_factory=list)
    unheard: list[tuple[int, int]] = field(default_factory=list)
    """Messages that wait for a word of their reader (`windows.release_heard`)."""
    cooldowns: dict[str, int] = field(default_factory=dict)
    """Channel → until when (milliseconds) it wants nothing."""
    personal: bool = False
    """Something other than a broadcast is among them: until it is written, a crash repeats it."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.closed or self.messages or self.file_refs or self.cooldowns)

    def add(
        self,
        message: Message,
        state: MessageState,
        *,
        external: str = "",
        error: str = "",
        not_before: int | None = None,
    ) -> None:
        """Note the new state of a message that was `sending`; `not_before` in milliseconds, for one
        that goes back to the queue."""
        self.personal = self.personal or not message.is_bulk
        if error == WAITS:
            self.unheard.append((message.id, message.heard_at))
        self.rows.append(
            (
                state.value,
                external or None,
                error[:ERROR_LENGTH] or None,
                message.attempts,
                not_before,
                state is not MessageState.QUEUED,
                message.id,
            )
        )

    def await_status(self, channel: Channel, message: Message, receipt: Receipt) -> None:
        """Note that the channel will tell more of a message that was sent anew, if it ever does."""
        if channel.reports_status and receipt.message and not message.edit_message:
            self.awaited.append((channel.name, receipt.message, message.id))

    def note_copy(self, message: Message, receipt: Receipt) -> None:
        """Note where a file of ours is shown from now on."""
        file = message.screen.attachment
        if file is not None and file.file and receipt.message:
            self.shown.append(Copy(message.address_id, receipt.message, file.file, receipt.blob))

    def take(self) -> "Results":
        """Hand everything over to be written, and begin anew."""
        taken = Results(
            self.rows,
            self.closed,
            self.messages,
            self.awaited,
            self.file_refs,
            self.shown,
            self.unheard,
            self.cooldowns,
        )
        self.rows, self.closed, self.messages, self.awaited = [], set(), [], []
        self.file_refs, self.shown, self.unheard, self.cooldowns = {}, [], [], {}
        self.personal = False
        return taken

    def put_back(self, taken: "Results") -> None:
        """What could not be written waits again, before what came after it."""
        self.rows[:0] = taken.rows
        self.closed |= taken.closed
        self.messages[:0] = taken.messages
        self.awaited[:0] = taken.awaited
        self.file_refs = taken.file_refs | self.file_refs
        self.shown[:0] = taken.shown
        self.unheard[:0] = taken.unheard
        self.cooldowns = taken.cooldowns | self.cooldowns

    def ids(self) -> list[int]:
        return [row[6] for row in self.rows]

    def earliest_retry(self) -> int | None:
        """The earliest `not_before` of what goes back to the queue, in milliseconds."""
        return min((row[4] for row in self.rows if row[4] is not None), default=None)


@dataclass(frozen=True, slots=True)
class UndrawnOutcome:
    state: MessageState
    error: str = ""
    not_before: int | None = None


def outcome_of(undrawn: Undrawn, now: datetime) -> UndrawnOutcome:
    """What becomes of a message that is not to leave now."""
    if isinstance(undrawn, Gone):
        return UndrawnOutcome(MessageState.DROPPED, undrawn.reason)
    if isinstance(undrawn, Failed):
        return UndrawnOutcome(MessageState.FAILED, f"{undrawn.reference} {undrawn.error}")
    if isinstance(undrawn, Unheard):
        return UndrawnOutcome(MessageState.QUEUED, WAITS, to_millis(undrawn.until))
    until = undrawn.until if isinstance(undrawn, Later) else now + READ_AGAIN_AFTER
    return UndrawnOutcome(MessageState.QUEUED, not_before=to_millis(max(until, now + SOONEST)))


async def write_results(tx: Tx, results: Results) -> None:
    """Write everything that is known. A row that is no longer `sending` is left as it is."""
    now = to_millis(tx.now)
    rows: Iterable[Result] = results.rows
    if results.unheard:
        await hold_readers(tx, [number for number, _ in results.unheard])
    if results.closed:
        await close(tx, results.closed)
        rows = await _diverted(tx, results.rows)
    await _write_states(tx, rows, now)
    if results.unheard:
        await release_heard(tx, results.unheard)
    if results.messages:
        await tx.run_many("UPDATE outbox SET message = ? WHERE id = ?", results.messages)
    for body_id, refs in results.file_refs.items():
        await tx.run("UPDATE bodies SET file_refs = ? WHERE id = ?", encode(refs), body_id)
    if results.shown:
        await note_copies(tx, results.shown)
    if results.closed:
        await end_queued(tx, results.closed)
    if results.awaited:
        await await_statuses(tx, results.awaited)
    if results.cooldowns:
        await keep_cooldowns(tx, results.cooldowns)


async def _diverted(tx: Tx, rows: list[Result]) -> list[Result]:
    """The same results, with what goes to another address of its reader back in the queue."""
    lost = [row[6] for row in rows if row[0] == MessageState.UNREACHABLE]
    found = await divert(tx, lost) if lost else set()
    return [
        (MessageState.QUEUED.value, None, None, 0, None, False, row[6]) if row[6] in found else row
        for row in rows
    ]


async def _write_states(tx: Tx, rows: Iterable[Result], now: int) -> None:
    finished: list[tuple[object, ...]] = []
    waiting: list[tuple[object, ...]] = []
    for state, external, error, attempts, not_before, is_finished, number in rows:
        if is_finished:
            finished.append((state, external, error, attempts, now, number))
        else:
            waiting.append((state, error, attempts, not_before, number))
    if finished:
        # What was said is no longer kept here: it stands in the chat.
        await tx.run_many(
            "UPDATE outbox SET state = ?, message = COALESCE(?, message), error = ?, attempts = ?,"
            " not_before = NULL, finished_at = ?, screen = NULL WHERE id = ? AND state = 'sending'",
            finished,
        )
    if waiting:
        await tx.run_many(
            "UPDATE outbox SET state = ?, error = ?, attempts = ?, not_before = ?"
            " WHERE id = ? AND state = 'sending'",
            waiting,
        )
