"""Asking for a moment or a day: buttons for days and hours, or the person's own words.

The answer of a `MomentField` is text. For a moment it is a local time with its offset from UTC,
`2026-11-29T16:00+03:00`, or two of them joined by `/` where the person wrote an end as well; for a
day it is `2026-11-29`. `moment_of`, `end_of` and `day_of` read it.

What was typed is understood by `bot.arabic.dates.understand` and repeated for confirmation; an hour
typed while hours of a day are offered belongs to that day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.arabic.calendar.prayer import Prayer, estimate_prayer
from bot.arabic.dates.model import AnswerKind, Doubt, DoubtReason, Understood
from bot.arabic.dates.reasons import reason_text
from bot.arabic.dates.understand import understand
from bot.chat.forms import sessions
from bot.chat.forms.form import Answers, AskAgain, Field, Given, NotAccepted, Option, Question
from bot.chat.screen import paragraphs
from bot.chat.turn import Turn
from bot.core.country import country
from bot.core.i18n import N_, Phrase, Voice
from bot.core.text import clean_line

DAYS = 8
"""Days on one page of buttons."""
PAGES = 8
READINGS = 2
"""Days that a doubt offers at most; a page of days has more."""
FIRST_HOUR, LAST_HOUR = 8, 20
HORIZON = timedelta(days=732)
"""How far ahead a moment may lie; beyond that it is a slip of the year."""

PRAYERS: dict[Prayer, str] = {
    Prayer.FAJR: N_("the dawn prayer"),
    Prayer.DHUHR: N_("the noon prayer"),
    Prayer.ASR: N_("the afternoon prayer"),
    Prayer.MAGHRIB: N_("the sunset prayer"),
    Prayer.ISHA: N_("the night prayer"),
}


def moment_of(value: str) -> datetime:
    """The moment of a field's answer, aware; of an answer with an end, its start."""
    return datetime.fromisoformat(value.partition("/")[0])


def end_of(value: str) -> datetime | None:
    """The end that the person gave along with the moment, aware."""
    _, _, end = value.partition("/")
    return datetime.fromisoformat(end) if end else None


def day_of(value: str) -> date:
    """The day of a field that asks for a day."""
    return date.fromisoformat(value)


