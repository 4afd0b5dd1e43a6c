"""Who hands places out to those who stand on a list, and who takes one."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.imports.queries import listed as listed_queries
from bot.features.imports.queries.listed import Listed
from bot.features.imports.rights.lists import IMPORTERS
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.features.people.rights import invitations as invitation_rights
from bot.features.people.rights import units as unit_rights
from bot.packs.roles import Role
from bot.storage.transaction import Tx

HEADS = frozenset({Role.PRINCIPAL})
UNDONE_FOR = timedelta(days=7)
"""For how long a claim can be undone."""


class ListedAbility(StrEnum):
    """What somebody may do with a person who stands on a list."""

    HAND_OUT = "hand_out"
    """See them, and be given their code to hand over."""
    UNDO = "undo"
    """Undo their claim."""


def not_yours_to_hand_out(actor: Person) -> Refused:
    return Refused(
        "imports.not_head",
        actor.voice.say("Only the head of the unit, and whoever brought the list, see this."),
    )


def taken(actor: Person) -> Refused:
    """To whoever comes too late: the place went to somebody, or is no longer kept."""
    return Refused(
        "imports.not_open",
        actor.voice.say(
            "This place is no longer open. If it is yours, ask the head of your school about it."
        ),
    )


def _own_list(actor: Person) -> Refused:
    return Refused(
        "imports.own_list",
        actor.voice.say("You brought this list yourself: another one has to give you this role."),
    )


def _role_not_given(actor: Person) -> Refused:
    return Refused(
        "imports.role_not_given",
        actor.voice.say(
            "Whoever brought the list may no longer give this role. Ask the head of your school."
        ),
    )


async def abilities(tx: Tx, actor: Person, listed: Listed) -> frozenset[ListedAbility]:
    """What the actor may do with somebody who stands on a list."""
    if not await _hands_out(tx, actor, listed.unit, listed.made_by):
        return frozenset()
    if listed.claimed_by is None:
        return frozenset({ListedAbility.HAND_OUT})
    # Nobody takes their own place away from themselves, and with it what came by it.
    fresh = listed.claimed_at is not None and tx.now - listed.claimed_at < UNDONE_FOR
    undoes = fresh and listed.claimed_by != actor.id
    return frozenset({ListedAbility.UNDO} if undoes else ())


async def _hands_out(tx: Tx, actor: Person, place: Unit, made_by: int | None) -> bool:
    if made_by == actor.id:
        return await role_queries.reaches(tx, actor.id, IMPORTERS, place.id)
    return await unit_rights.heads_it(tx, actor, place)


async def access_listed(tx: Tx, actor: Person, listed_id: int, *, lock: bool = False) -> Listed:
    """Somebody of a list who waits, for whoever hands their code over.

    :raises Refused: "imports.not_head", also for an id that does not exist and for one who has
        claimed their place.
    """
    if lock:
        await tx.lock("listed", listed_id)
    listed = await listed_queries.listed_by_id(tx, listed_id)
    if listed is None or ListedAbility.HAND_OUT not in await abilities(tx, actor, listed):
        raise not_yours_to_hand_out(actor)
    return listed


async def hands_over(tx: Tx, person: Person, listed: Iterable[Listed]) -> list[Listed]:
    """Those of these whose code the person hands over."""
    may: dict[tuple[int, bool], bool] = {}
    found = []
    for each in listed:
        case = (each.unit.id, each.made_by == person.id)
        if case not in may:
            may[case] = await _hands_out(tx, person, each.unit, each.made_by)
        if may[case]:
            found.append(each)
    return found


async def access_slips(tx: Tx, actor: Person, ids: Sequence[int]) -> list[Listed]:
    """Those of a sheet of slips, whether they still wait or not, for whoever hands it out.

    :raises Refused: "imports.not_head" where one of them is not theirs to hand out.
    """
    found = await hands_over(tx, actor, await listed_queries.listed_by_ids(tx, ids))
    if len(found) != len(set(ids)):
        raise not_yours_to_hand_out(actor)
    return found


async def hands_out_for(tx: Tx, person: Person, listed: Listed) -> dict[str, int]:
    """What the audit trail says besides of what the person does about a place: see `on_behalf`."""
    wanted = IMPORTERS if listed.made_by == person.id else HEADS
    return await role_queries.on_behalf(tx, person.id, wanted, listed.unit)


async def access_claim(tx: Tx, actor: Person, listed_id: int) -> Listed:
    """Somebody of a list whose claim can be undone, locked.

    :raises Refused: "imports.not_head".
    """
    await tx.lock("listed", listed_id)
    listed = await listed_queries.listed_by_id(tx, listed_id)
    if listed is None or ListedAbility.UNDO not in await abilities(tx, actor, listed):
        raise not_yours_to_hand_out(actor)
    return listed


async def access_proven(tx: Tx, actor: Person, listed_id: int) -> Listed:
    """The place that the actor has proven to be theirs, locked.

    :raises Refused: "imports.not_open" where it is theirs no more, or never was; "imports.own_list"
        where a role above a teacher's would come from nobody but themselves;
        "people.put_out" for whoever is suspended or was removed there;
        "imports.role_not_given" where whoever brought the list may not give that role any more.
    """
    await tx.lock("listed", listed_id)
    listed = await listed_queries.listed_by_id(tx, listed_id)
    if listed is None or not listed.is_open or not listed.is_proven_by(actor.id, tx.now):
        raise taken(actor)
    if not listed.unit.is_active:
        raise taken(actor)
    if await placement_queries.put_out_of(tx, actor.id, listed.unit):
        raise invitation_rights.put_out(actor, listed.unit.name)
    if listed.role is not Role.TEACHER and listed.made_by is not None:
        if listed.made_by == actor.id:
            raise _own_list(actor)
        if listed.role not in await role_queries.grantable(tx, listed.made_by, listed.unit.id):
            raise _role_not_given(actor)
    return listed


async def access_waiting(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit of which the actor sees who waits.

    :raises Refused: "imports.not_head".
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await waits_on(tx, actor, place):
        raise not_yours_to_hand_out(actor)
    return place


async def waits_on(tx: Tx, person: Person, place: Unit) -> bool:
    """Whether the person sees who of the unit stands on a list: its head, or whoever brought one
    for it."""
    makers = await listed_queries.makers_at(tx, place.id)
    if person.id in makers and await role_queries.reaches(tx, person.id, IMPORTERS, place.id):
        return True
    return await unit_rights.heads_it(tx, person, place)


async def sees_listing_of(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer sees by which name of a list the person has joined; None: by none."""
    found = await listed_queries.claimed_by(tx, person.id)
    if not found:
        return None
    may = [await abilities(tx, officer, each) for each in found]
    return any(ListedAbility.UNDO in each for each in may)
