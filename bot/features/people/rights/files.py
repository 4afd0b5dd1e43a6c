"""What somebody may do with a picture, film or recording that is shown to others."""

from collections.abc import Iterable
from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.files.consent import UNANSWERED
from bot.files.owned import OwnedFile, find_file
from bot.packs.roles import Role
from bot.storage.transaction import Tx

HEADS = frozenset({Role.PRINCIPAL})
"""Who answers for the pupils of a school, and hears a guardian's no."""


class FileAbility(StrEnum):
    """What somebody may do with a file of another, or of their own."""

    WITHDRAW = "withdraw"
    """See what its owner said of the pupils in it, and take it back everywhere."""


def _not_head(actor: Person) -> Refused:
    return Refused(
        "people.not_head",
        actor.voice.say("This is for whoever shared it, and for the principal of their school."),
    )


async def abilities(tx: Tx, actor: Person, file: OwnedFile) -> frozenset[FileAbility]:
    """What the actor may do with the file."""
    may = await _may_withdraw(tx, actor, file)
    return frozenset({FileAbility.WITHDRAW} if may else ())


async def access_file(tx: Tx, actor: Person, file_id: int) -> OwnedFile:
    """A file that the actor may withdraw.

    :raises Refused: "people.not_head", also for an id that does not exist.
    """
    file = await find_file(tx, file_id)
    if file is None or not await _may_withdraw(tx, actor, file):
        raise _not_head(actor)
    return file


async def access_unanswered_file(tx: Tx, actor: Person, file_id: int) -> OwnedFile | None:
    """A file of the actor's own, as long as nothing was said of the pupils in it; None after that.

    :raises Refused: "people.not_head", also for an id that does not exist.
    """
    file = await find_file(tx, file_id)
    if file is None or file.owner_id != actor.id:
        raise _not_head(actor)
    return file if file.consent in UNANSWERED else None


async def heads(tx: Tx, person: Person, place: Unit) -> bool:
    """Whether the person answers for the pupils of the unit."""
    return await role_queries.reaches(tx, person.id, HEADS, place.id)


async def heads_one_of(tx: Tx, person: Person, belongs: Iterable[Unit]) -> bool:
    """Whether the person answers for the pupils of one of the units."""
    return any([await heads(tx, person, place) for place in belongs])


async def heads_for(tx: Tx, person: Person, file: OwnedFile) -> dict[str, int]:
    """What the audit trail and messages say besides of what the person does about a file, if they
    answer for its pupils in somebody else's place alone (`on_behalf`)."""
    if file.owner_id == person.id:
        return {}
    belongs = await people_queries.units_of(tx, file.owner_id)
    places = [place for place in belongs if await heads(tx, person, place)]
    found = [await role_queries.on_behalf(tx, person.id, HEADS, place) for place in places]
    return found[0] if found and all(found) else {}


async def access_files_at(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """A unit for whose pupils the actor answers.

    :raises Refused: "people.not_head"
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await heads(tx, actor, place):
        raise _not_head(actor)
    return place


async def _may_withdraw(tx: Tx, actor: Person, file: OwnedFile) -> bool:
    if not actor.is_member:
        return False
    if file.owner_id == actor.id:
        return True
    return await heads_one_of(tx, actor, await people_queries.units_of(tx, file.owner_id))
