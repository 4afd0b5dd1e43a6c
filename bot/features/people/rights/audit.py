"""Who reads what was done: the head at their unit, whoever administers it, and everybody of
themselves."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audit import Scope
from bot.features.people.queries.units import Unit
from bot.features.people.rights import people as people_rights
from bot.packs.roles import Role
from bot.storage.transaction import Tx

READERS = frozenset({Role.PRINCIPAL, Role.ADMINISTRATOR})
"""Who reads the log of their unit and of all below it; of contents there is nothing in it."""


class AuditAbility(StrEnum):
    """What somebody may do with the log of a unit."""

    READ = "read"
    """See who did what there and when, and take it along."""


def _not_reader(actor: Person) -> Refused:
    return Refused(
        "people.no_log",
        actor.voice.say("Only the head of this unit and whoever administers it read its log."),
    )


async def reads(tx: Tx, person: Person, place: Unit) -> bool:
    """Whether the person reads the log of the unit."""
    return await role_queries.reaches(tx, person.id, READERS, place.id)


async def abilities(tx: Tx, actor: Person, place: Unit) -> frozenset[AuditAbility]:
    """What the actor may do with the log of the unit."""
    return frozenset({AuditAbility.READ} if await reads(tx, actor, place) else ())


async def access_log(tx: Tx, actor: Person, name: str) -> Scope:
    """The log of that name, which is "me" or the id of a unit.

    :raises Refused: "people.not_registered"; "people.no_log", also for a unit that does not exist.
    """
    if name == "me":
        return Scope(person_id=(await people_rights.access_own_membership(tx, actor)).id)
    place = await unit_queries.unit(tx, int(name))
    if place is None or not await reads(tx, actor, place):
        raise _not_reader(actor)
    return Scope(place=place)
