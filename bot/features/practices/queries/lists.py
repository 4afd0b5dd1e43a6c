"""Lists of practices: what a reader finds where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select

from bot.chat.person import Person, find_people
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import OVERSEERS
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.units import Unit
from bot.features.practices.models import PracticeState, Readership, places, practices, readers
from bot.packs import organisation
from bot.storage.columns import encode
from bot.storage.connection import Dialect
from bot.storage.lists import among
from bot.storage.transaction import Tx

COUNTED = 99
"""A list that is longer is not counted: nobody asks whether it has 4,000 or 5,000."""


@dataclass(frozen=True, slots=True)
class PracticeCard:
    """What a list shows of a practice."""

    id: int
    title: str
    author: Person
    subject: str
    state: PracticeState
    readers: int


@dataclass(frozen=True, slots=True)
class PracticePage:
    """One page of a list, counted from 1, of at most `size` practices, and how many the whole list
    holds; of an `endless` one, at least so many, and more than on this page."""

    cards: tuple[PracticeCard, ...]
    number: int
    size: int
    total: int
    endless: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which practices a list holds. Without anything set: all that the reader may find."""

    team_id: int | None = None
    subject: str = ""
    own_teams: bool = False
    mine: bool = False


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Ranges of an index in which practices lie side by side, the newest last: one for each of
    `rows`, which hold values of the columns."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]

    def select(
        self, dialect: Dialect, column: str, most: int, subjects: Sequence[str] = ()
    ) -> tuple[str, list[Any]]:
        """The column and the id of the newest `most` of each range, or of each subject in each, in
        SQL of one size, with its values."""
        key = "practice_id" if self.table == "practice_places" else "id"
        each = _EACH[dialect]
        found = [f"found.{name} = {each(n, name)}" for n, name in enumerate(self.columns)]
        values: list[Any] = [encode(self.rows)]
        source = f"{_ROWS[dialect]} AS range"
        if subjects:
            found.append("found.subject = wanted.value")
            values.append(encode(subjects))
            source += f" CROSS JOIN {_TEXTS[dialect]} AS wanted"
        newest = (
            f"FROM {self.table} AS found WHERE {' AND '.join(found)}"
            f" ORDER BY found.shared_at DESC, found.{key} DESC LIMIT {most}"
        )
        if dialect == "postgresql":
            lateral = f"CROSS JOIN LATERAL (SELECT found.{column}, found.{key} {newest}) AS part"
        else:
            # The whole key of a place says which unit; of a practice its id is enough. The sign
            # and the order keep SQLite from reading all that lies at the unit instead.
            place = f" AND +part.unit_id = {each(0, '')}" if key == "practice_id" else ""
            lateral = (
                f"CROSS JOIN {self.table} AS part ON part.{key} IN (SELECT found.{key} {newest})"
            )
            lateral += place
        return f"SELECT part.{column}, part.{key} FROM {source} {lateral}", values  # noqa: S608


_ROWS = {
    "sqlite": "json_each(?)",
    "postgresql": "(SELECT value FROM jsonb_array_elements(CAST(? AS jsonb)))",
}
_TEXTS = {
    "sqlite": "json_each(?)",
    "postgresql": "(SELECT value FROM jsonb_array_elements_text(CAST(? AS jsonb)))",
}
_EACH: dict[str, Callable[[int, str], str]] = {
    "sqlite": lambda number, _: f"json_extract(range.value, '$[{number}]')",
    "postgresql": lambda number, name: (
        f"CAST(range.value ->> {number} AS {'bigint' if name.endswith('_id') else 'text'})"
    ),
}
_SHARED = PracticeState.SHARED.value


