"""What somebody may do at a unit: look after its people, add units below it."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import GRANTERS
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.transaction import Tx

ADMINISTERING = frozenset({Role.ADMINISTRATOR})
"""Who changes the tree of units."""


class UnitAbility(StrEnum):
    """What somebody may do at a unit."""

    LOOK_AFTER = "look_after"
    """See its people and their roles."""
    ADD_UNITS = "add_units"
    """Add units below it."""
    HAND_OUT = "hand_out"
    """Head this very unit, and hand the places out that are kept there."""
    CHANGE = "change"
    """Rename it, say where it lies, move it below another one, merge it into another one, or close
    it."""
    ADMIT = "admit"
    """Say who belongs to it, in its turn: see `rights/placements`."""


def _not_yours(actor: Person) -> Refused:
    return Refused(
        "people.not_yours",
        actor.voice.say("Only those who lead this unit see its people and roles."),
    )


def does_not_answer(actor: Person) -> Refused:
    """To whoever would say who belongs to a unit, and has no say there."""
    return Refused(
        "people.not_yours_to_admit",
        actor.voice.say("This is decided by the head of the unit, or by those above."),
    )


def not_administrator(actor: Person) -> Refused:
    """To whoever would change the tree, and does not administer it."""
    return Refused(
        "people.not_administrator",
        actor.voice.say("Only administrators change the tree of units."),
    )


def _units_there(actor: Person) -> Refused:
    return Refused(
        "people.units_there",
        actor.voice.say("There are units by now. Register at one, and you administer them all."),
    )


async def looks_after(tx: Tx, person: Person, place: Unit) -> bool:
    """Whether the person sees the people of the unit and their roles."""
    return await role_queries.reaches(tx, person.id, GRANTERS, place.id)


async def _may_add_units(tx: Tx, actor: Person, place: Unit | None) -> bool:
    if place is not None:
        return await role_queries.reaches(tx, actor.id, ADMINISTERING, place.id)
    # A new tree lies below nothing: only whoever administers a whole one begins another.
    tops = await role_queries.reach_of(tx, actor.id, ADMINISTERING)
    return any(top.parent_id is None for top in tops)


async def heads_it(tx: Tx, person: Person, place: Unit) -> bool:
    """Whether the person is the head of this very unit."""
    held = await role_queries.roles_of(tx, person.id)
    return any(each.role is Role.PRINCIPAL and each.unit.id == place.id for each in held)


async def _may_change(tx: Tx, actor: Person, place: Unit) -> bool:
    """Whether the actor administers what the unit lies below."""
    above = place.parent_id if place.parent_id is not None else place.id
    return await role_queries.reaches(tx, actor.id, ADMINISTERING, above)


async def admits(tx: Tx, person: Person, place: Unit) -> bool:
    """Whether the person answers for the people of the unit."""
    if not person.is_member:
        return False
    return bool((await admission_queries.answering_at(tx, place)).of(person.id))


_RULES = {
    UnitAbility.LOOK_AFTER: looks_after,
    UnitAbility.ADD_UNITS: _may_add_units,
    UnitAbility.HAND_OUT: heads_it,
    UnitAbility.CHANGE: _may_change,
    UnitAbility.ADMIT: admits,
}


async def abilities(tx: Tx, actor: Person, place: Unit) -> frozenset[UnitAbility]:
    """What the actor may do at the unit; which roles they give there stands in `roles`."""
    return frozenset([each for each, may in _RULES.items() if await may(tx, actor, place)])


async def reach(tx: Tx, person: Person) -> list[Unit]:
    """The top units whose people, with those of all units below, the person looks after; empty for
    nowhere."""
    return await role_queries.reach_of(tx, person.id, GRANTERS)


async def access_reach(tx: Tx, actor: Person) -> list[Unit]:
    """The same, for whoever looks after people somewhere.

    :raises Refused: "people.not_yours".
    """
    if tops := await reach(tx, actor):
        return tops
    raise _not_yours(actor)


async def access_unit_with_people(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit whose people the actor looks after.

    :raises Refused: "people.not_yours", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await looks_after(tx, actor, place):
        raise _not_yours(actor)
    return place


async def access_unit_to_admit(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit for whose people the actor answers.

    :raises Refused: "people.not_yours_to_admit", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await admits(tx, actor, place):
        raise does_not_answer(actor)
    return place


async def access_first_unit(tx: Tx, actor: Person, *, named: bool) -> None:
    """That there is no unit yet, for whom the settings of the installation name as one of those who
    administer it.

    :raises Refused: "people.not_administrator"; "people.units_there".
    """
    if not named:
        raise not_administrator(actor)
    if await unit_queries.root_units(tx):
        raise _units_there(actor)


async def access_parent(tx: Tx, actor: Person, parent: Unit | None) -> Unit | None:
    """The unit below which the actor may add one; None: they may begin a tree.

    :raises Refused: "people.not_administrator".
    """
    if not await _may_add_units(tx, actor, parent):
        raise not_administrator(actor)
    return parent


async def access_adding(tx: Tx, actor: Person) -> list[Unit]:
    """The top units below which the actor may add others.

    :raises Refused: "people.not_administrator" for whoever administers nothing.
    """
    if tops := await role_queries.reach_of(tx, actor.id, ADMINISTERING):
        return tops
    raise not_administrator(actor)


async def access_unit_to_extend(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """A unit below which the actor may add one.

    :raises Refused: "people.not_administrator", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await _may_add_units(tx, actor, place):
        raise not_administrator(actor)
    return place


async def access_unit_to_change(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """A unit that the actor may rename, place, move, merge and close: they administer what it lies
    below.

    :raises Refused: "people.not_administrator", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await _may_change(tx, actor, place):
        raise not_administrator(actor)
    return place
