"""Reading the iCalendar file of a department: its holidays and examinations, day by day.

The library parses. What is decided here is which of several versions of an entry counts, and what
of it is of use.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.arabic.calendar.school_days import DayKind, kind_of_day
from bot.core.graphemes import begin
from bot.core.text import clean_line
from bot.documents.calendar_days import (
    LONGEST,
    UNREAD,
    YEARS,
    LeftOutReason,
    Span,
    Unclear,
    first_day_of,
    part_of,
    span_of,
    spans_of,
    zones_of,
)
from bot.documents.calendar_entries import UID, CalendarEntry, EntryVersion, short_uid
from bot.documents.letters import utf8_or_windows, utf16_in

if TYPE_CHECKING:
    from icalendar import Calendar, Event

MOST_BYTES = 1_000_000
MOST_ENTRIES = 2000
TITLE = 120
MOST_SEQUENCE = 2**31 - 1
_NUMBER = 10
"""Digits of the highest sequence."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_LINE_END = re.compile(rb"\r+\n?")
_FOLD = re.compile(rb"\n+[ \t]")
"""The line goes on after it, often inside a letter: programs count bytes."""
_BEGIN = re.compile(rb"^BEGIN:VCALENDAR[ \t]*$", re.IGNORECASE | re.MULTILINE)
_AFTER_END = b"\0\x1a \t\r\n"
"""What some programs leave behind the last line."""


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


def read_calendar_file(
    data: bytes, kind: DayKind | None = None, *, timezone: str = ""
) -> CalendarFile:
    """The entries of a file (iCalendar, RFC 5545), of all calendars in it; `kind` holds for all of
    them instead of what their titles say. Its letters are UTF-8, as they should be, or what an old
    Windows writes (UTF-16, Windows-1256). Of entries with one UID the newest counts, by
    SEQUENCE, DTSTAMP and place in the file. `timezone` is that of the unit, by an IANA name: where
    an entry has moments of UTC, its days begin at midnight there.

    :raises UnreadableCalendar:
    """
    # A department sends its calendar once a year; no other turn needs the library.
    from icalendar import Calendar

    if len(data) > MOST_BYTES:
        raise UnreadableCalendar(Fault.LARGE, "the file is larger than 1 MB")
    try:
        wide = utf16_in(data)
        text = data if wide is None else wide.encode()
        text = text.removeprefix(b"\xef\xbb\xbf").rstrip(_AFTER_END)
        # Lines are joined before letters are read, since some begin on one and end on the next.
        text = utf8_or_windows(_FOLD.sub(b"", _LINE_END.sub(b"\n", text))).encode()
        # As bytes, since the library takes a single line of text for the path of a file.
        calendars = Calendar.from_ical(text, multiple=True)
    except UNREAD as error:
        raise _no_calendar() from error
    assert isinstance(calendars, list)
    whole = len(calendars) == len(_BEGIN.findall(text))
    if not calendars or not whole or not all(isinstance(each, Calendar) for each in calendars):
        # One that breaks off is passed over by the library.
        raise _no_calendar()
    versions = [
        _Version(event, calendar, timezone) for calendar in calendars for event in calendar.events
    ]
    if len(versions) > MOST_ENTRIES:
        raise _many()
    left_out = [
        LeftOut(each.title, LeftOutReason.UNNAMED)
        for each in versions
        if not each.uid or not (each.title or each.withdrawn)
    ]
    named = [each for each in versions if each.uid and (each.title or each.withdrawn)]
    entries: list[CalendarEntry] = []
    for group in _by_uid(named):
        newest, older = _newest(group)
        left_out += [LeftOut(each.title, LeftOutReason.TWICE) for each in older]
        for found in _entries_of(newest, kind):
            if isinstance(found, LeftOut):
                left_out.append(found)
            else:
                entries.append(found)
        if len(entries) > MOST_ENTRIES:
            raise _many()
    return CalendarFile(tuple(entries), tuple(left_out))


def _no_calendar() -> UnreadableCalendar:
    return UnreadableCalendar(Fault.NO_CALENDAR, "the file is not an iCalendar file")


def _many() -> UnreadableCalendar:
    return UnreadableCalendar(Fault.MANY, f"the file has more than {MOST_ENTRIES} entries")


class _Version:
    """One entry of the file as it stands there."""

    def __init__(self, event: "Event", calendar: "Calendar", timezone: str) -> None:
        self.event = event
        self.title = _first(event, "SUMMARY", TITLE)
        self.uid = _first(event, "UID", UID)
        self.withdrawn = (
            _first(event, "STATUS", UID).upper() in ("CANCELLED", "CANCELED")
            or _first(calendar, "METHOD", UID).upper() == "CANCEL"
        )
        names = [_first(calendar, "X-WR-TIMEZONE", UID), timezone]
        self.zones = zones_of(name for name in names if name)
        of = event.get("RECURRENCE-ID")
        self.one_time = of is not None
        self.time = first_day_of(of, self.zones) if self.one_time else None
        """Which time of its series it tells of alone."""
        self.goes_on = self.one_time and "RANGE" in getattr(of, "params", ())
        """Whether it tells of all later times as well."""
        self.version = EntryVersion(_sequence(event), _moment(part_of(event.get("DTSTAMP"), "dt")))

    @property
    def age(self) -> tuple[int, datetime]:
        """The higher the newer; what cannot be read is old."""
        version = self.version
        return version.sequence or 0, version.stamped or _LONG_AGO

    def kind(self, given: DayKind | None) -> DayKind | None:
        words = given or kind_of_day(self.title, map(str, part_of(self.event, "categories") or ()))
        return DayKind(words) if words else None


