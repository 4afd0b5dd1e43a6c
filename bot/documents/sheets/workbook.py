"""Workbooks (.xlsx) read within bounds: nothing is unpacked before its size is known.

The library reads what a workbook consists of; its texts and rows are read here, since a list of a
hundred thousand people takes the library half a minute, and what is meant to harm it much longer.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import IO, Any
from xml.parsers import expat

from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.constants import ARC_CONTENT_TYPES, SHARED_STRINGS, XLSM, XLSX, XLTM, XLTX
from openpyxl.xml.functions import fromstring

from bot.documents.sheets.table import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    TableFault,
    TableRow,
    TableSize,
    UnreadableTable,
)

MOST_MEMBERS = 2_000
MOST_UNPACKED = 300_000_000
"""Bytes that all parts of a workbook come to."""
MOST_STRINGS = 80_000_000
"""Bytes of the part with its texts, which are held in memory."""
MOST_READ = 8_000_000
"""Bytes of any part that the library reads whole, such as styles."""
MOST_TEXTS = 1_500_000
_MOST_EMPTY = 1_000_000
_STREAMED = ("xl/worksheets/sheet", "xl/media/", "xl/embeddings/", "xl/pivotCache/", "xl/drawings/")
"""What is read piece by piece, or not at all."""
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
        return _read(data)
    except UnreadableTable:
        raise
    except Exception as error:  # whatever a broken or hostile workbook makes the library raise
        raise UnreadableTable(_fault_of(error)) from error


def _read(data: bytes) -> list[TableRow]:
    book = _Reader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    with book.archive:
        book.read()
        texts = book.texts()
        for sheet in book.shown_sheets():
            with book.archive.open(sheet) as source:
                if found := _SheetReader(texts, book.wb).read(source):
                    return found
    return []


class _Reader(ExcelReader):
    """The library's, for what a workbook consists of; the sheets and their texts are left to us."""

    def read(self) -> None:
        self.read_manifest()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def shown_sheets(self) -> Iterator[str]:
        """The parts with the sheets that people see, in their order."""
        for sheet, part in self.parser.find_sheets():
            if sheet.state == "visible" and "chartsheet" not in part.Type:
                yield part.target

    def texts(self) -> list[str]:
        """Those that cells name by their number."""
        package: Any = self.package
        found = package.find(SHARED_STRINGS)
        if found is None:
            return []
        with self.archive.open(found.PartName[1:]) as source:
            return _read_texts(source)


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _defines
    return parser


def _defines(*what: object) -> None:
    raise UnreadableTable(TableFault.UNSAFE)


def _feed(parser: Any, source: IO[bytes]) -> None:
    while piece := source.read(_AT_ONCE):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _local(name: str) -> str:
    # A prefix is the writer's choice.
    return name if ":" not in name else name.rpartition(":")[2]


def _read_texts(source: IO[bytes]) -> list[str]:
    """The texts that cells name by their number, without how they are spoken."""
    texts: list[str] = []
    said: list[str] = []
    reads = spoken = False

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal reads, spoken
        match _local(name):
            case "si":
                said.clear()
            case "t":
                reads = not spoken
            case "rPh":
                spoken = True

    def ends(name: str) -> None:
        nonlocal reads, spoken
        match _local(name):
            case "si":
                if len(texts) >= MOST_TEXTS:
                    raise UnreadableTable(TableFault.MUCH)
                texts.append("".join(said))
            case "t":
                reads = False
            case "rPh":
                spoken = False

    def says(text: str) -> None:
        if reads:
            said.append(text)

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.CharacterDataHandler = says
    _feed(parser, source)
    return texts


def _fault_of(error: BaseException | None) -> TableFault:
    """The library wraps what made it fail."""
    while error is not None:
        if type(error).__module__.startswith("defusedxml"):
            return TableFault.UNSAFE
        error = error.__cause__ or error.__context__
    return TableFault.BROKEN


def _bound(data: bytes) -> None:
    """That nothing of it is larger than may be read.

    :raises UnreadableTable:
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            sizes = {part.filename: part.file_size for part in parts}
            if ARC_CONTENT_TYPES not in sizes or not any(n.startswith("xl/") for n in sizes):
                raise UnreadableTable(TableFault.OTHER)
            if (
                len(parts) > MOST_MEMBERS
                or len(sizes) != len(parts)
                or sum(sizes.values()) > MOST_UNPACKED
                or sizes[ARC_CONTENT_TYPES] > MOST_READ
            ):
                raise UnreadableTable(TableFault.UNSAFE)
            whole = _read_whole(packed.read(ARC_CONTENT_TYPES), sizes)
    except UnreadableTable:
        raise
    except Exception as error:  # whatever a broken list of contents makes the library raise
        raise UnreadableTable(_fault_of(error)) from error
    if any(sizes.get(name, 0) > most for name, most in whole.items()):
        raise UnreadableTable(TableFault.UNSAFE)


def _read_whole(types: bytes, names: Iterable[str]) -> dict[str, int]:
    """The parts that are held in memory, with what they may come to. What a part is called is its
    writer's choice; what it is stands in the list of contents."""
    tree: Any = fromstring(types)
    package: Any = Manifest.from_tree(tree)
    whole = {name: MOST_READ for name in names if not name.startswith(_STREAMED)}
    for kind in (XLSX, XLSM, XLTX, XLTM):
        if (book := package.find(kind)) is not None:
            whole[book.PartName[1:]] = MOST_READ
    if (texts := package.find(SHARED_STRINGS)) is not None:
        whole[texts.PartName[1:]] = MOST_STRINGS
    return whole


class _SheetReader:
    """The rows of one sheet, from its XML."""

    def __init__(self, strings: Sequence[str], book: Any) -> None:
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
        self._size = TableSize()

    def read(self, source: IO[bytes]) -> list[TableRow]:
        """:raises UnreadableTable: naming the line."""
        parser = _parser()
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        parser.CharacterDataHandler = self._says
        _feed(parser, source)
        return self._rows

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
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
        match _local(name):
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
        self._size.count(self._cells, self._line)
        self._rows.append(TableRow(self._line, tuple(self._cells)))

    def _meaning(self, value: str) -> str:
        match self._kind:
            case "s":
                return self._strings[int(value)]
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
