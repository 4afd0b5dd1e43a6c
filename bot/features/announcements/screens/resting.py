"""That some readers of an announcement get it later than its author may think: whoever rests gets
it when that is over."""

from datetime import datetime

from bot.chat.rest import some, some_ahead
from bot.chat.turn import Turn
from bot.features.announcements.queries.announcements import Announcement
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.people.queries import audiences as audience_queries

ASKED = 150
"""Readers who are asked whether they rest."""


async def rest_line(turn: Turn, found: Announcement, at: datetime | None = None) -> str:
    """When those of its readers get it whose time of rest it is now, or will be `at` the moment
    (aware) for which it is planned; empty where that is nobody's, or it goes to them all the same.
    Asked of the first of them, since a crowd lives by much the same hours."""
    if found.urgent:
        return ""
    ids = await audience_queries.audience_ids(turn.tx, found.audience, 0, ASKED)
    rests = await settings_queries.rest_of_members(turn.tx, ids, at)
    apart = turn.person.id, found.author.id
    ends = [rest.until for number, rest in rests.items() if number not in apart and not rest.silent]
    if not ends:
        return ""
    if at is None:
        return some(turn.voice, ends, turn.now)
    return some_ahead(turn.voice, ends, at)
