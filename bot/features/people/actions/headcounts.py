"""How many people work below each unit, by role, subject and stage, kept along with every change,
so that nobody waits while a ministry is counted. Whoever works at the unit itself is not in it:
those are few, and found by an index."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from bot.features.people.models import ANY_ROLE
from bot.storage.derived import Derived
from bot.storage.transaction import Tx

SHARDS = 16
"""The top of a tree counts everybody; its counts are spread over so many rows by the person's id,
so that people who register at the same moment do not wait for each other."""

_Cell = tuple[str, int, str, str, int]
"""Role, unit, subject, stage, lane: in this order they are locked, whoever changes several."""

_COLUMNS = "role, unit_id, subject, stage, lane"

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
lanes(role, unit_id, subject, stage, lane, people) AS (
    SELECT held.role, profiles.unit_id, profiles.subject, profiles.stage,
        profiles.person_id % {SHARDS}, count(*)
    FROM held JOIN profiles ON profiles.person_id = held.person_id
    GROUP BY 1, 2, 3, 4, 5
)
SELECT lanes.role, above.place_id AS unit_id, lanes.subject, lanes.stage,
    CASE WHEN units.parent_id IS NULL THEN lanes.lane ELSE 0 END AS lane,
    CAST(sum(lanes.people) AS INTEGER) AS people
FROM lanes
JOIN above ON above.unit_id = lanes.unit_id
JOIN units ON units.id = above.place_id
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608

HEADCOUNTS = Derived(
    table="headcounts",
    keys=_COLUMNS,
    values="people",
    expected=_EXPECTED,
    sources=("profiles", "roles"),
    kept="people <> 0",
)

_WORKING = (
    "SELECT units.path, profiles.subject, profiles.stage, roles.role FROM profiles"
    " JOIN units ON units.id = profiles.unit_id"
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
    """Keep the counts in step with what the block does to the person's profile and roles.

    The caller has locked the person, and does not put one such block into another.
    """
    before = await _cells_of(tx, person_id)
    yield
    after = await _cells_of(tx, person_id)
    await _add(tx, [(cell, 1) for cell in after - before] + [(cell, -1) for cell in before - after])


async def _cells_of(tx: Tx, person_id: int) -> set[_Cell]:
    """Where the person is counted as things stand."""
    rows = await tx.touch(f"{_WORKING}{_HELD_STILL[tx.dialect]}", person_id)
    return {
        cell
        for path, subject, stage, role in rows
        for cell in _cells(person_id, path, subject, stage, role)
    }


def _cells(
    person_id: int, path: str, subject: str, stage: str, role: str | None
) -> Iterator[_Cell]:
    """Where somebody who works at the unit of this path is counted, for one of their roles."""
    lineage = [int(part) for part in path.split("/") if part]
    for depth, unit_id in enumerate(lineage[:-1]):
        shard = 0 if depth else person_id % SHARDS
        yield ANY_ROLE, unit_id, subject, stage, shard
        if role is not None:
            yield role, unit_id, subject, stage, shard


async def count_moved(tx: Tx, before: str, after: str) -> None:
    """Let the counts follow a unit whose path was the one and is the other, with everything below
    it. The caller has written the paths."""
    rows = await tx.fetch(
        "SELECT profiles.person_id, units.path, profiles.subject, profiles.stage, roles.role"
        " FROM units JOIN profiles ON profiles.unit_id = units.id"
        " LEFT JOIN roles ON roles.person_id = profiles.person_id AND roles.state = 'active'"
        " WHERE units.path >= ? AND units.path < ?",
        after,
        f"{after[:-1]}0",
    )
    new, old = set[tuple[int, _Cell]](), set[tuple[int, _Cell]]()
    for person_id, path, *more in rows:
        former = before + path[len(after) :]
        new |= {(person_id, cell) for cell in _cells(person_id, path, *more)}
        old |= {(person_id, cell) for cell in _cells(person_id, former, *more)}
    changes = Counter(cell for _, cell in new - old)
    changes.subtract(cell for _, cell in old - new)
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
