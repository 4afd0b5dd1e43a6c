"""Where a meeting's reminder lands, whoever somebody is, wherever they live and whatever the time
of the year: with the real nights, weekends, prayers, Ramadans and changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.arabic.calendar.school_days import DayKind
from bot.core.zones import zone
from bot.features.calendars.queries import CalendarDays
from bot.features.meetings.queries.reminder_rules import REMINDERS
from bot.features.notification_settings.models import Pause
from bot.features.notification_settings.queries.windows import (
    Availability,
    NotificationSettings,
    is_ramadan,
    windows_of,
)
from bot.scheduling.quiet import (
    DAY_LONG,
    Cause,
    Hours,
    Placement,
    Timing,
    Window,
    Wish,
    best_moment,
    causes_at,
    without_days_of,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TURNS = (
    date(2025, 2, 23),  # Morocco: to UTC for Ramadan
    date(2025, 4, 6),  # and back
    date(2026, 2, 15),
    date(2026, 3, 22),
    date(2026, 9, 20),  # Morocco: to UTC for good
    date(2026, 3, 29),  # Paris: summer
    date(2026, 10, 25),
    date(2026, 4, 24),  # Cairo: summer
    date(2026, 10, 30),
    date(2027, 2, 8),  # 1 Ramadan 1448
)

clocks = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
hours = st.none() | st.builds(Hours, clocks, clocks) | clocks.map(lambda at: Hours(at, at))
availabilities = st.builds(
    lambda place, code, shift, own, days: Availability(place, code, shift, own, tuple(days)),
    st.sampled_from(["Asia/Riyadh", "Africa/Casablanca", "Africa/Cairo", "Europe/Paris"]),
    st.sampled_from(["SA", "MA"]),
    st.integers(-2, 2),
    st.builds(NotificationSettings, hours, st.sampled_from(Pause)),
    st.lists(
        st.builds(
            lambda first, length, kind: CalendarDays(
                1, 1, first, first + length * DAY, kind, "إجازة"
            ),
            st.sampled_from(TURNS).flatmap(
                lambda turn: st.integers(-9, 9).map(lambda n: turn + n * DAY)
            ),
            st.integers(0, 12),
            st.sampled_from(DayKind),
        ),
        max_size=2,
    ),
)
meetings = st.builds(
    lambda turn, minutes: datetime.combine(turn, time(), UTC) + minutes * MINUTE,
    st.sampled_from(TURNS),
    st.integers(-5 * 24 * 60, 5 * 24 * 60),
)
slots = st.sampled_from(sorted(REMINDERS))
ahead = st.integers(0, 5 * 24 * 60).map(lambda n: n * MINUTE)


def placed(
    availability: Availability, starts: datetime, slot: str, now: datetime, *, urgent: bool
) -> tuple[Wish, list[Window], Placement | None]:
    """What a meeting asks for one of its reminders, as `reminder_plan` does."""
    reminder = REMINDERS[slot]
    wish = Wish(
        starts - reminder.before, starts - reminder.earliest, starts - reminder.latest, urgent
    )
    windows = without_days_of(windows_of(availability, wish.earliest, starts), starts)
    return wish, windows, best_moment(wish, windows, now)


def is_quiet(availability: Availability, starts: datetime, moment: datetime) -> bool:
    """By the clock on the wall, without windows: the hours, the weekend and the unit's days."""
    here = zone(availability.timezone)
    local, meeting = moment.astimezone(here), starts.astimezone(here).date()
    own = availability.settings.hours
    if own:
        start, end = own.start, own.end
        inside = start <= local.time() < end if start < end else not end <= local.time() < start
        if inside:
            return True
    weekend = {"SA": (4, 5), "MA": (5, 6)}[availability.country]
    day = local.date()
    if day.weekday() in weekend and meeting.weekday() not in weekend:
        return True
    return any(
        each.first <= day <= each.last and not each.first <= meeting <= each.last
        for each in availability.days
    )


SUNDAY = date(2026, 11, 22)
AFTER_DAYS_OFF = [
    Availability(
        "Asia/Riyadh", "SA", 0, days=(CalendarDays(1, 1, SUNDAY, SUNDAY + DAY, kind, "إجازة"),)
    )
    for kind in DayKind
]


