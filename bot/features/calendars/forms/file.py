"""The form that takes a calendar file (iCalendar) into a unit's calendar, after showing it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from bot.arabic.calendar.school_days import DayKind
from bot.chat.forms.agreement import AgreementField
from bot.chat.forms.answers import Answers
from bot.chat.forms.form import Field, Form
from bot.chat.forms.reading import (
    Accepted,
    ContentWanted,
    Given,
    NotAccepted,
    Option,
    Question,
    Reading,
)
from bot.chat.incoming import Unfetched
from bot.chat.screen import Screen, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.graphemes import begin
from bot.core.i18n import N_
from bot.core.text import clean_line, shorten
from bot.documents.calendar import (
    MOST_BYTES,
    CalendarFile,
    Fault,
    LeftOut,
    UnreadableCalendar,
    read_calendar_file,
)
from bot.documents.calendar_days import LONGEST, LeftOutReason
from bot.documents.calendar_entries import (
    CalendarEntry,
    CalendarUpdate,
    EntryVersion,
    KnownEntry,
    update_of,
)
from bot.features.calendars import actions, queries
from bot.features.calendars.forms.days import UNIT, may_keep, span_of, title_of
from bot.features.calendars.rights import access_kept_calendar
from bot.files.kinds import FileKind

MOST = 300
"""Entries that a file may bring through the chat; they wait in the form for the confirmation."""
SHOWN, SHOWN_LEFT_OUT = 8, 6
TITLE = 60

REASONS: dict[LeftOutReason, str] = {
    LeftOutReason.WORDS: N_("the title does not say that it is a holiday or examinations"),
    LeftOutReason.HOURS: N_("it has certain hours, and the calendar is of whole days"),
    LeftOutReason.REPEATS: N_("it repeats, and I only take days with a beginning and an end"),
    LeftOutReason.DATES: N_("its dates cannot be understood"),
    LeftOutReason.LONG: N_("it is longer than the limit: {days}"),
    LeftOutReason.UNNAMED: N_("it has no title or no UID"),
    LeftOutReason.TWICE: N_("another entry of the file has the same UID"),
}


def read_file(timezone: str, data: bytes) -> CalendarFile | Fault:
    """What is in a file for a unit there, or why it cannot be taken."""
    try:
        return read_calendar_file(data, timezone=timezone)
    except UnreadableCalendar as error:
        return error.fault


@dataclass(frozen=True, slots=True)
class ReadCalendar:
    """What was read in a file: the first of the entries that are left out, and how many these
    are."""

    name: str
    entries: tuple[CalendarEntry, ...]
    left_out: tuple[LeftOut, ...]
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDraft:
    unit_id: int
    file: ReadCalendar
    agreed: bool


@dataclass(frozen=True, kw_only=True)
class CalendarFileField(Field[ReadCalendar]):
    """A calendar file. What was read is saved: `{"name": …, "entries": [{"uid", "first", "last",
    "kind", "title", "withdrawn", "series", "sequence", "stamped"}], "left_out": [[title, reason]],
    "skipped": n}`."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return Question(
            turn.say(
                "Send me the calendar file (it ends in {ending}) as calendar programs export it."
                " I read it and show you what I understood; nothing is entered before you confirm.",
                ending=".ics",
            )
        )

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[ReadCalendar]:
        file = given.file
        if file is None or file.kind is not FileKind.DOCUMENT:
            return NotAccepted(
                turn.say("Please send the calendar itself, as a file that ends in {ending}.",
                         ending=".ics")
            )  # fmt: skip
        if file.size is not None and file.size > MOST_BYTES:
            return NotAccepted(_fault(turn, Fault.LARGE))
        if file.content is None:
            place = await access_kept_calendar(turn.tx, turn.person, answers.need(UNIT))
            return ContentWanted(MOST_BYTES, partial(read_file, place.timezone))
        if isinstance(file.content, Unfetched):
            return NotAccepted(
                _fault(turn, Fault.LARGE)
                if file.content.too_large
                else turn.say("I could not fetch the file just now. Please send it again.")
            )
        found = file.content
        if isinstance(found, Fault):
            return NotAccepted(_fault(turn, found))
        assert isinstance(found, CalendarFile)
        if not found.entries:
            empty = turn.say("I found no holidays or examinations in this file.")
            return NotAccepted(paragraphs(empty, _left_out(turn, found.left_out, found.skipped)))
        if len(found.entries) > MOST:
            return NotAccepted(_fault(turn, Fault.MANY))
        known = await queries.known_entries(turn.tx, answers.need(UNIT))
        update = update_of(found.entries, known)
        if len(update.older) == len(found.entries):
            return NotAccepted(
                turn.say(
                    "The calendar has a newer version of all that is in this file, and stays as it"
                    " was. I am waiting for a newer file."
                )
            )
        left_out = tuple(found.left_out[:SHOWN_LEFT_OUT])
        return Accepted(
            ReadCalendar(
                begin(clean_line(file.name), 100), tuple(found.entries), left_out, found.skipped
            )
        )

    async def show(self, turn: Turn, answers: Answers, value: ReadCalendar) -> str:
        return turn.voice.value(value.name)

    def load(self, data: Any) -> ReadCalendar:
        return ReadCalendar(
            data["name"],
            tuple(_unpacked(entry) for entry in data["entries"]),
            tuple(LeftOut(title, LeftOutReason(reason)) for title, reason in data["left_out"]),
            data["skipped"],
        )

    def dump(self, value: ReadCalendar) -> Any:
        return {
            "name": value.name,
            "entries": [_packed(entry) for entry in value.entries],
            "left_out": [[each.title, each.reason.value] for each in value.left_out],
            "skipped": value.skipped,
        }


