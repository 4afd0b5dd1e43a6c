"""Calendars of units: the holidays and examinations on which they do not work as usual."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.calendars import screens
from bot.features.calendars.forms import days as day_forms
from bot.features.calendars.forms import file as file_forms
from bot.features.calendars.models import ACTS, PERSONAL_TABLES
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("manners.days", screens.own_days),
    Route("manners.unit", screens.unit_days),
    Route("manners.add", screens.add),
    Route("manners.file", screens.add_file),
    Route("manners.drop", screens.drop),
    Route("manners.dropped", screens.dropped),
]
FORMS: list[Form[Any]] = [
    day_forms.ADD,
    file_forms.FILE,
]
COMMANDS: list[Command] = []
MENU: list[MenuItem] = []
DOORS: Mapping[str, Sequence[Door]] = {
    "people.staff": [Door(N_("Holidays and examinations"), "manners.unit")],
}
LINKS: list[Link] = []
NOTICES: list[NoticeKind[Any]] = []
JOBS: list[DueJob] = []
EVENTS: list[Listener] = []
DERIVED: list[Derived] = []
PERSONAL = Personal(PERSONAL_TABLES, ACTS)
