"""Reads about teams."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, func, or_, select

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.communities.models import (
    MemberRole,
    MembershipState,
    Mode,
    TeamState,
    memberships,
    teams,
)
from bot.features.communities.queries.members import member_ids, standing_of
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.columns import holds_only
from bot.storage.secret_codes import digest_of
from bot.storage.transaction import Tx

CREATORS = frozenset({Role.LEAD, Role.PRINCIPAL, Role.SUPERVISOR})
"""Who may found a team at the unit of their role or below it."""

OVERSEERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.COORDINATOR})
"""Who sees every team at the unit of their role and below it, and what is shared there; whoever
administers the installation runs it, and reads nothing of it by that role."""


@dataclass(frozen=True, slots=True)
class Team:
    id: int
    unit: Unit
    name: str
    theme: str
    goals: tuple[str, ...]
    norms: tuple[str, ...]
    form_of_work: str
    mode: Mode
    state: TeamState
    link_code: str
    """What the link carries; "" where it cannot be shown again."""
    link_digest: str
    created_by: int
    created_at: datetime
    subjects: tuple[str, ...] = ()
    """For which it works; empty: for all."""

    def __hash__(self) -> int:
        # It is part of what screens are looked up by: all its words would take long.
        return self.id

    @property
    def is_active(self) -> bool:
        return self.state is TeamState.ACTIVE

    @property
    def lead_topic(self) -> str:
        """What messages are about that tell who leads it."""
        return f"lead:{self.id}"


TEAM_COLUMNS = tuple(
    teams.c[name]
    for name in (
        "id", "unit_id", "name", "theme", "goals", "norms", "form_of_work", "mode",
        "subjects", "state",
        "link_digest", "link_sealed", "created_by", "created_at",
    )
)  # fmt: skip


async def read_teams(tx: Tx, rows: Iterable[Row[Any]]) -> list[Team]:
    """The teams of rows that hold `TEAM_COLUMNS`, in their order."""
    found = list(rows)
    units = await unit_queries.units_by_id(tx, {row.unit_id for row in found})
    return [
        Team(
            row.id,
            units[row.unit_id],
            row.name,
            row.theme,
            tuple(row.goals),
            tuple(row.norms),
            row.form_of_work,
            row.mode,
            row.state,
            tx.secret_codes.open(row.link_sealed),
            row.link_digest,
            row.created_by,
            row.created_at,
            row.subjects,
        )
        for row in found
    ]


_BY_ID = select(*TEAM_COLUMNS).where(teams.c.id == bindparam("id"))


async def team(tx: Tx, team_id: int) -> Team | None:
    """The team of an id, also a closed one; for the bot's own work, not for showing."""
    rows = await tx.all(_BY_ID, id=team_id)
    return next(iter(await read_teams(tx, rows)), None)


async def team_by_link(tx: Tx, code: str) -> Team | None:
    """The team that a join link leads to."""
    rows = await tx.all(select(*TEAM_COLUMNS).where(teams.c.link_digest == digest_of(code)))
    return next(iter(await read_teams(tx, rows)), None)


async def team_named(tx: Tx, unit_id: int, name: str) -> Team | None:
    """The active team of this very name at a unit."""
    rows = await tx.all(
        select(*TEAM_COLUMNS).where(
            teams.c.unit_id == unit_id,
            teams.c.state == TeamState.ACTIVE,
            func.lower(teams.c.name) == name.lower(),
        )
    )
    return next(iter(await read_teams(tx, rows)), None)


async def visible_team(tx: Tx, reader: Person, team_id: int) -> Team:
    """The team if the reader may see it: as a member, by their district, or by a role above it.

    :raises Refused: "teams.not_visible", also for an id that does not exist.
    """
    found = await team(tx, team_id)
    if found is None or not await sees_team(tx, reader, found):
        raise Refused(
            "teams.not_visible",
            reader.voice.say("You cannot open this team. Ask its lead for an invitation link."),
        )
    return found


async def sees_team(tx: Tx, reader: Person, found: Team) -> bool:
    """Whether the reader may see the team: see `visible_team`."""
    if await standing_of(tx, found.id, reader.id):
        return True
    sight = await people_queries.sight_of(tx, reader.id)
    if sight and found.is_active and sight.shows(found.unit):
        return True
    return await oversees(tx, reader.id, found)


async def oversees(tx: Tx, person_id: int, found: Team) -> bool:
    """Whether a role of the person stands above the team, for all subjects or for those of the
    team."""
    held = await role_queries.roles_above(tx, person_id, OVERSEERS, found.unit)
    return any(each.is_for(found.subjects) for each in held)


async def seen_from_above(tx: Tx, person_id: int) -> ColumnElement[bool]:
    """The same as a condition on `teams`."""
    held = [each for each in await role_queries.roles_of(tx, person_id) if each.role in OVERSEERS]
    everything = [each.unit for each in held if not each.subjects]
    conditions: list[ColumnElement[bool]] = [
        teams.c.unit_id.in_(unit_queries.unit_ids_within_any(everything))
    ]
    conditions += [
        and_(
            teams.c.unit_id.in_(unit_queries.unit_ids_within(each.unit)),
            holds_only(teams.c.subjects, each.subjects),
        )
        for each in held
        if each.subjects
    ]
    return or_(*conditions)


