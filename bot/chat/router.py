"""The map of the conversation: from a command, a menu word or a choice to the screen it shows.

It is put together once, from plain lists, and can be printed as a table (`halqa routes`).
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat.forms import engine
from bot.chat.forms.form import Form
from bot.chat.routes import Command, Door, Route
from bot.chat.screen import Choice, Screen, choice
from bot.chat.turn import Turn
from bot.core.i18n import GENDERS, Voice
from bot.core.text import clean_line

Shown = Callable[[Turn], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A word of the persistent menu; `when` says who sees it."""

    label: str
    route: str
    when: Shown | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """What one feature adds to the conversation. `doors` are by the page they belong on."""

    screens: Sequence[Route] = ()
    forms: Sequence[Form] = ()
    commands: Sequence[Command] = ()
    menu: Sequence[MenuItem] = ()
    doors: Mapping[str, Sequence[Door]] = field(default_factory=dict)


class UnknownRoute(Exception):
    """A route that is not (or no longer) on the map, or takes other arguments now."""


MENU_VOICES = tuple(
    Voice(locale=locale, gender=gender)
    for locale in ("ar_SA", "ar_MA", "en", "fr")
    for gender in GENDERS
)


@dataclass(slots=True)
class Router:
    """The whole map. `home` is where lost people are taken, `gate` where visitors are."""

    home: str = "menu"
    gate: str = "start"
    routes: dict[str, Route] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    menu: list[MenuItem] = field(default_factory=list)
    doors: dict[str, list[Door]] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, slices: Iterable[Slice]) -> "Router":
        """The map of these slices.

        :raises ValueError: when two things share a name, or a command or menu word leads nowhere.
        """
        router = cls()
        for part in slices:
            _add(router.routes, {r.name: r for r in part.screens})
            _add(router.forms, {f.name: f for f in part.forms})
            _add(router.commands, {c.name: c for c in part.commands})
            router.menu.extend(part.menu)
            for page, doors in part.doors.items():
                router.doors.setdefault(page, []).extend(doors)
        for target in router._targets():
            if target not in router.routes:
                raise ValueError(f"nothing is shown at {target}")
        for item in router.menu:
            for voice in MENU_VOICES:
                router._words[_spoken(voice.text(item.label))] = item.route
        return router

    def _targets(self) -> list[str]:
        routes = [command.route for command in self.commands.values()]
        routes += [item.route for item in self.menu]
        return routes + [door.route for doors in self.doors.values() for door in doors]

    def doors_on(self, page: str, turn: Turn, page_id: int, *, lead: bool) -> list[Choice]:
        """The buttons that other slices put on a page; some only for whoever leads it."""
        return [
            choice(turn.voice.text(door.label), door.route, page_id)
            for door in self.doors.get(page, [])
            if lead or not door.lead_only
        ]

    def command(self, text: str) -> tuple[Command | None, str]:
        """The command of a text that starts with `/`, and what follows it."""
        word, _, rest = text[1:].partition(" ")
        name = word.split("@", 1)[0].casefold()
        return self.commands.get(name), rest.strip()

    def menu_route(self, text: str) -> str | None:
        """The route of a menu word, in whatever language it was shown; typed or pressed."""
        return self._words.get(_spoken(text))

    async def menu_rows(self, turn: Turn) -> tuple[tuple[str, ...], ...]:
        """The words of the persistent menu for this person, two in a row."""
        words = [
            turn.voice.text(item.label)
            for item in self.menu
            if item.when is None or await item.when(turn)
        ]
        return tuple(tuple(words[i : i + 2]) for i in range(0, len(words), 2))

    async def show(self, turn: Turn, name: str, args: tuple[str, ...]) -> Screen:
        """The screen at a route; visitors who may not see it are taken to the gate.

        :raises UnknownRoute: for a button from before a change of the map.
        """
        route = self.routes.get(name)
        if route is None:
            raise UnknownRoute(name)
        if not (route.open or turn.person.is_member):
            return await self.routes[self.gate].show(turn)
        try:
            inspect.signature(route.show).bind(turn, *args)
        except TypeError:
            raise UnknownRoute(name) from None
        return await route.show(turn, *args)

    async def begin(self, turn: Turn, form: str, known: dict[str, Any]) -> Screen:
        """The first question of a form, or where the same one stands half filled.

        :raises Refused: when the form's `permit` says no.
        """
        return await engine.begin(turn, self.forms[form], known)

    def table(self) -> list[tuple[str, str, str]]:
        """Rows of (what the person does, route, where the code is), sorted."""
        rows = [(f"/{c.name}", c.route, "") for c in self.commands.values()]
        rows += [(f"menu: {m.label}", m.route, "") for m in self.menu]
        rows += [
            ("choice", r.name, f"{r.show.__module__}.{r.show.__qualname__}")
            for r in self.routes.values()
        ]
        rows += [("form", f.name, f.finish.__module__) for f in self.forms.values()]
        return sorted(rows)


def _spoken(word: str) -> str:
    """A menu word as it is compared: without the sign before it, which nobody types."""
    letters = "".join(char for char in clean_line(word) if char.isalpha() or char == " ")
    return letters.strip().casefold()


def _add(target: dict[str, Any], more: dict[str, Any]) -> None:
    if twice := target.keys() & more.keys():
        raise ValueError(f"defined twice: {', '.join(sorted(twice))}")
    target |= more
