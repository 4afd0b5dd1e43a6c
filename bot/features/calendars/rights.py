"""Who may write into a unit's calendar."""

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.calendars import queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.storage.transaction import Tx


async def require_keeper(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit whose calendar the actor keeps.

    :raises Refused: "manners.not_keeper".
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await queries.keeps_calendar(tx, actor, unit_id):
        raise Refused(
            "manners.not_keeper",
            actor.voice.say(
                "The calendar is kept by the leaders of the unit and by its supervisors."
            ),
        )
    return place
