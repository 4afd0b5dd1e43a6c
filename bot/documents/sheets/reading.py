"""Any file that may hold a table: what it is goes by its bytes, never by its name."""

from bot.documents.sheets.delimited import read_delimited
from bot.documents.sheets.table import MOST_BYTES, TableFault, TableRow, UnreadableTable

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b",
              b"MZ", b"\x7fELF", b"{\\rtf", b"<?xml", b"<html", b"<!DOC")  # fmt: skip


def read_table(data: bytes) -> list[TableRow]:
    """The rows of a workbook or a CSV file that have something in them, each with its line.

    :raises UnreadableTable: naming the line, where there is one.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableTable(TableFault.LARGE)
    if data.startswith(_OLD_EXCEL):
        raise UnreadableTable(TableFault.OLD_EXCEL)
    if data.lstrip()[:5].startswith(_NO_TABLES):
        raise UnreadableTable(TableFault.OTHER)
    rows = _read_workbook(data) if data.startswith(b"PK") else read_delimited(data)
    if not rows:
        raise UnreadableTable(TableFault.EMPTY)
    return rows


def _read_workbook(data: bytes) -> list[TableRow]:
    # What reads workbooks takes eight megabytes, and most processes never see one.
    from bot.documents.sheets.workbook import read_workbook

    return read_workbook(data)
