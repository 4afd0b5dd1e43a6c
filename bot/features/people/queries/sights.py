"""Who sees a unit: the other side of how far somebody sees, which `queries.sight_of` tells."""

from collections.abc import Iterable

from sqlalchemy import exists, func, select

from bot.features.people.models import RoleState, profiles, roles, units
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit, below
from bot.packs.organisation import Role, UnitGender
from bot.storage.transaction import Tx


async def count_who_see(tx: Tx, place: Unit, overseers: Iterable[Role], besides: int) -> int:
    """How many people besides this person see what lies open at the unit: those of its district
    whose units go with it, and whoever holds one of the roles there or above."""
    district = await unit_queries.district_of(tx, place)
    seeing = below(district.path)
    if place.gender is not UnitGender.MIXED:
        seeing &= units.c.gender == place.gender
    working = profiles.join(units, units.c.id == profiles.c.unit_id)
    colleagues = (
        select(func.count()).select_from(working).where(seeing, profiles.c.person_id != besides)
    )
    is_colleague = exists(
        select(profiles.c.person_id)
        .select_from(working)
        .where(seeing, profiles.c.person_id == roles.c.person_id)
        .correlate(roles)
    )
    above = select(func.count(roles.c.person_id.distinct())).where(
        roles.c.unit_id.in_(place.lineage),
        roles.c.state == RoleState.ACTIVE,
        roles.c.role.in_(sorted(overseers)),
        roles.c.person_id != besides,
        ~is_colleague,
    )
    return int(await tx.scalar(select(colleagues.scalar_subquery() + above.scalar_subquery())))
