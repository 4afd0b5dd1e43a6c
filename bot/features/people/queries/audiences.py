"""Reads about audiences: how many people they hold, and which."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, text

from bot.features.people.models import (
    ANY_ROLE,
    BELONGS,
    IS_FURTHER,
    RoleState,
    headcounts,
    placements,
    profiles,
    roles,
    units,
)
from bot.features.people.queries.units import below, unit
from bot.packs.roles import Role
from bot.storage.columns import holds_any
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Audience:
    """People who belong to a unit or to one below it, teach one of the subjects and work in one of
    the stages; what is empty does not narrow. Of several units, subjects or stages of a person one
    is enough, and they are counted once."""

    unit_id: int
    subjects: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    role: Role | None = None


async def count_audience(tx: Tx, audience: Audience) -> int:
    at_it = _narrowed(select(func.count()).select_from(profiles), audience)
    further = _narrowed(_further(func.count()), audience)
    below_it = people_below(audience.unit_id, audience.role, audience.subjects, audience.stages)
    query = select(
        at_it.where(profiles.c.unit_id == audience.unit_id).scalar_subquery()
        + further.where(placements.c.unit_id == audience.unit_id).scalar_subquery()
        + below_it.scalar_subquery()
    )
    return int(await tx.scalar(query))


async def is_in_audience(tx: Tx, audience: Audience, person_id: int) -> bool:
    top = await unit(tx, audience.unit_id)
    if top is None:
        return False
    belongs = placements.c.standing.in_(BELONGS)
    query = _narrowed(select(profiles.c.person_id).join_from(profiles, placements, _OWN), audience)
    query = query.join(units, units.c.id == placements.c.unit_id)
    own = query.where(belongs, below(top.path), profiles.c.person_id == person_id)
    return await tx.first(own) is not None


async def audience_ids(
    tx: Tx, audience: Audience, after_id: int = 0, limit: int = 1000
) -> list[int]:
    """Ids of the audience's people in ascending order, those above `after_id`, at most
    `limit`."""
    top = await unit(tx, audience.unit_id)
    if top is None:
        return []
    # Of a whole tree, SQLite does better to go along the people than along the units and sort;
    # PostgreSQL finds that out by itself.
    everybody = top.parent_id is None and tx.dialect == "sqlite"
    main = select(profiles.c.person_id).join_from(profiles, units, units.c.id == profiles.c.unit_id)
    # Those of several units are few, and read apart: to look for them among all takes longer.
    further = _further(placements.c.person_id).join(units, units.c.id == placements.c.unit_id)
    found: set[int] = set()
    for query, number in ((main, profiles.c.person_id), (further, placements.c.person_id)):
        page = _narrowed(query, audience).where(
            below(top.path, indexed=not everybody), number > after_id
        )
        found |= {*await tx.scalars(page.order_by(number).limit(limit))}
    return sorted(found)[:limit]


_OWN = placements.c.person_id == profiles.c.person_id


def _further(column: ColumnElement[int]) -> Select[int]:
    """A selection of `column` over the people with the units to which they belong besides."""
    return select(column).join_from(placements, profiles, _OWN).where(text(IS_FURTHER))


def _narrowed(query: Select[int], audience: Audience) -> Select[int]:
    """The selection without those of other subjects, stages and roles."""
    query = query.where(
        *_teaching(profiles.c.subject, profiles.c.stage, audience.subjects, audience.stages)
    )
    if audience.role is not None:
        held = exists().where(
            roles.c.person_id == profiles.c.person_id,
            roles.c.role == audience.role,
            roles.c.state == RoleState.ACTIVE,
        )
        query = query.where(held)
    return query


def people_below(
    unit_id: int, role: str | None, subjects: Collection[str] = (), stages: Collection[str] = ()
) -> Select[int]:
    """A selection of one number: how many people belong below the unit; what is empty does not
    narrow. Each stands in one row, that of all their subjects and stages."""
    query = select(func.coalesce(func.sum(headcounts.c.people), 0)).where(
        headcounts.c.unit_id == unit_id, headcounts.c.role == (role or ANY_ROLE)
    )
    return query.where(*_teaching(headcounts.c.subject, headcounts.c.stage, subjects, stages))


def _teaching(
    subject: ColumnElement[Any],
    stage: ColumnElement[Any],
    subjects: Collection[str],
    stages: Collection[str],
) -> Iterator[ColumnElement[bool]]:
    """The conditions on the two sets."""
    if subjects:
        yield holds_any(subject, subjects)
    if stages:
        yield holds_any(stage, stages)