def _sequence(event: "Event") -> int:
    """None is written where it is 0 (RFC 5545, 3.8.7.4), nor is one below that anything."""
    written = _first(event, "SEQUENCE", _NUMBER)
    number = int(written) if written.isascii() and written.isdecimal() else 0
    return min(number, MOST_SEQUENCE)


def _moment(written: Any) -> datetime | None:
    """In UTC, as which a stamp without a zone is taken."""
    if isinstance(written, date) and not isinstance(written, datetime):
        written = datetime.combine(written, time())
    if not isinstance(written, datetime) or written.year not in YEARS:
        return None
    return (written if written.tzinfo else written.replace(tzinfo=UTC)).astimezone(UTC)


def _by_uid(versions: Sequence[_Version]) -> list[list[_Version]]:
    """In the order in which the file first names each."""
    groups: dict[str, list[_Version]] = {}
    for each in versions:
        groups.setdefault(each.uid, []).append(each)
    return list(groups.values())


def _newest(group: Sequence[_Version]) -> tuple[list[_Version], list[_Version]]:
    """The newest version of an entry and of each time that is told apart from it, the entry first;
    and those that they replace."""
    found: dict[tuple[bool, date | None], _Version] = {}
    older = []
    for each in group:
        key = each.one_time, each.time
        before = found.get(key)
        if before is not None:
            older.append(min(before, each, key=lambda version: version.age))
        found[key] = each if before is None or each.age >= before.age else before
    return sorted(found.values(), key=lambda version: version.one_time), older


def _entries_of(
    versions: Sequence[_Version], given: DayKind | None
) -> list[CalendarEntry | LeftOut]:
    """What an entry comes to, with what is told of single times of it."""
    whole = next((each for each in versions if not each.one_time), None)
    times = [each for each in versions if each.one_time]
    series = whole.uid if whole else ""
    if any(each.goes_on for each in times):
        return [LeftOut(each.title, LeftOutReason.REPEATS) for each in versions]
    if whole is not None:
        for each in times:
            # The file tells of both, so the time is as new as its series.
            each.version = each.version.or_newer(whole.version)
    found: list[CalendarEntry | LeftOut] = []
    if whole is not None and whole.withdrawn:
        return [_withdrawn(whole, given)]
    if whole is not None:
        replaced = {each.time for each in times if each.time is not None}
        found += _told(whole, given, series, replaced)
    for each in times:
        if each.time is None or (whole is None and each.withdrawn):
            # Which days of the calendar it means is not known without the entry itself.
            found.append(LeftOut(each.title, LeftOutReason.REPEATS))
        elif not each.withdrawn:
            found += _told(each, given, series, ())
    return found


def _told(
    version: _Version, given: DayKind | None, series: str, replaced: Iterable[date]
) -> list[CalendarEntry | LeftOut]:
    kind = version.kind(given)
    try:
        if kind is None:
            raise Unclear(LeftOutReason.WORDS)
        if version.one_time:
            spans = [span_of(version.event, version.zones)]
        else:
            spans = spans_of(version.event, version.zones, frozenset(replaced))
        if any(last - first > LONGEST for first, last in spans):
            raise Unclear(LeftOutReason.LONG)
    except Unclear as unclear:
        return [LeftOut(version.title, unclear.reason)]
    if not spans:
        return [_withdrawn(version, given)]
    return [
        CalendarEntry(
            _uid(version, place, span),
            *span,
            kind,
            version.title,
            series=series,
            version=version.version,
        )
        for place, span in enumerate(spans)
    ]


def _uid(version: _Version, place: int, span: Span) -> str:
    """Each time of an entry is known by a name of its own, the first of several by that of all."""
    if place == 0 and not version.one_time:
        return version.uid
    day = version.time or span[0]
    return f"{short_uid(version.uid)}#{day:%Y%m%d}"


def _withdrawn(version: _Version, given: DayKind | None) -> CalendarEntry:
    """An entry of which no day is left. Its own are told where they can be read."""
    try:
        span = span_of(version.event, version.zones)
    except Unclear:
        span = date.min, date.min
    kind = version.kind(given) or DayKind.HOLIDAY
    return CalendarEntry(
        version.uid, *span, kind, version.title, True, version.uid, version.version
    )


def _first(component: Any, name: str, most: int) -> str:
    """The property as a cleaned line; the first, where it is given in several languages."""
    value = component.get(name, "")
    value = value[0] if isinstance(value, list) and value else value
    return begin(clean_line(str(value)), most)
