"""Screens for whoever administers the tree: which units are asked for, and each of them."""

from bot.chat.lists import page_of, turning
from bot.chat.screen import Screen, choice, lines
from bot.chat.turn import Turn
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries.people import name_of
from bot.features.people.rights import unit_requests as rights
from bot.features.people.rights import units as unit_rights


async def wanted(turn: Turn, page: str = "0") -> Screen:
    """All that is asked for where the reader administers."""
    tops = await unit_rights.access_adding(turn.tx, turn.person)
    at = page_of(turn, page)
    found, total = await request_queries.open_within(
        turn.tx, tops, offset=at.offset, limit=at.size, besides=turn.person.id
    )
    if (before := at.before(found)) is not None:
        return await wanted(turn, str(before))
    text = turn.say("Nothing is asked for.")
    if total:
        text = turn.count(
            "{n} place of work is missing in the list, and asked for.",
            "{n} places of work are missing in the list, and asked for.",
            total,
        )
    opens = [choice(each.name, "people.wanted_unit", each.id) for each in found]
    pages = turning(turn, at, "people.wanted", more=at.precedes(total))
    screen = Screen(title=turn.say("Missing in the list"), text=text)
    if opens:
        screen = screen.with_list(opens, *pages)
    return screen.with_actions(choice(turn.say("Back"), "people.me"))


async def one(turn: Turn, request_id: str) -> Screen:
    """A unit that is asked for, and by whom."""
    found = await rights.access_unit_request(turn.tx, turn.person, int(request_id))
    about = found.person.voice.gender
    facts = [
        turn.say("{label}: {value}", label=turn.say("Below"), value=found.below.name),
        turn.say(
            "{label}: {value}",
            label=turn.say("Asked by", about=about),
            value=name_of(turn.voice, found.person),
        ),
    ]
    return Screen(title=found.name, text=lines(*facts)).with_actions(
        choice(turn.say("Add it"), "people.add_wanted", found.id),
        choice(turn.say("Decline"), "people.decline_wanted", found.id),
        choice(turn.say("Back"), "people.wanted", 0),
    )


async def add(turn: Turn, request_id: str) -> Screen:
    return await turn.begin("people.add_wanted", request=int(request_id))


async def decline(turn: Turn, request_id: str) -> Screen:
    return await turn.begin("people.decline_wanted", request=int(request_id))
