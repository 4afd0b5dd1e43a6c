"""Who moves somebody to another unit, and whether a move that waits may still come to pass."""

from dataclasses import dataclass

from bot.chat.person import Person, find_people, find_person
from bot.features.people.models import UnitStanding
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import Unit, unit_held
from bot.features.people.rights import placements as rights
from bot.features.people.rights.people import unit_gone
from bot.features.people.rights.placements import PlacementAbility
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Transfer:
    """Somebody's placement that ends, the unit to which they are moved, and whether it takes effect
    at once, since the actor answers for both. `held` is the transfer that waits already, and goes
    on by the actor's word."""

    found: UnitPlacement
    to: Unit
    at_once: bool
    held: UnitPlacement | None = None


async def access_transfer(tx: Tx, actor: Person, placement_id: int, unit_id: int) -> Transfer:
    """A placement of somebody whom the actor may move to that unit; their person is locked until
    the end of the transaction.

    :raises Refused: as `access_placement`; "people.unit_gone"; "people.settled" for somebody who
        stands to the unit already, or is just being moved.
    """
    found = await rights.access_placement(
        tx, actor, placement_id, PlacementAbility.TRANSFER, lock=True
    )
    place = await unit_held(tx, unit_id)
    if place is None or not place.is_active:
        raise unit_gone(actor)
    there = await placement_queries.placement_at(tx, found.person.id, unit_id)
    at = await admission_queries.answering_at(tx, place)
    at_once = bool(at.of(actor.id))
    if not at_once:
        there = there or await placement_queries.transfer_of(tx, found)
    waits = there is not None and there.standing is UnitStanding.WAITING
    if there is None or (waits and at_once):
        return Transfer(found, place, at_once)
    moves = waits and there.unit.id == place.id and there.replaces == found.id
    if not moves or await goes_on(tx, there):
        raise rights.settled(actor, there)
    return Transfer(found, place, at_once, held=there)


async def goes_on(tx: Tx, waiting: UnitPlacement, answers: Person | None = None) -> bool:
    """Whether a transfer that waits may come to pass: whoever asked for it, or who `answers` it,
    may still move the person, and so end what ends by it."""
    left = await placement_queries.placement(tx, waiting.replaces or 0)
    if waiting.asked_by is None or left is None or not left.belongs:
        return True
    asker = await find_person(tx, waiting.asked_by)
    for each in (asker, answers):
        if each is not None and await _moves(tx, each, left):
            return True
    return False


async def movers(tx: Tx, waiting: UnitPlacement) -> list[Person]:
    """Those nearest to the unit that the person leaves who may move them."""
    left = await placement_queries.placement(tx, waiting.replaces or 0)
    if left is None:
        return []
    at = await admission_queries.answering_at(tx, left.unit)
    for ids in at.people.values():
        found = await find_people(tx, ids)
        if nearest := [each for each in found.values() if await _moves(tx, each, left)]:
            return nearest
    return []


async def _moves(tx: Tx, person: Person, left: UnitPlacement) -> bool:
    return PlacementAbility.TRANSFER in await rights.abilities(tx, person, left)
