"""How long messages are kept, and what is erased of them with a person."""

from datetime import timedelta

from bot.delivery import statuses
from bot.storage.columns import to_millis
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

KEEP_FINISHED = timedelta(days=30)
"""How long replies and notices without a topic are kept once they are finished, and the words of
those with one, where a former version has left them."""


async def forget_words(tx: Tx, most: int) -> int:
    """Empty what a former version has left of finished messages, at most so many; returns how
    many. The messages stay to be counted."""
    wordy = first_of(
        tx,
        "id",
        "FROM outbox WHERE finished_at IS NOT NULL AND screen IS NOT NULL ORDER BY id LIMIT ?",
    )
    rows = await tx.fetch(f"UPDATE outbox SET screen = NULL WHERE {wordy} RETURNING id", most)  # noqa: S608
    return len(rows)


async def forget_finished(tx: Tx, most: int) -> int:
    """Delete what was finished more than `KEEP_FINISHED` ago and belongs to no topic, at most so
    many; returns how many. What belongs to a topic stays to be counted."""
    before = to_millis(tx.now - KEEP_FINISHED)
    old = first_of(
        tx,
        "id",
        "FROM outbox WHERE topic IS NULL AND finished_at < ? ORDER BY finished_at LIMIT ?",
    )
    rows = await tx.fetch(f"DELETE FROM outbox WHERE {old} RETURNING id", before, most)  # noqa: S608
    return len(rows)


async def forget_bodies(tx: Tx, most: int) -> int:
    """Empty the texts that messages of former versions share, once none of these is to be sent any
    more, at most so many; returns how many."""
    sent = " AND ".join(
        "id NOT IN (SELECT body_id FROM outbox"  # noqa: S608
        f" WHERE state = '{state}' AND body_id IS NOT NULL)"
        for state in ("queued", "sending")
    )
    old = first_of(
        tx,
        "id",
        f"FROM bodies WHERE id > 0 AND screen <> '{{}}' AND made_at < ? AND {sent} LIMIT ?",
    )
    rows = await tx.fetch(
        f"UPDATE bodies SET screen = '{{}}', file_refs = '{{}}' WHERE {old} RETURNING id",  # noqa: S608
        to_millis(tx.now - KEEP_FINISHED),
        most,
    )
    return len(rows)


async def forget_notices(tx: Tx, most: int) -> int:
    """Delete notices that no message needs any more, at most so many; returns how many. It goes
    after `forget_finished`, and passes over what that has left."""
    before = to_millis(tx.now - KEEP_FINISHED)
    old = first_of(
        tx,
        "id",
        "FROM notices WHERE lasting = 0 AND made_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM outbox WHERE topic IS NULL AND notice_id = notices.id)"
        " ORDER BY made_at LIMIT ?",
    )
    rows = await tx.fetch(f"DELETE FROM notices WHERE {old} RETURNING id", before, most)  # noqa: S608
    return len(rows)


async def forget_person(tx: Tx, person_id: int) -> None:
    """Cancel what is queued for a person who leaves, and erase the texts that were theirs, also
    those that went to an address before it was linked to them."""
    now = to_millis(tx.now)
    await tx.run(
        "UPDATE outbox SET state = 'cancelled', not_before = NULL, finished_at = ?"
        " WHERE person_id = ? AND state = 'queued'",
        now,
        person_id,
    )
    await statuses.forget_person(tx, person_id)
    await tx.run(
        "UPDATE outbox SET screen = NULL, message = NULL, error = NULL, address_id = NULL"
        " WHERE (person_id = ? OR address_id IN (SELECT id FROM addresses WHERE person_id = ?))"
        " AND state <> 'sending'",
        person_id,
        person_id,
    )
