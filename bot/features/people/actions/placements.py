"""Writes about who belongs to which unit.

Every change of a person's placements happens under the lock of the person, so that of two who
decide at once one wins; and profile, roles and state of the person follow in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from bot.chat.person import Person, PersonState, change_person, find_person
from bot.delivery import outbox
from bot.delivery.folding import send_folded
from bot.features.people.actions import search as people_index
from bot.features.people.actions import wanted_units
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.roles import put_role
from bot.features.people.actions.terms import end_deputies, end_where
from bot.features.people.models import (
    BELONGS,
    MOVES,
    STANDING,
    Answerer,
    CameBy,
    RoleState,
    UnitStanding,
    placements,
    profiles,
    roles,
    units,
)
from bot.features.people.notices import admission as notices
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.placements import UnitPlacement
from bot.features.people.queries.units import below, unit_ids_within_any
from bot.features.people.rights import transfers as transfer_rights
from bot.packs.roles import Role
from bot.scheduling import due
from bot.scheduling.events import Event, publish
from bot.storage.transaction import Tx

END_LINK = "people.end_link"
"""The job that forgets the link with which somebody came."""
_HELD_THERE = (*BELONGS, UnitStanding.SUSPENDED)
_PUT_OUT = (UnitStanding.SUSPENDED, UnitStanding.REMOVED, UnitStanding.LEFT)
PERSON_MOVED = Event("people.moved")
"""Somebody lives by another zone, country or unit, or counts other Hijri days: their id as
`person`. Slices that write at a time of day plan anew."""
STANDING_CHANGED = Event("people.standing")
"""Somebody who belonged to a unit left it, was suspended or removed, or came back from a
suspension: the `placement` by which they stand to it. What slices bind to the unit follows."""


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What is asked for with a placement: one `besides` the others; or a transfer, which ends the
    placement that it `replaces` and is `asked_by` somebody else, perhaps as a deputy `asked_for`
    another one (ids). The sealed `link` with which they came goes along to where they wait now."""

    besides: bool = False
    replaces: int | None = None
    asked_by: int | None = None
    asked_for: int | None = None
    link: str | None = None


async def add_placement(
    tx: Tx,
    person_id: int,
    unit_id: int,
    standing: UnitStanding,
    came_by: CameBy,
    *,
    by: int | None = None,
    request: AskedFor | None = None,
) -> int:
    """Write that the person stands so to the unit, to which they do not stand yet; returns the id
    of the row. The caller has locked and counts the person, and settles them afterwards."""
    belongs, request = standing in BELONGS, request or AskedFor()
    return await tx.insert(
        placements,
        person_id=person_id,
        unit_id=unit_id,
        standing=standing,
        main=0,
        came_by=came_by,
        besides=int(request.besides),
        replaces_id=request.replaces,
        asked_by=request.asked_by,
        asked_for=request.asked_for,
        link=request.link,
        came_at=tx.now,
        since=tx.now,
        confirmed_by=by if belongs else None,
        confirmed_at=tx.now if standing is UnitStanding.MEMBER else None,
        reason="",
        voucher_name="",
    )


async def move_standing(
    tx: Tx,
    found: UnitPlacement,
    to: UnitStanding,
    *,
    by: int | None = None,
    reason: str = "",
    until: datetime | None = None,
    behalf: int | None = None,
) -> None:
    """Let a placement go on to another standing, by whose decision and in whose place, if by a
    deputy. The caller has locked and counts the person, and settles them afterwards.

    :raises ValueError: for what `MOVES` does not allow.
    """
    if to not in MOVES[found.standing]:
        raise ValueError(f"nobody comes from {found.standing} to {to}")
    values: dict[str, object] = {
        "standing": to, "since": tx.now, "until": until, "reason": reason, "lies_since": None,
    }  # fmt: skip
    if to is not UnitStanding.DECLINED:
        values |= {"lies_with": None}
    if to is UnitStanding.MEMBER:
        values |= {"confirmed_by": by, "confirmed_at": tx.now, "decided_by": None}
    else:
        values |= {"decided_by": by, "link": None}
    values |= {"decided_for": behalf}
    if to not in BELONGS:
        values |= {"main": 0}
    await tx.execute(update(placements).where(placements.c.id == found.id).values(**values))
    await due.cancel(tx, found.topic)
    if to is UnitStanding.MEMBER and found.link:
        at, told = tx.now + placement_queries.LINK_KEPT_FOR, {"placement": found.id}
        await due.set_due(tx, END_LINK, found.topic, "link", anchor=at, payload=told)
    # A request that comes to nothing takes nobody out of anything.
    put_out = found.standing in BELONGS and to in _PUT_OUT
    if found.standing is UnitStanding.SUSPENDED or put_out:
        await publish(tx, STANDING_CHANGED, found.topic, {"placement": found.id})
    if to in (UnitStanding.REMOVED, UnitStanding.LEFT) and found.standing in _HELD_THERE:
        await _end_roles(tx, found, by, below_too=to is UnitStanding.REMOVED)
        await call_off(tx, found, by)


