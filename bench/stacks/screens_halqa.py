"""This bot's screens as their readers see them, with a stop-watch at the database's door."""

import random
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bench.children import Answer, obey, setup
from bench.stacks.halqa import build
from bot.app import App
from bot.channels.telegram.traits import TELEGRAM
from bot.chat.conversation import Contact
from bot.chat.forms.answers import Answers
from bot.chat.incoming import Address, Incoming, IncomingKind
from bot.chat.person import Person, Reach, find_person
from bot.chat.turn import Installation, Turn
from bot.core import event_loop
from bot.features.announcements.forms.announcements import WRITE
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.people.queries.audiences import Audience
from bot.packs.roles import Role
from bot.storage.connection import SqliteConnection
from bot.storage.transaction import Tx

WARM_UP = 5
FEWEST_TRIES = 20
LONGEST_SECONDS = 20.0
"""A screen that is far too slow need not be shown so often to know it."""


class StopWatch:
    """Counts the statements of a connection, and the milliseconds that they take: of the clock,
    and of the processor, which another process on the core does not lengthen."""

    def __init__(self) -> None:
        self.milliseconds = self.cpu = 0.0
        self.statements = 0

    def watch(self, kind: type[SqliteConnection]) -> None:
        for name in ("touch", "fetch", "run_many", "compute", "compute_here"):
            setattr(kind, name, self._timed(getattr(kind, name)))

    def _timed(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def timed(*args: Any) -> Any:
            began, used = time.perf_counter(), time.process_time()
            try:
                return await method(*args)
            finally:
                self.milliseconds += (time.perf_counter() - began) * 1000
                self.cpu += (time.process_time() - used) * 1000
                self.statements += 1

        return timed

    def reset(self) -> None:
        self.milliseconds, self.cpu, self.statements = 0.0, 0.0, 0


Shown = Callable[[Turn, dict[str, int]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class ScreenView:
    """A screen, and who looks at it: somebody of the first so many people. Everybody of the first
    rounds of schools is in a team."""

    show: Shown
    first: Callable[[dict[str, int]], int] = lambda size: min(size["people"], size["schools"] * 8)


def _supervisors(size: dict[str, int]) -> int:
    return min(size["people"], size["districts"])


def _administrator(size: dict[str, int]) -> int:
    return 1


async def _team_page(turn: Turn, size: dict[str, int]) -> object:
    found = await team_queries.teams_of(turn.tx, turn.person.id)
    _WATCH.reset()
    return await turn.show("teams.page", found[0].id)


async def _district_staff(turn: Turn, size: dict[str, int]) -> object:
    return await turn.show("people.staff", size["first_district"] + turn.person.id - 1, 0)


async def _district_units(turn: Turn, size: dict[str, int]) -> object:
    return await turn.show("people.units", size["first_district"] + turn.person.id - 1, 0)


async def _units_to_address(turn: Turn, size: dict[str, int]) -> object:
    """What the first question of a new announcement offers."""
    return await WRITE.fields[0].ask(turn, Answers({}))


def _audience(
    unit: Callable[[dict[str, int], int], int],
    role: Role | None = None,
    subjects: tuple[str, ...] = (),
) -> ScreenView:
    async def count(turn: Turn, size: dict[str, int]) -> object:
        audience = Audience(unit(size, turn.person.id), subjects, (), role)
        return await announcement_queries.count_recipients(turn.tx, turn.person, audience)

    return ScreenView(count)


def _route(name: str, *args: object) -> Shown:
    async def show(turn: Turn, size: dict[str, int]) -> object:
        return await turn.show(name, *args)

    return show


SCREENS: dict[str, ScreenView] = {
    "my_meetings": ScreenView(_route("meetings.mine")),
    "past_meetings": ScreenView(_route("meetings.past")),
    "my_teams": ScreenView(_route("teams.mine")),
    "team_page": ScreenView(_team_page),
    "practice_list": ScreenView(_route("practices.new")),
    "practice_list_deep": ScreenView(_route("practices.new", 100)),
    "practice_list_supervisor": ScreenView(_route("practices.new"), _supervisors),
    "practice_list_administrator": ScreenView(_route("practices.new"), _administrator),
    "practices_of_teams": ScreenView(_route("practices.ours")),
    "practice_subjects": ScreenView(_route("practices.topics")),
    "practice_subjects_administrator": ScreenView(_route("practices.topics"), _administrator),
    "practices_of_subject": ScreenView(_route("practices.topic", "science")),
    "announcements": ScreenView(_route("announce.inbox")),
    "announcement_report": ScreenView(_route("announce.report", 1), _administrator),
    "announcement_silent": ScreenView(_route("announce.silent", 1), _administrator),
    "announcement_units": ScreenView(_units_to_address, _administrator),
    "district_people": ScreenView(_district_staff, _supervisors),
    "district_units": ScreenView(_district_units, _supervisors),
    "settings": ScreenView(_route("people.settings")),
    "manners": ScreenView(_route("manners.mine")),
    "audience_school": _audience(lambda size, i: size["first_school"] + i % size["schools"]),
    "audience_district": _audience(lambda size, i: size["first_district"] + i % size["districts"]),
    "audience_region": _audience(lambda size, i: 2 + i % size["regions"]),
    "audience_everybody": _audience(lambda size, i: 1),
    "audience_role": _audience(lambda size, i: 1, role=Role.TEACHER),
    "audience_subject": _audience(lambda size, i: 1, subjects=("science",)),
}
_WATCH = StopWatch()


def _turn(app: App, tx: Tx, person: Person) -> Turn:
    address = Address("telegram", str(person.id))
    contact = Contact(address, person.id, person, Reach.REACHABLE, [])
    installation = Installation(app.settings, {address.channel: str})
    incoming = Incoming(address, IncomingKind.CHOICE)
    return Turn(tx, contact, incoming, app.router, installation, TELEGRAM)


async def main() -> None:
    given = setup()
    size: dict[str, int] = given["size"]
    app = await build(given)
    _WATCH.watch(SqliteConnection)
    chance = random.Random(7)

    async def show(order: Answer) -> Answer:
        taken: list[float] = []
        spent: list[float] = []
        statements: list[int] = []
        look = SCREENS[order["screen"]]
        until = time.perf_counter() + LONGEST_SECONDS
        for attempt in range(order["tries"] + WARM_UP):
            if len(taken) >= FEWEST_TRIES and time.perf_counter() > until:
                break
            # Some screens note who has seen whom, as every turn may.
            async with app.database.transaction() as tx:
                person = await find_person(tx, chance.randint(1, look.first(size)))
                assert person is not None
                _WATCH.reset()
                await look.show(_turn(app, tx, person), size)
            if attempt >= WARM_UP:
                spent.append(_WATCH.cpu)
                taken.append(_WATCH.milliseconds)
                statements.append(_WATCH.statements)
        return {
            "median": round(statistics.median(taken), 2),
            "median_of_cpu": round(statistics.median(spent), 3),
            "cpu": round(statistics.quantiles(spent, n=20)[-1], 2),
            "p95": round(statistics.quantiles(taken, n=20)[-1], 2),
            "most": round(max(taken), 2),
            "statements": max(statements),
        }

    await obey({"show": show})
    await app.database.close()


if __name__ == "__main__":
    event_loop.run(main())
