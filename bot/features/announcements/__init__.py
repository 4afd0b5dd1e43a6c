"""Announcements: a supervisor speaks to an audience within their reach, and sees who has read."""

from bot.chat.form import Form
from bot.chat.router import Command, Door, MenuItem, Route
from bot.core.i18n import N_
from bot.features.announcements import confirming, forms, jobs, parting, screens
from bot.features.announcements.actions import SEND_JOB, WATCH_JOB
from bot.scheduling.ticker import JobFunction

SCREENS: list[Route] = [
    Route("announce.inbox", screens.inbox),
    Route("announce.page", screens.page),
    Route("announce.ack", screens.acknowledge),
    Route("announce.file", screens.open_file),
    Route("announce.new", screens.write),
    Route("announce.mine", screens.mine),
    Route("announce.preview", screens.preview),
    Route("announce.send", confirming.send),
    Route("announce.sent", confirming.sent),
    Route("announce.later", screens.later),
    Route("announce.report", screens.report),
    Route("announce.stop", confirming.stop),
    Route("announce.stopped", confirming.stopped),
    Route("announce.again", confirming.again),
    Route("announce.resent", confirming.resent),
    Route("announce.silent", screens.silent),
    Route("announce.farewell", parting.farewell),
]
FORMS: list[Form] = [forms.WRITE, forms.LATER]
COMMANDS: list[Command] = [Command("announcements", "announce.inbox", N_("announcements to you"))]
MENU: list[MenuItem] = [MenuItem(N_("📣 Announcements"), "announce.inbox")]
DOORS: dict[str, list[Door]] = {"people.delete": [Door("", "announce.farewell")]}
JOBS: dict[str, JobFunction] = {SEND_JOB: jobs.send_piece, WATCH_JOB: jobs.watch}
