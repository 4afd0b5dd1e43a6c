"""The table of rights: what a rule is, and how each of its cells is tried.

A rule is data: a sentence, the ways to do or see it, the things it is about, and lines that say
who gets what. Every person of the cast meets every thing on every way; the first line that fits
says what has to come of it. Nothing is recorded from a run: a line says what Halqa promises.
"""

import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from bot.app import build_router
from bot.channels.telegram.traits import TELEGRAM
from bot.chat.conversation import Contact
from bot.chat.forms.answers import Answers
from bot.chat.forms.drafts import draft_of
from bot.chat.forms.sessions import form_named
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.person import Person, Reach
from bot.chat.router import Router
from bot.chat.screen import Screen
from bot.chat.turn import Installation, Turn
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.core.settings import Settings
from bot.simulator import DEFAULT_TOKEN
from bot.storage.connection import SqliteConnection
from bot.storage.database import open_database
from bot.storage.transaction import Tx
from tests.drawn import shown, words_of
from tests.rights.building import World
from tests.rights.cast import CAST, FEW, Someone
from tests.rights.groups import Who
from tests.rights.things import NOTHING, Thing
from tests.town import MORNING

YES = "yes"
"""It is done, or the page comes; anything with a dot is the code with which it is refused."""
SHOWN, WITHOUT = "shown", "without it"
"""The page comes, and holds the thing or not."""
GATE = "the gate"
"""Whoever is not registered is asked to register; who belongs nowhere reads how they stand."""
MAY, MAY_NOT = "has the ability", "has not the ability"
"""What comes of a way that asks for an ability: a rule says it by what comes of the act."""

