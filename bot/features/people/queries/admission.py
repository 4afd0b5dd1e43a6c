"""Reads about letting people in: who answers for a unit, and who waits there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from bot.arabic.lookalikes import resemble
from bot.chat.person import people
from bot.features.people.models import (
    ANSWERERS,
    BELONGS,
    Answerer,
    UnitStanding,
    placements,
    roles,
)
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.placements import UnitPlacement, put_out_of
from bot.features.people.queries.roles import GRANTS, stands
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx

HEAD = Role.PRINCIPAL
ABOVE = frozenset(role for role, given in GRANTS.items() if HEAD in given) - {Role.ADMINISTRATOR}
"""Who appoints heads, but for whoever administers everything."""
ANSWERING = frozenset({HEAD, *ABOVE, Role.ADMINISTRATOR})
"""The roles by which somebody answers for a unit."""


_IN_VAIN = (UnitStanding.WAITING, UnitStanding.DECLINED, UnitStanding.LEFT)


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for a unit: ids of people, by what they are to it."""

    people: dict[Answerer, tuple[int, ...]]

    def of(self, person_id: int) -> frozenset[Answerer]:
        """What the person is to the unit."""
        return frozenset(each for each, some in self.people.items() if person_id in some)

    def next(self, after: Answerer | None = None, besides: int | None = None) -> Answerer | None:
        """The nearest beyond `after` among whom there is somebody besides this person."""
        beyond = ANSWERERS[ANSWERERS.index(after) + 1 :] if after else ANSWERERS
        return next((each for each in beyond if set(self.people.get(each, ())) - {besides}), None)


def _answerer(role: Role, unit_id: int, place: Unit) -> Answerer | None:
    if role is HEAD:
        return Answerer.HEAD if unit_id == place.id else None
    return Answerer.ADMINISTRATOR if role is Role.ADMINISTRATOR else Answerer.ABOVE


_NOW = bindparam("now", type_=roles.c.expires_at.type)
_ANSWERING = (
    select(roles.c.person_id, roles.c.role, roles.c.unit_id)
    .where(
        among(roles.c.unit_id, ids_named("units")),
        roles.c.role.in_(sorted(ANSWERING)),
        roles.c.subject.is_(None),
        stands(_NOW),
    )
    .order_by(roles.c.id)
)


async def answering_at(tx: Tx, place: Unit) -> Answering:
    """Who answers for the unit. A role for one subject does not: it says nothing of the others."""
    found: dict[Answerer, list[int]] = {}
    for row in await tx.all(_ANSWERING, units=list(place.lineage), now=tx.now):
        if (answerer := _answerer(row.role, row.unit_id, place)) is not None:
            found.setdefault(answerer, []).append(row.person_id)
    return Answering({each: tuple(found[each]) for each in ANSWERERS if each in found})


async def on_behalf(tx: Tx, person_id: int, place: Unit) -> dict[str, int]:
    """What the audit trail says besides of an act by which the person answers for the unit in
    somebody else's place."""
    return await role_queries.on_behalf(tx, person_id, ANSWERING, place)


async def count_waiting(tx: Tx, unit_id: int) -> dict[Answerer, int]:
    """How many wait at the unit for whose answer."""
    query = (
        select(placements.c.lies_with, func.count().label("number"))
        .where(
            placements.c.unit_id == unit_id,
            placements.c.standing == UnitStanding.WAITING,
            placements.c.lies_with.is_not(None),
        )
        .group_by(placements.c.lies_with)
    )
    return {row.lies_with: int(row.number) for row in await tx.all(query)}


async def told_last(tx: Tx, unit_id: int, lies_with: Answerer) -> datetime | None:
    """When those with whom it lies at the unit were told last of somebody who waits, or has
    waited in vain: whoever was let in since is no news that the next one could share."""
    query = select(func.max(placements.c.told_at)).where(
        placements.c.unit_id == unit_id,
        placements.c.standing.in_(_IN_VAIN),
        # With whom it lay is forgotten once it is taken back.
        or_(placements.c.lies_with.is_(None), placements.c.lies_with == lies_with),
    )
    return await tx.scalar(query)  # type: ignore[no-any-return]


async def untold(tx: Tx, unit_id: int) -> set[Answerer]:
    """Whose answer is waited for at the unit by somebody of whom they were not told yet."""
    query = select(placements.c.lies_with).where(
        placements.c.unit_id == unit_id,
        placements.c.standing == UnitStanding.WAITING,
        placements.c.told_at.is_(None),
        placements.c.lies_with.is_not(None),
    )
    return set(await tx.scalars(query.distinct()))


async def count_asked(tx: Tx, person_id: int, since: datetime) -> int:
    """How often the person has asked anywhere since then."""
    query = select(func.count()).select_from(placements)
    return int(
        await tx.scalar(
            query.where(placements.c.person_id == person_id, placements.c.came_at > since)
        )
    )


async def was_refused(tx: Tx, person_id: int, place: Unit) -> bool:
    """Whether the person was declined at the unit, or put out of it or of what it lies below: no
    link lets them in past whoever answers there."""
    if await put_out_of(tx, person_id, place) is not None:
        return True
    query = (
        select(placements.c.standing)
        .where(placements.c.person_id == person_id, placements.c.unit_id == place.id)
        .order_by(placements.c.id.desc())
        .limit(1)
    )
    return await tx.scalar(query) is UnitStanding.DECLINED


async def colleague_named(tx: Tx, name: str, unit_id: int, besides: int) -> int | None:
    """The id of the one colleague at the unit who bears this name; None where there is none, or
    where several do."""
    query = (
        select(people.c.id, people.c.name)
        .join(placements, placements.c.person_id == people.c.id)
        .where(
            placements.c.unit_id == unit_id,
            placements.c.standing.in_(BELONGS),
            people.c.id != besides,
        )
    )
    found = [row.id for row in await tx.all(query) if resemble(row.name, name)]
    return found[0] if len(found) == 1 else None


def is_move(found: UnitPlacement) -> bool:
    """Whether somebody asks to be let in who belongs elsewhere."""
    return found.person.is_member


async def is_only_administrator(tx: Tx, person_id: int) -> bool:
    """Whether there is a unit that nobody but the person administers, at it or from above."""
    query = select(roles.c.person_id, roles.c.unit_id).where(
        roles.c.role == Role.ADMINISTRATOR, stands(tx.now)
    )
    rows = await tx.all(query)
    own = {row.unit_id for row in rows if row.person_id == person_id}
    others = {row.unit_id for row in rows if row.person_id != person_id}
    return bool(own - others)
