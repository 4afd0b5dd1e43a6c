"""Reads about the tree of units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select

from bot.arabic.order import order_key
from bot.core.i18n import Gender, Phrase, Voice
from bot.core.text import isolate
from bot.features.people.models import UnitChangeKind, UnitState, unit_changes, units
from bot.packs.organisation import UnitGender
from bot.storage.lists import among, as_list, rows_of, texts_named, texts_of, with_ids
from bot.storage.transaction import Tx

DISTRICT_KINDS = ("department", "academy")
"""Kinds of unit within which teachers see each other's teams."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation. `path` holds the ids from the root to it: "/1/7/"; `place` is the
    code of the town that was set for it: see `unit_places`."""

    id: int
    parent_id: int | None
    kind: str
    name: str
    country: str
    timezone: str
    gender: UnitGender
    path: str
    state: UnitState = UnitState.ACTIVE
    place: str | None = None

    @property
    def is_active(self) -> bool:
        return self.state is UnitState.ACTIVE

    @property
    def lineage(self) -> tuple[int, ...]:
        """Ids from the root down to this unit itself."""
        return lineage_of(self.path)

    def is_within(self, other: "Unit") -> bool:
        return self.path.startswith(other.path)


def mark_of(place: Unit) -> str:
    """What tells whether a unit still lies where somebody saw it, under the same name."""
    return f"{crc32(f'{place.path} {place.name}'.encode()):x}"


def staff_of(place: Unit) -> Gender:
    """How its people are spoken of together."""
    genders: dict[UnitGender, Gender] = {UnitGender.GIRLS: "f", UnitGender.BOYS: "m"}
    return genders.get(place.gender, "neutral")


def spoken_of(genders: Iterable[Gender], place: Unit) -> Gender:
    """How these people are spoken of together: one man among them is enough for all, and of whoever
    has said nothing it is as of the people of the place."""
    said = set(genders)
    if "m" in said:
        return "m"
    return "f" if said == {"f"} else staff_of(place)


def lineage_of(path: str) -> tuple[int, ...]:
    """The ids that a unit's path holds, from the root down to the unit itself."""
    return tuple(map(int, filter(None, path.split("/"))))


UNIT_COLUMNS = tuple(
    units.c[name]
    for name in (
        "id",
        "parent_id",
        "kind",
        "name",
        "country",
        "timezone",
        "gender",
        "path",
        "state",
        "place",
    )
)


def unit_of(row: Row[Any] | Sequence[Any]) -> Unit:
    """The unit of a row that begins with `UNIT_COLUMNS`."""
    return Unit(*row[: len(UNIT_COLUMNS)])


def unit_read(row: Sequence[Any]) -> Unit:
    """The unit of `UNIT_COLUMNS` as the driver gives them."""
    number, parent_id, kind, name, country, timezone, gender, path, state, town = row
    return Unit(
        number, parent_id, kind, name, country, timezone, UnitGender(gender), path,
        UnitState(state), town,
    )  # fmt: skip


def below(path: str, *, indexed: bool = True) -> ColumnElement[bool]:
    """The condition on `units` that a unit lies at the path or below it; not `indexed` where the
    units are better met one by one, from another table."""
    # No index serves an expression.
    column = units.c.path if indexed else units.c.path.concat("")
    # "0" follows "/" in ASCII: one range of the index holds the unit and everything below it.
    return and_(column >= path, column < path[:-1] + "0")


def below_any(tops: Iterable[Unit]) -> ColumnElement[bool]:
    """The condition on `units` that a unit lies at one of these or below it, however many they
    are. For units that are met one by one."""
    top = rows_of(texts_of(place.path for place in tops)).c.value
    return exists(select(top).where(_lies_below(top)).correlate(units))


def _lies_below(top: ColumnElement[str]) -> ColumnElement[bool]:
    """`below` for a path that stands in another table."""
    return and_(
        units.c.path >= top, units.c.path < func.substr(top, 1, func.length(top) - 1).concat("0")
    )


_SELECTED = f"SELECT {', '.join(column.name for column in UNIT_COLUMNS)} FROM units"  # noqa: S608
_BY_ID = f"{_SELECTED} WHERE id = ?"
_BY_IDS = f"{_SELECTED} WHERE id IN (ids)"


async def unit(tx: Tx, unit_id: int) -> Unit | None:
    """The unit of an id, also a closed one."""
    rows = await tx.touch(_BY_ID, unit_id)
    return unit_read(rows[0]) if rows else None


_HELD = {"sqlite": _BY_ID, "postgresql": f"{_BY_ID} FOR SHARE"}


async def unit_held(tx: Tx, unit_id: int) -> Unit | None:
    """The same, which nobody closes, merges or moves until the end of the transaction."""
    rows = await tx.touch(_HELD[tx.dialect], unit_id)
    return unit_read(rows[0]) if rows else None


