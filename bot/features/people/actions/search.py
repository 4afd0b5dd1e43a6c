"""What is found: people and units as they are now, and the searches that are kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.arabic.search import index as search_index
from bot.chat.person import Person
from bot.core.graphemes import begin
from bot.features.people.models import profiles, searches, units
from bot.features.people.queries import audiences as audience_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries.audiences import Audience
from bot.features.people.queries.search import (
    FINDABLE_SINCE,
    LONGEST_SEARCH,
    PERSON_SEARCH,
    SHARED_KINDS,
    UNIT_SEARCH,
    scope_below,
    scope_of_acquaintances,
    scope_of_consenting,
)
from bot.features.people.queries.units import UNIT_COLUMNS, Unit, below, unit, unit_of
from bot.scheduling import due
from bot.storage.columns import to_millis
from bot.storage.database import ERASED
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

KEPT_SEARCHES = 10
"""Searches of one person whose pages can still be turned."""

CLEAR = f"{due.UNNOTICED}people.clear"
CLEARED_AFTER = timedelta(hours=1)
CLEARING_GOES_ON_AFTER = timedelta(seconds=1)
CLEARED_PAGES = 256
"""Of some 4 KB: whoever wants to write meanwhile waits for as many."""

_PLACED = "placed"
"""The scope of every unit that has others."""


async def plan_clearing(tx: Tx, *, begins: bool = True) -> None:
    """Have the index freed from what was deleted from it: soon after the last of several
    erasures, since it reads all of it, and then piece by piece."""
    if tx.dialect == "sqlite":
        later = CLEARED_AFTER if begins else CLEARING_GOES_ON_AFTER
        slot = "begin" if begins else "go on"
        await due.set_due(tx, CLEAR, "search:clearing", slot, anchor=tx.now + later)


async def clear_index(tx: Tx, slot: str) -> None:
    """The next piece of that; what its pages held goes from the log beside the database too."""
    if await search_index.clear_forgotten(tx, CLEARED_PAGES, begins=slot == "begin"):
        await plan_clearing(tx, begins=False)
    else:
        tx.signal_after_commit(ERASED)


async def forget_old_searches(tx: Tx, before: datetime, most: int) -> int:
    """Delete searches from before that moment, at most so many; returns how many. They are
    looked for in the order in which they came."""
    oldest = f"FROM {searches.name} WHERE id > 0 ORDER BY id LIMIT ?"
    rows = await tx.fetch(
        f"DELETE FROM {searches.name} WHERE {first_of(tx, 'id', oldest)}"  # noqa: S608
        " AND searched_at < ? RETURNING id",
        most,
        to_millis(before),
    )
    return len(rows)


async def index_person(tx: Tx, person_id: int) -> None:
    """Make a registered person findable by their name, by those who may find them now; whoever is
    not registered is forgotten. The caller holds the person's lock."""
    found = await people_queries.profile(tx, person_id)
    if found is None or not found.person.is_member:
        await search_index.forget(tx, PERSON_SEARCH, person_id)
        return
    consent = select(profiles.c.consent_version).where(profiles.c.person_id == person_id)
    above = dict.fromkeys(number for place in found.units for number in place.lineage)
    scopes = [scope_below(number) for number in above]
    shared = [place.id for place in found.units if place.kind in SHARED_KINDS]
    if shared and await tx.scalar(consent) >= FINDABLE_SINCE:
        scopes += map(scope_of_consenting, shared)
    own, name = scope_of_acquaintances(person_id), found.person.name
    await search_index.index(
        tx,
        search_index.SearchEntry(PERSON_SEARCH, person_id, name, scope=own, scopes=tuple(scopes)),
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


async def remember_search(tx: Tx, person: Person, words: str) -> int:
    """Keep the words so that buttons can turn the pages of what is found; the last ten stay."""
    search_id = await tx.insert(
        searches, person_id=person.id, words=begin(words, LONGEST_SEARCH), searched_at=tx.now
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


async def index_unit(tx: Tx, place: Unit) -> None:
    """Make a unit findable by its name and that of the unit above it, everywhere or by whoever
    looks for what lies below one of the units above it."""
    above = await unit(tx, place.parent_id) if place.parent_id else None
    await search_index.index(tx, _entry_of(place, above))


async def index_new_units(tx: Tx, places: Iterable[tuple[Unit, Unit | None]]) -> None:
    """The same for units that were just added, each with the one above it."""
    await search_index.index_new(tx, [_entry_of(place, above) for place, above in places])


def _entry_of(place: Unit, above: Unit | None) -> search_index.SearchEntry:
    scopes = [
        scope_below(number, gender) for number in place.lineage for gender in (None, place.gender)
    ]
    name = above.name if above else ""
    return search_index.SearchEntry(UNIT_SEARCH, place.id, place.name, name, _PLACED, tuple(scopes))


async def index_below(tx: Tx, top: Unit, what: str, after: int, limit: int) -> int:
    """Index units (`what` is "units") or people at or below the unit whose ids are above `after`,
    so many at once. Returns the id of the last one, 0 when there are no more."""
    if what == "units":
        query = select(*UNIT_COLUMNS).where(below(top.path), units.c.id > after)
        found = [unit_of(row) for row in await tx.all(query.order_by(units.c.id).limit(limit))]
        for place in found:
            await index_unit(tx, place)
        return found[-1].id if len(found) == limit else 0
    ids = await audience_queries.audience_ids(tx, Audience(top.id), after, limit)
    for number in ids:
        await tx.lock("person", number)
    for number in ids:
        await index_person(tx, number)
    return ids[-1] if len(ids) == limit else 0


async def index_units_after(tx: Tx, unit_id: int, limit: int) -> int:
    """Index units whose ids are above `unit_id`, so many at once. Returns the id of the last one,
    0 when there are no more."""
    query = select(*UNIT_COLUMNS).where(units.c.id > unit_id).order_by(units.c.id)
    found = [unit_of(row) for row in await tx.all(query.limit(limit))]
    for place in found:
        await index_unit(tx, place)
    return found[-1].id if len(found) == limit else 0
