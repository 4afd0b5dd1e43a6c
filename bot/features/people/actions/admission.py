"""Writes about letting people in: asking, answering, passing on what nobody answers."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.people.actions import wanted_units
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.namesakes import report_namesake
from bot.features.people.actions.placements import (
    AskedFor,
    add_placement,
    changed_standing,
    move_standing,
    place,
    settle,
    take_place,
    tell_held,
    tell_transfer,
)
from bot.features.people.actions.waiting import lay
from bot.features.people.models import Answerer, CameBy, UnitStanding, placements
from bot.features.people.notices import admission as notices
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries.admission import Answering
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import Unit, unit, unit_held
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import placements as placement_rights
from bot.features.people.rights import transfers as transfer_rights
from bot.features.people.rights.placements import PlacementAbility
from bot.storage import audit
from bot.storage.transaction import Tx

MOST_REQUESTS = 5
"""Of one person in a day."""
MOST_UNITS = 3
"""To which one asks to belong at a time."""


async def require_answerer(tx: Tx, actor: Person, wanted: Unit) -> Answerer:
    """The nearest who lets people in at the unit, whom the actor may ask.

    :raises Refused: "people.by_invitation" for a unit that nobody answers for.
    """
    nearest = (await admission_queries.answering_at(tx, wanted)).next(besides=actor.id)
    if nearest is None:
        raise people_rights.by_invitation(actor, wanted.name)
    return nearest


async def require_answerer_at(tx: Tx, actor: Person, unit_id: int) -> Answerer:
    """The same by the id of the unit.

    :raises Refused: "people.by_invitation"; "people.unit_gone".
    """
    wanted = await unit(tx, unit_id)
    if wanted is None or not wanted.is_active:
        raise people_rights.unit_gone(actor)
    return await require_answerer(tx, actor, wanted)


async def put_request(
    tx: Tx,
    person_id: int,
    wanted: Unit,
    lies_with: Answerer,
    request: AskedFor | None = None,
) -> int:
    """Let somebody wait at the unit, and tell whoever answers there; returns the id of the row.
    The caller has locked and counts the person."""
    moved = request is not None and request.asked_by is not None
    came_by = CameBy.TRANSFER if moved else CameBy.ASKING
    number = await add_placement(
        tx, person_id, wanted.id, UnitStanding.WAITING, came_by, request=request
    )
    await lay(tx, await placement_queries.known_placement(tx, number), lies_with)
    return number


async def ask_to_belong(
    tx: Tx, actor: Person, unit_id: int, *, besides: bool = False
) -> UnitPlacement:
    """Ask to be let in at a unit; whoever belongs elsewhere moves there once they are, or belongs
    to it `besides`. A request that waits elsewhere is taken back by it, but for a transfer.

    :raises Refused: "people.not_registered"; "people.unit_gone"; "people.belongs" where they
        belong or wait already; "people.suspended_there"; "people.too_many_requests";
        "people.by_invitation" for a unit that nobody answers for; "people.too_many_units" for a
        further one besides `MOST_UNITS`.
    """
    await tx.lock("person", actor.id)
    fresh = await people_rights.access_registered(tx, actor)
    wanted = await people_rights.access_unit_to_ask(tx, fresh, unit_id)
    since = tx.now - timedelta(days=1)
    if await admission_queries.count_asked(tx, fresh.id, since) >= MOST_REQUESTS:
        raise Refused(
            "people.too_many_requests",
            actor.voice.say("You have asked several times today. Please try again tomorrow."),
        )
    stands = await placement_queries.placements_of(tx, fresh.id)
    if besides and sum(each.belongs for each in stands) >= MOST_UNITS:
        raise Refused(
            "people.too_many_units",
            actor.voice.say("You belong to several places of work already. Leave one first."),
        )
    lies_with = await require_answerer(tx, fresh, wanted)
    if not besides:
        await wanted_units.take_back(tx, fresh.id)
    request = AskedFor(besides=besides, link=brought_along(stands))
    async with counted(tx, fresh.id):
        for each in stands:
            if each.standing is UnitStanding.WAITING and each.asked_by is None:
                await move_standing(tx, each, UnitStanding.LEFT)
        number = await put_request(tx, fresh.id, wanted, lies_with, request)
    await audit.record(tx, fresh.id, "people.ask", number, unit=wanted.id)
    return await placement_queries.known_placement(tx, number)


def brought_along(stands: list[UnitPlacement]) -> str | None:
    """The sealed link with which somebody came who waits, and now waits elsewhere instead."""
    return next((each.link for each in stands if each.link and not each.belongs), None)


async def admit(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """Let somebody in who waits, and tell them. Whoever belonged elsewhere has moved by it, unless
    they asked for a further place of work. A transfer that nobody may carry out any more stays as
    it waits, and whoever may move the person is told.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.ANSWER, lock=True
    )
    if not await transfer_rights.goes_on(tx, found, actor):
        await tell_held(tx, found)
        return found
    person = found.person
    async with counted(tx, person.id):
        await move_standing(tx, found, UnitStanding.MEMBER, by=actor.id)
        person = await take_place(tx, person.id, found)
    await report_namesake(tx, person, found.unit)
    behalf = await admission_queries.on_behalf(tx, actor.id, found.unit)
    await audit.record(tx, actor.id, "people.admit", found.id, unit=found.unit.id, **behalf)
    await changed_standing(tx, person.id)
    if found.asked_by is not None:
        await tell_transfer(tx, found.id, besides=actor.id)
    else:
        told = {"placement": found.id}
        await outbox.send(tx, notices.ADMITTED, person.id, told, topic=found.topic)
    return await placement_queries.known_placement(tx, found.id)