async def settle(tx: Tx, person_id: int, *, first: int | None = None) -> Person:
    """Let everything that follows from a person's placements follow: the unit of the profile, the
    roles that are idle, and whether they are a member. `first` is the unit that becomes the main
    one. The caller has locked the person, and counts them around this.
    """
    standing = [
        each
        for each in await placement_queries.placements_of(tx, person_id)
        if each.standing in STANDING
    ]
    belongs = [each for each in standing if each.belongs]
    belongs.sort(key=lambda each: (each.unit.id != first, not each.is_main, each.id))
    main = belongs[0] if belongs else None
    own = placements.c.person_id == person_id
    await tx.execute(
        update(placements)
        .where(own, placements.c.main == 1, placements.c.id != (main.id if main else 0))
        .values(main=0)
    )
    if main is not None and not main.is_main:
        await tx.execute(update(placements).where(placements.c.id == main.id).values(main=1))
    place = main.unit.id if main else None
    await tx.execute(
        update(profiles)
        .where(profiles.c.person_id == person_id, profiles.c.unit_id.is_distinct_from(place))
        .values(unit_id=place, changed_at=tx.now)
    )
    await _idle_roles(tx, person_id, standing)
    state = PersonState.MEMBER if main else PersonState.WAITING
    person = await find_person(tx, person_id)
    assert person is not None
    return person if person.state is state else await change_person(tx, person_id, state=state)


async def call_off(tx: Tx, left: UnitPlacement, by: int | None) -> UnitPlacement | None:
    """Let nothing come of the transfer by which that placement would end; None: there is none. The
    caller counts and settles the person, and calls `tell_called_off` after that."""
    waiting = await placement_queries.transfer_of(tx, left)
    if waiting is not None:
        await move_standing(tx, waiting, UnitStanding.LEFT, by=by)
    return waiting


async def tell_called_off(tx: Tx, found: UnitPlacement, *, by: int | None) -> None:
    """Tell whoever was to be moved, and whoever asked for it, unless they have ended it."""
    readers = [each for each in (found.person.id, found.asked_by) if each and each != by]
    await outbox.send(tx, notices.STAYS, readers, {"placement": found.id}, topic=found.topic)


async def _end_roles(tx: Tx, found: UnitPlacement, by: int | None, *, below_too: bool) -> None:
    """The roles that somebody held at the unit that they have left. Whoever was removed holds none
    below it either, but for units to which they belong still. Who administers the installation is
    not the unit's to decide."""
    here = select(units.c.id).where(
        below(found.unit.path) if below_too else units.c.id == found.unit.id
    )
    others = [
        each.unit
        for each in await placement_queries.placements_of(tx, found.person.id)
        if each.belongs and each.unit.id != found.unit.id and each.unit.is_within(found.unit)
    ]
    elsewhere = [roles.c.unit_id.not_in(unit_ids_within_any(others))] if others else []
    ended = await end_where(
        tx, found.person.id, by, roles.c.unit_id.in_(here), roles.c.role != Role.ADMINISTRATOR,
        *elsewhere,
    )  # fmt: skip
    await end_deputies(tx, ended, by)


