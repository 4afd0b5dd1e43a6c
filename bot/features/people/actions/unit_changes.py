"""Writes about units that are moved, merged and closed.

A move is one transaction: paths and counts change together, so everybody is found in one place at
any moment. A merge moves the unit below the other one first, so whoever belongs to it counts there
at once, and then people, roles and invitations follow, some in each transaction; the row in
`unit_changes` and the due row beside it go on after a kill. What was decided stays written: a unit
that is closed keeps its history.
"""

from datetime import timedelta

from sqlalchemy import func, select, update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.core.i18n import Voice
from bot.delivery import outbox
from bot.features.people.actions import search as people_index
from bot.features.people.actions.headcounts import count_moved, counted
from bot.features.people.actions.placements import changed_standing, move_standing, settle
from bot.features.people.actions.terms import end_deputies, end_where
from bot.features.people.models import (
    MOVES,
    STANDING,
    InvitationState,
    RoleState,
    UnitChangeKind,
    UnitStanding,
    UnitState,
    invitations,
    placements,
    roles,
    unit_changes,
    units,
)
from bot.features.people.notices import units as notices
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience, count_audience
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import Unit, below
from bot.features.people.rights import units as unit_rights
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.events import Event, publish
from bot.storage import audit
from bot.storage.transaction import Tx

UNIT_MOVED = Event("people.unit_moved")
"""A unit lies elsewhere, with everything below it: its id as `unit`. What repeats where things lie
follows, some of it at a time: `after` is the id of what has."""
UNIT_MERGED = Event("people.unit_merged")
"""A unit is another one's from now on: `unit` and `into`, and `after` as above."""

CARRY_ON = "people.unit_change"
"""The job by which what belongs to a unit follows."""
INDEX = "people.unit_index"
"""The job by which units and people below a unit are found where they lie now."""
AT_ONCE = 20
"""People who follow in one transaction: whoever waits to write waits no longer than for these."""
PAUSE = timedelta(minutes=15)
"""Before people follow a unit that is merged."""
MOST_MOVED = 20_000
"""People below a unit that is moved: their counts are worked out in one transaction."""


OPERATOR = Voice("en")
"""How whoever runs the installation is told why not."""


def _closed(voice: Voice) -> Refused:
    return Refused("people.unit_closed", voice.say("This unit is closed, or is not there."))


async def move_unit(tx: Tx, actor: Person | None, unit_id: int, parent_id: int) -> Unit:
    """Let a unit, with everything below it, lie below another one. Everybody at it keeps standing
    and roles; whoever oversees it is whoever stands above it from now on. Without an actor it is
    the server's own doing.

    :raises Refused: "people.not_administrator" where the actor does not administer both;
        "people.root_unit", "people.within_itself", "people.unit_closed", "people.unit_large".
    """
    place, above = await _both(tx, actor, unit_id, parent_id)
    if place.parent_id == above.id:
        return place
    await _relocate(tx, actor, place, above)
    await audit.record(
        tx, actor.id if actor else None, "people.move_unit", place.id,
        before=place.parent_id, after=above.id,
    )  # fmt: skip
    after = await unit_queries.unit(tx, unit_id)
    assert after is not None
    return after


async def merge_units(tx: Tx, actor: Person | None, unit_id: int, into_id: int) -> int:
    """Let a unit become part of another one; returns the id of the change, which goes on by itself.
    It takes nobody in any more from now on, and is closed; units below it, people, requests that
    wait, roles and invitations become the other one's.

    :raises Refused: as `move_unit`; "people.unit_closed" for one that is closed already.
    """
    place, into = await _both(tx, actor, unit_id, into_id)
    voice = actor.voice if actor else OPERATOR
    if not place.is_active:
        raise _closed(voice)
    if place.parent_id != into.id:
        await _relocate(tx, actor, place, into)
    return await _begin(tx, actor, UnitChangeKind.MERGE, place, into)


async def close_unit(tx: Tx, actor: Person | None, unit_id: int) -> int:
    """Close a unit; returns the id of the change, which goes on by itself. Its history stays;
    whoever waits there is told and offered the way on, roles at it end, its invitations are
    withdrawn. Whoever belongs to it stays in the lists above it until another unit lets them in.

    :raises Refused: "people.not_administrator"; "people.units_below" as long as units below it are
        open; "people.unit_closed" for one that is closed already.
    """
    await tx.lock("units", 0)
    voice = actor.voice if actor else OPERATOR
    if actor is not None:
        place = await unit_rights.access_unit_to_change(tx, actor, unit_id)
    else:
        place = await _known(tx, voice, unit_id)
    if not place.is_active:
        raise _closed(voice)
    open_below = (
        select(func.count())
        .select_from(units)
        .where(below(place.path), units.c.id != place.id, units.c.state == UnitState.ACTIVE)
    )
    if await tx.scalar(open_below):
        raise Refused(
            "people.units_below",
            voice.say("Units below it are open still. Close or move them first."),
        )
    return await _begin(tx, actor, UnitChangeKind.CLOSE, place, None)


