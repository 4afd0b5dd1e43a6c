"""Notification settings: when each person may be written to."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.notification_settings import actions, screens
from bot.features.notification_settings.models import ACTS, PERSONAL_TABLES
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("manners.mine", screens.mine),
    Route("manners.from", screens.choose_start),
    Route("manners.until", screens.choose_end),
    Route("manners.quiet", screens.set_hours),
    Route("manners.loud", screens.drop_hours),
    Route("manners.pauses", screens.choose_pause),
    Route("manners.pause", screens.set_pause),
    Route("manners.rest", screens.change_rest),
    Route("manners.cards", screens.choose_card),
    Route("manners.card", screens.set_card),
]
FORMS: list[Form[Any]] = []
COMMANDS: list[Command] = [
    Command("quiet", "manners.mine", N_("when I may write to you")),
]
MENU: list[MenuItem] = []
DOORS: Mapping[str, Sequence[Door]] = {
    "people.settings": [Door(N_("Quiet hours and reminders"), "manners.mine")],
}
LINKS: list[Link] = []
NOTICES: list[NoticeKind[Any]] = []
JOBS: list[DueJob] = []
EVENTS: list[Listener] = []
DERIVED: list[Derived] = []
PERSONAL = Personal(PERSONAL_TABLES, ACTS, erases=actions.forget_settings)