async def _idle_roles(tx: Tx, person_id: int, standing: list[UnitPlacement]) -> None:
    """Roles are idle where somebody is suspended, and everywhere as long as they belong nowhere."""
    held = select(roles.c.id, roles.c.role, roles.c.unit_id, roles.c.state, units.c.path).join(
        units, units.c.id == roles.c.unit_id
    )
    could_be_idle = roles.c.state.in_((RoleState.ACTIVE, RoleState.SUSPENDED))
    rows = await tx.all(held.where(roles.c.person_id == person_id, could_be_idle))
    nowhere = not any(each.belongs for each in standing)
    suspended = [each.unit.path for each in standing if each.standing is UnitStanding.SUSPENDED]
    active = {(row.role, row.unit_id) for row in rows if row.state is RoleState.ACTIVE}
    for row in rows:
        idle = nowhere or any(row.path.startswith(path) for path in suspended)
        state = RoleState.SUSPENDED if idle else RoleState.ACTIVE
        if state is row.state:
            continue
        if state is RoleState.ACTIVE and (row.role, row.unit_id) in active:
            state = RoleState.ENDED  # given anew in the meantime
        ended = {"ended_at": tx.now} if state is RoleState.ENDED else {}
        await tx.execute(update(roles).where(roles.c.id == row.id).values(state=state, **ended))


async def changed_standing(tx: Tx, person_id: int) -> None:
    """Let the search follow, once the person is counted again."""
    await people_index.index_person(tx, person_id)


async def tell_held(tx: Tx, found: UnitPlacement) -> None:
    """Tell those nearest who may move somebody that a transfer waits for their word."""
    readers = [each.id for each in await transfer_rights.movers(tx, found)]
    told = {"placement": found.id}
    await send_folded(tx, notices.HELD, readers, told, topic=f"{found.topic}:held")


async def tell_transfer(tx: Tx, placement_id: int, *, besides: int) -> None:
    """Tell whoever was moved, and the heads of both units, but for whoever did it."""
    found = await placement_queries.known_placement(tx, placement_id)
    told = {"placement": found.id}
    await outbox.send(tx, notices.TRANSFERRED, found.person.id, told, topic=found.topic)
    left = await placement_queries.placement(tx, found.replaces or 0)
    concerned = [found.asked_by or 0]
    for unit_of_two in [left.unit, found.unit] if left else [found.unit]:
        at = await admission_queries.answering_at(tx, unit_of_two)
        concerned += at.people.get(Answerer.HEAD, ())
    readers = [each for each in dict.fromkeys(concerned) if each not in (0, besides)]
    others = [each for each in readers if each != found.person.id]
    await outbox.send(tx, notices.HAS_MOVED, others, told, topic=found.topic)


async def take_place(tx: Tx, person_id: int, came: UnitPlacement) -> Person:
    """Let what somebody belongs to by now be a place of work of theirs, and end the one that it
    replaces: of a transfer the one that they are moved from, otherwise the main one, unless they
    came besides. The roles that they held there end, and they stay a teacher; only whoever did not
    teach, and holds a role elsewhere, does not become one. The caller has locked and counts the
    person."""
    held, there = await role_queries.roles_of(tx, person_id), came.unit
    left = [
        each
        for each in await placement_queries.placements_of(tx, person_id)
        if each.unit.id != there.id and _gives_way(each, came)
    ]
    gone = {each.unit.id for each in left}
    for each in left:
        await move_standing(tx, each, UnitStanding.LEFT, by=came.asked_by)
    stays = came.besides or (left and not any(each.is_main for each in left))
    person = await settle(tx, person_id, first=None if stays else there.id)
    kept = await role_queries.roles_of(tx, person_id)
    taught = {Role.TEACHER, Role.LEAD, Role.PRINCIPAL} & {
        each.role for each in held if came.besides or each.unit.id in gone
    }
    if taught or not kept:
        await put_role(tx, None, person_id, Role.TEACHER, there.id)
    if left:
        await publish(tx, PERSON_MOVED, f"person:{person_id}", {"person": person_id})
    return person


def _gives_way(held: UnitPlacement, came: UnitPlacement) -> bool:
    if came.replaces is not None:
        return held.id == came.replaces and held.standing in STANDING
    return held.is_main and not came.besides


