"""How many people belong below each unit, by role, subject and stage, kept along with every change,
so that nobody waits while a ministry is counted. Whoever belongs to the unit itself is not in it:
those are few, and found by an index. Somebody of several schools is counted once in each sum."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import groupby
from operator import itemgetter

from bot.features.people.models import ANY_ROLE, BELONGS
from bot.storage.derived import Derived
from bot.storage.transaction import Tx

SHARDS = 16
"""The top of a tree counts everybody; its counts are spread over so many rows by the person's id,
so that people who register at the same moment do not wait for each other."""

_Cell = tuple[str, int, str, str, int]
"""Role, unit, subject, stage, lane: in this order they are locked, whoever changes several."""

_COLUMNS = "role, unit_id, subject, stage, lane"

_BELONGS = f"standing IN ({', '.join(repr(each.value) for each in BELONGS)})"

# Whoever belongs to one unit, that of their profile, is counted together with their colleagues; of
# the few who belong to several, each is looked at.
_EXPECTED = f"""
WITH RECURSIVE above(unit_id, place_id) AS (
    SELECT id, parent_id FROM units WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT above.unit_id, units.parent_id FROM above JOIN units ON units.id = above.place_id
    WHERE units.parent_id IS NOT NULL
),
held(role, person_id) AS (
    SELECT '', person_id FROM profiles
    UNION
    SELECT role, person_id FROM roles WHERE state = 'active'
),
belong(person_id, unit_id) AS (
    SELECT person_id, unit_id FROM placements WHERE {_BELONGS}
),
several(person_id) AS (
    SELECT person_id FROM belong GROUP BY person_id HAVING count(*) > 1
),
lanes(role, unit_id, subject, stage, lane, people) AS (
    SELECT held.role, profiles.unit_id, profiles.subject, profiles.stage,
        profiles.person_id % {SHARDS}, count(*)
    FROM held JOIN profiles ON profiles.person_id = held.person_id
    WHERE held.person_id NOT IN (SELECT person_id FROM several)
    GROUP BY 1, 2, 3, 4, 5
),
over(person_id, place_id) AS (
    SELECT belong.person_id, above.place_id FROM several
    JOIN belong ON belong.person_id = several.person_id
    JOIN above ON above.unit_id = belong.unit_id
    EXCEPT
    SELECT belong.person_id, belong.unit_id FROM several
    JOIN belong ON belong.person_id = several.person_id
),
counted(role, place_id, subject, stage, lane, people) AS (
    SELECT lanes.role, above.place_id, lanes.subject, lanes.stage, lanes.lane, lanes.people
    FROM lanes JOIN above ON above.unit_id = lanes.unit_id
    UNION ALL
    SELECT held.role, over.place_id, profiles.subject, profiles.stage,
        profiles.person_id % {SHARDS}, 1
    FROM over JOIN held ON held.person_id = over.person_id
    JOIN profiles ON profiles.person_id = over.person_id
)
SELECT counted.role, counted.place_id AS unit_id, counted.subject, counted.stage,
    CASE WHEN units.parent_id IS NULL THEN counted.lane ELSE 0 END AS lane,
    CAST(sum(counted.people) AS INTEGER) AS people
FROM counted
JOIN units ON units.id = counted.place_id
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608

HEADCOUNTS = Derived(
    table="headcounts",
    keys=_COLUMNS,
    values="people",
    expected=_EXPECTED,
    sources=("profiles", "placements", "roles"),
    kept="people <> 0",
)

_COUNTED_AT = (
    "SELECT units.path, profiles.subject, profiles.stage, roles.role FROM profiles"  # noqa: S608
    " JOIN placements ON placements.person_id = profiles.person_id"
    f" AND placements.{_BELONGS}"
    " JOIN units ON units.id = placements.unit_id"
    " LEFT JOIN roles ON roles.person_id = profiles.person_id AND roles.state = 'active'"
    " WHERE profiles.person_id = ?"
)
_HELD_STILL = {"sqlite": "", "postgresql": " FOR SHARE OF units"}
"""Whoever moves a unit waits for those who are just being counted there, and they for the move."""
_AT_ONCE = 500
"""Counts in one statement."""

