"""Texts whose cells are told apart by a character: CSV in all its shapes."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from bot.documents.letters import utf8_or_windows, utf16_in
from bot.documents.sheets.table import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    TableFault,
    TableRow,
    TableSize,
    UnreadableTable,
)

SEPARATORS = ";,\t|"
_LOOKED_AT = 20
"""Lines by which the separator is found."""
_HEAD = 200_000
"""Characters among which these stand."""
_SAID = re.compile(r'\A"?sep=(.)"?\s*\Z', re.IGNORECASE)
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_END = "\x1f"
"""A row of our own after the last: whoever swallows it had a quotation mark open."""
_MOST_EMPTY = 1_000_000


def read_delimited(data: bytes) -> list[TableRow]:
    """The rows of a CSV file, whatever separates its cells and encodes its letters.

    :raises UnreadableTable: naming the line, where there is one.
    """
    text = _decoded(data)
    # An end of page or a Unicode line end is no end of a row.
    heads = list(islice(StringIO(text[:_HEAD], newline=""), _LOOKED_AT))
    first, separator = 0, ""
    if heads and (said := _SAID.match(heads[0].rstrip("\r\n"))):
        first, separator = 1, said[1]
    return list(_rows(StringIO(text, newline=""), first, separator or _separator_of(heads)))


def _decoded(data: bytes) -> str:
    text = _text_of(data)
    if _NO_TEXT.search(text):
        raise UnreadableTable(TableFault.ENCODING)
    return text


def _text_of(data: bytes) -> str:
    try:
        if data.startswith(b"\xef\xbb\xbf"):
            return data.decode("utf-8-sig")
        text = utf16_in(data)
        return utf8_or_windows(data) if text is None else text
    except UnicodeDecodeError:
        raise UnreadableTable(TableFault.ENCODING) from None


def _separator_of(lines: list[str]) -> str:
    """The one that stands in the most of the first lines, outside of quotation marks, and among
    those the one that stands there most."""
    heads = [re.sub('"[^"]*"', "", line) for line in lines if line.strip()]

    def weight(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in heads]
        return sum(count > 0 for count in counts), sum(counts)

    return max(SEPARATORS, key=weight)


def _rows(lines: Iterable[str], first: int, separator: str) -> Iterator[TableRow]:
    def given() -> Iterator[str]:
        for line in islice(lines, first, None):
            yield line if line.endswith(("\n", "\r")) else f"{line}\n"
        yield _END

    reader = csv.reader(given(), delimiter=separator)
    found = empty = 0
    size = TableSize()
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
        if not any(map(str.strip, cells)):
            empty += 1
            if empty > _MOST_EMPTY:
                raise UnreadableTable(TableFault.ROWS, line)
            continue
        found += 1
        if found > MOST_ROWS + 1:
            raise UnreadableTable(TableFault.ROWS, line)
        _check(cells, line)
        size.count(cells[:MOST_COLUMNS], line)
        yield TableRow(line, tuple(cells[:MOST_COLUMNS]))


def _check(cells: list[str], line: int) -> None:
    if max(map(len, cells)) > LONGEST_CELL:
        raise UnreadableTable(TableFault.CELL, line)
    if len(cells) > MOST_COLUMNS and any(map(str.strip, cells[MOST_COLUMNS:])):
        raise UnreadableTable(TableFault.COLUMNS, line)
