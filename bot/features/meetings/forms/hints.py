"""Hints to a lead about the time they picked; the choice stays theirs."""

from datetime import datetime

from bot.arabic.calendar.places import place_of
from bot.arabic.calendar.prayer import Prayer
from bot.chat.forms.times import PRAYERS
from bot.chat.screen import lines
from bot.chat.turn import Turn
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.notification_settings.queries import windows as quiet_windows
from bot.features.notification_settings.queries.windows import Availability
from bot.scheduling import quiet
from bot.scheduling.quiet import Cause


async def hints(
    turn: Turn, team: Team, starts: datetime, ends: datetime, *, apart_from: int = 0
) -> str:
    """Meetings of the team at that time apart from one, and quiet times of its unit and of its
    members."""
    clashing = await meeting_queries.clashes(turn.tx, team.id, starts, ends, apart_from=apart_from)
    said = [
        turn.say(
            "⚠️ The team already has a meeting then: {title}, {time}.",
            title=other.title,
            time=turn.voice.time(other.starts_at),
        )
        for other in clashing[:2]
    ]
    said += await _at_the_unit(turn, team, starts)
    return lines(*said, await _of_members(turn, team, starts))


async def _at_the_unit(turn: Turn, team: Team, starts: datetime) -> list[str]:
    availability = await settings_queries.availability_of_unit(turn.tx, team.unit)
    causes = quiet.causes_at(quiet_windows.windows_of(availability, starts, starts), starts)
    day = availability.local(starts).date()
    said: list[str] = [
        turn.say("💡 In the calendar of the unit that day is: {title}.", title=each.title)
        for each in availability.days
        if each.first <= day <= each.last
    ][:2]
    if Cause.WEEKEND in causes:
        said.append(turn.say("💡 That day belongs to the weekend; it can stay if it suits all."))
    if Cause.FRIDAY in causes:
        said.append(turn.say("💡 That is the time of the Friday prayer."))
    elif Cause.IFTAR in causes:
        said.append(turn.say("💡 That is the time of iftar."))
    elif near := quiet_windows.prayer_near(availability, starts):
        said.append(_prayer(turn, availability, *near))
    return said


def _prayer(turn: Turn, availability: Availability, prayer: Prayer, at: datetime) -> str:
    named, time = turn.voice.text(PRAYERS[prayer]), turn.voice.time(at)
    if town := place_of(availability.place):
        return turn.say(
            "💡 {prayer} is near: at about {time}, by the clock of {place}.",
            prayer=named,
            time=time,
            place=town.name(turn.voice.language),
        )
    return turn.say("💡 {prayer} is near: in the capital at about {time}.", prayer=named, time=time)


async def _of_members(turn: Turn, team: Team, starts: datetime) -> str:
    members = [member.person for member in await member_queries.members(turn.tx, team.id)]
    availability = await settings_queries.availability_of(turn.tx, members)
    resting = sum(
        Cause.NIGHT in quiet.causes_at(quiet_windows.windows_of(each, starts, starts), starts)
        for each in availability.values()
    )
    if not resting:
        return ""
    return turn.count(
        "💡 That lies in the quiet hours of {n} member.",
        "💡 That lies in the quiet hours of {n} members.",
        resting,
    )
