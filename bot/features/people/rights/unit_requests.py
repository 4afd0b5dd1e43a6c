"""Who answers those who ask that a unit be added."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries.unit_requests import UnitRequest
from bot.features.people.rights.units import access_unit_to_extend, not_administrator
from bot.storage.transaction import Tx


class UnitRequestAbility(StrEnum):
    """What somebody may do with a request that a unit be added."""

    ANSWER = "answer"
    """Add it, or say why not."""


def _answered(actor: Person) -> Refused:
    return Refused(
        "people.unit_answered", actor.voice.say("Somebody has answered this request already.")
    )


async def _access(tx: Tx, actor: Person, found: UnitRequest | None) -> UnitRequest:
    if found is None or found.person.id == actor.id:
        raise not_administrator(actor)
    await access_unit_to_extend(tx, actor, found.below.id)
    if not found.is_open:
        raise _answered(actor)
    return found


async def abilities(tx: Tx, actor: Person, found: UnitRequest) -> frozenset[UnitRequestAbility]:
    """What the actor may do with it."""
    try:
        await _access(tx, actor, found)
    except Refused:
        return frozenset()
    return frozenset({UnitRequestAbility.ANSWER})


async def sees_wanted(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer reads which place of work the person asks to be added; None: none."""
    found = await request_queries.open_of(tx, person.id)
    return None if found is None else bool(await abilities(tx, officer, found))


async def access_unit_request(tx: Tx, actor: Person, request_id: int) -> UnitRequest:
    """A request of somebody else that waits for whoever administers the tree there. Whoever answers
    it holds the lock of the tree.

    :raises Refused: "people.not_administrator", also for an id that does not exist;
        "people.unit_answered" once it is answered.
    """
    return await _access(tx, actor, await request_queries.unit_request(tx, request_id))
