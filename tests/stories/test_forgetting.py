"""What people wrote, as it arrived, is gone after two days: the bot itself sees to it."""

from datetime import timedelta

from sqlalchemy import update

from bot.chat.intake.inbox import KEEP_DONE, UpdateState, updates
from bot.delivery.message import outbox
from bot.delivery.retention import KEEP_FINISHED
from tests.town import Town

PROMISED = timedelta(days=2)
"""In the privacy notice."""
TIDIED = timedelta(hours=6)
"""How often the bot looks for what is to be forgotten."""


async def test_messages_as_they_arrived_are_erased_after_two_days(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("كلام يخصني وحدي")
    (first,) = await town.rows(updates)
    assert first.body == "", "it is handled, and nobody needs its words"
    await town.moves(PROMISED - timedelta(minutes=1))
    assert await town.rows(updates, id=first.id), "Telegram may still repeat it"
    await maryam.says("/start")
    await town.moves(TIDIED + timedelta(minutes=1))
    left = await town.rows(updates)
    assert [row.id > first.id for row in left] == [True]
    assert KEEP_DONE == PROMISED


async def test_what_came_in_a_flood_is_erased_as_well(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("كلام في سيل من الرسائل")
    async with town.app.database.transaction() as tx:
        await tx.execute(update(updates).values(state=UpdateState.SKIPPED))
    await town.moves(PROMISED + TIDIED)
    assert await town.rows(updates) == []


async def test_what_came_in_a_flood_that_nobody_was_told_of_is_erased_too(town: Town) -> None:
    """It is counted when the flood is over; where its sender has gone by then, nobody does."""
    maryam = town.person("مريم")
    await maryam.says("كلام في سيل من الرسائل")
    async with town.app.database.transaction() as tx:
        untold = update(updates).values(state=UpdateState.SKIPPED, done_at=None)
        await tx.execute(untold)
    await town.moves(PROMISED - timedelta(minutes=1))
    assert len(await town.rows(updates)) == 1
    await town.moves(TIDIED + timedelta(minutes=1))
    assert await town.rows(updates) == []


async def test_answers_are_erased_after_a_month(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    assert await town.rows(outbox)
    await town.moves(KEEP_FINISHED - timedelta(minutes=1))
    assert await town.rows(outbox)
    await town.moves(TIDIED + timedelta(minutes=1))
    assert await town.rows(outbox) == []
