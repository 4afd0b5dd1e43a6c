"""A list on a screen: its items, a button to open each, and buttons that turn the pages. How many
stand on a page is the channel's to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.chat.navigation import choice_from
from bot.chat.screen import Choice, ListEntry, Screen, choice
from bot.chat.turn import Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its number, counted from 0, and how many items stand on it."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        return self.number * self.size

    @property
    def ahead(self) -> int:
        """How many to read, so as to know whether another page follows."""
        return self.size + 1

    def of(self, every: Sequence[T]) -> Sequence[T]:
        """Its items out of all of them."""
        return every[self.offset : self.offset + self.size]

    def numbered(self, every: Sequence[T]) -> list[tuple[int, T]]:
        """The same with their places in the list, counted from 1."""
        return list(enumerate(self.of(every), self.offset + 1))

    def before(self, found: Sequence[object]) -> int | None:
        """The number of the page to show instead of this one, of which nothing is left: the list
        became shorter since its button was shown. None: this one stands."""
        return self.number - 1 if self.number and not found else None

    def precedes(self, total: int) -> bool:
        """Whether another page follows, of so many items."""
        return self.offset + self.size < total


def page_of(turn: Turn, number: str | int, total: int | None = None) -> Page:
    """A page of a list whose items are buttons alone; the last one, where that of `total` items
    does not reach so far any more. Where the total is not known, see `before`."""
    return _page(number, turn.traits.list_size, total)


def page_of_entries(turn: Turn, number: str | int, total: int | None = None) -> Page:
    """The same of a list whose items have texts of their own above the buttons."""
    return _page(number, turn.traits.entries_size, total)


def _page(number: str | int, size: int, total: int | None) -> Page:
    last = int(number) if total is None else max(0, (total - 1) // size)
    return Page(max(0, min(int(number), last)), size)


def turning(
    turn: Turn,
    page: Page,
    route: str,
    *args: object,
    more: bool,
    first: int = 0,
    then: tuple[object, ...] = (),
) -> tuple[Choice | None, Choice | None, Choice]:
    """The choices to the pages before and after this one, where there are any, and where this one
    is drawn anew. `route` takes the number of a page between `args` and `then`, counted from
    `first`."""
    number = page.number + first
    earlier = choice(turn.say("Previous page"), route, *args, number - 1, *then)
    later = choice(turn.say("Next page"), route, *args, number + 1, *then)
    again = choice("", route, *args, number, *then)
    return (earlier if page.number else None), (later if more else None), again


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
    entries: Iterable[ListEntry],
    *,
    page: Page,
    pages: int,
    endless: bool = False,
) -> Screen:
    """One page of a list whose route counts pages from 1; of an `endless` one nobody knows how
    many there are."""
    number = page.number + 1
    footer = ""
    if endless:
        footer = turn.say("Page {page}", page=number)
    elif pages > 1:
        footer = turn.say("Page {page} of {pages}", page=number, pages=pages)
    turns = turning(turn, page, view.route, *view.args, more=number < pages, first=1)
    screen = Screen(title=view.title, footer=footer)
    return screen.with_entries(entries, *turns, first=page.offset + 1)


def entry(title: str, about: str, route: str, *args: object, origin: str = "") -> ListEntry:
    """An item that everybody who sees it may open; `origin` is the list it stands in, where what
    is opened finds back there."""
    return ListEntry(title, about, choice_from("", route, *args, origin=origin))
