"""Which roles somebody gives and ends at a unit. `abilities` is the set of these roles."""

from collections.abc import Mapping

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.queries import admission as admission_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import Profile
from bot.features.people.queries.roles import GRANTS
from bot.features.people.queries.units import Unit
from bot.features.people.rights import people as people_rights
from bot.features.people.rights.placements import last_administrator
from bot.packs.roles import Role
from bot.storage.transaction import Tx

GIVERS: Mapping[Role, frozenset[Role]] = {
    role: frozenset(giver for giver, given in GRANTS.items() if role in given) for role in Role
}
"""Who gives each role, at the unit of their own or below it."""


def may_not_grant(actor: Person) -> Refused:
    return Refused(
        "people.may_not_grant",
        actor.voice.say(
            "Your roles do not allow you to give this role there. Ask whoever leads the unit."
        ),
    )


async def abilities(tx: Tx, actor: Person, place: Unit) -> frozenset[Role]:
    """The roles that the actor may give, end and offer at the unit."""
    return frozenset(await role_queries.grantable(tx, actor.id, place.id))


async def access_unit_for_role(tx: Tx, actor: Person, unit_id: int, role: Role) -> Unit:
    """The unit, if the actor may give and end this role there.

    :raises Refused: "people.may_not_grant", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or role not in await abilities(tx, actor, place):
        raise may_not_grant(actor)
    return place


def _yourself(actor: Person) -> Refused:
    return Refused(
        "people.yourself", actor.voice.say("Nobody gives themselves a role. Ask those above.")
    )


async def access_candidate(tx: Tx, actor: Person, person_id: int) -> Profile:
    """A member to whom the actor may give what they may give: somebody else, at a unit that they
    look after.

    :raises Refused: "people.yourself", "people.not_yours", "people.gone".
    """
    if person_id == actor.id:
        raise _yourself(actor)
    return await people_rights.access_person(tx, actor, person_id)


async def access_ending_administration(tx: Tx, actor: Person, person_id: int) -> None:
    """That somebody else administers what the person administers.

    :raises Refused: "people.last_administrator".
    """
    if await admission_queries.is_only_administrator(tx, person_id):
        raise last_administrator(actor)
