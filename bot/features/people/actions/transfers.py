"""Writes about moving somebody from one unit to another, by those who answer for them."""

from sqlalchemy import update

from bot.chat.person import Person
from bot.delivery import outbox
from bot.features.people.actions.admission import (
    put_request,
    require_answerer,
)
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.namesakes import report_namesake
from bot.features.people.actions.placements import (
    AskedFor,
    add_placement,
    changed_standing,
    move_standing,
    settle,
    take_place,
    tell_called_off,
    tell_transfer,
)
from bot.features.people.actions.waiting import tell_untold
from bot.features.people.models import CameBy, UnitStanding, placements
from bot.features.people.notices import admission as notices
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights import transfers as transfer_rights
from bot.features.people.rights.placements import PlacementAbility
from bot.features.people.rights.transfers import Transfer
from bot.storage import audit
from bot.storage.transaction import Tx


async def transfer_person(tx: Tx, actor: Person, placement_id: int, unit_id: int) -> UnitPlacement:
    """Move somebody from the unit of that placement to another one: at once where the actor answers
    for both, otherwise as a request that lies at the other one. Roles at the old unit end; what
    they wrote, their files and their teams stay theirs. They are told, and so are the heads. A
    transfer that is held goes on by the actor's word, and waits for its answer anew.

    :raises Refused: as `access_transfer`; "people.by_invitation" for a unit that nobody answers
        for.
    """
    asked = await transfer_rights.access_transfer(tx, actor, placement_id, unit_id)
    found, person = asked.found, asked.found.person
    behalf = await admission_queries.on_behalf(tx, actor.id, found.unit)
    if asked.at_once:
        number = await _move(tx, actor, asked, behalf.get("for"))
    elif asked.held is not None:
        number = asked.held.id
        own = update(placements).where(placements.c.id == number)
        told_anew = {"told_at": None} if asked.held.lies_with else {}
        await tx.execute(own.values(asked_by=actor.id, asked_for=behalf.get("for"), **told_anew))
        await tell_untold(tx, asked.to.id)
    else:
        lies_with = await require_answerer(tx, actor, asked.to)
        async with counted(tx, person.id):
            number = await put_request(
                tx, person.id, asked.to, lies_with,
                AskedFor(replaces=found.id, asked_by=actor.id, asked_for=behalf.get("for")),
            )  # fmt: skip
    act = "people.transfer" if asked.at_once else "people.ask_transfer"
    await audit.record(
        tx, actor.id, act, number, unit=found.unit.id, to=asked.to.id,
        **behalf,
    )  # fmt: skip
    if asked.at_once:
        await changed_standing(tx, person.id)
        await report_namesake(tx, person, asked.to)
        await tell_transfer(tx, number, besides=actor.id)
    elif asked.held is None:
        told = {"placement": number}
        await outbox.send(tx, notices.TO_MOVE, person.id, told, topic=f"placement:{number}")
    return await placement_queries.known_placement(tx, number)


async def _move(tx: Tx, actor: Person, asked: Transfer, behalf: int | None) -> int:
    """Let somebody belong to the other unit instead; a request of theirs that waits there is
    answered by it."""
    found, person = asked.found, asked.found.person
    there = await placement_queries.placement_at(tx, person.id, asked.to.id)
    async with counted(tx, person.id):
        if there is None:
            number = await add_placement(
                tx, person.id, asked.to.id, UnitStanding.MEMBER, CameBy.TRANSFER, by=actor.id
            )
        else:
            number = there.id
            await move_standing(tx, there, UnitStanding.MEMBER, by=actor.id)
        moved = {
            "came_by": CameBy.TRANSFER, "besides": 0, "replaces_id": found.id,
            "asked_by": actor.id, "asked_for": behalf,
        }  # fmt: skip
        await tx.execute(update(placements).where(placements.c.id == number).values(**moved))
        await take_place(tx, person.id, await placement_queries.known_placement(tx, number))
    return number


async def recall_transfer(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """Take a transfer back that the other unit has not answered yet, and tell whom it concerns.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.RECALL, lock=True
    )
    async with counted(tx, found.person.id):
        await move_standing(tx, found, UnitStanding.LEFT, by=actor.id)
        await settle(tx, found.person.id)
    left = await placement_queries.known_placement(tx, found.replaces or 0)
    behalf = await admission_queries.on_behalf(tx, actor.id, left.unit)
    await audit.record(tx, actor.id, "people.recall", found.id, unit=found.unit.id, **behalf)
    await tell_called_off(tx, found, by=actor.id)
    return found
