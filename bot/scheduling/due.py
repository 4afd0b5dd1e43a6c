"""Due work is a row: what, about what, when; set, moved and cancelled in its cause's transaction.

A row keeps its anchor (when the meeting begins) and its offset (an hour before), so that moving
the anchor moves every reminder.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.columns import (
    Enumerated,
    Json,
    Moment,
    decode,
    encode,
    from_millis,
    id_column,
    metadata,
    partial_index,
    to_millis,
)
from bot.storage.database import Database
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

LONGEST_JOB, LONGEST_SLOT = 48, 32
"""Characters of the name of a job and of a slot."""
UNNOTICED = "plan:"
"""Jobs whose name begins with this only plan others: people notice nothing of them."""


class DueState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    PASSED = "passed"
    """Its time had gone by when it was set or moved; a later move can bring it back."""
    EXPIRED = "expired"
    """Nobody was there to do it while it was still of use."""
    FAILED = "failed"


_waiting = text("state = 'waiting'")
_finished = text("finished_at IS NOT NULL")

due = Table(
    "due",
    metadata,
    id_column(),
    Column("job", String(LONGEST_JOB), nullable=False),
    Column("topic", String(64), nullable=False, comment="what it is about, e.g. meeting:12"),
    Column(
        "slot", String(LONGEST_SLOT), nullable=False, comment="which of the topic's times, e.g. 1h"
    ),
    Column("anchor_at", Moment, nullable=False),
    Column("offset_seconds", BigInteger, nullable=False, comment="how long before the anchor"),
    Column("due_at", Moment, nullable=False, comment="later than planned after a failed attempt"),
    Column("expires_at", Moment, comment="not to be done at or after this"),
    Column("payload", Json, nullable=False),
    Column("state", Enumerated(DueState), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("finished_at", Moment),
    UniqueConstraint("topic", "slot"),
    partial_index("ix_due_waiting", "due_at", where=_waiting),
    partial_index("ix_due_finished", "finished_at", where=_finished),
    partial_index("ix_due_failed", "job", where=text("state = 'failed'")),
)

KEEP_FINISHED = timedelta(days=90)
"""How long finished rows are kept."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """One piece of due work as its job function gets it."""

    id: int
    job: str
    topic: str
    slot: str
    anchor_at: datetime
    due_at: datetime
    expires_at: datetime | None
    payload: Any
    attempts: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How one slot of a topic stands: whether it waits, and for when; or when it ended."""

    waits: bool
    due_at: datetime
    finished_at: datetime | None
    payload: Any


_CHANGED = "due"


def on_change(database: Database, waiter: Callable[[], None]) -> Callable[[], None]:
    """Call `waiter` when due work was set or moved through this database and that is durable.
    Returns the function that ends this."""
    return database.signals.connect(_CHANGED, lambda _: waiter())


_SET = (
    "INSERT INTO due (job, topic, slot, anchor_at, offset_seconds, due_at, expires_at,"
    " payload, state, attempts, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)"
    " ON CONFLICT (topic, slot) DO UPDATE SET job = excluded.job,"
    " anchor_at = excluded.anchor_at, offset_seconds = excluded.offset_seconds,"
    " due_at = excluded.due_at, expires_at = excluded.expires_at,"
    " payload = excluded.payload, state = excluded.state, attempts = 0, error = NULL,"
    " finished_at = excluded.finished_at"
)


async def set_due(
    tx: Tx,
    job: str,
    topic: str,
    slot: str,
    *,
    anchor: datetime,
    offset: timedelta = timedelta(),
    expires_at: datetime | None = None,
    payload: Any = None,
) -> bool:
    """Have `job` done at `anchor` minus `offset`; the row of the same topic and slot is replaced.

    False: that time has gone by, so it will not be done (and an earlier plan of the same slot is
    withdrawn).
    """
    at = anchor - offset
    ahead = at >= tx.now
    state, finished = (DueState.WAITING, None) if ahead else (DueState.PASSED, to_millis(tx.now))
    await tx.touch(
        _SET,
        job,
        topic,
        slot,
        to_millis(anchor),
        round(offset.total_seconds()),
        to_millis(at),
        None if expires_at is None else to_millis(expires_at),
        encode(payload),
        state.value,
        finished,
    )
    if ahead:
        tx.signal_after_commit(_CHANGED)
    return ahead


async def set_each(tx: Tx, job: str, slot: str, plans: Iterable[tuple[str, datetime, Any]]) -> None:
    """Have `job` done for many topics, each as (topic, anchor, payload), at an anchor that lies
    ahead; what `set_due` does for one."""
    rows = [
        (job, topic, slot, at, 0, at, None, encode(payload), DueState.WAITING.value, None)
        for topic, anchor, payload in plans
        for at in [to_millis(anchor)]
    ]
    if rows:
        await tx.run_many(_SET, rows)
        tx.signal_after_commit(_CHANGED)


