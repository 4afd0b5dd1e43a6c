"""A reminder is looked for at any instant, even within the very millisecond before its time: the
database keeps milliseconds, a clock tells finer."""

from datetime import timedelta

import pytest

from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import meeting_reminders
from tests.features.meetings_team import add_person, add_team, draft
from tests.town import Town, town

__all__ = ["town"]

HOUR, MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)


@pytest.mark.parametrize("early", [1, 200, 499, 500, 501, 999])
async def test_a_reminder_looked_for_just_before_its_time_comes_all_the_same(
    town: Town, early: int
) -> None:
    """As three bots on one database do all the time: each looks whenever something is due."""
    noura = town.person("نورة")
    async with town.app.database.transaction() as tx:
        lead = await add_person(tx, "نورة", external=str(noura.id))
        team = await add_team(tx, lead)
        starts_at = tx.now + 3 * HOUR
        given = draft(starts_at=starts_at, ends_at=starts_at + HOUR)
        await meeting_actions.schedule_meeting(tx, lead, team, given)
    await town.moves(to=starts_at - HOUR - early * MICROSECOND)
    await town.moves(to=starts_at - HOUR)
    slots = [row.slot for row in await town.rows(meeting_reminders)]
    assert slots == ["1h"]
