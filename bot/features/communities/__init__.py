"""Teams: founding, finding, joining, leading and leaving them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Insight, Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.communities import jobs, notices
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.forms import membership as membership_forms
from bot.features.communities.forms import team as team_forms
from bot.features.communities.models import ACTS, PERSONAL_TABLES
from bot.features.communities.rights import units as unit_rights
from bot.features.communities.screens import lead as lead_screens
from bot.features.communities.screens import oversight as oversight_screens
from bot.features.communities.screens import team as team_screens
from bot.features.people.actions.placements import STANDING_CHANGED
from bot.features.people.actions.unit_changes import UNIT_MERGED, UNIT_MOVED
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("teams.mine", team_screens.mine),
    Route("teams.create", team_screens.create),
    Route("teams.find", team_screens.find),
    Route("teams.welcome", team_screens.welcome),
    Route("teams.page", team_screens.team_page),
    Route("teams.ask", team_screens.ask),
    Route("teams.unask", team_screens.withdraw_request),
    Route("teams.link", team_screens.open_link),
    Route("teams.enter", team_screens.enter),
    Route("teams.leave", team_screens.leave),
    Route("teams.left", team_screens.left),
    Route("teams.lead", lead_screens.lead_page),
    Route("teams.edit", lead_screens.edit),
    Route("teams.invite", lead_screens.invite),
    Route("teams.renew", lead_screens.renew),
    Route("teams.renewed", lead_screens.renewed),
    Route("teams.requests", lead_screens.requests),
    Route("teams.request", lead_screens.request),
    Route("teams.accept", lead_screens.accept),
    Route("teams.decline", lead_screens.decline),
    Route("teams.members", lead_screens.members),
    Route("teams.member", lead_screens.member),
    Route("teams.card", lead_screens.card),
    Route("teams.hand", lead_screens.hand),
    Route("teams.handed", lead_screens.handed),
    Route("teams.remove", lead_screens.remove),
    Route("teams.removed", lead_screens.removed),
    Route("teams.close", lead_screens.close),
    Route("teams.closed", lead_screens.closed),
    Route("teams.past", team_screens.past),
    Route("teams.leads", oversight_screens.choose),
    Route("teams.appoint", oversight_screens.appoint),
    Route("teams.appointed", oversight_screens.appointed),
    Route("teams.at", team_screens.teams_at),
    Route("teams.below", oversight_screens.below),
]
FORMS: list[Form[Any]] = [
    team_forms.CREATE,
    team_forms.EDIT,
    membership_forms.ASK,
    membership_forms.DECLINE,
    membership_forms.CARD,
]
COMMANDS: list[Command] = [
    Command("teams", "teams.mine", N_("my teams")),
]
MENU: list[MenuItem] = [
    MenuItem(N_("👥 My teams"), "teams.mine"),
]
DOORS: Mapping[str, Sequence[Door]] = {
    "people.welcome": [Door(N_("Teams near you"), "teams.welcome")],
    "people.unit_figures": [Door(N_("Teams"), "teams.below")],
}
LINKS: list[Link] = [Link("t", "teams.link")]
NOTICES: list[NoticeKind[Any]] = [
    notices.ASKED,
    notices.ACCEPTED,
    notices.DECLINED,
    notices.JOINED,
    notices.LEFT,
    notices.REMOVED,
    notices.HANDED_OVER,
    notices.APPOINTED,
    notices.LEAD_GONE,
    notices.ROLE_CARD,
    notices.EDITED,
    notices.CLOSED,
    notices.UNANSWERED,
    notices.UNHEARD,
]
JOBS: list[DueJob] = [DueJob(membership_actions.UNHEARD_JOB, jobs.look_after_request)]
EVENTS: list[Listener] = [
    Listener(UNIT_MOVED, jobs.follow_unit),
    Listener(UNIT_MERGED, jobs.follow_unit),
    Listener(STANDING_CHANGED, jobs.follow_standing),
]
DERIVED: list[Derived] = []
PERSONAL = Personal(
    PERSONAL_TABLES,
    ACTS,
    [Insight(N_("Which teams there are at your unit"), unit_rights.sees_teams_of)],
    tells=team_screens.tell_erasure,
    erases=membership_actions.leave_every_team,
)
