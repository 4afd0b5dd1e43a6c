"""Writes about units that people work at and do not find: they ask, and whoever administers the
tree there adds the unit, or says why not. Whatever changes a request holds the lock of the tree, so
that no unit comes, closes or becomes part of another one unseen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.people.actions import wanted_units
from bot.features.people.actions.admission import ask_to_belong, brought_along, put_request
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.placements import AskedFor, move_standing
from bot.features.people.actions.units import NewUnit, add_unit
from bot.features.people.models import (
    STANDING,
    Answerer,
    UnitRequestState,
    UnitStanding,
    unit_requests,
)
from bot.features.people.notices import wanted as notices
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.unit_requests import UnitRequest
from bot.features.people.queries.units import Unit
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import unit_requests as rights
from bot.features.people.rights import units as unit_rights
from bot.packs.organisation import UnitGender
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

TELL_WANTED = "people.tell_wanted"
"""The job that tells whoever administers a tree what has been asked for since they were told."""
FOLDED = timedelta(hours=4)
"""Within which whoever administers a tree is told once: at most six times a day."""
MOST_ASKED = 3
"""Of one person in a day."""
AT_ONCE = 20
"""People who go on at a new unit in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedUnit:
    """A unit that was asked for, as it is added."""

    request: int
    name: str
    kind: str
    gender: UnitGender


async def ask_for_unit(
    tx: Tx, actor: Person, below_id: int, name: str, *, besides: bool = False
) -> UnitRequest:
    """Ask that a unit of this name be added below another one; what one asked for before is taken
    back by it. Whoever belongs nowhere waits at that other one until then. Where such a unit is in
    the tree already, they ask to be let in there at once.

    :raises Refused: "people.not_registered"; "people.unit_gone" for one that is closed or not
        there; "people.suspended_there"; "people.units_asked_often"; as `ask_to_belong`.
    """
    await tx.lock("units", 0)
    await tx.lock("person", actor.id)
    fresh = await people_rights.access_registered(tx, actor)
    place = await unit_queries.unit(tx, below_id)
    if place is None or not place.is_active:
        raise people_rights.unit_gone(actor)
    if await request_queries.count_since(tx, fresh.id, tx.now - timedelta(days=1)) >= MOST_ASKED:
        raise Refused(
            "people.units_asked_often",
            actor.voice.say("You have asked for several schools today. Please try again tomorrow."),
        )
    await wanted_units.take_back(tx, fresh.id)
    there = await placement_queries.placement_at(tx, fresh.id, place.id)
    if there is not None and there.is_suspended:
        await people_rights.access_unit_to_ask(tx, fresh, place.id)
    if not fresh.is_member and there is None:
        await ask_to_belong(tx, fresh, place.id)
    number = await tx.insert(
        unit_requests,
        person_id=fresh.id,
        below_id=place.id,
        name=name,
        besides=int(besides),
        state=UnitRequestState.ASKED,
        asked_at=tx.now,
        reason="",
    )
    await audit.record(tx, fresh.id, "people.ask_for_unit", number, unit=place.id)
    found = await _known(tx, number)
    if (meant := await request_queries.unit_named(tx, place, name)) is not None:
        await _go_on(tx, found, meant)
        await _settle(tx, None, found, UnitRequestState.ADDED, unit_id=meant.id)
        return await _known(tx, number)
    await _tell_in_time(tx, place.lineage[0])
    return found


async def _known(tx: Tx, number: int) -> UnitRequest:
    found = await request_queries.unit_request(tx, number)
    assert found is not None
    return found


async def take_back(tx: Tx, actor: Person) -> None:
    """Take back what one asked to be added; where one waits meanwhile, one waits on.

    :raises Refused: "people.not_registered".
    """
    await tx.lock("person", actor.id)
    fresh = await people_rights.access_registered(tx, actor)
    if await wanted_units.take_back(tx, fresh.id):
        await audit.record(tx, fresh.id, "people.take_back_unit", fresh.id)


async def _tell_in_time(tx: Tx, root_id: int) -> None:
    root = await unit_queries.unit(tx, root_id)
    assert root is not None
    last = await request_queries.told_last(tx, root)
    if last is None or tx.now - last >= FOLDED:
        await tell_wanted(tx, root.id)
        return
    await due.set_due(
        tx, TELL_WANTED, f"unit:{root.id}", "wanted", anchor=last + FOLDED,
        payload={"unit": root.id},
    )  # fmt: skip


