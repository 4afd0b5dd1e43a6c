"""The figures of an announcement, from the rows of its messages and of its readers: every screen,
notice and report says these."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from bot.delivery import outbox
from bot.delivery.message import MessageKind, MessageState
from bot.features.announcements.models import announcements, reading_counts
from bot.features.announcements.queries.announcements import topic_of
from bot.storage.transaction import Tx

TAKEN_BACK = (MessageState.CANCELLED, MessageState.DROPPED)
"""Messages that were not sent, since it was stopped or their reader is gone."""


@dataclass(frozen=True, slots=True)
class Report:
    """How far an announcement has come; the counts add up to its recipients."""

    waiting: int
    delivered: int
    unreachable: int
    failed: int
    unknown: int
    cancelled: int
    acknowledged: int
    refused: int = 0
    """Taken by their channel, which told later that it could not deliver them: not reached."""
    on_phone: int = 0
    """Of the delivered, those that lie on the phone, as far as channels tell that."""
    opened: int = 0
    """Of these, those that were shown there. Nobody has acknowledged anything by that."""

    @property
    def total(self) -> int:
        return (
            self.waiting + self.delivered + self.unreachable + self.failed + self.unknown
            + self.cancelled + self.refused
        )  # fmt: skip

    @property
    def is_told(self) -> bool:
        """Whether a channel has told anything of what was sent."""
        return bool(self.on_phone or self.refused)

    def ahead(self, total: int) -> int:
        """How many of an audience of `total` would miss it if it were stopped now."""
        return self.waiting + max(0, total - self.total)

    def missed(self, total: int) -> int:
        """How many of an audience of `total` will not get it, once it is stopped."""
        return self.cancelled + max(0, total - self.total)


async def report(tx: Tx, announcement_id: int) -> Report:
    """Where the messages stand now, and how many readers have acknowledged."""
    figures = await tx.scalar(
        select(announcements.c.figures).where(announcements.c.id == announcement_id)
    )
    return await report_of(
        tx, announcement_id, figures or await count_messages(tx, announcement_id)
    )


async def report_of(tx: Tx, announcement_id: int, states: Mapping[MessageState, int]) -> Report:
    """The same where the messages have been counted already, by their states."""
    acknowledged = await tx.scalar(readers_of(announcement_id))
    opened = states.get(MessageState.READ, 0)
    on_phone = states.get(MessageState.DELIVERED, 0) + opened
    return Report(
        waiting=states.get(MessageState.QUEUED, 0) + states.get(MessageState.SENDING, 0),
        delivered=states.get(MessageState.SENT, 0) + on_phone,
        unreachable=states.get(MessageState.UNREACHABLE, 0),
        failed=states.get(MessageState.FAILED, 0) + states.get(MessageState.EXPIRED, 0),
        unknown=states.get(MessageState.UNKNOWN, 0),
        cancelled=sum(states.get(state, 0) for state in TAKEN_BACK),
        acknowledged=int(acknowledged),
        refused=states.get(MessageState.REFUSED, 0),
        on_phone=on_phone,
        opened=opened,
    )


_OTHER_STATES = ", ".join(f"'{state}'" for state in MessageState if state is not MessageState.SENT)
# In one statement, so that no piece and no mark comes between the two.
_COUNT = (
    "SELECT state, count(*) FROM outbox WHERE topic = ? AND kind = 'broadcast'"  # noqa: S608
    f" AND state IN ({_OTHER_STATES}) GROUP BY state"
    " UNION ALL SELECT 'sent', queued FROM announcements WHERE id = ? AND queued IS NOT NULL"
)


async def count_messages(tx: Tx, announcement_id: int) -> dict[MessageState, int]:
    """How many messages stand in each state. What was sent, by far the most, is what is left of
    those that were ever queued: its author looks on while half a million leave."""
    rows = await tx.fetch(_COUNT, topic_of(announcement_id), announcement_id)
    states = {MessageState(state): int(count) for state, count in rows}
    if MessageState.SENT not in states:
        # A version before this count has begun it.
        return await count_each(tx, announcement_id)
    states[MessageState.SENT] -= sum(states.values()) - states[MessageState.SENT]
    return {state: count for state, count in states.items() if count}


async def count_each(tx: Tx, announcement_id: int) -> dict[MessageState, int]:
    """The same, counted one by one."""
    return await outbox.count_states(tx, topic_of(announcement_id), MessageKind.BROADCAST)


def readers_of(announcement_id: int) -> Select[int]:
    """A selection of one number: how many people have acknowledged it."""
    return select(func.coalesce(func.sum(reading_counts.c.readers), 0)).where(
        reading_counts.c.announcement_id == announcement_id
    )
