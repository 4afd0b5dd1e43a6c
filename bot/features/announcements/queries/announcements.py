"""Reads about announcements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from bot.chat.person import PERSON_COLUMNS, Person, find_people, find_person, person_of
from bot.chat.screen import paragraphs
from bot.core.errors import Refused
from bot.features.announcements.models import (
    UNDER_WAY,
    UNSENT,
    AnnouncementState,
    Stopped,
    announcements,
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
from bot.packs.roles import Role
from bot.storage.columns import codes_of, decode, from_millis
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

SENDERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR})
"""Who may address everybody below the unit at which the role is held."""

OVERSEERS = SENDERS - {Role.ADMINISTRATOR}
"""Who may stop what others send from the unit at which the role is held, or from below it."""
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
    asks: bool = True
    """Whether its readers are asked to say that they have read it."""
    from_unit_id: int | None = None
    """Where its author holds the role by which it is sent; empty until then."""
    stopped: Stopped | None = None
    stopped_at: datetime | None = None
    stopped_by: int | None = None
    stopped_for: int | None = None
    let_on_by: int | None = None
    """Who let it go on after a stop, and by whose right it goes since."""
    rounds: int = 0
    sent_for: int | None = None
    """In whose place its author sends it, if as a deputy; empty until then."""
    urgent: bool = False
    """Whether it goes out even where its reader rests."""

    def __hash__(self) -> int:
        # It is part of what screens are looked up by: all its words would take long.
        return self.id

    @property
    def topic(self) -> str:
        return topic_of(self.id)

    @property
    def progress_topic(self) -> str:
        """Of what its author is told of it, since it was let go on last."""
        return f"{self.topic}:progress{self.rounds or ''}"

    @property
    def goes_by(self) -> int:
        """The id of whom by whose right it is sent."""
        return self.let_on_by or self.author.id

    @property
    def has_begun(self) -> bool:
        """Whether anybody has been sent it, or was about to be."""
        if self.state is AnnouncementState.CANCELLED:
            return self.total > 0 or self.stopped is Stopped.OVERSEER
        return self.state in UNDER_WAY

    @property
    def words(self) -> str:
        """What its readers read: the text, and the words that came with the file."""
        return paragraphs(self.text, self.file.text if self.file else "")


@dataclass(frozen=True, slots=True)
class Signature:
    """As whom the author speaks: by which role, held where, and in whose place, if as a deputy;
    without a role, where they work, and of what a deputy has sent, where they acted."""

    unit: Unit
    role: Role | None
    behalf: Person | None = None


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
    "created_at", "send_at", "asks", "from_unit_id", "stopped", "stopped_at", "stopped_by",
    "let_on_by", "rounds", "sent_for", "stopped_for", "urgent", "file_id",
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
        asks, from_unit_id, stopped, stopped_at, stopped_by, let_on_by, rounds, sent_for,
        stopped_for, urgent, file_id, file_state,
    ) = row[len(PERSON_COLUMNS) :]  # fmt: skip
    audience = Audience(unit_id, codes_of(subject), codes_of(stage), Role(role) if role else None)
    return Announcement(
        number, author, audience, title, text, _file_of(file, file_id, file_state),
        AnnouncementState(state), total,
        from_millis(created_at), _moment(send_at), bool(asks), from_unit_id,
        Stopped(stopped) if stopped else None, _moment(stopped_at), stopped_by, stopped_for,
        let_on_by, rounds, sent_for, bool(urgent),
    )  # fmt: skip


def _moment(millis: int | None) -> datetime | None:
    return None if millis is None else from_millis(millis)


def _file_of(text: str | None, number: int | None, state: str | None) -> AttachedFile | None:
    stored = decode(text) if text else None
    if not stored:
        return None
    words = {name: stored.get(name, "") for name in ("ref", "name", "text")}
    known = FileState(state) if state else None
    return AttachedFile(FileKind(stored["kind"]), **words, id=number or 0, state=known)


async def visible_announcement(tx: Tx, reader: Person, announcement_id: int) -> Announcement:
    """An announcement for its author, for those it was sent to, and for whoever oversees it.

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
    if found.author.id == reader.id or await was_sent_to(tx, found.id, reader.id):
        return True
    return await oversees(tx, reader.id, found)