async def transfer(
    tx: Tx,
    person_id: int,
    unit_id: int,
    came_by: CameBy,
    *,
    by: int | None = None,
    leaving: int | None = None,
) -> UnitPlacement:
    """Let a registered person work at another unit from now on, without anybody's answer: by a
    list, or by whoever runs the installation. What they leave is their main place of work, or the
    unit `leaving`. They are told, and so are the heads of both. The caller has asked for whatever
    right it takes.

    :raises LookupError: for a unit that does not exist, or is closed.
    """
    await tx.lock("person", person_id)
    found = await unit_held(tx, unit_id)
    if found is None or not found.is_active:
        raise LookupError(f"there is no open unit {unit_id}")
    left = next(
        (
            each
            for each in await placement_queries.placements_of(tx, person_id)
            if each.belongs and (each.is_main if leaving is None else each.unit.id == leaving)
        ),
        None,
    )
    there = await place(tx, person_id, unit_id, came_by, by=by)
    # A transfer that waited there has ended it already.
    if left is not None:
        left = await placement_queries.known_placement(tx, left.id)
        left = left if left.belongs and left.id != there.id else None
    replaces = left.id if left is not None else None
    async with counted(tx, person_id):
        if left is not None:
            own = update(placements).where(placements.c.id == there.id)
            await tx.execute(own.values(besides=0, replaces_id=replaces, asked_by=by))
        await take_place(tx, person_id, replace(there, besides=False, replaces=replaces))
    await changed_standing(tx, person_id)
    if left is not None:
        places = {"unit": left.unit.id, "to": there.unit.id}
        await audit.record(tx, by, "people.transfer", there.id, **places)
        await report_namesake(tx, there.person, there.unit)
        await tell_transfer(tx, there.id, besides=by or 0)
    return await placement_queries.known_placement(tx, there.id)


