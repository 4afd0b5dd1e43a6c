"""Lists of practices: what a reader finds where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from bot.chat.person import Person, find_people
from bot.features.people import queries as people_queries
from bot.features.people.queries import Unit
from bot.features.practices.models import PracticeState, practices, readers
from bot.features.teams import queries as teams_queries
from bot.features.teams.queries import OVERSEERS
from bot.storage.transaction import Tx

PAGE = 8
"""Practices on one page of a list."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of a practice."""

    id: int
    title: str
    author: Person
    subject: str
    state: PracticeState
    readers: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, counted from 1, and how many practices the whole list holds."""

    cards: tuple[Card, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which practices a list holds. Without anything set: all that the reader may find."""

    team_id: int | None = None
    subject: str = ""
    own_teams: bool = False
    mine: bool = False


async def list_practices(tx: Tx, reader: Person, shelf: Shelf, number: int = 1) -> Page:
    """A page of what the reader finds on the shelf, newest first; a page past the end is the
    last one. One's own list holds withdrawn and hidden ones too, a team's list holds hidden ones
    for its lead."""
    condition = await _on_shelf(tx, reader, shelf)
    counted = await tx.scalar(select(func.count()).select_from(practices).where(condition))
    total = int(counted)
    number = max(1, min(number, -(-total // PAGE)))
    query = _cards().where(condition).order_by(practices.c.shared_at.desc(), practices.c.id.desc())
    rows = await tx.all(query.offset((number - 1) * PAGE).limit(PAGE))
    return Page(await _with_authors(tx, rows), number, total)


async def _on_shelf(tx: Tx, reader: Person, shelf: Shelf) -> ColumnElement[bool]:
    if shelf.mine:
        return practices.c.author_id == reader.id
    readable = await _findable(tx, reader)
    if shelf.team_id is not None:
        if await teams_queries.is_lead(tx, shelf.team_id, reader.id):
            readable = practices.c.state != PracticeState.WITHDRAWN
        elif await teams_queries.is_member(tx, shelf.team_id, reader.id):
            readable = practices.c.state == PracticeState.SHARED
        return and_(practices.c.team_id == shelf.team_id, readable)
    if shelf.own_teams:
        own = [team.id for team in await teams_queries.teams_of(tx, reader.id)]
        readable = and_(readable, practices.c.team_id.in_(own))
    if shelf.subject:
        readable = and_(readable, practices.c.subject == shelf.subject)
    return readable


async def _findable(tx: Tx, reader: Person) -> ColumnElement[bool]:
    """The condition on `practices` that holds for what the reader may find in lists."""
    own = [team.id for team in await teams_queries.teams_of(tx, reader.id)]
    ways: list[ColumnElement[bool]] = [
        practices.c.author_id == reader.id,
        practices.c.team_id.in_(own),
    ]
    if sight := await people_queries.sight_of(tx, reader.id):
        within = people_queries.unit_ids_within(sight.district, sight.genders)
        ways.append(and_(practices.c.team_id.is_(None), practices.c.unit_id.in_(within)))
    ways += [
        practices.c.unit_id.in_(people_queries.unit_ids_within(top))
        for top in await people_queries.reach_of(tx, reader.id, OVERSEERS)
    ]
    return and_(practices.c.state == PracticeState.SHARED, or_(*ways))


async def subjects_with_practices(tx: Tx, reader: Person) -> dict[str, int]:
    """How many practices of each subject the reader may find, the largest first."""
    query = (
        select(practices.c.subject, func.count().label("n"))
        .where(await _findable(tx, reader))
        .group_by(practices.c.subject)
        .order_by(func.count().desc(), practices.c.subject)
    )
    return {row.subject: row.n for row in await tx.all(query)}


async def find_cards(tx: Tx, reader: Person, ids: Sequence[int]) -> tuple[Card, ...]:
    """Those of the practices that the reader may find, in the order of `ids`. For up to some
    hundred ids."""
    if not ids:
        return ()
    condition = and_(practices.c.id.in_(ids), await _findable(tx, reader))
    found = await _with_authors(tx, await tx.all(_cards().where(condition)))
    cards = {card.id: card for card in found}
    return tuple(cards[number] for number in ids if number in cards)


async def teams_with_practices(tx: Tx, top: Unit, limit: int) -> list[int]:
    """Ids of at most `limit` teams at or below the unit that have shared practices."""
    query = select(practices.c.team_id).distinct()
    query = query.where(
        practices.c.team_id.is_not(None),
        practices.c.unit_id.in_(people_queries.unit_ids_within(top)),
        practices.c.state == PracticeState.SHARED,
    )
    return list(await tx.scalars(query.limit(limit)))


def _cards() -> Select[Any]:
    read = select(func.count()).where(readers.c.practice_id == practices.c.id)
    return select(
        practices.c.id,
        practices.c.title,
        practices.c.author_id,
        practices.c.subject,
        practices.c.state,
        read.correlate(practices).scalar_subquery().label("readers"),
    )


async def _with_authors(tx: Tx, rows: Iterable[Row[Any]]) -> tuple[Card, ...]:
    found = list(rows)
    authors = await find_people(tx, {row.author_id for row in found})
    return tuple(
        Card(r.id, r.title, authors[r.author_id], r.subject, r.state, r.readers) for r in found
    )
