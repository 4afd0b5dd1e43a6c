"""Screens about the tree of units: what lies below one, and for whoever administers it the ways to
add, rename, move, merge and close."""

from bot.chat.lists import page_of, turning
from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Choice, Screen, choice
from bot.chat.turn import Turn
from bot.features.people.actions import unit_changes
from bot.features.people.forms.units import figures
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.unit_figures import figures_of
from bot.features.people.queries.units import Unit, mark_of
from bot.features.people.rights import units as unit_rights
from bot.features.people.rights.units import UnitAbility


async def units(turn: Turn, unit_id: str, page: str = "0") -> Screen:
    """The units right below one, each leading to its people; and what may be done with the unit
    itself."""
    place = await unit_rights.access_unit_with_people(turn.tx, turn.person, int(unit_id))
    at = page_of(turn, page)
    found, total = await unit_queries.children_of(
        turn.tx, place.id, offset=at.offset, limit=at.size
    )
    if (before := at.before(found)) is not None:
        return await units(turn, unit_id, str(before))
    text = turn.count("{n} unit", "{n} units", total)
    if not place.is_active:
        text = turn.say("{unit} is closed.", unit=place.name)
    units_below = [choice(below.name, "people.staff", below.id, 0) for below in found]
    pages = turning(turn, at, "people.units", place.id, more=at.precedes(total))
    again = choice("", "people.units", place.id, at.number)
    screen = Screen(title=place.name, text=text, again=again)
    back = choice(turn.say("Back"), "people.staff", place.id, 0)
    if units_below:
        screen = screen.with_list(units_below, *pages)
    return screen.with_actions(await _changes(turn, place), back)


async def _changes(turn: Turn, place: Unit) -> list[Choice]:
    if not place.is_active:
        return []
    able = await unit_rights.abilities(turn.tx, turn.person, place)
    found = []
    if UnitAbility.ADD_UNITS in able:
        _, asked = await request_queries.open_within(
            turn.tx, [place], offset=0, limit=1, besides=turn.person.id
        )
        if asked:
            found.append(choice(turn.say("Missing ({n})", n=asked), "people.wanted", 0))
        found.append(choice(turn.say("Add a unit below"), "people.add_unit", place.id))
    if UnitAbility.CHANGE in able:
        found.append(choice(turn.say("Rename"), "people.rename_unit", place.id))
        if place.parent_id is not None:
            found.append(choice(turn.say("Move elsewhere"), "people.move_unit", place.id))
            found.append(choice(turn.say("Merge into another"), "people.merge_unit", place.id))
        found.append(choice(turn.say("Place"), "people.place_unit", place.id))
        found.append(choice(turn.say("Close it"), "people.close_unit", place.id))
    return found


async def add(turn: Turn, unit_id: str) -> Screen:
    return await turn.begin("people.add_unit", parent=int(unit_id))


async def rename(turn: Turn, unit_id: str) -> Screen:
    return await _begin(turn, "people.rename_unit", unit_id)


async def place(turn: Turn, unit_id: str) -> Screen:
    return await _begin(turn, "people.place_unit", unit_id)


async def move(turn: Turn, unit_id: str) -> Screen:
    return await _begin(turn, "people.move_unit", unit_id)


async def merge(turn: Turn, unit_id: str) -> Screen:
    return await _begin(turn, "people.merge_unit", unit_id)


async def _begin(turn: Turn, form: str, unit_id: str) -> Screen:
    place = await unit_rights.access_unit_to_change(turn.tx, turn.person, int(unit_id))
    return await turn.begin(form, unit=place.id, seen=mark_of(place))


async def close(turn: Turn, unit_id: str) -> Screen:
    """Ask before a unit is closed, with what follows from it."""
    place = await unit_rights.access_unit_to_change(turn.tx, turn.person, int(unit_id))
    found = await figures_of(turn.tx, place)
    if found.units or not place.is_active:
        open_below = turn.say("Units below it are open still. Close or move them first.")
        return (await units(turn, unit_id)).with_result(
            open_below if place.is_active else turn.say("{unit} is closed.", unit=place.name)
        )
    return ask_first(
        turn.say("Shall I close {unit}? This cannot be undone.", unit=place.name),
        await figures(turn, place, found),
        turn.say(
            "Whoever belongs to it stays in the lists above it until another unit lets them in."
            " Whoever waits is told, roles at it end, and its invitations and the codes of its"
            " lists no longer work. What was shared and decided stays."
        ),
        act=choice(turn.say("Yes, close it"), "people.unit_closed", place.id, mark_of(place)),
        back=no_choice(turn, "people.units", place.id, 0),
    )


async def closed(turn: Turn, unit_id: str, seen: str) -> Screen:
    """Close a unit."""
    place = await unit_rights.access_unit_to_change(turn.tx, turn.person, int(unit_id))
    await unit_changes.close_unit(turn.tx, turn.person, place.id, seen)
    done = turn.say("{unit} is closed.", unit=place.name)
    if place.parent_id is None:
        return (await turn.show("people.me")).with_result(done)
    return (await units(turn, str(place.parent_id))).with_result(done)
