"""Due work is done once, in time, whatever happens on the way."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bench.crowd import patience
from bot.core.clock import Clock
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import BATCH, MOST_ATTEMPTS, MOST_COLLISIONS, Repeating, Ticker
from bot.storage.database import open_database
from bot.storage.transaction import Tx
from tests.scheduling.conftest import SOME, START, Agenda

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def set_at(tx: Tx, topic: str, after: timedelta, job: str = "remind") -> None:
    await due.set_due(tx, job, topic, "1h", anchor=START + after)


async def test_a_reminder_is_done_when_its_time_comes_and_not_before(agenda: Agenda) -> None:
    await agenda.begins()
    await agenda.do(lambda tx: set_at(tx, "meeting:1", HOUR))
    await agenda.moves(HOUR - timedelta(milliseconds=1))
    assert await agenda.done() == []
    await agenda.moves(timedelta(milliseconds=1))
    assert await agenda.done() == ["meeting:1 1h"]
    await agenda.moves(DAY)
    assert await agenda.done() == ["meeting:1 1h"]


async def test_what_is_due_at_once_needs_no_move_of_the_clock(agenda: Agenda) -> None:
    ticker = await agenda.begins()
    await agenda.do(lambda tx: set_at(tx, "meeting:1", timedelta()))
    await ticker.idle()
    assert await agenda.done() == ["meeting:1 1h"]


async def test_what_fell_due_while_nobody_was_there_is_done_or_reported(
    agenda: Agenda, caplog: pytest.LogCaptureFixture
) -> None:
    async def planning(tx: Tx) -> None:
        await set_at(tx, "late", HOUR)
        await due.set_due(
            tx, "remind", "useless", "1h", anchor=START + HOUR, expires_at=START + 2 * HOUR
        )

    await agenda.do(planning)
    agenda.clock.advance(2 * HOUR)
    await agenda.begins()
    assert await agenda.done() == ["late 1h"]
    assert await agenda.states() == {"late 1h": "done", "useless 1h": "expired"}
    (line,) = caplog.records
    assert (vars(line)["action"], vars(line)["topic"]) == ("due.expired", "useless")


async def test_a_failing_job_stops_no_other_and_is_tried_again(agenda: Agenda) -> None:
    await agenda.begins()
    agenda.failing = {"bad"}

    async def planning(tx: Tx) -> None:
        for topic in ("good:1", "bad", "good:2"):
            await set_at(tx, topic, HOUR)

    await agenda.do(planning)
    await agenda.moves(HOUR)
    assert await agenda.done() == ["good:1 1h", "good:2 1h"]
    assert (await agenda.states())["bad 1h"] == "waiting"
    agenda.failing.clear()
    await agenda.moves(timedelta(minutes=1))
    assert await agenda.done() == ["good:1 1h", "good:2 1h", "bad 1h"]


async def test_a_job_that_never_works_is_given_up_with_a_reference(
    agenda: Agenda, caplog: pytest.LogCaptureFixture
) -> None:
    await agenda.begins()
    agenda.failing = {"bad"}
    await agenda.do(lambda tx: set_at(tx, "bad", HOUR))
    await agenda.moves(HOUR)
    for _ in range(10):
        await agenda.moves(HOUR)
    assert await agenda.done() == []
    assert await agenda.states() == {"bad 1h": "failed"}
    lines = [vars(record) for record in caplog.records if record.levelno >= logging.ERROR]
    assert [line["attempts"] for line in lines] == list(range(1, MOST_ATTEMPTS + 1))
    rows = await agenda.do(lambda tx: tx.fetch("SELECT error FROM due"))
    assert str(rows[0][0]).startswith(lines[-1]["reference"])


async def test_a_full_disk_gives_no_work_up_however_long_it_lasts(agenda: Agenda) -> None:
    await agenda.begins()
    agenda.disk_is_full = True
    await agenda.do(lambda tx: set_at(tx, "late", HOUR))
    await agenda.moves(HOUR)
    for _ in range(2 * MOST_ATTEMPTS):
        await agenda.moves(timedelta(minutes=6))
        assert await agenda.states() == {"late 1h": "waiting"}
    agenda.disk_is_full = False
    await agenda.moves(timedelta(minutes=6))
    assert await agenda.done() == ["late 1h"]


async def test_a_job_that_nobody_knows_fails(agenda: Agenda) -> None:
    await agenda.begins()
    await agenda.do(lambda tx: set_at(tx, "meeting:1", HOUR, job="removed"))
    await agenda.moves(HOUR)
    assert await agenda.states() == {"meeting:1 1h": "failed"}


async def test_a_job_may_take_many_rows_at_once(agenda: Agenda) -> None:
    await agenda.begins()

    async def planning(tx: Tx) -> None:
        for number in range(BATCH + 50):
            await set_at(tx, f"meeting:{number}", HOUR, job="count")

    await agenda.do(planning)
    await agenda.moves(HOUR)
    assert agenda.together == [BATCH, 50]


async def test_a_job_that_takes_few_rows_at_once_gets_the_rest_next_and_holds_up_no_other(
    agenda: Agenda,
) -> None:
    await agenda.begins()

    async def planning(tx: Tx) -> None:
        for number in range(2 * SOME + 5):
            await set_at(tx, f"meeting:{number}", HOUR, job="remind some")
        await set_at(tx, "alone", HOUR)

    await agenda.do(planning)
    await agenda.moves(HOUR)
    assert agenda.together == [SOME, SOME, 5]
    done = await agenda.done()
    assert len(done) == len(set(done)) == 2 * SOME + 6
    assert done.index("alone 1h") == SOME
    assert set((await agenda.states()).values()) == {"done"}


async def test_one_row_that_fails_among_many_loses_none_of_the_others(agenda: Agenda) -> None:
    await agenda.begins()
    agenda.failing = {"meeting:3"}

    async def planning(tx: Tx) -> None:
        for number in range(SOME + 5):
            await set_at(tx, f"meeting:{number}", HOUR, job="remind some")

    await agenda.do(planning)
    await agenda.moves(HOUR)
    states = await agenda.states()
    assert states.pop("meeting:3 1h") == "waiting"
    assert set(states.values()) == {"done"}
    done = await agenda.done()
    assert len(done) == len(set(done)) == SOME + 4
    agenda.failing.clear()
    await agenda.moves(timedelta(minutes=1))
    assert len(await agenda.done()) == SOME + 5


async def test_two_tickers_do_everything_once(agenda: Agenda) -> None:
    async def planning(tx: Tx) -> None:
        for number in range(3 * BATCH):
            await set_at(tx, f"meeting:{number}", HOUR)

    await agenda.do(planning)
    first = await agenda.begins()
    second = await agenda.begins()
    agenda.clock.advance(HOUR)
    await asyncio.gather(first.idle(), second.idle())
    await first.stop()
    assert sorted(await agenda.done()) == sorted(f"meeting:{n} 1h" for n in range(3 * BATCH))


async def test_repeating_work_goes_on_in_step(agenda: Agenda) -> None:
    turns: list[str] = []

    async def sweep(tx: Tx, row: DueRow) -> None:
        turns.append(f"{tx.now:%H:%M}")
        if f"{tx.now:%H:%M}" == "09:00":
            raise OSError("this turn fails")

    every_hour = Repeating("sweep", HOUR, sweep)
    await agenda.begins(every_hour)
    for _ in range(3):
        await agenda.moves(HOUR)
    assert turns[:3] == ["07:00", "08:00", "09:00"]
    assert turns[-1] == "10:00"
    # What was missed while nobody was there is done once, not many times.
    await agenda.ends()
    agenda.clock.advance(5 * HOUR + timedelta(minutes=30))
    before = len(turns)
    await agenda.begins(every_hour)
    await agenda.moves(timedelta(minutes=30))
    assert turns[before:] == ["15:30", "16:00"]


async def test_repeating_work_that_fails_for_good_has_its_next_turn(agenda: Agenda) -> None:
    turns: list[str] = []

    async def sweep(tx: Tx, row: DueRow) -> None:
        turns.append(f"{tx.now:%d}")
        raise OSError("never works")

    await agenda.begins(Repeating("sweep", DAY, sweep))
    for _ in range(48):
        await agenda.moves(HOUR)
    assert turns.count("04") == turns.count("05") == MOST_ATTEMPTS


async def test_on_a_running_clock_apscheduler_wakes_the_ticker(agenda: Agenda) -> None:
    await agenda.ends()
    clock = Clock()
    database = await open_database(agenda.database.url, clock)
    done = asyncio.Event()

    async def remind(tx: Tx, row: DueRow) -> None:
        tx.after_commit(done.set)

    ticker = Ticker(database, clock, {"remind": remind}, worker="one")
    await ticker.start()
    async with database.transaction() as tx:
        await due.set_due(
            tx, "remind", "m", "1", anchor=tx.now, offset=-timedelta(milliseconds=100)
        )
    async with patience(5):
        await done.wait()
    await ticker.stop()
    await database.close()


@pytest.mark.parametrize("early", [1, 499, 500, 999])
async def test_nothing_is_done_a_fraction_of_a_millisecond_too_early(
    agenda: Agenda, early: int
) -> None:
    """A job that compares its row's time with the transaction's must find that it has come."""
    await agenda.begins()
    await agenda.do(lambda tx: set_at(tx, "meeting:1", HOUR))
    await agenda.moves(HOUR - timedelta(microseconds=early))
    assert await agenda.done() == []
    await agenda.moves(timedelta(microseconds=early))
    assert await agenda.done() == ["meeting:1 1h"]


async def test_what_collided_with_another_transaction_is_done_at_once_and_quietly(
    agenda: Agenda, caplog: pytest.LogCaptureFixture
) -> None:
    ticker = await agenda.begins()
    agenda.collisions = {"meeting:1": MOST_COLLISIONS - 1}

    async def planning(tx: Tx) -> None:
        for number in range(3):
            await set_at(tx, f"meeting:{number}", timedelta())

    await agenda.do(planning)
    await ticker.idle()
    assert sorted(await agenda.done()) == [f"meeting:{n} 1h" for n in range(3)]
    assert await agenda.do(lambda tx: tx.fetch("SELECT DISTINCT attempts FROM due")) == [(0,)]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_what_collides_again_and_again_is_a_failure_and_stops_no_other(
    agenda: Agenda,
) -> None:
    ticker = await agenda.begins()
    agenda.collisions = {"meeting:1": 1_000}

    async def planning(tx: Tx) -> None:
        for number in range(3):
            await set_at(tx, f"meeting:{number}", timedelta())

    await agenda.do(planning)
    await ticker.idle()
    assert sorted(await agenda.done()) == ["meeting:0 1h", "meeting:2 1h"]
    assert await agenda.states() == {
        "meeting:0 1h": "done", "meeting:1 1h": "waiting", "meeting:2 1h": "done",
    }  # fmt: skip


async def test_work_that_goes_on_after_a_failure_has_its_next_turn(agenda: Agenda) -> None:
    await agenda.begins()
    agenda.failing = {"lasting"}
    await agenda.do(lambda tx: set_at(tx, "lasting", HOUR, job="remind daily"))
    for _ in range(20):
        await agenda.moves(HOUR)
    assert agenda.calls == ["lasting"] * MOST_ATTEMPTS
    agenda.failing.clear()
    await agenda.moves(4 * HOUR)
    assert await agenda.done() == []
    await agenda.moves(HOUR)
    assert await agenda.done() == ["lasting 1h"]


async def test_work_that_was_given_up_before_has_its_next_turn_after_the_start(
    agenda: Agenda,
) -> None:
    async def planning(tx: Tx) -> None:
        await set_at(tx, "lasting", HOUR, job="remind daily")
        await set_at(tx, "other", HOUR)
        await tx.run("UPDATE due SET state = 'failed', attempts = 5, finished_at = due_at")

    await agenda.do(planning)
    agenda.clock.advance(10 * DAY)
    await agenda.begins()
    assert await agenda.states() == {"lasting 1h": "waiting", "other 1h": "failed"}
    await agenda.moves(HOUR - timedelta(milliseconds=1))
    assert await agenda.done() == []
    await agenda.moves(timedelta(milliseconds=1))
    assert await agenda.done() == ["lasting 1h"]


async def test_a_clock_that_was_ten_years_ahead_leaves_no_daily_work_there(agenda: Agenda) -> None:
    swept: list[str] = []

    async def sweep(tx: Tx, row: DueRow) -> None:
        swept.append(f"{tx.now:%Y-%m-%d}")

    await agenda.do(lambda tx: set_at(tx, "card", HOUR, "remind daily"))
    await agenda.do(lambda tx: set_at(tx, "meeting", 30 * DAY))
    await agenda.begins(Repeating("sweep", DAY, sweep))
    await agenda.moves(3652 * DAY)
    await agenda.do(lambda tx: set_at(tx, "card", 3653 * DAY + HOUR, "remind daily"))
    await agenda.moves(-3652 * DAY)
    assert await agenda.due_at("card 1h") == START + HOUR
    await agenda.moves(2 * DAY)
    assert await agenda.done() == ["card 1h", "meeting 1h", "card 1h"]
    assert swept == ["2026-10-04", "2036-10-03", "2026-10-06"]


async def test_after_a_start_no_daily_work_waits_for_the_year_2036_either(agenda: Agenda) -> None:
    await agenda.do(lambda tx: set_at(tx, "card", 3652 * DAY + HOUR, "remind daily"))
    await agenda.do(lambda tx: set_at(tx, "meeting", 3652 * DAY))
    await agenda.begins()
    assert await agenda.due_at("card 1h") == START + HOUR
    assert await agenda.due_at("meeting 1h") == START + 3652 * DAY


async def test_a_ticker_looks_again_by_itself_whatever_the_machine_s_clock_says(
    agenda: Agenda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.scheduling.ticker.SAFETY_TICK", timedelta(milliseconds=20))
    await agenda.begins()
    # Set past the ticker: nobody wakes it.
    await agenda.set_behind_its_back("meeting", START)
    async with patience(5):
        while True:
            if await agenda.done():
                break
            await asyncio.sleep(0.01)
