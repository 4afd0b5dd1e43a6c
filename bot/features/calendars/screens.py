"""The holidays and examinations of a unit."""

from bot.chat.lists import page_of_entries, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import ListEntry, Screen, choice, lines
from bot.chat.turn import Turn
from bot.features.calendars import actions, queries, rights
from bot.features.calendars.forms.days import span_of, title_of
from bot.features.calendars.queries import CalendarDays
from bot.features.calendars.rights import CalendarAbility
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.units import Unit

# The days of a unit


async def own_days(turn: Turn, page: str = "0") -> Screen:
    """Holidays and examinations that hold for the person's own unit."""
    profile = await people_queries.profile(turn.tx, turn.person.id)
    if profile is None:
        return await turn.show("manners.mine")
    return await _days(turn, profile.unit, "manners.mine", int(page))


async def unit_days(turn: Turn, unit_id: str, page: str = "0") -> Screen:
    """The calendar of a unit, for whoever keeps it, page by page; each entry has its own button."""
    place = await rights.access_kept_calendar(turn.tx, turn.person, int(unit_id))
    return await _days(turn, place, None, int(page))


async def _days(turn: Turn, place: Unit, back: str | None, page: int = 0) -> Screen:
    route, start = ("manners.days", ()) if back else ("manners.unit", (place.id,))
    at = page_of_entries(turn, page)
    found = await queries.days_of(turn.tx, place, skip=at.offset, limit=at.ahead)
    if (before := at.before(found)) is not None:
        return await _days(turn, place, back, before)
    pages = turning(turn, at, route, *start, more=len(found) > at.size)
    del found[at.size :]
    keeps = CalendarAbility.KEEP in await rights.abilities(turn.tx, turn.person, place)
    own = {each.id for each in found if keeps and each.unit_id == place.id}
    text = "" if found else turn.say("No holidays or examinations are entered yet.")
    hint = turn.say("Choose what is to be taken out.") if own else ""
    takes_out = turn.say("Take it out")
    items = [
        ListEntry(
            title_of(turn, each.kind, each.title),
            span_of(turn, each.first, each.last),
            choice(takes_out, "manners.drop", each.id) if each.id in own else None,
        )
        for each in found
    ]
    onward = (
        choice(turn.say("Back"), back)
        if back
        else choice(turn.say("Back"), "people.staff", place.id, 0)
    )
    title = turn.say("{unit}: holidays and examinations", unit=place.name)
    screen = Screen(title=title, text=text, footer=hint)
    return screen.with_entries(items, *pages, first=at.offset + 1).with_actions(
        [
            choice(turn.say("Enter days"), "manners.add", place.id),
            choice(turn.say("From a calendar file"), "manners.file", place.id),
        ]
        if keeps
        else [],
        onward,
    )


def _line(turn: Turn, each: CalendarDays) -> str:
    return lines(title_of(turn, each.kind, each.title), span_of(turn, each.first, each.last))


async def add(turn: Turn, unit_id: str) -> Screen:
    return await turn.begin("manners.add", unit_id=int(unit_id))


async def add_file(turn: Turn, unit_id: str) -> Screen:
    return await turn.begin("manners.file", unit_id=int(unit_id))


async def drop(turn: Turn, days_id: str) -> Screen:
    """Asked once more, since others rely on the calendar."""
    found = await queries.days(turn.tx, int(days_id))
    if found is None:
        return await own_days(turn)
    await rights.access_kept_calendar(turn.tx, turn.person, found.unit_id)
    return ask_first(
        _line(turn, found),
        turn.say("Shall I take it out of the calendar?"),
        act=choice(turn.say("Yes, take it out"), "manners.dropped", found.id),
        back=no_choice(turn, "manners.unit", found.unit_id),
    )


async def dropped(turn: Turn, days_id: str) -> Screen:
    place = await actions.remove_days(turn.tx, turn.person, int(days_id))
    if place is None:
        return await own_days(turn)
    return (await unit_days(turn, str(place.id))).with_notice(turn.say("Taken out."))
