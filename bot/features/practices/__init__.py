"""Practices: sharing what worked in class, and finding, reading and applying it."""

from collections.abc import Mapping, Sequence

from bot.chat.router import Command, Door, MenuItem
from bot.core.i18n import N_
from bot.features.practices.forms import FORMS
from bot.features.practices.screens.practice import SCREENS
from bot.scheduling.ticker import JobFunction

__all__ = ["COMMANDS", "DOORS", "FORMS", "JOBS", "MENU", "SCREENS"]

COMMANDS: list[Command] = [
    Command("practices", "practices.home", N_("what worked in your colleagues' classes")),
    Command("share", "practices.share", N_("share a practice of yours")),
    Command(
        "search", "practices.search", N_("search practices, teams, schools and colleagues"), True
    ),
]
MENU: list[MenuItem] = [
    MenuItem(N_("💡 Practices"), "practices.home"),
    MenuItem(N_("🔎 Search"), "practices.search"),
]
DOORS: Mapping[str, Sequence[Door]] = {
    "teams.page": [Door(N_("Practices"), "practices.team")],
    "people.delete": [Door("", "practices.farewell")],
}
JOBS: dict[str, JobFunction] = {}
