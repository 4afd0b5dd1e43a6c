"""On which days an entry of a calendar file falls: its own, those that it is given besides, and
those of a plain rule."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from zoneinfo import ZoneInfoNotFoundError

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from bot.core.zones import zone

if TYPE_CHECKING:
    from icalendar import Event

LONGEST = timedelta(days=200)
YEARS = range(2000, 2101)
"""Years that school calendars cover; others are slips, and time zones are unreliable for them."""
MOST_TIMES = 400
"""On which one entry may fall."""
_AHEAD = timedelta(days=400)
"""How far a rule reaches: to the end of a school year."""
_DAY = timedelta(days=1)
_LAST_MINUTE = time(23, 59)
_FORMER = {name: timezone(timedelta(hours=1)) for name in ("Africa/Casablanca", "Africa/El_Aaiun")}
"""Morocco's hour until 20 September 2026, which programs with older data still reckon with."""
_EVERY: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": DAILY,
    "WEEKLY": WEEKLY,
    "MONTHLY": MONTHLY,
    "YEARLY": YEARLY,
}
_WEEKDAYS = {
    name: weekday(number) for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
}

UNREAD = (ValueError, TypeError, AttributeError, OverflowError)
"""What the library raises where a property is of another kind than its name says."""

Span: TypeAlias = tuple[date, date]
"""The first day and the last one, which belongs to it."""


class LeftOutReason(StrEnum):
    """Why an entry is of no use here."""

    WORDS = "words"
    """Its title does not say that the days are days off or examinations."""
    HOURS = "hours"
    """Hours within a day."""
    REPEATS = "repeats"
    """By a rule without an end, or one that is not of plain days and weeks."""
    DATES = "dates"
    """No first day, an end that cannot be read, or a year far away."""
    LONG = "long"
    UNNAMED = "unnamed"
    """No title, or no UID to know it by at the next import."""
    TWICE = "twice"
    """Another entry of the file has the same UID, and is newer."""


