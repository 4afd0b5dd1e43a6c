"""Why a date was not settled, in the person's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.arabic.dates.model import Doubt, DoubtReason
from bot.core.i18n import N_, Phrase, Voice
from bot.core.text import isolate_ltr

TEXTS: dict[DoubtReason, str] = {
    DoubtReason.NOTHING: N_("There is no date or time in this text."),
    DoubtReason.UNREAD: N_("These words were not understood: {words}."),
    DoubtReason.TURNED: N_("These words may change what is meant: {words}."),
    DoubtReason.HALF_DAY: N_("{text} may be in the morning or in the evening."),
    DoubtReason.PART_CONFLICT: N_("The hour does not go with the part of the day."),
    DoubtReason.NO_HOUR: N_("The hour is missing."),
    DoubtReason.NO_DAY: N_("The day is missing."),
    DoubtReason.MIDNIGHT: N_("Midnight may mean the start of the day or its end."),
    DoubtReason.NIGHT_BEFORE: N_("The night of a day may mean the evening before it, or its own."),
    DoubtReason.WEEKDAY_MISMATCH: N_("The weekday does not match the date, which is {date}."),
    DoubtReason.DATES_DIFFER: N_("The dates do not agree."),
    DoubtReason.NO_SUCH_DATE: N_("There is no such date: {text}."),
    DoubtReason.NO_SUCH_HOUR: N_("There is no such hour: {text}."),
    DoubtReason.PAST: N_("This time has passed already."),
    DoubtReason.TODAY_OR_NEXT: N_("This may mean today, or the same day next week."),
    DoubtReason.DATE_OR_HOURS: N_("{text} may be a date or a time."),
    DoubtReason.DAY_OR_HOUR: N_("The number {text} may be a day of the month or an hour."),
    DoubtReason.ALTERNATIVES: N_("This can be read in more than one way."),
    DoubtReason.SEVERAL_DAYS: N_("More than one day is named."),
    DoubtReason.SEVERAL_TIMES: N_("More than one time is named."),
    DoubtReason.VAGUE: N_("The time is not exact."),
    DoubtReason.DEADLINE: N_("An end is named without a start."),
    DoubtReason.MOVED: N_("This tells of a move, and the new time is not certain."),
    DoubtReason.PERIOD: N_("This is a whole period, and its day is not named."),
    DoubtReason.RANGE_BACKWARDS: N_("The end does not come after the start."),
    DoubtReason.RECURRENCE_DAYS: N_("The days of the repetition are not named."),
    DoubtReason.RECURRENCE_UNSUPPORTED: N_("This kind of repetition is not supported."),
    DoubtReason.PRAYER_OR_HOUR: N_("This may mean the prayer, or that part of the day."),
    DoubtReason.CALENDAR: N_("{text} may be a Hijri or a Gregorian date."),
    DoubtReason.FEAST: N_("This day follows the sighting of the moon, and may move by a day."),
    DoubtReason.HIJRI_RECURRENCE: N_(
        "Repetition by Hijri months is not possible, only its next time."
    ),
}


def reason_text(question: Doubt, voice: Voice) -> Phrase:
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
