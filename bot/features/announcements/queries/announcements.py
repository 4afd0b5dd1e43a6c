"""Reads about announcements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select

from bot.chat.person import PERSON_COLUMNS, Person, find_people, person_of
from bot.chat.screen import paragraphs
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.delivery.message import MessageKind, MessageState
from bot.features.announcements.models import (
    AnnouncementState,
    announcements,
    reading_counts,
    receipts,
)
from bot.features.people.queries import audiences as audience_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience
from bot.features.people.queries.roles import HeldRole
from bot.features.people.queries.units import Unit
from bot.files.kinds import FileKind, FileState
from bot.packs.organisation import Role
from bot.storage.columns import codes_of, decode, from_millis
from bot.storage.transaction import Tx

SENDERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR})
"""Who may address everybody below the unit at which the role is held."""
TAKEN_BACK = (MessageState.CANCELLED, MessageState.DROPPED)
"""Messages that were not sent, since it was stopped or their reader is gone."""


HIDDEN = (FileState.CONCEALED, FileState.WITHDRAWN)
"""States in which a file is not to be shown, however it is known."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that came with it; `text` are the words under it. It is one of ours, in this state,
    or known by the channel's `ref` alone, as former versions kept it."""

    kind: FileKind
    ref: str
    name: str = ""
    text: str = ""
    id: int = 0
    state: FileState | None = None

    @property
    def is_there(self) -> bool:
        """Whether it can be shown."""
        return self.is_ours or (bool(self.ref) and self.state not in HIDDEN)

    @property
    def is_ours(self) -> bool:
        """Whether we hold it, and it may be shown."""
        return self.state is FileState.KEPT

    @property
    def is_coming(self) -> bool:
        """Whether it is still being fetched."""
        return self.state is FileState.WANTED and not self.ref


@dataclass(frozen=True, slots=True)
class Announcement:
    id: int
    author: Person
    audience: Audience
    title: str
    text: str
    file: AttachedFile | None
    state: AnnouncementState
    total: int
    created_at: datetime
    send_at: datetime | None

    def __hash__(self) -> int:
        # It is part of what screens are looked up by: all its words would take long.
        return self.id

    @property
    def topic(self) -> str:
        return topic_of(self.id)

    @property
    def progress_topic(self) -> str:
        """Of what its author is told of it."""
        return f"{self.topic}:progress"

    @property
    def words(self) -> str:
        """What its readers read: the text, and the words that came with the file."""
        return paragraphs(self.text, self.file.text if self.file else "")


@dataclass(frozen=True, slots=True)
class Signature:
    """As whom the author speaks: by which role, held where; without one, where they work."""

    unit: Unit
    role: Role | None


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


@dataclass(frozen=True, slots=True)
class Received:
    """One line of a reader's list."""

    id: int
    title: str
    sent_at: datetime
    acknowledged: bool


def topic_of(announcement_id: int) -> str:
    """The topic of an announcement's messages in the outbox and of its due work."""
    return f"announcement:{announcement_id}"


_COLUMNS = (
    "id", "unit_id", "subject", "stage", "role", "title", "text", "file", "state", "total",
    "created_at", "send_at", "file_id",
)  # fmt: skip
_WRITTEN = ", ".join(
    [f"people.{name}" for name in PERSON_COLUMNS]
    + [f"announcements.{name}" for name in _COLUMNS]
    + ["files.state"]
)
# It is read for every few copies of a broadcast, so it goes to the driver directly.
_SELECTED = (
    f"SELECT {_WRITTEN} FROM announcements"  # noqa: S608
    " JOIN people ON people.id = announcements.author_id"
    " LEFT JOIN files ON files.id = announcements.file_id"
)
_BY_ID = f"{_SELECTED} WHERE announcements.id = ?"
_BY_AUTHOR = (
    f"{_SELECTED} WHERE announcements.author_id = ? AND announcements.state <> 'discarded'"
    " ORDER BY announcements.id DESC LIMIT ? OFFSET ?"
)


async def announcement(tx: Tx, announcement_id: int) -> Announcement | None:
    rows = await tx.touch(_BY_ID, announcement_id)
    return _announcement_of(rows[0]) if rows else None


def _announcement_of(row: Sequence[Any]) -> Announcement:
    """The announcement of a row of `_WRITTEN`."""
    author = person_of(row[: len(PERSON_COLUMNS)])
    (
        number, unit_id, subject, stage, role, title, text, file, state, total, created_at, send_at,
        file_id, file_state,
    ) = row[len(PERSON_COLUMNS) :]  # fmt: skip
    audience = Audience(unit_id, codes_of(subject), codes_of(stage), Role(role) if role else None)
    return Announcement(
        number, author, audience, title, text, _file_of(file, file_id, file_state),
        AnnouncementState(state), total,
        from_millis(created_at), None if send_at is None else from_millis(send_at),
    )  # fmt: skip