CLOCK_PUT_BACK = Availability(
    "Africa/Cairo", "SA", 0, NotificationSettings(Hours(time(0), time(23, 1)), Pause.ALL)
)


@given(availabilities, meetings, slots, ahead, st.booleans())
@example(CLOCK_PUT_BACK, datetime(2026, 10, 29, 21, 11, tzinfo=UTC), "1h", 11 * MINUTE, False)
@example(AFTER_DAYS_OFF[0], datetime(2026, 11, 24, 7, tzinfo=UTC), "1d", 5 * DAY, False)
@example(AFTER_DAYS_OFF[1], datetime(2026, 11, 24, 7, tzinfo=UTC), "1d", 5 * DAY, False)
def test_no_reminder_comes_in_a_quiet_time_or_after_the_start(
    availability: Availability, starts: datetime, slot: str, before: timedelta, urgent: bool
) -> None:
    wish, windows, found = placed(availability, starts, slot, starts - before, urgent=urgent)
    if found is None:
        return
    assert starts - before <= found.at < starts
    assert found.at < wish.latest
    if found.timing is Timing.URGENT:
        assert urgent
        assert found.cause is not None
        return
    assert causes_at(windows, found.at) == []
    assert not is_quiet(availability, starts, found.at), found


@given(availabilities, meetings, slots)
@example(Availability("Asia/Riyadh", "SA", 0), datetime(2027, 2, 14, 6, tzinfo=UTC), "1h")
@example(
    Availability("Africa/Casablanca", "MA", -1), datetime(2026, 9, 20, 7, 30, tzinfo=UTC), "1h"
)
def test_a_reminder_moves_earlier_as_long_as_that_helps(
    availability: Availability, starts: datetime, slot: str
) -> None:
    """Where it comes later, in a quiet time or not at all, no minute before was free."""
    wish, windows, found = placed(availability, starts, slot, starts - 5 * DAY, urgent=False)
    if found and found.timing in (Timing.ON_TIME, Timing.EARLIER):
        assert wish.earliest <= found.at <= wish.at
        return
    assert causes_at(windows, wish.at)
    # Windows begin and end on whole minutes here, but for the seconds of a prayer.
    minute = wish.earliest
    while minute < wish.at:
        assert causes_at(windows, minute), minute
        minute += MINUTE


@given(availabilities, meetings, slots)
def test_who_wants_silence_all_day_is_disturbed_only_where_they_said_they_come(
    availability: Availability, starts: datetime, slot: str
) -> None:
    silent = Availability(
        availability.timezone,
        availability.country,
        availability.hijri_shift,
        NotificationSettings(Hours(time(9), time(9))),
        availability.days,
    )
    assert placed(silent, starts, slot, starts - 5 * DAY, urgent=False)[2] is None
    wish, _, found = placed(silent, starts, slot, starts - 5 * DAY, urgent=True)
    assert found
    assert (found.at, found.timing) == (wish.at, Timing.URGENT)


@given(availabilities, meetings)
def test_a_meeting_on_a_day_off_does_not_count_as_quiet_because_of_the_day(
    availability: Availability, starts: datetime
) -> None:
    windows = without_days_of(windows_of(availability, starts - DAY, starts), starts)
    assert not DAY_LONG & set(causes_at(windows, starts))


@given(st.sampled_from(["Asia/Riyadh", "Africa/Casablanca"]), st.integers(0, 29))
def test_in_ramadan_the_night_ends_two_hours_later_by_the_wall(place: str, day: int) -> None:
    """Even where the clocks change for it, as they did in Morocco until 2026."""
    availability = Availability(place, "SA", 0, NotificationSettings(pause=Pause.NONE))
    morning = date(2026, 2, 18) + day * DAY
    assert is_ramadan(morning, 0)
    ends = datetime.combine(morning, time(9), zone(place))
    windows = windows_of(availability, ends, ends)
    assert Cause.NIGHT in causes_at(windows, ends - MINUTE)
    assert Cause.NIGHT not in causes_at(windows, ends)
