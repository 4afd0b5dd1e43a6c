"""Teams, schools and colleagues that answer the words of a search."""

from collections.abc import Sequence

from bot.arabic.search.matching import Match, Matches, written_words
from bot.chat.lists import entry, page_of_entries, turning
from bot.chat.navigation import menu_choice
from bot.chat.screen import ListEntry, Screen, choice, lines
from bot.chat.turn import Turn
from bot.core.i18n import Phrase
from bot.core.text import isolate
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import search as team_search
from bot.features.communities.queries.teams import OVERSEERS, Team
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import search as people_search
from bot.features.people.queries.search import Colleague
from bot.features.people.queries.units import Unit
from bot.features.people.rights import units as unit_rights
from bot.features.search import rights
from bot.features.search.screens.results import found_words, offer_nearest
from bot.packs import organisation

FOUND, COLLEAGUES, SCHOOLS = "teams.found", "teams.colleagues", "teams.schools"


async def search(turn: Turn) -> Screen:
    return await turn.begin("teams.search")


async def colleague(turn: Turn, unit_id: str = "") -> Screen:
    """Ask for a name; with a unit only those at it and below are looked for."""
    return await turn.begin("teams.colleague", unit=int(unit_id) if unit_id else 0)


async def _words(turn: Turn, search_id: str) -> str:
    return await people_search.searched_words(turn.tx, turn.person, int(search_id))


async def teams_found(turn: Turn, search_id: str, page: str = "0") -> Screen:
    """The teams that an earlier search finds."""
    if not (words := await _words(turn, search_id)):
        return await search(turn)
    choices = [
        choice(turn.say("Search again"), "teams.search"),
        choice(turn.say("Back"), "teams.find", 0),
    ]
    matches = await team_search.look_up_teams(turn.tx, turn.person, words)
    if not matches.found:
        text = turn.say(
            "I found no team for {words} that is open to you. Try another word, or ask a lead for"
            " a link.",
            words=words,
        )
        if not matches.offer:
            return Screen(text=text).with_actions(choices)
        return await offer_nearest(turn, text, matches.offer, FOUND, choices)
    total = len(matches.found)
    title = turn.count("{n} team for {words}:", "{n} teams for {words}:", total, words=words)
    at = page_of_entries(turn, page, total)
    items = [_team_item(turn, each) for each in at.of(matches.found)]
    pages = turning(turn, at, FOUND, search_id, more=at.precedes(total))
    screen = Screen(title=title).with_entries(items, *pages, first=at.offset + 1)
    return screen.with_actions(choices)


def _team_item(turn: Turn, found: Match[Team]) -> ListEntry:
    team = found.item
    words = found_words(turn, written_words(team_search.team_texts(team), found.words))
    return entry(team.name, lines(Phrase(isolate(team.unit.name)), words), "teams.page", team.id)


async def find_schools(turn: Turn, words: str) -> Matches[Unit]:
    """The units that answer the words and whose teams the reader may see."""
    tops = await role_queries.reach_of(turn.tx, turn.person.id, OVERSEERS)
    sight = await people_queries.sight_of(turn.tx, turn.person.id)
    return await people_search.look_up_units(turn.tx, words, tops, sight)


async def schools_found(turn: Turn, search_id: str, page: str = "0") -> Screen:
    """The units that an earlier search finds, each leading to its teams."""
    if not (words := await _words(turn, search_id)):
        return await search(turn)
    matches = await find_schools(turn, words)
    choices = [choice(turn.say("Search again"), "practices.search"), menu_choice(turn)]
    if not matches.found:
        text = turn.say("I found no school or department for {words} near you.", words=words)
        return await offer_nearest(turn, text, matches.offer, SCHOOLS, choices)
    total = len(matches.found)
    title = turn.count(
        "{n} place of work for {words}:", "{n} places of work for {words}:", total, words=words
    )
    at = page_of_entries(turn, page, total)
    shown = at.of(matches.found)
    texts = await people_search.unit_texts(turn.tx, [each.item for each in shown])
    items = [_unit_item(turn, each, texts[each.ref]) for each in shown]
    pages = turning(turn, at, SCHOOLS, search_id, more=at.precedes(total))
    screen = Screen(title=title).with_entries(items, *pages, first=at.offset + 1)
    return screen.with_actions(choices)


def _unit_item(turn: Turn, found: Match[Unit], texts: Sequence[str]) -> ListEntry:
    name, above = texts
    unit = Phrase(isolate(above)) if above else ""
    words = found_words(turn, written_words(texts, found.words))
    return entry(name, lines(unit, words), "teams.at", found.ref, 0)


async def find_colleagues(turn: Turn, words: str, unit_id: int = 0) -> Matches[Colleague]:
    """The colleagues who answer the words; with a unit those whom the reader looks after there."""
    top = await rights.access_searched_unit(turn.tx, turn.person, unit_id) if unit_id else None
    known = await member_queries.teammates_of(turn.tx, turn.person.id)
    return await people_search.find_colleagues(turn.tx, turn.person, words, known, top)


async def colleagues_found(
    turn: Turn, search_id: str, page: str = "0", unit_id: str = "0"
) -> Screen:
    """The colleagues whom an earlier search finds. Whoever looks after them may open them."""
    if not (words := await _words(turn, search_id)):
        return await colleague(turn)
    matches = await find_colleagues(turn, words, int(unit_id))
    choices = [
        choice(turn.say("Search again"), "teams.colleague", *([unit_id] if int(unit_id) else [])),
        menu_choice(turn),
    ]
    if not matches.found:
        text = await _nobody(turn, words)
        return await offer_nearest(turn, text, matches.offer, COLLEAGUES, choices)
    total = len(matches.found)
    title = turn.count(
        "{n} colleague called {words}:", "{n} colleagues called {words}:", total, words=words
    )
    at = page_of_entries(turn, page, total)
    items = [_colleague_item(turn, each) for each in at.of(matches.found)]
    more = at.precedes(total)
    pages = turning(turn, at, COLLEAGUES, search_id, more=more, then=(unit_id,))
    screen = Screen(title=title).with_entries(items, *pages, first=at.offset + 1)
    return screen.with_actions(choices)


async def _nobody(turn: Turn, words: str) -> str:
    if await unit_rights.reach(turn.tx, turn.person):
        return turn.say(
            "I found nobody called {words} in your school, in your teams and among those you look"
            " after.",
            words=words,
        )
    return turn.say("I found nobody called {words} in your school and your teams.", words=words)


def _colleague_item(turn: Turn, found: Match[Colleague]) -> ListEntry:
    person = found.item
    below = turn.say(
        "{subject} · {unit}",
        subject=organisation.subject_labels(turn.voice, person.subjects),
        unit=person.unit.name,
    )
    words = found_words(turn, written_words([person.person.name], found.words))
    opens = choice("", "people.one", found.ref) if person.opens else None
    return ListEntry(person.person.name, lines(below, words), opens)
