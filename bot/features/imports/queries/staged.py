"""A table as it is staged: each row with what was understood of it."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.features.imports.queries.faults import NOTES, Remark, RowState
from bot.features.imports.queries.headings import ColumnKind, Columns
from bot.storage.columns import decode, encode


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row: `cells` are its texts by the kinds of their columns, cleaned; `read` is what they
    mean, as JSON; `remarks` what is to be said of them; `unit_id` is the unit that it concerns,
    once that is looked up, or 0."""

    line: int
    cells: Mapping[str, str]
    read: Mapping[str, Any]
    state: RowState = RowState.UNREAD
    remarks: tuple[Remark, ...] = ()
    unit_id: int = 0

    def said(self, state: RowState, *remarks: Remark) -> "StagedRow":
        return replace(self, state=state, remarks=(*self.remarks, *remarks))

    def to_json(self) -> list[Any]:
        said = [remark.to_json() for remark in self.remarks]
        return [self.line, self.cells, self.read, self.state.value, said, self.unit_id]

    @classmethod
    def from_json(cls, data: list[Any]) -> "StagedRow":
        line, cells, read, state, said, unit_id = data
        remarks = tuple(map(Remark.from_json, said))
        return cls(line, cells, read, RowState(state), remarks, unit_id)


@dataclass(frozen=True, slots=True)
class StagedTable:
    """What a file came to, before the database is asked."""

    columns: Columns
    rows: Sequence[StagedRow]


def pack(rows: Sequence[StagedRow]) -> bytes:
    """A piece of a table as it is stored: a long list holds the same words again and again."""
    return zlib.compress(encode([row.to_json() for row in rows]).encode(), 1)


def unpack(packed: bytes) -> list[StagedRow]:
    return [StagedRow.from_json(each) for each in decode(zlib.decompress(packed).decode())]


@dataclass(frozen=True, slots=True)
class PackedTable:
    """A staged table in pieces, packed where that keeps nobody waiting."""

    columns: Columns
    rows: int
    pieces: Sequence[bytes]

    @classmethod
    def of(cls, table: StagedTable, size: int) -> "PackedTable":
        """The pieces hold `size` rows each."""
        starts = range(0, len(table.rows), size)
        return cls(
            table.columns,
            len(table.rows),
            [pack(table.rows[start : start + size]) for start in starts],
        )


class NoColumns(Exception):
    """No heading that is needed stands in the file; `missing` are these, by their kinds."""

    def __init__(self, missing: Sequence[ColumnKind]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


Digest = Callable[[str], str]
"""A keyed hash, of which nobody makes the text again."""


def settled(row: StagedRow) -> StagedRow:
    """The row with the state that its remarks come to, where nothing is to be looked up any
    more."""
    wrong = any(remark.fault not in NOTES for remark in row.remarks)
    return replace(row, state=RowState.WRONG) if wrong else row
