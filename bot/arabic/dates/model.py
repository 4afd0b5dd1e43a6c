"""What reading a date or time yields: something understood, or a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from bot.arabic.calendar.prayer import Anchored, Prayer

# Inside `Understood` the name `date` is its property.
Day = date


class AnswerKind(StrEnum):
    """The shape of an answer."""

    DATE = "date"
    DATETIME = "datetime"
    RANGE = "range"
    RRULE = "rrule"
    PRAYER = "prayer"


class DoubtReason(StrEnum):
    """Why a text became a question. The texts are in `reasons.reason_text`."""

    NOTHING = "nothing"
    UNREAD = "unread"
    TURNED = "turned"
    HALF_DAY = "half_day"
    PART_CONFLICT = "part_conflict"
    NO_HOUR = "no_hour"
    NO_DAY = "no_day"
    MIDNIGHT = "midnight"
    NIGHT_BEFORE = "night_before"
    WEEKDAY_MISMATCH = "weekday_mismatch"
    DATES_DIFFER = "dates_differ"
    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_HOUR = "no_such_hour"
    PAST = "past"
    TODAY_OR_NEXT = "today_or_next"
    DATE_OR_HOURS = "date_or_hours"
    DAY_OR_HOUR = "day_or_hour"
    ALTERNATIVES = "alternatives"
    SEVERAL_DAYS = "several_days"
    SEVERAL_TIMES = "several_times"
    VAGUE = "vague"
    DEADLINE = "deadline"
    MOVED = "moved"
    PERIOD = "period"
    RANGE_BACKWARDS = "range_backwards"
    RECURRENCE_DAYS = "recurrence_days"
    RECURRENCE_UNSUPPORTED = "recurrence_unsupported"
    PRAYER_OR_HOUR = "prayer_or_hour"
    CALENDAR = "calendar"
    FEAST = "feast"
    HIJRI_RECURRENCE = "hijri_recurrence"


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """A day; at a local time of that day, or tied to a prayer, or neither; never both."""

    day: date
    at: time | None = None
    prayer: Prayer | None = None
    minutes: int = 0

    def written(self) -> str:
        """`2026-11-23`, `2026-11-23T10:00`, or `2026-11-23@asr+0`."""
        if self.prayer is not None:
            return f"{self.day.isoformat()}@{self.prayer}{self.minutes:+d}"
        if self.at is not None:
            return f"{self.day.isoformat()}T{self.at:%H:%M}"
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Understood:
    """One reading of a text.

    `first` is the moment itself, the start of a range, or the first occurrence of a recurrence;
    `last` the end of a range or of each occurrence; the end of a range of days is its last day.
    Times are local to `now`, with its tzinfo (or naive, when `now` was).
    """

    kind: AnswerKind
    first: LocalMoment
    last: LocalMoment | None = None
    rrule: str | None = None
    zone: tzinfo | None = field(default=None, compare=False)

    @property
    def value(self) -> str:
        """The reading as one line, such as `DTSTART:2026-11-23T08:00;RRULE:FREQ=DAILY`."""
        if self.kind is AnswerKind.RRULE:
            end = f"DTEND:{self.last.written()};" if self.last else ""
            return f"DTSTART:{self.first.written()};{end}RRULE:{self.rrule}"
        if self.last is not None:
            return f"{self.first.written()}/{self.last.written()}"
        return self.first.written()

    @property
    def date(self) -> Day:
        return self.first.day

    @property
    def start(self) -> datetime | None:
        """None for a whole day and for a moment tied to a prayer."""
        return self._at(self.first)

    @property
    def end(self) -> datetime | None:
        return self._at(self.last)

    @property
    def prayer(self) -> Anchored | None:
        return self._anchored(self.first)

    def _at(self, moment: LocalMoment | None) -> datetime | None:
        if moment is None or moment.at is None:
            return None
        return datetime.combine(moment.day, moment.at, self.zone)

    def _anchored(self, moment: LocalMoment | None) -> Anchored | None:
        if moment is None or moment.prayer is None:
            return None
        return Anchored(moment.day, moment.prayer, moment.minutes)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that was not settled: why, and up to two readings to offer, the likelier first."""

    reason: DoubtReason
    values: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Understood, ...] = ()

    @property
    def best(self) -> Understood | None:
        return self.candidates[0] if self.candidates else None


def moment_kind(moment: LocalMoment) -> AnswerKind:
    """The kind of a single moment."""
    if moment.prayer is not None:
        return AnswerKind.PRAYER
    return AnswerKind.DATE if moment.at is None else AnswerKind.DATETIME
