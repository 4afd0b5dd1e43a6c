"""After a crash: messages that were `sending` when their process died."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.delivery.message import MessageState
from bot.storage.columns import to_millis
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many messages are sent again, and how many broadcasts may or may not have arrived."""

    again: int
    unknown: int


_RECOVER = (
    "UPDATE outbox SET state = CASE WHEN kind = 'broadcast' THEN 'unknown' ELSE 'queued' END,"
    " error = 'interrupted', not_before = NULL,"
    " finished_at = CASE WHEN kind = 'broadcast' THEN CAST(? AS BIGINT) END"
    " WHERE state = 'sending' AND (claimed_by = ? OR lease_until <= ? OR CAST(? AS INTEGER) = 1)"
    " AND id NOT IN (ids) RETURNING state"
)


async def recover(tx: Tx, worker: str, held: Collection[int], *, alone: bool) -> Recovered:
    """Decide about every message whose process is gone: those of an earlier run of `worker`, those
    whose lease has run out and, when this process is `alone` on the database, all. `held` belong to
    this process and are left alone.

    A broadcast becomes `unknown`: it may have arrived, and its sender decides. Everything else is
    queued again, since a personal message twice is better than none, and an edit twice is one.
    """
    now = to_millis(tx.now)
    rows = await tx.fetch(with_ids(tx, _RECOVER), now, worker, now, int(alone), as_list(tx, held))
    unknown = sum(state == MessageState.UNKNOWN for (state,) in rows)
    return Recovered(len(rows) - unknown, unknown)