async def _known(tx: Tx, voice: Voice, unit_id: int) -> Unit:
    place = await unit_queries.unit(tx, unit_id)
    if place is None:
        raise _closed(voice)
    return place


async def _both(tx: Tx, actor: Person | None, unit_id: int, other_id: int) -> tuple[Unit, Unit]:
    """The unit and the one that it is to lie below or become part of."""
    await tx.lock("units", 0)
    voice = actor.voice if actor else OPERATOR
    if actor is None:
        place, other = await _known(tx, voice, unit_id), await _known(tx, voice, other_id)
    else:
        place = await unit_rights.access_unit_to_change(tx, actor, unit_id)
        found = await unit_queries.unit(tx, other_id)
        other = await _known(tx, voice, other_id)
        await unit_rights.access_parent(tx, actor, found)
    if place.parent_id is None:
        raise Refused("people.root_unit", voice.say("The top of a tree stays where it is."))
    if other.is_within(place):
        raise Refused(
            "people.within_itself", voice.say("A unit cannot lie below itself. Choose another one.")
        )
    if not other.is_active:
        raise _closed(voice)
    return place, other


async def _relocate(tx: Tx, actor: Person | None, place: Unit, above: Unit) -> None:
    """Write paths and counts anew, at once."""
    voice = actor.voice if actor else OPERATOR
    if await count_audience(tx, Audience(place.id)) > MOST_MOVED:
        raise Refused(
            "people.unit_large",
            voice.say(
                "So many people work below it that it cannot move as a whole. Move the units"
                " below it one by one."
            ),
        )
    path = f"{above.path}{place.id}/"
    await tx.run(
        "UPDATE units SET path = CAST(? AS TEXT) || substr(path, ?) WHERE path >= ? AND path < ?",
        path, len(place.path) + 1, place.path, f"{place.path[:-1]}0",
    )  # fmt: skip
    await tx.execute(update(units).where(units.c.id == place.id).values(parent_id=above.id))
    await count_moved(tx, place.path, path)
    await publish(tx, UNIT_MOVED, f"unit:{place.id}", {"unit": place.id, "after": 0})
    for slot in ("units", "people"):
        await due.set_due(
            tx, INDEX, f"unit:{place.id}", slot, anchor=tx.now,
            payload={"unit": place.id, "after": 0},
        )  # fmt: skip


async def _begin(
    tx: Tx, actor: Person | None, kind: UnitChangeKind, place: Unit, into: Unit | None
) -> int:
    await tx.execute(update(units).where(units.c.id == place.id).values(state=UnitState.CLOSED))
    links = (invitations.c.unit_id == place.id, invitations.c.state == InvitationState.OPEN)
    if into is None:
        ended = update(invitations).where(*links).values(state=InvitationState.WITHDRAWN)
        await tx.execute(ended)
    else:
        await tx.execute(update(invitations).where(*links).values(unit_id=into.id))
        about = {"unit": place.id, "into": into.id, "after": 0}
        await publish(tx, UNIT_MERGED, f"unit:{place.id}", about)
    by = actor.id if actor else None
    number = await tx.insert(
        unit_changes,
        kind=kind,
        unit_id=place.id,
        target_id=into.id if into else None,
        asked_by=by,
        started_at=tx.now,
    )
    if into is not None:
        await audit.record(tx, by, "people.merge_unit", place.id, into=into.id)
    else:
        await audit.record(tx, by, "people.close_unit", place.id)
    # What is just being sent to the unit reaches everybody before they move.
    begins = tx.now + (PAUSE if into else timedelta())
    topic = f"unit_change:{number}"
    await due.set_due(tx, CARRY_ON, topic, "next", anchor=begins, payload=number)
    return number


async def carry_on(tx: Tx, row: DueRow) -> None:
    """Let the next of what belongs to a unit follow, and go on with the rest after that."""
    change = await tx.first(select(unit_changes).where(unit_changes.c.id == int(row.payload)))
    if change is None or change.finished_at is not None:
        return
    place = await unit_queries.unit(tx, change.unit_id)
    assert place is not None
    into = await unit_queries.unit(tx, change.target_id) if change.target_id else None
    left = await (_merge_some(tx, place, into) if into else _close_some(tx, place))
    if left:
        await due.set_due(
            tx, CARRY_ON, row.topic, row.slot, anchor=tx.now, payload=int(row.payload)
        )
        return
    await tx.execute(
        update(unit_changes).where(unit_changes.c.id == change.id).values(finished_at=tx.now)
    )


