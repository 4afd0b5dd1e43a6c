"""Reads about people: who works where, and how far they see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, func, select

from bot.arabic.lookalikes import resemble
from bot.arabic.order import ALEF, ALEFS
from bot.chat.person import Person, find_people, find_person, people
from bot.core.i18n import Phrase, Voice
from bot.core.text import isolate, unlinked
from bot.features.people.models import BELONGS, UnitStanding, placements, profiles, units
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.roles import HeldRole, roles_of
from bot.features.people.queries.units import (
    UNIT_COLUMNS,
    Unit,
    districts_of,
    unit_of,
    units_by_id,
)
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage.columns import codes_of
from bot.storage.lists import among, as_list, ids_named, with_ids
from bot.storage.transaction import Tx

OFFICERS = tuple(role for role in Role if role not in (Role.TEACHER, Role.PARTNER))


@dataclass(frozen=True, slots=True)
class Profile:
    """A registered person with where they work and the roles they hold. `units` are all to which
    they belong, and `unit` is the main one of them."""

    person: Person
    unit: Unit
    subjects: tuple[str, ...]
    stages: tuple[str, ...]
    roles: tuple[HeldRole, ...]
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What a registered person teaches, and where in the first place."""

    unit: Unit
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """How far a teacher sees: the districts around their units, each with the gender of units that
    they see there."""

    views: tuple[tuple[Unit, UnitGender], ...]

    def shows(self, place: Unit) -> bool:
        return any(
            place.gender is gender and place.is_within(district) for district, gender in self.views
        )


_PROFILE = (
    select(*UNIT_COLUMNS, profiles.c.subject, profiles.c.stage)
    .join(placements, placements.c.unit_id == units.c.id)
    .join(profiles, profiles.c.person_id == placements.c.person_id)
    .where(placements.c.person_id == bindparam("person"), placements.c.standing.in_(BELONGS))
    .order_by(placements.c.main.desc(), placements.c.id)
)
_UNITS = (
    select(*UNIT_COLUMNS)
    .join(placements, placements.c.unit_id == units.c.id)
    .where(placements.c.person_id == bindparam("person"), placements.c.standing.in_(BELONGS))
    .order_by(placements.c.main.desc(), placements.c.id)
)


async def profile(tx: Tx, person_id: int) -> Profile | None:
    """What we know of somebody who belongs to a unit; None for everybody else."""
    rows = await tx.all(_PROFILE, person=person_id)
    person = await find_person(tx, person_id)
    if not rows or person is None:
        return None
    held, belongs = await roles_of(tx, person_id), tuple(unit_of(row) for row in rows)
    return Profile(person, belongs[0], rows[0].subject, rows[0].stage, held, belongs)


async def units_of(tx: Tx, person_id: int) -> tuple[Unit, ...]:
    """The units to which the person belongs, the main one first; none for whoever does not."""
    return tuple(unit_of(row) for row in await tx.all(_UNITS, person=person_id))