FILE_FIELD = CalendarFileField(name="file", label=N_("Calendar file"))


@dataclass(frozen=True, kw_only=True)
class AgreedField(AgreementField):
    """What was read in the file, to be agreed to."""

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        found = answers.need(FILE_FIELD)
        known = await queries.known_entries(turn.tx, answers.need(UNIT))
        update = update_of(found.entries, known)
        text = paragraphs(
            turn.say("I have read {name}:", name=found.name or ".ics"),
            _counts(turn, update, known),
            *_listed(turn, update.kept),
            _left_out(turn, found.left_out, found.skipped),
            turn.say("Shall I enter this into the calendar?"),
        )
        return Question(text, [Option(True, turn.say("Enter them"))])

    def remind(self, turn: Turn) -> str:
        return turn.say("Please press the button to enter them, or go back to send another file.")


def _packed(entry: CalendarEntry) -> dict[str, Any]:
    packed = asdict(entry) | {"first": entry.first.isoformat(), "last": entry.last.isoformat()}
    if not entry.series:
        del packed["series"]
    del packed["version"]
    version = entry.version
    if version.sequence is not None:
        packed["sequence"] = version.sequence
    if version.stamped is not None:
        packed["stamped"] = version.stamped.isoformat()
    return packed


def _unpacked(data: dict[str, Any]) -> CalendarEntry:
    return CalendarEntry(
        data["uid"],
        date.fromisoformat(data["first"]),
        date.fromisoformat(data["last"]),
        DayKind(data["kind"]),
        data["title"],
        data["withdrawn"],
        data.get("series", ""),
        EntryVersion(
            data.get("sequence"),
            datetime.fromisoformat(data["stamped"]) if "stamped" in data else None,
        ),
    )


def _fault(turn: Turn, fault: Fault) -> str:
    if fault is Fault.LARGE:
        return turn.say(
            "This file is larger than 1 MB, and a calendar of school days is far smaller. Please"
            " export the holidays and examinations alone."
        )
    if fault is Fault.MANY:
        return turn.say(
            "There are too many entries in this file. Please send the calendar of one school year."
        )
    return turn.say(
        "This is not a calendar file, or it is damaged. Please export it again from your calendar"
        " program, in the iCalendar format (UTF-8)."
    )


