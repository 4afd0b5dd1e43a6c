"""Finding colleagues and units: what is indexed, who may find whom, and what was searched for.

Whoever looks after a unit finds everybody at it and below; everybody finds the colleagues of their
own school, and whom they know otherwise (the members of their teams). Nobody finds more, and what
is shown of a colleague is name, subject and place of work.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, or_, select

from bot.arabic.search import index as search_index
from bot.arabic.search.matching import Asked, Matches, look_up
from bot.chat.person import PERSON_COLUMNS, Person, PersonState, people, person_of
from bot.features.people.models import profiles, searches, units
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.people import GRANTERS, Sight, Unit
from bot.features.people.queries.units import (
    UNIT_COLUMNS,
    UNIT_SEARCH,
    below,
    below_any,
    scope_below,
    unit_of,
    unit_scopes,
)
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
KEPT_SEARCHES = 10
"""Searches of one person whose pages can still be turned."""
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Colleague:
    """What a search shows of a person. `opens`: the reader looks after them."""

    person: Person
    unit: Unit
    subject: str
    opens: bool


async def index_person(tx: Tx, person_id: int) -> None:
    """Make a registered person findable by their name, by those who may find them now; whoever is
    not registered is forgotten. The caller holds the person's lock."""
    found = await people_queries.profile(tx, person_id)
    if found is None or not found.person.is_member:
        await search_index.forget(tx, PERSON_SEARCH, person_id)
        return
    consent = select(profiles.c.consent_version).where(profiles.c.person_id == person_id)
    scopes = [scope_below(number) for number in found.unit.lineage]
    if found.unit.kind in SHARED_KINDS and await tx.scalar(consent) >= FINDABLE_SINCE:
        scopes.append(_agreed_at(found.unit.id))
    own, name = _known(person_id), found.person.name
    await search_index.index(
        tx, search_index.Entry(PERSON_SEARCH, person_id, name, scope=own, scopes=tuple(scopes))
    )


async def index_people_after(tx: Tx, person_id: int, limit: int) -> int:
    """Index registered people whose ids are above `person_id`, so many at once. Returns the id
    of the last one, 0 when there are no more."""
    query = select(profiles.c.person_id).where(profiles.c.person_id > person_id)
    found = list(await tx.scalars(query.order_by(profiles.c.person_id).limit(limit)))
    # all before the first is indexed: the lock of the search is taken last, by everybody
    for number in found:
        await tx.lock("person", number)
    for number in found:
        await index_person(tx, number)
    return found[-1] if len(found) == limit else 0


def _agreed_at(unit_id: int) -> str:
    """The scope of those whom everybody at the unit may find."""
    return f"agreed at {unit_id}"


def _known(person_id: int) -> str:
    """The scope of one person, for those who know them."""
    return f"person {person_id}"


async def find_colleagues(
    tx: Tx, reader: Person, words: str, known: Collection[int] = (), top: Unit | None = None
) -> Matches[Colleague]:
    """The people whose names answer `words` among those that the reader may find, best first;
    the reader is not among them. `known` are ids of people whom the reader knows otherwise; with
    `top` only people at that unit and below."""
    reach = await people_queries.reach_of(tx, reader.id, GRANTERS)
    tops = {place.id for place in reach}
    known = frozenset(known)
    own = (await people_queries.workplaces(tx, [reader.id])).get(reader.id)
    shared = own if own is not None and own.kind in SHARED_KINDS else None
    if top is None:
        scopes = {scope_below(place.id) for place in reach} | {_known(each) for each in known}
        scopes |= {_agreed_at(shared.id)} if shared else set()
    else:
        scopes = {scope_below(top.id)}

    async def load(refs: list[int]) -> Mapping[int, Colleague]:
        if not refs:
            return {}
        allowed = _may_be_found(reach, shared, known.intersection(refs))
        query = (
            select(*UNIT_COLUMNS, profiles.c.subject, *(people.c[n] for n in PERSON_COLUMNS))
            .select_from(people.join(profiles).join(units, units.c.id == profiles.c.unit_id))
            .where(among(people.c.id, refs), people.c.id != reader.id, allowed)
            .where(people.c.state == PersonState.MEMBER)
        )
        if top is not None:
            query = query.where(below(top.path))
        found = {}
        for row in await tx.all(query):
            place, width = unit_of(row), len(UNIT_COLUMNS)
            person = person_of(row[width + 1 :])
            opens = not tops.isdisjoint(place.lineage)
            found[person.id] = Colleague(person, place, row[width], opens)
        return found

    asked = Asked(PERSON_SEARCH, words, sorted(scopes), load, _names, MOST_FOUND)
    return await look_up(tx, asked)


def _may_be_found(
    reach: Iterable[Unit], shared: Unit | None, known: Collection[int]
) -> ColumnElement[bool]:
    """The condition on a person and their unit."""
    conditions = [below_any(reach), among(people.c.id, known)]
    if shared is not None:
        agreed = profiles.c.consent_version >= FINDABLE_SINCE
        conditions.append(and_(units.c.id == shared.id, agreed))
    return or_(*conditions)


async def _names(found: Mapping[int, Colleague]) -> Mapping[int, Sequence[str]]:
    return {number: (each.person.name,) for number, each in found.items()}


async def look_up_units(
    tx: Tx, words: str, tops: Collection[Unit], sight: Sight | None
) -> Matches[Unit]:
    """Active units whose name answers `words`, best first, within the sight or below `tops`."""

    async def load(refs: list[int]) -> Mapping[int, Unit]:
        found = await people_queries.units_by_id(tx, refs)
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
        scopes |= {scope_below(sight.district.id, gender) for gender in sight.genders}
    return await look_up(tx, Asked(UNIT_SEARCH, words, sorted(scopes), load, texts, _MOST_UNITS))


async def unit_texts(tx: Tx, found: Iterable[Unit]) -> dict[int, tuple[str, str]]:
    """What each unit is found by: its name, and the name of the unit above it."""
    places = list(found)
    parents = {place.parent_id for place in places if place.parent_id}
    above = await people_queries.units_by_id(tx, parents)
    names = {number: place.name for number, place in above.items()}
    return {place.id: (place.name, names.get(place.parent_id or 0, "")) for place in places}


async def remember_search(tx: Tx, person: Person, words: str) -> int:
    """Keep the words so that buttons can turn the pages of what is found; the last ten stay."""
    search_id = await tx.insert(
        searches, person_id=person.id, words=words[:LONGEST_SEARCH], searched_at=tx.now
    )
    newest = (
        select(searches.c.id)
        .where(searches.c.person_id == person.id)
        .order_by(searches.c.id.desc())
        .limit(KEPT_SEARCHES)
    )
    kept = list(await tx.scalars(newest))
    await tx.execute(
        delete(searches).where(searches.c.person_id == person.id, searches.c.id < min(kept))
    )
    return search_id


async def forget_searches(tx: Tx, person_id: int) -> None:
    """Part of deleting one's data."""
    await tx.execute(delete(searches).where(searches.c.person_id == person_id))


async def searched_words(tx: Tx, person: Person, search_id: int) -> str:
    """The words of one of the person's own searches; empty when it is no longer kept."""
    words = await tx.scalar(
        select(searches.c.words).where(
            searches.c.id == search_id, searches.c.person_id == person.id
        )
    )
    return str(words or "")
