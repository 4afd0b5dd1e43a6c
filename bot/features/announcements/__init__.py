"""Announcements: a supervisor speaks to an audience within their reach, and sees who has read."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Insight, Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.announcements import jobs, notices, rights
from bot.features.announcements.actions import erasure as erasure_actions
from bot.features.announcements.actions import files as file_actions
from bot.features.announcements.actions.announcements import SEND_JOB, WATCH_JOB
from bot.features.announcements.actions.files import WITHOUT_FILE_JOB
from bot.features.announcements.actions.reading_counts import READING_COUNTS
from bot.features.announcements.forms import announcements as forms
from bot.features.announcements.models import ACTS, PERSONAL_TABLES
from bot.features.announcements.screens import announcements as announcement_screens
from bot.features.announcements.screens import confirming as confirming_screens
from bot.features.announcements.screens import oversight as oversight_screens
from bot.features.announcements.screens import previewing as previewing_screens
from bot.features.people.actions.files import FILE_CHANGED
from bot.features.people.actions.unit_changes import UNIT_MERGED
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("announce.inbox", announcement_screens.inbox),
    Route("announce.page", announcement_screens.page),
    Route("announce.ack", announcement_screens.acknowledge),
    Route("announce.file", announcement_screens.open_file),
    Route("announce.new", announcement_screens.write),
    Route("announce.mine", announcement_screens.mine),
    Route("announce.preview", previewing_screens.preview),
    Route("announce.edit", announcement_screens.edit),
    Route("announce.wider", previewing_screens.widen),
    Route("announce.send", confirming_screens.send),
    Route("announce.sent", confirming_screens.sent),
    Route("announce.later", previewing_screens.later),
    Route("announce.report", announcement_screens.report),
    Route("announce.stop", confirming_screens.stop),
    Route("announce.stopped", confirming_screens.stopped),
    Route("announce.again", confirming_screens.again),
    Route("announce.resent", confirming_screens.resent),
    Route("announce.silent", announcement_screens.silent),
    Route("announce.below", oversight_screens.below),
    Route("announce.letgo", oversight_screens.let_on),
    Route("announce.wenton", oversight_screens.went_on),
]
FORMS: list[Form[Any]] = [forms.WRITE, forms.EDIT, forms.LATER]
COMMANDS: list[Command] = [Command("announcements", "announce.inbox", N_("announcements to you"))]
MENU: list[MenuItem] = [MenuItem(N_("📣 Announcements"), "announce.inbox")]
DOORS: Mapping[str, Sequence[Door]] = {}
LINKS: list[Link] = []
NOTICES: list[NoticeKind[Any]] = [
    notices.ANNOUNCED,
    notices.PROGRESS,
    notices.OUT_OF_REACH,
    notices.STOPPED_ABOVE,
    notices.BROKEN_OFF,
    notices.BROKEN_OFF_BELOW,
    notices.GOES_ON,
    notices.SAID_ANEW,
]
JOBS: list[DueJob] = [
    DueJob(SEND_JOB, jobs.send_piece, jobs.hold_announcement),
    DueJob(WATCH_JOB, jobs.watch, jobs.hold_announcement),
    DueJob(WITHOUT_FILE_JOB, file_actions.take_file_out),
]
EVENTS: list[Listener] = [
    Listener(UNIT_MERGED, jobs.follow_unit),
    Listener(FILE_CHANGED, file_actions.say_file_anew),
]
DERIVED: list[Derived] = [READING_COUNTS]
PERSONAL = Personal(
    PERSONAL_TABLES,
    ACTS,
    [Insight(N_("Whether you confirm what they announce"), rights.sees_reading_of)],
    erases=erasure_actions.forget_person,
    tells=announcement_screens.tell_erasure,
)