@dataclass(frozen=True, kw_only=True)
class MomentField(Field):
    """A moment, or with `what="day"` a day, in the person's own time zone.

    With `future` (the default) what has passed is refused and coming days are offered; without it
    days that have passed are. The weekend of the person's country is not offered, but may be
    typed.
    """

    question: str
    future: bool = True
    what: Literal["moment", "day"] = "moment"

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return self._days(turn, 0)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> str:
        if given.file:
            raise NotAccepted(
                turn.say("A file does not fit here. Please write your answer in words.")
            )
        if given.chosen:
            return self._follow(turn, given.value)
        days = _days_at_hand(turn) if self.what == "moment" else ()
        said = _understand(turn, given.text, days)
        if isinstance(said, Understood) and _is_days(said):
            said = Doubt(DoubtReason.SEVERAL_DAYS, {}, _ends(said))
        if isinstance(said, Doubt):
            raise AskAgain(self._clear_up(turn, said, days))
        raise AskAgain(self._confirm(turn, said))

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        if self.what == "day":
            return turn.voice.date(day_of(value))
        return _said(turn.voice, moment_of(value), end_of(value))

    def _follow(self, turn: Turn, value: Any) -> str:
        """What a button stands for: other days, the hours of a day, or the answer itself."""
        if "days" in value:
            raise AskAgain(self._days(turn, value["days"]))
        if "at" in value:
            start = self._accept(turn, _local(turn, value["at"]))
            end = _local(turn, value["until"]) if "until" in value else None
            return "/".join(m.isoformat(timespec="minutes") for m in (start, end) if m)
        day = self._accept_day(turn, date.fromisoformat(value["day"]))
        if self.what == "day":
            return day.isoformat()
        raise AskAgain(self._hours(turn, day, _prayer_notice(turn, value)))

    # What is offered

    def _days(self, turn: Turn, page: int, notice: str = "") -> Question:
        days = islice(self._working_days(turn), page * DAYS, (page + 1) * DAYS)
        options = [Option({"day": day.isoformat()}, _short_day(turn.voice, day)) for day in days]
        if page > 0:
            options.append(Option({"days": page - 1}, turn.say("Days before")))
        if page < PAGES - 1:
            options.append(Option({"days": page + 1}, turn.say("Other days")))
        if self.what == "day":
            hint = turn.say("Choose a day, or write it, as in: next Sunday.")
        else:
            hint = turn.say("Choose a day, or write the time, as in: next Sunday at four.")
        return Question(paragraphs(notice, turn.voice.text(self.question), hint), options, 2)

    def _working_days(self, turn: Turn) -> Iterator[date]:
        """Days from today on, or back from today, without weekends."""
        weekend = country(turn.voice.country).weekend
        today = turn.voice.local(turn.now).date()
        for distance in count():
            day = today + timedelta(days=distance if self.future else -distance)
            full = self.what == "moment" and not self._hours_of(turn, day)
            if day.weekday() not in weekend and not full:
                yield day

    def _hours_of(self, turn: Turn, day: date) -> Sequence[datetime]:
        hours = (
            datetime.combine(day, time(hour), turn.voice.zone)
            for hour in range(FIRST_HOUR, LAST_HOUR + 1)
        )
        return [moment for moment in hours if not self.future or moment > turn.now]

    def _hours(self, turn: Turn, day: date, notice: str = "") -> Question:
        """The hours of a day that are left, as buttons. Any other time is typed."""
        moments = self._hours_of(turn, day)
        options = [Option({"at": _naive(moment)}, turn.voice.time(moment)) for moment in moments]
        text = turn.say(
            "{date}: at what time? Choose, or write it, as in: half past four in the afternoon.",
            date=turn.voice.date(day, hijri=True),
        )
        return Question(paragraphs(notice, text), [*options, _change(turn)], 3)

    def _confirm(self, turn: Turn, said: Understood, notice: str = "") -> Question:
        """What was understood, to be agreed to; of a day alone the hours."""
        value = _value_of(said)
        day = self._accept_day(turn, said.date)
        if self.what == "day":
            value = {"day": day.isoformat()}
            text = turn.voice.date(day, hijri=True)
        elif said.start is None:
            return self._hours(turn, day, _prayer_notice(turn, value))
        else:
            start = self._accept(turn, _local(turn, value["at"]))
            end = _local(turn, value["until"]) if "until" in value else None
            text = _said(turn.voice, start, end, hijri=True)
        if said.kind is AnswerKind.RRULE:
            notice = turn.say("I take the first time only; each meeting is called by itself.")
        options = [Option(value, turn.say("Yes, that is right")), _change(turn)]
        return Question(
            paragraphs(notice, turn.say("📅 {moment}. Is that right?", moment=text)), options
        )

    def _clear_up(self, turn: Turn, doubt: Doubt, days: Sequence[date]) -> Question:
        """The likeliest readings of what was not clear, with the reason; if there are none, the
        question as it stood. Of several `days` at hand none is assumed to be the one that is
        meant."""
        reason = reason_text(doubt, turn.voice)
        offered = [_ends(reading)[0] for reading in doubt.candidates]
        if doubt.reason is DoubtReason.UNREAD:
            # The word that was not read may tell of a move, whose new day is the last one.
            offered += [_ends(reading)[-1] for reading in doubt.candidates]
        likeliest = dict.fromkeys(r for r in offered if self._is_possible(turn, r))
        readings = list(likeliest)[:READINGS]
        if len(days) == 1 and not any(reading.start for reading in readings):
            return self._hours(turn, days[0], reason)
        if not readings:
            return self._days(turn, 0, reason)
        options = [Option(_value_of(r), self._label(turn.voice, r)) for r in readings]
        which = turn.say("Which one is it?") if len(options) > 1 else turn.say("Is it this one?")
        return Question(paragraphs(reason, which), [*options, _change(turn)])

    def _label(self, voice: Voice, reading: Understood) -> str:
        day = _short_day(voice, reading.date)
        if self.what == "day":
            return day
        if anchored := reading.prayer:
            return voice.say(
                "{day}, {prayer}", day=day, prayer=voice.text(PRAYERS[anchored.prayer])
            )
        if reading.start is None:
            return day
        starts = voice.brief(reading.start)
        if reading.end:
            return voice.say("{start} – {end}", start=starts, end=voice.time(reading.end))
        return starts

    # What is refused

    def _is_possible(self, turn: Turn, reading: Understood) -> bool:
        now = turn.voice.local(turn.now)
        if reading.start is not None and self.what == "moment":
            return not self.future or reading.start > now
        return not self.future or reading.date >= now.date()

    def _accept_day(self, turn: Turn, day: date) -> date:
        today = turn.voice.local(turn.now).date()
        if self.future and day < today:
            self._refuse(turn, turn.voice.date(day))
        if abs(day - today) > HORIZON:
            raise NotAccepted(turn.say("{date} is very far away. Please check the year.", date=day))
        return day

    def _accept(self, turn: Turn, moment: datetime) -> datetime:
        self._accept_day(turn, moment.date())
        if self.future and moment <= turn.now:
            self._refuse(turn, turn.voice.moment(moment))
        return moment

    def _refuse(self, turn: Turn, said: Phrase) -> None:
        raise NotAccepted(
            turn.say("{moment} has passed already. Please choose a time to come.", moment=said)
        )