def _counts(turn: Turn, update: CalendarUpdate, known: Mapping[str, KnownEntry]) -> str:
    """How many of each kind, from when to when, and what becomes of entries that stand already."""
    kept = update.kept
    holidays = sum(entry.kind is DayKind.HOLIDAY for entry in kept)
    changed = sum(entry.uid in known and not known[entry.uid].withdrawn for entry in kept)
    withdrawn = len(update.gone)
    found = []
    if holidays:
        found.append(turn.count("• {n} holiday", "• {n} holidays", holidays))
    if exams := len(kept) - holidays:
        found.append(turn.count("• {n} time of examinations", "• {n} times of examinations", exams))
    if kept:
        first, last = min(e.first for e in kept), max(e.last for e in kept)
        found.append(turn.say("• The first day: {day}", day=turn.voice.date(first, hijri=False)))
        found.append(turn.say("• The last day: {day}", day=turn.voice.date(last, hijri=False)))
    if changed:
        found.append(
            turn.count(
                "• {n} of them stands in the calendar already and is brought up to date",
                "• {n} of them stand in the calendar already and are brought up to date",
                changed,
            )
        )
    if withdrawn:
        found.append(
            turn.count(
                "• {n} cancelled entry goes out of the calendar",
                "• {n} cancelled entries go out of the calendar",
                withdrawn,
            )
        )
    if update.older:
        found.append(
            turn.count(
                "• {n} entry is older than the calendar and changes nothing",
                "• {n} entries are older than the calendar and change nothing",
                len(update.older),
            )
        )
    return lines(*found)


def _listed(turn: Turn, entries: Collection[CalendarEntry]) -> Iterator[str]:
    for entry in sorted(entries, key=lambda entry: entry.first)[:SHOWN]:
        title = shorten(entry.title, TITLE)
        yield lines(title_of(turn, entry.kind, title), span_of(turn, entry.first, entry.last))
    if more := len(entries) - SHOWN if len(entries) > SHOWN else 0:
        yield turn.count("… and {n} entry more", "… and {n} entries more", more)


def _left_out(turn: Turn, left_out: Iterable[LeftOut], total: int) -> str:
    """Which entries are not taken, and why."""
    if not total:
        return ""
    shown = list(left_out)[:SHOWN_LEFT_OUT]
    rest = total - len(shown)
    longest = turn.count("{n} day", "{n} days", LONGEST.days)
    return lines(
        turn.count("{n} entry is left out:", "{n} entries are left out:", total),
        *(
            turn.say(
                "• {title}: {reason}",
                title=shorten(each.title, TITLE) or "—",
                reason=turn.voice.text(REASONS[each.reason], days=longest),
            )
            for each in shown
        ),
        turn.count("… and {n} entry more", "… and {n} entries more", rest) if rest else "",
    )


async def _enter(turn: Turn, draft: ImportDraft) -> Screen:
    done = await actions.import_days(turn.tx, turn.person, draft.unit_id, draft.file.entries)
    screen = await turn.show("manners.unit", draft.unit_id)
    notices = []
    if done.kept:
        notices.append(
            turn.count(
                "✅ {n} entry stands in the calendar. Reminders will keep clear of its days.",
                "✅ {n} entries stand in the calendar. Reminders will keep clear of their days.",
                done.kept,
            )
        )
    if done.withdrawn:
        notices.append(
            turn.count(
                "{n} cancelled entry was taken out.",
                "{n} cancelled entries were taken out.",
                done.withdrawn,
            )
        )
    if done.older:
        notices.append(
            turn.count(
                "{n} entry stayed as it was: the file is older.",
                "{n} entries stayed as they were: the file is older.",
                done.older,
            )
        )
    nothing = turn.say("The calendar stays as it was.")
    return screen.with_notice(lines(*notices) or nothing)


FILE = Form(
    name="manners.file",
    version=1,
    title=N_("A calendar file"),
    draft=ImportDraft,
    known=(UNIT,),
    fields=(
        FILE_FIELD,
        AgreedField(name="agreed", label=N_("What was read"), reviewed=False),
    ),
    finish=_enter,
    send=N_("Enter them"),
    permit=may_keep,
    review=False,
)
