"""How much a change of a unit concerns."""

from dataclasses import dataclass

from sqlalchemy import func, select

from bot.features.people.models import UnitStanding, UnitState, placements, units
from bot.features.people.queries.audiences import Audience, count_audience
from bot.features.people.queries.units import Unit, below
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """Who belongs to a unit or below it, who waits at the unit itself, and how many open units lie
    below it."""

    people: int
    waiting: int
    units: int


async def figures_of(tx: Tx, place: Unit) -> UnitFigures:
    waiting = (
        select(func.count())
        .select_from(placements)
        .where(placements.c.unit_id == place.id, placements.c.standing == UnitStanding.WAITING)
    )
    open_below = (
        select(func.count())
        .select_from(units)
        .where(below(place.path), units.c.id != place.id, units.c.state == UnitState.ACTIVE)
    )
    return UnitFigures(
        await count_audience(tx, Audience(place.id)),
        int(await tx.scalar(waiting)),
        int(await tx.scalar(open_below)),
    )
