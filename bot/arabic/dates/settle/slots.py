"""The time facts of one text, brought together as one slot of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.arabic.calendar.prayer import Prayer, estimate_prayer
from bot.arabic.dates.lexicon.senses import PartOfDay
from bot.arabic.dates.model import AnswerKind, DoubtReason, LocalMoment, Understood, moment_kind
from bot.arabic.dates.read.facts import (
    Anchor,
    ClockTime,
    DayPart,
    Fact,
    Length,
    NightBefore,
    ReadingContext,
    TimeSpan,
)
from bot.arabic.dates.settle.readings import Readings, Slot, TimePoint, doubted, settled
from bot.arabic.dates.settle.times import (
    lengthen,
    settle_anchor,
    settle_clock,
    settle_parts,
    settle_span,
)

# Prayer times differ by region: a prayer of today counts as passed only this long after its time.
_PRAYER_MARGIN = timedelta(minutes=20)
# Full hours that each prayer lies between, margin included, in every season of both countries:
# outside them nothing needs to be reckoned.
_BOUNDS = {
    Prayer.FAJR: (3, 8),
    Prayer.DHUHR: (11, 15),
    Prayer.ASR: (14, 19),
    Prayer.MAGHRIB: (16, 22),
    Prayer.ISHA: (18, 23),
}


def settle_slot(facts: Sequence[Fact]) -> Readings[Slot]:
    """The slot that every hour, prayer, part and length of the text agrees on."""
    parts = tuple(dict.fromkeys(fact.part for fact in facts if isinstance(fact, DayPart)))
    if not parts and any(isinstance(fact, NightBefore) for fact in facts) and _has_clock(facts):
        parts = (PartOfDay.NIGHT,)
    lengths = tuple(
        fact.amount.minutes
        for fact in facts
        if isinstance(fact, Length) and fact.amount.minutes is not None
    )
    slot = _settle_start(facts, parts)
    if not lengths or not slot.options:
        return slot
    if len(lengths) > 1 or any(option.last for option in slot.options):
        return doubted(DoubtReason.SEVERAL_TIMES, *slot.options)
    if slot.options[0].first is None:
        return doubted(DoubtReason.NO_HOUR, *slot.options)
    options = tuple(lengthen(option, lengths[0]) for option in slot.options)
    if lengths[0] == 0:
        return doubted(DoubtReason.RANGE_BACKWARDS, *slot.options)
    return Readings(options, slot.reason, slot.values)


def _has_clock(facts: Sequence[Fact]) -> bool:
    return any(isinstance(fact, ClockTime | TimeSpan) for fact in facts)


def _settle_start(facts: Sequence[Fact], parts: tuple[PartOfDay, ...]) -> Readings[Slot]:
    clocks = tuple(dict.fromkeys(fact for fact in facts if isinstance(fact, ClockTime)))
    anchors = tuple(dict.fromkeys(fact for fact in facts if isinstance(fact, Anchor)))
    spans = tuple(fact for fact in facts if isinstance(fact, TimeSpan))
    if len(clocks) + len(spans) > 1 or (anchors and spans and anchors[0].minutes is not None):
        points = [point for clock in clocks for point in settle_clock(clock, parts).options]
        return doubted(DoubtReason.SEVERAL_TIMES, *(Slot(point) for point in points))
    if spans:
        return settle_span(spans[0], parts, anchors)
    if clocks:
        if any(anchor.minutes is not None for anchor in anchors):
            points = list(settle_anchor(anchors[0]).options)
            points.extend(settle_clock(clocks[0], parts).options)
            return doubted(DoubtReason.SEVERAL_TIMES, *(Slot(point) for point in points))
        return _as_slots(settle_clock(clocks[0], parts, anchors))
    if anchors:
        if len(anchors) > 1:
            return doubted(
                DoubtReason.SEVERAL_TIMES, *(Slot(TimePoint(prayer=a.prayer)) for a in anchors)
            )
        return _as_slots(settle_anchor(anchors[0], parts))
    if parts:
        return _as_slots(settle_parts(parts))
    return settled(Slot())


def _as_slots(choice: Readings[TimePoint]) -> Readings[Slot]:
    return Readings(tuple(Slot(point) for point in choice.options), choice.reason, choice.values)


def build_answer(day: date, slot: Slot, context: ReadingContext) -> Understood:
    """The reading of a slot on a day."""
    first = _moment(day, slot.first)
    zone = context.now.tzinfo
    if slot.last is None:
        return Understood(moment_kind(first), first, zone=zone)
    return Understood(AnswerKind.RANGE, first, _moment(day, slot.last), zone=zone)


def _moment(day: date, point: TimePoint | None) -> LocalMoment:
    if point is None:
        return LocalMoment(day)
    return LocalMoment(day + timedelta(days=point.shift), point.at, point.prayer, point.minutes)


def has_passed(moment: LocalMoment, context: ReadingContext) -> bool:
    """Whether the moment is not after now; a whole day passes when it ends."""
    if moment.at is not None:
        at = datetime.combine(moment.day, moment.at, context.now.tzinfo)
        return at <= context.now
    if moment.prayer is None or moment.day != context.today:
        return moment.day < context.today
    local = context.now.replace(tzinfo=None) - timedelta(minutes=moment.minutes)
    if local.date() != moment.day:
        return local.date() > moment.day
    earliest, latest = _BOUNDS[moment.prayer]
    if not earliest <= local.hour < latest:
        return local.hour >= latest
    at = estimate_prayer(moment.day, moment.prayer, context.location, context.hijri_shift)
    return at + _PRAYER_MARGIN <= local


def next_day_for(slot: Slot, context: ReadingContext) -> date:
    """Today when the slot is still to come today, else tomorrow."""
    if has_passed(_moment(context.today, slot.first), context):
        return context.today + timedelta(days=1)
    return context.today
