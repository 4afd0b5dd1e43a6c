"""How each way of the table of people is taken."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.chat.screen import Screen
from bot.features.people.actions import addresses as address_actions
from bot.features.people.actions import consent as consent_actions
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import export as export_actions
from bot.features.people.actions import files as file_actions
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import pictures as picture_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.people import ProfileChanges, Registration
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import invitations
from bot.features.people.queries import addresses as address_queries
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries import unit_requests as request_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.rights import addresses as address_rights
from bot.features.people.rights import audit as audit_rights
from bot.features.people.rights import files as file_rights
from bot.features.people.rights import invitations as invitation_rights
from bot.features.people.rights import people as people_rights
from bot.features.people.rights import roles as role_rights
from bot.features.people.rights import units as unit_rights
from bot.files.kinds import Consent
from bot.files.owned import find_file
from bot.packs.roles import Role
from tests.rights.admission_ways import ADMISSION_WAYS
from tests.rights.engine import MAY, MAY_NOT, Became, Came, Live, Seen, Table, Ways, leads_to
from tests.rights.move_ways import MOVE_FORMS, MOVE_WAYS
from tests.rights.people_rules import RULES, SETTINGS
from tests.rights.tree_ways import TREE_FORMS, TREE_WAYS

_WEEK = timedelta(days=7)
_ANSWERS: dict[str, Any] = {
    "name": "منى العبدالله", "gender": "f", "subject": "science", "stage": "middle",
    "language": "ar", "numerals": "arab", "calendar": "both", "hijri_shift": 0,
    "timezone": "Asia/Dubai", "country": "SA",
}  # fmt: skip
_REGISTERED = {
    **{name: _ANSWERS[name] for name in ("name", "gender", "subject", "stage", "country")},
    "timezone": "Asia/Riyadh", "numerals": "arab", "link": "", "consent": True, "namesake": "",
}  # fmt: skip


def _role(live: Live) -> Role:
    role: Role = live.thing.more["role"]
    return role


def _registration(live: Live) -> Registration:
    return Registration(
        "منى العبدالله", "f", live.unit, ("science",), ("middle",), "SA", "Asia/Riyadh", "arab"
    )


def _grant(to: str = "teacher at amal") -> Any:
    return lambda c: role_actions.grant_role(c.tx, c.me, c.world.people[to].id, _role(c), c.unit)


def _end(live: Live) -> Any:
    person = live.world.people["teacher at amal"].id
    return role_actions.end_role(live.tx, live.me, person, _role(live), live.unit)


async def _opened(live: Live) -> Seen:
    """What an invitation's link shows: the offer to accept it, or to register with it."""
    screen = await live.show("start", live.code)
    route = "people.accept" if live.one.is_registered else "people.join"
    return leads_to(screen, route, live.code)


async def _listed(live: Live) -> Seen:
    return leads_to(await live.show("people.invites"), "people.withdraw", live.id, 0)


async def _settles(live: Live, route: str) -> Became:
    """The answer to the question whether to give or end a role at their own unit."""
    person = live.more("person")
    screen = await live.show(route, person, _short(live))
    held = await role_queries.roles_of(live.tx, person)
    holds = any((each.role, each.unit.id) == (_role(live), live.unit) for each in held)
    return Became(screen, "held" if holds else "not held")


async def _withdrawn(live: Live) -> Became:
    screen = await live.show("people.withdrawn", live.id, 0)
    query = select(invitations.c.state).where(invitations.c.id == live.id)
    return Became(screen, (await live.tx.scalar(query)).value)


def _unit_draft(parent: int | None) -> UnitDraft:
    return UnitDraft("school", "مدرسة جديدة", "SA", "Asia/Riyadh", parent_id=parent)


def _newest(live: Live) -> int:
    return live.world.ids["address joined just now"]


def _own(live: Live) -> int:
    return live.world.ids[f"address of {live.one.key}"]


async def _at_own(live: Live, route: str, *args: object) -> Any:
    """A page that is opened where they write from."""
    live.turn.contact.address_id = _own(live)
    return await live.show(route, *args)


