"""How lists of practices are drawn."""

from dataclasses import dataclass

from bot.chat.screen import Choice, Screen, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.text import shorten
from bot.features.people.queries import people as people_queries
from bot.features.practices.queries.practices import PAGE, Card, Page, PracticeState
from bot.features.practices.screens.navigation import OPEN, turn_pages, way

_LABEL = 45
"""Characters of a title on a button."""


@dataclass(frozen=True, slots=True)
class View:
    """How a list is shown: its heading, what an empty one says, its route with the arguments
    before the page, and how a practice opened from it finds back."""

    title: str
    empty: str
    route: str
    args: tuple[str, ...] = ()
    origin: str = ""


def show_list(turn: Turn, page: Page, view: View) -> Screen:
    """A page of a list, or what to do when the list is empty."""
    if not page.cards:
        return Screen(title=view.title, text=turn.voice.text(view.empty))
    items = [_item(turn, card, place) for place, card in numbered(page)]
    return draw_page(turn, page, view, items)


def draw_page(turn: Turn, page: Page, view: View, items: list[str]) -> Screen:
    """The items of a page, a button to open each, and buttons that turn the pages."""
    text = paragraphs(*items)
    footer = ""
    if page.endless:
        footer = turn.say("Page {page}", page=page.number)
    elif page.pages > 1:
        footer = turn.say("Page {page} of {pages}", page=page.number, pages=page.pages)
    opening = [_open(turn, card, place, view.origin) for place, card in numbered(page)]
    screen = Screen(title=view.title, text=text, footer=footer)
    screen = screen.with_rows(*([button] for button in opening))
    return turn_pages(turn, screen, page, view.route, *view.args)


def numbered(page: Page) -> enumerate[Card]:
    """The cards of a page with their places in the whole list."""
    return enumerate(page.cards, (page.number - 1) * PAGE + 1)


def _item(turn: Turn, card: Card, place: int) -> str:
    """A practice in a list: its title, and below it author, subject and readers."""
    head = turn.say("{number}. {title}", number=place, title=card.title)
    below = turn.say(
        "{author} · {subject} · {readers}",
        author=people_queries.name_of(turn.voice, card.author),
        subject=people_queries.subject_label(turn.voice, card.subject),
        readers=turn.count("{n} reader", "{n} readers", card.readers),
    )
    return lines(head, below, _standing(turn, card))


def _standing(turn: Turn, card: Card) -> str:
    if card.state is PracticeState.WITHDRAWN:
        return turn.say("⏸ withdrawn")
    if card.state is PracticeState.HIDDEN:
        return turn.say("⏸ hidden")
    return ""


def _open(turn: Turn, card: Card, place: int, origin: str) -> Choice:
    title = shorten(card.title, _LABEL)
    label = turn.say("{number}. {title}", number=place, title=title)
    return way(label, OPEN, card.id, 1, origin=origin)
