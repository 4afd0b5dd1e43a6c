"""Who sees a unit: the other side of how far somebody sees, which `queries.sight_of` tells."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, select, text

from bot.features.people.models import (
    BELONGS,
    IS_FURTHER,
    placements,
    profiles,
    roles,
    units,
)
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import stands
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage.transaction import Tx


async def count_who_see(tx: Tx, place: Unit, overseers: Iterable[Role], besides: int) -> int:
    """How many people besides this person see what lies open at the unit: those of its district
    whose units go with it, and whoever holds one of the roles there or above."""
    district = await unit_queries.district_of(tx, place)
    seeing, seen = _seen(units, district, place, indexed=True), _seen(units, district, place)
    working = profiles.join(units, units.c.id == profiles.c.unit_id)
    colleagues = (
        select(func.count()).select_from(working).where(seeing, profiles.c.person_id != besides)
    )
    stands_at = placements.join(units, units.c.id == placements.c.unit_id)
    # Whoever works there besides is counted unless they are counted already.
    own = units.alias("own")
    further = (
        select(func.count(placements.c.person_id.distinct()))
        .select_from(stands_at)
        .join(profiles, profiles.c.person_id == placements.c.person_id)
        .join(own, own.c.id == profiles.c.unit_id)
        .where(text(IS_FURTHER), seeing, placements.c.person_id != besides)
        .where(~_seen(own, district, place))
    )
    is_colleague = exists(
        select(placements.c.person_id)
        .select_from(stands_at)
        .where(seen, placements.c.standing.in_(BELONGS))
        .where(placements.c.person_id == roles.c.person_id)
        .correlate(roles)
    )
    above = select(func.count(roles.c.person_id.distinct())).where(
        roles.c.unit_id.in_(place.lineage),
        stands(tx.now),
        roles.c.role.in_(sorted(overseers)),
        roles.c.person_id != besides,
        ~is_colleague,
    )
    counted = colleagues.scalar_subquery() + further.scalar_subquery() + above.scalar_subquery()
    return int(await tx.scalar(select(counted)))


def _seen(
    table: FromClause, district: Unit, place: Unit, *, indexed: bool = False
) -> ColumnElement[bool]:
    """The condition on units that their people see what lies open at the unit."""
    path = table.c.path if indexed else table.c.path.concat("")
    seen = and_(path >= district.path, path < district.path[:-1] + "0")
    if place.gender is not UnitGender.MIXED:
        seen &= table.c.gender == place.gender
    return seen
