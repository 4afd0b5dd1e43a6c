"""Reminders in quiet times: earlier, later, urgent, gathered; each in its person's own time."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.arabic.calendar.school_days import DayKind
from bot.chat.person import Person
from bot.delivery.message import outbox
from bot.features.calendars import actions as calendar_actions
from bot.features.calendars.actions import DaysDraft
from bot.features.communities.models import teams
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.meetings import MeetingDraft
from bot.features.meetings.models import Rsvp, meeting_reminders
from bot.features.meetings.queries.meetings import Meeting
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.models import Pause
from bot.features.notification_settings.queries.windows import NotificationSettings
from bot.features.people.actions.people import ProfileChanges, update_profile
from bot.features.people.actions.roles import hold
from bot.features.people.models import profiles
from bot.packs.roles import Role
from bot.scheduling.quiet import Cause, Timing
from tests.features.meetings_team import add_member, add_person, add_team, draft
from tests.town import MORNING, Phone, Town, town

__all__ = ["town"]

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SUNDAY = MORNING.date()


def riyadh(days: int, hour: int, minute: int = 0) -> datetime:
    """A moment so many days after Sunday 22 November 2026, by the clock of Riyadh."""
    return datetime(2026, 11, 22, tzinfo=UTC) + days * DAY + (hour - 3) * HOUR + minute * MINUTE


@dataclass
class QuietTeam:
    """Noura leads; Huda and Khalid, who lives in Morocco, belong to it. All work at its school."""

    town: Town
    noura: Phone
    huda: Phone
    khalid: Phone
    team_id: int = 0
    unit_id: int = 0
    people: dict[int, Person] = field(default_factory=dict)

    async def meets(self, starts_at: datetime, title: str = "تحليل النتائج") -> Meeting:
        given = draft(starts_at=starts_at, ends_at=starts_at + HOUR, title=title)
        assert isinstance(given, MeetingDraft)
        async with self.town.app.database.transaction() as tx:
            lead = self.people[self.noura.id]
            found, _ = await meeting_actions.schedule_meeting(tx, lead, self.team_id, given)
        await self.town.settles()
        return found

    async def answers(self, phone: Phone, found: Meeting, answer: Rsvp) -> None:
        async with self.town.app.database.transaction() as tx:
            person = self.people[phone.id]
            await meeting_actions.answer_meeting(
                tx, person, found.id, answer, moved_count=found.moved_count
            )

    async def wants(self, phone: Phone, chosen: NotificationSettings) -> None:
        async with self.town.app.database.transaction() as tx:
            await settings_actions.choose_settings(tx, self.people[phone.id], chosen)
        await self.town.settles()

    async def has_days(self, first: date, last: date, kind: DayKind) -> None:
        async with self.town.app.database.transaction() as tx:
            days = DaysDraft(kind, first, last, "إجازة الخريف")
            await calendar_actions.add_days(tx, self.people[self.noura.id], self.unit_id, days)
        await self.town.settles()

    async def reminders(self, phone: Phone) -> list[tuple[str, datetime, Timing, Cause | None]]:
        """What a person has been given: which reminder, when, how, and why so."""
        query = select(meeting_reminders).where(
            meeting_reminders.c.person_id == self.people[phone.id].id
        )
        async with self.town.app.database.reading() as tx:
            rows = await tx.all(query.order_by(meeting_reminders.c.sent_at))
        return [(row.slot, row.sent_at, row.manner, row.cause) for row in rows]

    async def cards(self, phone: Phone) -> list[datetime]:
        """When a person got their morning digests."""
        number = self.people[phone.id].id
        return [row.queued_at for row in await self.town.rows(outbox, topic=f"morning:{number}")]

    async def lives_until(self, end: datetime) -> None:
        """Time passes from one due thing to the next."""
        while (following := await self.town.app.next_event()) and following <= end:
            await self.town.moves(to=following)
        if self.town.clock.now() < end:
            await self.town.moves(to=end)


@pytest.fixture
async def team(town: Town) -> QuietTeam:
    names = ["نورة", "هدى", "خالد"]
    noura, huda, khalid = (town.person(name) for name in names)
    found = QuietTeam(town, noura, huda, khalid)
    async with town.app.database.transaction() as tx:
        for phone, name in zip((noura, huda, khalid), names, strict=True):
            code = "MA" if name == "خالد" else "SA"
            gender = "m" if name == "خالد" else "f"
            person = await add_person(
                tx, name, gender=gender, code=code, external=str(phone.id), channel=town.channel
            )
            found.people[phone.id] = person
        found.team_id = await add_team(tx, found.people[noura.id])
        found.unit_id = await tx.scalar(select(teams.c.unit_id))
        for person in found.people.values():
            working = profiles.insert().values(
                person_id=person.id, unit_id=found.unit_id, subject="mathematics",
                stage="primary", consent_version="1", consented_at=tx.now, changed_at=tx.now,
            )  # fmt: skip
            await tx.execute(working)
        for phone in (huda, khalid):
            await add_member(tx, found.team_id, found.people[phone.id])
        await hold(tx, None, found.people[noura.id].id, Role.PRINCIPAL, found.unit_id)
    for phone in (noura, huda, khalid):
        await phone.says("/menu")
    return found


async def test_a_late_meeting_is_remembered_before_the_evening_is_over(team: QuietTeam) -> None:
    """Thursday at ten in the evening: nobody in Riyadh is woken except whoever said yes."""
    start = riyadh(4, 22)
    found = await team.meets(start)
    await team.answers(team.huda, found, Rsvp.YES)
    await team.lives_until(start)
    evening = riyadh(3, 20, 55)
    assert await team.reminders(team.huda) == [
        ("1d", evening, Timing.EARLIER, Cause.NIGHT),
        ("1h", evening + DAY, Timing.EARLIER, Cause.NIGHT),
        ("10m", start - 10 * MINUTE, Timing.URGENT, Cause.NIGHT),
    ]
    # In Morocco it is three hours earlier: nothing stands against the usual times.
    assert await team.reminders(team.khalid) == [
        ("1d", start - DAY, Timing.ON_TIME, None),
        ("1h", start - HOUR, Timing.ON_TIME, None),
    ]
    last = team.huda.last()
    assert "أكتب إليك رغم ساعات هدوئك" in last.shown_text


async def test_without_quiet_hours_everything_comes_at_its_time(team: QuietTeam) -> None:
    await team.wants(team.huda, NotificationSettings(hours=None, pause=Pause.NONE))
    start = riyadh(4, 22)
    found = await team.meets(start)
    await team.answers(team.huda, found, Rsvp.MAYBE)
    await team.lives_until(start)
    assert await team.reminders(team.huda) == [
        (slot, start - before, Timing.ON_TIME, None)
        for slot, before in (("1d", DAY), ("1h", HOUR), ("10m", 10 * MINUTE))
    ]


@pytest.mark.every_channel
async def test_an_early_meeting_is_remembered_in_the_morning(team: QuietTeam) -> None:
    """Thursday at half past seven: an hour before is in the night, and the evening too early."""
    start = riyadh(4, 7, 30)
    found = await team.meets(start)
    await team.answers(team.huda, found, Rsvp.YES)
    await team.lives_until(start)
    assert await team.reminders(team.huda) == [
        ("1d", start - DAY, Timing.ON_TIME, None),
        ("1h", riyadh(4, 7), Timing.LATER, Cause.NIGHT),
        ("10m", start - 10 * MINUTE, Timing.ON_TIME, None),
    ]


async def test_who_has_not_answered_is_not_woken(team: QuietTeam) -> None:
    start = riyadh(4, 5)
    await team.meets(start)
    await team.lives_until(start)
    assert [slot for slot, *_ in await team.reminders(team.huda)] == ["1d"]


async def test_who_declines_meanwhile_hears_nothing(team: QuietTeam) -> None:
    start = riyadh(4, 22)
    found = await team.meets(start)
    await team.lives_until(riyadh(3, 20, 50))
    await team.answers(team.huda, found, Rsvp.NO)
    await team.lives_until(start)
    assert await team.reminders(team.huda) == []


async def test_a_move_takes_the_detours_along(team: QuietTeam) -> None:
    found = await team.meets(riyadh(4, 22))
    async with team.town.app.database.transaction() as tx:
        lead = team.people[team.noura.id]
        await meeting_actions.move_meeting(tx, lead, found.id, riyadh(3, 16))
    await team.town.settles()
    await team.lives_until(riyadh(4, 22))
    # The lead comes, since the move says so.
    assert [(slot, at) for slot, at, *_ in await team.reminders(team.noura)] == [
        ("1d", riyadh(2, 16)),
        ("1h", riyadh(3, 15)),
        ("10m", riyadh(3, 15, 50)),
    ]


async def test_a_second_reminder_comes_for_a_second_time(team: QuietTeam) -> None:
    """What was given for the old time is given anew for the new one."""
    found = await team.meets(riyadh(2, 16))
    await team.lives_until(riyadh(1, 17))
    async with team.town.app.database.transaction() as tx:
        lead = team.people[team.noura.id]
        await meeting_actions.move_meeting(tx, lead, found.id, riyadh(3, 22))
    await team.lives_until(riyadh(2, 21))
    assert await team.reminders(team.huda) == [
        ("1d", riyadh(2, 20, 55), Timing.EARLIER, Cause.NIGHT)
    ]


async def test_a_cancelled_meeting_leaves_nothing_behind(team: QuietTeam) -> None:
    found = await team.meets(riyadh(4, 22))
    assert await team.town.app.next_event() == riyadh(3, 20, 55)
    async with team.town.app.database.transaction() as tx:
        await meeting_actions.cancel_meeting(tx, team.people[team.noura.id], found.id)
    assert await team.town.app.next_event() is None


async def test_after_a_weekend_the_reminder_came_before_it(team: QuietTeam) -> None:
    start = riyadh(7, 16)
    await team.meets(start)
    await team.lives_until(riyadh(7, 9))
    assert await team.reminders(team.huda) == [
        ("1d", riyadh(4, 20, 55), Timing.EARLIER, Cause.WEEKEND)
    ]


async def test_who_meets_on_a_holiday_is_reminded_on_it(team: QuietTeam) -> None:
    start = riyadh(4, 16)
    await team.has_days(SUNDAY + 2 * DAY, SUNDAY + 5 * DAY, DayKind.HOLIDAY)
    await team.meets(start)
    await team.lives_until(riyadh(4, 9))
    assert await team.reminders(team.huda) == [("1d", start - DAY, Timing.ON_TIME, None)]


async def test_a_holiday_entered_later_moves_what_was_planned(team: QuietTeam) -> None:
    start = riyadh(4, 16)
    await team.meets(start)
    await team.has_days(SUNDAY + 3 * DAY, SUNDAY + 3 * DAY, DayKind.EXAMS)
    await team.lives_until(riyadh(4, 9))
    assert await team.reminders(team.huda) == [
        ("1d", riyadh(2, 20, 55), Timing.EARLIER, Cause.EXAMS)
    ]


async def test_at_every_prayer_if_they_so_wish(team: QuietTeam) -> None:
    """The afternoon prayer in Riyadh is at 14:43: the reminder of 15:00 comes before it."""
    await team.wants(team.huda, NotificationSettings(pause=Pause.ALL))
    start = riyadh(4, 16)
    await team.meets(start)
    await team.lives_until(riyadh(4, 15, 30))
    _, (slot, at, timing, cause) = await team.reminders(team.huda)
    assert (slot, timing, cause) == ("1h", Timing.EARLIER, Cause.PRAYER)
    assert riyadh(4, 14, 25) < at < riyadh(4, 14, 40)


async def test_new_quiet_hours_count_for_what_is_near(team: QuietTeam) -> None:
    start = riyadh(2, 20)
    await team.meets(start)
    await team.huda.says("/quiet")
    team.huda.sees("ساعات الهدوء: من 9:00 ليلًا إلى 7:00 صباحًا")
    await team.huda.taps("ساعات الهدوء")
    await team.huda.taps("7:00 مساءً")
    await team.huda.taps("7:00 صباحًا")
    team.huda.sees("حُفظ التغيير.", "من 7:00 مساءً إلى 7:00 صباحًا")
    await team.lives_until(start)
    assert [(slot, at) for slot, at, *_ in await team.reminders(team.huda)] == [
        ("1d", riyadh(1, 18, 55)),
        ("1h", riyadh(2, 18, 55)),
    ]


async def test_a_bot_that_was_down_in_the_evening_waits_for_the_morning(team: QuietTeam) -> None:
    start = riyadh(4, 22)
    await team.meets(start)
    await team.town.moves(to=riyadh(3, 23))
    assert await team.reminders(team.huda) == []
    await team.lives_until(riyadh(4, 12))
    assert await team.reminders(team.huda) == [("1d", riyadh(4, 7), Timing.LATER, Cause.NIGHT)]


async def test_nobody_is_reminded_twice_by_two_rows(team: QuietTeam) -> None:
    await team.wants(team.huda, NotificationSettings(pause=Pause.NONE))
    found = await team.meets(riyadh(4, 22))
    await team.answers(team.huda, found, Rsvp.YES)
    await team.lives_until(riyadh(5, 3))
    assert len([m for m in team.huda.messages() if "تذكير" in m.shown_text]) == 3


# Why


@pytest.mark.every_channel
async def test_every_reminder_says_why_it_came(team: QuietTeam) -> None:
    await team.meets(riyadh(4, 22))
    await team.lives_until(riyadh(3, 20, 55))
    await team.huda.reads_on()
    await team.huda.taps("لماذا وصلني هذا؟")
    team.huda.sees(
        "فريق الرياضيات من فرقك", "لم تصل إجابتك بعد", "كل من لم يعتذر عنه",
        "قدّمته لأن موعده كان سيصادف ساعات هدوئك",
    )  # fmt: skip
    await team.huda.taps("الهدوء والتذكير")
    team.huda.sees("متى أكتب إليك؟")


# The morning digest


async def test_a_morning_card_gathers_the_reminders_of_the_day(team: QuietTeam) -> None:
    await team.huda.says("/quiet")
    await team.huda.taps("بطاقة الصباح")
    await team.huda.taps("7:30 صباحًا")
    team.huda.sees("بطاقة الصباح: 7:30 صباحًا")
    first = await team.meets(riyadh(2, 10), "قراءة النتائج")
    await team.meets(riyadh(3, 12), "زيارة صفية")
    await team.answers(team.huda, first, Rsvp.YES)

    await team.lives_until(riyadh(1, 7, 30))
    team.huda.sees("صباح الخير يا هدى", "أمامك اجتماع واحد", "قراءة النتائج", "سأحضر")
    assert await team.cards(team.huda) == [riyadh(1, 7, 30)]
    await team.lives_until(riyadh(2, 7, 30))
    team.huda.sees("أمامك اجتماعان", "قراءة النتائج", "زيارة صفية")
    await team.huda.taps("لماذا وصلني هذا؟")
    team.huda.sees("في بطاقة واحدة صباحًا")
    await team.lives_until(riyadh(2, 10))
    # Only the last word came by itself.
    assert len([m for m in team.huda.messages() if "تذكير: " in m.shown_text]) == 1
    await team.lives_until(riyadh(5, 12))
    assert await team.cards(team.huda) == [riyadh(day, 7, 30) for day in (1, 2, 3)]


async def test_without_the_card_everything_comes_by_itself_again(team: QuietTeam) -> None:
    await team.huda.says("/quiet")
    await team.huda.taps("بطاقة الصباح")
    await team.huda.taps("7:30 صباحًا")
    await team.huda.taps("بطاقة الصباح")
    await team.huda.taps("دون بطاقة الصباح")
    team.huda.sees("بطاقة الصباح: غير مفعّلة")
    assert await team.town.app.next_event() is None
    await team.meets(riyadh(2, 10))
    await team.lives_until(riyadh(2, 9))
    assert [slot for slot, *_ in await team.reminders(team.huda)] == ["1d", "1h"]


async def test_a_card_that_came_too_late_is_made_up_for(team: QuietTeam) -> None:
    await team.wants(team.huda, NotificationSettings(card_at=time(7)))
    await team.meets(riyadh(2, 16))
    await team.town.moves(to=riyadh(1, 15))
    await team.lives_until(riyadh(1, 16))
    assert [(slot, at) for slot, at, *_ in await team.reminders(team.huda)] == [
        ("1d", riyadh(1, 16))
    ]


async def test_a_card_that_a_bot_could_not_send_is_followed_by_the_next(team: QuietTeam) -> None:
    """Down from before seven until noon: that morning has no card, the next one has."""
    await team.wants(team.huda, NotificationSettings(card_at=time(7)))
    await team.town.app.ticker.stop()
    team.town.clock.move_to(riyadh(1, 12))
    await team.town.app.ticker.start()
    await team.town.settles()
    await team.meets(riyadh(2, 16))
    await team.lives_until(riyadh(3, 8))
    assert await team.cards(team.huda) == [riyadh(2, 7)]


async def test_a_card_comes_at_the_hour_of_ones_new_zone(team: QuietTeam) -> None:
    await team.wants(team.huda, NotificationSettings(card_at=time(7)))
    async with team.town.app.database.transaction() as tx:
        huda = team.people[team.huda.id]
        await update_profile(tx, huda, ProfileChanges(timezone="Europe/Paris"))
    await team.town.settles()
    await team.meets(riyadh(2, 16))
    await team.lives_until(riyadh(3, 8))
    assert await team.cards(team.huda) == [riyadh(1, 9), riyadh(2, 9)]
