"""Asking for a moment or a day: buttons for days and hours, or the person's own words.

What is saved is text. Of a `MomentField` it is a local time with its offset from UTC,
`2026-11-29T16:00+03:00`, or two of them joined by `/` where the person wrote an end as well; of a
`DayField` it is `2026-11-29`.

What was typed is understood by `bot.arabic.dates.understand` and repeated for confirmation; an hour
typed while hours of a day are offered belongs to that day.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from typing import Any, ClassVar, Literal, TypeVar

from bot.arabic.calendar.places import Place
from bot.arabic.dates.model import AnswerKind, Doubt, DoubtReason, Understood
from bot.arabic.dates.reasons import reason_text
from bot.arabic.invitations import moment_in
from bot.arabic.time_alone import time_alone
from bot.chat.forms import sessions
from bot.chat.forms.answers import Answers
from bot.chat.forms.fields import only_words
from bot.chat.forms.form import Field
from bot.chat.forms.reading import (
    Accepted,
    AskAgain,
    Given,
    NotAccepted,
    Option,
    Question,
    Reading,
)
from bot.chat.forms.times import (
    PRAYERS,
    READINGS,
    GivenTime,
    days_at_hand,
    ends_of,
    is_days,
    naive,
    prayer_notice,
    said_time,
    short_day,
    time_of,
    understood,
    value_of,
)
from bot.chat.screen import paragraphs
from bot.chat.turn import Turn
from bot.core.country import country
from bot.core.i18n import Phrase, Voice
from bot.core.text import clean_line

DAYS = 8
"""Days on one page of buttons, at most."""
PAGES = 8
FIRST_HOUR, LAST_HOUR = 8, 20
HORIZON = timedelta(days=732)
"""How far ahead a moment may lie; beyond that it is a slip of the year."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class TimeField(Field[T]):
    """A moment or a day, in the person's own time zone.

    With `future` (the default) what has passed is refused and coming days are offered; without it
    days that have passed are. The weekend of the person's country is not offered, but may be
    typed.
    """

    what: ClassVar[Literal["moment", "day"]]
    question: str
    future: bool = True

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return self._days(turn, 0)

    async def place(self, turn: Turn, answers: Answers) -> Place | None:
        """By whose sun a prayer is meant; None where that is not known."""
        return None

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[T]:
        if given.file:
            return only_words(turn)
        if given.chosen and "days" in given.value:
            return AskAgain(self._days(turn, given.value["days"]))
        if given.chosen:
            near = await self.place(turn, answers) if "prayer" in given.value else None
            return self._follow(turn, given.value, near)
        days = self._days_meant(turn, answers, given)
        near = await self.place(turn, answers)
        words = _alone(turn, given.text) if given.in_review else ""
        words = words or moment_in(given.text, turn.voice.country)
        said = understood(turn, words, days, near)
        if isinstance(said, Understood) and is_days(said):
            said = Doubt(DoubtReason.SEVERAL_DAYS, {}, ends_of(said))
        if isinstance(said, Doubt) and given.part and (hour := self._likely_hour(turn, said)):
            figure = Phrase(said.values["text"])
            notice = turn.say("I read {text} as the hour, not as a day of the month.", text=figure)
            return self._confirm(turn, hour, near, notice)
        if isinstance(said, Doubt):
            return AskAgain(self._clear_up(turn, said, days))
        instead = given.in_review and sessions.is_reviewed(turn)
        label = turn.voice.text(self.label)
        notice = turn.say("Changed: {label}.", label=label) if instead else ""
        return self._confirm(turn, said, near, notice)

    def is_corrected_by(self, turn: Turn, answers: Answers, text: str) -> bool:
        return answers.of(self) is not None and bool(_alone(turn, text))

    def _days_meant(self, turn: Turn, answers: Answers, given: Given) -> tuple[date, ...]:
        """The days of which an hour may be that is written without one."""
        if self.what != "moment":
            return ()
        had = answers.of(self) if given.in_review else None
        if isinstance(had, GivenTime):
            return (turn.voice.local(had.starts_at).date(),)
        return days_at_hand(turn)

    @abstractmethod
    def _follow(self, turn: Turn, value: dict[str, Any], near: Place | None) -> Reading[T]:
        """What the button of a day or of a moment stands for."""

    # What is offered

    def _days(self, turn: Turn, page: int, notice: str = "") -> Question:
        size = min(DAYS, turn.traits.list_size)
        days = islice(self._working_days(turn), page * size, (page + 1) * size)
        options = [Option({"day": day.isoformat()}, short_day(turn.voice, day)) for day in days]
        if page > 0:
            options.append(Option({"days": page - 1}, turn.say("Days before")))
        if page < PAGES - 1:
            options.append(Option({"days": page + 1}, turn.say("Other days")))
        if self.what == "day":
            hint = turn.say("Choose a day, or write it, as in: next Sunday.")
        else:
            hint = turn.say("Choose a day, or write the time, as in: next Sunday at four.")
        return Question(paragraphs(notice, turn.voice.text(self.question), hint), options)

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
        options = [Option({"at": naive(moment)}, turn.voice.time(moment)) for moment in moments]
        text = turn.say(
            "{date}: at what time? Choose, or write it, as in: half past four in the afternoon.",
            date=turn.voice.date(day, hijri=True),
        )
        return Question(paragraphs(notice, text), [*options, _change(turn)])

    def _confirm(
        self, turn: Turn, said: Understood, near: Place | None, notice: str = ""
    ) -> Reading[T]:
        """What was understood; of a day alone the hours. It is confirmed by the review of the form,
        and where it has none, by itself."""
        value = value_of(said)
        if refusal := self._refused_day(turn, said.date):
            return refusal
        if self.what == "day":
            value = {"day": said.date.isoformat()}
            text = turn.voice.date(said.date, hijri=True)
        elif said.start is None:
            return AskAgain(self._hours(turn, said.date, prayer_notice(turn, value, near)))
        else:
            time_given = time_of(turn, value)
            if refusal := self._refused(turn, time_given.starts_at):
                return refusal
            text = said_time(turn.voice, time_given, hijri=True)
        if said.kind is AnswerKind.RRULE:
            notice = turn.say("I take the first time only; each meeting is called by itself.")
        taken = self._follow(turn, value, near)
        if isinstance(taken, Accepted) and sessions.is_reviewed(turn):
            return replace(taken, notice=notice, echo=turn.say("📅 {moment}", moment=text))
        options = [Option(value, turn.say("Yes, that is right")), _change(turn)]
        said_so = turn.say("📅 {moment}. Is that right?", moment=text)
        return AskAgain(Question(paragraphs(notice, said_so), options))

    def _likely_hour(self, turn: Turn, doubt: Doubt) -> Understood | None:
        """The reading of «Thursday 10» as an hour, where that is the doubt and it lies ahead."""
        if doubt.reason is not DoubtReason.DAY_OR_HOUR:
            return None
        hours = (each for each in doubt.candidates if each.start and self._is_possible(turn, each))
        return next(hours, None)

    def _clear_up(self, turn: Turn, doubt: Doubt, days: Sequence[date]) -> Question:
        """The likeliest readings of what was not clear, with the reason; if there are none, the
        question as it stood. Of several `days` at hand none is assumed to be the one that is
        meant."""
        reason = reason_text(doubt, turn.voice)
        offered = [ends_of(reading)[0] for reading in doubt.candidates]
        if doubt.reason is DoubtReason.UNREAD:
            # The word that was not read may tell of a move, whose new day is the last one.
            offered += [ends_of(reading)[-1] for reading in doubt.candidates]
        likeliest = dict.fromkeys(r for r in offered if self._is_possible(turn, r))
        readings = list(likeliest)[:READINGS]
        if len(days) == 1 and not any(reading.start for reading in readings):
            return self._hours(turn, days[0], reason)
        if not readings:
            return self._days(turn, 0, reason)
        options = [Option(value_of(r), self._label(turn.voice, r)) for r in readings]
        which = turn.say("Which one is it?") if len(options) > 1 else turn.say("Is it this one?")
        return Question(paragraphs(reason, which), [*options, _change(turn)])

    def _label(self, voice: Voice, reading: Understood) -> str:
        day = short_day(voice, reading.date)
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

    def _refused_day(self, turn: Turn, day: date) -> NotAccepted | None:
        today = turn.voice.local(turn.now).date()
        if self.future and day < today:
            return _passed(turn, turn.voice.date(day))
        if abs(day - today) > HORIZON:
            return NotAccepted(
                turn.say("{date} is very far away. Please check the year.", date=day)
            )
        return None

    def _refused(self, turn: Turn, moment: datetime) -> NotAccepted | None:
        if refusal := self._refused_day(turn, moment.date()):
            return refusal
        if self.future and moment <= turn.now:
            return _passed(turn, turn.voice.moment(moment))
        return None


