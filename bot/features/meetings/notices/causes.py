"""The quiet times by their names, as they stand inside a sentence."""

from bot.core.i18n import N_
from bot.scheduling.quiet import Cause

CAUSES: dict[Cause, str] = {
    Cause.HOLIDAY: N_("a holiday of your unit"),
    Cause.EXAMS: N_("the examinations of your unit"),
    Cause.WEEKEND: N_("the weekend"),
    Cause.FRIDAY: N_("the Friday prayer"),
    Cause.IFTAR: N_("the time of iftar"),
    Cause.PRAYER: N_("a time of prayer"),
    Cause.NIGHT: N_("your quiet hours"),
}
