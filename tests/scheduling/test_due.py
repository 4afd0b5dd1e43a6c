"""Rows that are due: set, moved, cancelled, forgotten."""

from datetime import timedelta

from bot.scheduling import due
from bot.scheduling.due import KEEP_FINISHED
from bot.storage.transaction import Tx
from tests.scheduling.conftest import START, Agenda

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def plan(tx: Tx, meeting: str = "meeting:1", *, days: int = 3) -> None:
    """Reminders a day and an hour before a meeting."""
    anchor = START + days * DAY
    for slot, offset in (("1d", DAY), ("1h", HOUR)):
        await due.set_due(tx, "remind", meeting, slot, anchor=anchor, offset=offset)


async def test_the_earliest_row_is_known(agenda: Agenda) -> None:
    assert await due.next_due(agenda.database) is None
    await agenda.do(lambda tx: plan(tx, "meeting:1", days=3))
    await agenda.do(lambda tx: plan(tx, "meeting:2", days=2))
    assert await due.next_due(agenda.database) == START + DAY
    assert await agenda.do(due.next_due) == START + DAY


async def test_a_time_that_has_gone_by_is_not_set_and_withdraws_the_old_plan(
    agenda: Agenda,
) -> None:
    await agenda.do(plan)
    for anchor, is_set in ((START + HOUR - DAY, False), (START + HOUR, True)):
        done = await agenda.do(
            lambda tx, at=anchor: due.set_due(  # type: ignore[misc]
                tx, "remind", "meeting:1", "1h", anchor=at, offset=HOUR
            )
        )
        assert done is is_set
        state = "waiting" if is_set else "passed"
        assert await agenda.states() == {"meeting:1 1d": "waiting", "meeting:1 1h": state}


async def test_moving_the_meeting_moves_its_reminders(agenda: Agenda) -> None:
    await agenda.do(plan)
    assert await agenda.do(lambda tx: due.move(tx, "meeting:1", START + 5 * DAY)) == 2
    assert await due.next_due(agenda.database) == START + 4 * DAY
    # So near that the reminder a day before makes no sense any more, and back again.
    assert await agenda.do(lambda tx: due.move(tx, "meeting:1", START + 2 * HOUR)) == 1
    assert await agenda.states() == {"meeting:1 1d": "passed", "meeting:1 1h": "waiting"}
    assert await agenda.do(lambda tx: due.move(tx, "meeting:1", START + 2 * DAY)) == 2


async def test_what_was_done_is_due_again_after_a_move_ahead(agenda: Agenda) -> None:
    await agenda.begins()
    await agenda.do(plan)
    await agenda.moves(2 * DAY)
    assert await agenda.done() == ["meeting:1 1d"]
    await agenda.do(lambda tx: due.move(tx, "meeting:1", tx.now + 2 * DAY))
    await agenda.moves(2 * DAY)
    assert await agenda.done() == ["meeting:1 1d", "meeting:1 1d", "meeting:1 1h"]


async def test_an_expiry_moves_along(agenda: Agenda) -> None:
    at = START + DAY

    async def setting(tx: Tx) -> None:
        await due.set_due(tx, "remind", "meeting:1", "start", anchor=at, expires_at=at + HOUR)
        await due.move(tx, "meeting:1", at + DAY)

    await agenda.do(setting)
    rows = await agenda.do(lambda tx: tx.fetch("SELECT expires_at - due_at FROM due"))
    assert [tuple(row) for row in rows] == [(3_600_000,)]


async def test_what_is_cancelled_stays_cancelled(agenda: Agenda) -> None:
    await agenda.do(plan)
    assert await agenda.do(lambda tx: due.cancel(tx, "meeting:1", "1d")) == 1
    assert await agenda.do(lambda tx: due.cancel(tx, "meeting:1")) == 1
    assert await agenda.do(lambda tx: due.cancel(tx, "meeting:1")) == 0
    assert await agenda.do(lambda tx: due.move(tx, "meeting:1", START + 9 * DAY)) == 0
    assert await due.next_due(agenda.database) is None


async def test_finished_rows_are_forgotten_after_a_while(agenda: Agenda) -> None:
    await agenda.do(plan)
    await agenda.do(lambda tx: due.cancel(tx, "meeting:1", "1d"))
    agenda.clock.advance(KEEP_FINISHED + timedelta(seconds=1))
    assert await agenda.do(lambda tx: due.forget_finished(tx, 10)) == 1
    assert await agenda.states() == {"meeting:1 1h": "waiting"}
