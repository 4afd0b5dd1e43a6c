"""Reads about roles: who holds which, how far they reach, and which they may give."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, func, literal, or_, select

from bot.chat.person import Person, find_people
from bot.delivery.backlog import unreached
from bot.delivery.notice import NoticeRow
from bot.features.people.models import RoleState, roles, units
from bot.features.people.queries.units import UNIT_COLUMNS, Unit, unit, unit_of, unit_read
from bot.packs.roles import Role
from bot.storage.columns import codes_of, from_millis, to_millis
from bot.storage.lists import among, as_list, ids_named, with_ids
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that gives a right now: `until` when, if it ends by itself, and `instead_of` whom (a
    person's id), if its holder is a deputy."""

    role: Role
    unit: Unit
    subjects: tuple[str, ...] = ()
    """Those that the role is narrowed to; empty: it is for all."""

    id: int = 0
    until: datetime | None = None
    instead_of: int | None = None

    def is_for(self, subjects: Collection[str]) -> bool:
        """Whether the role reaches whoever teaches these subjects, or everybody where they are
        none."""
        return not self.subjects or (bool(subjects) and set(subjects) <= set(self.subjects))


def stands(now: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """The condition on `roles` that the role gives a right: it may be over some moments before
    it is ended."""
    in_time = or_(roles.c.expires_at.is_(None), roles.c.expires_at > now)
    return and_(roles.c.state == RoleState.ACTIVE, in_time)


_NOW = bindparam("now", type_=roles.c.expires_at.type)
_replaced = roles.alias("replaced")
_HELD = (
    select(
        *UNIT_COLUMNS,
        roles.c.role,
        roles.c.subject,
        roles.c.id.label("role_id"),
        roles.c.expires_at,
        _replaced.c.person_id.label("instead_of"),
    )
    .join(roles, roles.c.unit_id == units.c.id)
    .outerjoin(_replaced, _replaced.c.id == roles.c.deputy_of)
    .where(roles.c.person_id == bindparam("person"), stands(_NOW))
    .order_by(roles.c.id)
)


async def roles_of(tx: Tx, person_id: int) -> tuple[HeldRole, ...]:
    """The roles that the person holds now, the oldest first."""
    rows = await tx.all(_HELD, person=person_id, now=tx.now)
    return tuple(
        HeldRole(row.role, unit_of(row), row.subject, row.role_id, row.expires_at, row.instead_of)
        for row in rows
    )


async def roles_at(
    tx: Tx, unit_ids: Iterable[int], people_ids: Iterable[int]
) -> dict[tuple[int, int], list[Role]]:
    """The roles that these people hold now at these units themselves, by person and unit, the
    oldest first."""
    query = (
        select(roles.c.person_id, roles.c.unit_id, roles.c.role)
        .where(
            among(roles.c.unit_id, unit_ids), among(roles.c.person_id, people_ids), stands(tx.now)
        )
        .order_by(roles.c.id)
    )
    found: dict[tuple[int, int], list[Role]] = {}
    for row in await tx.all(query):
        found.setdefault((row.person_id, row.unit_id), []).append(row.role)
    return found


_HELD_ABOVE = (
    f"SELECT {', '.join(f'units.{column.name}' for column in UNIT_COLUMNS)},"  # noqa: S608
    " roles.role, roles.subject, roles.id, roles.expires_at, replaced.person_id"
    " FROM roles JOIN units ON units.id = roles.unit_id"
    " LEFT JOIN roles replaced ON replaced.id = roles.deputy_of"
    " WHERE roles.person_id = ? AND roles.state = 'active'"
    " AND (roles.expires_at IS NULL OR roles.expires_at > ?) AND roles.unit_id IN (ids)"
    " ORDER BY roles.id"
)


async def roles_above(
    tx: Tx, person_id: int, wanted: Iterable[Role], place: Unit
) -> tuple[HeldRole, ...]:
    """Those of these roles that the person holds at the unit or above it, the oldest first."""
    asked = set(wanted)
    above = as_list(tx, place.lineage)
    rows = await tx.touch(with_ids(tx, _HELD_ABOVE), person_id, to_millis(tx.now), above)
    held = [
        HeldRole(
            Role(role),
            unit_read(row),
            codes_of(subject),
            number,
            None if until is None else from_millis(until),
            instead_of,
        )
        for *row, role, subject, number, until, instead_of in rows
    ]
    return tuple(each for each in held if each.role in asked)


def for_whom(instead_of: int | None) -> dict[str, int]:
    """What the audit trail and messages say besides of an act by a deputy."""
    return {} if instead_of is None else {"for": instead_of}


async def acting_for(
    tx: Tx, person_id: int, wanted: Iterable[Role], place: Unit | None
) -> int | None:
    """In whose place the person acts there by one of these roles, or anywhere without a unit, as
    that person's id; None for whoever has one of their own there, or none at all."""
    if place is not None:
        held = await roles_above(tx, person_id, wanted, place)
    else:
        asked = set(wanted)
        held = tuple(each for each in await roles_of(tx, person_id) if each.role in asked)
    if not held or any(each.instead_of is None for each in held):
        return None
    return held[-1].instead_of


async def on_behalf(
    tx: Tx, person_id: int, wanted: Iterable[Role], place: Unit | None = None
) -> dict[str, int]:
    """What the audit trail and messages say besides of an act by one of these roles: see
    `acting_for`."""
    return for_whom(await acting_for(tx, person_id, wanted, place))


def acting_in(rows: Iterable[NoticeRow]) -> set[int]:
    """The ids of those who did what messages tell of, and in whose place."""
    return {row.params[name] for row in rows for name in ("by", "for") if row.params.get(name)}


def role_topic(role_id: int) -> str:
    """What the message is about that tells somebody of a role."""
    return f"role:{role_id}"


async def is_unaware(tx: Tx, person_id: int, giver: Person) -> bool:
    """Whether the person holds a role that `giver` gave them, and the message of it did not reach
    them."""
    given = select(roles.c.id).where(
        roles.c.person_id == person_id,
        roles.c.granted_by == giver.id,
        stands(tx.now),
    )
    return bool(await unreached(tx, map(role_topic, await tx.scalars(given))))


_REACHES = (
    select(roles.c.id)
    .join(
        units,
        and_(
            units.c.id == bindparam("unit"),
            units.c.path.like(literal("%/") + cast(roles.c.unit_id, String) + "/%"),
        ),
    )
    .where(
        roles.c.person_id == bindparam("person"),
        stands(_NOW),
        roles.c.role.in_(bindparam("wanted", expanding=True)),
    )
    .limit(1)
)


async def reaches(tx: Tx, person_id: int, wanted: Iterable[Role], unit_id: int) -> bool:
    """Whether the person holds one of the roles at the unit or above it."""
    found = await tx.first(
        _REACHES, person=person_id, unit=unit_id, wanted=sorted(wanted), now=tx.now
    )
    return found is not None


_HELD_BY = select(roles.c.person_id, roles.c.unit_id).where(
    among(roles.c.person_id, ids_named("ids")),
    roles.c.role.in_(bindparam("wanted", expanding=True)),
    stands(_NOW),
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
    for row in await tx.all(_HELD_BY.params(ids=ids, wanted=sorted(wanted), now=tx.now)):
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


FOR_ONE_SUBJECT = frozenset({Role.TEACHER, Role.LEAD, Role.COORDINATOR})
"""What a role for one subject may give, for that subject: none that reaches over the others."""


def _given_by(held: HeldRole) -> frozenset[Role]:
    given = GRANTS.get(held.role, frozenset())
    return given & FOR_ONE_SUBJECT if held.subjects else given


def narrowed_to(held: Iterable[HeldRole]) -> tuple[str, ...]:
    """The subjects for which these roles are, taken together; empty: one of them is for all."""
    found = [each.subjects for each in held]
    if not all(found):
        return ()
    return tuple(sorted({subject for each in found for subject in each}))


async def narrowing(tx: Tx, person_id: int, place: Unit, role: Role) -> tuple[str, ...]:
    """The subjects for which the person gives the role at the unit; empty: for all of them."""
    return narrowed_to(
        held
        for held in await roles_of(tx, person_id)
        if place.is_within(held.unit) and role in _given_by(held)
    )


async def grantable(tx: Tx, person_id: int, unit_id: int) -> list[Role]:
    """The roles that the person may give at the unit, in the order of `Role`."""
    place = await unit(tx, unit_id)
    if place is None or not place.is_active:
        return []
    given: set[Role] = set()
    for held in await roles_of(tx, person_id):
        if place.is_within(held.unit):
            given |= _given_by(held)
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
            stands(tx.now),
            roles.c.role.in_(sorted(wanted)),
        )
        .order_by(func.length(units.c.path).desc(), roles.c.id)
    )
    ids = list(dict.fromkeys(await tx.scalars(query)))
    found = await find_people(tx, ids)
    return [found[number] for number in ids]
