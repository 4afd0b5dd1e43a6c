"""Writes about people: registering, and changing one's own data."""

from dataclasses import dataclass

from sqlalchemy import update

from bot.chat.person import Person, PersonState, change_person
from bot.core.changes import UNCHANGED, Unchanged, changed
from bot.core.country import Numerals, country
from bot.core.errors import Refused
from bot.core.i18n import Gender
from bot.delivery import outbox
from bot.features.people.actions import search as people_index
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.invitations import mark_used, tell_inviter
from bot.features.people.actions.placements import (
    add_placement,
    changed_standing,
    move_standing,
    settle,
)
from bot.features.people.actions.roles import put_role
from bot.features.people.models import CameBy, UnitStanding, profiles
from bot.features.people.notices import people as notices
from bot.features.people.queries import consent as consent_queries
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.invitations import Invitation
from bot.features.people.queries.people import find_namesakes
from bot.features.people.queries.units import Unit
from bot.features.people.rights import people as people_rights
from bot.packs.organisation import Role
from bot.scheduling.events import Event, publish
from bot.storage import audit
from bot.storage.transaction import Tx

PERSON_MOVED = Event("people.moved")
"""Somebody lives by another zone, country or unit, or counts other Hijri days: their id as
`person`. Slices that write at a time of day plan anew."""

MOVING = frozenset({"timezone", "country", "hijri_shift", "unit"})

