"""A list on a screen: its items, a button to open each, and buttons that turn the pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.chat.navigation import choice_from, page_choices
from bot.chat.screen import Choice, Screen, paragraphs
from bot.chat.turn import Turn
from bot.core.text import shorten

LABEL = 45
"""Characters of a title on a button."""


@dataclass(frozen=True, slots=True)
class View:
    """How a list is shown: its heading, what an empty one says, its route with the arguments
    before the page, and how what is opened from it finds back."""

    title: str
    empty: str
    route: str
    args: tuple[str, ...] = ()
    origin: str = ""


def draw_list(
    turn: Turn,
    view: View,
    items: Sequence[str],
    opening: Iterable[Choice],
    *,
    page: int,
    pages: int,
    endless: bool = False,
) -> Screen:
    """One page of a list, counted from 1; of an `endless` one nobody knows how many there are."""
    footer = ""
    if endless:
        footer = turn.say("Page {page}", page=page)
    elif pages > 1:
        footer = turn.say("Page {page} of {pages}", page=page, pages=pages)
    screen = Screen(title=view.title, text=paragraphs(*items), footer=footer)
    screen = screen.with_rows(*([button] for button in opening))
    more = page < pages
    return screen.with_rows(
        page_choices(turn, view.route, *view.args, page=page, more=more, first=1)
    )


def opening_choice(
    turn: Turn, number: int, title: str, route: str, *args: object, origin: str
) -> Choice:
    """The button that opens an item by its number and the beginning of its title."""
    label = turn.say("{number}. {title}", number=number, title=shorten(title, LABEL))
    return choice_from(label, route, *args, origin=origin)
