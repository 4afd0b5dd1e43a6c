"""Reads about units, people and roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
)

from bot.chat.person import Person, find_people, find_person, people
from bot.core.i18n import Phrase, Voice
from bot.core.text import isolate
from bot.features.people.actions.headcounts import people_below
from bot.features.people.models import (
    InvitationState,
    Role,
    RoleState,
    UnitGender,
    invitations,
    profiles,
    roles,
    units,
)
from bot.features.people.queries.labels import (
    STAGES,
    SUBJECTS,
    role_label,
    stage_label,
    subject_label,
)
from bot.features.people.queries.units import (
    DISTRICT_KINDS,
    UNIT_COLUMNS,
    Unit,
    below,
    children_of,
    district_of,
    districts_of,
    find_units,
    find_units_within,
    root_units,
    unit,
    unit_ids_within,
    unit_ids_within_any,
    unit_line,
    unit_of,
    units_by_id,
    units_under,
)
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx

__all__ = [
    "DISTRICT_KINDS", "GRANTERS", "STAGES", "SUBJECTS", "Audience", "HeldRole", "Invitation",
    "Profile", "Role", "Sight", "Unit", "UnitGender", "audience_ids", "children_of",
    "count_audience", "district_of", "districts_of", "find_units", "find_units_within",
    "grantable", "holders_of", "invitation", "invitation_by_id", "is_in_audience", "name_of",
    "open_invitations", "people_at", "profile", "reach_of", "reaches", "role_label", "roles_of",
    "root_units", "sight_of", "stage_label", "subject_label", "unit", "unit_ids_within",
    "unit_ids_within_any", "unit_line", "units_by_id", "units_under", "workplaces",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldRole:
    role: Role
    unit: Unit
    subject: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A registered person with where they work and the roles they hold."""

    person: Person
    unit: Unit
    subject: str
    stage: str
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Registered people at or below a unit; what is None does not narrow."""

    unit_id: int
    subject: str | None = None
    stage: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """How far a teacher sees: the district around their unit, and which units in it."""

    district: Unit
    genders: frozenset[UnitGender]

    def shows(self, place: Unit) -> bool:
        return place.gender in self.genders and place.is_within(self.district)


@dataclass(frozen=True, slots=True)
class Invitation:
    id: int
    code: str
    unit: Unit
    role: Role
    subject: str | None
    expires_at: datetime
    state: InvitationState
    created_by: int | None
    uses: int

    @property
    def for_many(self) -> bool:
        """Teachers may come by one link together; every other role is for one person."""
        return self.role is Role.TEACHER

    def is_usable(self, now: datetime) -> bool:
        return self.state is InvitationState.OPEN and now < self.expires_at


async def profile(tx: Tx, person_id: int) -> Profile | None:
    """What we know of a registered person; None for visitors and people who are gone."""
    query = select(*UNIT_COLUMNS, profiles.c.subject, profiles.c.stage).join(
        profiles, profiles.c.unit_id == units.c.id
    )
    row = await tx.first(query.where(profiles.c.person_id == person_id))
    person = await find_person(tx, person_id)
    if row is None or person is None:
        return None
    held = await roles_of(tx, person_id)
    return Profile(person, unit_of(row), row.subject, row.stage, held)


_WORKING = select(profiles.c.person_id, profiles.c.unit_id).where(
    among(profiles.c.person_id, ids_named("ids"))
)


async def workplaces(tx: Tx, ids: Iterable[int]) -> dict[int, Unit]:
    """Where these people work, by their ids; who is not registered is left out. Colleagues are
    given one and the same unit."""
    rows = await tx.all(_WORKING.params(ids=list(dict.fromkeys(ids))))
    at = {row.person_id: row.unit_id for row in rows}
    found = await units_by_id(tx, at.values())
    return {person: found[place] for person, place in at.items()}


async def roles_of(tx: Tx, person_id: int) -> tuple[HeldRole, ...]:
    """The roles that the person holds now, the oldest first."""
    query = (
        select(*UNIT_COLUMNS, roles.c.role, roles.c.subject)
        .join(roles, roles.c.unit_id == units.c.id)
        .where(roles.c.person_id == person_id, roles.c.state == RoleState.ACTIVE)
        .order_by(roles.c.id)
    )
    rows = await tx.all(query)
    return tuple(HeldRole(row.role, unit_of(row), row.subject) for row in rows)


async def people_at(
    tx: Tx, unit_id: int, *, offset: int = 0, limit: int = 8
) -> tuple[list[Person], int]:
    """A page of the people who work at the unit itself by name, and how many there are."""
    here = profiles.c.unit_id == unit_id
    total = int(await tx.scalar(select(func.count()).select_from(profiles).where(here)))
    query = (
        select(people.c.id)
        .join(profiles, profiles.c.person_id == people.c.id)
        .where(here)
        .order_by(people.c.name, people.c.id)
    )
    ids = await tx.scalars(query.offset(offset).limit(limit))
    found = await find_people(tx, ids)
    return [found[number] for number in ids], total


async def reaches(tx: Tx, person_id: int, wanted: Iterable[Role], unit_id: int) -> bool:
    """Whether the person holds one of the roles at the unit or above it."""
    above = units.c.path.like(literal("%/") + cast(roles.c.unit_id, String) + "/%")
    query = (
        select(roles.c.id)
        .join(units, and_(units.c.id == unit_id, above))
        .where(
            roles.c.person_id == person_id,
            roles.c.state == RoleState.ACTIVE,
            roles.c.role.in_(sorted(wanted)),
        )
        .limit(1)
    )
    return await tx.first(query) is not None


async def reach_of(tx: Tx, person_id: int, wanted: Iterable[Role]) -> list[Unit]:
    """The top units of what the person reaches by these roles; none lies within another."""
    asked = set(wanted)
    held = {h.unit.path: h.unit for h in await roles_of(tx, person_id) if h.role in asked}
    tops: list[Unit] = []
    for _, place in sorted(held.items()):
        # In this order whatever lies below a unit follows right after it.
        if not tops or not place.is_within(tops[-1]):
            tops.append(place)
    return tops


GRANTS: dict[Role, frozenset[Role]] = {
    Role.PRINCIPAL: frozenset({Role.TEACHER, Role.LEAD}),
    Role.SUPERVISOR: frozenset(
        {Role.TEACHER, Role.LEAD, Role.PRINCIPAL, Role.COORDINATOR, Role.PARTNER}
    ),
    Role.DEVELOPER: frozenset({Role.TEACHER, Role.LEAD, Role.COORDINATOR, Role.PARTNER}),
    Role.ADMINISTRATOR: frozenset(Role),
}
"""Which roles whoever holds a role may give, at its unit and below."""

GRANTERS = frozenset(GRANTS)


async def grantable(tx: Tx, person_id: int, unit_id: int) -> list[Role]:
    """The roles that the person may give at the unit, in the order of `Role`."""
    place = await unit(tx, unit_id)
    if place is None or not place.is_active:
        return []
    given: set[Role] = set()
    for held in await roles_of(tx, person_id):
        if place.is_within(held.unit):
            given |= GRANTS.get(held.role, frozenset())
    return [role for role in Role if role in given]


async def holders_of(tx: Tx, wanted: Iterable[Role], unit_id: int) -> list[Person]:
    """Who holds one of the roles at the unit or above it, the nearest first."""
    place = await unit(tx, unit_id)
    if place is None:
        return []
    query = (
        select(roles.c.person_id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(
            roles.c.unit_id.in_(place.lineage),
            roles.c.state == RoleState.ACTIVE,
            roles.c.role.in_(sorted(wanted)),
        )
        .order_by(func.length(units.c.path).desc(), roles.c.id)
    )
    ids = list(dict.fromkeys(await tx.scalars(query)))
    found = await find_people(tx, ids)
    return [found[number] for number in ids]


async def sight_of(tx: Tx, person_id: int) -> Sight | None:
    """How far the person sees by where they work; None for who is not registered.

    Units for girls and for boys do not see each other; mixed ones are seen by all.
    """
    query = (
        select(*UNIT_COLUMNS)
        .join(profiles, profiles.c.unit_id == units.c.id)
        .where(profiles.c.person_id == person_id)
    )
    row = await tx.first(query)
    if row is None:
        return None
    own = unit_of(row)
    return Sight(await district_of(tx, own), frozenset({own.gender, UnitGender.MIXED}))


async def count_audience(tx: Tx, audience: Audience) -> int:
    at_it = _narrowed(select(func.count()).select_from(profiles), audience)
    at_it = at_it.where(profiles.c.unit_id == audience.unit_id)
    below_it = people_below(audience.unit_id, audience.role, audience.subject, audience.stage)
    query = select(at_it.scalar_subquery() + below_it.scalar_subquery())
    return int(await tx.scalar(query))


async def is_in_audience(tx: Tx, audience: Audience, person_id: int) -> bool:
    top = await unit(tx, audience.unit_id)
    if top is None:
        return False
    query = _narrowed(_placed(profiles.c.person_id), audience)
    own = query.where(below(top.path), profiles.c.person_id == person_id)
    return await tx.first(own) is not None


async def audience_ids(
    tx: Tx, audience: Audience, after_id: int = 0, limit: int = 1000
) -> list[int]:
    """Ids of the audience's people in ascending order, those above `after_id`, at most
    `limit`."""
    top = await unit(tx, audience.unit_id)
    if top is None:
        return []
    # Of a whole tree, SQLite does better to go along the people than along the units and sort;
    # PostgreSQL finds that out by itself.
    everybody = top.parent_id is None and tx.dialect == "sqlite"
    within = below(top.path, indexed=not everybody)
    query = _narrowed(_placed(profiles.c.person_id), audience)
    query = query.where(within, profiles.c.person_id > after_id).order_by(profiles.c.person_id)
    return list(await tx.scalars(query.limit(limit)))


def _placed(column: ColumnElement[int]) -> Select[int]:
    """A selection of `column` over the registered people with the units where they work."""
    return select(column).select_from(profiles.join(units, units.c.id == profiles.c.unit_id))


def _narrowed(query: Select[int], audience: Audience) -> Select[int]:
    """The selection without those of other subjects, stages and roles."""
    if audience.subject is not None:
        query = query.where(profiles.c.subject == audience.subject)
    if audience.stage is not None:
        query = query.where(profiles.c.stage == audience.stage)
    if audience.role is not None:
        held = exists().where(
            roles.c.person_id == profiles.c.person_id,
            roles.c.role == audience.role,
            roles.c.state == RoleState.ACTIVE,
        )
        query = query.where(held)
    return query


async def invitation(tx: Tx, code: str) -> Invitation | None:
    """The invitation of a code, whatever became of it."""
    query = select(*UNIT_COLUMNS, invitations).join(
        invitations, invitations.c.unit_id == units.c.id
    )
    row = await tx.first(query.where(invitations.c.code == code))
    return _invitation_of(row) if row else None


async def invitation_by_id(tx: Tx, invitation_id: int) -> Invitation | None:
    query = (
        select(*UNIT_COLUMNS, invitations)
        .join(invitations, invitations.c.unit_id == units.c.id)
        .where(invitations.c.id == invitation_id)
    )
    row = await tx.first(query)
    return _invitation_of(row) if row else None


async def open_invitations(tx: Tx, person_id: int) -> list[Invitation]:
    """The invitations that the person made and that can still be used, soonest to end first."""
    query = (
        select(*UNIT_COLUMNS, invitations)
        .join(invitations, invitations.c.unit_id == units.c.id)
        .where(
            invitations.c.created_by == person_id,
            invitations.c.state == InvitationState.OPEN,
            invitations.c.expires_at > tx.now,
        )
        .order_by(invitations.c.expires_at)
    )
    return [_invitation_of(row) for row in await tx.all(query)]


def _invitation_of(row: Row[Any]) -> Invitation:
    values = row._mapping
    return Invitation(
        values[invitations.c.id],
        values[invitations.c.code],
        unit_of(row),
        values[invitations.c.role],
        values[invitations.c.subject],
        values[invitations.c.expires_at],
        values[invitations.c.state],
        values[invitations.c.created_by],
        values[invitations.c.uses],
    )


def name_of(voice: Voice, person: Person) -> Phrase:
    """The person's name as it is shown to others; one who is gone is a former colleague."""
    return Phrase(isolate(person.name)) if person.name else voice.say("a former colleague")
