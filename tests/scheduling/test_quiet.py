"""Quiet times: where a reminder lands when its moment is a quiet one."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.zones import zone
from bot.scheduling.quiet import (
    MARGIN,
    Cause,
    Hours,
    Placement,
    Timing,
    Window,
    Wish,
    around,
    best_moment,
    causes_at,
    nightly,
    weekends,
    whole_days,
    without_days_of,
)

RIYADH = zone("Asia/Riyadh")
CASABLANCA = zone("Africa/Casablanca")
NIGHT = Hours(time(21), time(7))
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SUNDAY = date(2026, 11, 22)
WEEK = [SUNDAY + n * DAY for n in range(8)]


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), RIYADH).astimezone(UTC)


NIGHTS = nightly(lambda day: NIGHT, WEEK, RIYADH)


def wish(at: datetime, *, before: timedelta, after: timedelta, urgent: bool = False) -> Wish:
    return Wish(at, at - before, at + after, urgent)


# Stories


def test_a_free_moment_stays_as_it_is() -> None:
    at = local(SUNDAY, 16)
    found = best_moment(wish(at, before=HOUR, after=HOUR), NIGHTS, at - DAY)
    assert found == Placement(at, Timing.ON_TIME)


def test_a_reminder_in_the_night_comes_in_the_evening_before_it() -> None:
    at = local(SUNDAY, 22)
    found = best_moment(wish(at, before=2 * HOUR, after=HOUR), NIGHTS, at - DAY)
    assert found == Placement(local(SUNDAY, 21) - MARGIN, Timing.EARLIER, Cause.NIGHT)


def test_where_the_evening_is_too_early_it_comes_in_the_morning() -> None:
    at = local(SUNDAY, 6, 30)
    nights = nightly(lambda day: NIGHT, [SUNDAY - DAY, *WEEK], RIYADH)
    found = best_moment(wish(at, before=2 * HOUR, after=HOUR), nights, at - DAY)
    assert found == Placement(local(SUNDAY, 7), Timing.LATER, Cause.NIGHT)


def test_when_nothing_else_is_of_use_only_an_urgent_one_disturbs() -> None:
    at = local(SUNDAY, 23)
    calm, urgent = (wish(at, before=HOUR, after=HOUR, urgent=u) for u in (False, True))
    assert best_moment(calm, NIGHTS, at - DAY) is None
    assert best_moment(urgent, NIGHTS, at - DAY) == Placement(at, Timing.URGENT, Cause.NIGHT)


def test_asked_again_when_the_moment_has_come_it_has_come() -> None:
    """A clock that runs is always a little later than the row was due."""
    late = timedelta(milliseconds=80)
    at = local(SUNDAY, 22)
    asked = wish(at, before=2 * HOUR, after=12 * HOUR)
    first = best_moment(asked, NIGHTS, at - DAY)
    assert first
    again = best_moment(asked, NIGHTS, first.at + late)
    assert again == Placement(first.at + late, Timing.EARLIER, Cause.NIGHT)


def test_a_bot_that_missed_the_evening_reminds_in_the_morning() -> None:
    at = local(SUNDAY, 22)
    asked = wish(at, before=2 * HOUR, after=12 * HOUR)
    found = best_moment(asked, NIGHTS, local(SUNDAY, 21, 30))
    assert found == Placement(local(SUNDAY + DAY, 7), Timing.LATER, Cause.NIGHT)
    morning = local(SUNDAY + DAY, 7)
    assert best_moment(asked, NIGHTS, morning) == Placement(morning, Timing.LATER, Cause.NIGHT)


def test_past_its_use_nothing_comes() -> None:
    at = local(SUNDAY, 16)
    asked = wish(at, before=HOUR, after=HOUR, urgent=True)
    assert best_moment(asked, [], at + HOUR) is None
    assert best_moment(asked, [], at + HOUR - timedelta(seconds=1))


def test_a_night_that_touches_a_weekend_is_one_long_pause() -> None:
    """Saturday at four, for a meeting on Sunday: Thursday evening is what is left."""
    saturday = SUNDAY + 6 * DAY
    windows = NIGHTS + weekends(WEEK, frozenset({4, 5}), RIYADH)
    found = best_moment(
        wish(local(saturday, 16), before=2 * DAY, after=HOUR), windows, local(SUNDAY, 8)
    )
    thursday = SUNDAY + 4 * DAY
    assert found == Placement(local(thursday, 21) - MARGIN, Timing.EARLIER, Cause.WEEKEND)


def test_who_meets_at_a_weekend_is_reminded_at_the_weekend() -> None:
    friday, saturday = SUNDAY + 5 * DAY, SUNDAY + 6 * DAY
    windows = NIGHTS + weekends(WEEK, frozenset({4, 5}), RIYADH)
    left = without_days_of(windows, local(saturday, 16))
    assert causes_at(left, local(friday, 16)) == []
    assert causes_at(left, local(friday, 23)) == [Cause.NIGHT]
    assert causes_at(windows, local(friday, 23)) == [Cause.WEEKEND, Cause.NIGHT]


def test_days_of_a_calendar_are_days_where_the_person_lives() -> None:
    (here,) = whole_days([(SUNDAY, SUNDAY + DAY)], RIYADH)
    assert (here.start, here.end) == (local(SUNDAY, 0), local(SUNDAY + 2 * DAY, 0))
    assert whole_days([(SUNDAY, SUNDAY - DAY)], RIYADH) == []


def test_the_night_of_a_change_of_clocks_ends_at_the_local_hour() -> None:
    """Morocco went back to UTC+0 on 20 September 2026."""
    (night,) = nightly(lambda day: NIGHT, [date(2026, 9, 19)], CASABLANCA)
    assert night.start == datetime(2026, 9, 19, 20, tzinfo=UTC)
    assert night.end == datetime(2026, 9, 20, 7, tzinfo=UTC)


def test_a_longer_morning_never_becomes_a_whole_day() -> None:
    assert NIGHT.ending_later(2 * HOUR) == Hours(time(21), time(9))
    assert Hours(time(18), time(16)).ending_later(2 * HOUR) == Hours(time(18), time(17))
    assert Hours(time(8), time(7)).ending_later(2 * HOUR) == Hours(time(8), time(7))
    assert Hours(time(0), time(6)).ending_later(2 * HOUR) == Hours(time(0), time(8))
    assert Hours(time(13), time(15)).ending_later(2 * HOUR) == Hours(time(13), time(15))


def test_who_wants_a_whole_day_of_silence_keeps_it() -> None:
    whole = Hours(time(23), time(23))
    assert whole.ending_later(2 * HOUR) == whole
    (window,) = nightly(lambda day: whole, [SUNDAY], RIYADH)
    assert window.end - window.start == DAY


clock = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(st.builds(Hours, clock, clock))
def test_a_longer_morning_only_adds_to_the_night(hours: Hours) -> None:
    (usual,) = nightly(lambda day: hours, [SUNDAY], RIYADH)
    (longer,) = nightly(lambda day: hours.ending_later(2 * HOUR), [SUNDAY], RIYADH)
    assert usual.start == longer.start
    assert usual.end <= longer.end <= max(usual.end, usual.start + 23 * HOUR)
    assert longer.end - usual.end <= 2 * HOUR


@pytest.mark.parametrize(("hours", "minutes"), [(NIGHT, 600), (Hours(time(13), time(15)), 120)])
def test_hours_within_a_day_and_across_midnight(hours: Hours, minutes: int) -> None:
    (window,) = nightly(lambda day: hours, [SUNDAY], RIYADH)
    assert window.end - window.start == timedelta(minutes=minutes)


def test_a_pause_about_a_moment() -> None:
    noon = datetime.combine(SUNDAY, time(12), RIYADH)
    (pause,) = around([noon], HOUR / 2, HOUR, Cause.FRIDAY)
    assert pause == Window(local(SUNDAY, 11, 30), local(SUNDAY, 13), Cause.FRIDAY)


# Properties

START = local(SUNDAY, 0)
minutes = st.integers(0, 7 * 24 * 60).map(lambda n: timedelta(minutes=n))
windows_of_a_week = st.lists(
    st.builds(
        lambda at, length, cause: Window(START + at, START + at + length, cause),
        minutes,
        st.integers(1, 30 * 60).map(lambda n: timedelta(minutes=n)),
        st.sampled_from(Cause),
    ),
    max_size=12,
)
wishes = st.builds(
    lambda at, before, after, urgent: Wish(
        START + at, START + at - before, START + at + after, urgent
    ),
    minutes,
    minutes,
    st.integers(1, 3 * 24 * 60).map(lambda n: timedelta(minutes=n)),
    st.booleans(),
)
nows = minutes.map(lambda distance: START + distance)


@given(wishes, windows_of_a_week, nows)
def test_never_past_its_use_and_never_in_the_past(
    asked: Wish, windows: list[Window], now: datetime
) -> None:
    found = best_moment(asked, windows, now)
    if found:
        assert now <= found.at < asked.latest
        assert found.at >= min(asked.earliest, asked.at)


@given(wishes, windows_of_a_week, nows)
def test_never_inside_a_window_unless_urgent(
    asked: Wish, windows: list[Window], now: datetime
) -> None:
    found = best_moment(asked, windows, now)
    if found and found.timing is not Timing.URGENT:
        assert causes_at(windows, found.at) == []
    if found and found.timing is Timing.URGENT:
        assert asked.urgent
        assert found.cause in causes_at(windows, found.at)


@given(wishes, windows_of_a_week, nows)
def test_an_urgent_one_comes_as_long_as_it_is_of_use(
    asked: Wish, windows: list[Window], now: datetime
) -> None:
    urgent = Wish(asked.at, asked.earliest, asked.latest, urgent=True)
    assert (best_moment(urgent, windows, now) is None) == (now >= asked.latest)


@given(wishes, windows_of_a_week, nows)
def test_earlier_is_preferred_while_it_is_of_use(
    asked: Wish, windows: list[Window], now: datetime
) -> None:
    """Where it came later, urgently or not at all, no minute before would have done."""
    found = best_moment(asked, windows, now)
    if now >= asked.at or now >= asked.latest or (found and found.timing is Timing.ON_TIME):
        return
    if found and found.timing is Timing.EARLIER:
        assert found.at < asked.at
        return
    minute = max(asked.earliest, now)
    while minute < asked.at:
        assert causes_at(windows, minute)
        minute += timedelta(minutes=1)


@given(wishes, windows_of_a_week, nows, st.integers(0, 200))
def test_the_moment_that_was_given_is_kept(
    asked: Wish, windows: list[Window], now: datetime, late: int
) -> None:
    """Asked again at the placed moment, the answer is: now."""
    found = best_moment(asked, windows, now)
    if found:
        again = best_moment(asked, windows, found.at)
        assert again
        assert again.at == found.at
        delayed = found.at + timedelta(milliseconds=late)
        if delayed < asked.latest and not causes_at(windows, delayed):
            later = best_moment(asked, windows, delayed)
            assert later
            assert later.at == delayed
