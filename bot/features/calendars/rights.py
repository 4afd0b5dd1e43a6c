"""What somebody may do with the calendar of a unit."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.calendars.queries import KEEPERS
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import Unit
from bot.storage.transaction import Tx


class CalendarAbility(StrEnum):
    """What somebody may do with the calendar of a unit."""

    KEEP = "keep"
    """Enter days, take them in from a file, and take them out."""


def _not_keeper(actor: Person) -> Refused:
    return Refused(
        "manners.not_keeper",
        actor.voice.say("The calendar is kept by the leaders of the unit and by its supervisors."),
    )


async def abilities(tx: Tx, actor: Person, place: Unit) -> frozenset[CalendarAbility]:
    """What the actor may do with the calendar of the unit."""
    keeps = await role_queries.reaches(tx, actor.id, KEEPERS, place.id)
    return frozenset({CalendarAbility.KEEP} if keeps else ())


async def access_kept_calendar(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit whose calendar the actor keeps.

    :raises Refused: "manners.not_keeper", also for an id that does not exist.
    """
    place = await unit_queries.unit(tx, unit_id)
    if place is None or CalendarAbility.KEEP not in await abilities(tx, actor, place):
        raise _not_keeper(actor)
    return place
