"""The rule of a recurrence, as RFC 5545 writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.arabic.dates.lexicon.senses import TimeUnit
from bot.arabic.dates.read.anchors import last_day
from bot.arabic.dates.read.facts import Nth
from bot.arabic.dates.settle.dates import month_bounds, nth_weekday

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {
    TimeUnit.DAY: "DAILY",
    TimeUnit.WEEK: "WEEKLY",
    TimeUnit.MONTH: "MONTHLY",
    TimeUnit.YEAR: "YEARLY",
}


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """One recurrence before it is written."""

    unit: TimeUnit
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: Nth | None = None
    day_of_month: int | None = None
    month: int | None = None
    start: date | None = None
    count: int | None = None
    until: date | None = None

    def written(self, *, timed: bool) -> str:
        """The RRULE value. The end of a timed rule is the last second of its last day."""
        parts = [f"FREQ={_FREQUENCIES[self.unit]}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.month is not None:
            parts.append(f"BYMONTH={self.month}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(CODES[day] for day in self.weekdays))
        if self.nth is not None:
            parts.append(f"BYDAY={self.nth.number}{CODES[self.nth.weekday]}")
        if self.day_of_month is not None:
            parts.append(f"BYMONTHDAY={self.day_of_month}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}" + ("T235959" if timed else ""))
        return ";".join(parts)

    def falls_on(self, day: date) -> bool:
        """Whether the days of the rule include that day, its interval and end aside."""
        if self.weekdays:
            return day.weekday() in self.weekdays
        if self.month is not None and day.month != self.month:
            return False
        if self.nth is not None:
            bounds = month_bounds(day.year, day.month, hijri=False)
            return nth_weekday(self.nth, *bounds) == day
        if self.day_of_month == -1:
            return day.day == last_day(day.year, day.month)
        return self.day_of_month is None or day.day == self.day_of_month
