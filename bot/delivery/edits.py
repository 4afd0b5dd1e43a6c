"""Changes of messages that have left: at most one waits for each, and is drawn when it leaves."""

from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

WAITING = (
    "state = 'queued' AND id IN (SELECT CAST(? AS BIGINT)"
    " UNION ALL SELECT id FROM outbox WHERE edit_parcel = ? AND state = 'queued')"
)
"""A message while it waits, or else the change that waits for it; given its id twice."""


async def queue_edit(tx: Tx, message_id: int, notice_id: int) -> None:
    """Have a message that has left say this notice, unless it went nowhere or was taken back. Ask
    first whether something is `WAITING`."""
    await tx.run(
        "INSERT INTO outbox (address_id, person_id, kind, urgency, state, notice_id,"
        " edit_parcel, attempts, queued_at)"
        " SELECT address_id, person_id, kind, urgency, 'queued', CAST(? AS BIGINT), id, 0,"
        " CAST(? AS BIGINT) FROM outbox WHERE id = ? AND state <> 'unreachable'"
        " AND state <> 'cancelled' AND address_id IS NOT NULL",
        notice_id,
        to_millis(tx.now),
        message_id,
    )