async def teams_of(tx: Tx, person_id: int) -> list[Team]:
    """The active teams that the person belongs to, in the order in which they were joined."""
    return await _joined(tx, person_id, memberships.c.state == MembershipState.ACTIVE)


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """A team as a list of somebody's own shows it: whether they lead it, wait for its answer, and
    how many wait for theirs."""

    id: int
    name: str
    leads: bool
    waits: bool
    requests: int


async def own_teams(tx: Tx, person_id: int) -> list[OwnTeam]:
    """The active teams that the person belongs to, in the order in which they were joined, then
    those that they have asked; in one statement, however many these are."""
    asking = memberships.alias()
    leads = and_(
        memberships.c.state == MembershipState.ACTIVE, memberships.c.role == MemberRole.LEAD
    )
    waiting = (
        select(func.count())
        .select_from(asking)
        .where(asking.c.team_id == teams.c.id, asking.c.state == MembershipState.ASKED)
        .scalar_subquery()
    )
    waits = memberships.c.state == MembershipState.ASKED
    query: Select[Any] = (
        select(
            teams.c.id,
            teams.c.name,
            leads.label("leads"),
            waits.label("waits"),
            case((leads, waiting), else_=0).label("requests"),
        )
        .join(memberships, memberships.c.team_id == teams.c.id)
        .where(
            memberships.c.person_id == person_id,
            or_(memberships.c.state == MembershipState.ACTIVE, waits),
            teams.c.state == TeamState.ACTIVE,
        )
        .order_by(waits, memberships.c.id)
    )
    found: list[Row[Any]] = list(await tx.all(query))
    return [
        OwnTeam(row.id, row.name, bool(row.leads), bool(row.waits), int(row.requests))
        for row in found
    ]


def _closed_of(person_id: int, *wanted: Any) -> Select[Any]:
    return (
        select(*wanted)
        .select_from(memberships.join(teams, memberships.c.team_id == teams.c.id))
        .where(
            memberships.c.person_id == person_id,
            memberships.c.state == MembershipState.ACTIVE,
            teams.c.state == TeamState.CLOSED,
        )
    )


async def count_closed(tx: Tx, person_id: int) -> int:
    """How many closed teams there are to which the person belonged until the end."""
    return int(await tx.scalar(_closed_of(person_id, func.count())))


async def closed_teams_of(
    tx: Tx, person_id: int, *, offset: int = 0, limit: int | None = None
) -> list[Team]:
    """The closed teams to which the person belonged until the end, the last closed first; all of
    them, or a part."""
    query = (
        _closed_of(person_id, *TEAM_COLUMNS)
        .order_by(teams.c.closed_at.desc(), teams.c.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return await read_teams(tx, await tx.all(query))


async def readable_teams_of(tx: Tx, person_id: int) -> list[Team]:
    """The teams whose past the person may read as a member: their own, and then the closed."""
    return [*await teams_of(tx, person_id), *await closed_teams_of(tx, person_id)]


async def teams_led_by(tx: Tx, person_id: int) -> list[Team]:
    """The active teams that the person leads."""
    active = memberships.c.state == MembershipState.ACTIVE
    return await _joined(tx, person_id, and_(active, memberships.c.role == MemberRole.LEAD))


async def asked_teams_of(tx: Tx, person_id: int) -> list[Team]:
    """The active teams that the person has asked to join and that have not answered yet."""
    return await _joined(tx, person_id, memberships.c.state == MembershipState.ASKED)


async def _joined(tx: Tx, person_id: int, condition: ColumnElement[bool]) -> list[Team]:
    query = (
        select(*TEAM_COLUMNS)
        .join(memberships, memberships.c.team_id == teams.c.id)
        .where(memberships.c.person_id == person_id, condition, teams.c.state == TeamState.ACTIVE)
        .order_by(memberships.c.id)
    )
    return await read_teams(tx, await tx.all(query))


async def count_others(tx: Tx, team_id: int, person_id: int) -> int:
    """How many belong to the team besides this person."""
    return len([number for number in await member_ids(tx, team_id) if number != person_id])


async def teams_at(
    tx: Tx, reader: Person, place: Unit, *, offset: int, limit: int
) -> tuple[list[Team], int]:
    """A page of the active teams of one unit that the reader sees there, by name, and how many
    these are in all."""
    here: list[ColumnElement[bool]] = [
        teams.c.unit_id == place.id,
        teams.c.state == TeamState.ACTIVE,
    ]
    sight = await people_queries.sight_of(tx, reader.id)
    if sight is None or not sight.shows(place):
        here.append(await seen_from_above(tx, reader.id))
    total = int(await tx.scalar(select(func.count()).select_from(teams).where(*here)))
    query = select(*TEAM_COLUMNS).where(*here).order_by(teams.c.name, teams.c.id)
    rows = await tx.all(query.offset(offset).limit(limit))
    return await read_teams(tx, rows), total


async def count_within(tx: Tx, top: Unit) -> int:
    """How many active teams there are at the unit and below it."""
    here = (teams.c.id.in_(team_ids_within(top)), teams.c.state == TeamState.ACTIVE)
    return int(await tx.scalar(select(func.count()).select_from(teams).where(*here)))


def team_ids_within(top: Unit) -> Select[int]:
    """A selection of the ids of the teams at a unit and below it, for use inside another query."""
    return select(teams.c.id).where(teams.c.unit_id.in_(unit_queries.unit_ids_within(top)))
