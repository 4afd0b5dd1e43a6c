"""Searching by words: practices, and from there whatever else answers them."""

from dataclasses import replace

from bot.chat.lists import Page, View, draw_list, entry
from bot.chat.screen import Choice, ListEntry, Screen, choice, lines
from bot.chat.turn import Turn
from bot.core.graphemes import begin
from bot.core.text import clean_line
from bot.features.communities.queries import search as team_search
from bot.features.people.actions import search as people_index
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import search as people_search
from bot.features.people.queries.search import LONGEST_SEARCH
from bot.features.practices.queries import search as practice_search
from bot.features.practices.queries.search import FoundPractice, FoundPractices
from bot.features.search.screens import others as other_screens
from bot.features.search.screens.others import COLLEAGUES, SCHOOLS
from bot.features.search.screens.others import FOUND as TEAMS
from bot.features.search.screens.results import found_words, offer_nearest

FOUND = "practices.found"
NARROWER = ("teams.search", "teams.colleague", "practices.search")
"""What leads from a result to a search."""


async def search(turn: Turn, text: str = "") -> Screen:
    """Search for what stands after the command, or ask for words."""
    words = begin(clean_line(text), LONGEST_SEARCH)
    if not words:
        return await turn.begin("practices.search")
    return await show_found(turn, words)


async def show_found(turn: Turn, words: str) -> Screen:
    """The first page of the practices that answer the words; where there are none, what else
    answers them."""
    search_id = await people_index.remember_search(turn.tx, turn.person, words)
    found = await practice_search.find(turn.tx, turn.person, words, 1, turn.traits.entries_size)
    others = await _look_elsewhere(turn, words, search_id)
    if not found.found and others:
        first, *rest = others
        screen = await turn.show(first.route, *first.args)
        none = turn.say("I found no practice about {words}.", words=words)
        # What is written next is looked for everywhere again, and not among these alone.
        kept = [each for each in screen.actions if each.route not in NARROWER]
        again = choice(turn.say("🔎 Another search"), "practices.search")
        return replace(screen, footer=none, actions=()).with_actions(again, kept, rest)
    return await _found(turn, found, search_id, others)


async def found(turn: Turn, search_id: str, number: str = "1") -> Screen:
    """Another page of an earlier search; one too long ago is asked for anew. An offered spelling
    leads here too."""
    words = await people_search.searched_words(turn.tx, turn.person, int(search_id))
    if not words:
        return await turn.begin("practices.search")
    found = await practice_search.find(
        turn.tx, turn.person, words, int(number), turn.traits.entries_size
    )
    others = await _look_elsewhere(turn, words, int(search_id))
    return await _found(turn, found, int(search_id), others)


async def _look_elsewhere(turn: Turn, words: str, search_id: int) -> list[Choice]:
    colleagues = await other_screens.find_colleagues(turn, words)
    teams = await team_search.look_up_teams(turn.tx, turn.person, words)
    schools = await other_screens.find_schools(turn, words)
    people, circles, places = len(colleagues.found), len(teams.found), len(schools.found)
    choices = [
        (people, turn.count("👤 {n} colleague", "👤 {n} colleagues", people), COLLEAGUES),
        (circles, turn.count("👥 {n} team", "👥 {n} teams", circles), TEAMS),
        (places, turn.count("🏫 {n} school", "🏫 {n} schools", places), SCHOOLS),
    ]
    return [choice(label, route, search_id) for total, label, route in choices if total]


async def _found(turn: Turn, found: FoundPractices, search_id: int, others: list[Choice]) -> Screen:
    again = [
        choice(turn.say("🔎 Another search"), "practices.search"),
        choice(turn.say("Practices"), "practices.home"),
    ]
    if not found.found:
        text = turn.say("I found no practice about {words}.", words=found.words)
        screen = await offer_nearest(turn, text, found.offer, FOUND, again)
        return screen.with_actions(others)
    title = turn.count(
        "{n} practice about {words}",
        "{n} practices about {words}",
        found.page.total,
        words=found.words,
    )
    page, origin = found.page, f"q{search_id}"
    items = [_item(turn, each, origin) for each in found.found]
    view = View(title, "", FOUND, (str(search_id),), origin)
    at = Page(page.number - 1, page.size)
    screen = draw_list(turn, view, items, page=at, pages=page.pages)
    return screen.with_actions(others, again)


def _item(turn: Turn, finding: FoundPractice, origin: str) -> ListEntry:
    """A practice found, with the passage and the words that matched."""
    card = finding.card
    author = turn.say("By {name}", name=people_queries.name_of(turn.voice, card.author))
    passage = turn.say("“{passage}”", passage=finding.passage) if finding.passage else ""
    about = lines(author, passage, found_words(turn, finding.words))
    return entry(card.title, about, "practices.open", card.id, 1, origin=origin)
