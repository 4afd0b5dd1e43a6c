"""Searching practices by words."""

from bot.chat.router import Route
from bot.chat.screen import Choice, Screen, choice, lines
from bot.chat.turn import Turn
from bot.core.text import clean_line
from bot.features.people import queries as people_queries
from bot.features.practices import actions, findings
from bot.features.practices.cards import View, draw_page, numbered
from bot.features.practices.findings import Finding, Findings
from bot.features.practices.ways import HOME

LONGEST_SEARCH = 100


async def search(turn: Turn, text: str = "") -> Screen:
    """Search for what stands after the command, or ask for words."""
    words = clean_line(text)[:LONGEST_SEARCH]
    if not words:
        return await turn.begin("practices.search")
    return await show_found(turn, words)


async def show_found(turn: Turn, words: str) -> Screen:
    """The first page of what answers the words."""
    search_id = await actions.remember_search(turn.tx, turn.person, words)
    return await _found(turn, await findings.find(turn.tx, turn.person, words), search_id)


async def found(turn: Turn, search_id: str, number: str = "1") -> Screen:
    """Another page of an earlier search; one too long ago is asked for anew."""
    words = await findings.searched_words(turn.tx, turn.person, int(search_id))
    if not words:
        return await turn.begin("practices.search")
    found = await findings.find(turn.tx, turn.person, words, int(number))
    return await _found(turn, found, int(search_id))


async def _found(turn: Turn, found: Findings, search_id: int) -> Screen:
    again = [
        choice(turn.say("🔎 Another search"), "practices.search"),
        choice(turn.say("Practices"), HOME),
    ]
    if not found.found:
        return await _nothing(turn, found, again)
    title = turn.count(
        "{n} practice about {words}",
        "{n} practices about {words}",
        found.page.total,
        words=found.words,
    )
    places = [place for place, _ in numbered(found.page)]
    items = [_item(turn, f, place) for f, place in zip(found.found, places, strict=True)]
    view = View(title, "", "practices.found", (str(search_id),), f"q{search_id}")
    return draw_page(turn, found.page, view, items).with_rows(again)


async def _nothing(turn: Turn, found: Findings, again: list[Choice]) -> Screen:
    """Nothing was found: the nearest spelling that would find something is one press away."""
    text = turn.say("I found no practice about {words}.", words=found.words)
    if not found.offer:
        advice = turn.say("Try another word, or a shorter one.")
        return Screen(text=lines(text, advice)).with_rows(again)
    offered = await actions.remember_search(turn.tx, turn.person, found.offer)
    text = lines(text, turn.say("Did you mean {offer}?", offer=found.offer))
    label = turn.say("🔎 Search for {offer}", offer=found.offer)
    return Screen(text=text).with_rows([choice(label, "practices.found", offered)], again)


def _item(turn: Turn, finding: Finding, place: int) -> str:
    """A practice found, with the passage and the words that matched."""
    card = finding.card
    head = turn.say("{number}. {title}", number=place, title=card.title)
    author = turn.say("By {name}", name=people_queries.name_of(turn.voice, card.author))
    passage = turn.say("“{passage}”", passage=finding.passage) if finding.passage else ""
    words = turn.say("Found: {words}", words=turn.voice.join(finding.words))
    return lines(head, author, passage, words if finding.words else "")


SCREENS = [Route("practices.search", search), Route("practices.found", found)]
