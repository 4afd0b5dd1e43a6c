"""Where shared practices are found: a row for its unit and for each unit above it, so that the
newest that a reader may see are the ends of a few ranges of an index, and not a search through
all. Who may see what is decided at each reading; these rows only say where a practice lies."""

from sqlalchemy import select, update

from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import unit_ids_within
from bot.features.practices.actions.search import index_practice
from bot.features.practices.models import Readership, practices
from bot.features.practices.queries.practices import Practice, practice_of
from bot.storage.columns import to_millis
from bot.storage.derived import Derived
from bot.storage.transaction import Tx

_EXPECTED = """
WITH RECURSIVE above(unit_id, place_id) AS (
    SELECT id, id FROM units
    UNION ALL
    SELECT above.unit_id, units.parent_id FROM above JOIN units ON units.id = above.place_id
    WHERE units.parent_id IS NOT NULL
)
SELECT practices.id AS practice_id, above.place_id AS unit_id,
    CASE WHEN practices.team_id IS NULL THEN units.gender ELSE 'team' END AS circle,
    practices.subject, practices.shared_at
FROM practices
JOIN units ON units.id = practices.unit_id
JOIN above ON above.unit_id = practices.unit_id
WHERE practices.state = 'shared'
"""

PLACES = Derived(
    table="practice_places",
    keys="practice_id, unit_id",
    values="circle, subject, shared_at",
    expected=_EXPECTED,
    sources=("practices",),
)
"""Units are not locked: what lies below one that has moved follows right after it."""
AT_ONCE = 20
"""Practices that follow in one transaction."""


async def place_practice(tx: Tx, practice: Practice) -> None:
    """Have a shared practice found where it belongs as it stands; any other one nowhere."""
    await tx.touch("DELETE FROM practice_places WHERE practice_id = ?", practice.id)
    if not practice.is_shared:
        return
    circle = Readership.TEAM if practice.team else Readership(practice.unit.gender)
    at = to_millis(practice.shared_at)
    columns = f"{PLACES.keys}, {PLACES.values}"
    rows = [
        (practice.id, unit_id, circle.value, practice.subject, at)
        for unit_id in practice.unit.lineage
    ]
    values = ", ".join("(?, ?, ?, ?, ?)" for _ in rows)
    await tx.touch(
        f"INSERT INTO practice_places ({columns}) VALUES {values}",  # noqa: S608
        *(value for row in rows for value in row),
    )


async def place_below(tx: Tx, unit_id: int, after: int, into: int | None = None) -> int:
    """Have the practices at or below a unit whose ids are above `after` found where it lies now,
    so many at once; with `into` those at the unit itself become the other one's. Returns the id of
    the last one, 0 when there are no more."""
    top = await unit_queries.unit(tx, unit_id)
    assert top is not None
    here = (
        practices.c.unit_id.in_(unit_ids_within(top))
        if into is None
        else practices.c.unit_id == unit_id
    )
    query = select(practices.c.id).where(here, practices.c.id > after)
    ids = list(await tx.scalars(query.order_by(practices.c.id).limit(AT_ONCE)))
    for number in ids:
        if into is not None:
            moved = update(practices).where(practices.c.id == number)
            await tx.execute(moved.values(unit_id=into))
        found = await practice_of(tx, number)
        assert found is not None
        await place_practice(tx, found)
        await index_practice(tx, found)
    return ids[-1] if len(ids) == AT_ONCE else 0
