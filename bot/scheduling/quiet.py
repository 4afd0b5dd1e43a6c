"""When a reminder may come: windows of time in which it is held back, and the best moment outside.

Pure functions over intervals. Windows are half-open, in UTC; local days and hours come with the
zone they are lived in. Prayer times come in as moments, since siblings do not import one another.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

MARGIN = timedelta(minutes=5)
"""How long before a window a reminder comes that was moved out of it."""

_DAY = timedelta(days=1)
_NIGHT_BEGINS_BEFORE = time(4)
"""Hours that begin after midnight and before this one still belong to a night."""


class Cause(StrEnum):
    """Why a window is quiet, the most telling first."""

    HOLIDAY = "holiday"
    EXAMS = "exams"
    WEEKEND = "weekend"
    FRIDAY = "friday"
    """The Friday noon prayer and its sermon."""
    IFTAR = "iftar"
    PRAYER = "prayer"
    NIGHT = "night"
    """The hours in which a person wants no messages."""


_BY_WEIGHT = {cause: weight for weight, cause in enumerate(Cause)}
DAY_LONG = frozenset({Cause.HOLIDAY, Cause.EXAMS, Cause.WEEKEND})


@dataclass(frozen=True, slots=True)
class Window:
    """Quiet from `start` on, until just before `end`."""

    start: datetime
    end: datetime
    cause: Cause

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """Local hours of every day; an end that is not after the start lies on the next day."""

    start: time
    end: time

    @property
    def crosses_midnight(self) -> bool:
        return self.end <= self.start

    def ending_later(self, by: timedelta) -> "Hours":
        """The same night with a longer morning, an hour short of a whole day at the most; a whole
        day, and hours that are no night, stay as they are."""
        if not (self.crosses_midnight or self.start < _NIGHT_BEGINS_BEFORE):
            return self
        start, end = (datetime.combine(date.min, each) for each in (self.start, self.end))
        length = (end - start) % _DAY or _DAY
        longer = max(length, min(length + by, _DAY - timedelta(hours=1)))
        return Hours(self.start, (start + longer).time())


class Timing(StrEnum):
    """How a moment came about."""

    ON_TIME = "on_time"
    EARLIER = "earlier"
    LATER = "later"
    URGENT = "urgent"
    """Inside a window, since nothing outside of it was of use."""


@dataclass(frozen=True, slots=True)
class Wish:
    """When a reminder is best, and the span in which it is of use: from `earliest` until before
    `latest`. An urgent one had better disturb than not come."""

    at: datetime
    earliest: datetime
    latest: datetime
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """The moment for a reminder, and the quiet window that it avoids."""

    at: datetime
    timing: Timing = Timing.ON_TIME
    cause: Cause | None = None


def best_moment(wish: Wish, windows: Iterable[Window], now: datetime) -> Placement | None:
    """The moment at which to remind, never before `now` nor at `latest` or after it.

    That is the wished one if nothing holds it back; else the latest before the window (by
    `MARGIN`, where there is room), if that is not before `earliest`; else the end of the window;
    else, for an urgent one, the wished moment all the same. None: better not at all.

    Whoever asks again at the moment that it gave, or a little later, hears that it has come.
    """
    if now >= wish.latest:
        return None
    listed = list(windows)
    at = max(wish.at, now)
    cause = cause_at(listed, wish.at)
    block = next((b for b in _merged(listed) if b[1] <= at < b[2]), None)
    if block is None:
        held = at > wish.at and cause is not None
        return Placement(at, Timing.LATER, cause) if held else Placement(at)
    cause = cause_at(listed, at)
    free_from, start, end = block
    earlier = max(free_from, wish.earliest, now, start - MARGIN)
    if earlier < start:
        return Placement(earlier, Timing.EARLIER, cause)
    if end < wish.latest:
        return Placement(end, Timing.LATER, cause)
    return Placement(at, Timing.URGENT, cause) if wish.urgent else None


def _merged(windows: Iterable[Window]) -> list[tuple[datetime, datetime, datetime]]:
    """Windows that overlap or touch as one, in order: (end of the one before, start, end)."""
    blocks: list[tuple[datetime, datetime, datetime]] = []
    before = datetime.min.replace(tzinfo=UTC)
    for window in sorted(windows, key=lambda each: each.start):
        if blocks and window.start <= blocks[-1][2]:
            free_from, start, end = blocks[-1]
            blocks[-1] = (free_from, start, max(end, window.end))
        else:
            blocks.append((before, window.start, window.end))
        before = blocks[-1][2]
    return blocks


def quiet_until(windows: Iterable[Window], moment: datetime) -> datetime | None:
    """When the quiet time ends that the moment lies in; None for a moment that is free."""
    return next((end for _, start, end in _merged(windows) if start <= moment < end), None)


def causes_at(windows: Iterable[Window], moment: datetime) -> list[Cause]:
    """Why a moment is quiet, each cause once, the most telling first."""
    found = {window.cause for window in windows if window.holds(moment)}
    return sorted(found, key=_BY_WEIGHT.__getitem__)


def cause_at(windows: Iterable[Window], moment: datetime) -> Cause | None:
    """The most telling cause; None for a moment that is free."""
    return next(iter(causes_at(windows, moment)), None)


def without_days_of(windows: Iterable[Window], event: datetime) -> list[Window]:
    """The windows that hold back reminders of an event: whoever meets on a holiday, at a weekend or
    in the examinations has said that those days are days for it."""
    return [each for each in windows if not (each.cause in DAY_LONG and each.holds(event))]


# Windows from hours, days and moments


def nightly(
    hours_of: Callable[[date], Hours | None], days: Iterable[date], zone: tzinfo
) -> list[Window]:
    """The quiet hours that begin on each of these local days; None: none on that day."""
    found = []
    for day in days:
        hours = hours_of(day)
        if hours is None:
            continue
        last = day + timedelta(days=1) if hours.crosses_midnight else day
        # Where the clock is put back, the end may come twice: it is quiet until the second time.
        ends = (_moment(last, hours.end.replace(fold=fold), zone) for fold in (0, 1))
        start, end = _moment(day, hours.start, zone), max(ends)
        if start < end:
            found.append(Window(start, end, Cause.NIGHT))
    return found


def whole_days(
    spans: Iterable[tuple[date, date]], zone: tzinfo, cause: Cause = Cause.HOLIDAY
) -> list[Window]:
    """Local days from the first to the last of each span, the last included."""
    return [
        Window(_moment(first, time(), zone), _moment(last + timedelta(days=1), time(), zone), cause)
        for first, last in spans
        if first <= last
    ]


def weekends(days: Sequence[date], weekend: frozenset[int], zone: tzinfo) -> list[Window]:
    """One window for each weekend among consecutive days, ascending; Monday counts as 0."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if day.weekday() not in weekend:
            continue
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return whole_days(spans, zone, Cause.WEEKEND)


def around(
    moments: Iterable[datetime], before: timedelta, after: timedelta, cause: Cause
) -> list[Window]:
    """A window about each moment."""
    return [
        Window(at.astimezone(UTC) - before, at.astimezone(UTC) + after, cause) for at in moments
    ]


def _moment(day: date, hour: time, zone: tzinfo) -> datetime:
    # In UTC, since aware times of one zone are compared by their clocks, not by their moments.
    return datetime.combine(day, hour, zone).astimezone(UTC)
