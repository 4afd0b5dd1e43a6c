"""Who may do what about people, units and roles."""

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import grantable
from bot.features.people.queries.units import Unit
from bot.packs.organisation import Role
from bot.storage.transaction import Tx


async def require_member(tx: Tx, actor: Person) -> None:
    """Ensure that the actor is registered now.

    :raises Refused: "people.not_registered" for visitors, and for whoever has deleted their data.
    """
    fresh = await find_person(tx, actor.id)
    if fresh is None or not fresh.is_member:
        raise Refused("people.not_registered", actor.voice.say("You are not registered."))


async def require_granter(tx: Tx, actor: Person, unit_id: int, role: Role) -> Unit:
    """The unit, if the actor may give and end this role there.

    :raises Refused: "people.may_not_grant"
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or role not in await grantable(tx, actor.id, unit_id):
        raise Refused(
            "people.may_not_grant",
            actor.voice.say(
                "Your roles do not allow you to give this role there. Ask whoever leads the unit."
            ),
        )
    return place