PERSON_FIELDS = frozenset(
    {"name", "gender", "language", "country", "timezone", "numerals", "calendar", "hijri_shift"}
)
PROFILE_COLUMNS = {"subjects": profiles.c.subject, "stages": profiles.c.stage}


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person gives to register. `invitation` is the code they came with, if any;
    `administrator` is set for whom the installation's settings name."""

    name: str
    gender: Gender
    unit_id: int
    subjects: tuple[str, ...]
    stages: tuple[str, ...]
    country: str
    timezone: str
    numerals: Numerals
    invitation: str = ""
    administrator: bool = False
    findable: bool = True
    """Whether they agreed that colleagues of their school find them by their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """What a person changes about themselves; `unit` is the id of another place of work."""

    name: str | Unchanged = UNCHANGED
    gender: Gender | Unchanged = UNCHANGED
    language: str | Unchanged = UNCHANGED
    country: str | Unchanged = UNCHANGED
    timezone: str | Unchanged = UNCHANGED
    numerals: Numerals | Unchanged = UNCHANGED
    calendar: str | Unchanged = UNCHANGED
    hijri_shift: int | Unchanged = UNCHANGED
    unit: int | Unchanged = UNCHANGED
    subjects: tuple[str, ...] | Unchanged = UNCHANGED
    stages: tuple[str, ...] | Unchanged = UNCHANGED


@dataclass(frozen=True, slots=True)
class Registered:
    """The person as they are now; `missed` is an invitation that ended before they finished."""

    person: Person
    unit: Unit
    role: Role
    missed: Invitation | None = None


async def register(tx: Tx, person: Person, draft: Registration) -> Registered:
    """Make a visitor a member, with the role of their invitation or that of a teacher.

    An invitation that ended while they filled in the form does not keep them out: they register
    as a teacher.

    :raises Refused: "people.registered" for a member, "people.unit_gone" for a unit that is not
        there.
    """
    await tx.lock("person", person.id)
    await people_rights.access_registration(tx, person)
    place = await _active_unit(tx, person, draft.unit_id)
    invited = (
        await invitation_queries.invitation(tx, draft.invitation) if draft.invitation else None
    )
    usable = invited is not None and await mark_used(tx, invited, person.id)
    await change_person(
        tx,
        person.id,
        state=PersonState.WAITING,
        name=draft.name,
        gender=draft.gender,
        country=draft.country,
        timezone=draft.timezone,
        numerals=draft.numerals,
        calendar=country(draft.country).calendar,
        registered_at=tx.now,
    )
    role = invited.role if usable and invited is not None else Role.TEACHER
    async with counted(tx, person.id):
        await tx.execute(
            profiles.insert().values(
                person_id=person.id,
                unit_id=None,
                subject=draft.subjects,
                stage=draft.stages,
                consent_version=consent_queries.CONSENT_VERSION
                if draft.findable
                else consent_queries.INFORMED,
                consented_at=tx.now,
                changed_at=tx.now,
            )
        )
        by = invited.created_by if usable and invited is not None else None
        came_by = CameBy.INVITATION if usable else CameBy.ASKING
        await add_placement(tx, person.id, place.id, UnitStanding.MEMBER, came_by, by=by)
        if usable and invited is not None:
            await put_role(tx, by, person.id, role, invited.unit.id, invited.subjects)
        if role in (Role.TEACHER, Role.LEAD):
            await put_role(tx, None, person.id, Role.TEACHER, place.id)
        if draft.administrator:
            for root in await unit_queries.root_units(tx):
                await put_role(tx, None, person.id, Role.ADMINISTRATOR, root.id)
        member = await settle(tx, person.id)
    if usable and invited is not None:
        await tell_inviter(tx, invited)
    await audit.record(tx, person.id, "people.register", person.id, unit=place.id, role=role)
    await report_namesake(tx, member, place)
    await changed_standing(tx, person.id)
    return Registered(member, place, role, None if usable else invited)


async def _active_unit(tx: Tx, person: Person, unit_id: int) -> Unit:
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not place.is_active:
        raise Refused(
            "people.unit_gone",
            person.voice.say("This unit is no longer there. Please search for another one."),
        )
    return place


async def update_profile(tx: Tx, person: Person, changes: ProfileChanges) -> Person:
    """Change one's own data; `unit`, `subjects` and `stages` are those of a member.

    Another language brings its own digits along, another country its own Hijri days. Whoever
    moves to another unit leaves the roles that they held at the old one behind, and stays a
    teacher; only whoever did not teach, and holds a role elsewhere, does not become one.

    :raises Refused: "people.unit_gone" for a unit that is not there.
    """
    await tx.lock("person", person.id)
    wanted = changed(changes, ProfileChanges)
    own = {name: value for name, value in wanted.items() if name in PERSON_FIELDS}
    if "language" in own and "numerals" not in own:
        pack = country(own.get("country", person.voice.country))
        own["numerals"] = pack.numerals if own["language"] == "ar" else "latn"
    if "country" in own and "hijri_shift" not in own:
        own["hijri_shift"] = None
    after = await change_person(tx, person.id, **own) if own else person
    work = {PROFILE_COLUMNS[name].name: wanted[name] for name in PROFILE_COLUMNS.keys() & wanted}
    place = await _active_unit(tx, person, wanted["unit"]) if "unit" in wanted else None
    if work or place is not None:
        async with counted(tx, person.id):
            if place is not None:
                await _move(tx, person, place)
            await tx.execute(
                update(profiles)
                .where(profiles.c.person_id == person.id)
                .values(changed_at=tx.now, **work)
            )
    await audit.record(tx, person.id, "people.change", person.id, fields=sorted(wanted))
    if own.get("name", person.name) != person.name and (
        profile := await people_queries.profile(tx, person.id)
    ):
        await report_namesake(tx, after, profile.unit)
    if {"name", "unit"} & set(wanted) and after.is_member:
        await people_index.index_person(tx, person.id)
    if MOVING & set(wanted):
        await publish(tx, PERSON_MOVED, f"person:{person.id}", {"person": person.id})
    return after


async def _move(tx: Tx, person: Person, place: Unit) -> None:
    profile = await people_queries.profile(tx, person.id)
    if profile is None or profile.unit.id == place.id:
        return
    own = [held for held in profile.roles if held.instead_of is None]
    left = {held.role for held in own if held.unit.id == profile.unit.id}
    keeps = any(held.unit.id != profile.unit.id for held in own)
    old = await placement_queries.placement_at(tx, person.id, profile.unit.id)
    if old is not None:
        await move_standing(tx, old, UnitStanding.LEFT)
    new = await placement_queries.placement_at(tx, person.id, place.id)
    if new is None:
        await add_placement(tx, person.id, place.id, UnitStanding.MEMBER, CameBy.ASKING)
    await settle(tx, person.id, first=place.id)
    if not keeps or {Role.TEACHER, Role.LEAD, Role.PRINCIPAL} & left:
        await put_role(tx, None, person.id, Role.TEACHER, place.id)


async def report_namesake(tx: Tx, person: Person, place: Unit) -> None:
    """Where a person's name resembles an officer's, note it in the audit trail and tell the
    principal of the unit, or the officer where there is none."""
    namesakes = await find_namesakes(tx, person.name, place.id, person.id)
    if not namesakes:
        return
    officers = [each.id for each in namesakes]
    await audit.record(tx, person.id, "people.namesake", person.id, officers=officers)
    principals = await role_queries.holders_of(tx, [Role.PRINCIPAL], place.id)
    told = [each.id for each in principals if each.id != person.id] or officers
    about = {"person": person.id, "officer": officers[0], "unit": place.id}
    await outbox.send(tx, notices.NAMESAKE, told, about)
