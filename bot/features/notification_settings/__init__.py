"""Good manners: when each person may be written to, and the holidays and examinations of units."""

from collections.abc import Mapping, Sequence

from bot.chat.forms.form import Form
from bot.chat.router import Command, Door, MenuItem, Route
from bot.core.i18n import N_
from bot.features.notification_settings import screens
from bot.features.notification_settings.forms import days as day_forms
from bot.features.notification_settings.forms import file as file_forms
from bot.scheduling.ticker import JobFunction

SCREENS: list[Route] = [
    Route("manners.mine", screens.mine),
    Route("manners.from", screens.choose_start),
    Route("manners.until", screens.choose_end),
    Route("manners.quiet", screens.set_hours),
    Route("manners.loud", screens.drop_hours),
    Route("manners.pauses", screens.choose_pause),
    Route("manners.pause", screens.set_pause),
    Route("manners.cards", screens.choose_card),
    Route("manners.card", screens.set_card),
    Route("manners.days", screens.own_days),
    Route("manners.unit", screens.unit_days),
    Route("manners.add", screens.add),
    Route("manners.file", screens.add_file),
    Route("manners.drop", screens.drop),
    Route("manners.dropped", screens.dropped),
    Route("manners.farewell", screens.farewell),
]
FORMS: list[Form] = [day_forms.ADD, file_forms.FILE]
COMMANDS: list[Command] = [Command("quiet", "manners.mine", N_("when I may write to you"))]
MENU: list[MenuItem] = []
DOORS: Mapping[str, Sequence[Door]] = {
    "people.settings": [Door(N_("Quiet hours and reminders"), "manners.mine")],
    "people.staff": [Door(N_("Holidays and examinations"), "manners.unit")],
    "people.delete": [Door("", "manners.farewell")],
}
JOBS: dict[str, JobFunction] = {}
