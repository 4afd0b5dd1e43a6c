"""Writes about units that are renamed, moved, merged and closed.

A move is one transaction: paths and counts change together, so everybody is found in one place at
any moment. A merge moves the unit below the other one first, so whoever belongs to it counts there
at once, and then people, roles and invitations follow, some in each transaction (`unit_followers`);
the row in `unit_changes` and the due row beside it go on after a kill. What was decided stays
written: a unit that is closed keeps its history.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select, update

from bot.arabic.calendar.places import place_of
from bot.arabic.order import order_key
from bot.chat.person import Person
from bot.core.errors import Refused
from bot.core.i18n import Voice
from bot.features.people.actions import waiting, wanted_units
from bot.features.people.actions.headcounts import count_moved
from bot.features.people.models import (
    InvitationState,
    UnitChangeKind,
    UnitState,
    invitations,
    unit_changes,
    units,
)
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience, count_audience
from bot.features.people.queries.units import Unit, below, mark_of
from bot.features.people.rights import units as unit_rights
from bot.scheduling import due
from bot.scheduling.events import Event, publish
from bot.storage import audit
from bot.storage.transaction import Tx

UNIT_MOVED = Event("people.unit_moved")
"""A unit lies elsewhere, with everything below it, or has another name: its id as `unit`. What
repeats where things lie follows, some of it at a time: `after` is the id of what has."""
UNIT_MERGED = Event("people.unit_merged")
"""A unit is another one's from now on: `unit` and `into`, and `after` as above."""
UNIT_CLOSED = Event("people.unit_closed")
"""A unit takes nobody in any more: `unit`, and `after` as above."""

UNIT_PLACED = Event("people.unit_placed")
"""By the sun of another town prayers are reckoned at a unit from now on: its id as `unit`."""

CARRY_ON = "people.unit_change"
"""The job by which what belongs to a unit follows."""
INDEX = "people.unit_index"
"""The job by which units and people below a unit are found where they lie now."""
PAUSE = timedelta(minutes=15)
"""Before people follow a unit that is merged."""
MOST_MOVED = 20_000
"""People below a unit that is moved: their counts are worked out in one transaction."""


OPERATOR = Voice("en")
"""How whoever runs the installation is told why not."""


def closed(voice: Voice) -> Refused:
    """What whoever comes too late is told."""
    return Refused("people.unit_closed", voice.say("This unit is closed, or is not there."))


async def rename_unit(
    tx: Tx, actor: Person | None, unit_id: int, name: str, seen: str = ""
) -> Unit:
    """Call a unit otherwise, everywhere.

    :raises Refused: "people.not_administrator", "people.unit_closed"; "people.unit_named" where
        another one beside it has the name; "people.unit_changed" where it is not as it was `seen`.
    """
    await tx.lock("units", 0)
    place = await open_unit(tx, actor, unit_id, seen)
    if place.name == name:
        return place
    await require_name(tx, actor, name, place.parent_id, besides=place.id)
    own = update(units).where(units.c.id == place.id)
    await tx.execute(own.values(name=name, sort_key=order_key(name)))
    await _record(tx, actor, "people.rename_unit", place)
    await _found_anew(tx, place, "units")
    after = await unit_queries.unit(tx, unit_id)
    assert after is not None
    await wanted_units.appeared(tx, [after])
    return after


async def place_unit(
    tx: Tx, actor: Person | None, unit_id: int, town: str | None, seen: str = ""
) -> Unit:
    """Reckon the prayers of a unit, and of those below it that have no town of their own, by the
    sun of a town; None: by the one that its name or those above it tell of.

    :raises Refused: "people.not_administrator", "people.unit_closed"; "people.unit_changed" where
        it is not as it was `seen`.
    :raises LookupError: for a town that is not known, or lies in another country.
    """
    await tx.lock("units", 0)
    found = await open_unit(tx, actor, unit_id, seen)
    known = place_of(town)
    if town is not None and (known is None or known.country != found.country):
        raise LookupError(f"there is no place {town} in {found.country}")
    if found.place != town:
        await tx.execute(update(units).where(units.c.id == found.id).values(place=town))
        await _record(tx, actor, "people.place_unit", found)
        await publish(tx, UNIT_PLACED, f"unit:{found.id}", {"unit": found.id})
    return replace(found, place=town)


async def require_name(
    tx: Tx, actor: Person | None, name: str, parent_id: int | None, besides: int = 0
) -> None:
    """That no other unit right below that one has this name, however it is spelled.

    :raises Refused: "people.unit_named".
    """
    named = (await unit_queries.units_named(tx, [name])).get(order_key(name), ())
    beside = [each for each in named if each.is_active and each.parent_id == parent_id]
    if any(each.id != besides for each in beside):
        voice = actor.voice if actor else OPERATOR
        raise Refused(
            "people.unit_named",
            voice.say("There is {name} already. Write what tells the two apart.", name=name),
        )


async def move_unit(
    tx: Tx, actor: Person | None, unit_id: int, parent_id: int, seen: str = ""
) -> Unit:
    """Let a unit, with everything below it, lie below another one. Everybody at it keeps standing
    and roles; whoever oversees it is whoever stands above it from now on. Without an actor it is
    the server's own doing. `seen` is the mark of the unit as the actor saw it (`mark_of`).

    :raises Refused: "people.not_administrator" where the actor does not administer both;
        "people.root_unit", "people.within_itself", "people.unit_closed", "people.unit_large";
        "people.unit_changed" where it is not as it was seen.
    """
    place, above = await _both(tx, actor, unit_id, parent_id, seen)
    if place.parent_id == above.id:
        return place
    await relocate(tx, actor, place, above)
    await _record(tx, actor, "people.move_unit", place, before=place.parent_id, after=above.id)
    after = await unit_queries.unit(tx, unit_id)
    assert after is not None
    return after