OPEN = {
    "cancel", "help", "imports.by_number", "imports.claim", "menu", "people.delete",
    "people.deleted", "people.first_unit", "people.join", "people.language", "people.link",
    "people.link_here", "people.privacy", "people.speak", "resume", "start",
}  # fmt: skip
"""The routes that visitors may follow."""
WHILE_WAITING = {
    "people.accept", "people.appeal", "people.delete", "people.deleted", "people.edit", "people.me",
    "people.name_voucher", "people.nowhere", "people.request_withdrawn", "people.settings",
    "people.standing", "people.withdraw_request", "practices.new", "practices.open",
    "practices.piece", "practices.topic", "practices.topics",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What the group gets; only in these states of the thing, if any are named."""

    who: Who
    outcome: str
    states: tuple[str, ...] = ()

    def fits(self, one: Someone, thing: Thing) -> bool:
        return (not self.states or thing.state in self.states) and self.who.meets(one, thing)


def when(who: Who, outcome: str, *states: str) -> Line:
    return Line(who, outcome, states)


_AT_THE_GATE = Line(Who("a visitor", lambda *_: True), GATE)


@dataclass(frozen=True)
class Rule:
    """A right in one sentence. `ways` are `action slice.name`, `route name`, `begin form`,
    `finish form`, `job name` or `ability slice.name`, where the name is that of a module in a
    folder of rights and of the ability, or of the ability alone. The first of `on` meet the whole
    cast, the others meet `FEW`."""

    says: str
    ways: tuple[str, ...]
    lines: tuple[Line, ...]
    on: tuple[Thing, ...] = (NOTHING,)
    everybody_meets: int = 1

    def line(self, one: Someone, thing: Thing) -> Line | None:
        return next((line for line in self.lines if line.fits(one, thing)), None)

    def cells(self, way: str) -> Iterator[tuple[Someone, Thing]]:
        """Everybody who can come this way, with every thing of the rule."""
        for place, thing in enumerate(self.on):
            keys: Iterable[str] = CAST
            if place >= self.everybody_meets:
                around = (key for some in thing.people.values() for key in some)
                keys = dict.fromkeys((*FEW, *around))
            yield from ((CAST[key], thing) for key in keys if _can_come(CAST[key], way, thing))

    def expected(self, way: str, one: Someone, thing: Thing) -> Line | None:
        kind, _, name = way.partition("#")[0].partition(" ")
        open_to = OPEN | (WHILE_WAITING if one.is_registered else set())
        if kind == "route" and name not in open_to and not one.is_member:
            return _AT_THE_GATE
        return self.line(one, thing)


def _can_come(one: Someone, way: str, thing: Thing) -> bool:
    """Whoever has deleted their data has no chat; a visitor has no form but the first; a job is
    done for the author."""
    kind, _, name = way.partition(" ")
    if kind == "job":
        return one.key in thing.people["author"]
    if one.gone:
        return kind in ("action", "ability")
    return (
        one.is_member
        or (one.is_registered and name.startswith("people."))
        or kind in ("action", "ability", "route")
        or name.partition("#")[0] == "people.register"
    )


@dataclass
class Live:
    """One cell in the database: who acts, on what."""

    tx: Tx
    turn: Turn
    world: World
    one: Someone
    thing: Thing

    @property
    def me(self) -> Person:
        return self.turn.person

    @property
    def id(self) -> int:
        return self.world.ids[self.thing.key]

    @property
    def unit(self) -> int:
        return self.world.units[self.thing.place].id

    @property
    def code(self) -> str:
        return self.world.codes[self.thing.key]

    def more(self, name: str) -> int:
        """The id of another thing that this one names, as its `team` or `person`."""
        kind = {"unit": "unit ", "person": "person "}.get(name, "")
        return self.world.ids[f"{kind}{self.thing.more[name]}"]

    async def show(self, route: str, *args: object) -> Screen:
        return await shown(self.turn, route, *args)


Doing = Callable[[Live], Awaitable[Any]]
Ways = Mapping[str, Doing]
Saved = Callable[[Live], dict[str, Any]]


@dataclass
class Table:
    """The rules of one slice, with how each way is taken. A route without an entry is followed
    with the thing's id, or alone. `begin` and `finish` take the answers of `forms`."""

    slice: str
    rules: tuple[Rule, ...]
    ways: Ways = field(default_factory=dict)
    forms: Mapping[str, tuple[Saved, Saved]] = field(default_factory=dict)
    unasked: Mapping[str, str] = field(default_factory=dict)
    """What asks nobody's right, and why."""
    things: Mapping[str, Callable[[Live], Awaitable[Any]]] = field(default_factory=dict)
    """How the thing is read that a module of rights tells the abilities for; None: it is gone."""

    def rows(self) -> list[tuple[Rule, str]]:
        return [(rule, way) for rule in self.rules for way in rule.ways]

    def names(self) -> list[str]:
        return [way for _, way in self.rows()]

    async def go(self, way: str, live: Live) -> Any:
        kind, _, name = way.partition(" ")
        if way in self.ways:
            return await self.ways[way](live)
        known, given = self.forms.get(name, (None, None))
        name = name.partition("#")[0]
        if kind == "ability":
            return await self._ability(name, live)
        if kind == "action":
            return await find_access(name)(live.tx, live.me, live.id)
        if kind == "route":
            return await live.show(name, *([] if live.thing is NOTHING else [live.id]))
        assert known is not None, f"nothing says how to go {way}"
        assert given is not None
        form = form_named(live.turn, name)
        assert form is not None
        if kind == "begin":
            return await form.permit(live.turn, Answers(known(live))) if form.permit else None
        return await form.finish(live.turn, draft_of(form, known(live) | given(live)))

    async def _ability(self, name: str, live: Live) -> "Came":
        module, _, ability = name.rpartition(".")
        thing = await self.things[module](live)
        if thing is None:
            return Came(MAY_NOT)
        found = await rights_of(module).abilities(live.tx, live.me, thing)
        return Came(MAY if ability in found else MAY_NOT)


def rights_of(name: str) -> Any:
    """The module of rights of a slice, or the one in its folder: `meetings.teams`."""
    package, _, part = name.partition(".")
    return import_module(f"bot.features.{package}.rights{'.' if part else ''}{part}")


def rights_modules(package: str) -> dict[str, Any]:
    """The modules of rights of a slice by the names that `rights_of` takes; none where it has
    none."""
    try:
        rights = rights_of(package)
    except ModuleNotFoundError:
        return {}
    parts = [info.name for info in pkgutil.iter_modules(getattr(rights, "__path__", ()))]
    return {name: rights_of(name) for name in [f"{package}.{p}" for p in parts] or [package]}


def find_access(name: str) -> Callable[..., Awaitable[Any]]:
    """The function `access_…` of a slice, which takes an actor and an id."""
    package, _, function = name.partition(".")
    found = [m for m in rights_modules(package).values() if hasattr(m, function)]
    assert function.startswith("access_"), f"nothing says how to go {name}"
    access: Callable[..., Awaitable[Any]] = getattr(found[0], function)
    return access


class Hall:
    """The world, open in one transaction; every cell is undone before the next."""

    def __init__(self, tx: Tx, world: World, router: Router, settings: Settings) -> None:
        self.tx = tx
        self.world = world
        self.router = router
        self.installation = Installation(
            settings, {"telegram": lambda payload: f"https://example.org/{payload}"}
        )

    @asynccontextmanager
    async def cell(self, one: Someone, thing: Thing) -> AsyncIterator[Live]:
        """Somebody with a thing; whatever is done there is undone."""
        person = self.world.people[one.key]
        address = Address("telegram", one.key)
        contact = Contact(address, 0, person, Reach.REACHABLE, [])
        incoming = Incoming(address, IncomingKind.CHOICE)
        turn = Turn(self.tx, contact, incoming, self.router, self.installation, TELEGRAM)
        await self.tx.touch("SAVEPOINT cell")
        try:
            yield Live(self.tx, turn, self.world, one, thing)
        finally:
            self.tx.after.clear()
            await self.tx.touch("ROLLBACK TO SAVEPOINT cell")
            await self.tx.touch("RELEASE SAVEPOINT cell")

    async def came(self, table: Table, way: str, one: Someone, thing: Thing) -> set[str]:
        """What came of one cell: the outcomes that describe it."""
        async with self.cell(one, thing) as live:
            try:
                return _outcomes(await table.go(way, live), thing)
            except Refused as refusal:
                return {refusal.code}


class Came(str):
    """An outcome by its own name, of what neither refuses nor shows anything."""

    __slots__ = ()


@dataclass(frozen=True)
class Seen:
    """A screen, and whether it holds the thing, for whom its marker does not tell."""

    screen: Screen
    holds: bool


@dataclass(frozen=True)
class Became:
    """A screen, and the state that the thing is in when it is shown: an outcome as well."""

    screen: Screen
    state: str


def leads_to(screen: Screen, route: str, *args: object) -> Seen:
    """Whether a button of the screen leads there."""
    way = (route, tuple(str(arg) for arg in args))
    return Seen(screen, way in [(each.route, each.args) for each in screen.choices])


def _outcomes(result: Any, thing: Thing) -> set[str]:
    if isinstance(result, Came):
        return {result}
    if isinstance(result, Seen):
        return _outcomes(result.screen, thing) - {SHOWN, WITHOUT} | (
            {SHOWN} if result.holds else {WITHOUT}
        )
    if isinstance(result, Became):
        return _outcomes(result.screen, thing) | {result.state}
    if not isinstance(result, Screen):
        return {YES}
    if any(each.route == "people.join" for each in result.choices):
        return {GATE}
    waits = {GATE} if any(each.route == "help" for each in result.choices) else set()
    holds = bool(thing.marker) and any(thing.marker in text for text in words_of(result))
    return {YES, SHOWN if holds else WITHOUT} | waits


async def _here(work: Callable[[], Any]) -> Any:
    return work()


class Undone(Exception):
    """Nothing of a table is kept."""


@asynccontextmanager
async def hall(url: str, world: World) -> AsyncIterator[Hall]:
    """The built world, of which nothing changes."""
    settings = Settings.of({"telegram_token": DEFAULT_TOKEN, "administrators": "999"})
    database = await open_database(url, FrozenClock(MORNING))
    try:
        async with database.transaction() as tx:
            if isinstance(tx._connection, SqliteConnection):
                # Half of what a cell takes is the way to the connection's thread and back.
                tx._connection.hop = _here  # type: ignore[method-assign]
            yield Hall(tx, world, build_router(), settings)
            raise Undone
    except Undone:
        pass
    finally:
        await database.close()


async def faults(hall: Hall, table: Table, rule: Rule, way: str, *, short: bool) -> list[str]:
    """The cells of one way that came out otherwise than the rule says, one sentence each; `short`
    tries one cell of each line and thing."""
    found, tried = [], set[tuple[str, str, str]]()
    for one, thing in rule.cells(way):
        line = rule.expected(way, one, thing)
        if line is None:
            found.append(f"no line says what comes of it for {one.key} and {thing.key}")
            continue
        told = (line.who.words, line.outcome, thing.key)
        if short and told in tried:
            continue
        tried.add(told)
        came = await hall.came(table, way, one, thing)
        if came_of(way, line.outcome) not in came:
            found.append(
                f"{one.key}, {thing.key} ({thing.state}): “{line.who.words}: {line.outcome}”, but"
                f" it came to {' / '.join(sorted(came))}"
            )
    return found


def came_of(way: str, outcome: str) -> str:
    """What has to come of a way where a line tells this outcome."""
    kind = way.partition(" ")[0]
    if kind == "ability":
        return MAY_NOT if "." in outcome else MAY
    # An act shows nothing: it is done for whom a page shows the thing.
    return YES if kind == "action" and outcome == SHOWN else outcome


def idle_lines(rule: Rule) -> list[str]:
    """Lines that nobody of the cast and no thing can meet: they prove nothing."""
    met = {
        id(rule.expected(way, one, thing)) for way in rule.ways for one, thing in rule.cells(way)
    }
    return [
        f"{line.who.words}: {line.outcome} {line.states}"
        for line in rule.lines
        if id(line) not in met
    ]


def ways_of(rules: Iterable[Rule]) -> list[str]:
    return [way for rule in rules for way in rule.ways]
