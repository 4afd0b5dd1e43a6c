"""Finding colleagues and units: who may find whom, and what was searched for.

Whoever looks after a unit finds everybody at it and below; everybody finds the colleagues of their
own school, and whom they know otherwise (the members of their teams). Nobody finds more, and what
is shown of a colleague is name, subject and place of work.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from bot.arabic.search import index as search_index
from bot.arabic.search.matching import Matches, SearchRequest, find_allowed, look_up
from bot.chat.person import PERSON_COLUMNS, Person, PersonState, people, person_of
from bot.features.people.models import BELONGS, placements, profiles, searches, units
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import Sight
from bot.features.people.queries.roles import GRANTERS
from bot.features.people.queries.units import (
    UNIT_COLUMNS,
    Unit,
    below,
    below_any,
    unit_of,
    units_by_id,
)
from bot.packs.organisation import UnitGender
from bot.storage.lists import among
from bot.storage.transaction import Tx

PERSON_SEARCH = "person"
FINDABLE_SINCE = "2026-11-22"
"""The version of the privacy notice from which on it says that one's school can find one; whoever
agreed to an earlier one is found by their teams and by those who look after them."""
SHARED_KINDS = frozenset({"school", "institution", "partner"})
"""Kinds of unit at which everybody may find everybody; a department is none of them."""
MOST_FOUND = 24
"""Colleagues or units that one search shows, the best first."""
_MOST_UNITS = 100

LONGEST_SEARCH = 100

UNIT_SEARCH = "unit"


@dataclass(frozen=True, slots=True)
class Colleague:
    """What a search shows of a person, `unit` being by which the reader finds them. `opens`: the
    reader looks after them."""

    person: Person
    unit: Unit
    subjects: tuple[str, ...]
    opens: bool


def scope_of_consenting(unit_id: int) -> str:
    """The scope of those whom everybody at the unit may find."""
    return f"agreed at {unit_id}"


def scope_of_acquaintances(person_id: int) -> str:
    """The scope of one person, for those who know them."""
    return f"person {person_id}"


async def find_colleagues(
    tx: Tx, reader: Person, words: str, known: Collection[int] = (), top: Unit | None = None
) -> Matches[Colleague]:
    """The people whose names answer `words` among those that the reader may find, best first;
    the reader is not among them. `known` are ids of people whom the reader knows otherwise; with
    `top` only people at that unit and below."""
    reach = await role_queries.reach_of(tx, reader.id, GRANTERS)
    tops = {place.id for place in reach}
    known = frozenset(known)
    belongs = await people_queries.units_of(tx, reader.id)
    shared = [place for place in belongs if place.kind in SHARED_KINDS]
    if top is None:
        scopes = {scope_below(place.id) for place in reach} | {
            scope_of_acquaintances(each) for each in known
        }
        scopes |= {scope_of_consenting(place.id) for place in shared}
    else:
        scopes = {scope_below(top.id)}

    async def load(refs: list[int]) -> Mapping[int, Colleague]:
        if not refs:
            return {}
        allowed = _may_be_found(reach, shared, known.intersection(refs))
        query = (
            select(*UNIT_COLUMNS, profiles.c.subject, *(people.c[n] for n in PERSON_COLUMNS))
            .join_from(people, profiles, profiles.c.person_id == people.c.id)
            .join(placements, placements.c.person_id == people.c.id)
            .join(units, units.c.id == placements.c.unit_id)
            .where(among(people.c.id, refs), people.c.id != reader.id, allowed)
            .where(people.c.state == PersonState.MEMBER, placements.c.standing.in_(BELONGS))
            .order_by(placements.c.main.desc(), placements.c.id)
        )
        if top is not None:
            query = query.where(below(top.path))
        found: dict[int, Colleague] = {}
        for row in await tx.all(query):
            place, width = unit_of(row), len(UNIT_COLUMNS)
            person = person_of(row[width + 1 :])
            opens = not tops.isdisjoint(place.lineage)
            known_by = found.get(person.id)
            if known_by is None or (opens and not known_by.opens):
                found[person.id] = Colleague(person, place, row[width], opens)
        return found

    asked = SearchRequest(PERSON_SEARCH, words, sorted(scopes), load, _names, MOST_FOUND)
    return await look_up(tx, asked)


def _may_be_found(
    reach: Iterable[Unit], shared: Sequence[Unit], known: Collection[int]
) -> ColumnElement[bool]:
    """The condition on a person and a unit of theirs."""
    conditions = [below_any(reach), among(people.c.id, known)]
    if shared:
        agreed = profiles.c.consent_version >= FINDABLE_SINCE
        conditions.append(and_(among(units.c.id, [place.id for place in shared]), agreed))
    return or_(*conditions)


async def _names(found: Mapping[int, Colleague]) -> Mapping[int, Sequence[str]]:
    return {number: (each.person.name,) for number, each in found.items()}


async def look_up_units(
    tx: Tx, words: str, tops: Collection[Unit], sight: Sight | None
) -> Matches[Unit]:
    """Active units whose name answers `words`, best first, within the sight or below `tops`."""

    async def load(refs: list[int]) -> Mapping[int, Unit]:
        found = await unit_queries.units_by_id(tx, refs)
        return {
            number: place
            for number, place in found.items()
            if place.is_active
            and ((sight and sight.shows(place)) or any(place.is_within(top) for top in tops))
        }

    async def texts(found: Mapping[int, Unit]) -> Mapping[int, Sequence[str]]:
        return await unit_texts(tx, found.values())

    scopes = unit_scopes(tops)
    if sight is not None:
        scopes |= {scope_below(district.id, gender) for district, gender in sight.views}
    return await look_up(
        tx, SearchRequest(UNIT_SEARCH, words, sorted(scopes), load, texts, _MOST_UNITS)
    )


async def unit_texts(tx: Tx, found: Iterable[Unit]) -> dict[int, tuple[str, str]]:
    """What each unit is found by: its name, and the name of the unit above it."""
    places = list(found)
    parents = {place.parent_id for place in places if place.parent_id}
    above = await unit_queries.units_by_id(tx, parents)
    names = {number: place.name for number, place in above.items()}
    return {place.id: (place.name, names.get(place.parent_id or 0, "")) for place in places}


async def searched_words(tx: Tx, person: Person, search_id: int) -> str:
    """The words of one of the person's own searches; empty when it is no longer kept."""
    words = await tx.scalar(
        select(searches.c.words).where(
            searches.c.id == search_id, searches.c.person_id == person.id
        )
    )
    return str(words or "")


