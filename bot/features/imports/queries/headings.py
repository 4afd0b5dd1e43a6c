"""What the columns of a table hold, guessed from its headings in Arabic, French and English."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.arabic.search.folding import split_words
from bot.documents.sheets.table import TableRow
from bot.features.imports.queries.identities import (
    Identity,
    holds_identities,
    holds_other_identities,
    strays_among,
)
from bot.packs.lists import written

LOOKED_AT = 15
"""Rows among which the headings are looked for: above them stand titles and dates."""
_SAMPLE = 300
"""Rows by which a column is judged."""


class ColumnKind(StrEnum):
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    UNIT = "unit"
    ABOVE = "above"
    """The unit above: it tells schools of one name apart."""
    ROLE = "role"
    SUBJECT = "subject"
    STAGE = "stage"
    STAFF = "staff"
    """The number by which their employer knows them."""
    PHONE = "phone"
    KIND = "kind"
    COUNTRY = "country"
    GENDER = "gender"
    PLACE = "place"
    """The town by whose sun prayers are reckoned at a unit."""
    NATIONAL = "national"
    """A number by which the state knows them: never read."""


_LONGEST_HEADING = 250


def _folded(heading: str) -> str:
    return " ".join(split_words(heading[:_LONGEST_HEADING]))


@cache
def _known() -> Mapping[str, ColumnKind]:
    return {
        _folded(heading): ColumnKind(kind)
        for kind, headings in written("heading").items()
        for heading in headings
    }


@cache
def _family_first() -> frozenset[str]:
    """Headings of whole names that begin with the family's."""
    return frozenset(map(_folded, written("family first")["name"]))


@cache
def _numbering() -> frozenset[str]:
    """Headings of the column that only counts."""
    return frozenset({"", *map(_folded, written("numbering")["line"])})


@dataclass(frozen=True, slots=True)
class Columns:
    """What was found out about a table: where each thing stands, counted from 0; the headings of
    columns that hold national numbers, and of those that nobody understands."""

    heading_row: int
    places: Mapping[ColumnKind, int]
    titles: Mapping[ColumnKind, str]
    last_first: bool = False
    national: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    """Headings that mean the same as one before them, of which the first counts."""
    strays: frozenset[Identity] = frozenset()
    """Which identity numbers would stand out among the staff numbers."""


def guess_columns(
    rows: Sequence[TableRow], wanted: Iterable[ColumnKind], country: str = ""
) -> Columns | None:
    """What the columns hold, of the kinds that are `wanted`; `country` is that of whoever brings
    them. None: no row looks like headings."""
    asked = frozenset(wanted)
    best: tuple[int, int] | None = None
    for number, row in enumerate(rows[:LOOKED_AT]):
        kinds = {_kind_of(cell) for cell in row.cells} & (asked | {ColumnKind.NATIONAL})
        if kinds and (best is None or len(kinds) > best[0]):
            best = (len(kinds), number)
    if best is None or (best[0] == 1 and len(rows[best[1]].cells) > 1):
        return None
    return _columns(rows, best[1], asked, country)


def _kind_of(heading: str) -> ColumnKind | None:
    folded = _folded(heading)
    if found := _known().get(folded):
        return found
    # What stands in brackets only explains.
    bare = _folded(re.sub(r"[(\[{].*?[)\]}]", " ", heading[:_LONGEST_HEADING]))
    return _known().get(bare)


def _columns(
    rows: Sequence[TableRow], number: int, asked: frozenset[ColumnKind], country: str
) -> Columns:
    headings, sample = rows[number].cells, rows[number + 1 : number + 1 + _SAMPLE]
    places: dict[ColumnKind, int] = {}
    titles: dict[ColumnKind, str] = {}
    national: list[str] = []
    left_out: list[str] = []
    doubled: list[str] = []
    kinds = _by_each_other([_kind_of(heading) for heading in headings], asked)
    for place, (heading, kind) in enumerate(zip(headings, kinds, strict=True)):
        title = " ".join(heading[:_LONGEST_HEADING].split())
        if kind is ColumnKind.NATIONAL or _looks_national(headings, sample, place, country):
            national.append(title or f"({place + 1})")
        elif kind is None or kind not in asked:
            if _folded(heading) not in _numbering():
                left_out.append(title)
        elif kind in places:
            doubled.append(title)
        else:
            places[kind], titles[kind] = place, title
    last_first = _folded(titles.get(ColumnKind.NAME, "")) in _family_first()
    staff = places.get(ColumnKind.STAFF)
    strays = strays_among(_filled(sample, staff), country) if staff is not None else frozenset()
    return Columns(
        number, places, titles, last_first, tuple(national), tuple(left_out), tuple(doubled), strays
    )


def _by_each_other(
    kinds: list[ColumnKind | None], asked: frozenset[ColumnKind]
) -> list[ColumnKind | None]:
    """Some headings mean one thing alone and another beside others: "Nom" is the whole name, or the
    family's beside "Prénom", and what is the name alone is the first one beside the family's."""
    there = set(kinds)
    means: dict[ColumnKind, ColumnKind] = {}
    if ColumnKind.NAME not in there and ColumnKind.FIRST not in there:
        means[ColumnKind.LAST] = ColumnKind.NAME
    if ColumnKind.LAST in there and ColumnKind.NAME in there and ColumnKind.FIRST not in there:
        means[ColumnKind.NAME] = ColumnKind.FIRST
    if ColumnKind.NAME not in asked:
        return kinds
    if ColumnKind.FIRST not in asked:
        # A list of units: the school's name is what it is called.
        means = {}
        if ColumnKind.NAME not in there:
            means = {ColumnKind.LAST: ColumnKind.NAME, ColumnKind.UNIT: ColumnKind.NAME}
    return [means.get(kind, kind) if kind else None for kind in kinds]


def _looks_national(
    headings: Sequence[str], sample: Sequence[TableRow], place: int, country: str
) -> bool:
    """Whether most of what stands in a column could be numbers by which the state knows people."""
    kind, values = _kind_of(headings[place]), _filled(sample, place)
    if kind is None:
        return holds_identities(values)
    if kind is not ColumnKind.STAFF:
        return False
    own = [
        _filled(sample, at)
        for at, heading in enumerate(headings)
        if _kind_of(heading) is ColumnKind.NATIONAL
    ]
    has_own = any(other and not set(other) & set(values) for other in own)
    return holds_other_identities(values, country, has_own=has_own)


def _filled(sample: Sequence[TableRow], place: int) -> list[str]:
    cells = (
        row.cells[place][:_LONGEST_HEADING].strip() for row in sample if place < len(row.cells)
    )
    return [cell for cell in cells if cell]
