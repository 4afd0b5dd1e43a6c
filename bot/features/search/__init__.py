"""Searching by words, across everything that can be found."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.search import forms
from bot.features.search.screens import others as other_screens
from bot.features.search.screens import practices as practice_screens
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("teams.search", other_screens.search, takes_words=True),
    Route("teams.found", other_screens.teams_found),
    Route("teams.schools", other_screens.schools_found),
    Route("teams.colleague", other_screens.colleague, takes_words=True),
    Route("teams.colleagues", other_screens.colleagues_found),
    Route("practices.search", practice_screens.search, takes_words=True),
    Route("practices.found", practice_screens.found),
]
FORMS: list[Form[Any]] = [
    forms.TEAM,
    forms.COLLEAGUE,
    forms.SEARCH,
]
COMMANDS: list[Command] = [
    Command(
        "search",
        "practices.search",
        N_("search practices, teams, schools and colleagues"),
        takes_text=True,
        searches=True,
    ),
]
MENU: list[MenuItem] = [
    MenuItem(N_("🔎 Search"), "practices.search"),
]
DOORS: Mapping[str, Sequence[Door]] = {
    "people.staff": [Door(N_("🔎 Search for a colleague"), "teams.colleague")],
}
LINKS: list[Link] = []
NOTICES: list[NoticeKind[Any]] = []
JOBS: list[DueJob] = []
EVENTS: list[Listener] = []
DERIVED: list[Derived] = []
PERSONAL = Personal()
