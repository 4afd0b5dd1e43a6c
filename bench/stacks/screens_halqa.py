"""This bot's screens as their readers see them, with a stop-watch at the database's door."""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.children import Answer, obey, setup
from bench.stacks.halqa import build
from bot.app import App
from bot.chat.conversation import Contact
from bot.chat.incoming import Address, Incoming, Kind
from bot.chat.person import Person, Reach, find_person
from bot.chat.turn import Surroundings, Turn
from bot.features.announcements import queries as announcements
from bot.features.people.queries import Audience
from bot.features.teams import queries as teams
from bot.storage.link import SqliteLink
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

    def watch(self, kind: type[SqliteLink]) -> None:
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


async def _team_page(turn: Turn, size: dict[str, int]) -> object:
    found = await teams.teams_of(turn.tx, turn.person.id)
    _WATCH.reset()
    return await turn.show("teams.page", found[0].id)


def _audience(unit: Callable[[dict[str, int], int], int]) -> Shown:
    async def count(turn: Turn, size: dict[str, int]) -> object:
        audience = Audience(unit(size, turn.person.id), None, None, None)
        return await announcements.count_recipients(turn.tx, turn.person, audience)

    return count


def _route(name: str) -> Shown:
    async def show(turn: Turn, size: dict[str, int]) -> object:
        return await turn.show(name)

    return show


SCREENS: dict[str, Shown] = {
    "my_meetings": _route("meetings.mine"),
    "team_page": _team_page,
    "practice_list": _route("practices.new"),
    "practices_of_teams": _route("practices.ours"),
    "audience_school": _audience(lambda size, i: size["first_school"] + i % size["schools"]),
    "audience_district": _audience(lambda size, i: size["first_district"] + i % size["districts"]),
    "audience_everybody": _audience(lambda size, i: 1),
}
_WATCH = StopWatch()


def _turn(app: App, tx: Tx, person: Person) -> Turn:
    address = Address("telegram", str(person.id))
    contact = Contact(address, person.id, person, Reach.REACHABLE, [])
    around = Surroundings(app.settings, lambda payload: payload)
    return Turn(tx, contact, Incoming(address, Kind.CHOICE), app.router, around)


async def main() -> None:
    given = setup()
    size: dict[str, int] = given["size"]
    app = await build(given)
    _WATCH.watch(SqliteLink)
    chance = random.Random(7)
    # Everybody of the first rounds of schools is in a team.
    members = min(size["people"], size["schools"] * 8)

    async def show(order: Answer) -> Answer:
        taken: list[float] = []
        spent: list[float] = []
        statements: list[int] = []
        until = time.perf_counter() + LONGEST_SECONDS
        for attempt in range(order["tries"] + WARM_UP):
            if len(taken) >= FEWEST_TRIES and time.perf_counter() > until:
                break
            async with app.database.reading() as tx:
                person = await find_person(tx, chance.randint(1, members))
                assert person is not None
                _WATCH.reset()
                await SCREENS[order["screen"]](_turn(app, tx, person), size)
            if attempt >= WARM_UP:
                spent.append(_WATCH.cpu)
                taken.append(_WATCH.milliseconds)
                statements.append(_WATCH.statements)
        return {
            "median": round(statistics.median(taken), 2),
            "cpu": round(statistics.quantiles(spent, n=20)[-1], 2),
            "p95": round(statistics.quantiles(taken, n=20)[-1], 2),
            "most": round(max(taken), 2),
            "statements": max(statements),
        }

    await obey({"show": show})
    await app.database.close()


if __name__ == "__main__":
    asyncio.run(main())
