"""Reads about practices. `visible_practice` is the only door to one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from bot.chat.person import Person, find_people, find_person
from bot.core.errors import Refused
from bot.delivery.backlog import unreached_at_last
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import OVERSEERS, Team
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.features.practices.models import (
    ApplicationState,
    EvidenceKind,
    PracticeState,
    applications,
    evidence,
    practices,
    readers,
    thanks,
)
from bot.files.owned import OwnedFile, find_files
from bot.packs.roles import Role
from bot.storage.lists import among
from bot.storage.transaction import Tx

MODERATORS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR})
"""Who may hide practices at the unit of their role and below it, beside the team's lead."""


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """One piece of evidence: a text, or a file of ours; one of a former version is known by the
    channel's `ref` alone."""

    position: int
    kind: EvidenceKind
    text: str
    ref: str = ""
    name: str = ""
    mime: str = ""
    size: int = 0
    file: OwnedFile | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice as it may be read. `team` is None when it is for the author's whole district;
    `result` may be empty; `hidden_by` is the id of whoever hid it for `reason`; it was hidden or
    shown again `moderations` times."""

    id: int
    author: Person
    team: Team | None
    unit: Unit
    title: str
    difficulty: str
    actions_taken: str
    result: str
    subject: str
    stage: str
    state: PracticeState
    hidden_by: int | None
    reason: str
    moderations: int
    shared_at: datetime
    changed_at: datetime
    evidence: tuple[StoredEvidence, ...]

    @property
    def is_shared(self) -> bool:
        return self.state is PracticeState.SHARED

    @property
    def hiding_topic(self) -> str:
        """What the messages are about that go to and fro while it is hidden."""
        return f"hiding:{self.id}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose a practice is, and where it belongs."""

    author_id: int
    team_id: int | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class ResponseCounts:
    """How many colleagues read, applied and gave thanks; and what one reader did."""

    readers: int
    applied: int
    thanked: int
    reader_applied: bool
    reader_thanked: bool


async def visible_practice(tx: Tx, reader: Person, practice_id: int) -> Practice:
    """The practice if the reader may see it: as its author; while it is shared, as a member of
    its team, by their district or by a role above it; hidden, as one who may show it again.

    :raises Refused: "practices.not_visible", also for an id that does not exist.
    """
    found = await practice_of(tx, practice_id)
    if found is None or not await sees_practice(tx, reader, found):
        raise Refused(
            "practices.not_visible",
            reader.voice.say("This practice is not available to you, or it was withdrawn."),
        )
    return found


async def unaware_of_news(tx: Tx, practice: Practice, reader: Person) -> Person | None:
    """Whom the last message about a hidden practice did not reach, for whoever waits for what they
    do then: whoever hid it waits for its author, and the author, who has changed it, for them."""
    other = {practice.author.id: practice.hidden_by, practice.hidden_by: practice.author.id}
    waits_for = other.get(reader.id) if practice.state is PracticeState.HIDDEN else None
    if waits_for is None or await unreached_at_last(tx, practice.hiding_topic) != waits_for:
        return None
    return await find_person(tx, waits_for)


async def practice_of(tx: Tx, practice_id: int) -> Practice | None:
    """The practice of an id in any state; for the bot's own work, not for showing."""
    row = await tx.first(select(practices).where(practices.c.id == practice_id))
    if row is None:
        return None
    author = (await find_people(tx, [row.author_id]))[row.author_id]
    team = await team_queries.team(tx, row.team_id) if row.team_id else None
    unit = await unit_queries.unit(tx, row.unit_id)
    assert unit is not None
    pieces = await tx.all(
        select(evidence).where(evidence.c.practice_id == practice_id).order_by(evidence.c.position)
    )
    held = await find_files(tx, [p.file_id for p in pieces if p.file_id])
    return Practice(
        row.id, author, team, unit, row.title, row.difficulty, row.actions_taken, row.result,
        row.subject, row.stage, row.state, row.hidden_by, row.reason,
        row.moderations, row.shared_at, row.changed_at,
        tuple(
            StoredEvidence(p.position, p.kind, p.text, p.ref, p.name, p.mime, p.size,
                held.get(p.file_id))
            for p in pieces
        ),
    )  # fmt: skip