async def move(tx: Tx, topic: str, anchor: datetime) -> int:
    """Move everything due about a topic with its anchor; returns how many rows wait afterwards.

    What was done already is due again when its new time is ahead; a waiting row whose new time has
    gone by is not done (`passed`). Cancelled rows stay cancelled. An expiry moves along.
    """
    at = to_millis(anchor)
    now = to_millis(tx.now)
    rows = await tx.fetch(
        "UPDATE due SET expires_at = expires_at + (CAST(? AS BIGINT) - anchor_at),"
        " due_at = CAST(? AS BIGINT) - offset_seconds * 1000, anchor_at = ?, attempts = 0,"
        " state = CASE WHEN CAST(? AS BIGINT) - offset_seconds * 1000 >= ? THEN 'waiting'"
        " WHEN state = 'waiting' THEN 'passed' ELSE state END,"
        " finished_at = CASE WHEN CAST(? AS BIGINT) - offset_seconds * 1000 >= ? THEN NULL"
        " WHEN state = 'waiting' THEN CAST(? AS BIGINT) ELSE finished_at END"
        " WHERE topic = ? AND state <> 'cancelled' RETURNING state",
        at, at, at, at, now, at, now, now, topic,
    )  # fmt: skip
    tx.signal_after_commit(_CHANGED)
    return sum(state == DueState.WAITING for (state,) in rows)


async def cancel(tx: Tx, topic: str, slot: str | None = None) -> int:
    """Withdraw what waits about a topic, or only its `slot`; returns how many rows waited. What
    had passed can no longer be brought back by a move either."""
    rows = await tx.fetch(
        "SELECT count(*) FROM due WHERE topic = ? AND state = 'waiting'"
        " AND (slot = ? OR CAST(? AS TEXT) IS NULL)",
        topic,
        slot,
        slot,
    )
    await tx.run(
        "UPDATE due SET state = 'cancelled', finished_at = ? WHERE topic = ?"
        " AND state IN ('waiting', 'passed') AND (slot = ? OR CAST(? AS TEXT) IS NULL)",
        to_millis(tx.now),
        topic,
        slot,
        slot,
    )
    return int(rows[0][0])


async def is_waiting(tx: Tx, topic: str, slots: Sequence[str]) -> bool:
    """Whether one of these slots of a topic waits already, as far as that is durable or our own;
    waits for nobody."""
    marks = ", ".join("?" * len(slots))
    rows = await tx.touch(
        f"SELECT 1 FROM due WHERE topic = ? AND slot IN ({marks}) AND state = 'waiting' LIMIT 1",  # noqa: S608
        topic,
        *slots,
    )
    return bool(rows)


async def find(tx: Tx, topic: str, slot: str) -> Plan | None:
    """How a slot of a topic stands; None where nothing was ever set, or it is forgotten."""
    rows = await tx.touch(
        "SELECT state, due_at, finished_at, payload FROM due WHERE topic = ? AND slot = ?",
        topic,
        slot,
    )
    if not rows:
        return None
    state, at, finished, payload = rows[0]
    ended = None if finished is None else from_millis(finished)
    return Plan(state == DueState.WAITING, from_millis(at), ended, decode(payload))


async def next_due(source: Database | Tx) -> datetime | None:
    """When the earliest waiting row is due, which may be in the past; None when nothing waits."""
    if isinstance(source, Database):
        async with source.reading() as tx:
            return await next_due(tx)
    rows = await source.fetch("SELECT min(due_at) FROM due WHERE state = 'waiting'")
    earliest = rows[0][0]
    return None if earliest is None else from_millis(earliest)


async def next_event(tx: Tx) -> datetime | None:
    """When the next thing falls due that people would notice: repeating upkeep does not count, nor
    does what only plans."""
    rows = await tx.fetch(
        "SELECT min(due_at) FROM due WHERE state = 'waiting' AND job NOT LIKE 'repeat:%'"
        " AND job NOT LIKE ?",
        f"{UNNOTICED}%",
    )
    earliest = rows[0][0]
    return None if earliest is None else from_millis(earliest)


async def backlog(tx: Tx) -> tuple[int, int, datetime | None]:
    """How many rows wait, how many of them are overdue, and the moment of the earliest."""
    rows = await tx.fetch(
        "SELECT count(*), (SELECT count(*) FROM due WHERE state = 'waiting' AND due_at <= ?),"
        " min(due_at) FROM due WHERE state = 'waiting'",
        to_millis(tx.now),
    )
    waiting, overdue, earliest = rows[0]
    return int(waiting), int(overdue), None if earliest is None else from_millis(earliest)


async def forget_finished(tx: Tx, most: int) -> int:
    """Delete rows finished more than `KEEP_FINISHED` ago, at most so many; returns how many."""
    before = to_millis(tx.now - KEEP_FINISHED)
    old = first_of(tx, "id", "FROM due WHERE finished_at < ? ORDER BY finished_at LIMIT ?")
    rows = await tx.fetch(f"DELETE FROM due WHERE {old} RETURNING id", before, most)  # noqa: S608
    return len(rows)
