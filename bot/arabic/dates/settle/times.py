"""Hours, prayers and spans within a day: settled, or offered as two readings."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.arabic.calendar.prayer import Prayer
from bot.arabic.dates.lexicon.senses import PartOfDay
from bot.arabic.dates.model import DoubtReason
from bot.arabic.dates.read.clock import (
    HOURS,
    MIDNIGHT,
    USUAL_HOURS,
    conventional_hour,
    hours_within,
    possible_hours,
    prayer_hours,
)
from bot.arabic.dates.read.facts import Anchor, ClockTime, Side, TimeSpan
from bot.arabic.dates.settle.readings import Readings, Slot, TimePoint, doubted, settled

_DAY_MINUTES = 24 * 60
# A lent part of the day that would make a longer span is not believed.
_LONGEST_SPAN = 8 * 60


def settle_clock(
    clock: ClockTime, parts: tuple[PartOfDay, ...] = (), beside: tuple[Anchor, ...] = ()
) -> Readings[TimePoint]:
    """The time of an hour said in those parts of the day, or beside those prayers."""
    if clock.hour > MIDNIGHT or clock.minute > 59:
        return doubted(DoubtReason.NO_SUCH_HOUR, text=f"{clock.hour}:{clock.minute:02}")
    parts = (*clock.parts, *parts)
    if not parts and not beside:
        return _settle_plain(clock)
    allowed = [*(HOURS[part] for part in parts), *(prayer_hours(anchor) for anchor in beside)]
    hours = hours_within(clock.hour, allowed)
    if len(hours) == 1 and hours[0] != MIDNIGHT:
        return settled(_point(hours[0], clock.minute))
    text = f"{clock.hour}:{clock.minute:02}"
    if PartOfDay.NIGHT in parts and clock.hour in (0, 1, 2, 3, 4, 12, MIDNIGHT):
        return _doubt_midnight(clock)
    if hours:
        return doubted(DoubtReason.HALF_DAY, *(_point(h, clock.minute) for h in hours), text=text)
    meanings = (_point(hour, clock.minute) for hour in possible_hours(clock.hour))
    return doubted(DoubtReason.PART_CONFLICT, *meanings, text=text)


def settle_parts(parts: tuple[PartOfDay, ...]) -> Readings[TimePoint]:
    """A part of the day without an hour: always a doubt."""
    return doubted(DoubtReason.NO_HOUR, *(_point(hour, 0) for hour in USUAL_HOURS[parts[0]]))


def settle_anchor(anchor: Anchor, parts: tuple[PartOfDay, ...] = ()) -> Readings[TimePoint]:
    """The prayer and its offset. `بعد الظهر` may be an hour of the afternoon as well."""
    if any(not (HOURS[part] & prayer_hours(anchor)) for part in parts):
        point = TimePoint(prayer=anchor.prayer, minutes=anchor.minutes or 0)
        return doubted(DoubtReason.PART_CONFLICT, point, text=anchor.prayer.value)
    if anchor.minutes is not None:
        return settled(TimePoint(prayer=anchor.prayer, minutes=anchor.minutes))
    if anchor.side is Side.BEFORE:
        before = (TimePoint(prayer=anchor.prayer, minutes=-minutes) for minutes in (30, 15))
        return doubted(DoubtReason.NO_HOUR, *before)
    point = TimePoint(prayer=anchor.prayer)
    if anchor.prayer is Prayer.DHUHR and not anchor.firm:
        hour = 12 if anchor.side is Side.AT else 15
        return doubted(DoubtReason.PRAYER_OR_HOUR, point, _point(hour, 0))
    return settled(point)


def settle_span(
    span: TimeSpan, parts: tuple[PartOfDay, ...] = (), beside: tuple[Anchor, ...] = ()
) -> Readings[Slot]:
    """A start and an end. The end lends its part of the day to a start that has none.

    A start that the lent part does not suit takes the hour nearest before the end; an end without
    a part takes the hour nearest after the start. An end at or before its start is a doubt.
    """
    first, last = span.first, span.last
    if not (isinstance(first, ClockTime) and isinstance(last, ClockTime)):
        return _settle_anchored_span(span, parts)
    if not last.parts and not parts and not beside and not first.parts:
        return _settle_plain_span(first, last)
    if not last.parts and first.parts and not parts:
        start = settle_clock(first, (), beside)
        end = _after_start(start, last)
        return _joined(start, end)
    end = settle_clock(last, parts, beside)
    lent = first.parts or last.parts
    start = settle_clock(replace(first, parts=lent), parts, beside)
    if first.parts or (start.reason is None and _minutes(start) < _minutes(end)):
        return _joined(start, end)
    # after or before a prayer no hour on its other side can be meant; noon alone names a half day
    strict = any(a.side is not Side.AT and (a.firm or a.prayer is not Prayer.DHUHR) for a in beside)
    if strict or not end.options or first.hour > MIDNIGHT or first.minute > 59:
        return _joined(start, end)
    limit = _minutes(end)
    earlier = [
        point
        for point in (_point(hour, first.minute) for hour in possible_hours(first.hour))
        if _clock_minutes(point) < limit
    ]
    if not earlier:
        return _joined(start, end)
    nearest = max(earlier, key=_clock_minutes)
    if limit - _clock_minutes(nearest) > _LONGEST_SPAN:
        return doubted(DoubtReason.RANGE_BACKWARDS, Slot(nearest, end.options[0]))
    return _joined(settled(nearest), end)


def lengthen(slot: Slot, minutes: int) -> Slot:
    """The slot that lasts so long from its start; past midnight it ends on a later day."""
    first = slot.first
    assert first is not None
    if first.at is None:
        return Slot(first, replace(first, minutes=first.minutes + minutes))
    days, total = divmod(_clock_minutes(first) + minutes, _DAY_MINUTES)
    return Slot(first, TimePoint(time(total // 60, total % 60), shift=days))


def _settle_plain(clock: ClockTime) -> Readings[TimePoint]:
    """An hour by the convention alone, unless the convention leaves it open."""
    if clock.hour in (0, MIDNIGHT):
        return _doubt_midnight(clock)
    text = f"{clock.hour}:{clock.minute:02}"
    early = _point(clock.hour, clock.minute)
    if clock.zero and 1 <= clock.hour <= 6:
        late = _point(clock.hour + 12, clock.minute)
        return doubted(DoubtReason.HALF_DAY, early, late, text=text)
    spoken = clock.hour if clock.spoken is None else clock.spoken
    hour = conventional_hour(clock.hour)
    if (conventional_hour(spoken) < 12) is not (hour < 12) and spoken != 12:
        return doubted(DoubtReason.HALF_DAY, early, _point(hour, clock.minute), text=text)
    return settled(_point(hour, clock.minute))


def _doubt_midnight(clock: ClockTime) -> Readings[TimePoint]:
    """An hour past midnight belongs to the night that began the day before, or to the next."""
    hour = clock.hour % 12
    late = TimePoint(time(hour, clock.minute), shift=1)
    return doubted(DoubtReason.MIDNIGHT, late, replace(late, shift=0))


def _settle_plain_span(first: ClockTime, last: ClockTime) -> Readings[Slot]:
    start = _settle_plain(first)
    return _joined(start, _after_start(start, last))


def _after_start(start: Readings[TimePoint], last: ClockTime) -> Readings[TimePoint]:
    """The first meaning of an hour after a start: from five to seven ends in the evening."""
    end = _settle_plain(last)
    if end.reason is None and start.options and _minutes(end) <= _minutes(start):
        for hour in possible_hours(last.hour):
            later = _point(hour, last.minute)
            if hour < MIDNIGHT and _clock_minutes(later) > _minutes(start):
                return settled(later)
    return end


def _settle_anchored_span(span: TimeSpan, parts: tuple[PartOfDay, ...]) -> Readings[Slot]:
    ends = []
    for end in (span.first, span.last):
        if isinstance(end, Anchor):
            bounded = replace(end, firm=True) if end.side is Side.AT else end
            ends.append(settle_anchor(bounded))
        else:
            ends.append(settle_clock(end, parts))
    first, last = ends
    if first.reason is None and last.reason is None and not _in_order(first, last):
        slot = Slot(first.options[0], last.options[0])
        return doubted(DoubtReason.RANGE_BACKWARDS, slot)
    return _join_choices(first, last)


_ORDER = tuple(Prayer)
_ABOUT = {
    Prayer.FAJR: (4, 6),
    Prayer.DHUHR: (11, 14),
    Prayer.ASR: (14, 17),
    Prayer.MAGHRIB: (17, 20),
    Prayer.ISHA: (18, 22),
}


def _in_order(first: Readings[TimePoint], last: Readings[TimePoint]) -> bool:
    start, end = first.options[0], last.options[0]
    if start.prayer is not None and end.prayer is not None:
        if start.prayer is end.prayer:
            return start.minutes < end.minutes
        return _ORDER.index(start.prayer) < _ORDER.index(end.prayer)
    if start.prayer is not None:
        return _clock_minutes(end) > _ABOUT[start.prayer][0] * 60
    assert end.prayer is not None
    return _clock_minutes(start) < _ABOUT[end.prayer][1] * 60


def _joined(start: Readings[TimePoint], end: Readings[TimePoint]) -> Readings[Slot]:
    """Both ends as one slot; an end that does not follow its start is a doubt."""
    if start.reason is None and end.reason is None and _minutes(start) >= _minutes(end):
        overnight = Slot(start.options[0], replace(end.options[0], shift=1))
        return doubted(DoubtReason.RANGE_BACKWARDS, overnight)
    return _join_choices(start, end)


def _join_choices(start: Readings[TimePoint], end: Readings[TimePoint]) -> Readings[Slot]:
    pairs = tuple(
        Slot(first, last)
        for first in start.options
        for last in end.options
        if first.at is None or last.at is None or _clock_minutes(first) < _clock_minutes(last)
    )
    reason = start.reason or end.reason
    if reason is None:
        return settled(pairs[0])
    return doubted(reason, *pairs, **{**end.values, **start.values})


def _point(hour: int, minute: int) -> TimePoint:
    if hour >= MIDNIGHT:
        return TimePoint(time(hour - MIDNIGHT, minute), shift=1)
    return TimePoint(time(hour, minute))


def _minutes(choice: Readings[TimePoint]) -> int:
    return _clock_minutes(choice.options[0]) if choice.options else -1


def _clock_minutes(point: TimePoint) -> int:
    if point.at is None:
        return -1
    return point.shift * _DAY_MINUTES + point.at.hour * 60 + point.at.minute