class Unclear(ValueError):
    """Days that are of no use here."""

    def __init__(self, reason: LeftOutReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def zones_of(names: Iterable[str]) -> tuple[tzinfo, ...]:
    """The zones of these names; what tzdata does not know is passed over."""
    found: list[tzinfo] = []
    for name in names:
        try:
            found.append(zone(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        if name in _FORMER:
            found.append(_FORMER[name])
    return tuple(found)


def spans_of(event: "Event", zones: Sequence[tzinfo], replaced: Collection[date]) -> list[Span]:
    """All days of an entry, in order; what follows one another without a gap is one span. Empty
    where all of them are taken out again. Moments that name another zone, such as UTC, are days
    where they are midnights in one of `zones`; times in `replaced` are told by another entry.

    :raises Unclear:
    """
    first, last = span_of(event, zones)
    length = last - first
    spans = {first: (first, last)}
    for start in _by_rule(event, first):
        spans[start] = (start, start + length)
    for given in _values(event, "RDATE"):
        span = _given(given, length, zones)
        spans[span[0]] = span
        if len(spans) > MOST_TIMES:
            raise Unclear(LeftOutReason.REPEATS)
    out = {_given(given, length, zones)[0] for given in _values(event, "EXDATE")}
    left = sorted(span for start, span in spans.items() if start not in out.union(replaced))
    return list(_joined(left))


def span_of(event: "Event", zones: Sequence[tzinfo]) -> Span:
    """The days of an entry without its repetitions.

    :raises Unclear:
    """
    try:
        start, end = event.start, event.end
    except UNREAD:
        raise Unclear(LeftOutReason.DATES) from None
    return _span(start, end, zones)


def first_day_of(value: Any, zones: Sequence[tzinfo]) -> date | None:
    """The day that a date or the moment of a property names; None for what cannot be read."""
    at = part_of(value, "dt")
    if isinstance(at, datetime):
        try:
            return next((day for each in _lived(at, zones) if (day := _begins(each))), at.date())
        except OverflowError:
            return None
    return at if isinstance(at, date) else None


def _span(start: Any, end: Any, zones: Sequence[tzinfo]) -> Span:
    if isinstance(start, datetime) is not isinstance(end, datetime):
        raise Unclear(LeftOutReason.DATES)
    if isinstance(start, datetime):
        if (start.tzinfo is None) is not (end.tzinfo is None):
            raise Unclear(LeftOutReason.DATES)
        start, end = _whole_days(start, end, zones)
    if not (isinstance(start, date) and isinstance(end, date)):
        raise Unclear(LeftOutReason.DATES)
    if start.year not in YEARS or end.year not in YEARS:
        raise Unclear(LeftOutReason.DATES)
    # An all-day entry ends before its DTEND (RFC 5545, 3.6.1).
    last = max(start, end - _DAY)
    if last - start > LONGEST:
        raise Unclear(LeftOutReason.LONG)
    return start, last


def _whole_days(start: datetime, end: datetime, zones: Sequence[tzinfo]) -> Span:
    """The first day, and the one after the last, of a time from midnight to midnight, or to the
    minute before it, as many programs write whole days."""
    try:
        for begins, ends in zip(_lived(start, zones), _lived(end, zones), strict=True):
            first, after = _begins(begins), _ends(ends)
            if first and after and first < after:
                return first, after
    except OverflowError:
        raise Unclear(LeftOutReason.DATES) from None
    raise Unclear(LeftOutReason.HOURS)


def _lived(moment: datetime, zones: Sequence[tzinfo]) -> list[datetime]:
    """The moment by its own clock, and by those of the zones; a floating one has its own alone."""
    if moment.tzinfo is None:
        return [moment]
    at = moment.astimezone(UTC)
    return [moment, *(at.astimezone(each) for each in zones)]


def _begins(moment: datetime) -> date | None:
    return moment.date() if moment.time() == time() else None


def _ends(moment: datetime) -> date | None:
    return moment.date() + _DAY if moment.time() >= _LAST_MINUTE else _begins(moment)


def _values(event: "Event", name: str) -> Iterator[Any]:
    """The dates, moments and periods of a property that may be given several times.

    :raises Unclear: one of them cannot be read, so the days would be others than its author meant.
    """
    found = event.get(name, [])
    for each in found if isinstance(found, list) else [found]:
        values = part_of(each, "dts")
        if values is None:
            raise Unclear(LeftOutReason.DATES)
        yield from (value.dt for value in values)


def part_of(value: Any, name: str) -> Any:
    """What the library has read a property as; None where it could read nothing."""
    try:
        return getattr(value, name, None)
    except UNREAD:
        return None


def _given(value: Any, length: timedelta, zones: Sequence[tzinfo]) -> Span:
    """A further time: a day or its midnight, as long as the entry is, or a period of its own."""
    try:
        if isinstance(value, tuple):
            start, end = value
            return _span(start, start + end if isinstance(end, timedelta) else end, zones)
        return _span(value, value + _DAY + length, zones)
    except (OverflowError, TypeError):
        raise Unclear(LeftOutReason.DATES) from None


def _by_rule(event: "Event", first: date) -> list[date]:
    """The further days of a rule that has an end, and speaks of plain days, weeks, months or years.

    Any other may take for ever to find its next day, or has none.

    :raises Unclear:
    """
    rule = event.get("RRULE")
    if event.get("EXRULE") is not None:
        raise Unclear(LeftOutReason.REPEATS)
    if rule is None:
        return []
    try:
        parts = {name.upper(): values for name, values in dict(rule).items()}
        weekdays = [_WEEKDAYS[str(each)] for each in parts.pop("BYDAY", ())]
        (every,) = parts.pop("FREQ")
        (interval,) = parts.pop("INTERVAL", [1])
        parts.pop("WKST", None)
        (count,) = parts.pop("COUNT", [None])
        (until,) = parts.pop("UNTIL", [None])
        end = first + _AHEAD
        until = until.date() if isinstance(until, datetime) else until
        known = not parts and 1 <= interval <= MOST_TIMES and (not weekdays or every == "WEEKLY")
        ends = (count is not None and 1 <= count <= MOST_TIMES) or (until and until <= end)
        if not known or not ends:
            raise Unclear(LeftOutReason.REPEATS)
        found = rrule(
            _EVERY[str(every)],
            dtstart=datetime.combine(first, time()),
            interval=interval,
            byweekday=weekdays or None,
            until=datetime.combine(min(until or end, end), time()),
        )
        days = [moment.date() for moment in islice(found, count)]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise Unclear(LeftOutReason.REPEATS) from None
    if count is not None and len(days) < count and (until is None or until > end):
        raise Unclear(LeftOutReason.REPEATS)
    return days


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    before: Span | None = None
    for first, last in spans:
        if before is not None and first <= before[1] + _DAY:
            before = before[0], max(before[1], last)
            continue
        if before is not None:
            yield before
        before = first, last
    if before is not None:
        yield before