async def _withdraws(live: Live) -> Became:
    await file_actions.withdraw_file(live.tx, live.me, live.id)
    return await _became(live, Screen())


async def _takes_back(live: Live) -> Became:
    return await _became(live, await live.show("people.taken_back", live.id))


async def _became(live: Live, screen: Screen) -> Became:
    file = await find_file(live.tx, live.id)
    assert file is not None
    return Became(screen, file.state.value)


def _paged(route: str) -> Any:
    return lambda c: c.show(route, c.id, 0)


async def _takes_offer(live: Live) -> Any:
    found = await invitation_queries.invitation(live.tx, live.code)
    assert found is not None
    return await invitation_rights.access_offer(live.tx, live.me, found)


def _short(live: Live) -> str:
    """The role as a button carries it."""
    return _role(live).value[:5]


async def _gives(live: Live) -> Came:
    """Whether the role is among those that they may give there."""
    place = await unit_queries.unit(live.tx, live.unit)
    assert place is not None
    given = await role_rights.abilities(live.tx, live.me, place)
    return Came(MAY if _role(live) in given else MAY_NOT)


async def _parent(live: Live) -> Any:
    parent = await unit_queries.unit(live.tx, live.unit)
    return await unit_rights.access_parent(live.tx, live.me, parent)


WAYS: Ways = {
    "action people.access_unit_for_role": (
        lambda c: role_rights.access_unit_for_role(c.tx, c.me, c.unit, _role(c))
    ),
    "ability people.roles": _gives,
    "action people.grant_role": _grant(),
    "action people.grant_role#visitor": _grant("visitor"),
    "action people.grant_role#gone": _grant("gone"),
    "action people.end_role": _end,
    "action people.create_invitation": (
        lambda c: invitation_actions.create_invitation(c.tx, c.me, c.unit, _role(c), _WEEK)
    ),
    "action people.withdraw_invitation": (
        lambda c: invitation_actions.withdraw_invitation(c.tx, c.me, c.id)
    ),
    "action people.access_inviting": lambda c: invitation_rights.access_inviting(c.tx, c.me),
    "action people.accept_invitation": lambda c: invitation_actions.accept_invitation(
        c.tx, c.me, c.code
    ),
    "action people.register": lambda c: people_actions.register(c.tx, c.me, _registration(c)),
    "action people.update_profile": (
        lambda c: people_actions.update_profile(c.tx, c.me, ProfileChanges(language="fr"))
    ),
    "action people.access_registered": lambda c: people_rights.access_registered(c.tx, c.me),
    "action people.access_candidate": lambda c: role_rights.access_candidate(
        c.tx, c.me, c.more("person")
    ),
    "action people.access_ending_administration": (
        lambda c: role_rights.access_ending_administration(c.tx, c.me, c.more("person"))
    ),
    "action people.access_offer": _takes_offer,
    **ADMISSION_WAYS,
    "action people.delete_own_data": lambda c: erasure_actions.delete_own_data(c.tx, c.me),
    "action people.access_own_membership": (
        lambda c: people_rights.access_own_membership(c.tx, c.me)
    ),
    "action people.read_own_data": (
        lambda c: export_actions.read_own_data(c.tx, c.me, c.turn.router.personal)
    ),
    "action people.access_log": lambda c: audit_rights.access_log(c.tx, c.me, str(c.id)),
    "action people.access_log#own": lambda c: audit_rights.access_log(c.tx, c.me, "me"),
    "route people.log": lambda c: c.show("people.log", c.id, "", 0, 0, 0),
    "route people.log#own": lambda c: c.show("people.log", "me", "", 0, 0, 0),
    "route people.log_what": lambda c: c.show("people.log_what", c.id, "", 0, 0),
    "route people.log_when": lambda c: c.show("people.log_when", c.id, "", 0, 0),
    "route people.log_who": lambda c: c.show("people.log_who", c.id, "", 0, 0, 0),
    "route people.log_file": lambda c: c.show("people.log_file", c.id, "", 0, 0),
    "action people.access_own_data": lambda c: people_rights.access_own_data(c.tx, c.me),
    "action people.access_registration": lambda c: people_rights.access_registration(c.tx, c.me),
    "action people.access_reach": lambda c: unit_rights.access_reach(c.tx, c.me),
    "action people.access_parent": _parent,
    "action people.access_parent#root": lambda c: unit_rights.access_parent(c.tx, c.me, None),
    "action people.erase_person": (
        lambda c: erasure_actions.erase_person(c.tx, c.me, c.turn.router.personal)
    ),
    "action people.prefer_address": (lambda c: address_actions.prefer_address(c.tx, c.me, c.id)),
    "action people.unlink_address": (
        lambda c: address_actions.unlink_address(c.tx, c.me, c.id, c.id)
    ),
    "action people.unlink_address#new": (
        lambda c: address_actions.unlink_address(c.tx, c.me, c.id, _newest(c))
    ),
    "action people.access_unlinking": (
        lambda c: address_rights.access_unlinking(c.tx, c.me, c.id, c.id)
    ),
    "action people.access_unlinking#new": (
        lambda c: address_rights.access_unlinking(c.tx, c.me, c.id, _newest(c))
    ),
    "action people.access_lasting_act": lambda c: address_rights.access_lasting_act(c.tx, c.me),
    "action people.access_lasting_act#new": (
        lambda c: address_rights.access_lasting_act(c.tx, replace(c.me, writes_from=_newest(c)))
    ),
    "action people.make_code": lambda c: address_actions.make_code(c.tx, c.me, str),
    "action people.use_code": (
        lambda c: address_actions.use_code(c.tx, c.me, _own(c), "12345678", str)
    ),
    "action people.access_linking": lambda c: address_rights.access_linking(c.tx, c.me),
    "action people.access_joining": lambda c: address_rights.access_joining(c.tx, c.me),
    "route people.link#code": lambda c: _at_own(c, "people.link", "12345678"),
    "route people.link_here": lambda c: c.show("people.link_here", "l12345678"),
    "action people.agree_to_notice": lambda c: consent_actions.agree_to_notice(c.tx, c.me),
    "action people.access_unanswered_file": (
        lambda c: file_rights.access_unanswered_file(c.tx, c.me, 0)
    ),
    "action people.answer_for_picture": (
        lambda c: picture_actions.answer_for_picture(c.tx, c.me, 0, Consent.NOBODY)
    ),
    "route people.answered": lambda c: c.show("people.answered", 0, "n"),
    "action people.put_off_notice": lambda c: consent_actions.put_off_notice(c.tx, c.me),
    "action people.create_unit": (
        lambda c: unit_actions.create_unit(c.tx, c.me, _unit_draft(c.unit))
    ),
    "action people.create_unit#root": (
        lambda c: unit_actions.create_unit(c.tx, c.me, _unit_draft(None))
    ),
    "route people.appoint": lambda c: c.show("people.appoint", c.more("person"), _short(c)),
    "route people.dismiss": lambda c: c.show("people.dismiss", c.more("person"), _short(c)),
    "route people.given": lambda c: _settles(c, "people.given"),
    "route people.ended": lambda c: _settles(c, "people.ended"),
    "route people.withdrawn": _withdrawn,
    "route people.staff": lambda c: c.show("people.staff", c.id, 0),
    "route people.units": lambda c: c.show("people.units", c.id, 0),
    "route people.invites": _listed,
    "action people.access_file": lambda c: file_rights.access_file(c.tx, c.me, c.id),
    "action people.access_files_at": lambda c: file_rights.access_files_at(c.tx, c.me, c.id),
    "action people.withdraw_file": _withdraws,
    "route people.taken_back": _takes_back,
    "action people.delete_original": lambda c: file_actions.delete_original(c.tx, c.me, c.id),
    "route people.own_message": lambda c: c.show("people.own_message", c.id),
    "route people.pictures": lambda c: c.show("people.pictures", c.id, 0),
    "route people.accept": lambda c: c.show("people.accept", c.code),
    "route people.join#invitation": lambda c: c.show("people.join", c.code),
    "route people.edit": lambda c: c.show("people.edit", "name"),
    "route people.speak": lambda c: c.show("people.speak", "fr"),
    "route people.arrived": lambda c: c.show("people.arrived"),
    "route people.came_with": lambda c: c.show("people.came_with", "?"),
    "route start#invitation": _opened,
    **MOVE_WAYS,
    **TREE_WAYS,
}
UNASKED = {
    "action people.forget_visitors": "goes with time",
    "action people.create_units": "part of adding a list of units",
    "action people.tell_wanted": "tells whoever adds what is asked for",
    "action people.lead_on": "follows from a school that is in the tree now",
    "job people.lead_on": "follows from a school that is in the tree now",
    "action people.forget_answered": "goes with time",
    "job people.tell_wanted": "tells whoever adds what is asked for",
    "action people.require_name": "a part of naming a unit",
    "action people.relocate": "a part of moving and merging units",
    "action people.remove_unused_units": "part of taking a list of units back",
    "job people.unit_change": "lets what belongs to a unit follow it",
    "job people.unit_index": "indexes what lies below a unit that has moved",
    "job people.role_term": "begins and ends roles at the times that were set",
    "job people.index_anew": "indexes again what is there",
    "action people.forget_old_erasures": "goes with time",
    "action people.forget_views": "goes with time",
    "action people.forget_viewer": "a part of the erasure",
    "action people.keep_json": "what was read as one's own, into a file of one's own",
    "action people.keep_page": "the same as a page",
    "action people.note_told": "notes that the person themselves was just told",
    "action people.note_views": "notes what a page has just been opened by right",
    "job plan:people.clear": "frees the search from what was deleted from it",
    "job people.taken_back": "tells whoever withdrew a file where that was not possible",
    "job people.conceal": "hides from others what its owner has said nothing about",
    "job people.go_on": "passes on a request that nobody has answered",
    "job people.end_link": "forgets what nobody has opened",
    "job people.tell_waiting": "tells those who answer, as their right is by then",
    "job people.suspension_ends": "ends what was to end at that time",
    "job people.flood_over": "tells its sender alone how many of their messages were left unread",
}