_ADD = f" ON CONFLICT ({_COLUMNS}) DO UPDATE SET people = headcounts.people + excluded.people"


@asynccontextmanager
async def counted(tx: Tx, person_id: int) -> AsyncIterator[None]:
    """Keep the counts in step with what the block does to the person's profile, placements and
    roles.

    The caller has locked the person, and does not put one such block into another.
    """
    before = await _cells_of(tx, person_id)
    yield
    after = await _cells_of(tx, person_id)
    await _add(tx, [(cell, 1) for cell in after - before] + [(cell, -1) for cell in before - after])


async def _cells_of(tx: Tx, person_id: int) -> set[_Cell]:
    """Where the person is counted as things stand."""
    rows = await tx.touch(f"{_COUNTED_AT}{_HELD_STILL[tx.dialect]}", person_id)
    if not rows:
        return set()
    _, subject, stage, _ = rows[0]
    paths, held = {path for path, *_ in rows}, {role for *_, role in rows}
    return set(_cells(person_id, paths, subject, stage, held))


def _cells(
    person_id: int, paths: Collection[str], subject: str, stage: str, held: Iterable[str | None]
) -> Iterator[_Cell]:
    """Where somebody is counted who belongs to the units of these paths and holds these roles:
    above each of the units, and at none of them."""
    lineages = [[int(part) for part in path.split("/") if part] for path in paths]
    own = {lineage[-1] for lineage in lineages}
    roles = {ANY_ROLE, *(role for role in held if role is not None)}
    for lineage in lineages:
        for depth, unit_id in enumerate(lineage[:-1]):
            if unit_id not in own:
                shard = 0 if depth else person_id % SHARDS
                yield from ((role, unit_id, subject, stage, shard) for role in roles)


_MOVED = (
    "SELECT profiles.person_id, place.path, profiles.subject, profiles.stage, roles.role"  # noqa: S608
    " FROM profiles JOIN placements ON placements.person_id = profiles.person_id"
    f" AND placements.{_BELONGS}"
    " JOIN units place ON place.id = placements.unit_id"
    " LEFT JOIN roles ON roles.person_id = profiles.person_id AND roles.state = 'active'"
    " WHERE profiles.person_id IN (SELECT moved.person_id FROM units"
    " JOIN placements moved ON moved.unit_id = units.id"
    f" AND moved.{_BELONGS} WHERE units.path >= ? AND units.path < ?)"
    " ORDER BY profiles.person_id"
)
"""Those who belong below a path, with all the units to which they belong."""


async def count_moved(tx: Tx, before: str, after: str) -> None:
    """Let the counts follow a unit whose path was the one and is the other, with everything below
    it. The caller has written the paths."""
    rows = await tx.fetch(_MOVED, after, f"{after[:-1]}0")
    changes = Counter[_Cell]()
    for person_id, some in groupby(rows, key=itemgetter(0)):
        moved = list(some)
        _, _, subject, stage, _ = moved[0]
        now, held = {each[1] for each in moved}, {each[4] for each in moved}
        then = {
            before + path[len(after) :] if path.startswith(after) else path for path in now
        }  # fmt: skip
        changes.update(set(_cells(person_id, now, subject, stage, held)))
        changes.subtract(set(_cells(person_id, then, subject, stage, held)))
    await _add(tx, [(cell, change) for cell, change in changes.items() if change])


async def _add(tx: Tx, changes: list[tuple[_Cell, int]]) -> None:
    ordered = sorted(changes)
    for at in range(0, len(ordered), _AT_ONCE):
        some = ordered[at : at + _AT_ONCE]
        values = ", ".join("(?, ?, ?, ?, ?, ?)" for _ in some)
        await tx.touch(
            f"INSERT INTO headcounts ({_COLUMNS}, people) VALUES {values}{_ADD}",  # noqa: S608
            *(value for cell, change in some for value in (*cell, change)),
        )
