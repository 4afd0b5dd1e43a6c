"""Why a date was not settled, in the person's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.arabic.dates.model import Question, Reason
from bot.core.i18n import N_, Phrase, Voice
from bot.core.text import isolate_ltr

TEXTS: dict[Reason, str] = {
    Reason.NOTHING: N_("There is no date or time in this text."),
    Reason.UNREAD: N_("These words were not understood: {words}."),
    Reason.HALF_DAY: N_("{text} may be in the morning or in the evening."),
    Reason.PART_CONFLICT: N_("The hour does not go with the part of the day."),
    Reason.NO_HOUR: N_("The hour is missing."),
    Reason.NO_DAY: N_("The day is missing."),
    Reason.MIDNIGHT: N_("Midnight may mean the start of the day or its end."),
    Reason.NIGHT_BEFORE: N_("The night of a day may mean the evening before it, or its own."),
    Reason.WEEKDAY_MISMATCH: N_("The weekday does not match the date, which is {date}."),
    Reason.DATES_DIFFER: N_("The dates do not agree."),
    Reason.NO_SUCH_DATE: N_("There is no such date: {text}."),
    Reason.NO_SUCH_HOUR: N_("There is no such hour: {text}."),
    Reason.PAST: N_("This time has passed already."),
    Reason.TODAY_OR_NEXT: N_("This may mean today, or the same day next week."),
    Reason.DATE_OR_HOURS: N_("{text} may be a date or a time."),
    Reason.DAY_OR_HOUR: N_("The number {text} may be a day of the month or an hour."),
    Reason.ALTERNATIVES: N_("This can be read in more than one way."),
    Reason.SEVERAL_DAYS: N_("More than one day is named."),
    Reason.SEVERAL_TIMES: N_("More than one time is named."),
    Reason.VAGUE: N_("The time is not exact."),
    Reason.DEADLINE: N_("An end is named without a start."),
    Reason.MOVED: N_("This tells of a move, and the new time is not certain."),
    Reason.PERIOD: N_("This is a whole period, and its day is not named."),
    Reason.RANGE_BACKWARDS: N_("The end does not come after the start."),
    Reason.RECURRENCE_DAYS: N_("The days of the repetition are not named."),
    Reason.RECURRENCE_UNSUPPORTED: N_("This kind of repetition is not supported."),
    Reason.PRAYER_OR_HOUR: N_("This may mean the prayer, or that part of the day."),
    Reason.CALENDAR: N_("{text} may be a Hijri or a Gregorian date."),
    Reason.FEAST: N_("This day follows the sighting of the moon, and may move by a day."),
    Reason.HIJRI_RECURRENCE: N_("Repetition by Hijri months is not possible, only its next time."),
}


def reason_text(question: Question, voice: Voice) -> Phrase:
    """One sentence that says why the text became a question."""
    values = question.values
    said: dict[str, Any] = {}
    if "words" in values:
        said["words"] = values["words"]
    if "text" in values:
        said["text"] = Phrase(isolate_ltr(voice.digits(values["text"])))
    if "date" in values:
        said["date"] = voice.date(date.fromisoformat(values["date"]), hijri=False)
    return voice.text(TEXTS[question.reason], **said)
