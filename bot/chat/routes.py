"""What leads to a screen: its name, a command, a button on another slice's page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.screen import Screen

Show = Callable[..., Awaitable[Screen]]


@dataclass(frozen=True, slots=True)
class Route:
    """A screen by name. `show(turn, *args)` builds it; `open` lets visitors see it."""

    name: str
    show: Show
    open: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A `/command` that leads to a route; with `takes_text` what follows it is the argument."""

    name: str
    route: str
    description: str
    takes_text: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A button that a slice puts on another slice's page; the page's id is its argument."""

    label: str
    route: str
    lead_only: bool = False
