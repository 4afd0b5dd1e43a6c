"""What somebody may do with a role that is held: set its end anew, name a deputy, see it."""

from enum import StrEnum

from bot.chat.person import Person, Refusal, find_person
from bot.core.errors import Refused
from bot.features.people.models import RoleState
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries.terms import DEPUTISED, RoleRecord
from bot.features.people.rights import people as people_rights
from bot.features.people.rights.roles import GIVERS, may_not_grant
from bot.storage.transaction import Tx


class RoleAbility(StrEnum):
    """What somebody may do with a role that a person holds."""

    RENEW = "renew"
    """Set its end anew."""
    NAME_DEPUTY = "name_deputy"
    """Let somebody act in it while its holder is away."""
    END_DEPUTY = "end_deputy"
    """End a deputy's; also one's own."""


def _no_role(actor: Person) -> Refused:
    return Refused("people.no_role", actor.voice.say("This role is no longer held."))


def _own_role(actor: Person) -> Refused:
    return Refused(
        "people.own_role",
        actor.voice.say(
            "Nobody decides about their own role. Ask whoever gave it to you, or leads above you."
        ),
    )


def _no_deputies(actor: Person) -> Refused:
    return Refused("people.no_deputies", actor.voice.say("This role has no deputy."))


def _may_not_deputise(actor: Person) -> Refused:
    return Refused(
        "people.may_not_deputise",
        actor.voice.say("A deputy is named by whoever holds the role, or by whoever can give it."),
    )


def _not_your_deputy(actor: Person) -> Refused:
    return Refused(
        "people.not_your_deputy",
        actor.voice.say("The deputy, whoever is away and whoever can give the role may end this."),
    )


def _not_from_here(actor: Person) -> Refused:
    return Refused(
        "people.not_from_here",
        actor.voice.say("A deputy works at the unit of the role, or below it."),
    )


def _has_it(actor: Person) -> Refused:
    return Refused("people.deputy_holds", actor.voice.say("They hold this role themselves."))


async def _gives(tx: Tx, actor: Person, found: RoleRecord) -> bool:
    """Whether the actor gives this role there; who is narrowed to a subject gives it for that
    subject alone, and nobody does by acting in its own place."""
    place = found.unit
    held = await role_queries.roles_above(tx, actor.id, GIVERS[found.role], place)
    return place.is_active and any(
        each.is_for(found.subjects) and each.instead_of != found.person_id for each in held
    )


async def _why_not_renew(tx: Tx, actor: Person, found: RoleRecord) -> Refusal | None:
    if not await _gives(tx, actor, found):
        return may_not_grant
    if found.person_id == actor.id:
        return _own_role
    if found.state is not RoleState.ACTIVE or found.deputy_of is not None:
        return _no_role
    return None


async def _why_not_deputise(tx: Tx, actor: Person, found: RoleRecord) -> Refusal | None:
    if found.person_id != actor.id and not await _gives(tx, actor, found):
        return _may_not_deputise
    if found.state is not RoleState.ACTIVE:
        return _no_role
    if found.role not in DEPUTISED or found.deputy_of is not None:
        return _no_deputies
    return None


async def _why_not_end_deputy(tx: Tx, actor: Person, found: RoleRecord) -> Refusal | None:
    concerned = actor.id in (found.person_id, found.instead_of)
    if not concerned and not await _gives(tx, actor, found):
        return _not_your_deputy
    return None if found.deputy_of is not None else _not_your_deputy


_RULES = {
    RoleAbility.RENEW: _why_not_renew,
    RoleAbility.NAME_DEPUTY: _why_not_deputise,
    RoleAbility.END_DEPUTY: _why_not_end_deputy,
}


async def abilities(tx: Tx, actor: Person, found: RoleRecord) -> frozenset[RoleAbility]:
    """What the actor may do with a role that somebody holds."""
    if not actor.is_member or not found.lasts:
        return frozenset()
    allowed = [each for each, why in _RULES.items() if await why(tx, actor, found) is None]
    return frozenset(allowed)


async def _access(
    tx: Tx, actor: Person, role_id: int, ability: RoleAbility, unknown: Refusal
) -> RoleRecord:
    found = await term_queries.role_record(tx, role_id)
    if found is None:
        raise unknown(actor)
    refuse = await _RULES[ability](tx, actor, found)
    if refuse is not None:
        raise refuse(actor)
    return found


async def access_role_to_renew(tx: Tx, actor: Person, role_id: int) -> RoleRecord:
    """A role of somebody else's whose end the actor may set anew.

    :raises Refused: "people.may_not_grant", also for an id that does not exist; "people.own_role";
        "people.no_role" for one that has ended, and for a deputy's.
    """
    return await _access(tx, actor, role_id, RoleAbility.RENEW, may_not_grant)


async def access_role_to_deputise(tx: Tx, actor: Person, role_id: int) -> RoleRecord:
    """A role in which the actor may let somebody act: their own, or one that they may give.

    :raises Refused: "people.may_not_deputise", also for an id that does not exist;
        "people.no_role"; "people.no_deputies" for a role that has none, and for a deputy's.
    """
    return await _access(tx, actor, role_id, RoleAbility.NAME_DEPUTY, _may_not_deputise)


async def access_deputyship(tx: Tx, actor: Person, role_id: int) -> RoleRecord:
    """A deputy's role that the actor may end; it may have ended already.

    :raises Refused: "people.not_your_deputy", also for an id that does not exist.
    """
    return await _access(tx, actor, role_id, RoleAbility.END_DEPUTY, _not_your_deputy)


async def access_deputy(tx: Tx, actor: Person, found: RoleRecord, person_id: int) -> Person:
    """Who may act in the place of the role's holder: somebody who works at its unit or below it.

    :raises Refused: "people.own_role" for the actor themselves; "people.gone";
        "people.not_from_here" for whoever works elsewhere; "people.deputy_holds" for whoever holds
        the role.
    """
    if person_id == actor.id:
        raise _own_role(actor)
    person = await find_person(tx, person_id)
    belongs = await people_queries.units_of(tx, person_id)
    if person is None or not belongs or not person.is_member:
        raise people_rights.gone(actor)
    if not any(place.is_within(found.unit) for place in belongs):
        raise _not_from_here(actor)
    if await term_queries.record_held(tx, person_id, found.role, found.unit.id) is not None:
        raise _has_it(actor)
    return person


async def access_role_log(tx: Tx, actor: Person, person_id: int) -> Person:
    """Somebody whose roles, past and present, the actor sees: their own, or those of whom they
    look after.

    :raises Refused: as `access_person`.
    """
    if person_id == actor.id:
        return await people_rights.access_own_membership(tx, actor)
    return (await people_rights.access_person(tx, actor, person_id)).person


async def access_role(tx: Tx, actor: Person, role_id: int) -> RoleRecord:
    """A role that the actor sees, with what may be done with it.

    :raises Refused: "people.no_role" for an id that does not exist, and for a role at another of
        the person's schools; and as `access_role_log`.
    """
    found = await term_queries.role_record(tx, role_id)
    if found is None:
        raise _no_role(actor)
    if actor.is_member and (found.instead_of == actor.id or await _gives(tx, actor, found)):
        return found
    await access_role_log(tx, actor, found.person_id)
    hidden = await people_rights.hidden_units(tx, actor, found.person_id)
    if any(found.unit.is_within(place) for place in hidden):
        raise _no_role(actor)
    return found
