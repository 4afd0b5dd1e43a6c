"""Workbooks (.xlsx) written so that nothing in them acts.

They are written row by row as the XML that they consist of: the library takes twelve seconds of a
core for a hundred thousand people, and holds them all.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from bot.core.graphemes import begin

_WIDEST = 40
_LONGEST = 32_000
"""Characters of a cell that spreadsheets take."""
_ACTS = ("=", "+", "-", "@", "\t", "\r")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
}
_HEADING, _PLAIN, _MARKED, _QUOTED, _MARKED_QUOTED = range(5)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
    '<fgColor rgb="00{marks}"/></patternFill></fill></fills>'
    "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs count="5"><xf fontId="1" applyFont="1"/><xf/><xf fillId="2" applyFill="1"/>'
    '<xf quotePrefix="1"/><xf fillId="2" applyFill="1" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row to be written; `marked` are the places of cells that shall stand out."""

    cells: Sequence[str | int]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written. `marks` is the colour of marked cells."""

    title: str
    headings: Sequence[str]
    rows: Sequence[SheetRow]
    rtl: bool
    marks: str = "FFF2B3"


def write_workbook(sheet: Sheet) -> bytes:
    """A workbook with this sheet, the headings held in place. Every text is written as a text:
    what begins with = + - @ is no formula, neither here nor when somebody edits the cell."""
    writer = WorkbookWriter(sheet)
    writer.add(sheet.rows)
    return writer.finish()


class WorkbookWriter:
    """The same for a sheet of which more rows come later: `add` them, and `finish`."""

    def __init__(self, sheet: Sheet) -> None:
        """Begin with what the sheet says but for its rows, which its widths are measured by."""
        self._out = BytesIO()
        self._packed = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        for name, text in _PARTS.items():
            self._packed.writestr(name, _HEAD + text)
        self._packed.writestr("xl/styles.xml", _HEAD + _STYLES.format(marks=sheet.marks))
        name = quoteattr(_title(sheet.title))
        self._packed.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name={name}'
            ' sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        self._page = self._packed.open("xl/worksheets/sheet1.xml", "w")
        self._line = 0
        direction = ' rightToLeft="1"' if sheet.rtl else ""
        columns = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(_widths(sheet), 1)
        )
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"'
            f'{direction}><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
            f' state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>'
        )
        self._write(self._row([_cell(text, heading=True) for text in sheet.headings]))

    def add(self, rows: Iterable[SheetRow]) -> None:
        """Write more rows below those before."""
        self._write(
            "".join(
                self._row(
                    [_cell(value, place in row.marked) for place, value in enumerate(row.cells)]
                )
                for row in rows
            )
        )

    def finish(self) -> bytes:
        """The workbook; nothing more can be added."""
        self._write("</sheetData></worksheet>")
        self._page.close()
        self._packed.close()
        return self._out.getvalue()

    def _write(self, text: str) -> None:
        self._page.write(text.encode())

    def _written(self, row: SheetRow) -> str:
        return self._row([_cell(each, at in row.marked) for at, each in enumerate(row.cells)])

    def _row(self, cells: Sequence[str]) -> str:
        self._line += 1
        placed = (f'<c r="{_letters(place)}{self._line}"{cell}' for place, cell in enumerate(cells))
        return f'<row r="{self._line}">{"".join(placed)}</row>'


def _cell(value: str | int, marked: bool = False, *, heading: bool = False) -> str:
    """A cell from behind its place on."""
    if isinstance(value, int):
        return f' s="{_MARKED if marked else _PLAIN}"><v>{value}</v></c>'
    if heading:
        style = _HEADING
    elif value.startswith(_ACTS):
        style = _MARKED_QUOTED if marked else _QUOTED
    else:
        style = _MARKED if marked else _PLAIN
    text = escape(begin(_NO_XML.sub("", value), _LONGEST))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _title(title: str) -> str:
    cleaned = _NO_XML.sub("", title)
    return "".join(" " if c in "[]:*?/\\" else c for c in begin(cleaned, 31)) or "1"


def _widths(sheet: Sheet) -> list[int]:
    looked_at = [sheet.headings, *(row.cells for row in sheet.rows[:100])]
    columns = max((len(cells) for cells in looked_at), default=0)
    return [
        min(max([8, *(len(str(cells[at])) + 2 for cells in looked_at if at < len(cells))]), _WIDEST)
        for at in range(columns)
    ]
