"""Writes about one's own places of work, of which one may have several."""

from bot.chat.person import Person
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.placements import (
    PERSON_MOVED,
    changed_standing,
    move_standing,
    settle,
)
from bot.features.people.models import UnitStanding
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights.placements import PlacementAbility
from bot.scheduling.events import publish
from bot.storage import audit
from bot.storage.transaction import Tx


async def make_main(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """Have another of one's places of work be the main one: its calendar counts, and what one
    shares with everybody lies there.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.MAKE_MAIN, lock=True
    )
    async with counted(tx, actor.id):
        await settle(tx, actor.id, first=found.unit.id)
    await audit.record(tx, actor.id, "people.make_main", found.id, unit=found.unit.id)
    await publish(tx, PERSON_MOVED, f"person:{actor.id}", {"person": actor.id})
    return await placement_queries.known_placement(tx, found.id)


async def leave(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """Leave one of several places of work, with the roles that one holds there.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.LEAVE, lock=True
    )
    async with counted(tx, actor.id):
        await move_standing(tx, found, UnitStanding.LEFT, by=actor.id)
        await settle(tx, actor.id)
    await audit.record(tx, actor.id, "people.leave", found.id, unit=found.unit.id)
    await changed_standing(tx, actor.id)
    if found.is_main:
        await publish(tx, PERSON_MOVED, f"person:{actor.id}", {"person": actor.id})
    return await placement_queries.known_placement(tx, found.id)