async def merge_units(
    tx: Tx, actor: Person | None, unit_id: int, into_id: int, seen: str = ""
) -> int:
    """Let a unit become part of another one; returns the id of the change, which goes on by itself.
    It takes nobody in any more from now on, and is closed; units below it, people, requests that
    wait, roles and invitations become the other one's.

    :raises Refused: as `move_unit`; "people.unit_busy" while another one becomes part of it.
    """
    place, into = await _both(tx, actor, unit_id, into_id, seen)
    await _require_rest(tx, actor, place)
    if place.parent_id != into.id:
        await relocate(tx, actor, place, into)
    return await _begin(tx, actor, UnitChangeKind.MERGE, place, into)


async def close_unit(tx: Tx, actor: Person | None, unit_id: int, seen: str = "") -> int:
    """Close a unit; returns the id of the change, which goes on by itself. Its history stays;
    whoever waits there is told and offered the way on, roles at it end, its invitations are
    withdrawn. Whoever belongs to it stays in the lists above it until another unit lets them in.

    :raises Refused: "people.not_administrator"; "people.units_below" as long as units below it are
        open; "people.unit_closed" for one that is closed already; "people.unit_busy" while another
        one becomes part of it; "people.unit_changed" where it is not as it was `seen`.
    """
    await tx.lock("units", 0)
    voice = actor.voice if actor else OPERATOR
    place = await open_unit(tx, actor, unit_id, seen)
    await _require_rest(tx, actor, place)
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
        raise closed(voice)
    return place


async def open_unit(tx: Tx, actor: Person | None, unit_id: int, seen: str = "") -> Unit:
    """The unit that is to be changed: an open one, as it was seen. The caller holds the lock of
    the tree.

    :raises Refused: "people.not_administrator", "people.unit_closed", "people.unit_changed".
    """
    voice = actor.voice if actor else OPERATOR
    if actor is None:
        place = await _known(tx, voice, unit_id)
    else:
        place = await unit_rights.access_unit_to_change(tx, actor, unit_id)
    if not place.is_active:
        raise closed(voice)
    if seen and seen != mark_of(place):
        raise Refused(
            "people.unit_changed",
            voice.say("Somebody has changed this unit meanwhile. Look at it once more."),
        )
    return place


async def _require_rest(tx: Tx, actor: Person | None, place: Unit) -> None:
    """That nobody is just on the way to the unit: they would come to a closed one."""
    coming = (unit_changes.c.target_id == place.id, unit_changes.c.finished_at.is_(None))
    if await tx.first(select(unit_changes.c.id).where(*coming).limit(1)) is not None:
        voice = actor.voice if actor else OPERATOR
        raise Refused(
            "people.unit_busy",
            voice.say("Another unit is just becoming part of this one. Try again in half an hour."),
        )


async def _both(
    tx: Tx, actor: Person | None, unit_id: int, other_id: int, seen: str
) -> tuple[Unit, Unit]:
    """The unit and the one that it is to lie below or become part of."""
    await tx.lock("units", 0)
    voice = actor.voice if actor else OPERATOR
    place = await open_unit(tx, actor, unit_id, seen)
    if actor is None:
        other = await _known(tx, voice, other_id)
    else:
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
        raise closed(voice)
    return place, other


async def relocate(tx: Tx, actor: Person | None, place: Unit, above: Unit) -> None:
    """Write paths and counts anew, at once.

    :raises Refused: "people.unit_large".
    """
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
    after = await unit_queries.unit(tx, place.id)
    assert after is not None
    await wanted_units.appeared(tx, [after], with_below=True)
    await waiting.tell_anew_below(tx, after)
    await _found_anew(tx, place, "units", "people")


async def _found_anew(tx: Tx, place: Unit, *slots: str) -> None:
    """Have what lies at the unit and below it be found as it is now."""
    await publish(tx, UNIT_MOVED, f"unit:{place.id}", {"unit": place.id, "after": 0})
    for slot in slots:
        await due.set_due(
            tx, INDEX, f"unit:{place.id}", slot, anchor=tx.now,
            payload={"unit": place.id, "after": 0},
        )  # fmt: skip


async def _record(
    tx: Tx, actor: Person | None, act: str, place: Unit, **details: int | None
) -> None:
    by = actor.id if actor else None
    behalf = await role_queries.on_behalf(tx, by, unit_rights.ADMINISTERING, place) if by else {}
    await audit.record(tx, by, act, place.id, **details, **behalf)


async def _begin(
    tx: Tx, actor: Person | None, kind: UnitChangeKind, place: Unit, into: Unit | None
) -> int:
    await tx.execute(update(units).where(units.c.id == place.id).values(state=UnitState.CLOSED))
    links = (invitations.c.unit_id == place.id, invitations.c.state == InvitationState.OPEN)
    await wanted_units.follow(tx, place, into)
    if into is None:
        ended = update(invitations).where(*links).values(state=InvitationState.WITHDRAWN)
        await tx.execute(ended)
        await publish(tx, UNIT_CLOSED, f"unit:{place.id}", {"unit": place.id, "after": 0})
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
        await _record(tx, actor, "people.merge_unit", place, into=into.id)
    else:
        await _record(tx, actor, "people.close_unit", place)
    # What is just being sent to the unit reaches everybody before they move.
    begins = tx.now + (PAUSE if into else timedelta())
    topic = f"unit_change:{number}"
    await due.set_due(tx, CARRY_ON, topic, "next", anchor=begins, payload=number)
    return number
