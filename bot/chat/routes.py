"""What leads to a screen: its name, a command, a link, a button on another slice's page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.person import Person
from bot.chat.screen import Choice, Screen

Show = Callable[..., Awaitable[Screen]]
Offer = Callable[..., Awaitable[Choice | None]]
Receive = Callable[..., Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Route:
    """A screen by name. `show(turn, *args)` builds it; `open` lets visitors see it, `waiting`
    whoever is registered and belongs to no unit. A file that a member sends while no form is open
    is offered to `receives(turn)`: it answers with a screen, with what it wants of the file
    (`ContentWanted`), or with None, where it is not for it. One route `takes_contact(turn)`: a
    telephone number that anybody shares while no form is open. One that `takes_words` opens a
    form: what is written after a screen with its button, or as a reply to a message with it, is the
    answer to its first question. A text that nobody asked for is shown to `offers(turn, text)`,
    which gives the button that does what it may mean, or None."""

    name: str
    show: Show
    open: bool = False
    receives: Receive | None = None
    takes_contact: Show | None = None
    takes_words: bool = False
    waiting: bool = False
    offers: Offer | None = None

    def admits(self, person: Person) -> bool:
        """Whether the person may follow it at all; what they may see there is asked for there."""
        return self.open or person.is_member or (self.waiting and person.is_registered)


@dataclass(frozen=True, slots=True)
class Command:
    """A `/command` that leads to a route; with `takes_text` what follows it is the argument. A text
    that `reads` says yes to means the same as if it followed the command; the one that `searches`
    is offered for any text that nobody asked for."""

    name: str
    route: str
    description: str
    takes_text: bool = False
    reads: Callable[[str], bool] | None = None
    searches: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A button that a slice puts on another slice's page; what the page is about is its argument.
    One that `needs` an ability is shown to whom the page says that the reader has it."""

    label: str
    route: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Links of a slice that open the bot: a payload that begins with `prefix` is shown at the
    route, which takes the whole of it. Whoever is not registered is greeted first, and sees it in
    the end, but for one that is shown `at_once`."""

    prefix: str
    route: str
    at_once: bool = False