def _file_of(text: str | None, number: int | None, state: str | None) -> AttachedFile | None:
    stored = decode(text) if text else None
    if not stored:
        return None
    words = {name: stored.get(name, "") for name in ("ref", "name", "text")}
    known = FileState(state) if state else None
    return AttachedFile(FileKind(stored["kind"]), **words, id=number or 0, state=known)


async def visible_announcement(tx: Tx, reader: Person, announcement_id: int) -> Announcement:
    """An announcement for its author and for those it was sent to.

    :raises Refused: "announcements.not_visible"
    """
    found = await announcement(tx, announcement_id)
    if found is None or not await sees_announcement(tx, reader, found):
        raise Refused(
            "announcements.not_visible", reader.voice.say("This announcement is not for you.")
        )
    return found


async def sees_announcement(tx: Tx, reader: Person, found: Announcement) -> bool:
    """Whether the reader may read it: see `visible_announcement`."""
    return found.author.id == reader.id or await was_sent_to(tx, found.id, reader.id)


async def was_sent_to(tx: Tx, announcement_id: int, person_id: int) -> bool:
    query = select(
        exists().where(
            receipts.c.announcement_id == announcement_id, receipts.c.person_id == person_id
        )
    )
    return bool(await tx.scalar(query))


async def has_acknowledged(tx: Tx, announcement_id: int, person_id: int) -> bool:
    query = select(receipts.c.acknowledged_at).where(
        receipts.c.announcement_id == announcement_id, receipts.c.person_id == person_id
    )
    return await tx.scalar(query) is not None


async def may_address(tx: Tx, person_id: int, audience: Audience) -> bool:
    """Whether a role of the person reaches this audience; a role for some subjects reaches
    those alone."""
    place = await unit_queries.unit(tx, audience.unit_id)
    if place is None:
        return False
    return bool(await _reaching_roles(tx, person_id, place, audience))


async def _reaching_roles(
    tx: Tx, person_id: int, place: Unit, audience: Audience
) -> list[HeldRole]:
    """The person's roles that reach the audience, which lies below `place`."""
    return [
        held
        for held in await role_queries.roles_above(tx, person_id, SENDERS, place)
        if held.is_for(audience.subjects)
    ]


async def count_recipients(tx: Tx, author: Person, audience: Audience) -> int:
    """How many people would get it: the audience without its author."""
    total = await audience_queries.count_audience(tx, audience)
    return total - await audience_queries.is_in_audience(tx, audience, author.id)


async def signature(tx: Tx, found: Announcement) -> Signature:
    """The role by which the author reaches the audience, the one held nearest to it; where it has
    ended, their place of work, and for one who is gone the addressed unit."""
    place = await unit_queries.unit(tx, found.audience.unit_id)
    assert place is not None
    if held := await _reaching_roles(tx, found.author.id, place, found.audience):
        order = list(Role)
        nearest = max(held, key=lambda h: (len(h.unit.lineage), -order.index(h.role)))
        return Signature(nearest.unit, nearest.role)
    profile = await people_queries.profile(tx, found.author.id)
    return Signature(profile.unit if profile else place, None)


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


async def silent_readers(tx: Tx, announcement_id: int, offset: int, limit: int) -> Sequence[Person]:
    """Recipients who have not acknowledged, in the order of their ids."""
    query = (
        select(receipts.c.person_id)
        .where(receipts.c.announcement_id == announcement_id, receipts.c.acknowledged_at.is_(None))
        .order_by(receipts.c.person_id)
        .offset(offset)
        .limit(limit)
    )
    ids = list(await tx.scalars(query))
    found = await find_people(tx, ids)
    return [found[number] for number in ids]


async def received(tx: Tx, person_id: int, offset: int, limit: int) -> list[Received]:
    """What was sent to the person, the newest first."""
    query = (
        select(
            announcements.c.id,
            announcements.c.title,
            announcements.c.send_at,
            receipts.c.acknowledged_at,
        )
        .join(receipts, receipts.c.announcement_id == announcements.c.id)
        .where(receipts.c.person_id == person_id)
        .order_by(announcements.c.send_at.desc(), announcements.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        Received(row.id, row.title, row.send_at, row.acknowledged_at is not None)
        for row in await tx.all(query)
    ]


async def written_by(tx: Tx, author_id: int, offset: int, limit: int) -> list[Announcement]:
    """The author's own announcements, the newest first, without discarded ones."""
    rows = await tx.fetch(_BY_AUTHOR, author_id, limit, offset)
    return [_announcement_of(row) for row in rows]


def readers_of(announcement_id: int) -> Select[int]:
    """A selection of one number: how many people have acknowledged it."""
    return select(func.coalesce(func.sum(reading_counts.c.readers), 0)).where(
        reading_counts.c.announcement_id == announcement_id
    )