async def decline(tx: Tx, actor: Person, placement_id: int, reason: str) -> UnitPlacement:
    """Decline somebody who waits, with a reason that they read; where somebody stands above, they
    may have them look as well.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.ANSWER, lock=True
    )
    behalf = await admission_queries.on_behalf(tx, actor.id, found.unit)
    async with counted(tx, found.person.id):
        await move_standing(
            tx, found, UnitStanding.DECLINED, by=actor.id, reason=reason, behalf=behalf.get("for")
        )
        await settle(tx, found.person.id)
    await audit.record(tx, actor.id, "people.decline", found.id, unit=found.unit.id, **behalf)
    told = {"placement": found.id}
    kind = notices.DECLINED if found.asked_by is None else notices.STAYS
    await outbox.send(tx, kind, [found.person.id, *_asker(found)], told, topic=found.topic)
    return await placement_queries.known_placement(tx, found.id)


def _asker(found: UnitPlacement) -> list[int]:
    return [found.asked_by] if found.asked_by else []


async def appeal(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """Have the next above look at one's own request that was declined.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.APPEAL, lock=True
    )
    at = await admission_queries.answering_at(tx, found.unit)
    above = at.next(found.lies_with, found.decided_by)
    assert above is not None
    async with counted(tx, actor.id):
        await move_standing(
            tx, found, UnitStanding.WAITING, by=found.decided_by, reason=found.reason
        )
    await lay(tx, found, above)
    await audit.record(tx, actor.id, "people.appeal", found.id, unit=found.unit.id)
    return await placement_queries.known_placement(tx, found.id)


async def withdraw(tx: Tx, actor: Person, placement_id: int) -> UnitPlacement:
    """Take one's own request back.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.WITHDRAW, lock=True
    )
    async with counted(tx, actor.id):
        await move_standing(tx, found, UnitStanding.LEFT, by=actor.id)
        await settle(tx, actor.id)
    await wanted_units.take_back(tx, actor.id)
    await audit.record(tx, actor.id, "people.withdraw_request", found.id, unit=found.unit.id)
    return found


async def go_on(tx: Tx, placement_id: int) -> None:
    """Let a request that nobody has answered go on to the next above, who is told; where there is
    nobody, it stays where it lies and is looked at again."""
    found = await placement_queries.placement(tx, placement_id)
    if found is None:
        return
    await tx.lock("person", found.person.id)
    found = await placement_queries.known_placement(tx, placement_id)
    if found.standing is not UnitStanding.WAITING:
        return
    at = await admission_queries.answering_at(tx, found.unit)
    above = _beyond(at, found)
    if above is not None:
        await audit.record(tx, None, "people.go_on", found.id, unit=found.unit.id)
    await lay(tx, found, above or found.lies_with or Answerer.ADMINISTRATOR)


def _beyond(at: Answering, found: UnitPlacement) -> Answerer | None:
    return at.next(found.lies_with, found.person.id)


async def name_voucher(tx: Tx, actor: Person, placement_id: int, name: str) -> UnitPlacement:
    """Name a colleague who knows one; where exactly one at the unit bears the name, they are asked.
    The answer never tells whether there is one.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.NAME, lock=True
    )
    known = await admission_queries.colleague_named(tx, name, found.unit.id, actor.id)
    named = {"voucher_name": name, "voucher_id": known}
    await tx.execute(update(placements).where(placements.c.id == found.id).values(**named))
    await audit.record(tx, actor.id, "people.name_voucher", found.id)
    if known is not None:
        told = {"placement": found.id}
        await outbox.send(tx, notices.VOUCHING, known, told, topic=found.topic)
    return await placement_queries.known_placement(tx, found.id)


async def vouch(tx: Tx, actor: Person, placement_id: int, *, knows: bool) -> UnitPlacement:
    """Say whether one knows who has named one; whoever lets them in reads a yes.

    :raises Refused: as `access_placement`.
    """
    found = await placement_rights.access_placement(
        tx, actor, placement_id, PlacementAbility.VOUCH, lock=True
    )
    said: dict[str, object] = {"vouched_at": tx.now} if knows else {"voucher_id": None}
    await tx.execute(update(placements).where(placements.c.id == found.id).values(**said))
    await audit.record(tx, actor.id, "people.vouch", found.id, knows=knows)
    return await placement_queries.known_placement(tx, found.id)