def scope_below(unit_id: int, gender: UnitGender | None = None) -> str:
    """The scope of all that lies at the unit and below, or of what is of that gender there."""
    return f"{gender} below {unit_id}" if gender else f"below {unit_id}"


def unit_scopes(tops: Iterable[Unit]) -> set[str]:
    """The scopes of units at or below `tops`."""
    # units that were indexed before they had scopes, until they are indexed anew
    return {scope_below(top.id) for top in tops} | {""}


async def find_units(
    tx: Tx, text: str, limit: int = 6, tops: Iterable[Unit] | None = None
) -> list[Unit]:
    """Active units whose name resembles `text`, best first; slips and other spellings are
    forgiven. With `tops` only those at or below them."""
    allowed = None if tops is None else list(tops)

    async def load(refs: list[int]) -> dict[int, Unit]:
        return {
            number: place
            for number, place in (await units_by_id(tx, refs)).items()
            if place.is_active and (allowed is None or any(place.is_within(top) for top in allowed))
        }

    scopes = None if allowed is None else sorted(unit_scopes(allowed))
    found = await find_allowed(tx, UNIT_SEARCH, text, scopes, load, limit)
    if not found and (
        near := await search_index.nearest_spelling(tx, UNIT_SEARCH, text, scopes=scopes)
    ):
        found = await find_allowed(tx, UNIT_SEARCH, near, scopes, load, limit)
    return [each.item for each in found]


async def find_units_within(tx: Tx, tops: Iterable[Unit], text: str, limit: int = 8) -> list[Unit]:
    """As `find_units`, among the units at or below `tops`."""
    return await find_units(tx, text, limit, tops)
