"""Reads about audiences: how many people they hold, and which."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from bot.features.people.models import ANY_ROLE, RoleState, headcounts, profiles, roles, units
from bot.features.people.queries.units import below, unit
from bot.packs.organisation import Role
from bot.storage.columns import holds_any
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Audience:
    """Registered people at or below a unit who teach one of the subjects and work in one of the
    stages; what is empty does not narrow. Of several subjects or stages of a person one is enough,
    and they are counted once."""

    unit_id: int
    subjects: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    role: Role | None = None


async def count_audience(tx: Tx, audience: Audience) -> int:
    at_it = _narrowed(select(func.count()).select_from(profiles), audience)
    at_it = at_it.where(profiles.c.unit_id == audience.unit_id)
    below_it = people_below(audience.unit_id, audience.role, audience.subjects, audience.stages)
    query = select(at_it.scalar_subquery() + below_it.scalar_subquery())
    return int(await tx.scalar(query))


async def is_in_audience(tx: Tx, audience: Audience, person_id: int) -> bool:
    top = await unit(tx, audience.unit_id)
    if top is None:
        return False
    query = _narrowed(_placed(profiles.c.person_id), audience)
    own = query.where(below(top.path), profiles.c.person_id == person_id)
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
    within = below(top.path, indexed=not everybody)
    query = _narrowed(_placed(profiles.c.person_id), audience)
    query = query.where(within, profiles.c.person_id > after_id).order_by(profiles.c.person_id)
    return list(await tx.scalars(query.limit(limit)))


def _placed(column: ColumnElement[int]) -> Select[int]:
    """A selection of `column` over the registered people with the units where they work."""
    return select(column).select_from(profiles.join(units, units.c.id == profiles.c.unit_id))


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
    """A selection of one number: how many people work below the unit; what is empty does not
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
