"""Practices: sharing what worked in class, and finding, reading and applying it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Insight, Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.people.actions.unit_changes import UNIT_MERGED, UNIT_MOVED
from bot.features.practices import jobs, notices
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions.places import PLACES
from bot.features.practices.forms import practices as practice_forms
from bot.features.practices.models import ACTS, PERSONAL_TABLES
from bot.features.practices.rights import practices as practice_rights
from bot.features.practices.screens import lists as list_screens
from bot.features.practices.screens import practice as practice_screens
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("practices.home", list_screens.home),
    Route("practices.share", list_screens.share),
    Route("practices.new", list_screens.newest, waiting=True),
    Route("practices.ours", list_screens.ours),
    Route("practices.mine", list_screens.mine),
    Route("practices.team", list_screens.of_team),
    Route("practices.topics", list_screens.topics, waiting=True),
    Route("practices.topic", list_screens.topic, waiting=True),
    Route("practices.open", practice_screens.show_practice, waiting=True),
    Route("practices.piece", practice_screens.show_piece, waiting=True),
    Route("practices.apply", practice_screens.apply),
    Route("practices.thank", practice_screens.thank),
    Route("practices.edit", practice_screens.edit),
    Route("practices.hide", practice_screens.hide),
    Route("practices.draw", practice_screens.withdraw),
    Route("practices.again", practice_screens.share_again),
    Route("practices.reveal", practice_screens.reveal),
]
FORMS: list[Form[Any]] = [
    practice_forms.SHARE,
    practice_forms.EDIT,
    practice_forms.HIDE,
]
COMMANDS: list[Command] = [
    Command("practices", "practices.home", N_("what worked in your colleagues' classes")),
    Command("share", "practices.share", N_("share a practice of yours")),
]
MENU: list[MenuItem] = [
    MenuItem(N_("💡 Practices"), "practices.home"),
]
DOORS: Mapping[str, Sequence[Door]] = {
    "teams.page": [Door(N_("Practices"), "practices.team")],
    "people.standing": [Door(N_("What others shared"), "practices.new")],
}
LINKS: list[Link] = []
NOTICES: list[NoticeKind[Any]] = [
    notices.SHARED,
    notices.APPLIED,
    notices.THANKED,
    notices.HIDDEN,
    notices.REVEALED,
    notices.IMPROVED,
]
JOBS: list[DueJob] = []
EVENTS: list[Listener] = [
    Listener(UNIT_MOVED, jobs.follow_unit),
    Listener(UNIT_MERGED, jobs.follow_unit),
]
DERIVED: list[Derived] = [PLACES]
PERSONAL = Personal(
    PERSONAL_TABLES,
    ACTS,
    [Insight(N_("Practices that you share"), practice_rights.sees_practices_of)],
    tells=practice_screens.tell_erasure,
    erases=practice_actions.forget_author,
)
