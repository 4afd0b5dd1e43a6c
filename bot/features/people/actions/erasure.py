"""Erasing what belongs to a person who leaves for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.chat.conversation import conversations
from bot.chat.intake.inbox import forget_sender, hold_sender
from bot.chat.kept_choices import kept_choices
from bot.chat.person import (
    Person,
    PersonState,
    Reach,
    address_aliases,
    addresses,
    change_person,
    find_people,
    keys_of,
    people,
)
from bot.chat.personal import Personal
from bot.delivery import retention
from bot.features.people.actions import search as people_index
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.placements import forget_placements
from bot.features.people.actions.search import plan_clearing
from bot.features.people.actions.terms import end_deputies, end_where
from bot.features.people.actions.views import forget_viewer
from bot.features.people.models import (
    InvitationState,
    erasures,
    invitations,
    link_codes,
    link_tries,
    profiles,
    unit_requests,
)
from bot.features.people.rights import addresses as address_rights
from bot.features.people.rights import people as people_rights
from bot.files import owned
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.database import ERASED
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

_OLD_VISITORS = (
    "SELECT id FROM people WHERE state = 'visitor' AND created_at < ? AND NOT EXISTS"
    " (SELECT 1 FROM addresses JOIN conversations ON address_id = addresses.id"
    " WHERE person_id = people.id AND conversations.changed_at >= ?)"
    " ORDER BY created_at LIMIT ?"
)


async def erase_person(
    tx: Tx, person: Person, parts: Sequence[Personal], *, by_operator: bool = False
) -> None:
    """Erase what every slice keeps of the person, each by its own action, and at the end what they
    are known by; what they gave to others stays without a name. This is the one way, whoever asks:
    the person themselves, or `by_operator` whoever runs the installation. What they are just
    doing comes to its end before, so that it is erased as well.

    :raises Refused: "people.not_registered" for whoever has deleted their data; as
        `access_lasting_act`.
    """
    await address_rights.access_lasting_act(tx, person)
    await _hold_turns(tx, person.id)
    for part in parts:
        if part.erases is not None:
            await part.erases(tx, person)
    await delete_own_data(tx, person, by_operator=by_operator)
    acts = [act.name for part in parts for act in part.acts if act.of_person]
    await audit.erase_details(tx, person.id, acts)


async def forget_visitors(tx: Tx, before: datetime, most: int, parts: Sequence[Personal]) -> int:
    """Erase whoever first wrote before that moment, has not registered, and has begun nothing
    since; at most so many. Returns how many."""
    found = await tx.fetch(_OLD_VISITORS, to_millis(before), to_millis(before), most)
    numbers = sorted(int(row[0]) for row in found)
    # All turns are held before anything else is: a turn that waits for what is erased here, and is
    # waited for, would never end.
    for number in numbers:
        await _hold_turns(tx, number)
    visitors = await find_people(tx, numbers)
    forgotten = [each for each in visitors.values() if each.state is PersonState.VISITOR]
    for visitor in forgotten:
        await erase_person(tx, visitor, parts, by_operator=True)
    return len(forgotten)


async def _hold_turns(tx: Tx, person_id: int) -> None:
    for row in await _addresses_of(tx, person_id):
        for key in await keys_of(tx, row.id):
            await hold_sender(tx, row.channel, key)


async def delete_own_data(tx: Tx, person: Person, *, by_operator: bool = False) -> None:
    """Erase what the person is known by, which is the last part of `erase_person`.

    Gone are: name, form of address, place of work, roles, half-filled forms, files, searches,
    messages that were sent or queued, the words of the name by which they were found, and every
    address: whoever writes from one again begins as somebody new.

    :raises Refused: "people.not_registered" for whoever has deleted their data.
    """
    await tx.lock("person", person.id)
    await people_rights.access_own_data(tx, person)
    await _list_erasure(tx, person.id)
    await retention.forget_person(tx, person.id)
    async with counted(tx, person.id):
        await tx.execute(delete(profiles).where(profiles.c.person_id == person.id))
        await forget_placements(tx, person.id)
        ended = await end_where(tx, person.id, None if by_operator else person.id)
    await end_deputies(tx, ended, person.id)
    await tx.execute(
        update(invitations)
        .where(invitations.c.created_by == person.id, invitations.c.state == InvitationState.OPEN)
        .values(state=InvitationState.WITHDRAWN)
    )
    await people_index.forget_searches(tx, person.id)
    await tx.execute(delete(unit_requests).where(unit_requests.c.person_id == person.id))
    await tx.execute(delete(kept_choices).where(kept_choices.c.person_id == person.id))
    await owned.forget_owner(tx, person.id)
    await forget_viewer(tx, person.id)
    await _forget_addresses(tx, person.id)
    await change_person(
        tx, person.id, state=PersonState.GONE, name="", gender="neutral", registered_at=None
    )
    by = None if by_operator else person.id
    await audit.record(tx, by, "people.delete", person.id)
    await people_index.index_person(tx, person.id)
    await plan_clearing(tx)
    tx.signal_after_commit(ERASED)


async def _list_erasure(tx: Tx, person_id: int) -> None:
    """A backup knows the person still: whoever restores it is told to erase them again."""
    since = await tx.scalar(select(people.c.created_at).where(people.c.id == person_id))
    await tx.insert(erasures, person_id=person_id, known_since=since, erased_at=tx.now)


async def _addresses_of(tx: Tx, person_id: int) -> Sequence[Row[Any]]:
    own = addresses.select().where(addresses.c.person_id == person_id)
    return await tx.all(own.order_by(addresses.c.id))


async def _forget_addresses(tx: Tx, person_id: int) -> None:
    """Cut the link from the person's rows to the accounts they wrote from."""
    await tx.execute(delete(link_codes).where(link_codes.c.person_id == person_id))
    for row in await _addresses_of(tx, person_id):
        await forget_sender(tx, row.channel, await keys_of(tx, row.id))
        await tx.execute(delete(conversations).where(conversations.c.address_id == row.id))
        await tx.execute(delete(address_aliases).where(address_aliases.c.address_id == row.id))
        await tx.execute(delete(link_tries).where(link_tries.c.address_id == row.id))
        await owned.forget_copies_at(tx, [row.id])
        await tx.execute(
            update(addresses)
            .where(addresses.c.id == row.id)
            .values(
                external=f"gone-{row.id}",
                reach=Reach.UNREACHABLE,
                changed_at=tx.now,
                heard_at=None,
            )
        )


async def forget_old_erasures(tx: Tx, before: datetime, most: int) -> int:
    """Take from the list of erasures what was erased before that moment, at most so many; returns
    how many."""
    old = first_of(tx, "id", "FROM erasures WHERE erased_at < ? ORDER BY erased_at LIMIT ?")
    rows = await tx.fetch(
        f"DELETE FROM erasures WHERE {old} RETURNING id",  # noqa: S608
        to_millis(before),
        most,
    )
    return len(rows)
