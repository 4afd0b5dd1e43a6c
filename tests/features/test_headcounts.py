"""The counts of people below each unit stay what a count of the people themselves would give,
whatever they do and in whichever order."""

import asyncio
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.core.clock import FrozenClock
from bot.features.people.actions.headcounts import HEADCOUNTS
from bot.features.people.models import headcounts as kept
from bot.features.people.queries.audiences import (
    Audience,
    count_audience,
)
from bot.storage.database import open_database
from tests.features.ministry import DAY, NOW, OF_PLACEMENT, STANDINGS, Ministry

Deed = tuple[str, int, int, int]
LIVES = int(os.environ.get("HALQA_LIVES", "12"))
"""How many are tried; `HALQA_LIVES=400 make test PYTEST_ARGS=tests/features/test_headcounts.py`
looks longer."""
LIFE = st.lists(
    st.tuples(
        st.sampled_from(["join", "join", "move", "change", "grant", "end", "block", "delete",
                         "open", "shift", "merge", "shut", "carry on", "for a time", "further",
                         "a day",
                         *STANDINGS, *OF_PLACEMENT]),
        st.integers(0, 7), st.integers(0, 9), st.integers(0, 11),
    ),
    min_size=6,
    max_size=16,
)  # fmt: skip
BEGUN: list[Deed] = [
    ("join", 0, 2, 0), ("join", 0, 3, 2), ("join", 0, 5, 3), ("belong", 1, 3, 0),
    ("grant", 2, 3, 1),
]  # fmt: skip
"""What every life begins with: colleagues at several schools, one of them at two."""


async def begin(path: Path) -> Ministry:
    database = await open_database(f"sqlite+aiosqlite:///{path}", FrozenClock(NOW))
    try:
        ministry = Ministry(database)
        await ministry.found()
        async with database.transaction() as tx:
            for deed in BEGUN:
                await ministry.act(tx, *deed)
    finally:
        await database.close()
    return ministry


@pytest.fixture(scope="module")
def begun(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ministry]:
    """A ministry that is just begun, to be copied."""
    path = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("ministry")))
    return path, asyncio.run(begin(path))


async def live(url: str, deeds: list[Deed], begun: Ministry | None = None) -> None:
    clock = FrozenClock(NOW)
    database = await open_database(url, clock)
    try:
        if begun is None:
            ministry = Ministry(database)
            await ministry.found()
        else:
            ministry = begun.copied_to(database)
        for deed in deeds:
            if deed[0] == "a day":
                clock.advance(DAY)
            async with database.transaction() as tx:
                await ministry.act(tx, *deed)
        # In the midst of what takes several pieces, as after a kill, and at its end.
        async with database.reading() as tx:
            await ministry.agrees(tx)
        if await ministry.finish():
            async with database.reading() as tx:
                await ministry.agrees(tx)
    finally:
        await database.close()


@settings(max_examples=LIVES)
@example([("rest", 1, 0, 0), ("grant", 1, 2, 0)])
@given(deeds=LIFE)
def test_the_counts_follow_whatever_people_do(
    begun: tuple[Path, Ministry], deeds: list[Deed]
) -> None:
    path, ministry = begun
    with TemporaryDirectory() as directory:
        copy = shutil.copy(path, directory)
        asyncio.run(live(f"sqlite+aiosqlite:///{copy}", deeds, ministry))


async def test_a_long_life_is_counted_right_on_both_databases(database_url: str) -> None:
    deeds = [
        ("join", 0, place, which) for which in range(4) for place in (2, 3, 5, 1)
    ]  # fmt: skip
    deeds += [("move", n, n + 1, 0) for n in range(8)] + [("grant", n, n, n) for n in range(8)]
    deeds += [("change", n, n + 2, n) for n in range(8)] + [("end", n, n, n) for n in range(8)]
    deeds += [("open", 0, 2, 0), ("join", 0, 6, 1), ("block", 5, 0, 0), ("delete", 5, 0, 0)]
    deeds += [("further", 3, 2, 0), ("let in", 3, 2, 1), ("further", 4, 1, 2), ("let in", 4, 1, 1)]
    deeds += [("further", 4, 3, 2), ("let in", 4, 3, 2), ("make main", 4, 0, 1), ("shift", 5, 1, 0)]
    deeds += [
        ("for a time", 3, 2, 2),
        ("for a time", 4, 5, 1),
        ("rest", 3, 0, 1),
        ("a day", 0, 0, 0),
    ]
    deeds += [
        ("transfer", 3, 3, 0),
        ("ask to move", 4, 5, 0),
        ("quit", 4, 0, 0),
        ("let in", 4, 0, 2),
    ]
    deeds += [("suspend", n, 0, 0) for n in (6, 7, 8)] + [("belong", n, 2, 0) for n in (6, 6, 8)]
    deeds += [("remove", 7, 0, 0), ("leave", 8, 0, 0), ("belong", 8, 3, 0), ("grant", 8, 3, 1)]
    deeds += [("shift", 5, 3, 0), ("shift", 1, 5, 0), ("shift", 1, 1, 0), ("join", 0, 3, 1)]
    deeds += [("merge", 2, 3, 0), ("carry on", 0, 0, 0), ("join", 0, 2, 0), ("shut", 0, 5, 0)]
    await live(database_url, [*deeds, ("delete", 2, 0, 0), ("delete", 2, 0, 0)])


async def test_who_comes_at_the_same_moment_is_counted_once_each(database_url: str) -> None:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        ministry = Ministry(database)
        await ministry.found()

        async def join() -> None:
            async with database.transaction() as tx:
                await ministry.act(tx, "join", 0, 2, 0)

        await asyncio.gather(*(join() for _ in range(12)))
        async with database.reading() as tx:
            assert await count_audience(tx, Audience(ministry.units[0].id)) == 13
            await ministry.agrees(tx)
    finally:
        await database.close()


async def test_a_count_that_somebody_spoilt_is_found_and_mended(database_url: str) -> None:
    database = await open_database(database_url, FrozenClock(NOW))
    try:
        ministry = Ministry(database)
        await ministry.found()
        async with database.transaction() as tx:
            await ministry.act(tx, "join", 0, 2, 0)
            at_the_top = kept.c.unit_id == ministry.units[0].id
            await tx.execute(update(kept).where(at_the_top).values(people=7))
        async with database.transaction() as tx:
            assert await HEADCOUNTS.put_right(tx) == 2  # all, and the teachers among them
            assert await HEADCOUNTS.put_right(tx) == 0
            await ministry.agrees(tx)
    finally:
        await database.close()
