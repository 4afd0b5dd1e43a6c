"""A table as it was read: its rows as texts, and why a file cannot be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
"""Rows with something in them below the headings."""
MOST_COLUMNS = 100
LONGEST_CELL = 131_072
"""Characters."""
MOST_CELLS = 2_500_000
MOST_TEXT = 60_000_000
"""Characters of all cells together."""


class TableFault(StrEnum):
    """Why a file is not taken as a table."""

    LARGE = "large"
    ROWS = "rows"
    COLUMNS = "columns"
    CELL = "cell"
    MUCH = "much"
    """All of it together is more than is held in memory."""
    OLD_EXCEL = "old_excel"
    """An .xls, or a workbook that is locked by a password."""
    OTHER = "other"
    """No table at all: a picture, a PDF, a program."""
    ENCODING = "encoding"
    QUOTE = "quote"
    """A quotation mark that is never closed swallows the rest."""
    BROKEN = "broken"
    UNSAFE = "unsafe"
    """A workbook that grows beyond measure when it is opened, or that reaches for other files."""
    EMPTY = "empty"


class UnreadableTable(Exception):
    """A file cannot be taken as a table; `line` is where, where that is known, and else 0."""

    def __init__(self, fault: TableFault, line: int = 0) -> None:
        super().__init__(f"line {line}: {fault}" if line else str(fault))
        self.fault = fault
        self.line = line


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with something in it, as it was written: `line` is the one at which it begins."""

    line: int
    cells: tuple[str, ...]


class TableSize:
    """How much of a table was read so far."""

    def __init__(self) -> None:
        self._cells = 0
        self._text = 0

    def count(self, cells: Sequence[str], line: int) -> None:
        """
        :raises UnreadableTable: with the cells of this row it is more than is held in memory.
        """
        self._cells += len(cells)
        self._text += sum(map(len, cells))
        if self._cells > MOST_CELLS or self._text > MOST_TEXT:
            raise UnreadableTable(TableFault.MUCH, line)
