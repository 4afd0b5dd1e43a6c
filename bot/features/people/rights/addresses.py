"""What somebody may do with an address: with their own alone; and who may join one to a person."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.chat.person import Person, PersonState, find_person
from bot.core.errors import Refused
from bot.features.people.queries import addresses as address_queries
from bot.features.people.queries.addresses import OwnAddress
from bot.features.people.rights import people as people_rights
from bot.storage.transaction import Tx

MOST_ADDRESSES = 5
"""Addresses of one person."""
NEW_FOR = timedelta(hours=24)
"""For how long an address that was joined cannot take away those that were there before: whoever
got hold of a code could shut its owner out."""


class AddressAbility(StrEnum):
    """What somebody may do with an address."""

    PREFER = "prefer"
    """Be written to there; to be shown it is the same right."""
    UNLINK = "unlink"


def _not_yours(actor: Person) -> Refused:
    return Refused("people.not_your_address", actor.voice.say("This address is not yours."))


def _last(actor: Person) -> Refused:
    return Refused(
        "people.last_address",
        actor.voice.say(
            "This is your only address, so it stays. To leave for good, delete your data in the"
            " settings."
        ),
    )


def _too_new(actor: Person) -> Refused:
    return Refused(
        "people.address_too_new",
        actor.voice.say(
            "This account was linked less than a day ago. Until then, older ones are unlinked from"
            " one of them only."
        ),
    )


def _too_new_for_this(actor: Person, since: datetime, older: OwnAddress) -> Refused:
    return Refused(
        "people.address_too_new",
        actor.voice.say(
            "This account was linked less than a day ago, so this can be done here from {moment}"
            " on. In your older account it can be done at once: {address}.",
            moment=since + NEW_FOR,
            address=address_queries.address_label(actor.voice, older),
        ),
    )


def taken(actor: Person) -> Refused:
    """To a member who types a code: two who are registered are not made one."""
    return Refused(
        "people.address_taken",
        actor.voice.say(
            "This account is registered already. Send the code from the one that is not. If both"
            " are, delete your data in one of them, or unlink it there, and make a new code."
        ),
    )


def full(actor: Person) -> Refused:
    """To whoever wants more addresses than there may be."""
    return Refused(
        "people.addresses_full",
        actor.voice.say(
            "You have {addresses} already, which is the most. Unlink one of them first.",
            addresses=actor.voice.count("{n} address", "{n} addresses", MOST_ADDRESSES),
        ),
    )


async def abilities(tx: Tx, actor: Person, found: OwnAddress) -> frozenset[AddressAbility]:
    """What the actor may do with an address, from wherever they write."""
    if found.person_id != actor.id or not actor.is_member:
        return frozenset()
    if len(await address_queries.addresses_of(tx, actor.id)) == 1:
        return frozenset({AddressAbility.PREFER})
    return frozenset(AddressAbility)


async def access_own_address(tx: Tx, actor: Person, address_id: int) -> OwnAddress:
    """An address of the actor's own.

    :raises Refused: "people.not_your_address", also for an id that does not exist.
    """
    found = await address_queries.address_by_id(tx, address_id)
    if found is None or AddressAbility.PREFER not in await abilities(tx, actor, found):
        raise _not_yours(actor)
    return found


async def access_unlinking(tx: Tx, actor: Person, address_id: int, here: int) -> OwnAddress:
    """An address that the actor may do without; `here` is the one at which they ask for it.

    :raises Refused: "people.not_your_address"; "people.last_address"; "people.address_too_new"
        where `here` was joined just now, and the other one was there before.
    """
    found = await access_own_address(tx, actor, address_id)
    if AddressAbility.UNLINK not in await abilities(tx, actor, found):
        raise _last(actor)
    if found.id != here:
        own = await address_queries.address_by_id(tx, here)
        if own is not None and _is_newcomer(tx, own) and _precedes(found, own):
            raise _too_new(actor)
    return found


def _is_newcomer(tx: Tx, own: OwnAddress) -> bool:
    return own.linked_at is not None and tx.now - own.linked_at < NEW_FOR


def _precedes(other: OwnAddress, own: OwnAddress) -> bool:
    """Whether the other one was there when this one, which was linked, came."""
    assert own.linked_at is not None
    return other.linked_at is None or other.linked_at < own.linked_at


async def access_lasting_act(tx: Tx, actor: Person) -> None:
    """Nothing that the owner of the older addresses could not take back once they are warned is
    done from an address that was joined just now: to erase or take along everything, to hand over
    what one leads, to let a further account in. Nobody but the person of a turn is asked.

    :raises Refused: "people.address_too_new", as long as an older address is left.
    """
    if actor.writes_from is None:
        return
    own = await address_queries.address_by_id(tx, actor.writes_from)
    if own is None or own.person_id != actor.id or not _is_newcomer(tx, own):
        return
    every = await address_queries.addresses_of(tx, actor.id)
    older = [each for each in every if each.id != own.id and _precedes(each, own)]
    if older:
        assert own.linked_at is not None
        raise _too_new_for_this(actor, own.linked_at, older[0])


async def access_linking(tx: Tx, actor: Person) -> Person:
    """The actor as they are stored, who may have one more address.

    :raises Refused: "people.not_registered"; "people.addresses_full"; as `access_lasting_act`.
    """
    fresh = await people_rights.access_own_membership(tx, actor)
    await access_lasting_act(tx, actor)
    if len(await address_queries.addresses_of(tx, fresh.id)) >= MOST_ADDRESSES:
        raise full(actor)
    return fresh


async def access_joining(tx: Tx, actor: Person) -> Person:
    """The actor as they are stored, who is a visitor, and so may turn out to be somebody known.

    :raises Refused: "people.address_taken".
    """
    fresh = await find_person(tx, actor.id)
    if fresh is None or fresh.state is not PersonState.VISITOR:
        raise taken(actor)
    return fresh