async def _merge_some(tx: Tx, place: Unit, into: Unit) -> bool:
    """One unit below, or some people; False: nothing is left."""
    await tx.lock("units", 0)
    child = await tx.scalar(
        select(units.c.id).where(units.c.parent_id == place.id).order_by(units.c.id).limit(1)
    )
    if child is not None:
        lower = await unit_queries.unit(tx, int(child))
        assert lower is not None
        await _relocate(tx, None, lower, into)
        return True
    people = await _who_is_left(tx, place)
    for person_id in people:
        await tx.lock("person", person_id)
        moved = await _merge_person(tx, person_id, place, into)
        if moved is not None:
            await changed_standing(tx, person_id)
            about = {"unit": place.id, "into": into.id}
            await outbox.send(tx, notices.MERGED, person_id, about)
    return bool(people)


async def _merge_person(tx: Tx, person_id: int, place: Unit, into: Unit) -> UnitPlacement | None:
    """Let somebody stand to the other unit as they stood to this one, with their roles."""
    old = await placement_queries.placement_at(tx, person_id, place.id)
    new = await placement_queries.placement_at(tx, person_id, into.id)
    async with counted(tx, person_id):
        held = select(roles.c.role).where(
            roles.c.person_id == person_id,
            roles.c.unit_id == into.id,
            roles.c.state != RoleState.ENDED,
        )
        here = (roles.c.unit_id == place.id, roles.c.role.in_(list(await tx.scalars(held))))
        ended = await end_where(tx, person_id, None, *here)
        await tx.execute(
            update(roles)
            .where(
                roles.c.person_id == person_id,
                roles.c.unit_id == place.id,
                roles.c.state != RoleState.ENDED,
            )
            .values(unit_id=into.id)
        )
        if old is not None and new is not None:
            await tx.execute(
                update(placements)
                .where(placements.c.id == old.id)
                .values(standing=UnitStanding.LEFT, main=0, since=tx.now, until=None)
            )
        elif old is not None:
            await tx.execute(
                update(placements).where(placements.c.id == old.id).values(unit_id=into.id)
            )
        if old is not None:
            await settle(tx, person_id, first=into.id if old.is_main else None)
    await end_deputies(tx, ended, None)
    return old


async def _close_some(tx: Tx, place: Unit) -> bool:
    """Some of those who wait there, or hold a role there; False: nobody is left."""
    people = await _who_waits_or_holds(tx, place)
    for person_id in people:
        await tx.lock("person", person_id)
        found = await placement_queries.placement_at(tx, person_id, place.id)
        waited = found is not None and found.standing is UnitStanding.WAITING
        async with counted(tx, person_id):
            ended = await end_where(tx, person_id, None, roles.c.unit_id == place.id)
            if found is not None and waited and UnitStanding.LEFT in MOVES[found.standing]:
                await move_standing(tx, found, UnitStanding.LEFT)
                await settle(tx, person_id)
        await end_deputies(tx, ended, None)
        if waited:
            await changed_standing(tx, person_id)
        about = {"unit": place.id, "waited": waited}
        await outbox.send(tx, notices.UNIT_CLOSED, person_id, about)
    return bool(people)


async def _who_is_left(tx: Tx, place: Unit) -> list[int]:
    """The next people who stand to the unit in some way, or hold a role there."""
    stand = select(placements.c.person_id).where(
        placements.c.unit_id == place.id, placements.c.standing.in_(STANDING)
    )
    hold = select(roles.c.person_id).where(
        roles.c.unit_id == place.id, roles.c.state != RoleState.ENDED
    )
    query = stand.union(hold).order_by("person_id").limit(AT_ONCE)
    return list(await tx.scalars(query))


async def _who_waits_or_holds(tx: Tx, place: Unit) -> list[int]:
    wait = select(placements.c.person_id).where(
        placements.c.unit_id == place.id, placements.c.standing == UnitStanding.WAITING
    )
    hold = select(roles.c.person_id).where(
        roles.c.unit_id == place.id, roles.c.state != RoleState.ENDED
    )
    query = wait.union(hold).order_by("person_id").limit(AT_ONCE)
    return list(await tx.scalars(query))


async def index_some(tx: Tx, row: DueRow) -> None:
    """Have the next units or people below a unit found where they lie now."""
    top = await unit_queries.unit(tx, row.payload["unit"])
    assert top is not None
    last = await people_index.index_below(tx, top, row.slot, row.payload["after"], AT_ONCE // 2)
    if last:
        payload = {"unit": top.id, "after": last}
        await due.set_due(tx, INDEX, row.topic, row.slot, anchor=tx.now, payload=payload)
