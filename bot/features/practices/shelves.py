"""Lists of practices: what a reader finds where."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from bot.chat.person import Person, find_people
from bot.features.people import queries as people_queries
from bot.features.people.queries import Unit
from bot.features.practices.models import Circle, PracticeState, places, practices, readers
from bot.features.teams import queries as teams_queries
from bot.features.teams.queries import OVERSEERS
from bot.storage.transaction import Tx

PAGE = 8
"""Practices on one page of a list."""
COUNTED = 99
"""A list that is longer is not counted: nobody asks whether it has 4,000 or 5,000."""
MOST_PARTS = 400
"""SQLite takes 500 parts of a union."""


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
    """One page of a list, counted from 1, and how many practices the whole list holds; of an
    `endless` one, at least so many, and more than on this page."""

    cards: tuple[Card, ...]
    number: int
    total: int
    endless: bool = False

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


@dataclass(frozen=True, slots=True)
class _Range:
    """Practices that lie side by side in an index, the newest last."""

    table: str
    conditions: tuple[tuple[str, object], ...]

    def select(self, columns: str, most: int, *more: tuple[str, object]) -> tuple[str, list[Any]]:
        """The newest `most` in SQL with its values, as a part of a union."""
        conditions = (*self.conditions, *more)
        key = "practice_id" if self.table == "practice_places" else "id"
        where = " AND ".join(f"{column} = ?" for column, _ in conditions)
        sql = (
            f"SELECT * FROM (SELECT {columns}, {key} FROM {self.table} WHERE {where}"  # noqa: S608
            f" ORDER BY shared_at DESC, {key} DESC LIMIT {most}) part"
        )
        return sql, [value for _, value in conditions]


_SHARED = ("state", PracticeState.SHARED.value)


async def list_practices(tx: Tx, reader: Person, shelf: Shelf, number: int = 1) -> Page:
    """A page of what the reader finds on the shelf, newest first; a page past the end is the
    last one. One's own list holds withdrawn and hidden ones too, a team's list holds hidden ones
    for its lead."""
    ranges = await _on_shelf(tx, reader, shelf)
    more = (("subject", shelf.subject),) if shelf.subject else ()
    most = max(COUNTED, number * PAGE) + 1
    parts = [part.select("shared_at", most, *more) for part in ranges]
    newest = sorted(await _union(tx, parts, most), reverse=True)[:most]
    total = len(newest)
    number = max(1, min(number, -(-total // PAGE)))
    shown = [row[1] for row in newest[(number - 1) * PAGE : number * PAGE]]
    wanted: ColumnElement[bool] = practices.c.id.in_(shown)
    if not shelf.mine and shelf.team_id is None:
        # One may be withdrawn between the two statements.
        wanted = and_(wanted, practices.c.state == PracticeState.SHARED)
    cards = await _cards_of(tx, wanted)
    found = tuple(cards[each] for each in shown if each in cards)
    return Page(found, number, total, endless=total == most)


async def _union(
    tx: Tx, parts: Sequence[tuple[str, list[Any]]], most: int = 0
) -> set[tuple[Any, ...]]:
    """What the parts hold together, each row once; with `most`, only its greatest rows."""
    found: set[tuple[Any, ...]] = set()
    limit = f" ORDER BY 1 DESC, 2 DESC LIMIT {most}" if most else ""
    for start in range(0, len(parts), MOST_PARTS):
        some = parts[start : start + MOST_PARTS]
        sql = " UNION ".join(part for part, _ in some) + limit
        rows = await tx.fetch(sql, *(value for _, values in some for value in values))
        found.update((row[0], row[1]) for row in rows)
    return found


async def _on_shelf(tx: Tx, reader: Person, shelf: Shelf) -> list[_Range]:
    if shelf.mine:
        return [_Range("practices", (("author_id", reader.id),))]
    if shelf.team_id is not None:
        return await _of_team(tx, reader, shelf.team_id)
    own = [team.id for team in await teams_queries.readable_teams_of(tx, reader.id)]
    of_teams = [_Range("practices", (("team_id", number), _SHARED)) for number in own]
    if shelf.own_teams:
        return of_teams
    places = [
        _Range("practice_places", (("unit_id", unit_id), ("circle", circle.value)))
        for unit_id, circle in await _places_of(tx, reader)
    ]
    return [_Range("practices", (("author_id", reader.id), _SHARED)), *of_teams, *places]


async def _of_team(tx: Tx, reader: Person, team_id: int) -> list[_Range]:
    shared = _Range("practices", (("team_id", team_id), _SHARED))
    if await teams_queries.is_lead(tx, team_id, reader.id):
        hidden = ("state", PracticeState.HIDDEN.value)
        return [shared, _Range("practices", (("team_id", team_id), hidden))]
    if await teams_queries.is_member(tx, team_id, reader.id):
        return [shared]
    team = await teams_queries.team(tx, team_id)
    if team and await people_queries.reaches(tx, reader.id, OVERSEERS, team.unit.id):
        return [shared]
    return [_Range("practices", (*shared.conditions, ("author_id", reader.id)))]


async def _places_of(tx: Tx, reader: Person) -> list[tuple[int, Circle]]:
    """Where the reader finds practices as things stand now: at their district what is for all,
    from units that go with theirs, and everything at the units that they oversee."""
    found: dict[tuple[int, Circle], None] = {}
    if sight := await people_queries.sight_of(tx, reader.id):
        found |= {(sight.district.id, Circle(gender)): None for gender in sorted(sight.genders)}
    for top in await people_queries.reach_of(tx, reader.id, OVERSEERS):
        found |= {(top.id, circle): None for circle in Circle}
    return list(found)


async def _findable(tx: Tx, reader: Person) -> ColumnElement[bool]:
    """The condition on `practices` that holds for what the reader may find in lists."""
    own = [team.id for team in await teams_queries.readable_teams_of(tx, reader.id)]
    by_unit: dict[int, list[Circle]] = {}
    for unit_id, circle in await _places_of(tx, reader):
        by_unit.setdefault(unit_id, []).append(circle)
    lies = [
        and_(places.c.unit_id == unit_id, places.c.circle.in_(circles))
        for unit_id, circles in by_unit.items()
    ]
    return and_(
        practices.c.state == PracticeState.SHARED,
        or_(
            practices.c.author_id == reader.id,
            practices.c.team_id.in_(own),
            exists().where(places.c.practice_id == practices.c.id, or_(false(), *lies)),
        ),
    )


async def subjects_with_practices(tx: Tx, reader: Person) -> dict[str, int]:
    """How many practices of each subject the reader may find, the largest first. Beyond
    `COUNTED` they are not counted: the number is then one more."""
    ranges = await _on_shelf(tx, reader, Shelf())
    most = COUNTED + 1
    parts = [
        part.select("subject", most, ("subject", subject))
        for part in ranges
        for subject in people_queries.SUBJECTS
    ]
    counts = Counter(subject for subject, _ in await _union(tx, parts))
    known = {subject: min(n, most) for subject, n in counts.items()}
    return dict(sorted(known.items(), key=lambda item: (-item[1], item[0])))


async def find_cards(tx: Tx, reader: Person, ids: Sequence[int]) -> tuple[Card, ...]:
    """Those of the practices that the reader may find, in the order of `ids`. For up to some
    hundred ids."""
    if not ids:
        return ()
    cards = await _cards_of(tx, and_(practices.c.id.in_(ids), await _findable(tx, reader)))
    return tuple(cards[number] for number in ids if number in cards)


async def teams_with_practices(tx: Tx, top: Unit, limit: int) -> list[int]:
    """Ids of at most `limit` teams at or below the unit that have shared practices."""
    query = (
        select(practices.c.team_id)
        .distinct()
        .join(places, places.c.practice_id == practices.c.id)
        .where(places.c.unit_id == top.id, places.c.circle == Circle.TEAM)
    )
    return list(await tx.scalars(query.limit(limit)))


async def _cards_of(tx: Tx, condition: ColumnElement[bool]) -> dict[int, Card]:
    read = select(func.count()).where(readers.c.practice_id == practices.c.id)
    query = select(
        practices.c.id,
        practices.c.title,
        practices.c.author_id,
        practices.c.subject,
        practices.c.state,
        read.correlate(practices).scalar_subquery().label("readers"),
    )
    rows = await tx.all(query.where(condition))
    authors = await find_people(tx, {row.author_id for row in rows})
    return {
        r.id: Card(r.id, r.title, authors[r.author_id], r.subject, r.state, r.readers) for r in rows
    }