async def place(
    tx: Tx, person_id: int, unit_id: int, came_by: CameBy, *, by: int | None = None
) -> UnitPlacement:
    """Let a registered person belong to a unit without anybody's answer: by an invitation, a list,
    or whoever runs the installation. A request of theirs that waits there is answered by it, and a
    transfer carried out; who belongs already stays as they are, but is confirmed.

    The caller has locked the person and asked for whatever right it takes.
    """
    found = await placement_queries.placement_at(tx, person_id, unit_id)
    moves = found if found and found.is_transfer and not found.belongs else None
    if found is not None and moves is not None and not await transfer_rights.goes_on(tx, moves):
        # They come by this alone: what they hold elsewhere is not the transfer's to end any more.
        await move_standing(tx, moves, UnitStanding.LEFT)
        await tell_called_off(tx, moves, by=None)
        found = moves = None
    async with counted(tx, person_id):
        if found is None:
            await add_placement(tx, person_id, unit_id, UnitStanding.MEMBER, came_by, by=by)
        elif found.standing is not UnitStanding.MEMBER:
            await move_standing(tx, found, UnitStanding.MEMBER, by=by)
        if moves is not None:
            await take_place(tx, person_id, moves)
        else:
            await settle(tx, person_id)
    await wanted_units.take_back(tx, person_id)
    await changed_standing(tx, person_id)
    if moves is not None:
        await tell_transfer(tx, moves.id, besides=by or 0)
    after = await placement_queries.placement_at(tx, person_id, unit_id)
    assert after is not None
    return after


async def place_by_list(
    tx: Tx, person_id: int, unit_id: int, *, by: int | None = None
) -> UnitPlacement:
    """`place`, for whoever claims what a list keeps for them. What they asked for with it, or just
    before, they have by the list."""
    found = await place(tx, person_id, unit_id, CameBy.LIST, by=by)
    if found.came_by is CameBy.ASKING and found.came_at == tx.now:
        await tx.execute(
            update(placements)
            .where(placements.c.id == found.id)
            .values(came_by=CameBy.LIST, confirmed_by=by)
        )
    return found


async def end_by_list(tx: Tx, person_id: int, unit_id: int, *, by: int, role: Role | None) -> None:
    """Undo that somebody came to a unit by a list: they leave it, or keep it where they had come
    before; the role that the list gave ends. The caller has locked the person, asked for the right
    and tells them."""
    found = await placement_queries.placement_at(tx, person_id, unit_id)
    leaves = found is not None and found.belongs and found.came_by is CameBy.LIST
    ended: list[int] = []
    async with counted(tx, person_id):
        if role is not None:
            given = (roles.c.unit_id == unit_id, roles.c.role == role)
            ended = await end_where(tx, person_id, by, *given)
        if found is not None and leaves:
            await move_standing(tx, found, UnitStanding.LEFT, by=by)
            await settle(tx, person_id)
    await end_deputies(tx, ended, by)
    if leaves:
        await changed_standing(tx, person_id)


async def keep_link(tx: Tx, person_id: int, link: str) -> None:
    """Keep the link with which somebody came who waits, until they are let in; the latest one
    counts. Whoever waits nowhere keeps none."""
    waits = (
        placements.c.person_id == person_id,
        placements.c.standing == UnitStanding.WAITING,
    )
    sealed = tx.secret_codes.seal(link)
    await tx.execute(update(placements).where(*waits).values(link=sealed))


async def forget_link(tx: Tx, person_id: int) -> None:
    """The link with which somebody came is opened."""
    kept = (placements.c.person_id == person_id, placements.c.link.is_not(None))
    await tx.execute(update(placements).where(*kept).values(link=None))


async def end_link(tx: Tx, placement_id: int) -> None:
    """Nobody has opened the link with which they came, long after they were let in."""
    own = update(placements).where(placements.c.id == placement_id)
    await tx.execute(own.values(link=None))


async def forget_placements(tx: Tx, person_id: int) -> None:
    """Part of deleting one's data: what stood ends, and the words go."""
    own = placements.c.person_id == person_id
    await tx.execute(
        update(placements)
        .where(own, placements.c.standing.in_(STANDING))
        .values(standing=UnitStanding.LEFT, main=0, since=tx.now, until=None)
    )
    await tx.execute(update(placements).where(own).values(reason="", voucher_name="", link=None))
