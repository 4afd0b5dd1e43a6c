"""Workbooks (.xlsx) read within bounds: nothing is unpacked before its size is known.

The library reads what a workbook consists of; its rows are read here, since a list of a hundred
thousand people takes the library half a minute.
"""

import re
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from typing import IO, Any
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel

from bot.documents.sheets.table import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    TableFault,
    TableRow,
    UnreadableTable,
)

MOST_MEMBERS = 2_000
MOST_UNPACKED = 300_000_000
"""Bytes that all parts of a workbook come to."""
MOST_STRINGS = 80_000_000
"""Bytes of the part with its texts, which is held in memory."""
_MOST_EMPTY = 1_000_000
_AT_ONCE = 1 << 18
"""Bytes of a sheet that are parsed at a time."""
_PLACE = re.compile(r"([A-Z]{1,3})\d+\Z")


def read_workbook(data: bytes) -> list[TableRow]:
    """The rows of the first visible sheet that has any, formulas by what they came to.

    No definition of its own that the XML brings is followed, and no more rows are looked at than a
    table may have.

    :raises UnreadableTable: naming the line, where there is one.
    """
    _bound(data)
    try:
        book: Any = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    with book._archive.open(sheet._worksheet_path) as source:
                        reader = _SheetReader(sheet._shared_strings, book)
                        if found := reader.read(source):
                            return found
        finally:
            book.close()
    except UnreadableTable:
        raise
    except Exception as error:  # whatever a broken or hostile workbook makes the library raise
        raise UnreadableTable(_fault_of(error)) from error
    return []


def _fault_of(error: BaseException | None) -> TableFault:
    """The library wraps what made it fail."""
    while error is not None:
        if type(error).__module__.startswith("defusedxml"):
            return TableFault.UNSAFE
        error = error.__cause__ or error.__context__
    return TableFault.BROKEN


def _bound(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableTable(TableFault.BROKEN) from None
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise UnreadableTable(TableFault.OTHER)
    strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.casefold())
    if (
        len(parts) > MOST_MEMBERS
        or len(names) != len(parts)
        or sum(part.file_size for part in parts) > MOST_UNPACKED
        or strings > MOST_STRINGS
    ):
        raise UnreadableTable(TableFault.UNSAFE)


class _SheetReader:
    """The rows of one sheet, from its XML."""

    def __init__(self, strings: Any, book: Any) -> None:
        self._strings = strings
        self._dates = frozenset(book._date_formats)
        self._epoch = book.epoch
        self._rows: list[TableRow] = []
        self._line = 0
        self._empty = 0
        self._cells: list[str] = []
        self._column = -1
        self._kind = ""
        self._style = 0
        self._text: list[str] | None = None
        self._length = 0
        self._value = ""

    def read(self, source: IO[bytes]) -> list[TableRow]:
        """:raises UnreadableTable: naming the line."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        parser.CharacterDataHandler = self._says
        parser.StartDoctypeDeclHandler = self._defines
        parser.EntityDeclHandler = self._defines
        while piece := source.read(_AT_ONCE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
        return self._rows

    def _defines(self, *what: object) -> None:
        raise UnreadableTable(TableFault.UNSAFE)

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        # A prefix is the writer's choice.
        match name if ":" not in name else name.rpartition(":")[2]:
            case "c":
                self._column = self._place(attributes.get("r", ""))
                self._kind = attributes.get("t", "n")
                self._style = int(attributes.get("s", "0"))
                self._value = ""
            case "v" | "t":
                self._text, self._length = [], 0
            case "row":
                self._begin_row(attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        line = int(attributes.get("r", self._line + 1))
        if line <= self._line:
            raise UnreadableTable(TableFault.BROKEN, line)
        self._empty += line - self._line - 1
        self._line, self._cells, self._column = line, [], -1
        if self._empty > _MOST_EMPTY:
            raise UnreadableTable(TableFault.ROWS, line)

    def _place(self, reference: str) -> int:
        if not reference:
            return self._column + 1
        found = _PLACE.match(reference)
        if found is None:
            raise UnreadableTable(TableFault.BROKEN, self._line)
        place = 0
        for letter in found[1]:
            place = place * 26 + ord(letter) - 64
        return place - 1

    def _says(self, text: str) -> None:
        if self._text is None:
            return
        self._length += len(text)
        if self._length > LONGEST_CELL:
            raise UnreadableTable(TableFault.CELL, self._line)
        self._text.append(text)

    def _ends(self, name: str) -> None:
        match name if ":" not in name else name.rpartition(":")[2]:
            case "v" | "t":
                if self._text is not None:
                    self._value += "".join(self._text)
                self._text = None
            case "c":
                self._end_cell()
            case "row":
                self._end_row()

    def _end_cell(self) -> None:
        value = self._meaning(self._value) if self._value else ""
        if not value.strip():
            return
        if len(value) > LONGEST_CELL:
            raise UnreadableTable(TableFault.CELL, self._line)
        if self._column >= MOST_COLUMNS:
            raise UnreadableTable(TableFault.COLUMNS, self._line)
        missing = self._column - len(self._cells)
        if missing < 0:
            raise UnreadableTable(TableFault.BROKEN, self._line)
        self._cells += [""] * missing
        self._cells.append(value)

    def _end_row(self) -> None:
        if not self._cells:
            self._empty += 1
            return
        if len(self._rows) >= MOST_ROWS + 1:
            raise UnreadableTable(TableFault.ROWS, self._line)
        self._rows.append(TableRow(self._line, tuple(self._cells)))

    def _meaning(self, value: str) -> str:
        match self._kind:
            case "s":
                return str(self._strings[int(value)])
            case "inlineStr" | "str" | "d":
                return value
            case "b":
                return value
            case "e":
                # An error of a formula: nothing that anybody wrote.
                return ""
        number = float(value)
        if self._style in self._dates:
            return _written(from_excel(number, self._epoch))
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return value


def _written(moment: Any) -> str:
    match moment:
        case datetime() if moment.time() == time():
            return moment.date().isoformat()
        case datetime() | date() | time():
            return moment.isoformat()
        case _:
            return str(moment)