async def own_profile(tx: Tx, person_id: int) -> Profile | None:
    """The same of whoever is registered, for themselves: who belongs nowhere is shown the unit that
    they asked last, or came from."""
    if found := await profile(tx, person_id):
        return found
    latest = (
        select(placements.c.unit_id)
        .where(placements.c.person_id == person_id)
        .order_by(placements.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(*UNIT_COLUMNS, profiles.c.subject, profiles.c.stage).select_from(
        profiles.join(units, units.c.id == latest)
    )
    row = await tx.first(query.where(profiles.c.person_id == person_id))
    person = await find_person(tx, person_id)
    if row is None or person is None:
        return None
    return Profile(person, unit_of(row), row.subject, row.stage, ())


async def has_chosen_digits(tx: Tx, person_id: int) -> bool:
    """Whether somebody's digits are their own choice, and not those of their language."""
    return bool(await tx.scalar(select(people.c.digits_chosen).where(people.c.id == person_id)))


async def subjects_of(tx: Tx, person_id: int) -> tuple[str, ...]:
    """What a registered person teaches, wherever they stand."""
    query = select(profiles.c.subject).where(profiles.c.person_id == person_id)
    return tuple(await tx.scalar(query) or ())


_WORKING = (
    "SELECT person_id, unit_id, subject FROM profiles WHERE person_id IN (ids)"
    " AND unit_id IS NOT NULL"
)


async def work_of(tx: Tx, ids: Iterable[int]) -> dict[int, Work]:
    """What these people teach and where in the first place, by their ids; whoever belongs nowhere
    is left out.
    Colleagues are given one and the same unit."""
    rows = await tx.fetch(with_ids(tx, _WORKING), as_list(tx, dict.fromkeys(ids)))
    found = await units_by_id(tx, {int(place) for _, place, _ in rows})
    return {int(person): Work(found[place], codes_of(subject)) for person, place, subject in rows}


async def workplaces(tx: Tx, ids: Iterable[int]) -> dict[int, Unit]:
    """The same without the subjects."""
    return {person: work.unit for person, work in (await work_of(tx, ids)).items()}


def in_name_order(name: ColumnElement[str]) -> ColumnElement[str]:
    """What orders names as people look for them: an alef is found wherever its hamza stands."""
    for alef in ALEFS:
        name = func.replace(name, alef, ALEF)
    return name


async def people_at(tx: Tx, unit_id: int, *, offset: int, limit: int) -> tuple[list[Person], int]:
    """A page of the people who belong to the unit itself by name, and how many there are."""
    here = (placements.c.unit_id == unit_id, placements.c.standing.in_(BELONGS))
    total = int(await tx.scalar(select(func.count()).select_from(placements).where(*here)))
    query = (
        select(people.c.id)
        .join(placements, placements.c.person_id == people.c.id)
        .where(*here)
        .order_by(in_name_order(people.c.name), people.c.name, people.c.id)
    )
    ids = await tx.scalars(query.offset(offset).limit(limit))
    found = await find_people(tx, ids)
    return [found[number] for number in ids], total


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who belongs to a unit, as a table says it; `number` is that of the placement."""

    number: int
    person_id: int
    unit_id: int
    name: str
    subjects: tuple[str, ...]
    stages: tuple[str, ...]


_STAFF = (
    select(
        placements.c.id,
        placements.c.person_id,
        placements.c.unit_id,
        people.c.name,
        profiles.c.subject,
        profiles.c.stage,
    )
    .join(people, people.c.id == placements.c.person_id)
    .join(profiles, profiles.c.person_id == placements.c.person_id)
    .where(
        among(placements.c.unit_id, ids_named("units")),
        placements.c.standing.in_(BELONGS),
        placements.c.id > bindparam("after"),
    )
    .order_by(placements.c.id)
)


async def staff_after(tx: Tx, unit_ids: Iterable[int], after: int, limit: int) -> list[StaffMember]:
    """Those who belong to one of the units and whose placements have ids above `after`, in their
    order, so many at once."""
    query = _STAFF.params(units=list(unit_ids)).limit(limit)
    return [
        StaffMember(row.id, row.person_id, row.unit_id, row.name, row.subject, row.stage)
        for row in await tx.all(query, after=after)
    ]


async def sight_of(tx: Tx, person_id: int) -> Sight | None:
    """How far the person sees by where they work; None for whoever is not registered.

    Units for girls and for boys do not see each other; mixed ones are seen by all.
    """
    belongs = await units_of(tx, person_id)
    return await _sight_from(tx, belongs) if belongs else None


async def reading_sight_of(tx: Tx, reader: Person) -> Sight | None:
    """How far somebody reads what is for everybody: as they see, or, while they wait to be let in,
    as the people of the unit that they have asked."""
    if reader.is_member:
        return await sight_of(tx, reader.id)
    query = (
        select(*UNIT_COLUMNS)
        .join(placements, placements.c.unit_id == units.c.id)
        .where(
            placements.c.person_id == reader.id,
            placements.c.standing == UnitStanding.WAITING,
        )
    )
    row = await tx.first(query)
    return await _sight_from(tx, [unit_of(row)]) if row else None


async def _sight_from(tx: Tx, belongs: Sequence[Unit]) -> Sight:
    districts = await districts_of(tx, belongs)
    views = {
        (district.id, gender): (district, gender)
        for place, district in zip(belongs, districts, strict=True)
        for gender in sorted({place.gender, UnitGender.MIXED})
    }
    return Sight(tuple(views.values()))


def are_apart(belongs: Iterable[Unit], place: Unit) -> bool:
    """Whether somebody of these units and the people of that one do not meet: all of theirs are for
    girls, and it is for boys, or the other way round."""
    apart = {UnitGender.BOYS, UnitGender.GIRLS}
    genders = {each.gender for each in belongs}
    return bool(genders) and all({gender, place.gender} == apart for gender in genders)


def name_of(voice: Voice, person: Person) -> Phrase:
    """The person's name as it is shown to others; one who is gone is a former colleague."""
    return (
        Phrase(isolate(unlinked(person.name))) if person.name else voice.say("a former colleague")
    )


def name_acting(voice: Voice, person: Person, behalf: Person | None) -> Phrase:
    """The name of whoever has done something, and in whose place, if they did it as a deputy."""
    if behalf is None:
        return name_of(voice, person)
    return voice.say(
        "{name} on behalf of {holder}",
        name=name_of(voice, person),
        holder=name_of(voice, behalf),
    )


async def find_namesakes(tx: Tx, name: str, unit_id: int, person_id: int) -> list[Person]:
    """The officers whose reach includes the unit and for whom a person of this name could be
    taken, the nearest first."""
    officers = await role_queries.holders_of(tx, OFFICERS, unit_id)
    return [each for each in officers if each.id != person_id and resemble(each.name, name)]
