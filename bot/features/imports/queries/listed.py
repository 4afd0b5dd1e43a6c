"""Reads about people who stand on a list and have agreed to nothing: for whoever brought it, and
the head of their unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from bot.features.imports.models import ListedState, claim_tries, imported_people, imports
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import in_name_order
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.lists import among
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who stands on a list; `made_by` is who brought it."""

    id: int
    import_id: int
    unit: Unit
    state: ListedState
    name: str
    family: str
    role: Role
    subjects: tuple[str, ...]
    stages: tuple[str, ...]
    staff_number: str
    phone_digest: str
    slip_seed: str | None
    slip_until: datetime | None
    wrong_tries: int
    proven_by: int | None
    proven_until: datetime | None
    claimed_by: int | None
    claimed_at: datetime | None
    gave_role: Role | None
    created_at: datetime
    made_by: int | None

    @property
    def is_open(self) -> bool:
        return self.state is ListedState.OPEN

    def has_slip(self, now: datetime) -> bool:
        """Whether a code was made that still opens the place."""
        return bool(self.slip_seed) and self.slip_until is not None and self.slip_until > now

    def is_proven_by(self, person_id: int, now: datetime) -> bool:
        """Whether this very person is just taking the place."""
        return self.proven_by == person_id and self.is_being_taken(now)

    def is_being_taken(self, now: datetime) -> bool:
        return self.proven_until is not None and self.proven_until > now


_OWN = (
    "id", "import_id", "state", "name", "family", "role", "staff_number", "phone_digest",
    "slip_seed", "slip_until", "wrong_tries", "proven_by", "proven_until", "claimed_by",
    "claimed_at", "gave_role", "created_at",
)  # fmt: skip


def _query() -> Select[Any]:
    own = (imported_people.c[name] for name in (*_OWN, "unit_id", "subjects", "stages"))
    return select(*own, imports.c.made_by).join(
        imports, imports.c.id == imported_people.c.import_id
    )


async def _of(tx: Tx, rows: Iterable[Row[Any]]) -> list[Listed]:
    found = list(rows)
    places = await unit_queries.units_by_id(tx, {row.unit_id for row in found})
    return [
        Listed(
            unit=places[row.unit_id],
            subjects=tuple(row.subjects.split()),
            stages=tuple(row.stages.split()),
            made_by=row.made_by,
            **{name: getattr(row, name) for name in _OWN},
        )
        for row in found
    ]


async def _one(tx: Tx, condition: ColumnElement[bool]) -> Listed | None:
    row = await tx.first(_query().where(condition))
    return (await _of(tx, [row]))[0] if row else None


async def listed_by_id(tx: Tx, listed_id: int) -> Listed | None:
    return await _one(tx, imported_people.c.id == listed_id)


async def listed_by_ids(tx: Tx, ids: Iterable[int]) -> list[Listed]:
    """Those of these ids, in their order; unknown ids are left out."""
    those = _query().where(among(imported_people.c.id, ids)).order_by(imported_people.c.id)
    return await _of(tx, await tx.all(those))


async def listed_by_slip(tx: Tx, digest: str) -> Listed | None:
    """Whose code this is the digest of."""
    return await _one(tx, imported_people.c.slip_digest == digest)


async def listed_by_phone(tx: Tx, digest: str) -> list[Listed]:
    """Those who wait and have this telephone number; a family may share one."""
    rows = await tx.all(
        _query().where(
            imported_people.c.phone_digest == digest, imported_people.c.state == ListedState.OPEN
        ).limit(5)
    )  # fmt: skip
    return await _of(tx, rows)


async def waiting_at(tx: Tx, unit_id: int, *, offset: int, limit: int) -> tuple[list[Listed], int]:
    """A page of those at a unit who have not claimed their place, by name, and how many there
    are."""
    here = (imported_people.c.unit_id == unit_id, imported_people.c.state == ListedState.OPEN)
    total = await count_at(tx, unit_id)
    rows = await tx.all(
        _query()
        .where(*here)
        .order_by(
            in_name_order(imported_people.c.name), imported_people.c.name, imported_people.c.id
        )
        .offset(offset)
        .limit(limit)
    )
    return await _of(tx, rows), total


async def count_at(tx: Tx, unit_id: int) -> int:
    """How many at the unit itself have not claimed their place."""
    here = (imported_people.c.unit_id == unit_id, imported_people.c.state == ListedState.OPEN)
    return int(await tx.scalar(select(func.count()).select_from(imported_people).where(*here)))


async def count_within(tx: Tx, top: Unit) -> int:
    """How many at the unit and below it have not claimed their place."""
    waiting = (
        imported_people.c.unit_id.in_(unit_queries.unit_ids_within(top)),
        imported_people.c.state == ListedState.OPEN,
    )
    return int(await tx.scalar(select(func.count()).select_from(imported_people).where(*waiting)))


