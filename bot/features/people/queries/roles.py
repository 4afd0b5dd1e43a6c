"""Reads about roles: who holds which, how far they reach, and which they may give."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import String, and_, bindparam, cast, func, literal, select

from bot.chat.person import Person, find_people
from bot.delivery.backlog import unreached
from bot.features.people.models import RoleState, roles, units
from bot.features.people.queries.units import UNIT_COLUMNS, Unit, unit, unit_of, unit_read
from bot.packs.organisation import Role
from bot.storage.columns import codes_of
from bot.storage.lists import among, as_list, ids_named, with_ids
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class HeldRole:
    role: Role
    unit: Unit
    subjects: tuple[str, ...] = ()
    """Those that the role is narrowed to; empty: it is for all."""

    def is_for(self, subjects: Collection[str]) -> bool:
        """Whether the role reaches whoever teaches these subjects, or everybody where they are
        none."""
        return not self.subjects or (bool(subjects) and set(subjects) <= set(self.subjects))


_HELD = (
    select(*UNIT_COLUMNS, roles.c.role, roles.c.subject)
    .join(roles, roles.c.unit_id == units.c.id)
    .where(roles.c.person_id == bindparam("person"), roles.c.state == RoleState.ACTIVE)
    .order_by(roles.c.id)
)


async def roles_of(tx: Tx, person_id: int) -> tuple[HeldRole, ...]:
    """The roles that the person holds now, the oldest first."""
    rows = await tx.all(_HELD, person=person_id)
    return tuple(HeldRole(row.role, unit_of(row), row.subject) for row in rows)


_HELD_ABOVE = (
    f"SELECT {', '.join(f'units.{column.name}' for column in UNIT_COLUMNS)},"  # noqa: S608
    " roles.role, roles.subject FROM roles JOIN units ON units.id = roles.unit_id"
    " WHERE roles.person_id = ? AND roles.state = 'active' AND roles.unit_id IN (ids)"
    " ORDER BY roles.id"
)


async def roles_above(
    tx: Tx, person_id: int, wanted: Iterable[Role], place: Unit
) -> tuple[HeldRole, ...]:
    """Those of these roles that the person holds at the unit or above it, the oldest first."""
    asked = set(wanted)
    rows = await tx.touch(with_ids(tx, _HELD_ABOVE), person_id, as_list(tx, place.lineage))
    held = [HeldRole(Role(role), unit_read(row), codes_of(subject)) for *row, role, subject in rows]
    return tuple(each for each in held if each.role in asked)


def role_topic(role_id: int) -> str:
    """What the message is about that tells somebody of a role."""
    return f"role:{role_id}"


async def is_unaware(tx: Tx, person_id: int, giver: Person) -> bool:
    """Whether the person holds a role that `giver` gave them, and the message of it did not reach
    them."""
    given = select(roles.c.id).where(
        roles.c.person_id == person_id,
        roles.c.granted_by == giver.id,
        roles.c.state == RoleState.ACTIVE,
    )
    return bool(await unreached(tx, map(role_topic, await tx.scalars(given))))


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


_HELD_BY = select(roles.c.person_id, roles.c.unit_id).where(
    among(roles.c.person_id, ids_named("ids")),
    roles.c.role.in_(bindparam("wanted", expanding=True)),
    roles.c.state == RoleState.ACTIVE,
)


async def reaching(
    tx: Tx, asked: Iterable[tuple[int, Unit]], wanted: Iterable[Role]
) -> set[tuple[int, int]]:
    """The same for many, each with a unit: those who do, as (the person's id, the unit's)."""
    pairs = list(asked)
    if not pairs:
        return set()
    ids = sorted({person for person, _ in pairs})
    held: dict[int, set[int]] = {}
    for row in await tx.all(_HELD_BY.params(ids=ids, wanted=sorted(wanted))):
        held.setdefault(row.person_id, set()).add(row.unit_id)
    return {
        (person, place.id)
        for person, place in pairs
        if not held.get(person, set()).isdisjoint(place.lineage)
    }


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
