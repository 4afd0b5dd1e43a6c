"""What follows for those who wait for a unit that is not in the tree yet: it appears by whatever
way, or they find a place elsewhere."""

from collections.abc import Sequence

from sqlalchemy import select, update

from bot.arabic.order import order_key
from bot.features.people.models import UnitRequestState, unit_requests
from bot.features.people.queries.unit_requests import IS_OPEN, unit_named
from bot.features.people.queries.units import Unit, unit
from bot.scheduling import due
from bot.storage.lists import among
from bot.storage.transaction import Tx

LEAD_ON = "people.lead_on"
"""The job that lets those who asked for a unit go on there, once it is in the tree."""


async def plan_leading(tx: Tx, unit_id: int, name: str, by: int | None = None) -> None:
    """Have those who asked for the unit by this name go on there."""
    payload = {"unit": unit_id, "name": name, "by": by}
    await due.set_due(tx, LEAD_ON, f"unit:{unit_id}", "wanted", anchor=tx.now, payload=payload)


async def appeared(tx: Tx, places: Sequence[Unit], *, with_below: bool = False) -> None:
    """Units are in the tree now, or are called or lie otherwise (`with_below`: along with what lies
    below them): whoever waits for one of them goes on there. The caller holds the lock of the tree,
    as whoever asks for a unit does."""
    above = {number for each in places for number in each.lineage[:-1]}
    rows = await tx.all(
        select(unit_requests.c.below_id, unit_requests.c.name).where(
            among(unit_requests.c.below_id, above), IS_OPEN
        )
    )
    asked = {(row.below_id, order_key(row.name)): row.name for row in rows}
    keys = {order_key(each.name) for each in places}
    for (below_id, key), name in asked.items():
        if not with_below and key not in keys:
            continue
        below = await unit(tx, below_id)
        assert below is not None
        if (meant := await unit_named(tx, below, name)) is not None:
            await plan_leading(tx, meant.id, name)


async def follow(tx: Tx, place: Unit, into: Unit | None) -> None:
    """A unit is closed: what was asked for below it is asked for below the one of which it becomes
    part, and taken back where there is none."""
    asked = update(unit_requests).where(unit_requests.c.below_id == place.id, IS_OPEN)
    if into is not None:
        await tx.execute(asked.values(below_id=into.id))
    else:
        await tx.execute(asked.values(**_taken_back(tx)))


def _taken_back(tx: Tx) -> dict[str, object]:
    return {"state": UnitRequestState.WITHDRAWN, "answered_at": tx.now}


async def take_back(tx: Tx, person_id: int) -> int:
    """Take back what the person asked to be added; returns how many requests that were."""
    own = update(unit_requests).where(unit_requests.c.person_id == person_id, IS_OPEN)
    back = own.values(**_taken_back(tx))
    return len(await tx.all(back.returning(unit_requests.c.id)))
