"""The rule of a recurrence, as RFC 5545 writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from bot.arabic.dates.lexicon.senses import TimeUnit
from bot.arabic.dates.read.facts import Nth

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {
    TimeUnit.DAY: "DAILY",
    TimeUnit.WEEK: "WEEKLY",
    TimeUnit.MONTH: "MONTHLY",
    TimeUnit.YEAR: "YEARLY",
}
_AHEAD = timedelta(days=3000)
"""Far enough for the 31st of every fifth month, or a leap day."""
_MOST_OF_A_WEEKDAY = 5
"""No month has six of one."""


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

    def days_from(self, first: date) -> Iterator[date]:
        """The days of the rule from one on, its interval and end aside: it begins with one of
        them, and the interval counts from there."""
        days = self._as_rrule(first)
        yield from (moment.date() for moment in days)

    def _as_rrule(self, first: date) -> Iterable[datetime]:
        ahead = partial(rrule, dtstart=first, until=first + _AHEAD)
        if self.weekdays:
            return ahead(WEEKLY, byweekday=self.weekdays)
        if self.nth is not None:
            if self.nth.number > _MOST_OF_A_WEEKDAY:
                return ()  # dateutil looks for it beyond the end of its year
            return ahead(MONTHLY, byweekday=weekday(self.nth.weekday, self.nth.number))
        if self.day_of_month is None:
            return ahead(DAILY)
        if self.day_of_month == 0:
            return ()  # dateutil takes it for no day at all
        if self.month is None:
            return ahead(MONTHLY, bymonthday=self.day_of_month)
        return ahead(YEARLY, bymonth=self.month, bymonthday=self.day_of_month)
