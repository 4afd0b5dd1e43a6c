"""Writes about the addresses of a person: joining one by a code, preferring one, unlinking one."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update

from bot.chat.intake import inbox
from bot.chat.person import Person, Reach, add_stranger, addresses, find_person, keys_of
from bot.delivery import addresses as delivery_addresses
from bot.delivery import outbox
from bot.features.people.models import link_codes, link_tries
from bot.features.people.notices import people as notices
from bot.features.people.queries import addresses as address_queries
from bot.features.people.rights import addresses as address_rights
from bot.storage import audit
from bot.storage.transaction import Tx

CODE_DIGITS = 8
CODE_LIFE = timedelta(minutes=10)
TRIES = 5
"""Wrong codes that one address may type in an hour."""
TRIES_OF_ALL = 200
"""The same for all together: whoever has many accounts guesses no better."""
TRY_LIFE = timedelta(hours=1)

Digest = Callable[[str], str]
"""What of a code is stored: `Installation.digest`."""


class LinkResult(StrEnum):
    LINKED = "linked"
    WRONG = "wrong"
    """Not a code, or not any more."""
    TOO_MANY = "too many"
    """This address has typed too many wrong ones."""
    CLOSED = "closed"
    """All together have."""


@dataclass(frozen=True, slots=True)
class Linking:
    """What came of a code: whose address it is by now, or how many tries are left."""

    result: LinkResult
    person: Person | None = None
    left: int = 0


async def make_code(tx: Tx, actor: Person, digest: Digest) -> str:
    """A code that joins one more address to the actor: eight digits, once, for `CODE_LIFE`. One
    that was made before is no longer valid.

    :raises Refused: as `access_linking`.
    """
    await tx.lock("person", actor.id)
    await address_rights.access_linking(tx, actor)
    await _forget_old(tx)
    await tx.execute(delete(link_codes).where(link_codes.c.person_id == actor.id))
    code = _draw()
    while await _owners(tx, digest(code)):
        code = _draw()
    await tx.execute(
        link_codes.insert().values(
            person_id=actor.id, digest=digest(code), expires_at=tx.now + CODE_LIFE
        )
    )
    await audit.record(tx, actor.id, "people.link_code", actor.id)
    return code


def _draw() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


async def use_code(tx: Tx, actor: Person, address_id: int, code: str, digest: Digest) -> Linking:
    """Join the address at which a visitor types a code to whoever made it. What the visitor had
    begun is gone, and that person is told at each of their other addresses.

    A wrong code is no refusal: it counts, so nothing may be undone.

    :raises Refused: as `access_joining`; "people.addresses_full".
    """
    await address_rights.access_joining(tx, actor)
    await _forget_old(tx)
    tries = select(func.count()).select_from(link_tries)
    own = await tx.scalar(tries.where(link_tries.c.address_id == address_id))
    if own >= TRIES:
        return Linking(LinkResult.TOO_MANY)
    if await tx.scalar(tries) >= TRIES_OF_ALL:
        return Linking(LinkResult.CLOSED)
    member = await _take(tx, actor, digest(code))
    if member is None:
        await tx.execute(link_tries.insert().values(address_id=address_id, tried_at=tx.now))
        left = TRIES - own - 1
        return Linking(LinkResult.WRONG if left else LinkResult.TOO_MANY, left=left)
    others = await address_queries.addresses_of(tx, member.id)
    if len(others) >= address_rights.MOST_ADDRESSES:
        raise address_rights.full(actor)
    await delivery_addresses.absorb(tx, actor.id, member.id)
    await tx.execute(update(addresses).where(addresses.c.id == address_id).values(linked_at=tx.now))
    await tx.execute(delete(link_tries).where(link_tries.c.address_id == address_id))
    await audit.record(tx, member.id, "people.link", address_id)
    for other in (each for each in others if each.reach is Reach.REACHABLE):
        await outbox.send_at(tx, notices.LINKED, other.id, {"address": address_id})
    return Linking(LinkResult.LINKED, member)


async def _take(tx: Tx, actor: Person, found: str) -> Person | None:
    """Use a code up; whose it was, if it was somebody's."""
    owners = await _owners(tx, found)
    # In one order, since others may hold one of both.
    for number in sorted({actor.id, *owners}):
        await tx.lock("person", number)
    used = await tx.fetch("DELETE FROM link_codes WHERE digest = ? RETURNING person_id", found)
    if not used:
        return None
    member = await find_person(tx, int(used[0][0]))
    return member if member is not None and member.is_member else None


async def _owners(tx: Tx, found: str) -> list[int]:
    query = select(link_codes.c.person_id).where(link_codes.c.digest == found)
    return list(await tx.scalars(query))


async def _forget_old(tx: Tx) -> None:
    await tx.execute(delete(link_codes).where(link_codes.c.expires_at <= tx.now))
    await tx.execute(delete(link_tries).where(link_tries.c.tried_at <= tx.now - TRY_LIFE))


async def prefer_address(tx: Tx, actor: Person, address_id: int) -> None:
    """Write to the actor at this address of theirs from now on. A warning that another one was
    linked still goes where it was to go: whoever linked it must not be the one who reads it.

    :raises Refused: as `access_own_address`.
    """
    await tx.lock("person", actor.id)
    await address_rights.access_own_address(tx, actor, address_id)
    await delivery_addresses.prefer(tx, actor.id, address_id, but_for=[notices.LINKED])
    await audit.record(tx, actor.id, "people.prefer_address", address_id)


async def unlink_address(tx: Tx, actor: Person, address_id: int, here: int) -> Person:
    """Make an address of the actor's that of a stranger, who is told unless it is `here`; returns
    that stranger. What was written from it and handled is forgotten, so that nothing of it lies at
    an account that is no longer known to be theirs.

    :raises Refused: as `access_unlinking`.
    """
    found = await address_rights.access_unlinking(tx, actor, address_id, here)
    keys = await keys_of(tx, address_id)
    for key in keys:
        await inbox.hold_sender(tx, found.channel, key)
    await tx.lock("person", actor.id)
    await address_rights.access_unlinking(tx, actor, address_id, here)
    stranger = await add_stranger(tx, actor.voice.country, actor.voice.language)
    await delivery_addresses.give_away(tx, address_id, stranger.id)
    await tx.execute(update(addresses).where(addresses.c.id == address_id).values(linked_at=None))
    await inbox.forget_sender(tx, found.channel, keys)
    await audit.record(tx, actor.id, "people.unlink", address_id)
    if address_id != here:
        await outbox.send_at(tx, notices.UNLINKED, address_id, {})
    return stranger
