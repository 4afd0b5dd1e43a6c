"""Who may search the people of a unit; what else is found is decided where it is read."""

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.features.people.rights import units as unit_rights
from bot.storage.transaction import Tx


def _not_yours(actor: Person) -> Refused:
    return Refused(
        "people.not_yours",
        actor.voice.say("Only those who lead this unit search all its people."),
    )


async def access_searched_unit(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit all of whose people the actor may search: they look after it.

    :raises Refused: "people.not_yours", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await unit_rights.looks_after(tx, actor, place):
        raise _not_yours(actor)
    return place
