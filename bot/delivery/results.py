"""What became of the parcels, written in groups: one transaction marks many."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.delivery.addresses import mark_unreachable
from bot.delivery.cooldowns import keep_silences
from bot.delivery.message import Parcel, ParcelState
from bot.storage.columns import encode, to_millis
from bot.storage.transaction import Tx

ERROR_LENGTH = 300
Mark = tuple[str, str | None, str | None, int, int | None, bool, int]
"""State, message, error, attempts, not before, is finished, id of the parcel."""


@dataclass(slots=True)
class Marks:
    """What is known and not yet written."""

    rows: list[Mark] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    """Addresses that cannot be reached any more."""
    messages: list[tuple[str, int]] = field(default_factory=list)
    """A new message that stands in for that of an earlier parcel: message, id of the parcel."""
    file_refs: dict[int, dict[str, str]] = field(default_factory=dict)
    silences: dict[str, int] = field(default_factory=dict)
    """Channel → until when (milliseconds) it wants nothing."""
    personal: bool = False
    """Something other than a broadcast is among them: until it is written, a crash repeats it."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.closed or self.messages or self.file_refs or self.silences)

    def add(
        self,
        parcel: Parcel,
        state: ParcelState,
        *,
        message: str = "",
        error: str = "",
        not_before: int | None = None,
    ) -> None:
        """Note the new state of a parcel that was `sending`; `not_before` in milliseconds, for one
        that goes back to the queue."""
        self.personal = self.personal or not parcel.is_bulk
        self.rows.append(
            (
                state.value,
                message or None,
                error[:ERROR_LENGTH] or None,
                parcel.attempts,
                not_before,
                state is not ParcelState.QUEUED,
                parcel.id,
            )
        )

    def take(self) -> "Marks":
        """Hand everything over to be written, and begin anew."""
        taken = Marks(self.rows, self.closed, self.messages, self.file_refs, self.silences)
        self.rows, self.closed, self.messages, self.file_refs = [], set(), [], {}
        self.silences = {}
        self.personal = False
        return taken

    def put_back(self, taken: "Marks") -> None:
        """What could not be written waits again, before what came after it."""
        self.rows[:0] = taken.rows
        self.closed |= taken.closed
        self.messages[:0] = taken.messages
        self.file_refs = taken.file_refs | self.file_refs
        self.silences = taken.silences | self.silences

    def ids(self) -> list[int]:
        return [row[6] for row in self.rows]

    def earliest_retry(self) -> int | None:
        """The earliest `not_before` of what goes back to the queue, in milliseconds."""
        return min((row[4] for row in self.rows if row[4] is not None), default=None)


async def write_marks(tx: Tx, marks: Marks) -> None:
    """Write everything that is known. A row that is no longer `sending` is left as it is."""
    now = to_millis(tx.now)
    await _write_states(tx, marks.rows, now)
    if marks.messages:
        await tx.run_many("UPDATE outbox SET message = ? WHERE id = ?", marks.messages)
    for body_id, refs in marks.file_refs.items():
        await tx.run("UPDATE bodies SET file_refs = ? WHERE id = ?", encode(refs), body_id)
    if marks.closed:
        await mark_unreachable(tx, marks.closed)
    if marks.silences:
        await keep_silences(tx, marks.silences)


async def _write_states(tx: Tx, rows: Iterable[Mark], now: int) -> None:
    await tx.run_many(
        "UPDATE outbox SET state = ?, message = COALESCE(?, message), error = ?, attempts = ?,"
        " not_before = ?, finished_at = ? WHERE id = ? AND state = 'sending'",
        [
            (state, message, error, attempts, not_before, now if finished else None, number)
            for state, message, error, attempts, not_before, finished, number in rows
        ],
    )
