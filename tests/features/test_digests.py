"""Morning digests when something goes wrong: nobody is reminded twice, and nobody is forgotten."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bench.crowd import patience
from bot.chat.person import Person, PersonState, change_person
from bot.chat.screen import Screen
from bot.delivery.message import MessageState, outbox
from bot.features import due_work
from bot.features.meetings import jobs as meeting_jobs
from bot.features.meetings.actions import digest as digest_actions
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.digest import DIGEST_JOB, MOST
from bot.features.meetings.actions.reminders import DueReminder, mark_reminded, remind
from bot.features.meetings.models import Rsvp, meeting_reminders
from bot.features.meetings.queries.meetings import Meeting
from bot.features.meetings.queries.reminder_rules import CARD_PATIENCE, GATHERED
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.models import Pause
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.quiet import Placement
from bot.scheduling.ticker import MOST_ATTEMPTS, Ticker
from bot.storage.transaction import Tx
from tests.drawn import drawn
from tests.features.meetings_team import (
    MeetingTeam,
    add_member,
    add_team,
    draft,
    meeting_team,
)
from tests.features.test_reminders_in_quiet_times import DAY, HOUR, MINUTE, riyadh
from tests.reading import as_read

__all__ = ["meeting_team"]

SEVEN = NotificationSettings(hours=None, pause=Pause.NONE, card_at=time(7))


async def want_cards(meeting_team: MeetingTeam, person: Person) -> None:
    """The person wants a card at seven, and nothing else stands against a reminder."""
    async with meeting_team.database.transaction() as tx:
        await settings_actions.choose_settings(tx, person, SEVEN)
        await digest_actions.plan_digest(tx, person.id)


@asynccontextmanager
async def ticking(meeting_team: MeetingTeam) -> AsyncIterator[Ticker]:
    ticker = Ticker(meeting_team.database, meeting_team.clock, due_work().jobs, worker="one")
    await ticker.start()
    await ticker.idle()
    yield ticker
    await ticker.stop()


async def pass_until(meeting_team: MeetingTeam, ticker: Ticker, end: datetime) -> None:
    """Time passes from one due thing to the next."""
    while (following := await due.next_due(meeting_team.database)) and following <= end:
        meeting_team.clock.move_to(max(following, meeting_team.clock.now()))
        await ticker.idle()
    meeting_team.clock.move_to(end)
    await ticker.idle()


async def reminders(meeting_team: MeetingTeam, person: Person) -> list[tuple[str, datetime]]:
    query = select(meeting_reminders).where(meeting_reminders.c.person_id == person.id)
    async with meeting_team.database.reading() as tx:
        rows = await tx.all(query.order_by(meeting_reminders.c.sent_at, meeting_reminders.c.slot))
    return [(row.slot, row.sent_at) for row in rows]


async def cards(meeting_team: MeetingTeam, person: Person) -> list[tuple[datetime, Screen]]:
    return await drawn(meeting_team.database, outbox.c.topic == f"morning:{person.id}")


def count_statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of all transactions from now on, by the names of their methods."""
    counted: list[str] = []

    def counting(name: str, run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted_run(*given: Any, **more: Any) -> Any:
            counted.append(name)
            return await run(*given, **more)

        return counted_run

    for name in ("fetch", "touch", "run", "run_many", "execute", "first", "all", "scalars"):
        monkeypatch.setattr(Tx, name, counting(name, getattr(Tx, name)))
    return counted


def break_cards(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    async def fail(*_: object) -> int:
        raise OSError("no card can be drawn")

    monkeypatch.setattr(digest_actions, "send_digests", fail)
    return monkeypatch


async def test_a_card_that_never_leaves_costs_no_reminder_and_no_later_card(
    meeting_team: MeetingTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hour before a meeting of half past seven falls before the card that takes it along."""
    huda = meeting_team.members[1]
    await want_cards(meeting_team, huda)
    for day in (1, 2):
        start = riyadh(day, 7, 30)
        await meeting_team.calls(starts_at=start, ends_at=start + HOUR)
    async with ticking(meeting_team) as ticker:
        with monkeypatch.context() as broken:
            break_cards(broken)
            await pass_until(meeting_team, ticker, riyadh(1, 12))
        by_itself = [("1h", riyadh(1, 7) + CARD_PATIENCE), ("1d", riyadh(1, 7, 30))]
        assert await reminders(meeting_team, huda) == by_itself
        assert await cards(meeting_team, huda) == []
        await pass_until(meeting_team, ticker, riyadh(2, 12))
        ((sent_at, _),) = await cards(meeting_team, huda)
        assert sent_at == riyadh(2, 7)
        assert await reminders(meeting_team, huda) == [*by_itself, ("1h", riyadh(2, 7))]


async def test_a_card_that_an_earlier_release_gave_up_comes_again(
    meeting_team: MeetingTeam,
) -> None:
    huda = meeting_team.members[1]
    await want_cards(meeting_team, huda)
    async with ticking(meeting_team):
        """The change of settings is heeded, and plans no card any more."""
    async with meeting_team.database.transaction() as tx:
        given_up = due.due.c.job == DIGEST_JOB
        await tx.execute(update(due.due).where(given_up).values(state="failed", attempts=5))
    start = riyadh(3, 10)
    await meeting_team.calls(starts_at=start, ends_at=start + HOUR)
    meeting_team.clock.move_to(riyadh(2, 20))
    async with ticking(meeting_team) as ticker:
        await pass_until(meeting_team, ticker, start)
        assert [at for at, _ in await cards(meeting_team, huda)] == [riyadh(3, 7)]


async def test_a_reminder_does_not_wait_for_a_card_after_which_it_is_of_no_use(
    meeting_team: MeetingTeam,
) -> None:
    """A card of seven could still name the meeting of 07:13, but should it fail, nothing could."""
    huda = meeting_team.members[1]
    await want_cards(meeting_team, huda)
    start = riyadh(1, 7, 13)
    await meeting_team.calls(starts_at=start, ends_at=start + HOUR)
    async with ticking(meeting_team) as ticker:
        await pass_until(meeting_team, ticker, start)
        assert ("1h", start - HOUR) in await reminders(meeting_team, huda)
        assert await cards(meeting_team, huda) == []


async def test_more_meetings_than_a_card_holds_make_a_second_one(meeting_team: MeetingTeam) -> None:
    huda, count = meeting_team.members[1], MOST + 5
    await want_cards(meeting_team, huda)
    for n in range(count):
        async with meeting_team.database.transaction() as tx:
            team_id = await add_team(tx, meeting_team.lead, f"فريق {n}")
            await add_member(tx, team_id, huda)
            # Half an hour past the card of the day before, to which each belongs.
            start = riyadh(2, 7, 30) + n * MINUTE
            given = draft(starts_at=start, ends_at=start + HOUR, title=f"لقاء {n}")
            await meeting_actions.schedule_meeting(tx, meeting_team.lead, team_id, given)
    async with ticking(meeting_team) as ticker:
        await pass_until(meeting_team, ticker, riyadh(1, 12))
    assert await reminders(meeting_team, huda) == [("1d", riyadh(1, 7))] * count
    first, second = (screen for _, screen in await cards(meeting_team, huda))
    # The last row asks why it came.
    assert [len(card.listing.items) for card in (first, second) if card.listing] == [MOST, 5]
    assert first.title
    assert not second.title
    assert len(await reminders(meeting_team, meeting_team.lead)) == count


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_late_card_beside_a_reminder_of_another_process_reminds_once(
    meeting_team: MeetingTeam,
) -> None:
    """Both were down since before seven and come back together at 08:31."""
    huda = meeting_team.members[1]
    await want_cards(meeting_team, huda)
    start = riyadh(1, 9, 30)
    found = await meeting_team.calls(starts_at=start, ends_at=start + HOUR)
    async with meeting_team.database.transaction() as tx:
        await tx.execute(update(outbox).values(state=MessageState.SENT))
    meeting_team.clock.move_to(riyadh(1, 8, 31))

    reminded = asyncio.Event()

    async def send_card() -> int:
        await reminded.wait()
        async with meeting_team.database.transaction() as tx:
            return await digest_actions.send_digests(tx, [huda.id])

    sending = asyncio.create_task(send_card())
    async with meeting_team.database.transaction() as tx:
        await remind(tx, [DueReminder(found.id, "1h", start)])
        reminded.set()
        await wait_until(tx, sending)
    assert await sending == 0
    assert len(await meeting_team.told(huda)) == 1
    assert await cards(meeting_team, huda) == []


async def wait_until(tx: Tx, other: asyncio.Task[int]) -> None:
    """Until the other one has ended, or waits for us."""
    async with patience(10):
        while not other.done() and not await tx.fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
            await tx.fetch("SELECT pg_sleep(0.01)")


def test_the_attempts_of_a_card_outlast_the_wait_for_it() -> None:
    """So a reminder that has come by itself is left out by a card that leaves late."""
    waits = [timedelta(seconds=5 * 4**n) for n in range(MOST_ATTEMPTS - 1)]
    assert CARD_PATIENCE < sum(waits, timedelta()) < DAY


async def test_a_card_that_was_held_up_until_the_night_waits_for_the_morning(
    meeting_team: MeetingTeam,
) -> None:
    huda = meeting_team.members[1]
    async with meeting_team.database.transaction() as tx:
        await settings_actions.choose_settings(
            tx, huda, NotificationSettings(card_at=SEVEN.card_at)
        )
        await digest_actions.plan_digest(tx, huda.id)
    start = riyadh(2, 9)
    await meeting_team.calls(starts_at=start, ends_at=start + HOUR)
    async with ticking(meeting_team) as ticker:
        await pass_until(meeting_team, ticker, riyadh(1, 7))
    meeting_team.clock.move_to(riyadh(1, 22, 30))
    assert [screen for _, screen in await cards(meeting_team, huda)] == [Screen()]
    meeting_team.clock.move_to(riyadh(2, 7, 1))
    (card,) = [screen for _, screen in await cards(meeting_team, huda)]
    assert "أمامك" in card.text


async def test_many_cards_take_as_many_statements_as_one(
    meeting_team: MeetingTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are read, written and planned anew together, and none of it for those who are late,
    where nobody is."""
    for person in meeting_team.members:
        await want_cards(meeting_team, person)
    ids = [person.id for person in meeting_team.members]
    start = riyadh(2, 9)
    await meeting_team.calls(starts_at=start, ends_at=start + HOUR)
    taken = []
    for portion in (ids[:1], ids[1:]):
        meeting_team.clock.move_to(riyadh(2, 7))
        rows = [
            DueRow(n, DIGEST_JOB, "", "card", riyadh(2, 7), riyadh(2, 7), None, {"person": n}, 0)
            for n in portion
        ]
        with monkeypatch.context() as patched:
            counted = count_statements(patched)
            async with meeting_team.database.transaction() as tx:
                await meeting_jobs.send_digests(tx, rows)
            taken.append(len(counted))
    assert [len(await cards(meeting_team, person)) for person in meeting_team.members] == (
        [1] * len(ids)
    )
    assert taken[0] == taken[1] <= (13 if meeting_team.database.dialect == "sqlite" else 16)


async def test_a_card_names_what_is_open_to_its_reader_in_the_order_of_the_day(
    meeting_team: MeetingTeam,
) -> None:
    """Of two teams: neither what they declined, nor what another member did, nor what they have
    been reminded of; an answer or reminder for an earlier time does not count."""
    huda, other = meeting_team.members[1], meeting_team.members[2]
    await want_cards(meeting_team, huda)
    await want_cards(meeting_team, other)
    async with meeting_team.database.transaction() as tx:
        second = await add_team(tx, meeting_team.lead, "فريق الصباح")
        await add_member(tx, second, huda)

    async def calls(hour: int, title: str, **more: Any) -> Meeting:
        start = riyadh(2, hour)
        return await meeting_team.calls(starts_at=start, ends_at=start + HOUR, title=title, **more)

    await calls(15, "لقاء العصر")
    declined = await calls(11, "لقاء الظهر")
    moved = await calls(12, "لقاء المعلمات")
    reminded = await calls(10, "لقاء المكتب")
    await meeting_team.answers(huda, declined, Rsvp.NO)
    await meeting_team.answers(huda, moved, Rsvp.NO)
    await meeting_team.moves(moved, HOUR)
    async with meeting_team.database.transaction() as tx:
        given = draft(starts_at=riyadh(2, 14), ends_at=riyadh(2, 15), title="لقاء القراءة")
        await meeting_actions.schedule_meeting(tx, meeting_team.lead, second, given)
        placed = Placement(tx.now)
        await mark_reminded(tx, [(reminded, huda.id, slot, placed) for slot in GATHERED])
    meeting_team.clock.move_to(riyadh(2, 7))
    async with meeting_team.database.transaction() as tx:
        assert await digest_actions.send_digests(tx, [huda.id, other.id]) == 2
    ((_, hers),) = await cards(meeting_team, huda)
    assert titles(hers) == ["لقاء المعلمات", "لقاء القراءة", "لقاء العصر"]
    ((_, theirs),) = await cards(meeting_team, other)
    assert titles(theirs) == ["لقاء المكتب", "لقاء الظهر", "لقاء المعلمات", "لقاء العصر"]


def titles(card: Screen) -> list[str]:
    """What is read beside the numbers that open it."""
    items = card.listing.items if card.listing else ()
    return [as_read(each.label, card.text).partition(". ")[2] for each in items]


async def test_who_is_gone_has_no_card_any_more(meeting_team: MeetingTeam) -> None:
    huda = meeting_team.members[1]
    await want_cards(meeting_team, huda)
    start = riyadh(2, 9)
    await meeting_team.calls(starts_at=start, ends_at=start + HOUR)
    meeting_team.clock.move_to(riyadh(2, 7))
    async with meeting_team.database.transaction() as tx:
        await change_person(tx, huda.id, state=PersonState.GONE)
        assert await digest_actions.send_digests(tx, [huda.id]) == 0
        plan = await due.find(tx, f"morning:{huda.id}", "card")
    assert plan is not None
    assert not plan.waits
