"""Meetings: calling, moving and cancelling them, answers, and reminders."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Insight, Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.calendars.actions import QUIET_TIMES_CHANGED
from bot.features.communities.actions.closing import TEAM_ENDED
from bot.features.communities.actions.membership import MEMBER_JOINED
from bot.features.communities.rights.teams import TeamAbility
from bot.features.meetings import jobs
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.actions.counting import COUNT_JOB
from bot.features.meetings.actions.digest import DIGEST_JOB, EVERY_DAY
from bot.features.meetings.actions.reminder_plan import LOOK_AHEAD_JOB, REMIND_JOB
from bot.features.meetings.forms import meetings as meeting_forms
from bot.features.meetings.models import ACTS, PERSONAL_TABLES
from bot.features.meetings.notices import meetings as meeting_notices
from bot.features.meetings.notices import reminders as reminder_notices
from bot.features.meetings.rights import teams as team_rights
from bot.features.meetings.screens import calling as calling_screens
from bot.features.meetings.screens import meetings as meeting_screens
from bot.features.meetings.screens import reminder_reason as reminder_reason_screens
from bot.features.people.actions.placements import PERSON_MOVED
from bot.features.people.actions.unit_changes import UNIT_MOVED, UNIT_PLACED
from bot.scheduling.events import DueJob, Listener
from bot.scheduling.ticker import Together
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("meetings.mine", meeting_screens.mine),
    Route("meetings.past", meeting_screens.past),
    Route("meetings.team", meeting_screens.of_team),
    Route("meetings.teampast", meeting_screens.past_of_team),
    Route("meetings.page", meeting_screens.page),
    Route("meetings.answers", meeting_screens.answers),
    Route("meetings.count", meeting_screens.count),
    Route("meetings.rsvp", meeting_screens.rsvp),
    Route("meetings.why", meeting_screens.why, takes_words=True),
    Route("meetings.start", calling_screens.start),
    Route("meetings.new", calling_screens.new),
    Route("meetings.line", calling_screens.line, offers=calling_screens.offer_line),
    Route("meetings.linefor", calling_screens.line_for),
    Route("meetings.move", meeting_screens.move),
    Route("meetings.place", meeting_screens.place),
    Route("meetings.cancel", meeting_screens.cancel),
    Route("meetings.whynow", reminder_reason_screens.reminded),
    Route("meetings.whycard", reminder_reason_screens.gathered),
]
FORMS: list[Form[Any]] = [
    meeting_forms.NEW,
    meeting_forms.MOVE,
    meeting_forms.CANCEL,
    meeting_forms.RELOCATE,
    meeting_forms.APOLOGY,
]
COMMANDS: list[Command] = [Command("meetings", "meetings.mine", N_("my meetings and invitations"))]
MENU: list[MenuItem] = [MenuItem(N_("📅 My meetings"), "meetings.mine")]
DOORS: Mapping[str, Sequence[Door]] = {
    "teams.page": (
        Door(N_("Meetings"), "meetings.team"),
        Door(N_("Schedule a meeting"), "meetings.new", needs=TeamAbility.LEAD),
    ),
}
LINKS: list[Link] = []
NOTICES: list[NoticeKind[Any]] = [
    meeting_notices.INVITATION,
    meeting_notices.MOVED,
    meeting_notices.RELOCATED,
    meeting_notices.CANCELLED,
    meeting_notices.CALLED_OFF,
    meeting_notices.APOLOGY,
    meeting_notices.COUNTED,
    reminder_notices.REMINDER,
    reminder_notices.DIGEST,
]
JOBS: list[DueJob] = [
    DueJob(REMIND_JOB, Together(jobs.remind_of_meetings, most=jobs.AT_ONCE), jobs.hold_meeting),
    DueJob(COUNT_JOB, jobs.count_answers, jobs.hold_count),
    DueJob(LOOK_AHEAD_JOB, Together(jobs.look_ahead, most=jobs.AT_ONCE), jobs.hold_meeting),
    DueJob(DIGEST_JOB, Together(jobs.send_digests, again=EVERY_DAY)),
]
EVENTS: list[Listener] = [
    Listener(QUIET_TIMES_CHANGED, jobs.heed_settings),
    Listener(PERSON_MOVED, jobs.heed_settings),
    Listener(UNIT_MOVED, jobs.heed_settings),
    Listener(UNIT_PLACED, jobs.heed_settings),
    Listener(MEMBER_JOINED, jobs.invite_newcomers),
    Listener(TEAM_ENDED, jobs.call_off),
]
DERIVED: list[Derived] = []
PERSONAL = Personal(
    PERSONAL_TABLES,
    ACTS,
    [Insight(N_("What you answer to invitations, and why"), team_rights.sees_answers_of)],
    tells=meeting_screens.tell_erasure,
    erases=meeting_actions.forget_person,
)
