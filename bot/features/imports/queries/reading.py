"""What a file brings: people or units."""

from dataclasses import dataclass

from bot.documents.sheets.reading import read_table
from bot.documents.sheets.table import UnreadableTable
from bot.features.imports.models import ImportKind
from bot.features.imports.queries.people_lists import read_people
from bot.features.imports.queries.staged import Digest, NoColumns, PackedTable
from bot.features.imports.queries.unit_lists import read_units

AT_ONCE = {ImportKind.PEOPLE: 250, ImportKind.UNITS: 100}
"""Rows of one piece, each a transaction of its own: whoever waits to write waits for no more."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A list, and what it is of."""

    kind: ImportKind
    table: PackedTable


def read_list(data: bytes, kind: ImportKind, digest: Digest, country: str) -> PackedTable:
    """What a file says, in pieces; `country` is that of whoever brings it, and of units at the top
    which name none. It takes long, and is for a thread.

    :raises UnreadableTable: as `read_table`.
    :raises NoColumns: as `read_people` and `read_units`.
    """
    rows = read_table(data)
    if kind is ImportKind.PEOPLE:
        return PackedTable.of(read_people(rows, digest, country), AT_ONCE[kind])
    return PackedTable.of(read_units(rows, country), AT_ONCE[kind])


def read_any(data: bytes, digest: Digest, country: str) -> Brought | UnreadableTable | NoColumns:
    """The same for a file of which nobody says what it holds; or why it is not taken."""
    try:
        rows = read_table(data)
    except UnreadableTable as error:
        return error
    try:
        people = read_people(rows, digest, country)
    except NoColumns as missing:
        try:
            units = read_units(rows, country)
        except NoColumns:
            return missing
        return Brought(ImportKind.UNITS, PackedTable.of(units, AT_ONCE[ImportKind.UNITS]))
    return Brought(ImportKind.PEOPLE, PackedTable.of(people, AT_ONCE[ImportKind.PEOPLE]))
