"""People: registration, units, roles, invitations, settings, and the deletion of one's data."""

from collections.abc import Mapping, Sequence

from bot.chat.form import Form
from bot.chat.router import Command, Door, MenuItem, Route
from bot.core.i18n import N_
from bot.features.people import floods, forms, jobs, renewal, screens, staff
from bot.scheduling.ticker import JobFunction

SCREENS: list[Route] = [
    Route("start", screens.start, open=True),
    Route("people.join", screens.join, open=True),
    Route("people.accept", screens.accept),
    Route("people.me", screens.me),
    Route("people.settings", screens.settings),
    Route("people.edit", screens.edit),
    Route("people.language", screens.language, open=True),
    Route("people.speak", screens.speak, open=True),
    Route("people.privacy", screens.privacy, open=True),
    Route("people.agree", renewal.agree),
    Route("people.later", renewal.later),
    Route("people.delete", screens.delete_data),
    Route("people.deleted", screens.deleted),
    Route("people.invite", staff.invite),
    Route("people.invites", staff.invites),
    Route("people.withdraw", staff.withdraw),
    Route("people.withdrawn", staff.withdrawn),
    Route("people.reach", staff.reach),
    Route("people.staff", staff.staff),
    Route("people.units", staff.units),
    Route("people.one", staff.one),
    Route("people.appoint", staff.appoint),
    Route("people.given", staff.given),
    Route("people.dismiss", staff.dismiss),
    Route("people.ended", staff.ended),
]
FORMS: list[Form] = [forms.REGISTER, forms.INVITE, *forms.CHANGES]
COMMANDS: list[Command] = [
    Command("start", "start", N_("begin, or open a link"), takes_text=True),
    Command("profile", "people.me", N_("my profile and settings")),
    Command("language", "people.language", N_("speak another language")),
    Command("privacy", "people.privacy", N_("how your data is treated")),
]
MENU: list[MenuItem] = [MenuItem(N_("👤 My profile"), "people.me")]
DOORS: Mapping[str, Sequence[Door]] = {}
JOBS: dict[str, JobFunction] = {
    jobs.INDEX_ANEW: jobs.index_anew,
    floods.TELL: floods.tell,
}
