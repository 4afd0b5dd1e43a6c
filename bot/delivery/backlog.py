"""What the outbox still has before it, for whoever watches over it."""

from dataclasses import dataclass
from datetime import datetime

from bot.storage.columns import from_millis, to_millis
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class OutboxBacklog:
    queued: int
    """Messages that may leave now."""
    later: int
    """Messages that wait for their time or for their next attempt."""
    sending: int
    oldest_personal: datetime | None
    """Since when the oldest queued message that is no broadcast has waited."""


_BACKLOG = (
    "SELECT (SELECT count(*) FROM outbox WHERE state = 'queued' AND not_before IS NULL),"
    " (SELECT count(*) FROM outbox WHERE state = 'queued' AND not_before IS NOT NULL),"
    " (SELECT count(*) FROM outbox WHERE state = 'sending'),"
    " (SELECT queued_at FROM outbox WHERE state = 'queued' AND not_before IS NULL"
    " AND urgency = 0 ORDER BY id LIMIT 1),"
    " (SELECT queued_at FROM outbox WHERE state = 'queued' AND not_before IS NULL"
    " AND urgency = 1 ORDER BY id LIMIT 1)"
)


async def count_failed(tx: Tx, since: datetime) -> dict[str, int]:
    """How many messages of each kind the channels have refused for good since then. Reads the
    whole table: for somebody who asks now and then."""
    rows = await tx.fetch(
        "SELECT kind, count(*) FROM outbox WHERE state = 'failed' AND finished_at >= ?"
        " GROUP BY kind ORDER BY kind",
        to_millis(since),
    )
    return {str(kind): int(number) for kind, number in rows}


async def unreached_about(tx: Tx, topic: str) -> set[int]:
    """Whom the last message about a topic did not reach: it was refused for good, at once or later,
    or they had no address that could be reached."""
    rows = await tx.fetch(
        "SELECT person_id FROM outbox WHERE topic = ?"
        " AND state IN ('failed', 'refused', 'unreachable')"
        " AND NOT EXISTS (SELECT 1 FROM outbox newer WHERE newer.topic = outbox.topic"
        " AND newer.person_id = outbox.person_id AND newer.id > outbox.id)",
        topic,
    )
    return {int(person) for (person,) in rows}


async def outbox_backlog(tx: Tx) -> OutboxBacklog:
    """Each count is read from an index of its own, so finished messages cost nothing."""
    queued, later, sending, *oldest = (await tx.fetch(_BACKLOG))[0]
    since = min((millis for millis in oldest if millis is not None), default=None)
    return OutboxBacklog(
        int(queued), int(later), int(sending), None if since is None else from_millis(since)
    )
