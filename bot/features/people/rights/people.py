"""What somebody may do as a person whom Halqa knows, and with another one."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from bot.chat.person import Person, PersonState, find_person
from bot.core.errors import Refused
from bot.features.people.models import UnitStanding
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import Profile
from bot.features.people.queries.units import Unit
from bot.features.people.rights import units as unit_rights
from bot.storage.transaction import Tx


class PersonAbility(StrEnum):
    """What somebody may do with a registered person."""

    OPEN = "open"
    """See which roles they hold."""


def _not_registered(actor: Person) -> Refused:
    return Refused("people.not_registered", actor.voice.say("You are not registered."))


def _registered(actor: Person) -> Refused:
    return Refused("people.registered", actor.voice.say("You are registered already."))


def gone(actor: Person) -> Refused:
    return Refused("people.gone", actor.voice.say("This person is no longer registered."))


async def abilities(tx: Tx, actor: Person, profile: Profile) -> frozenset[PersonAbility]:
    """What the actor may do with the person: whoever looks after one of their units opens them."""
    opens = await _looked_after(tx, actor, profile.units)
    return frozenset({PersonAbility.OPEN} if opens else ())


async def _looked_after(tx: Tx, actor: Person, belongs: Iterable[Unit]) -> tuple[Unit, ...]:
    """Those of the units whose people the actor looks after, in their order."""
    return tuple([place for place in belongs if await unit_rights.looks_after(tx, actor, place)])


async def hidden_units(tx: Tx, reader: Person, person_id: int) -> tuple[Unit, ...]:
    """Units to which somebody belongs besides, and which are not the reader's to know of."""
    if person_id == reader.id:
        return ()
    belongs = await people_queries.units_of(tx, person_id)
    seen = await _looked_after(tx, reader, belongs)
    return tuple(place for place in belongs if place not in seen)


def by_invitation(actor: Person, unit: str) -> Refused:
    """To whoever asks at a unit that nobody answers for."""
    return Refused(
        "people.by_invitation",
        actor.voice.say(
            "{unit} takes colleagues by an invitation or a list only. Ask there for the link, or"
            " choose the department above it.",
            unit=unit,
        ),
    )


def unit_gone(actor: Person) -> Refused:
    return Refused(
        "people.unit_gone",
        actor.voice.say("This unit is no longer there. Please search for another one."),
    )


def _belongs(actor: Person, unit: str) -> Refused:
    return Refused("people.belongs", actor.voice.say("You belong to {unit} already.", unit=unit))


def _waits(actor: Person, unit: str) -> Refused:
    return Refused("people.belongs", actor.voice.say("You have asked {unit} already.", unit=unit))


def _suspended(actor: Person, unit: str) -> Refused:
    return Refused(
        "people.suspended_there",
        actor.voice.say("You are suspended from {unit}; it ends by itself.", unit=unit),
    )


async def access_unit_to_ask(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """A unit at which the actor, who is registered, may ask to be let in.

    :raises Refused: "people.unit_gone"; "people.belongs" where they belong or wait already;
        "people.suspended_there".
    """
    place = await unit_queries.unit_held(tx, unit_id)
    if place is None or not place.is_active:
        raise unit_gone(actor)
    found = await placement_queries.placement_at(tx, actor.id, unit_id)
    if found is None:
        return place
    if found.standing is UnitStanding.SUSPENDED:
        raise _suspended(actor, place.name)
    raise (_belongs if found.belongs else _waits)(actor, place.name)


async def access_registered(tx: Tx, actor: Person) -> Person:
    """The actor as they are stored, registered now, whether or not they belong anywhere.

    :raises Refused: "people.not_registered" for visitors, and for whoever has deleted their data.
    """
    fresh = await find_person(tx, actor.id)
    if fresh is None or not fresh.is_registered:
        raise _not_registered(actor)
    return fresh


async def access_own_membership(tx: Tx, actor: Person) -> Person:
    """The actor as they are stored, registered now.

    :raises Refused: "people.not_registered" for visitors, and for whoever has deleted their data.
    """
    fresh = await find_person(tx, actor.id)
    if fresh is None or not fresh.is_member:
        raise _not_registered(actor)
    return fresh


async def access_own_data(tx: Tx, actor: Person) -> Person:
    """The actor as they are stored, registered or a visitor: something of theirs is kept.

    :raises Refused: "people.not_registered" for whoever has deleted their data.
    """
    fresh = await find_person(tx, actor.id)
    if fresh is None or fresh.state is PersonState.GONE:
        raise _not_registered(actor)
    return fresh


async def access_registration(tx: Tx, actor: Person) -> Person:
    """The actor as they are stored, who is a visitor and so may register.

    :raises Refused: "people.registered".
    """
    fresh = await find_person(tx, actor.id)
    if fresh is None or fresh.state is not PersonState.VISITOR:
        raise _registered(actor)
    return fresh


async def access_person(tx: Tx, actor: Person, person_id: int, unit_id: int = 0) -> Profile:
    """Somebody at a unit that the actor looks after: the one of this id, or else the first of
    theirs. Of somebody of several schools only what concerns the actor is in it: `units` are those
    that they look after, `unit` is the one that was asked for, and roles at the others are left
    out.

    :raises Refused: "people.gone" for one who is not registered, "people.not_yours".
    """
    profile = await people_queries.profile(tx, person_id)
    if profile is None:
        raise gone(actor)
    seen = await _looked_after(tx, actor, profile.units)
    place = next((each for each in seen if each.id == unit_id), next(iter(seen), profile.unit))
    await unit_rights.access_unit_with_people(tx, actor, place.id)
    hidden = [each for each in profile.units if each not in seen and person_id != actor.id]
    shown = [
        held for held in profile.roles if not any(held.unit.is_within(each) for each in hidden)
    ]
    return replace(profile, unit=place, units=seen, roles=tuple(shown))