def _nothing_known(live: Live) -> dict[str, Any]:
    return {}


def _placement(live: Live) -> dict[str, Any]:
    return {"placement": live.id}


def _setting(name: str) -> tuple[Any, Any]:
    def given(live: Live) -> dict[str, Any]:
        if name == "unit":
            return {"unit": live.world.units["nada"].id}
        more = {"namesake": ""} if name == "name" else {}
        return {name: _ANSWERS[name]} | more

    return _nothing_known, given


TABLE = Table(
    "people",
    RULES,
    WAYS,
    {
        "people.register": (
            lambda c: {"link": ""},
            lambda c: _REGISTERED | {"unit": c.unit},
        ),
        "people.invite": (
            _nothing_known,
            lambda c: {"unit": c.unit, "role": _role(c).value, "days": 7},
        ),
        "people.unit#closed": (_nothing_known, lambda c: {"unit": c.unit}),
        "people.decline": (_placement, lambda c: {"reason": "لا"}),
        "people.suspend": (_placement, lambda c: {"reason": "لا", "days": 7}),
        "people.remove": (_placement, lambda c: {"reason": "لا"}),
        "people.name_voucher": (_placement, lambda c: {"name": "ليلى"}),
        **{f"people.{name}": _setting(name) for name in SETTINGS},
        **MOVE_FORMS,
        **TREE_FORMS,
    },
    UNASKED,
    {
        "people.unit_requests": lambda c: request_queries.unit_request(c.tx, c.id),
        "people.terms": lambda c: term_queries.role_record(c.tx, c.id),
        "people.audit": lambda c: unit_queries.unit(c.tx, c.unit),
        "people.placements": lambda c: placement_queries.placement(c.tx, c.id),
        "people.units": lambda c: unit_queries.unit(c.tx, c.unit),
        "people.people": lambda c: people_queries.profile(c.tx, c.more("person")),
        "people.addresses": lambda c: address_queries.address_by_id(c.tx, c.id),
        "people.files": lambda c: find_file(c.tx, c.id),
        "people.invitations": lambda c: invitation_queries.invitation_by_id(c.tx, c.id),
    },
)