@dataclass(frozen=True, slots=True)
class WaitingScope:
    """Who waits at a unit itself, or of an import; `after` is the unit and the id of the last one
    of the part before."""

    unit_id: int = 0
    import_id: int = 0
    after: tuple[int, int] = (0, 0)

    def condition(self) -> ColumnElement[bool]:
        own = imported_people.c.unit_id == self.unit_id
        if self.import_id:
            own = imported_people.c.import_id == self.import_id
        unit, number = self.after
        later = (imported_people.c.unit_id > unit) | (
            (imported_people.c.unit_id == unit) & (imported_people.c.id > number)
        )
        return own & later & (imported_people.c.state == ListedState.OPEN)


async def waiting_in(tx: Tx, scope: WaitingScope, limit: int) -> list[Listed]:
    """Those who wait, unit by unit, at most so many."""
    query = _query().where(scope.condition())
    ordered = query.order_by(imported_people.c.unit_id, imported_people.c.id).limit(limit)
    return await _of(tx, await tx.all(ordered))


async def count_in(tx: Tx, scope: WaitingScope) -> int:
    """How many wait."""
    query = select(func.count()).select_from(imported_people).where(scope.condition())
    return int(await tx.scalar(query))


async def claimed_at(tx: Tx, unit_id: int, since: datetime) -> list[Listed]:
    """Those at a unit who have claimed their place since then, the newest first."""
    rows = await tx.all(
        _query()
        .where(
            imported_people.c.unit_id == unit_id,
            imported_people.c.state == ListedState.CLAIMED,
            imported_people.c.claimed_at > since,
        )
        .order_by(imported_people.c.claimed_at.desc(), imported_people.c.id.desc())
        .limit(1_000)
    )
    return await _of(tx, rows)


async def claimed_by(tx: Tx, person_id: int) -> list[Listed]:
    """The places that somebody has claimed."""
    claimed = imported_people.c.claimed_by == person_id
    return await _of(tx, await tx.all(_query().where(claimed).order_by(imported_people.c.id)))


async def units_waiting(
    tx: Tx, import_id: int, *, offset: int, limit: int
) -> list[tuple[Unit, int]]:
    """A page of the units of an import in which somebody waits, with how many, in order."""
    rows = await tx.all(
        select(imported_people.c.unit_id, func.count().label("number"))
        .where(
            imported_people.c.import_id == import_id, imported_people.c.state == ListedState.OPEN
        )
        .group_by(imported_people.c.unit_id)
        .order_by(imported_people.c.unit_id)
        .offset(offset)
        .limit(limit)
    )
    places = await unit_queries.units_by_id(tx, (row.unit_id for row in rows))
    return [(places[row.unit_id], int(row.number)) for row in rows]


async def makers_at(tx: Tx, unit_id: int) -> set[int]:
    """Who brought the lists on which people of the unit stand."""
    query = (
        select(imports.c.made_by)
        .join(imported_people, imported_people.c.import_id == imports.c.id)
        .where(imported_people.c.unit_id == unit_id, imports.c.made_by.is_not(None))
        .distinct()
    )
    return set(await tx.scalars(query))


async def listed_after(tx: Tx, last_id: int, import_id: int, limit: int) -> list[Listed]:
    """People of an import (0: of all) whose ids are above `last_id`, in their order."""
    query = _query().where(imported_people.c.id > last_id)
    if import_id:
        query = query.where(imported_people.c.import_id == import_id)
    return await _of(tx, await tx.all(query.order_by(imported_people.c.id).limit(limit)))


async def claimers_of(tx: Tx, import_id: int) -> list[int]:
    """Who has claimed a place of an import."""
    query = select(imported_people.c.claimed_by).where(
        imported_people.c.import_id == import_id, imported_people.c.claimed_by.is_not(None)
    )
    return list(await tx.scalars(query))


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong codes and names of the last day: by the person, at the unit, and codes that are
    nobody's, by everybody."""

    own: int
    there: int
    blind: int


async def tries_since(tx: Tx, person_id: int, unit_id: int, since: datetime) -> Tries:
    """How often it went wrong; `unit_id` 0 for a code that is nobody's."""
    recent = claim_tries.c.tried_at > since

    async def count(condition: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(claim_tries).where(recent, condition)
        return int(await tx.scalar(query))

    return Tries(
        await count(claim_tries.c.person_id == person_id),
        await count(claim_tries.c.unit_id == unit_id) if unit_id else 0,
        await count(claim_tries.c.unit_id == 0),
    )


async def imports_named(tx: Tx, ids: Iterable[int]) -> dict[int, str]:
    """The names of the files of these imports."""
    rows = await tx.all(select(imports.c.id, imports.c.title).where(among(imports.c.id, ids)))
    return {row.id: row.title for row in rows}
