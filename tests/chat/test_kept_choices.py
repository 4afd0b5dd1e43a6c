"""A choice whose token is longer than the channel takes goes into a row, for its person alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.incoming import Address
from bot.chat.kept_choices import KEPT_FOR, ROUTE, forget_old, keep_long_choices, kept_choice
from bot.chat.person import add_visitor
from bot.chat.screen import Screen, choice
from bot.core.clock import FrozenClock
from bot.storage.database import Database, open_database

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
SHORT, LONG = choice("قصير", "menu"), choice("طويل", "people.appoint", 10**9, "x" * 40)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def database(database_url: str, clock: FrozenClock) -> AsyncIterator[Database]:
    opened = await open_database(database_url, clock)
    yield opened
    await opened.close()


async def person(database: Database, number: str) -> int:
    async with database.transaction() as tx:
        await add_visitor(tx, Address("telegram", number), "SA", "ar")
        rows = await tx.fetch("SELECT person_id FROM addresses WHERE external = ?", number)
        return int(rows[0][0])


async def test_a_long_choice_is_kept_for_its_person(database: Database) -> None:
    huda, sara = await person(database, "11"), await person(database, "12")
    screen = Screen("؟").with_list([LONG], later=LONG).with_actions(SHORT, LONG)
    async with database.transaction() as tx:
        shown = await keep_long_choices(tx, huda, screen, 64)
        assert [each.label for each in shown.choices] == [each.label for each in screen.choices]
        assert [each.route for each in shown.choices] == [ROUTE, ROUTE, "menu", ROUTE]
        [number] = shown.actions[1].args
        assert await kept_choice(tx, huda, number) == (LONG.route, LONG.args)
        assert await kept_choice(tx, sara, number) is None
        assert await kept_choice(tx, huda, "999999") is None
        assert await keep_long_choices(tx, huda, screen, 256) == screen


async def test_it_is_forgotten_after_a_time(database: Database, clock: FrozenClock) -> None:
    huda = await person(database, "11")
    async with database.transaction() as tx:
        shown = await keep_long_choices(tx, huda, Screen("؟").with_actions(LONG), 64)
        assert await forget_old(tx, 9) == 0
    clock.move_to(NOW + KEPT_FOR + timedelta(seconds=1))
    async with database.transaction() as tx:
        assert await forget_old(tx, 9) == 1
        assert await kept_choice(tx, huda, shown.actions[0].args[0]) is None
