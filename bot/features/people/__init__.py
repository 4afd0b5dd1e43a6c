"""People: registration, units, roles, invitations, settings, and the deletion of one's data."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.forms.form import Form
from bot.chat.personal import Insight, Personal
from bot.chat.router import MenuItem
from bot.chat.routes import Command, Door, Link, Route
from bot.core.i18n import N_
from bot.delivery.notice import NoticeKind
from bot.features.people import jobs
from bot.features.people.actions import files as file_actions
from bot.features.people.actions import floods as flood_actions
from bot.features.people.actions import pictures as picture_actions
from bot.features.people.actions import placements as placement_actions
from bot.features.people.actions import search as search_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.actions import terms as term_actions
from bot.features.people.actions import unit_changes as unit_change_actions
from bot.features.people.actions import unit_requests as unit_request_actions
from bot.features.people.actions import waiting, wanted_units
from bot.features.people.actions.headcounts import HEADCOUNTS
from bot.features.people.forms import admission as admission_forms
from bot.features.people.forms import first_unit as first_unit_forms
from bot.features.people.forms import invitation as invitation_forms
from bot.features.people.forms import profile as profile_forms
from bot.features.people.forms import registration as registration_forms
from bot.features.people.forms import roles as role_forms
from bot.features.people.forms import unit_places as place_forms
from bot.features.people.forms import units as unit_forms
from bot.features.people.forms import wanted as wanted_forms
from bot.features.people.models.personal import PERSONAL_TABLES
from bot.features.people.notices import admission as admission_notices
from bot.features.people.notices import files as file_notices
from bot.features.people.notices import people as notices
from bot.features.people.notices import terms as term_notices
from bot.features.people.notices import units as unit_notices
from bot.features.people.notices import wanted as wanted_notices
from bot.features.people.queries import audit as audit_queries
from bot.features.people.queries import personal as personal_queries
from bot.features.people.rights import sights as sight_rights
from bot.features.people.rights import unit_requests as request_rights
from bot.features.people.screens import addresses as address_screens
from bot.features.people.screens import admission as admission_screens
from bot.features.people.screens import audit as audit_screens
from bot.features.people.screens import consent as consent_screens
from bot.features.people.screens import data as data_screens
from bot.features.people.screens import erasure as erasure_screens
from bot.features.people.screens import export as export_screens
from bot.features.people.screens import files as file_screens
from bot.features.people.screens import invitations as invitation_screens
from bot.features.people.screens import own_places as place_screens
from bot.features.people.screens import pictures as picture_screens
from bot.features.people.screens import profile as profile_screens
from bot.features.people.screens import roles as role_screens
from bot.features.people.screens import staff as staff_screens
from bot.features.people.screens import standing as standing_screens
from bot.features.people.screens import units as unit_screens
from bot.features.people.screens import wanted as wanted_screens
from bot.features.people.screens import welcome as welcome_screens
from bot.scheduling.events import DueJob, Listener
from bot.storage.derived import Derived

SCREENS: list[Route] = [
    Route("start", welcome_screens.start, open=True),
    Route("people.join", welcome_screens.join, open=True),
    Route("people.accept", welcome_screens.accept, waiting=True),
    Route("people.me", profile_screens.me, waiting=True),
    Route("people.settings", profile_screens.settings, waiting=True),
    Route("people.edit", profile_screens.edit, waiting=True),
    Route("people.standing", standing_screens.standing, waiting=True),
    Route("people.nowhere", standing_screens.nowhere, waiting=True),
    Route("people.withdraw_request", standing_screens.withdraw, waiting=True),
    Route("people.request_withdrawn", standing_screens.withdrawn, waiting=True),
    Route("people.appeal", standing_screens.appeal, waiting=True),
    Route("people.name_voucher", standing_screens.name_voucher, waiting=True),
    Route("people.vouch", standing_screens.vouch),
    Route("people.arrived", welcome_screens.arrived),
    Route("people.came_with", welcome_screens.came_with),
    Route("people.standings", admission_screens.standings),
    Route("people.asking", admission_screens.asking),
    Route("people.unconfirmed", admission_screens.unconfirmed),
    Route("people.suspended", admission_screens.suspended),
    Route("people.placement", admission_screens.placement),
    Route("people.admit", admission_screens.admit),
    Route("people.decline", admission_screens.decline),
    Route("people.confirm", admission_screens.confirm),
    Route("people.confirm_all", admission_screens.confirm_all),
    Route("people.confirmed_all", admission_screens.confirmed_all),
    Route("people.suspend", admission_screens.suspend),
    Route("people.remove", admission_screens.remove),
    Route("people.restore", admission_screens.restore),
    Route("people.transfer", staff_screens.transfer),
    Route("people.recall", staff_screens.recall),
    Route("people.agree_transfer", staff_screens.agree),
    Route("people.places", place_screens.places),
    Route("people.further_unit", place_screens.further),
    Route("people.place", place_screens.place),
    Route("people.make_main", place_screens.make_main),
    Route("people.leave_place", place_screens.leave),
    Route("people.left_place", place_screens.left),
    Route("people.language", profile_screens.language, open=True),
    Route("people.speak", profile_screens.speak, open=True),
    Route("people.privacy", profile_screens.privacy, open=True),
    Route("people.addresses", address_screens.addresses),
    Route("people.address", address_screens.address),
    Route("people.prefer", address_screens.prefer),
    Route("people.unlink", address_screens.unlink),
    Route("people.unlinked", address_screens.unlinked),
    Route("people.code", address_screens.code),
    Route("people.link", address_screens.link, open=True),
    Route("people.link_here", address_screens.link_here, open=True),
    Route("people.agree", consent_screens.agree),
    Route("people.later", consent_screens.later),
    Route("people.unanswered", picture_screens.unanswered),
    Route("people.answered", picture_screens.answered),
    Route("people.data", data_screens.data),
    Route("people.views", data_screens.views),
    Route("people.sights", data_screens.sights),
    Route("people.export", export_screens.export),
    Route("people.export_json", export_screens.export_json),
    Route("people.log", audit_screens.log),
    Route("people.log_what", audit_screens.what),
    Route("people.log_who", audit_screens.who),
    Route("people.log_when", audit_screens.when),
    Route("people.log_file", audit_screens.as_file),
    Route("people.delete", erasure_screens.delete_data, open=True),
    Route("people.deleted", erasure_screens.deleted, open=True),
    Route("people.invite", invitation_screens.invite),
    Route("people.invites", invitation_screens.invites),
    Route("people.withdraw", invitation_screens.withdraw),
    Route("people.withdrawn", invitation_screens.withdrawn),
    Route("people.reach", staff_screens.reach),
    Route("people.staff", staff_screens.staff),
    Route("people.units", unit_screens.units),
    Route("people.first_unit", welcome_screens.first_unit, open=True),
    Route("people.add_unit", unit_screens.add),
    Route("people.rename_unit", unit_screens.rename),
    Route("people.place_unit", unit_screens.place),
    Route("people.move_unit", unit_screens.move),
    Route("people.merge_unit", unit_screens.merge),
    Route("people.wanted", wanted_screens.wanted),
    Route("people.wanted_unit", wanted_screens.one),
    Route("people.add_wanted", wanted_screens.add),
    Route("people.decline_wanted", wanted_screens.decline),
    Route("people.wanted_taken_back", standing_screens.take_back, waiting=True),
    Route("people.close_unit", unit_screens.close),
    Route("people.unit_closed", unit_screens.closed),
    Route("people.one", staff_screens.one),
    Route("people.pictures", file_screens.pictures),
    Route("people.picture", file_screens.picture),
    Route("people.take_back", file_screens.take_back),
    Route("people.taken_back", file_screens.taken_back),
    Route("people.own_message", file_screens.own_message),
    Route("people.appoint", staff_screens.appoint),
    Route("people.given", staff_screens.given),
    Route("people.dismiss", staff_screens.dismiss),
    Route("people.ended", staff_screens.ended),
    Route("people.role_log", role_screens.role_log),
    Route("people.role", role_screens.role),
    Route("people.until", role_screens.until),
    Route("people.term", role_screens.term),
    Route("people.deputy", role_screens.deputy),
    Route("people.stand_down", role_screens.stand_down),
    Route("people.stood_down", role_screens.stood_down),
]
FORMS: list[Form[Any]] = [
    registration_forms.REGISTER,
    first_unit_forms.FIRST_UNIT,
    invitation_forms.INVITE,
    *profile_forms.CHANGES,
    profile_forms.FURTHER_UNIT,
    role_forms.GRANT_UNTIL,
    role_forms.TERM,
    role_forms.DEPUTY,
    unit_forms.ADD,
    unit_forms.RENAME,
    place_forms.PLACE,
    unit_forms.MOVE,
    unit_forms.MERGE,
    wanted_forms.ADD_WANTED,
    wanted_forms.DECLINE_WANTED,
    *admission_forms.ADMISSION,
]
COMMANDS: list[Command] = [
    Command("start", "start", N_("begin, or open a link"), takes_text=True),
    Command("profile", "people.me", N_("my profile and settings")),
    Command("language", "people.language", N_("speak another language")),
    Command(
        "link",
        "people.link",
        N_("link another account"),
        takes_text=True,
        reads=address_screens.is_code,
    ),
    Command("privacy", "people.privacy", N_("how your data is treated")),
]
MENU: list[MenuItem] = [
    MenuItem(N_("👤 My profile"), "people.me"),
    MenuItem(N_("⚙️ Settings"), "people.settings"),
]
DOORS: Mapping[str, Sequence[Door]] = {}
LINKS: list[Link] = [Link(address_screens.LINK_PREFIX, "people.link_here", at_once=True)]
NOTICES: list[NoticeKind[Any]] = [
    notices.ACCEPTED,
    notices.GRANTED,
    notices.ENDED,
    notices.NAMESAKE,
    notices.UNREAD,
    notices.LINKED,
    notices.UNLINKED,
    unit_notices.MERGED,
    wanted_notices.WANTED,
    wanted_notices.WANTED_ADDED,
    wanted_notices.WANTED_DECLINED,
    unit_notices.UNIT_CLOSED,
    term_notices.TERM_SET,
    term_notices.ENDS_SOON,
    term_notices.OVER,
    term_notices.DEPUTY_NAMED,
    term_notices.DEPUTY_BEGINS,
    term_notices.DEPUTY_OVER,
    admission_notices.WAITING,
    admission_notices.ADMITTED,
    admission_notices.DECLINED,
    admission_notices.SUSPENDED,
    admission_notices.REMOVED,
    admission_notices.RESTORED,
    admission_notices.VOUCHING,
    admission_notices.TRANSFERRED,
    admission_notices.TO_MOVE,
    admission_notices.HAS_MOVED,
    admission_notices.STAYS,
    admission_notices.HELD,
    file_notices.READY_TO_LOOK,
    file_notices.FILE_NOT_TAKEN,
    file_notices.FILE_WITHDRAWN,
    file_notices.FILE_TAKEN_BACK,
    file_notices.FILE_HIDDEN,
    file_notices.FILE_SHOWN_ANEW,
    file_notices.ORIGINAL_DELETED,
    file_notices.NOT_TAKEN_BACK,
    file_notices.OLD_PICTURES,
]
JOBS: list[DueJob] = [
    DueJob(term_actions.TERM, jobs.keep_time_of_role, jobs.hold_holder),
    DueJob(unit_change_actions.CARRY_ON, jobs.carry_on_with_unit),
    DueJob(unit_change_actions.INDEX, jobs.index_moved_unit),
    DueJob(unit_request_actions.TELL_WANTED, jobs.tell_wanted, jobs.hold_tree),
    DueJob(wanted_units.LEAD_ON, jobs.lead_on, jobs.hold_tree),
    DueJob(waiting.GO_ON, jobs.go_on, jobs.hold_placed),
    DueJob(waiting.TELL_WAITING, jobs.tell_waiting),
    DueJob(standing_actions.SUSPENSION_ENDS, jobs.end_suspension, jobs.hold_placed),
    DueJob(placement_actions.END_LINK, jobs.end_link, jobs.hold_placed),
    DueJob(jobs.INDEX_ANEW, jobs.index_anew),
    DueJob(search_actions.CLEAR, jobs.clear_index),
    DueJob(file_actions.REPORT, jobs.tell_left_copies),
    DueJob(picture_actions.CONCEAL, jobs.conceal_pictures),
    DueJob(flood_actions.TELL, jobs.tell_flood_is_over),
]
EVENTS: list[Listener] = []
DERIVED: list[Derived] = [HEADCOUNTS]
# What else it tells, and what it erases, stands around what the others do: in the screen and the
# action.
PERSONAL = Personal(
    (*PERSONAL_TABLES, *personal_queries.PERSONAL_TABLES),
    audit_queries.ACTS,
    [
        Insight(N_("Your name, subject, place of work and roles"), sight_rights.sees_page),
        Insight(
            N_("Your pictures, and your word on the pupils in them"), sight_rights.sees_pictures
        ),
        Insight(N_("The school that you asked to be added"), request_rights.sees_wanted),
        Insight(N_("When you joined, founded or shared something"), sight_rights.sees_log),
    ],
    tells=address_screens.tell_erasure,
)
