"""Whatever happens, in whatever order: no notice leaves that is untrue, and none is missing."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.databases import PostgresServer, run_apart
from tests.features.notices_steps import Step, Steps
from tests.features.notices_story import build_world, told_story

STORIES = int(os.environ.get("HALQA_NOTICE_STORIES", "20"))
"""How many stories are told on SQLite; a few more where it is to be known for sure."""

WHO, WHICH = st.integers(0, 3), st.integers(0, 1)
YES_OR_NO = st.booleans()
AHEAD = st.sampled_from([20, 65, 130, 20 * 60, 26 * 60, 75 * 60])
BY = st.sampled_from([-60, -30, 30, 60, 24 * 60])


def step(name: str, *given: st.SearchStrategy[object]) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(name), *given)


CHANGES = [
    step("call", AHEAD),
    step("move", WHICH, BY, YES_OR_NO),
    step("cancel", WHICH),
    step("relocate", WHICH),
    step("answer", WHO, WHICH, st.sampled_from(["yes", "maybe", "no", "no"]), YES_OR_NO),
    step("leave", WHO),
    step("join", WHO),
    step("hand", WHO),
    step("erase", st.integers(0, 4)),
    step("rename", st.integers(0, 4)),
    step("rename_team"),
    step("close"),
    step("announce"),
    step("stop"),
]
TROUBLE = [
    step("down"),
    step("up"),
    step("doubtful", WHO, YES_OR_NO),
    step("undelivered", WHO, st.sampled_from([1, 6])),
    step("slow", WHO, st.sampled_from([3, 40, 400])),
    step("away", YES_OR_NO),
    step("killed"),
    step("fused", st.integers(1, 3), YES_OR_NO),
]
TIME = [
    step("later", st.sampled_from([1, 10, 45, 9 * 60, 14 * 60, 22 * 60])),
    step("set", st.sampled_from([-3600, -600, -45, 90, 1800, 5 * 3600, 30 * 3600])),
]
STEPS = st.one_of(*CHANGES, *TROUBLE, *TIME, *TROUBLE[:2], *TIME)
PAUSES = st.sampled_from([0, 1, 7, 20, 31])


@pytest.fixture(scope="module")
def world(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The school on a file, to be copied."""
    path = tmp_path_factory.mktemp("notices") / "world.sqlite3"
    shutil.copy(migrated_sqlite, path)
    run_apart(asyncio.run, build_world(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="module")
def world_on_postgresql(postgres_server: PostgresServer, migrated_postgresql: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the school, to be copied."""
    name = postgres_server.create_database(migrated_postgresql)
    run_apart(asyncio.run, build_world(postgres_server.url_of(name)))
    yield name
    postgres_server.drop_database(name)


async def live_through(url: str, first: int, steps: list[Step]) -> None:
    """Each change is followed by the time after which everything is read anew."""
    async with told_story(url) as story:
        taken = Steps(story, await story.looks())
        for each in [("call", first), *steps]:
            await taken.take(each)
        await taken.comes_to_rest()


async def live_fast(url: str, first: int, steps: list[tuple[Step, int]]) -> None:
    async with told_story(url, lately=True) as story:
        taken = Steps(story, await story.looks())
        await story.remembers()
        for each, pause in [(("call", first), 0), *steps]:
            await taken.take(each, timedelta(seconds=pause))
        await taken.comes_to_rest()


NIGHT = 12 * 60
MOVED_BACK: list[Step] = [("down",), ("move", 0, 60, False), ("move", 0, -60, False), ("up",)]
APOLOGIES: list[Step] = [
    ("later", NIGHT), ("answer", 2, 0, "no", True), ("answer", 2, 0, "no", True), ("erase", 2),
    ("later", NIGHT),
]  # fmt: skip
LEADS: list[Step] = [
    ("down",), ("answer", 2, 0, "no", True), ("answer", 3, 0, "no", True), ("hand", 1),
    ("answer", 3, 0, "yes", False), ("up",), ("rename", 2), ("answer", 0, 0, "no", True),
]  # fmt: skip
ROUNDS: list[Step] = [
    ("answer", 1, 0, "no", False), ("move", 0, 30, False), ("relocate", 0), ("down",),
    ("answer", 2, 0, "no", True), ("move", 0, 60, True), ("up",), ("later", 45), ("later", 45),
]  # fmt: skip
SET_BACK: list[Step] = [
    ("down",), *[("relocate", 0)] * 10, ("set", -45), ("up",), ("rename_team",),
]  # fmt: skip
ERASED: list[Step] = [("down",), ("announce",), ("close",), ("erase", 2), ("erase", 4), ("up",)]
CLOSED: list[Step] = [
    ("down",), ("rename_team",), ("leave", 3), ("join", 3), ("leave", 2), ("hand", 1),
    ("erase", 1), ("close",), ("up",),
]  # fmt: skip
REMINDED_MOVED: list[Step] = [("down",), ("later", 5), ("move", 0, 60, True), ("up",)]
REMINDED: list[Step] = [
    ("down",), ("later", 10), ("leave", 2), ("answer", 3, 0, "no", False), ("rename_team",),
    ("up",),
    ("down",), ("later", 45), ("move", 0, 60, True), ("up",),
]  # fmt: skip
MINUTES: list[Step] = [
    ("set", -45), ("call", 65), ("undelivered", 2, 6), ("later", 10),
    ("away", True), ("relocate", 0), ("killed",), ("away", False), ("later", 45), ("later", 10),
]  # fmt: skip
DOUBTS: list[Step] = [
    ("announce",), ("doubtful", 1, True), ("announce",), ("fused", 2, True), ("announce",),
    ("fused", 1, False), ("relocate", 0), ("slow", 2, 40), ("slow", 3, 3), ("cancel", 0),
]  # fmt: skip


@settings(max_examples=STORIES)
@example(26 * 60, MOVED_BACK)
@example(26 * 60, APOLOGIES)
@example(26 * 60, LEADS)
@example(65, ROUNDS)
@example(26 * 60, SET_BACK)
@example(26 * 60, ERASED)
@example(26 * 60, CLOSED)
@example(65, REMINDED_MOVED)
@example(65, REMINDED)
@example(130, MINUTES)
@example(130, DOUBTS)
@given(AHEAD, st.lists(STEPS, max_size=14))
def test_no_notice_is_untrue_and_none_is_missing(
    world: Path, first: int, steps: list[Step]
) -> None:
    with TemporaryDirectory() as folder:
        path = shutil.copy(world, folder)
        asyncio.run(live_through(f"sqlite+aiosqlite:///{path}", first, steps))


@settings(max_examples=max(STORIES // 3, 5))
@given(AHEAD, st.lists(st.tuples(STEPS, PAUSES), max_size=14))
def test_within_half_a_minute_only_what_was_true_lately_is_said(
    world: Path, first: int, steps: list[tuple[Step, int]]
) -> None:
    with TemporaryDirectory() as folder:
        path = shutil.copy(world, folder)
        asyncio.run(live_fast(f"sqlite+aiosqlite:///{path}", first, steps))


@settings(max_examples=max(STORIES // 10, 2), suppress_health_check=[HealthCheck.too_slow])
@example(26 * 60, [*MOVED_BACK, *APOLOGIES])
@example(65, REMINDED)
@example(130, DOUBTS)
@given(AHEAD, st.lists(STEPS, max_size=8))
def test_the_same_on_postgresql(
    postgres_server: PostgresServer, world_on_postgresql: str, first: int, steps: list[Step]
) -> None:
    name = postgres_server.create_database(world_on_postgresql)
    try:
        asyncio.run(live_through(postgres_server.url_of(name), first, steps))
    finally:
        postgres_server.drop_database(name)
