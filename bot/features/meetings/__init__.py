"""Meetings: calling, moving and cancelling them, answers, and reminders."""

from collections.abc import Mapping, Sequence

from bot.chat.form import Form
from bot.chat.router import Command, Door, MenuItem, Route
from bot.core.i18n import N_
from bot.features.manners.actions import CHANGED_JOB
from bot.features.meetings import forms, jobs, screens, why
from bot.features.meetings.mornings import CARD, EVERY_DAY
from bot.features.meetings.nudges import LOOK_AHEAD, NUDGE
from bot.features.people.actions import MOVED_JOB
from bot.scheduling.ticker import Job, Together

SCREENS: list[Route] = [
    Route("meetings.mine", screens.mine),
    Route("meetings.past", screens.past),
    Route("meetings.team", screens.of_team),
    Route("meetings.teampast", screens.past_of_team),
    Route("meetings.page", screens.page),
    Route("meetings.answers", screens.answers),
    Route("meetings.rsvp", screens.rsvp),
    Route("meetings.why", screens.why),
    Route("meetings.start", screens.start),
    Route("meetings.new", screens.new),
    Route("meetings.move", screens.move),
    Route("meetings.place", screens.place),
    Route("meetings.cancel", screens.cancel),
    Route("meetings.farewell", screens.farewell),
    Route("meetings.whynow", why.reminded),
    Route("meetings.whycard", why.gathered),
]
FORMS: list[Form] = [forms.NEW, forms.MOVE, forms.CANCEL, forms.RELOCATE, forms.APOLOGY]
COMMANDS: list[Command] = [Command("meetings", "meetings.mine", N_("my meetings and invitations"))]
MENU: list[MenuItem] = [MenuItem(N_("📅 My meetings"), "meetings.mine")]
DOORS: Mapping[str, Sequence[Door]] = {
    "teams.page": (
        Door(N_("Meetings"), "meetings.team"),
        Door(N_("Schedule a meeting"), "meetings.new", lead_only=True),
    ),
    "people.delete": (Door("", "meetings.farewell"),),
}
JOBS: dict[str, Job] = {
    NUDGE: Together(jobs.nudge, most=jobs.AT_ONCE),
    LOOK_AHEAD: Together(jobs.look_ahead, most=jobs.AT_ONCE),
    CARD: Together(jobs.send_cards, again=EVERY_DAY),
    CHANGED_JOB: jobs.heed_manners,
    MOVED_JOB: jobs.heed_manners,
    jobs.NEWCOMERS: jobs.invite_newcomers,
    jobs.ENDED: jobs.call_off,
}
