"""People, units, teams and practices are found where they lie, whatever is moved, merged and closed
around them, and in whichever order what follows is done: as if all of it were indexed anew."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.chat.person import find_person
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.features import derived, due_work
from bot.features.communities.actions import search as team_index
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import Mode, TeamState, teams
from bot.features.communities.queries import teams as team_queries
from bot.features.people.actions import search as people_index
from bot.features.people.actions import unit_followers
from bot.features.people.actions.roles import hold
from bot.features.people.actions.unit_changes import CARRY_ON, PAUSE
from bot.features.people.models import profiles, unit_changes, units
from bot.features.people.queries.units import unit
from bot.features.practices.actions import places as practice_places
from bot.features.practices.actions.practices import share_practice
from bot.features.practices.actions.search import index_practice
from bot.features.practices.models import practices
from bot.features.practices.queries.practices import practice_of
from bot.packs.roles import Role
from bot.scheduling import work
from bot.scheduling.due import DueState
from bot.scheduling.ticker import Holding, Together
from bot.storage.database import open_database
from bot.storage.transaction import Tx
from tests.features.ministry import NOW, Ministry
from tests.features.practices_school import READING

Deed = tuple[str, int, int, int]
LIVES = int(os.environ.get("HALQA_LIVES", "8"))
LIFE = st.lists(
    st.tuples(
        st.sampled_from(["join", "move", "further", "let in", "open", "shift", "shift", "merge",
                         "merge", "shut", "share", "share", "team", "delete", "work", "work",
                         "people follow",
                         "pause", "pause"]),
        st.integers(0, 7), st.integers(0, 9), st.integers(0, 11),
    ),
    min_size=6,
    max_size=18,
)  # fmt: skip
BEGUN: list[Deed] = [
    ("join", 0, 2, 0), ("join", 0, 3, 2), ("join", 0, 5, 3), ("belong", 1, 3, 0),
    ("share", 1, 0, 0), ("share", 2, 0, 0), ("team", 1, 2, 0), ("team", 3, 5, 0),
]  # fmt: skip
Entry = tuple[str, str, str, frozenset[str]]


class RolledBack(Exception):
    """Nothing of what is indexed anew is kept."""


@dataclass
class Found(Ministry):
    """A ministry in which practices are shared and teams are founded, and in which due work is done
    in any order."""

    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOW))

    async def does(self, deed: Deed) -> None:
        what, who, where, which = deed
        if what == "pause":
            self.clock.advance(PAUSE + timedelta(minutes=1))
            return
        if what == "work":
            await self.works(who)
            return
        if what == "people follow":
            while await self.works(only=CARRY_ON):
                pass
            return
        async with self.database.transaction() as tx:
            if what == "share":
                await self._share(tx, who)
            elif what == "team":
                await self._team(tx, who, where)
            else:
                await self.act(tx, what, who, where, which)

    async def _share(self, tx: Tx, who: int) -> None:
        person = await find_person(tx, self.people[who % len(self.people)].id)
        assert person is not None
        with suppress(Refused):
            await share_practice(tx, person, replace(READING, team_id=None))

    async def _team(self, tx: Tx, who: int, where: int) -> None:
        person = await find_person(tx, self.people[who % len(self.people)].id)
        place = await unit(tx, self.units[where % len(self.units)].id)
        assert person is not None
        assert place is not None
        if not person.is_member or not place.is_active:
            return
        await tx.lock("person", person.id)
        await hold(tx, None, person.id, Role.LEAD, place.id)
        name = f"فريق {len(await tx.all(select(teams.c.id)))}"
        draft = TeamDraft(place.id, name, "القراءة", ("هدف",), ("نلتزم",), "subject", Mode.MIXED)
        await team_actions.create_team(tx, person, draft)

    async def works(self, which: int = 0, only: str = "") -> bool:
        """One piece of what is due, whichever of those that several tickers could take; False:
        nothing is."""
        jobs = due_work().jobs
        async with self.database.transaction() as tx:
            waiting = [row for row in await work.claim(tx, 100) if only in ("", row.job)]
            if not waiting:
                return False
            row = waiting[which % len(waiting)]
            await work.finish(tx, [row], DueState.DONE)
            job = jobs[row.job]
            job = job.work if isinstance(job, Holding) else job
            if isinstance(job, Together):
                await job.function(tx, [row])
            else:
                await job(tx, row)
        return True

    async def comes_to_rest(self, first: int = 0) -> None:
        """Everything that is due is done, the oldest `first`, or the newest (-1): what failed once
        is tried again after what came later."""
        for _ in range(2):
            pieces = 0
            while await self.works(first):
                pieces += 1
                assert pieces < 2000
            self.clock.advance(PAUSE + timedelta(minutes=1))
        async with self.database.reading() as tx:
            open_ = unit_changes.c.finished_at.is_(None)
            assert not await tx.all(select(unit_changes.c.id).where(open_))

    async def lies_where_it_is_found(self) -> None:
        async with self.database.reading() as tx:
            await self.agrees(tx)
            for table in derived():
                assert await table.count_wrong(tx) == 0, table.table
            gone = select(units.c.id).where(units.c.id.in_(select(unit_changes.c.unit_id)
                   .where(unit_changes.c.target_id.is_not(None))))  # fmt: skip
            for rows in (practices.c.unit_id, teams.c.unit_id, profiles.c.unit_id):
                assert not await tx.all(select(rows).where(rows.in_(gone))), rows
            present = await entries(tx)
        with suppress(RolledBack):
            async with self.database.transaction() as tx:
                await index_all(tx)
                anew = await entries(tx)
                raise RolledBack
        wrong = {key for key in present | anew if present.get(key) != anew.get(key)}
        assert not wrong


async def entries(tx: Tx) -> dict[tuple[str, int], Entry]:
    """What is found of what: the words, and by which tokens, those of the scopes among them."""
    tokens = "search_entries.tokens"
    source = "search_entries"
    if tx.dialect == "sqlite":
        tokens = "search_tokens.tokens"
        source += " LEFT JOIN search_tokens ON search_tokens.rowid = search_entries.id"
    rows = await tx.fetch(f"SELECT kind, ref, scope, title, words, {tokens} FROM {source}")
    return {
        (kind, ref): (
            scope,
            title,
            words,
            frozenset(held.split() if isinstance(held, str) else held or ()),
        )
        for kind, ref, scope, title, words, held in rows
    }


async def index_all(tx: Tx) -> None:
    """The whole search from nothing."""
    for table in ("search_entries", *(["search_tokens"] if tx.dialect == "sqlite" else [])):
        await tx.run(f"DELETE FROM {table}")
    await people_index.index_people_after(tx, 0, 1000)
    await people_index.index_units_after(tx, 0, 1000)
    for number in await tx.scalars(select(teams.c.id).where(teams.c.state == TeamState.ACTIVE)):
        found = await team_queries.team(tx, number)
        assert found is not None
        await team_index.index_team(tx, found)
    for number in await tx.scalars(select(practices.c.id)):
        practice = await practice_of(tx, number)
        assert practice is not None
        await index_practice(tx, practice)


@contextmanager
def small_pieces() -> Iterator[None]:
    """So that there are several of everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(practice_places, "AT_ONCE", 1)
        patch.setattr(team_index, "AT_ONCE", 1)
        patch.setattr(unit_followers, "AT_ONCE", 2)
        yield


