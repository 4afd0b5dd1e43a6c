"""The form that enters a holiday or examinations into the calendar of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.arabic.calendar.school_days import DayKind, kind_of_day
from bot.chat.forms.answers import Answers, Known
from bot.chat.forms.fields import ChoiceField, TextField
from bot.chat.forms.form import Form
from bot.chat.forms.moments import DayField
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Reading
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.features.calendars import actions, rights
from bot.features.calendars.actions import DaysDraft

KINDS: dict[DayKind, str] = {DayKind.HOLIDAY: N_("Holiday"), DayKind.EXAMS: N_("Examinations")}


UNIT = Known("unit_id", int)


def title_of(turn: Turn, kind: DayKind, title: str) -> str:
    """What an entry of the calendar is, in a line; its kind only where the title does not tell."""
    if kind_of_day(title) == kind:
        return turn.voice.value(title)
    return turn.say("{label}: {value}", label=turn.voice.text(KINDS[kind]), value=title)


def span_of(turn: Turn, first: date, last: date) -> str:
    """From which day to which it goes, in a line."""
    if first == last:
        return turn.say("📅 {moment}", moment=turn.voice.date(first))
    return turn.say(
        "📅 {first} to {last}",
        first=turn.voice.date(first, hijri=False),
        last=turn.voice.date(last, hijri=False),
    )


async def may_keep(turn: Turn, answers: Answers) -> None:
    await rights.access_kept_calendar(turn.tx, turn.person, answers.need(UNIT))


async def _kinds(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(kind.value, turn.voice.text(label)) for kind, label in KINDS.items()]


@dataclass(frozen=True, kw_only=True)
class LastDay(DayField):
    """A day that is not before the answer `FIRST`."""

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[date]:
        reading, first = await super().read(turn, answers, given), answers.need(FIRST)
        if isinstance(reading, Accepted) and reading.value < first:
            return NotAccepted(
                turn.say(
                    "The last day cannot come before the first: {first}.",
                    first=turn.voice.date(first),
                )
            )
        return reading


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDays(DaysDraft):
    """Days of the calendar of a unit."""

    unit_id: int


async def _add(turn: Turn, draft: NewDays) -> Screen:
    await actions.add_days(turn.tx, turn.person, draft.unit_id, draft)
    screen = await turn.show("manners.unit", draft.unit_id)
    return screen.with_notice(turn.say("✅ Entered. Reminders will keep clear of these days."))


FIRST = DayField(name="first", label=N_("First day"), question=N_("Which day is the first?"))
ADD = Form(
    name="manners.add",
    version=1,
    title=N_("A holiday or examinations"),
    draft=NewDays,
    known=(UNIT,),
    fields=(
        ChoiceField(
            name="kind",
            label=N_("Kind"),
            question=N_("What is it?"),
            options=_kinds,
            of=DayKind,
        ),
        TextField(
            name="title",
            label=N_("Title"),
            question=N_("What is it called? As in: the autumn holiday."),
            least=3,
            most=100,
        ),
        FIRST,
        LastDay(
            name="last",
            label=N_("Last day"),
            question=N_("Which day is the last? It belongs to them as well."),
        ),
    ),
    finish=_add,
    send=N_("Enter it"),
    permit=may_keep,
)