async def units_by_id(tx: Tx, ids: Iterable[int]) -> dict[int, Unit]:
    """The units of these ids; unknown ids are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await tx.fetch(with_ids(tx, _BY_IDS), as_list(tx, wanted))
    return {row[0]: unit_read(row) for row in rows}


async def merged_into(tx: Tx, ids: Iterable[int]) -> dict[int, Unit]:
    """The open units of which these have become part: `ends_of`."""
    return {number: place for number, place in (await ends_of(tx, ids)).items() if place.is_active}


async def end_of(tx: Tx, unit_id: int) -> int:
    """Where what belonged to a unit that was merged lies by now, however late it follows."""
    return (await ends_of(tx, [unit_id]))[unit_id].id


async def ends_of(tx: Tx, ids: Iterable[int]) -> dict[int, Unit]:
    """The units of which these have become part, by the ids of those that were merged; where one
    was merged later into yet another, that one."""
    asked = set(ids)
    steps: dict[int, int] = {}
    wanted = asked
    while wanted:
        query = (
            select(unit_changes.c.unit_id, unit_changes.c.target_id)
            .where(
                among(unit_changes.c.unit_id, wanted), unit_changes.c.kind == UnitChangeKind.MERGE
            )
            .order_by(unit_changes.c.id)
        )
        found = {row.unit_id: row.target_id for row in await tx.all(query)}
        steps |= found
        wanted = set(found.values()) - steps.keys()
    # A unit is merged once, into one that is open then: no way leads back.
    ends = {number: number for number in asked}
    while any(end in steps for end in ends.values()):
        ends = {number: steps.get(end, end) for number, end in ends.items()}
    places = await units_by_id(tx, ends.values())
    moved = ((number, places.get(end)) for number, end in ends.items() if end != number)
    return {number: place for number, place in moved if place is not None}


async def with_parts(tx: Tx, ids: Iterable[int]) -> dict[int, int]:
    """These units and all that have become part of them, from which what belonged there may not
    have followed yet: by id, at which of these it ends."""
    wanted = {number: number for number in ids}
    ends = dict(wanted)
    while wanted:
        query = select(unit_changes.c.unit_id, unit_changes.c.target_id).where(
            among(unit_changes.c.target_id, wanted), unit_changes.c.kind == UnitChangeKind.MERGE
        )
        rows = await tx.all(query)
        wanted = {row.unit_id: wanted[row.target_id] for row in rows if row.unit_id not in ends}
        ends |= wanted
    return ends


_NAMED = select(*UNIT_COLUMNS, units.c.sort_key).where(among(units.c.sort_key, texts_named("keys")))


async def units_named(tx: Tx, names: Iterable[str]) -> dict[str, list[Unit]]:
    """The units of these names, however they are spelled, by `order_key` of the name; closed ones
    as well."""
    keys = sorted({order_key(name) for name in set(names)} - {""})
    found: dict[str, list[Unit]] = {}
    if keys:
        for row in await tx.all(_NAMED.params(keys=keys).order_by(units.c.id)):
            found.setdefault(row.sort_key, []).append(unit_of(row))
    return found


async def root_units(tx: Tx) -> list[Unit]:
    rows = await tx.all(
        select(*UNIT_COLUMNS).where(units.c.parent_id.is_(None)).order_by(units.c.id)
    )
    return [unit_of(row) for row in rows]


async def units_under(tx: Tx, unit_id: int, kind: str | None = None) -> list[Unit]:
    """Active units below the unit, without itself, in the order of the tree."""
    top = await unit(tx, unit_id)
    if top is None:
        return []
    query = select(*UNIT_COLUMNS).where(
        below(top.path), units.c.id != unit_id, units.c.state == UnitState.ACTIVE
    )
    if kind is not None:
        query = query.where(units.c.kind == kind)
    return [unit_of(row) for row in await tx.all(query.order_by(units.c.path))]


def unit_ids_within(top: Unit, genders: Iterable[UnitGender] | None = None) -> Select[int]:
    """A selection of the ids of the unit and all below it, for use inside another query."""
    query = select(units.c.id).where(below(top.path))
    return query if genders is None else query.where(units.c.gender.in_(sorted(genders)))


def unit_ids_within_any(tops: Iterable[Unit]) -> Select[int]:
    """The same for several units, however many."""
    top = rows_of(texts_of(place.path for place in tops))
    return select(units.c.id).join_from(top, units, _lies_below(top.c.value))


async def children_of(tx: Tx, unit_id: int, *, offset: int, limit: int) -> tuple[list[Unit], int]:
    """A page of the active units right below a unit, 2 before 10, and how many there are."""
    here = (units.c.parent_id == unit_id, units.c.state == UnitState.ACTIVE)
    total = int(await tx.scalar(select(func.count()).select_from(units).where(*here)))
    query = select(*UNIT_COLUMNS).where(*here).order_by(units.c.sort_key, units.c.id)
    return [unit_of(row) for row in await tx.all(query.offset(offset).limit(limit))], total


async def districts_in(tx: Tx, country: str, limit: int) -> list[Unit]:
    """The active departments and academies of a country by name, at most `limit`."""
    query = select(*UNIT_COLUMNS).where(
        units.c.kind.in_(DISTRICT_KINDS),
        units.c.country == country,
        units.c.state == UnitState.ACTIVE,
    )
    ordered = query.order_by(units.c.name, units.c.id).limit(limit)
    return [unit_of(row) for row in await tx.all(ordered)]


async def countries(tx: Tx) -> list[str]:
    """The countries of the trees, each once, in the order in which they were made."""
    return list(dict.fromkeys(root.country for root in await root_units(tx)))


async def unit_line(tx: Tx, voice: Voice, place: Unit) -> Phrase:
    """The unit's name with the unit above it, to tell schools of the same name apart."""
    above = await unit(tx, place.parent_id) if place.parent_id else None
    if above is None:
        return Phrase(isolate(place.name))
    return voice.say("{unit} – {above}", unit=place.name, above=above.name)


async def district_of(tx: Tx, place: Unit) -> Unit:
    """The nearest department or academy at or above the unit, or else the root of its tree."""
    return (await districts_of(tx, [place]))[0]


async def districts_of(tx: Tx, places: Sequence[Unit]) -> list[Unit]:
    """The district of each of these units, in their order."""
    known = await units_by_id(tx, (number for place in places for number in place.lineage))
    found = []
    for place in places:
        ordered = [known[number] for number in place.lineage]
        nearest = (each for each in reversed(ordered) if each.kind in DISTRICT_KINDS)
        found.append(next(nearest, ordered[0]))
    return found
