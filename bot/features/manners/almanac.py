"""Reading the iCalendar file of a department: its holidays and examinations, day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from bot.arabic.school_days import kind_of_day
from bot.core.text import clean_line
from bot.features.manners.models import DayKind

MOST_BYTES = 1_000_000
MOST_ENTRIES = 2000
LONGEST = timedelta(days=200)
TITLE, UID = 120, 200


class UnreadableCalendar(ValueError):
    """It is no iCalendar file, or larger than a calendar of school days can be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Days of a calendar; `last` belongs to them. A withdrawn one was cancelled by its author."""

    uid: str
    first: date
    last: date
    kind: DayKind
    title: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Almanac:
    """What a file holds. `skipped` counts what is of no use here: hours within a day, events that
    repeat, and days of which the title does not say that they are free or of examinations."""

    entries: tuple[Entry, ...]
    skipped: int


def read_almanac(data: bytes, kind: DayKind | None = None) -> Almanac:
    """The entries of a file (iCalendar, RFC 5545, UTF-8); `kind` is taken for all of them instead
    of what their titles say.

    :raises UnreadableCalendar:
    """
    if len(data) > MOST_BYTES:
        raise UnreadableCalendar("the file is larger than 1 MB")
    try:
        events = Calendar.from_ical(data.decode("utf-8-sig")).events
    except ValueError as error:
        raise UnreadableCalendar("the file is not an iCalendar file") from error
    if len(events) > MOST_ENTRIES:
        raise UnreadableCalendar(f"the file has more than {MOST_ENTRIES} entries")
    found = [_entry_of(event, kind) for event in events]
    entries = {entry.uid: entry for entry in found if entry is not None}
    return Almanac(tuple(entries.values()), len(found) - len(entries))


def _entry_of(event: Event, kind: DayKind | None) -> Entry | None:
    title = clean_line(str(event.get("SUMMARY", "")))[:TITLE]
    uid = str(event.get("UID", ""))[:UID]
    try:
        start, end = event.start, event.end
    except ValueError:
        return None
    if isinstance(start, datetime) or isinstance(end, datetime) or "RRULE" in event or not uid:
        return None
    # An all-day entry ends before its DTEND (RFC 5545, 3.6.1).
    last = max(start, end - timedelta(days=1))
    words = kind_of_day(" ".join([title, *map(str, event.categories)]))
    withdrawn = str(event.get("STATUS", "")).upper() == "CANCELLED"
    if kind is None and words is None and not withdrawn:
        return None
    if last - start > LONGEST or not (title or withdrawn):
        return None
    return Entry(uid, start, last, kind or DayKind(words or "holiday"), title, withdrawn)