async def was_sent_to(tx: Tx, announcement_id: int, person_id: int) -> bool:
    query = select(
        exists().where(
            receipts.c.announcement_id == announcement_id, receipts.c.person_id == person_id
        )
    )
    return bool(await tx.scalar(query))


async def readers_among(tx: Tx, announcement_id: int, people: Sequence[int]) -> set[int]:
    """Which of these people it was sent to."""
    rows = await tx.touch(
        with_ids(
            tx,
            "SELECT person_id FROM receipts WHERE announcement_id = ? AND person_id IN (ids)",
        ),
        announcement_id,
        as_list(tx, people),
    )
    return {int(row[0]) for row in rows}


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


async def stands(tx: Tx, found: Announcement) -> bool:
    """Whether the right by which it is sent stands: its author's, or that of whoever let it go on
    after a stop."""
    return await may_address(tx, found.goes_by, found.audience)


async def oversees(tx: Tx, person_id: int, found: Announcement) -> bool:
    """Whether the person stands above its author, once it has begun: by a role at the unit from
    which it is spoken or above it, one for its subject included. Whoever runs the installation
    reads no contents: they end the role by which it goes."""
    if found.author.id == person_id or not found.has_begun:
        return False
    place = await unit_queries.unit(tx, found.from_unit_id or found.audience.unit_id)
    if place is None:
        return False
    held = await role_queries.roles_above(tx, person_id, OVERSEERS, place)
    return any(each.is_for(found.audience.subjects) for each in held)


async def sends_for(tx: Tx, person_id: int, found: Announcement) -> dict[str, int]:
    """What the audit trail says besides of what its author does with it: see `on_behalf`."""
    place = await unit_queries.unit(tx, found.audience.unit_id)
    return await role_queries.on_behalf(tx, person_id, SENDERS, place)


async def oversees_for(tx: Tx, person_id: int, found: Announcement) -> dict[str, int]:
    """The same of whoever stands above its author; messages say it as well."""
    origin = found.audience.unit_id if found.from_unit_id is None else found.from_unit_id
    place = await unit_queries.unit(tx, origin)
    return await role_queries.on_behalf(tx, person_id, OVERSEERS, place)


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
    """The role by which the author reaches the audience, one of their own before one in which they
    act for somebody, and of those the one held nearest to it; where it has ended, their place of
    work, and for one who is gone the addressed unit. In whose place it was sent stays so."""
    place = await unit_queries.unit(tx, found.audience.unit_id)
    assert place is not None
    behalf = found.sent_for
    held = await _reaching_roles(tx, found.author.id, place, found.audience)
    held = [each for each in held if each.instead_of is None] or held
    nearest = max(held, key=_nearness) if held else None
    if nearest is not None and found.state in UNSENT:
        behalf = nearest.instead_of
    acting = await find_person(tx, behalf) if behalf is not None else None
    if nearest is not None:
        return Signature(nearest.unit, nearest.role, acting)
    if acting is not None and found.from_unit_id:
        place = await unit_queries.unit(tx, found.from_unit_id) or place
        return Signature(place, None, acting)
    profile = await people_queries.profile(tx, found.author.id)
    return Signature(profile.unit if profile else place, None)


def _nearness(held: HeldRole) -> tuple[int, int]:
    return len(held.unit.lineage), -list(Role).index(held.role)


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


async def count_unsent(tx: Tx, author_id: int) -> int:
    """How many of the author's wait for their time, or have not reached everybody yet."""
    waiting = (AnnouncementState.SCHEDULED, AnnouncementState.SENDING)
    query = select(func.count()).select_from(announcements)
    own = (announcements.c.author_id == author_id, announcements.c.state.in_(waiting))
    return int(await tx.scalar(query.where(*own)))


async def written_by(tx: Tx, author_id: int, offset: int, limit: int) -> list[Announcement]:
    """The author's own announcements, the newest first, without discarded ones."""
    rows = await tx.fetch(_BY_AUTHOR, author_id, limit, offset)
    return [_announcement_of(row) for row in rows]