def _understand(turn: Turn, text: str, days: Sequence[date]) -> Understood | Doubt:
    """What the text says; an hour alone is one of the day at hand, and of two days a doubt."""
    now = turn.voice.local(turn.now)
    words = clean_line(text)
    shift = turn.voice.hijri_days
    joined = [
        understand(f"{day.isoformat()} {words}", now, turn.voice.country, shift) for day in days
    ]
    each = [said.candidates if isinstance(said, Doubt) else (said,) for said in joined]
    fits = [
        bool(readings) and all(reading.date == day for reading in readings)
        for day, readings in zip(days, each, strict=True)
    ]
    if not joined or not all(fits):
        return understand(words, now, turn.voice.country, shift)
    if len(joined) == 1:
        return joined[0]
    return Doubt(DoubtReason.ALTERNATIVES, {}, tuple(readings[0] for readings in each))


def _is_days(reading: Understood) -> bool:
    """Whether it is a span of whole days, of which only one is asked for."""
    return reading.kind is AnswerKind.RANGE and reading.start is None and reading.prayer is None


def _ends(reading: Understood) -> tuple[Understood, ...]:
    """The first and last day of a span of days, each by itself; any other reading as it is."""
    if not _is_days(reading) or reading.last is None:
        return (reading,)
    return tuple(
        replace(reading, kind=AnswerKind.DATE, first=day, last=None)
        for day in (reading.first, reading.last)
    )


def _days_at_hand(turn: Turn) -> tuple[date, ...]:
    """The day whose hours the person has before them, or the one or two that they were asked
    about: they stand in the options offered. None where days are offered to choose from."""
    state = sessions.current(turn)
    days = dict.fromkeys(
        datetime.fromisoformat(value.get("at") or value["day"]).date()
        for value in (state.offered if state else ())
        if isinstance(value, dict) and ("at" in value or "day" in value)
    )
    return tuple(days) if len(days) <= READINGS else ()


def _local(turn: Turn, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=turn.voice.zone)


def _value_of(reading: Understood) -> dict[str, Any]:
    """The option that stands for a reading; its times are local, without a zone."""
    if reading.start is None:
        value: dict[str, Any] = {"day": reading.date.isoformat()}
        if reading.prayer:
            value["prayer"] = reading.prayer.prayer.value
        return value
    value = {"at": _naive(reading.start)}
    if reading.end and reading.kind is AnswerKind.RANGE:
        value["until"] = _naive(reading.end)
    return value


def _naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _said(voice: Voice, start: datetime, end: datetime | None, hijri: bool | None = None) -> Phrase:
    date_text = voice.date(voice.local(start).date(), hijri=hijri)
    if end is None:
        return voice.say("{date}, at {time}", date=date_text, time=voice.time(start))
    return voice.say(
        "{date}, from {start} to {end}",
        date=date_text,
        start=voice.time(start),
        end=voice.time(end),
    )


def _short_day(voice: Voice, day: date) -> Phrase:
    return voice.say(
        "{weekday} {day} {month}",
        weekday=voice.weekday(day),
        day=voice.day_of_month(day),
        month=voice.month(day),
    )


def _change(turn: Turn) -> Option:
    return Option({"days": 0}, turn.say("Another time"))


def _prayer_notice(turn: Turn, value: dict[str, Any]) -> str:
    """When the prayer is, roughly: the hour of a meeting must be one that everybody can read."""
    if "prayer" not in value:
        return ""
    prayer = Prayer(value["prayer"])
    pack = country(turn.voice.country)
    day = date.fromisoformat(value["day"])
    at = estimate_prayer(day, prayer, pack.code, turn.voice.hijri_days)
    moment = at.replace(tzinfo=ZoneInfo(pack.timezone))
    return turn.say(
        "{prayer} is at about {time} in the capital, and differs from town to town.",
        prayer=turn.voice.text(PRAYERS[prayer]),
        time=turn.voice.time(moment),
    )
