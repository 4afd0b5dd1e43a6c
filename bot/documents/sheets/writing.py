"""Workbooks (.xlsx) written so that nothing in them acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

_WIDEST = 40


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
    book = Workbook(write_only=True)
    page = book.create_sheet(_title(sheet.title))
    page.sheet_view.rightToLeft = sheet.rtl
    page.freeze_panes = "A2"
    for place, width in enumerate(_widths(sheet), 1):
        page.column_dimensions[get_column_letter(place)].width = width
    fill, bold = PatternFill("solid", fgColor=sheet.marks), Font(bold=True)
    headings = [_cell(page, text) for text in sheet.headings]
    for cell in headings:
        cell.font = bold
    page.append(headings)
    for row in sheet.rows:
        written: list[Any] = []
        for place, value in enumerate(row.cells):
            cell = _cell(page, value)
            if place in row.marked:
                cell.fill = fill
            written.append(cell)
        page.append(written)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, value: str | int) -> Any:
    if isinstance(value, int):
        return WriteOnlyCell(page, value)
    cell: Any = WriteOnlyCell(page, "")
    # A text that looks like a formula would become one by being assigned.
    cell._value = "".join(c for c in value if c >= " " or c in "\t\n")[:32_000]
    cell.data_type = "s"
    if value.startswith(("=", "+", "-", "@", "\t", "\r")):
        cell.quotePrefix = True
    return cell


def _title(title: str) -> str:
    return "".join(" " if c in "[]:*?/\\" else c for c in title)[:31] or "1"


def _widths(sheet: Sheet) -> list[int]:
    looked_at = [sheet.headings, *(row.cells for row in sheet.rows[:100])]
    columns = max((len(cells) for cells in looked_at), default=0)
    return [
        min(max([8, *(len(str(cells[at])) + 2 for cells in looked_at if at < len(cells))]), _WIDEST)
        for at in range(columns)
    ]