async def begin(url: str) -> tuple[Found, Any]:
    clock = FrozenClock(NOW)
    database = await open_database(url, clock, due_work().listeners)
    found = Found(database, clock=clock)
    await found.found()
    for deed in BEGUN:
        await found.does(deed)
    await found.comes_to_rest()
    return found, clock


async def begun_once(url: str) -> Found:
    found, _ = await begin(url)
    await found.database.close()
    return found


@pytest.fixture(scope="module")
def begun(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Found]:
    path = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("found")))
    return path, asyncio.run(begun_once(f"sqlite+aiosqlite:///{path}"))


async def live(found: Found, deeds: list[Deed], first: int = 0) -> None:
    with small_pieces():
        for deed in deeds:
            await found.does(deed)
        await found.comes_to_rest(first)
        await found.lies_where_it_is_found()


async def live_in_a_copy(path: Path, begun: Found, deeds: list[Deed], first: int) -> None:
    with TemporaryDirectory() as directory:
        copy = shutil.copy(path, directory)
        clock = FrozenClock(begun.clock.now())
        url = f"sqlite+aiosqlite:///{copy}"
        database = await open_database(url, clock, due_work().listeners)
        try:
            ministry = begun.copied_to(database)
            found = Found(
                database, ministry.units, ministry.people, begun.chief, ministry.numbers, clock
            )
            await live(found, deeds, first)
        finally:
            await database.close()


@settings(max_examples=LIVES)
@example(
    [("merge", 3, 2, 0), ("pause", 0, 0, 0), ("people follow", 0, 0, 0), ("merge", 5, 3, 0)], -1
)
@given(deeds=LIFE, first=st.sampled_from([0, -1]))
def test_everything_is_found_where_it_lies_whatever_happens(
    begun: tuple[Path, Found], deeds: list[Deed], first: int
) -> None:
    path, found = begun
    asyncio.run(live_in_a_copy(path, found, deeds, first))


async def test_a_long_story_is_found_right_on_both_databases(database_url: str) -> None:
    found, _ = await begin(database_url)
    deeds: list[Deed] = [("join", 0, place, n) for n, place in enumerate((2, 3, 5, 2, 1))]
    deeds += [("share", n, 0, 0) for n in range(8)] + [("team", n, n, 0) for n in range(4, 8)]
    deeds += [("team", 2, 2, 0), ("team", 3, 2, 0)]
    deeds += [("shift", 5, 1, 0), ("work", 1, 0, 0), ("work", 2, 0, 0), ("shift", 0, 2, 0)]
    deeds += [("further", 3, 3, 2), ("merge", 3, 2, 0), ("work", 3, 0, 0), ("pause", 0, 0, 0)]
    deeds += [("work", n, 0, 0) for n in range(6)] + [("join", 0, 3, 1), ("share", 9, 0, 0)]
    deeds += [("open", 0, 5, 0), ("merge", 6, 3, 0), ("shut", 0, 5, 0), ("delete", 4, 0, 0)]
    try:
        await live(found, deeds)
    finally:
        await found.database.close()
