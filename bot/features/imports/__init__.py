"""Lists of people and units: brought as a file, checked, added, taken back; and how those who stand
on one come to their place."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Insight, Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.imports import forms, jobs, notices
from bot.features.imports.actions import adding, claims, slips, staging
from bot.features.imports.models import ACTS, PERSONAL_TABLES
from bot.features.imports.rights import places as place_rights
from bot.features.imports.screens import claiming as claiming_screens
from bot.features.imports.screens import lists as list_screens
from bot.features.imports.screens import places as place_screens
from bot.features.imports.screens import slips as slip_screens
from bot.features.people.actions.unit_changes import UNIT_CLOSED, UNIT_MERGED
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("imports.bring", list_screens.bring, receives=list_screens.receive),
    Route("imports.one", list_screens.one),
    Route("imports.add", list_screens.add),
    Route("imports.go_on", list_screens.go_on),
    Route("imports.drop", list_screens.drop),
    Route("imports.undo", list_screens.undo),
    Route("imports.undone", list_screens.undone),
    Route("imports.report", list_screens.report),
    Route("imports.export", list_screens.export),
    Route("imports.places", list_screens.places),
    Route("imports.waiting", place_screens.waiting),
    Route("imports.joined", place_screens.joined),
    Route("imports.slip", place_screens.slip),
    Route("imports.slip_anew", place_screens.slip_anew),
    Route("imports.print_unit", slip_screens.print_unit),
    Route("imports.print_list", slip_screens.print_list),
    Route("imports.unclaim", place_screens.unclaim),
    Route("imports.unclaimed", place_screens.unclaimed),
    Route("imports.below", place_screens.below),
    Route("imports.listed", place_screens.listed),
    Route(
        "imports.claim", claiming_screens.claim, open=True, takes_contact=claiming_screens.shared
    ),
    Route("imports.by_number", claiming_screens.by_number, open=True),
]
FORMS: list[Form[Any]] = [forms.PROVE]
COMMANDS: list[Command] = [
    Command(
        "claim",
        "imports.claim",
        N_("take the place that my school keeps for me"),
        takes_text=True,
        reads=claiming_screens.is_code,
    ),
]
MENU: list[MenuItem] = []
DOORS: Mapping[str, Sequence[Door]] = {
    "people.staff": (
        Door(N_("Not joined yet"), "imports.waiting", needs="hand_out"),
        Door(N_("Lists"), "imports.bring", needs="add_units"),
    ),
    "people.staff_figures": (Door(N_("Not joined yet"), "imports.listed"),),
    "people.unit_figures": (Door(N_("Not joined yet"), "imports.below"),),
}
LINKS: list[Link] = [Link(slips.PREFIX, "imports.claim", at_once=True)]
NOTICES: list[NoticeKind[Any]] = [
    notices.SETTLED,
    notices.CLAIMED,
    notices.UNCLAIMED,
    notices.LEFT_AT_CLOSED,
]
JOBS: list[DueJob] = [
    DueJob(staging.WORK, jobs.work, jobs.hold_list),
    DueJob(staging.FORGET_STAGED, jobs.forget_staged),
    DueJob(adding.FORGET_UNCLAIMED, jobs.forget_unclaimed),
]
EVENTS: list[Listener] = [
    Listener(UNIT_MERGED, jobs.follow_unit),
    Listener(UNIT_CLOSED, jobs.forget_waiting),
]
DERIVED: list[Derived] = []
PERSONAL = Personal(
    PERSONAL_TABLES,
    ACTS,
    [Insight(N_("The name on the list by which you joined"), place_rights.sees_listing_of)],
    erases=claims.forget_claims,
)
