"""Writes about those who belong to a unit: confirming, suspending, removing."""

from collections.abc import Iterable
from datetime import datetime

from bot.chat.person import Person
from bot.delivery import outbox
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.placements import (
    call_off,
    changed_standing,
    move_standing,
    settle,
    tell_called_off,
)
from bot.features.people.models import UnitStanding
from bot.features.people.notices import admission as notices
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights.placements import PlacementAbility
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

SUSPENSION_ENDS = "people.suspension_ends"
"""The job that lets somebody back in whose suspension is over."""


async def confirm(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """Say that somebody belongs who came before anybody was asked.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.CONFIRM, lock=True
    )
    async with counted(tx, found.person.id):
        await move_standing(tx, found, UnitStanding.MEMBER, by=actor.id)
        await settle(tx, found.person.id)
    behalf = await admission_queries.on_behalf(tx, actor.id, found.unit)
    await audit.record(tx, actor.id, "people.confirm", found.id, unit=found.unit.id, **behalf)
    return await placement_queries.known_placement(tx, found.id)


async def confirm_each(tx: Tx, actor: Person, placement_ids: Iterable[int]) -> int:
    """The same for several that were shown together; returns how many. Whoever has come to stand
    otherwise since then is left out."""
    done = 0
    for number in placement_ids:
        found = await placement_queries.placement(tx, number)
        if found is not None and PlacementAbility.CONFIRM in await placement_rights.abilities(
            tx, actor, found
        ):
            await confirm(tx, actor, number)
            done += 1
    return done


async def suspend(
    tx: Tx, actor: Person, placement_id: int, reason: str, until: datetime
) -> UnitPlacement:
    """Let somebody stand outside of the unit until then, and tell them why, and whom to ask. It
    ends by itself.

    :raises Refused: as `access_placement`.
    """
    found = await _put_out(
        tx, actor, placement_id, PlacementAbility.SUSPEND, UnitStanding.SUSPENDED, reason, until
    )
    told = {"placement": found.id}
    await due.set_due(tx, SUSPENSION_ENDS, found.topic, "ends", anchor=until, payload=told)
    await outbox.send(tx, notices.SUSPENDED, found.person.id, told, topic=found.topic)
    return found


async def remove(tx: Tx, actor: Person, placement_id: int, reason: str) -> UnitPlacement:
    """Take somebody out of the unit, and tell them why, and whom to ask.

    :raises Refused: as `access_placement`.
    """
    found = await _put_out(
        tx, actor, placement_id, PlacementAbility.REMOVE, UnitStanding.REMOVED, reason, None
    )
    told = {"placement": found.id}
    await outbox.send(tx, notices.REMOVED, found.person.id, told, topic=found.topic)
    return found


async def _put_out(
    tx: Tx,
    actor: Person,
    placement_id: int,
    ability: PlacementAbility,
    to: UnitStanding,
    reason: str,
    until: datetime | None,
) -> UnitPlacement:
    found = await placement_rights.access_placement(tx, actor, placement_id, ability, lock=True)
    behalf = await admission_queries.on_behalf(tx, actor.id, found.unit)
    async with counted(tx, found.person.id):
        # Only whoever belongs is moved elsewhere.
        waited = await call_off(tx, found, actor.id)
        await move_standing(
            tx, found, to, by=actor.id, reason=reason, until=until, behalf=behalf.get("for")
        )
        await settle(tx, found.person.id)
    if waited is not None and to is UnitStanding.SUSPENDED:
        await tell_called_off(tx, waited, by=actor.id)
    act = "people.suspend" if to is UnitStanding.SUSPENDED else "people.remove"
    await audit.record(tx, actor.id, act, found.id, unit=found.unit.id, **behalf)
    await changed_standing(tx, found.person.id)
    return await placement_queries.known_placement(tx, found.id)


async def restore(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """End a suspension before its time, and tell the person.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.RESTORE, lock=True
    )
    behalf = await admission_queries.on_behalf(tx, actor.id, found.unit)
    await audit.record(tx, actor.id, "people.restore", found.id, unit=found.unit.id, **behalf)
    return await _let_back(tx, found, actor.id)


async def end_suspension(tx: Tx, placement_id: int) -> None:
    """A suspension whose time is over ends."""
    found = await placement_queries.placement(tx, placement_id)
    if found is None:
        return
    await tx.lock("person", found.person.id)
    found = await placement_queries.known_placement(tx, placement_id)
    if found.standing is UnitStanding.SUSPENDED and found.until and found.until <= tx.now:
        await audit.record(tx, None, "people.restore", found.id, unit=found.unit.id)
        await _let_back(tx, found, found.confirmed_by)


async def _let_back(tx: Tx, found: UnitPlacement, by: int | None) -> UnitPlacement:
    async with counted(tx, found.person.id):
        await move_standing(tx, found, UnitStanding.MEMBER, by=by)
        await settle(tx, found.person.id)
    await changed_standing(tx, found.person.id)
    told = {"placement": found.id}
    await outbox.send(tx, notices.RESTORED, found.person.id, told, topic=found.topic)
    return await placement_queries.known_placement(tx, found.id)