def _alone(turn: Turn, text: str) -> str:
    """The time that a text is, where it is nothing else."""
    voice = turn.voice
    words = clean_line(moment_in(text, voice.country))
    return time_alone(words, voice.local(turn.now), voice.country, voice.hijri_days)


def _passed(turn: Turn, said: Phrase) -> NotAccepted:
    return NotAccepted(
        turn.say("{moment} has passed already. Please choose a time to come.", moment=said)
    )


@dataclass(frozen=True, kw_only=True)
class MomentField(TimeField[GivenTime]):
    """A day and an hour, and the end where it was written along."""

    what = "moment"

    def _follow(self, turn: Turn, value: dict[str, Any], near: Place | None) -> Reading[GivenTime]:
        if "at" in value:
            given = time_of(turn, value)
            return self._refused(turn, given.starts_at) or Accepted(given)
        day = date.fromisoformat(value["day"])
        refusal = self._refused_day(turn, day)
        return refusal or AskAgain(self._hours(turn, day, prayer_notice(turn, value, near)))

    async def show(self, turn: Turn, answers: Answers, value: GivenTime) -> str:
        return said_time(turn.voice, value)

    def load(self, data: Any) -> GivenTime:
        start, _, end = data.partition("/")
        return GivenTime(
            datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None
        )

    def dump(self, value: GivenTime) -> Any:
        ends = (value.starts_at, value.ends_at)
        return "/".join(moment.isoformat(timespec="minutes") for moment in ends if moment)


@dataclass(frozen=True, kw_only=True)
class DayField(TimeField[date]):
    """A day."""

    what = "day"

    def _follow(self, turn: Turn, value: dict[str, Any], near: Place | None) -> Reading[date]:
        # A reading may have an hour, which nobody asked for.
        day = datetime.fromisoformat(value.get("day") or value["at"]).date()
        return self._refused_day(turn, day) or Accepted(day)

    async def show(self, turn: Turn, answers: Answers, value: date) -> str:
        return turn.voice.date(value)

    def load(self, data: Any) -> date:
        # Former versions have saved some with an hour, or with two.
        return datetime.fromisoformat(data.partition("/")[0]).date()

    def dump(self, value: date) -> Any:
        return value.isoformat()


def _change(turn: Turn) -> Option:
    return Option({"days": 0}, turn.say("Another time"))
