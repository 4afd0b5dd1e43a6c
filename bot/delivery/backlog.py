"""What the outbox still has before it, for whoever watches over it; and what did not reach its
reader, for whoever waits for that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from bot.delivery.message import MessageKind, MessageState, notices, outbox
from bot.delivery.notice import Params
from bot.delivery.statuses import awaits_statuses
from bot.storage.columns import from_millis, to_millis
from bot.storage.lists import among, as_list, texts_named, with_ids
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


_NOW = "FROM outbox WHERE state = 'queued' AND not_before IS NULL"
_OLDEST = f"(SELECT queued_at {_NOW} AND waits_for IS"
_BACKLOG = (
    f"SELECT (SELECT count(*) {_NOW} AND waits_for IS NULL)"  # noqa: S608
    f" + (SELECT count(*) {_NOW} AND waits_for IS NOT NULL),"
    " (SELECT count(*) FROM outbox WHERE state = 'queued' AND not_before IS NOT NULL),"
    " (SELECT count(*) FROM outbox WHERE state = 'sending'),"
    f" {_OLDEST} NULL AND urgency = 0 ORDER BY id LIMIT 1),"
    f" {_OLDEST} NULL AND urgency = 1 ORDER BY id LIMIT 1),"
    f" {_OLDEST} NOT NULL AND urgency < 2 ORDER BY id LIMIT 1)"
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


_UNREACHED = (MessageState.FAILED, MessageState.REFUSED, MessageState.UNREACHABLE)
_newer = outbox.alias("newer")
_MISSED = (
    select(outbox.c.topic, outbox.c.person_id, notices.c.params)
    .outerjoin(notices, notices.c.id == outbox.c.notice_id)
    .where(
        outbox.c.topic.is_not(None),
        among(outbox.c.topic, texts_named("topics")),
        outbox.c.state.in_(_UNREACHED),
        ~exists().where(
            _newer.c.topic == outbox.c.topic,
            _newer.c.person_id == outbox.c.person_id,
            _newer.c.id > outbox.c.id,
        ),
    )
)


async def unreached(tx: Tx, topics: Iterable[str]) -> dict[str, dict[int, Params]]:
    """By topic, whom the last message to them about it did not reach, with what its notice kept:
    it was refused for good, at once or later, or they had no address that could be reached. A
    topic of which everybody was reached, or may still be, is left out."""
    found: dict[str, dict[int, Params]] = {}
    for row in await tx.all(_MISSED, topics=sorted(set(topics))):
        found.setdefault(row.topic, {})[row.person_id] = row.params or {}
    return found


async def unreached_about(tx: Tx, topic: str) -> set[int]:
    """The same for one topic: the ids of these people."""
    return set((await unreached(tx, [topic])).get(topic, ()))


async def unreached_at_last(tx: Tx, topic: str) -> int | None:
    """Whom the very last message about a topic did not reach, where it was for one person. Once
    somebody answers by a message about it, what they were told before is known to them."""
    rows = await tx.fetch("SELECT person_id, state FROM outbox WHERE topic = ? ORDER BY id", topic)
    return int(rows[-1][0]) if rows and rows[-1][1] in _UNREACHED else None


async def may_still_reach(tx: Tx, topic: str) -> bool:
    """Whether it is not known yet what becomes of a message about the topic."""
    rows = await tx.fetch(
        "SELECT 1 FROM outbox WHERE topic = ? AND state IN ('queued', 'sending') LIMIT 1", topic
    )
    return bool(rows) or await awaits_statuses(tx, topic)


async def outbox_backlog(tx: Tx) -> OutboxBacklog:
    """Each count is read from an index of its own, so finished messages cost nothing."""
    queued, later, sending, *oldest = (await tx.fetch(_BACKLOG))[0]
    since = min((millis for millis in oldest if millis is not None), default=None)
    return OutboxBacklog(
        int(queued), int(later), int(sending), None if since is None else from_millis(since)
    )


async def have_left(tx: Tx, message_ids: Iterable[int]) -> set[int]:
    """Which of these messages have been handed to their channel, as whoever was sent the headline
    of one reads the rest of it later."""
    rows = await tx.fetch(
        with_ids(
            tx,
            "SELECT id FROM outbox WHERE id IN (ids) AND state NOT IN ('queued', 'sending',"
            " 'cancelled', 'dropped')",
        ),
        as_list(tx, message_ids),
    )
    return {int(row[0]) for row in rows}


async def changing(tx: Tx, message_ids: Iterable[int]) -> set[int]:
    """Which of these change a message that has left."""
    query = "SELECT id FROM outbox WHERE edit_parcel IS NOT NULL AND id IN (ids)"
    rows = await tx.fetch(with_ids(tx, query), as_list(tx, message_ids))
    return {int(row[0]) for row in rows}


async def staying(tx: Tx, message_ids: Iterable[int]) -> set[int]:
    """Which of these messages go by a channel that changes nothing it has sent: what they say
    stays."""
    numbers = list(message_ids) if tx.unchanging else []
    if not numbers:
        return set()
    query = "SELECT outbox.id, channel FROM outbox JOIN addresses ON addresses.id = address_id"
    rows = await tx.fetch(with_ids(tx, f"{query} WHERE outbox.id IN (ids)"), as_list(tx, numbers))
    return {int(row[0]) for row in rows if row[1] in tx.unchanging}


async def all_wait_until(tx: Tx, topic: str) -> datetime | None:
    """The moment for which all messages of a broadcast wait that have not ended, the earliest;
    None where one of them may leave before."""
    rows = await tx.fetch(
        "SELECT count(*), count(not_before), min(not_before) FROM outbox"
        " WHERE topic = ? AND kind = ? AND state IN ('queued', 'sending')",
        topic,
        MessageKind.BROADCAST.value,
    )
    unended, waiting, earliest = rows[0]
    return from_millis(earliest) if unended and unended == waiting else None


async def count_queued(tx: Tx, topic: str) -> int:
    """How many messages of a broadcast wait to leave, but for those that wait for a moment, such
    as the end of their reader's night."""
    rows = await tx.fetch(
        "SELECT count(*) FROM outbox WHERE topic = ? AND kind = ? AND state = 'queued'"
        " AND not_before IS NULL",
        topic,
        MessageKind.BROADCAST.value,
    )
    return int(rows[0][0])
