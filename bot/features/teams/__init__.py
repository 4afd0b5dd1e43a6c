"""Teams: founding, finding, joining, leading and leaving them."""

from collections.abc import Mapping, Sequence

from bot.chat.form import Form
from bot.chat.router import Command, Door, MenuItem, Route
from bot.core.i18n import N_
from bot.features.teams import forms, leading, overseeing, screens, searching
from bot.scheduling.ticker import JobFunction

SCREENS: list[Route] = [
    Route("teams.mine", screens.mine),
    Route("teams.create", screens.create),
    Route("teams.find", screens.find),
    Route("teams.page", screens.team_page),
    Route("teams.ask", screens.ask),
    Route("teams.unask", screens.withdraw_request),
    Route("teams.link", screens.open_link),
    Route("teams.enter", screens.enter),
    Route("teams.leave", screens.leave),
    Route("teams.left", screens.left),
    Route("teams.farewell", screens.farewell),
    Route("teams.lead", leading.lead_page),
    Route("teams.edit", leading.edit),
    Route("teams.invite", leading.invite),
    Route("teams.renew", leading.renew),
    Route("teams.renewed", leading.renewed),
    Route("teams.requests", leading.requests),
    Route("teams.accept", leading.accept),
    Route("teams.decline", leading.decline),
    Route("teams.members", leading.members),
    Route("teams.member", leading.member),
    Route("teams.card", leading.card),
    Route("teams.hand", leading.hand),
    Route("teams.handed", leading.handed),
    Route("teams.remove", leading.remove),
    Route("teams.removed", leading.removed),
    Route("teams.close", leading.close),
    Route("teams.closed", leading.closed),
    Route("teams.past", screens.past),
    Route("teams.leads", overseeing.choose),
    Route("teams.appoint", overseeing.appoint),
    Route("teams.appointed", overseeing.appointed),
    *searching.SCREENS,
]
FORMS: list[Form] = [
    forms.CREATE,
    forms.EDIT,
    forms.ASK,
    forms.DECLINE,
    forms.CARD,
    searching.SEARCH,
    searching.COLLEAGUE,
]
COMMANDS: list[Command] = [Command("teams", "teams.mine", N_("my teams"))]
MENU: list[MenuItem] = [MenuItem(N_("👥 My teams"), "teams.mine")]
DOORS: Mapping[str, Sequence[Door]] = {
    "start": [Door("t", "teams.link")],
    "people.delete": [Door("", "teams.farewell")],
    "people.staff": [Door(N_("🔎 Search for a colleague"), "teams.colleague")],
}
JOBS: dict[str, JobFunction] = {}
