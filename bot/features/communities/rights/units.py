"""What somebody may do about teams at a unit: found one, and list those that are there."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.communities.queries.teams import CREATORS, OVERSEERS
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    subject_labels,
)
from bot.packs.roles import Role
from bot.storage.transaction import Tx


class UnitTeamsAbility(StrEnum):
    """What somebody may do about the teams of a unit."""

    FOUND = "found"
    LIST = "list"
    """See which teams work there."""


async def _may_not_found(tx: Tx, actor: Person) -> Refused:
    """Says whom to ask."""
    return Refused("teams.may_not_create", await _whom_to_ask(tx, actor))


async def _whom_to_ask(tx: Tx, actor: Person) -> str:
    profile = await people_queries.profile(tx, actor.id)
    wanted = {Role.PRINCIPAL, Role.SUPERVISOR}
    above = await role_queries.holders_of(tx, wanted, profile.unit.id) if profile else []
    if above:
        return actor.voice.say(
            "Lead teachers found teams. Ask {name} to appoint you as a lead teacher; until then,"
            " join a team that is there.",
            name=above[0].name,
        )
    return actor.voice.say(
        "Lead teachers found teams. Ask your principal to appoint you as a lead teacher; until"
        " then, join a team that is there."
    )


def _teams_not_visible(actor: Person) -> Refused:
    return Refused(
        "teams.not_visible", actor.voice.say("The teams of this school are not open to you.")
    )


def _beyond_subjects(actor: Person, within: tuple[str, ...]) -> Refused:
    return Refused(
        "teams.beyond_subjects",
        actor.voice.say(
            "This team can work for these alone: {subjects}.",
            subjects=subject_labels(actor.voice, within),
        ),
    )


async def _may_found(tx: Tx, actor: Person, place: Unit) -> bool:
    return await role_queries.reaches(tx, actor.id, CREATORS, place.id)


async def _may_list(tx: Tx, actor: Person, place: Unit) -> bool:
    sight = await people_queries.sight_of(tx, actor.id)
    if sight is not None and sight.shows(place):
        return True
    return await role_queries.reaches(tx, actor.id, OVERSEERS, place.id)


_RULES = {UnitTeamsAbility.FOUND: _may_found, UnitTeamsAbility.LIST: _may_list}


async def abilities(tx: Tx, actor: Person, place: Unit) -> frozenset[UnitTeamsAbility]:
    """What the actor may do about the teams of the unit."""
    return frozenset([each for each, may in _RULES.items() if await may(tx, actor, place)])


async def founding_reach(tx: Tx, person: Person) -> list[Unit]:
    """The top units at which, and below which, the person may found teams; empty for nowhere."""
    return await role_queries.reach_of(tx, person.id, CREATORS)


async def access_founding_reach(tx: Tx, actor: Person) -> list[Unit]:
    """The same, for whoever may found a team somewhere.

    :raises Refused: "teams.may_not_create", saying whom to ask.
    """
    if tops := await founding_reach(tx, actor):
        return tops
    raise await _may_not_found(tx, actor)


async def access_unit_to_found(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit at which the actor may found a team.

    :raises Refused: as `access_founding_reach`, also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await _may_found(tx, actor, place):
        raise await _may_not_found(tx, actor)
    return place


async def founds_for(tx: Tx, person: Person, place: Unit) -> dict[str, int]:
    """What the audit trail says besides of a team that the person founds there: see `on_behalf`."""
    return await role_queries.on_behalf(tx, person.id, CREATORS, place)


async def subjects_within(
    tx: Tx, person: Person, place: Unit, current: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """The subjects within which the person decides for which a team there works: one to be founded,
    or one that works for the `current` ones. Empty: any of them, and all. A role for some subjects
    founds for these; whoever leads without any such role narrows, and never widens."""
    held = await role_queries.roles_above(tx, person.id, CREATORS, place)
    own = role_queries.narrowed_to(held)
    if held and not own:
        return ()
    if current is None:
        return own
    return tuple(sorted({*current, *own})) if current else ()


async def access_subjects(
    tx: Tx,
    actor: Person,
    place: Unit,
    wanted: tuple[str, ...],
    current: tuple[str, ...] | None = None,
) -> tuple[str, ...]:
    """The subjects for which a team is to work, as `subjects_within` allows; where none are named
    for a new one, those of the founder's role.

    :raises Refused: "teams.beyond_subjects".
    """
    within = await subjects_within(tx, actor, place, current)
    if within and not wanted and current is None:
        return within
    if within and not (wanted and set(wanted) <= set(within)):
        raise _beyond_subjects(actor, within)
    return wanted


async def access_unit_with_teams(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit whose teams the actor sees by their district, or by a role above it.

    :raises Refused: "teams.not_visible", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await _may_list(tx, actor, place):
        raise _teams_not_visible(actor)
    return place


async def sees_teams_of(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer sees which teams there are at one of the person's units; None: there is
    none."""
    belongs = await people_queries.units_of(tx, person.id)
    if not belongs:
        return None
    return any([await _may_list(tx, officer, place) for place in belongs])