async def latest_of(tx: Tx, author_id: int) -> Practice | None:
    """What the author has shared last and others read; for the bot's own work, not for showing."""
    query = select(func.max(practices.c.id)).where(
        practices.c.author_id == author_id, practices.c.state == PracticeState.SHARED
    )
    number = await tx.scalar(query)
    return await practice_of(tx, number) if number else None


async def sees_practice(tx: Tx, reader: Person, found: Practice) -> bool:
    """Whether the reader may see the practice: see `visible_practice`."""
    if found.author.id == reader.id:
        return True
    if found.state is PracticeState.WITHDRAWN:
        return False
    if found.state is PracticeState.HIDDEN:
        return await may_moderate(tx, reader, found)
    if found.team is None:
        sight = await people_queries.reading_sight_of(tx, reader)
        if sight is not None and sight.shows(found.unit):
            return True
    elif await member_queries.is_member(tx, found.team.id, reader.id):
        return True
    return await role_queries.reaches(tx, reader.id, OVERSEERS, found.unit.id)


async def may_moderate(tx: Tx, person: Person, found: Practice) -> bool:
    """Whether the person may hide this practice of somebody else, or show it again."""
    origin = Origin(found.author.id, found.team.id if found.team else None, found.unit)
    return bool(await moderators_among(tx, [(person.id, origin)]))


async def moderators_among(tx: Tx, asked: Iterable[tuple[int, Origin]]) -> set[tuple[int, Origin]]:
    """The same for many: the pairs of a person's id and a practice's origin in which they
    may."""
    others = {(person, origin) for person, origin in asked if origin.author_id != person}
    in_teams = {origin.team_id for _, origin in others if origin.team_id}
    leads: set[tuple[int, int]] = set()
    if in_teams:
        leads = await member_queries.leads_among(tx, in_teams, {person for person, _ in others})
    found = {pair for pair in others if (pair[1].team_id, pair[0]) in leads}
    if rest := others - found:
        pairs = [(person, origin.unit) for person, origin in rest]
        reached = await role_queries.reaching(tx, pairs, MODERATORS)
        found |= {pair for pair in rest if (pair[0], pair[1].unit.id) in reached}
    return found


async def moderates_for(tx: Tx, person_id: int, found: Practice) -> dict[str, int]:
    """What the audit trail and messages say besides of what a moderator does: nothing for whoever
    leads the team, otherwise see `on_behalf`."""
    if found.team and await member_queries.leads_among(tx, [found.team.id], [person_id]):
        return {}
    return await role_queries.on_behalf(tx, person_id, MODERATORS, found.unit)


async def audience_unit(tx: Tx, place: Unit) -> Unit:
    """The unit whose people read what is shared at `place` for everybody: its district."""
    return await unit_queries.district_of(tx, place)


async def response_counts(tx: Tx, practice_id: int, reader_id: int) -> ResponseCounts:
    """The counts of a practice, and what the reader did with it, in one statement."""
    applied = and_(
        applications.c.practice_id == practice_id,
        applications.c.state == ApplicationState.APPLIED,
    )
    thanked = thanks.c.practice_id == practice_id
    row = await tx.first(
        select(
            _count(readers.c.practice_id == practice_id),
            _count(applied),
            _count(thanked),
            _count(and_(applied, applications.c.person_id == reader_id)),
            _count(and_(thanked, thanks.c.person_id == reader_id)),
        )
    )
    assert row is not None
    read, done, grateful, own, own_thanks = (int(value) for value in row)
    return ResponseCounts(read, done, grateful, bool(own), bool(own_thanks))


def _count(condition: ColumnElement[bool]) -> Any:
    return select(func.count()).where(condition).scalar_subquery()


async def texts_of(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """All that was written in each practice: title, difficulty, actions, result, then the texts
    and captions of the evidence."""
    rows = await tx.all(
        select(
            practices.c.id,
            practices.c.title,
            practices.c.difficulty,
            practices.c.actions_taken,
            practices.c.result,
        ).where(among(practices.c.id, ids))
    )
    texts: dict[int, list[str]] = {row[0]: list(row[1:]) for row in rows}
    query = select(evidence.c.practice_id, evidence.c.text).where(
        among(evidence.c.practice_id, ids)
    )
    for row in await tx.all(query.order_by(evidence.c.practice_id, evidence.c.position)):
        texts[row.practice_id].append(row.text)
    return {number: tuple(text for text in some if text) for number, some in texts.items()}