async def tell_wanted(tx: Tx, root_id: int) -> None:
    """Tell whoever can add what is asked for in a tree, each once, as far as they do not know."""
    root = await unit_queries.unit(tx, root_id)
    assert root is not None
    readers: dict[int, None] = {}
    for place, asking in await request_queries.untold_places(tx, root):
        adders = await request_queries.adders_at(tx, place)
        told = [each.id for each in adders if asking != {each.id}]
        readers |= dict.fromkeys(told)
        if told:
            news = (unit_requests.c.below_id == place.id, unit_requests.c.told_at.is_(None))
            await tx.execute(update(unit_requests).where(*news).values(told_at=tx.now))
    topic = f"wanted:{root_id}"
    await outbox.send(tx, notices.WANTED, list(readers), {"unit": root_id}, topic=topic)


async def add_wanted(tx: Tx, actor: Person, draft: WantedUnit) -> Unit:
    """Add what was asked for. Everybody who asks for it goes on there from now on, by its ordinary
    chain, and is told: many of them some at a time.

    :raises Refused: as `access_unit_request` and `add_unit`.
    """
    await tx.lock("units", 0)
    found = await rights.access_unit_request(tx, actor, draft.request)
    place = await add_unit(
        tx, actor,
        NewUnit(parent=found.below.id, name=draft.name, kind=draft.kind, gender=draft.gender),
    )  # fmt: skip
    await lead_on(tx, place.id, found.name, actor.id)
    return place


async def lead_on(tx: Tx, unit_id: int, name: str, by: int | None) -> None:
    """Let some of those who asked for the unit by this name go on there, and plan the rest. `by` is
    who added it, if anybody did."""
    await tx.lock("units", 0)
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not place.is_active:
        return
    asking = await request_queries.open_for(tx, place, name)
    for each in sorted(asking, key=lambda one: one.person.id)[:AT_ONCE]:
        await tx.lock("person", each.person.id)
        # They may have erased themselves, or found another place, while this waited.
        fresh = await request_queries.unit_request(tx, each.id)
        if fresh is None or not fresh.is_open:
            continue
        await _go_on(tx, fresh, place)
        await _settle(tx, by, fresh, UnitRequestState.ADDED, unit_id=place.id)
        await outbox.send(tx, notices.WANTED_ADDED, fresh.person.id, {"request": fresh.id})
    if len(asking) > AT_ONCE:
        await wanted_units.plan_leading(tx, place.id, name, by)


async def _go_on(tx: Tx, found: UnitRequest, place: Unit) -> None:
    """Let the person ask to be let in at the unit in place of where they wait, unless they stand to
    it in some way already, or are suspended from what it lies below."""
    out = await placement_queries.put_out_of(tx, found.person.id, place)
    stands = await placement_queries.placements_of(tx, found.person.id)
    if (out is not None and out.is_suspended) or any(
        each.unit.id == place.id and each.standing in STANDING for each in stands
    ):
        return
    at = await admission_queries.answering_at(tx, place)
    lies_with = at.next(besides=found.person.id) or Answerer.ADMINISTRATOR
    async with counted(tx, found.person.id):
        for each in stands:
            if each.standing is UnitStanding.WAITING and each.asked_by is None:
                await move_standing(tx, each, UnitStanding.LEFT)
        request = AskedFor(besides=found.besides, link=brought_along(stands))
        await put_request(tx, found.person.id, place, lies_with, request)


async def decline_wanted(tx: Tx, actor: Person, request_id: int, reason: str) -> UnitRequest:
    """Say why a unit is not added; whoever asked reads it.

    :raises Refused: as `access_unit_request`.
    """
    await tx.lock("units", 0)
    found = await rights.access_unit_request(tx, actor, request_id)
    await _settle(tx, actor.id, found, UnitRequestState.DECLINED, reason=reason)
    behalf = await role_queries.on_behalf(tx, actor.id, unit_rights.ADMINISTERING, found.below)
    await audit.record(tx, actor.id, "people.decline_unit", found.id, unit=found.below.id, **behalf)
    await outbox.send(tx, notices.WANTED_DECLINED, found.person.id, {"request": found.id})
    return found


async def forget_answered(tx: Tx, before: datetime, most: int) -> int:
    """Delete what was asked and answered, or taken back, before that moment; at most so many."""
    old = (
        select(unit_requests.c.id)
        .where(
            unit_requests.c.state != UnitRequestState.ASKED, unit_requests.c.answered_at < before
        )
        .limit(most)
    )
    gone = delete(unit_requests).where(unit_requests.c.id.in_(old)).returning(unit_requests.c.id)
    return len(await tx.all(gone))


async def _settle(
    tx: Tx, by: int | None, found: UnitRequest, state: UnitRequestState, **values: object
) -> None:
    # Whoever takes it back meanwhile holds no lock of the tree.
    own = update(unit_requests).where(
        unit_requests.c.id == found.id, unit_requests.c.state == UnitRequestState.ASKED
    )
    await tx.execute(own.values(state=state, answered_by=by, answered_at=tx.now, **values))
