"""What belongs to a unit that is merged or closed follows it, some at a time, and is found where it
lies now."""

from sqlalchemy import select, update

from bot.delivery import outbox
from bot.features.people.actions import search as people_index
from bot.features.people.actions import waiting
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.placements import (
    PERSON_MOVED,
    STANDING_CHANGED,
    changed_standing,
    move_standing,
    settle,
    tell_called_off,
)
from bot.features.people.actions.terms import end_deputies, end_where
from bot.features.people.actions.unit_changes import CARRY_ON, INDEX, relocate
from bot.features.people.models import (
    STANDING,
    Answerer,
    RoleState,
    UnitStanding,
    placements,
    roles,
    unit_changes,
    units,
)
from bot.features.people.notices import units as notices
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import Unit
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.events import publish
from bot.storage.transaction import Tx

AT_ONCE = 20
"""People who follow in one transaction: whoever waits to write waits no longer than for these."""


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
    if into is not None:
        await waiting.tell_untold(tx, into.id)
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
        await relocate(tx, None, lower, into)
        return True
    people = await _who_is_left(tx, place)
    for person_id in people:
        await tx.lock("person", person_id)
        moved = await _merge_person(tx, person_id, place, into)
        if moved is not None:
            await changed_standing(tx, person_id)
            # The other unit has days and a town of its own.
            await publish(tx, PERSON_MOVED, f"person:{person_id}", {"person": person_id})
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
        if old is not None:
            await _join_placements(tx, old, new, into)
            was_main = old.is_main or (new is not None and new.is_main)
            await settle(tx, person_id, first=into.id if was_main else None)
    await end_deputies(tx, ended, None)
    return old


_STRENGTH = (
    UnitStanding.WAITING, UnitStanding.UNCONFIRMED, UnitStanding.MEMBER, UnitStanding.SUSPENDED,
)  # fmt: skip
"""Of somebody who stands to both units the later one of these stays: nobody loses their place to
a request that waits, nor a suspension to a merge."""


async def _join_placements(
    tx: Tx, old: UnitPlacement, new: UnitPlacement | None, into: Unit
) -> None:
    """Let one placement of the two stay, at the other unit."""
    kept = max(filter(None, (old, new)), key=lambda each: _STRENGTH.index(each.standing))
    if new is not None:
        ended = new if kept is old else old
        await tx.execute(
            update(placements)
            .where(placements.c.id == ended.id)
            .values(standing=UnitStanding.LEFT, main=0, since=tx.now, until=None, link=None)
        )
        if ended.link and not kept.link:
            own = update(placements).where(placements.c.id == kept.id)
            await tx.execute(own.values(link=ended.link))
        await due.cancel(tx, ended.topic)
        # A transfer from the one is a transfer from the other.
        await tx.execute(
            update(placements)
            .where(
                placements.c.replaces_id == ended.id,
                placements.c.standing == UnitStanding.WAITING,
                placements.c.id != kept.id,
            )
            .values(replaces_id=kept.id)
        )
        if UnitStanding.SUSPENDED in (old.standing, new.standing):
            await publish(tx, STANDING_CHANGED, kept.topic, {"placement": kept.id})
    if kept is not old:
        return
    await tx.execute(update(placements).where(placements.c.id == old.id).values(unit_id=into.id))
    if old.standing is UnitStanding.WAITING and old.lies_with is not None:
        # Whoever answers there has not heard of them.
        at = await admission_queries.answering_at(tx, into)
        lies_with = at.next(besides=old.person.id) or Answerer.ADMINISTRATOR
        there = await placement_queries.known_placement(tx, old.id)
        await waiting.lay_untold(tx, there, lies_with)


async def _close_some(tx: Tx, place: Unit) -> bool:
    """Some of those who wait there, or hold a role there; False: nobody is left."""
    people = await _who_waits_or_holds(tx, place)
    for person_id in people:
        await tx.lock("person", person_id)
        found = await placement_queries.placement_at(tx, person_id, place.id)
        waited = found is not None and found.standing is UnitStanding.WAITING
        async with counted(tx, person_id):
            ended = await end_where(tx, person_id, None, roles.c.unit_id == place.id)
            if found is not None and waited:
                await move_standing(tx, found, UnitStanding.LEFT)
                await settle(tx, person_id)
        await end_deputies(tx, ended, None)
        if waited:
            await changed_standing(tx, person_id)
        if found is not None and waited and found.is_transfer:
            await tell_called_off(tx, found, by=None)
            continue
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
