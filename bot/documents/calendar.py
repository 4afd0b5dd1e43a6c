"""Reading the iCalendar file of a department: its holidays and examinations, day by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.arabic.calendar.school_days import DayKind, kind_of_day
from bot.core.text import clean_line

if TYPE_CHECKING:
    from icalendar import Event

MOST_BYTES = 1_000_000
MOST_ENTRIES = 2000
LONGEST = timedelta(days=200)
YEARS = range(2000, 2101)
"""Years that school calendars cover; others are slips, and time zones are unreliable for them."""
TITLE, UID = 120, 200


class Fault(StrEnum):
    """Why a file cannot be taken at all."""

    LARGE = "large"
    NO_CALENDAR = "no_calendar"
    MANY = "many"
    """More than `MOST_ENTRIES` entries."""


class UnreadableCalendar(ValueError):
    """It is no iCalendar file, or larger than a calendar of school days can be."""

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


class LeftOutReason(StrEnum):
    """Why an entry is of no use here."""

    WORDS = "words"
    """Its title does not say that the days are days off or examinations."""
    HOURS = "hours"
    """Hours within a day."""
    REPEATS = "repeats"
    DATES = "dates"
    """No first day, an end that cannot be read, or a year far away."""
    LONG = "long"
    UNNAMED = "unnamed"
    """No title, or no UID to know it by at the next import."""
    TWICE = "twice"
    """Another entry of the file has the same UID."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Days of a calendar; `last` belongs to them. A withdrawn one was cancelled by its author."""

    uid: str
    first: date
    last: date
    kind: DayKind
    title: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that was not taken; the title may be empty."""

    title: str
    reason: LeftOutReason


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file holds, and what of it is of no use here."""

    entries: tuple[CalendarEntry, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def skipped(self) -> int:
        return len(self.left_out)


def read_calendar_file(data: bytes, kind: DayKind | None = None) -> CalendarFile:
    """The entries of a file (iCalendar, RFC 5545, UTF-8); `kind` holds for all of them instead of
    what their titles say. Of entries with one UID the last counts.

    :raises UnreadableCalendar:
    """
    # A department sends its calendar once a year; no other turn needs the library.
    from icalendar import Calendar

    if len(data) > MOST_BYTES:
        raise UnreadableCalendar(Fault.LARGE, "the file is larger than 1 MB")
    try:
        calendar = Calendar.from_ical(data.decode("utf-8-sig"))
    except ValueError as error:
        raise _no_calendar() from error
    if not isinstance(calendar, Calendar):
        raise _no_calendar()
    events = calendar.events
    if len(events) > MOST_ENTRIES:
        raise UnreadableCalendar(Fault.MANY, f"the file has more than {MOST_ENTRIES} entries")
    entries: dict[str, CalendarEntry] = {}
    left_out = []
    for event in events:
        found = _entry_of(event, kind)
        if isinstance(found, LeftOut):
            left_out.append(found)
            continue
        if earlier := entries.pop(found.uid, None):
            left_out.append(LeftOut(earlier.title, LeftOutReason.TWICE))
        entries[found.uid] = found
    return CalendarFile(tuple(entries.values()), tuple(left_out))


def _no_calendar() -> UnreadableCalendar:
    return UnreadableCalendar(Fault.NO_CALENDAR, "the file is not an iCalendar file")


def _entry_of(event: "Event", kind: DayKind | None) -> CalendarEntry | LeftOut:
    title = _first(event, "SUMMARY", TITLE)
    uid = _first(event, "UID", UID)
    withdrawn = _first(event, "STATUS", UID).upper() == "CANCELLED"
    words = kind_of_day(" ".join([title, *map(str, event.categories)]))
    span = _span_of(event)
    reason = span if isinstance(span, LeftOutReason) else None
    if "RRULE" in event:
        reason = LeftOutReason.REPEATS
    elif not uid or not (title or withdrawn):
        reason = LeftOutReason.UNNAMED
    elif kind is None and words is None and not withdrawn:
        reason = LeftOutReason.WORDS
    if reason or isinstance(span, LeftOutReason):
        return LeftOut(title, reason or LeftOutReason.DATES)
    first, last = span
    return CalendarEntry(uid, first, last, kind or DayKind(words or "holiday"), title, withdrawn)


def _first(event: "Event", name: str, most: int) -> str:
    """The property as a cleaned line; the first, where it is given in several languages."""
    value = event.get(name, "")
    value = value[0] if isinstance(value, list) and value else value
    return clean_line(str(value))[:most]


def _span_of(event: "Event") -> tuple[date, date] | LeftOutReason:
    """The first and the last day of an entry, or why it has none.

    Hours from midnight to midnight, as some programs write them, are days as well.
    """
    try:
        start, end = _day_of(event.start), _day_of(event.end)
    except (ValueError, OverflowError):
        return LeftOutReason.DATES
    if start is None or end is None or (isinstance(event.start, datetime) and start == end):
        return LeftOutReason.HOURS
    if start.year not in YEARS or end.year not in YEARS:
        return LeftOutReason.DATES
    # An all-day entry ends before its DTEND (RFC 5545, 3.6.1).
    last = max(start, end - timedelta(days=1))
    return LeftOutReason.LONG if last - start > LONGEST else (start, last)


def _day_of(moment: date | datetime) -> date | None:
    """The day that begins at a moment; None when none does."""
    if not isinstance(moment, datetime):
        return moment
    return moment.date() if moment.time() == time() else None
