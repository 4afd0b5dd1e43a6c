"""A list of units, row by row: what it says, and what is wrong with it by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.arabic.calendar.places import place_named
from bot.core.country import COUNTRIES
from bot.core.graphemes import begin
from bot.core.text import clean_line, fold_name, has_words_or_figures
from bot.documents.sheets.table import TableRow
from bot.features.imports.queries.faults import Remark, RowFault, RowState
from bot.features.imports.queries.headings import ColumnKind, Columns, guess_columns
from bot.features.imports.queries.people_lists import LONGEST_CELL_KEPT, LONGEST_CELL_READ
from bot.features.imports.queries.staged import NoColumns, StagedRow, StagedTable, settled
from bot.features.imports.queries.words import (
    country_in,
    fold_words,
    gender_in,
    kind_in,
    kind_of_name,
)
from bot.packs.organisation import UnitGender

UNIT_COLUMNS = (
    ColumnKind.NAME,
    ColumnKind.UNIT,
    ColumnKind.KIND,
    ColumnKind.ABOVE,
    ColumnKind.COUNTRY,
    ColumnKind.GENDER,
    ColumnKind.PLACE,
)
LONGEST_NAME = 120


def read_units(rows: Sequence[TableRow], country: str) -> StagedTable:
    """What a list of units says: a name, its kind (from its name, where there is no such column),
    the unit above (which stands further up, or exists), country, gender and town. `country` is that
    of what stands at the top and names none.

    :raises NoColumns: there are no names.
    """
    columns = guess_columns(rows, UNIT_COLUMNS)
    if columns is None or ColumnKind.NAME not in columns.places:
        raise NoColumns([ColumnKind.NAME])
    reader = _UnitReader(columns, country)
    return StagedTable(columns, list(reader.read(rows[columns.heading_row + 1 :])))


@dataclass(slots=True)
class _UnitReader:
    columns: Columns
    country: str
    lines: dict[str, list[int]] = field(default_factory=dict)
    """By the words of a name, where it stands."""
    wrong: dict[str, int] = field(default_factory=dict)
    """The same of those that cannot be added, the first of each name."""
    spelled: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def read(self, rows: Sequence[TableRow]) -> Iterator[StagedRow]:
        for row in rows:
            cells = {
                kind.value: text
                for kind, place in self.columns.places.items()
                if place < len(row.cells)
                and (text := clean_line(row.cells[place][:LONGEST_CELL_READ]))
            }
            yield self._one(row.line, cells)

    def _one(self, line: int, cells: dict[str, str]) -> StagedRow:
        remarks: list[Remark] = []
        spelled = cells.get(ColumnKind.NAME, "")
        name, above = fold_name(spelled), cells.get(ColumnKind.ABOVE, "")
        if not spelled:
            remarks.append(Remark(RowFault.NAME_EMPTY, ColumnKind.NAME))
        elif not has_words_or_figures(name):
            remarks.append(Remark(RowFault.NAME_UNFIT, ColumnKind.NAME))
        elif len(name) > LONGEST_NAME:
            remarks.append(Remark(RowFault.NAME_LONG, ColumnKind.NAME))
        kind = kind_in(cells[ColumnKind.KIND]) if cells.get(ColumnKind.KIND) else None
        if kind is None and not cells.get(ColumnKind.KIND):
            kind = kind_of_name(name)
        if kind is None and spelled:
            remarks.append(Remark(RowFault.KIND_UNKNOWN, ColumnKind.KIND))
        country = country_in(cells[ColumnKind.COUNTRY]) if cells.get(ColumnKind.COUNTRY) else ""
        if country is None:
            remarks.append(Remark(RowFault.COUNTRY_UNKNOWN, ColumnKind.COUNTRY))
        gender = self._gender(cells.get(ColumnKind.GENDER, ""), remarks)
        place = self._place(cells.get(ColumnKind.PLACE, ""), country or "", remarks)
        before = self.lines.get(fold_words(above), []) if above else []
        if above and not before and (wrong := self.wrong.get(fold_words(above))):
            # It goes wrong with that row, and is told of by it.
            before = [wrong]
        if len(before) > 1:
            remarks.append(Remark(RowFault.ABOVE_SEVERAL, ColumnKind.ABOVE))
        if not above and country == "":
            country = self.country
        read = {
            "name": begin(name, LONGEST_NAME),
            "kind": kind or "",
            "country": country or "",
            "gender": gender,
            "place": place,
            "above_line": before[0] if len(before) == 1 else 0,
        }
        kept = {kind: begin(text, LONGEST_CELL_KEPT) for kind, text in cells.items()}
        row = settled(StagedRow(line, kept, read, remarks=tuple(remarks)))
        if row.state is RowState.WRONG:
            if spelled:
                self.wrong.setdefault(fold_words(spelled), line)
            return row
        return self._alone(row, spelled, above)

    def _gender(self, cell: str, remarks: list[Remark]) -> str:
        gender = gender_in(cell) if cell else UnitGender.MIXED
        if gender is None:
            remarks.append(Remark(RowFault.GENDER_UNKNOWN, ColumnKind.GENDER))
        return gender.value if gender else ""

    def _place(self, cell: str, country: str, remarks: list[Remark]) -> str:
        # What a row lies below may be in another country than the list: this is not known yet.
        asked = [country] if country else [self.country, *COUNTRIES]
        found = (town for each in asked if (town := place_named(cell, each)))
        place = next(found, None) if cell else None
        if cell and place is None:
            remarks.append(Remark(RowFault.PLACE_UNKNOWN, ColumnKind.PLACE))
        return place.code if place else ""

    def _alone(self, row: StagedRow, spelled: str, above: str) -> StagedRow:
        words = fold_words(spelled)
        key = (fold_words(above), words)
        if before := self.spelled.get(key):
            line, way = before
            if way == spelled:
                return row.said(RowState.KNOWN, Remark(RowFault.TWICE, "", line))
            # Two ways to spell one school: it is one, and that is said.
            return row.said(
                RowState.KNOWN, Remark(RowFault.TWIN, ColumnKind.NAME, line, begin(way, 60))
            )
        self.spelled[key] = (row.line, spelled)
        self.lines.setdefault(words, []).append(row.line)
        return row