async def list_practices(
    tx: Tx, reader: Person, shelf: Selection, number: int, size: int
) -> PracticePage:
    """A page of what the reader finds in the lists, newest first; a page past the end is the last
    one. One's own list holds withdrawn and hidden ones too, a team's list holds hidden ones for its
    lead."""
    most = max(COUNTED, number * size) + 1
    subjects = [shelf.subject] if shelf.subject else []
    ranges = await _on_shelf(tx, reader, shelf)
    union, values = _union(tx, ranges, "shared_at", most, subjects)
    newest = await tx.fetch(f"{union} ORDER BY 1 DESC, 2 DESC LIMIT {most}", *values)
    total = len(newest)
    number = max(1, min(number, -(-total // size)))
    shown = [row[1] for row in newest[(number - 1) * size : number * size]]
    wanted: ColumnElement[bool] = among(practices.c.id, shown)
    if not shelf.mine and shelf.team_id is None:
        # One may be withdrawn between the two statements.
        wanted = and_(wanted, practices.c.state == PracticeState.SHARED)
    cards = await _cards_of(tx, wanted)
    found = tuple(cards[each] for each in shown if each in cards)
    return PracticePage(found, number, size, total, endless=total == most)


def _union(
    tx: Tx, ranges: Sequence[_Ranges], column: str, most: int, subjects: Sequence[str]
) -> tuple[str, list[Any]]:
    """What the ranges hold together, each practice once, as SQL with its values."""
    parts = [each.select(tx.dialect, column, most, subjects) for each in ranges]
    return " UNION ".join(sql for sql, _ in parts), [v for _, values in parts for v in values]


async def _on_shelf(tx: Tx, reader: Person, shelf: Selection) -> list[_Ranges]:
    if shelf.mine:
        return [_Ranges("practices", ("author_id",), [(reader.id,)])]
    if shelf.team_id is not None:
        return await _of_team(tx, reader, shelf.team_id)
    own = [team.id for team in await team_queries.readable_teams_of(tx, reader.id)]
    of_teams = _Ranges("practices", ("team_id", "state"), [(number, _SHARED) for number in own])
    if shelf.own_teams:
        return [of_teams]
    places = await _places_of(tx, reader)
    return [
        _Ranges("practices", ("author_id", "state"), [(reader.id, _SHARED)]),
        of_teams,
        _Ranges("practice_places", ("unit_id", "circle"), places),
    ]


async def _of_team(tx: Tx, reader: Person, team_id: int) -> list[_Ranges]:
    columns, shared = ("team_id", "state"), (team_id, _SHARED)
    if await member_queries.is_lead(tx, team_id, reader.id):
        hidden = (team_id, PracticeState.HIDDEN.value)
        return [_Ranges("practices", columns, [shared, hidden])]
    if await member_queries.is_member(tx, team_id, reader.id):
        return [_Ranges("practices", columns, [shared])]
    team = await team_queries.team(tx, team_id)
    if team and await team_queries.oversees(tx, reader.id, team):
        return [_Ranges("practices", columns, [shared])]
    return [_Ranges("practices", (*columns, "author_id"), [(*shared, reader.id)])]


async def _places_of(tx: Tx, reader: Person) -> list[tuple[int, Readership]]:
    """Where the reader finds practices as things stand now: at their district what is for all,
    from units that go with theirs, and everything at the units that they oversee."""
    found: dict[tuple[int, Readership], None] = {}
    if sight := await people_queries.reading_sight_of(tx, reader):
        found |= {(district.id, Readership(gender)): None for district, gender in sight.views}
    for top in await role_queries.reach_of(tx, reader.id, OVERSEERS):
        found |= {(top.id, circle): None for circle in Readership}
    return list(found)


async def _findable(tx: Tx, reader: Person) -> ColumnElement[bool]:
    """The condition on `practices` that holds for what the reader may find in lists."""
    own = [team.id for team in await team_queries.readable_teams_of(tx, reader.id)]
    found_at = [f"{unit_id} {circle}" for unit_id, circle in await _places_of(tx, reader)]
    place = cast(places.c.unit_id, String).concat(" ").concat(cast(places.c.circle, String))
    return and_(
        practices.c.state == PracticeState.SHARED,
        or_(
            practices.c.author_id == reader.id,
            among(practices.c.team_id, own),
            exists().where(places.c.practice_id == practices.c.id, among(place, found_at)),
        ),
    )


async def subjects_with_practices(tx: Tx, reader: Person) -> dict[str, int]:
    """How many practices of each subject the reader may find, the largest first. Beyond
    `COUNTED` they are not counted: the number is then one more."""
    most = COUNTED + 1
    ranges = await _on_shelf(tx, reader, Selection())
    union, values = _union(tx, ranges, "subject", most, list(organisation.subjects()))
    counts = await tx.fetch(f"SELECT subject, count(*) FROM ({union}) held GROUP BY 1", *values)  # noqa: S608
    known = {subject: min(n, most) for subject, n in counts}
    return dict(sorted(known.items(), key=lambda item: (-item[1], item[0])))


async def find_cards(tx: Tx, reader: Person, ids: Sequence[int]) -> tuple[PracticeCard, ...]:
    """Those of the practices that the reader may find, in the order of `ids`. For up to a few
    hundred ids."""
    if not ids:
        return ()
    cards = await _cards_of(tx, and_(among(practices.c.id, ids), await _findable(tx, reader)))
    return tuple(cards[number] for number in ids if number in cards)


async def own_places(tx: Tx, author: Person) -> tuple[set[int], set[int]]:
    """Ids of the teams with which the author shares practices, and of the units at which they
    share them with everybody."""
    query = select(practices.c.team_id, practices.c.unit_id).distinct()
    rows = await tx.all(
        query.where(practices.c.author_id == author.id, practices.c.state == PracticeState.SHARED)
    )
    teams = {row.team_id for row in rows if row.team_id is not None}
    return teams, {row.unit_id for row in rows if row.team_id is None}


async def teams_with_practices(tx: Tx, tops: Sequence[Unit], limit: int) -> list[int]:
    """Ids of at most `limit` teams at or below the units that have shared practices."""
    query = (
        select(practices.c.team_id)
        .distinct()
        .join(places, places.c.practice_id == practices.c.id)
        .where(
            among(places.c.unit_id, (top.id for top in tops)), places.c.circle == Readership.TEAM
        )
    )
    return list(await tx.scalars(query.limit(limit)))


async def _cards_of(tx: Tx, condition: ColumnElement[bool]) -> dict[int, PracticeCard]:
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
        r.id: PracticeCard(r.id, r.title, authors[r.author_id], r.subject, r.state, r.readers)
        for r in rows
    }


def numbered(page: PracticePage) -> enumerate[PracticeCard]:
    """The cards of a page with their places in the whole list."""
    return enumerate(page.cards, (page.number - 1) * page.size + 1)
