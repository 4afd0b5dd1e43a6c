"""A list of people, row by row: what it says, and what is wrong with it by itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from bot.arabic.naming import find_name_fault
from bot.core.country import COUNTRIES
from bot.core.graphemes import begin
from bot.core.telephones import telephone_key, telephone_mark
from bot.core.text import NAME_LIMIT, clean_line, fold_name, has_letters, mixes_scripts, western
from bot.documents.sheets.table import TableRow
from bot.features.imports.queries.faults import Remark, RowFault, RowState
from bot.features.imports.queries.headings import ColumnKind, Columns, guess_columns
from bot.features.imports.queries.identities import identity_of
from bot.features.imports.queries.staged import (
    Digest,
    NoColumns,
    StagedRow,
    StagedTable,
    settled,
)
from bot.features.imports.queries.words import fold_words, role_in, stages_in, subjects_in
from bot.packs.roles import Role

PEOPLE_COLUMNS = (
    ColumnKind.NAME,
    ColumnKind.FIRST,
    ColumnKind.LAST,
    ColumnKind.UNIT,
    ColumnKind.ABOVE,
    ColumnKind.ROLE,
    ColumnKind.SUBJECT,
    ColumnKind.STAGE,
    ColumnKind.STAFF,
    ColumnKind.PHONE,
)
LONGEST_STAFF = 24
LONGEST_CELL_KEPT = 120
LONGEST_CELL_READ = 1_000
LONGEST_SUBJECTS, LONGEST_STAGES = 160, 60
"""What stands behind so many characters is of no use, and would cost time on each row."""


def read_people(rows: Sequence[TableRow], digest: Digest, country: str = "") -> StagedTable:
    """What a list of people says. Telephone numbers stay as keyed hashes alone, one for each
    country that a number without one may be of. `country` is that of whoever brings it.

    :raises NoColumns: there are no names, or no units.
    """
    columns = guess_columns(rows, PEOPLE_COLUMNS, country)
    there = columns.places if columns else {}
    missing = []
    if not {ColumnKind.NAME, ColumnKind.FIRST} & set(there):
        missing.append(ColumnKind.NAME)
    if ColumnKind.UNIT not in there:
        missing.append(ColumnKind.UNIT)
    if columns is None or missing:
        raise NoColumns(missing)
    reader = _PeopleReader(columns, digest)
    return StagedTable(columns, list(reader.read(rows[columns.heading_row + 1 :])))


def hashed(text: str) -> str:
    """What tells people of a list apart is compared, and never read."""
    return sha256(text.encode()).hexdigest()


def subjects_at(read: Mapping[str, Any]) -> str:
    """The subjects of a row as they are stored."""
    return " ".join(read["subjects"])[:LONGEST_SUBJECTS]


def stages_at(read: Mapping[str, Any]) -> str:
    """The stages of a row as they are stored."""
    return " ".join(read["stages"])[:LONGEST_STAGES]


def phone_at(read: Mapping[str, Any], country: str) -> str:
    """The digest of the telephone number of a row, whose unit lies in this country."""
    phones = read.get("phones", {})
    # A piece that a former version staged has the one alone.
    return str(phones.get("") or phones.get(country) or read.get("phone", ""))


@dataclass(slots=True)
class _PeopleReader:
    columns: Columns
    digest: Digest
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    folded: dict[tuple[str, str], int] = field(default_factory=dict)

    def read(self, rows: Sequence[TableRow]) -> Iterator[StagedRow]:
        for row in rows:
            cells = {
                kind.value: begin(
                    clean_line(row.cells[place][:LONGEST_CELL_READ]), LONGEST_CELL_KEPT
                )
                for kind, place in self.columns.places.items()
                if place < len(row.cells)
            }
            yield self._one(row.line, {kind: text for kind, text in cells.items() if text})

    def _one(self, line: int, cells: dict[str, str]) -> StagedRow:
        phone = cells.pop(ColumnKind.PHONE, "")
        remarks: list[Remark] = []
        spelled, name, family = self._names(cells, remarks)
        if not cells.get(ColumnKind.UNIT):
            remarks.append(Remark(RowFault.UNIT_EMPTY, ColumnKind.UNIT))
        role = self._role(cells.get(ColumnKind.ROLE, ""), remarks)
        subjects = self._several(cells, ColumnKind.SUBJECT, remarks)
        stages = self._several(cells, ColumnKind.STAGE, remarks)
        if identity_of(cells.get(ColumnKind.STAFF, "")) in self.columns.strays:
            del cells[ColumnKind.STAFF]
            remarks.append(Remark(RowFault.STAFF_NATIONAL, ColumnKind.STAFF))
        staff = western(cells.get(ColumnKind.STAFF, ""))[:LONGEST_STAFF]
        phones = self._phones(phone) if phone else {}
        if phone and not phones:
            remarks.append(Remark(RowFault.PHONE_UNFIT, ColumnKind.PHONE))
        key = f"s:{staff.casefold()}" if staff else f"n:{spelled.casefold()}|{' '.join(subjects)}"
        folded = "" if staff else f"{fold_words(spelled)}|{' '.join(subjects)}"
        read = {
            "name": name,
            "family": family,
            "role": role,
            "subjects": subjects,
            "stages": stages,
            "staff": staff,
            "phones": phones,
            "key": hashed(key),
            "folded": hashed(folded) if folded else "",
        }
        row = settled(StagedRow(line, cells, read, remarks=tuple(remarks)))
        return row if row.state is RowState.WRONG else self._alone(row)

    def _names(self, cells: dict[str, str], remarks: list[Remark]) -> tuple[str, str, str]:
        """The name as it is spelled, as it is kept, and the family's."""
        first, last = cells.get(ColumnKind.FIRST, ""), cells.get(ColumnKind.LAST, "")
        whole = cells.get(ColumnKind.NAME, "")
        column = ColumnKind.NAME if whole else ColumnKind.FIRST
        spelled = whole or f"{first} {last}".strip()
        name = fold_name(spelled)
        if not spelled:
            remarks.append(Remark(RowFault.NAME_EMPTY, column))
        elif not has_letters(name) or mixes_scripts(name) or find_name_fault(name[:NAME_LIMIT]):
            remarks.append(Remark(RowFault.NAME_UNFIT, column))
        elif len(name) > NAME_LIMIT:
            remarks.append(Remark(RowFault.NAME_LONG, column))
        words = name.split()
        if last or not words:
            family = fold_name(last)
        else:
            family = words[0] if self.columns.last_first else words[-1]
        return spelled, begin(name, NAME_LIMIT), begin(family, NAME_LIMIT)

    def _phones(self, text: str) -> dict[str, str]:
        """The digest of a telephone number for each country of which it would be; by "" where it
        says its country, and nothing for what is no number."""
        numbers = {code: telephone_key(text, code) for code in COUNTRIES}
        if len(set(numbers.values())) == 1:
            numbers = {"": numbers.popitem()[1]}
        return {
            code: self.digest(telephone_mark(number)) for code, number in numbers.items() if number
        }

    def _role(self, cell: str, remarks: list[Remark]) -> str:
        role = role_in(cell) if cell else Role.TEACHER
        if role is None:
            remarks.append(Remark(RowFault.ROLE_UNKNOWN, ColumnKind.ROLE))
        elif role is Role.ADMINISTRATOR:
            remarks.append(Remark(RowFault.ROLE_NEVER, ColumnKind.ROLE))
        return role.value if role else ""

    def _several(self, cells: dict[str, str], kind: ColumnKind, remarks: list[Remark]) -> list[str]:
        cell = cells.get(kind, "")
        found = (subjects_in if kind is ColumnKind.SUBJECT else stages_in)(cell) if cell else []
        if found is None:
            fault = (
                RowFault.SUBJECT_UNKNOWN if kind is ColumnKind.SUBJECT else RowFault.STAGE_UNKNOWN
            )
            remarks.append(Remark(fault, kind))
        return found or []

    def _alone(self, row: StagedRow) -> StagedRow:
        """The row, compared with those further up."""
        place = fold_words(row.cells[ColumnKind.UNIT])
        if above := row.cells.get(ColumnKind.ABOVE):
            place = f"{place}|{fold_words(above)}"
        if before := self.seen.get((place, row.read["key"])):
            return row.said(RowState.KNOWN, Remark(RowFault.TWICE, "", before))
        self.seen[place, row.read["key"]] = row.line
        if folded := row.read["folded"]:
            if before := self.folded.get((place, folded)):
                column = ColumnKind.NAME if ColumnKind.NAME in row.cells else ColumnKind.FIRST
                return row.said(RowState.WRONG, Remark(RowFault.TWIN, column, before))
            self.folded[place, folded] = row.line
        return replace(row, state=RowState.UNREAD)
