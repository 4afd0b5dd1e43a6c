"""Reads about people: who works where, and how far they see."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    bindparam,
    func,
    select,
)

from bot.arabic.lookalikes import resemble
from bot.chat.person import Person, find_people, find_person, people
from bot.core.i18n import Phrase, Voice
from bot.core.text import isolate, unlinked
from bot.features.people.models import UnitStanding, placements, profiles, units
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.roles import HeldRole, roles_of
from bot.features.people.queries.units import (
    UNIT_COLUMNS,
    Unit,
    district_of,
    lineage_of,
    unit_of,
    units_by_id,
)
from bot.packs.organisation import Role, UnitGender
from bot.storage.columns import codes_of
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

OFFICERS = tuple(role for role in Role if role not in (Role.TEACHER, Role.PARTNER))


@dataclass(frozen=True, slots=True)
class Profile:
    """A registered person with where they work and the roles they hold."""

    person: Person
    unit: Unit
    subjects: tuple[str, ...]
    stages: tuple[str, ...]
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What a registered person teaches, and where."""

    unit: Unit
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """How far a teacher sees: the district around their unit, and which units in it."""

    district: Unit
    genders: frozenset[UnitGender]

    def shows(self, place: Unit) -> bool:
        return place.gender in self.genders and place.is_within(self.district)


_PROFILE = (
    select(*UNIT_COLUMNS, profiles.c.subject, profiles.c.stage)
    .join(profiles, profiles.c.unit_id == units.c.id)
    .where(profiles.c.person_id == bindparam("person"))
)


async def profile(tx: Tx, person_id: int) -> Profile | None:
    """What we know of somebody who belongs to a unit; None for everybody else."""
    row = await tx.first(_PROFILE, person=person_id)
    person = await find_person(tx, person_id)
    if row is None or person is None:
        return None
    held = await roles_of(tx, person_id)
    return Profile(person, unit_of(row), row.subject, row.stage, held)


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


async def subjects_of(tx: Tx, person_id: int) -> tuple[str, ...]:
    """What a registered person teaches, wherever they stand."""
    query = select(profiles.c.subject).where(profiles.c.person_id == person_id)
    return tuple(await tx.scalar(query) or ())


_WORKING = (
    "SELECT person_id, unit_id, subject FROM profiles WHERE person_id IN (ids)"
    " AND unit_id IS NOT NULL"
)


async def work_of(tx: Tx, ids: Iterable[int]) -> dict[int, Work]:
    """What these people teach and where, by their ids; whoever belongs nowhere is left out.
    Colleagues are given one and the same unit."""
    rows = await tx.fetch(with_ids(tx, _WORKING), as_list(tx, dict.fromkeys(ids)))
    found = await units_by_id(tx, {int(place) for _, place, _ in rows})
    return {int(person): Work(found[place], codes_of(subject)) for person, place, subject in rows}


async def workplaces(tx: Tx, ids: Iterable[int]) -> dict[int, Unit]:
    """The same without the subjects."""
    return {person: work.unit for person, work in (await work_of(tx, ids)).items()}


_LINEAGES = (
    "SELECT f.person_id, u.path FROM profiles f JOIN units u ON u.id = f.unit_id"
    " WHERE f.person_id IN (ids)"
)


async def lineages_of(tx: Tx, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The ids of the units from the root down to where each of these people works; whoever is not
    registered is left out. Colleagues are given one and the same tuple."""
    rows = await tx.fetch(with_ids(tx, _LINEAGES), as_list(tx, dict.fromkeys(ids)))
    same = {path: lineage_of(path) for path in {path for _, path in rows}}
    return {int(person): same[path] for person, path in rows}


async def people_at(tx: Tx, unit_id: int, *, offset: int, limit: int) -> tuple[list[Person], int]:
    """A page of the people who work at the unit itself by name, and how many there are."""
    here = profiles.c.unit_id == unit_id
    total = int(await tx.scalar(select(func.count()).select_from(profiles).where(here)))
    query = (
        select(people.c.id)
        .join(profiles, profiles.c.person_id == people.c.id)
        .where(here)
        .order_by(people.c.name, people.c.id)
    )
    ids = await tx.scalars(query.offset(offset).limit(limit))
    found = await find_people(tx, ids)
    return [found[number] for number in ids], total


async def sight_of(tx: Tx, person_id: int) -> Sight | None:
    """How far the person sees by where they work; None for whoever is not registered.

    Units for girls and for boys do not see each other; mixed ones are seen by all.
    """
    query = (
        select(*UNIT_COLUMNS)
        .join(profiles, profiles.c.unit_id == units.c.id)
        .where(profiles.c.person_id == person_id)
    )
    row = await tx.first(query)
    if row is None:
        return None
    return await _sight_from(tx, unit_of(row))


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
    return await _sight_from(tx, unit_of(row)) if row else None


async def _sight_from(tx: Tx, own: Unit) -> Sight:
    return Sight(await district_of(tx, own), frozenset({own.gender, UnitGender.MIXED}))


def name_of(voice: Voice, person: Person) -> Phrase:
    """The person's name as it is shown to others; one who is gone is a former colleague."""
    return (
        Phrase(isolate(unlinked(person.name))) if person.name else voice.say("a former colleague")
    )


async def find_namesakes(tx: Tx, name: str, unit_id: int, person_id: int) -> list[Person]:
    """The officers whose reach includes the unit and for whom a person of this name could be
    taken, the nearest first."""
    officers = await role_queries.holders_of(tx, OFFICERS, unit_id)
    return [each for each in officers if each.id != person_id and resemble(each.name, name)]
