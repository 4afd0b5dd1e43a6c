"""The map of the conversation: from a command, a menu word or a choice to the screen it shows.

It is put together once, from plain lists, and can be printed as a table (`halqa routes`).
"""

import inspect
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat import spoken
from bot.chat.forms import engine
from bot.chat.forms.drafts import check_draft, check_known
from bot.chat.forms.form import Form
from bot.chat.personal import Personal
from bot.chat.routes import Command, Door, Link, Route, Show
from bot.chat.screen import Choice, Screen, choice
from bot.chat.turn import Turn

Shown = Callable[[Turn], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A word of the persistent menu; `when` says who sees it."""

    label: str
    route: str
    when: Shown | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """What one feature, by its name, adds to the conversation. `doors` are by the page they belong
    on."""

    name: str = "another slice"
    screens: Sequence[Route] = ()
    forms: Sequence[Form[Any]] = ()
    commands: Sequence[Command] = ()
    menu: Sequence[MenuItem] = ()
    doors: Mapping[str, Sequence[Door]] = field(default_factory=dict)
    links: Sequence[Link] = ()
    personal: Personal = field(default_factory=Personal)


class UnknownRoute(Exception):
    """A route that is not (or no longer) on the map, or takes other arguments now."""


@dataclass(slots=True)
class Router:
    """The whole map. `home` is where lost people are taken, `gate` where visitors are."""

    home: str = "menu"
    gate: str = "start"
    routes: dict[str, Route] = field(default_factory=dict)
    forms: dict[str, Form[Any]] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    menu: list[MenuItem] = field(default_factory=list)
    doors: dict[str, list[Door]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    personal: list[Personal] = field(default_factory=list)
    _words: dict[str, str] = field(default_factory=dict)
    _owners: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, slices: Iterable[Slice]) -> "Router":
        """The map of these slices.

        :raises ValueError: when two things share a name, which tells both, when a command, menu
            word, door or link leads nowhere, or when the answers of a form do not fit its draft.
        """
        router = cls()
        for part in slices:
            router._add(part)
        for form in router.forms.values():
            check_draft(form)
        for target in router._targets():
            if target not in router.routes:
                raise ValueError(f"nothing is shown at {target}")
        return router

    def _add(self, part: Slice) -> None:
        for route in part.screens:
            self._claim("route", route.name, part, _place(route.show))
            self.routes[route.name] = route
        for form in part.forms:
            self._claim("form", form.name, part, _place(form.finish))
            self.forms[form.name] = form
        for command in part.commands:
            self._claim("command", command.name, part, command.route)
            self.commands[command.name] = command
        for item in part.menu:
            for word in sorted(spoken.keys_of(item.label)):
                self._claim("menu word", word, part, item.route)
                self._words[word] = item.route
        for page, doors in part.doors.items():
            for door in doors:
                self._claim(f"door on {page} to", door.route, part, door.label)
            self.doors.setdefault(page, []).extend(doors)
        for link in part.links:
            self._claim("link", link.prefix, part, link.route)
            for other in self.links:
                if link.prefix.startswith(other.prefix) or other.prefix.startswith(link.prefix):
                    raise ValueError(
                        f"link {link.prefix}: {link.route} and {other.route} ({other.prefix}) would"
                        " open the same payloads"
                    )
            self.links.append(link)
        self.menu.extend(part.menu)
        self.personal.append(part.personal)

    def _claim(self, kind: str, name: str, part: Slice, place: str) -> None:
        owner = f"{part.name} ({place})"
        if other := self._owners.get((kind, name)):
            raise ValueError(f"{kind} {name}: defined by {other} and by {owner}")
        self._owners[kind, name] = owner

    def _targets(self) -> list[str]:
        routes = [command.route for command in self.commands.values()]
        routes += [item.route for item in self.menu]
        routes += [link.route for link in self.links]
        return routes + [door.route for doors in self.doors.values() for door in doors]

    def doors_on(
        self, page: str, turn: Turn, *args: object, abilities: Collection[str] = ()
    ) -> list[Choice]:
        """The buttons that other slices put on a page, with the page's arguments; those that need
        an ability only where it is among those that the reader has there."""
        return [
            choice(turn.voice.text(door.label), door.route, *args)
            for door in self.doors.get(page, [])
            if not door.needs or door.needs in abilities
        ]

    def routes_on(self, page: str) -> list[str]:
        """The routes of these buttons, for a page that shows at once what they lead to."""
        return [door.route for door in self.doors.get(page, [])]

    def receivers(self) -> list[Route]:
        """Whoever may have use for a file that comes while no form is open."""
        return [route for route in self.routes.values() if route.receives]

    def takes_contact(self) -> Show | None:
        """Whoever has use for a telephone number that is shared."""
        takes = (route.takes_contact for route in self.routes.values())
        return next((each for each in takes if each), None)

    def opens_at_once(self, payload: str) -> bool:
        """Whether a link is shown also to whoever is not registered, without a greeting."""
        return any(each.at_once for each in self.links if payload.startswith(each.prefix))

    def link_route(self, payload: str) -> str | None:
        """The route of a link that a slice gave out; None for any other payload."""
        return next((each.route for each in self.links if payload.startswith(each.prefix)), None)

    def command(self, word: str) -> Command | None:
        """The command of this word, in small letters and without its stroke."""
        return self.commands.get(word)

    def searching(self) -> Command | None:
        """The command that looks for whatever words follow it."""
        return next((command for command in self.commands.values() if command.searches), None)

    def command_of(self, text: str) -> Command | None:
        """The command that a text without any is meant for, such as a code."""
        return next((c for c in self.commands.values() if c.reads and c.reads(text)), None)

    def menu_route(self, text: str) -> str | None:
        """The route of a menu word, in whatever language it was shown; typed or pressed."""
        return self._words.get(spoken.key(text)) if len(text) <= spoken.LONGEST else None

    async def menu_choices(self, turn: Turn) -> tuple[Choice, ...]:
        """The persistent menu for this person."""
        return tuple(
            [
                Choice(turn.voice.text(item.label), item.route)
                for item in self.menu
                if item.when is None or await item.when(turn)
            ]
        )

    async def show(self, turn: Turn, name: str, args: tuple[str, ...]) -> Screen:
        """The screen at a route; who may not see it, as a visitor or since nobody has let them in
        yet, is taken to the gate.

        :raises UnknownRoute: for a button from before a change of the map.
        """
        route = self.routes.get(name)
        if route is None:
            raise UnknownRoute(name)
        if not route.admits(turn.person):
            return await self.routes[self.gate].show(turn)
        try:
            inspect.signature(route.show).bind(turn, *args)
        except TypeError:
            raise UnknownRoute(name) from None
        return await route.show(turn, *args)

    async def begin(self, turn: Turn, form: str, known: dict[str, Any]) -> Screen:
        """The first question of a form, or where the same one stands half filled.

        :raises Refused: when the form's `permit` says no.
        :raises ValueError: when `known` is not what the form has to know.
        """
        check_known(self.forms[form], known)
        return await engine.begin(turn, self.forms[form], known)

    async def tell(self, turn: Turn, form: str, known: dict[str, Any], text: str) -> Screen:
        """What becomes of the form when its first question is answered with the text.

        :raises Refused: when the form's `permit` says no.
        :raises ValueError: when `known` is not what the form has to know.
        """
        check_known(self.forms[form], known)
        return await engine.tell(turn, self.forms[form], known, text)

    def offering(self) -> list[Route]:
        """Whoever may know what a text is that nobody asked for."""
        return [route for route in self.routes.values() if route.offers]

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


def _place(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
