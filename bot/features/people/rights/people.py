"""What somebody may do as a person whom Halqa knows, and with another one."""

from enum import StrEnum

from bot.chat.person import Person, PersonState, find_person
from bot.core.errors import Refused
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import Profile
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
    """What the actor may do with the person: whoever looks after their unit opens them."""
    opens = await unit_rights.looks_after(tx, actor, profile.unit)
    return frozenset({PersonAbility.OPEN} if opens else ())


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


async def access_person(tx: Tx, actor: Person, person_id: int) -> Profile:
    """Somebody at a unit that the actor looks after.

    :raises Refused: "people.gone" for one who is not registered, "people.not_yours".
    """
    profile = await people_queries.profile(tx, person_id)
    if profile is None:
        raise gone(actor)
    await unit_rights.access_unit_with_people(tx, actor, profile.unit.id)
    return profile
