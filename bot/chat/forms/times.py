"""Times between what is written and what is saved: the reading of a text, the option that stands
for it, and how both are said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.arabic.calendar.places import Place
from bot.arabic.calendar.prayer import Prayer, capital_of, estimate_prayer
from bot.arabic.dates.model import AnswerKind, Doubt, DoubtReason, Understood
from bot.arabic.dates.understand import understand
from bot.chat.forms import sessions
from bot.chat.turn import Turn
from bot.core.country import country
from bot.core.i18n import N_, Phrase, Voice
from bot.core.text import clean_line

READINGS = 2
"""Days that a doubt offers at most; a page of days has more."""

PRAYERS: dict[Prayer, str] = {
    Prayer.FAJR: N_("the dawn prayer"),
    Prayer.DHUHR: N_("the noon prayer"),
    Prayer.ASR: N_("the afternoon prayer"),
    Prayer.MAGHRIB: N_("the sunset prayer"),
    Prayer.ISHA: N_("the night prayer"),
}


@dataclass(frozen=True, slots=True)
class GivenTime:
    """A moment that somebody gave, aware, with its end where they wrote one as well."""

    starts_at: datetime
    ends_at: datetime | None = None


def understood(
    turn: Turn, text: str, days: Sequence[date], near: Place | None = None
) -> Understood | Doubt:
    """What the text says; an hour alone is one of the day at hand, and of two days a doubt. Whether
    a prayer has passed is reckoned `near` a place, or in the capital."""
    now = turn.voice.local(turn.now)
    words = clean_line(text)
    where = turn.voice.country, turn.voice.hijri_days, near.location if near else None
    joined = [understand(f"{day.isoformat()} {words}", now, *where) for day in days]
    each = [said.candidates if isinstance(said, Doubt) else (said,) for said in joined]
    fits = [
        bool(readings) and all(reading.date == day for reading in readings)
        for day, readings in zip(days, each, strict=True)
    ]
    if not joined or not all(fits):
        return understand(words, now, *where)
    if len(joined) == 1:
        return joined[0]
    return Doubt(DoubtReason.ALTERNATIVES, {}, tuple(readings[0] for readings in each))


def is_days(reading: Understood) -> bool:
    """Whether it is a span of whole days, of which only one is asked for."""
    return reading.kind is AnswerKind.RANGE and reading.start is None and reading.prayer is None


def ends_of(reading: Understood) -> tuple[Understood, ...]:
    """The first and last day of a span of days, each by itself; any other reading as it is."""
    if not is_days(reading) or reading.last is None:
        return (reading,)
    return tuple(
        replace(reading, kind=AnswerKind.DATE, first=day, last=None)
        for day in (reading.first, reading.last)
    )


def days_at_hand(turn: Turn) -> tuple[date, ...]:
    """The day whose hours the person has before them, or the one or two that they were asked
    about: they stand in the options offered. None where days are offered to choose from."""
    state = sessions.current(turn)
    days = dict.fromkeys(
        datetime.fromisoformat(value.get("at") or value["day"]).date()
        for value in (state.offered if state else ())
        if isinstance(value, dict) and ("at" in value or "day" in value)
    )
    return tuple(days) if len(days) <= READINGS else ()


def time_of(turn: Turn, value: dict[str, Any]) -> GivenTime:
    """The time of an option, which is local and without a zone."""

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=turn.voice.zone)

    return GivenTime(moment(value["at"]), moment(value["until"]) if "until" in value else None)


def value_of(reading: Understood) -> dict[str, Any]:
    """The option that stands for a reading; its times are local, without a zone."""
    if reading.start is None:
        value: dict[str, Any] = {"day": reading.date.isoformat()}
        if reading.prayer:
            value["prayer"] = reading.prayer.prayer.value
        return value
    value = {"at": naive(reading.start)}
    if reading.end and reading.kind is AnswerKind.RANGE:
        value["until"] = naive(reading.end)
    return value


def naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def said_time(voice: Voice, given: GivenTime, hijri: bool | None = None) -> Phrase:
    start, end = given.starts_at, given.ends_at
    date_text = voice.date(voice.local(start).date(), hijri=hijri)
    if end is None:
        return voice.say("{date}, at {time}", date=date_text, time=voice.time(start))
    return voice.say(
        "{date}, from {start} to {end}",
        date=date_text,
        start=voice.time(start),
        end=voice.time(end),
    )


def short_day(voice: Voice, day: date) -> Phrase:
    return voice.say(
        "{weekday} {day} {month}",
        weekday=voice.weekday(day),
        day=voice.day_of_month(day),
        month=voice.month(day),
    )


def prayer_notice(turn: Turn, value: dict[str, Any], near: Place | None) -> str:
    """When the prayer that a moment is tied to is, roughly, by the sun of a place or else of the
    capital: the hour of a meeting must be one that everybody can read. "" for one tied to none."""
    if "prayer" not in value:
        return ""
    prayer = Prayer(value["prayer"])
    where = near.location if near else capital_of(turn.voice.country)
    day = date.fromisoformat(value["day"])
    at = estimate_prayer(day, prayer, where, turn.voice.hijri_days)
    time = turn.voice.time(at.replace(tzinfo=ZoneInfo(country(where.country).timezone)))
    named = turn.voice.text(PRAYERS[prayer])
    if near:
        return turn.say(
            "{prayer} is at about {time}, by the clock of {place}.",
            prayer=named,
            time=time,
            place=near.name(turn.voice.language),
        )
    return turn.say(
        "{prayer} is at about {time} in the capital, and differs from town to town.",
        prayer=named,
        time=time,
    )
