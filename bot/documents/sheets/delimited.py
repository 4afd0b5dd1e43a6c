"""Texts whose cells are told apart by a character: CSV in all its shapes."""

import csv
import re
from collections.abc import Iterator

from bot.documents.sheets.table import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    TableFault,
    TableRow,
    UnreadableTable,
)

SEPARATORS = ";,\t|"
_LOOKED_AT = 20
"""Lines by which the separator is found."""
_SAID = re.compile(r'\A"?sep=(.)"?\s*\Z', re.IGNORECASE)
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_END = "\x1f"
"""A row of our own after the last: whoever swallows it had a quotation mark open."""
_MOST_EMPTY = 1_000_000


def read_delimited(data: bytes) -> list[TableRow]:
    """The rows of a CSV file, whatever separates its cells and encodes its letters.

    :raises UnreadableTable: naming the line, where there is one.
    """
    lines = _decoded(data).splitlines(keepends=True)
    # An end of page or a Unicode line end is no end of a row.
    lines = list(_joined(lines))
    first, separator = 0, ""
    if lines and (said := _SAID.match(lines[0].rstrip("\r\n"))):
        first, separator = 1, said[1]
    return list(_rows(lines, first, separator or _separator_of(lines)))


def _decoded(data: bytes) -> str:
    text = _text_of(data)
    if _NO_TEXT.search(text):
        raise UnreadableTable(TableFault.ENCODING)
    return text


def _text_of(data: bytes) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        if data.startswith(b"\xef\xbb\xbf"):
            return data.decode("utf-8-sig")
        head = data[:2000]
        if len(data) % 2 == 0 and head.count(0) * 50 > len(head):
            # Separators and Latin letters in UTF-16 have a zero on the one side or the other.
            order = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
            return data.decode(order)
    except UnicodeDecodeError:
        raise UnreadableTable(TableFault.ENCODING) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # What an Arabic or French Windows writes; it has a letter for every byte.
        return data.decode("cp1256")


def _joined(lines: list[str]) -> Iterator[str]:
    kept = ""
    for line in lines:
        kept += line
        if kept.endswith(("\n", "\r")):
            yield kept
            kept = ""
    if kept:
        yield kept


def _separator_of(lines: list[str]) -> str:
    """The one that stands in the most of the first lines, outside of quotation marks, and among
    those the one that stands there most."""
    heads = [re.sub('"[^"]*"', "", line) for line in lines[:_LOOKED_AT] if line.strip()]

    def weight(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in heads]
        return sum(count > 0 for count in counts), sum(counts)

    return max(SEPARATORS, key=weight)


def _rows(lines: list[str], first: int, separator: str) -> Iterator[TableRow]:
    def given() -> Iterator[str]:
        for line in lines[first:]:
            yield line if line.endswith(("\n", "\r")) else f"{line}\n"
        yield _END

    reader = csv.reader(given(), delimiter=separator)
    found = empty = 0
    while True:
        # `line_num` counts the lines that were read before this row.
        line = first + reader.line_num + 1
        try:
            cells = next(reader)
        except csv.Error as error:
            fault = TableFault.CELL if "field limit" in str(error) else TableFault.BROKEN
            raise UnreadableTable(fault, line) from None
        if cells and cells[-1].endswith(_END):
            if cells != [_END]:
                raise UnreadableTable(TableFault.QUOTE, line)
            return
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise UnreadableTable(TableFault.CELL, line)
        if not any(cell.strip() for cell in cells):
            empty += 1
            if empty > _MOST_EMPTY:
                raise UnreadableTable(TableFault.ROWS, line)
            continue
        if len(cells) > MOST_COLUMNS and any(cell.strip() for cell in cells[MOST_COLUMNS:]):
            raise UnreadableTable(TableFault.COLUMNS, line)
        found += 1
        if found > MOST_ROWS + 1:
            raise UnreadableTable(TableFault.ROWS, line)
        yield TableRow(line, tuple(cells[:MOST_COLUMNS]))
