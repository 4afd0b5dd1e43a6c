"""Writes about people: registering, and changing one's own data."""

from dataclasses import dataclass

from sqlalchemy import update

from bot.chat.person import Person, PersonState, change_person
from bot.core.changes import UNCHANGED, Unchanged, changed
from bot.core.country import Numerals, country, usual_digits
from bot.core.i18n import Gender
from bot.features.people.actions import search as people_index
from bot.features.people.actions.admission import put_request, require_answerer
from bot.features.people.actions.headcounts import counted
from bot.features.people.actions.invitations import mark_used, tell_inviter
from bot.features.people.actions.namesakes import report_namesake
from bot.features.people.actions.placements import (
    PERSON_MOVED,
    add_placement,
    changed_standing,
    settle,
)
from bot.features.people.actions.roles import put_role
from bot.features.people.models import Answerer, CameBy, UnitStanding, profiles
from bot.features.people.queries import consent as consent_queries
from bot.features.people.queries import invitations as invitation_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.invitations import Invitation
from bot.features.people.queries.units import Unit
from bot.features.people.rights import people as people_rights
from bot.packs.roles import Role
from bot.scheduling.events import publish
from bot.storage import audit
from bot.storage.transaction import Tx

MOVING = frozenset({"timezone", "country", "hijri_shift"})

PERSON_FIELDS = frozenset(
    {"name", "gender", "language", "country", "timezone", "numerals", "calendar", "hijri_shift"}
)
PROFILE_COLUMNS = {"subjects": profiles.c.subject, "stages": profiles.c.stage}


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person gives to register. `invitation` is the code they came with, if any;
    `administrator` is set for whom the installation's settings name. Whoever comes otherwise than
    by asking belongs at once."""

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
    came_by: CameBy = CameBy.ASKING
    asks: bool = True
    """False: they have proven their place otherwise, and take it in this transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """What a person changes about themselves, which nobody has to agree to."""

    name: str | Unchanged = UNCHANGED
    gender: Gender | Unchanged = UNCHANGED
    language: str | Unchanged = UNCHANGED
    country: str | Unchanged = UNCHANGED
    timezone: str | Unchanged = UNCHANGED
    numerals: Numerals | Unchanged = UNCHANGED
    calendar: str | Unchanged = UNCHANGED
    hijri_shift: int | Unchanged = UNCHANGED
    subjects: tuple[str, ...] | Unchanged = UNCHANGED
    stages: tuple[str, ...] | Unchanged = UNCHANGED


@dataclass(frozen=True, slots=True)
class Registered:
    """The person as they are now, and with whom their request lies, unless they belong at once;
    `missed` is an invitation that ended before they finished."""

    person: Person
    unit: Unit
    role: Role
    missed: Invitation | None = None
    lies_with: Answerer | None = None


async def register(tx: Tx, person: Person, draft: Registration) -> Registered:
    """Let a visitor be somebody whom Halqa knows: a member, with the role of their invitation, or
    somebody who waits until the unit lets them in.

    An invitation that ended while they filled in the form does not keep them out: they ask.

    :raises Refused: "people.registered" for whoever is; "people.unit_gone" for a unit that is not
        there; "people.by_invitation" for a unit that nobody answers for.
    """
    await tx.lock("person", person.id)
    await people_rights.access_registration(tx, person)
    place = await _active_unit(tx, person, draft.unit_id)
    invited = (
        await invitation_queries.invitation(tx, draft.invitation) if draft.invitation else None
    )
    usable = invited is not None and await mark_used(tx, invited, person.id)
    came_by = CameBy.SERVER if draft.administrator else draft.came_by
    if usable and invited is not None and came_by is CameBy.ASKING:
        # Whatever they answered: it is there that they are let in.
        came_by, place = CameBy.INVITATION, invited.unit
    by_asking = came_by is CameBy.ASKING
    lies_with = await require_answerer(tx, person, place) if by_asking and draft.asks else None
    await change_person(
        tx,
        person.id,
        state=PersonState.WAITING,
        name=draft.name,
        gender=draft.gender,
        country=draft.country,
        timezone=draft.timezone,
        numerals=draft.numerals,
        digits_chosen=int(draft.numerals != usual_digits(person.voice.language, draft.country)),
        calendar=country(draft.country).calendar,
        registered_at=tx.now,
    )
    role = invited.role if usable and invited is not None else Role.TEACHER
    by = invited.created_by if usable and invited is not None else None
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
        if lies_with is not None:
            await put_request(tx, person.id, place, lies_with)
        elif not by_asking:
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
    if lies_with is None:
        await report_namesake(tx, member, place)
        await changed_standing(tx, person.id)
    return Registered(member, place, role, None if usable else invited, lies_with)


async def _active_unit(tx: Tx, person: Person, unit_id: int) -> Unit:
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not place.is_active:
        raise people_rights.unit_gone(person)
    return place


async def update_profile(tx: Tx, person: Person, changes: ProfileChanges) -> Person:
    """Change one's own data; subjects and stages are those of somebody registered.

    Another language brings its own digits along, unless the person has chosen theirs; another
    country its own Hijri days.
    """
    await tx.lock("person", person.id)
    wanted = changed(changes, ProfileChanges)
    own = {name: value for name, value in wanted.items() if name in PERSON_FIELDS}
    if "numerals" in own:
        own["digits_chosen"] = 1
    elif "language" in own and not await people_queries.has_chosen_digits(tx, person.id):
        own["numerals"] = usual_digits(own["language"], own.get("country", person.voice.country))
    if "country" in own and "hijri_shift" not in own:
        own["hijri_shift"] = None
    after = await change_person(tx, person.id, **own) if own else person
    work = {PROFILE_COLUMNS[name].name: wanted[name] for name in PROFILE_COLUMNS.keys() & wanted}
    if work:
        async with counted(tx, person.id):
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
    if "name" in wanted and after.is_member:
        await people_index.index_person(tx, person.id)
    if MOVING & set(wanted):
        await publish(tx, PERSON_MOVED, f"person:{person.id}", {"person": person.id})
    return after
