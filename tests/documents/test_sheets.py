"""Whatever file a table comes in is read, or refused with its line; what is written is harmless."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bot.documents.sheets import table as sheet_table
from bot.documents.sheets import workbook
from bot.documents.sheets.reading import read_table
from bot.documents.sheets.table import LONGEST_CELL, MOST_ROWS, TableFault, UnreadableTable
from bot.documents.sheets.writing import Sheet, SheetRow, write_workbook

TABLES = Path(__file__).parents[1] / "data" / "tables"
SAME = [("الاسم", "المدرسة"), ("هدى", "مدرسة الندى"), ("نورة", 'مدرسة "الأمل"')]


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in row.cells) for row in read_table(data)]


def delimited(separator: str, end: str = "\n") -> str:
    quoted = [[f'"{cell}"' if '"' not in cell else cell for cell in row] for row in SAME]
    return "".join(separator.join(row) + end for row in quoted)


@pytest.mark.parametrize(
    "data",
    [
        delimited(",").encode(),
        delimited(";").encode("utf-8-sig"),
        delimited("\t", "\r\n").encode("utf-16"),
        delimited("|").encode("utf-16-le"),
        b"sep=;\r\n" + delimited(";", "\r\n").encode(),
        ("\ufeffsep=|\n" + delimited("|")).encode(),
        delimited(";").encode("cp1256"),
        delimited(",", "\r").encode(),
        (delimited(",") + ",,,,\n" * 50).encode(),
        delimited(";").removesuffix("\n").encode(),
    ],
    ids=[
        "comma",
        "bom",
        "tab-utf16",
        "bare-utf16",
        "sep",
        "bom-sep",
        "cp1256",
        "cr",
        "empty",
        "end",
    ],
)
def test_the_same_table_in_many_shapes(data: bytes) -> None:
    assert cells(data) == SAME


@pytest.mark.parametrize("name", sorted(path.name for path in TABLES.glob("*.csv")))
def test_tables_from_the_field(name: str) -> None:
    rows = cells((TABLES / name).read_bytes())
    assert [cell.casefold() for cell in rows[0]] == ["name", "kind", "parent", "country", "gender"]
    assert rows[1][:2] == ("إدارة تعليم السهل", "department")
    assert len(rows) == 4


def test_a_line_is_told_also_below_cells_of_several_lines() -> None:
    data = b'a,b\n"one\ntwo",x\n\nthree,y\n'
    assert [(row.line, row.cells) for row in read_table(data)] == [
        (1, ("a", "b")),
        (2, ("one\ntwo", "x")),
        (5, ("three", "y")),
    ]


@pytest.mark.parametrize(
    ("data", "fault", "line"),
    [
        (b"a,b\nc," + b"x" * (LONGEST_CELL + 1), TableFault.CELL, 2),
        (b'a,b\nc,"d\ne,f\ng,h\n', TableFault.QUOTE, 2),
        (b"a,b\n" + b"c,d\n" * (MOST_ROWS + 2), TableFault.ROWS, MOST_ROWS + 2),
        (b",".join([b"a"] * 200), TableFault.COLUMNS, 1),
        (b"a,b\n\x00\x01\x02c,d\n", TableFault.ENCODING, 0),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, TableFault.OLD_EXCEL, 0),
        (b"%PDF-1.7 ...", TableFault.OTHER, 0),
        (b"PK\x03\x04 and no more", TableFault.BROKEN, 0),
        (b"", TableFault.EMPTY, 0),
        (b",,,\n,,\n", TableFault.EMPTY, 0),
        (b"x" * 20_000_001, TableFault.LARGE, 0),
    ],
    ids=lambda value: value if isinstance(value, TableFault) else "",
)
def test_what_is_refused_says_where(data: bytes, fault: TableFault, line: int) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_table(data)
    assert (caught.value.fault, caught.value.line) == (fault, line)


def book(rows: list[list[object]], hidden: bool = False) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    if hidden:
        first = made.create_sheet("hidden", 0)
        first.append(["nothing", "of this"])
        first.sheet_state = "hidden"
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


STRINGS = "xl/sharedStrings.xml"
SHARES = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def packed(**parts: bytes) -> bytes:
    """A workbook with some of its parts replaced, or with more of them."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book([["a", "b"], ["c", "d"]]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = parts.pop(name, source.read(name))
            if name == "[Content_Types].xml" and STRINGS in parts:
                part = part.replace(b"</Types>", SHARES + b"</Types>")
            target.writestr(name, part)
        for name, part in parts.items():
            target.writestr(name, part)
    return out.getvalue()


def sheet(body: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = f"<sheetData>{body}</sheetData>"
    return f'{before}<worksheet xmlns="{space}">{data}</worksheet>'.encode()


SHEET = "xl/worksheets/sheet1.xml"


def text(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_a_workbook_is_read_as_people_see_it() -> None:
    data = book(
        [["الاسم", None, "رقم"], [], [" هدى ", None, 1020.0], ["نورة", date(2026, 1, 2)]], True
    )
    assert [(row.line, row.cells) for row in read_table(data)] == [
        (1, ("الاسم", "", "رقم")),
        (3, (" هدى ", "", "1020")),
        (4, ("نورة", "2026-01-02")),
    ]


def test_a_formula_is_read_as_what_it_came_to() -> None:
    body = '<row r="1"><c r="A1" t="str"><f>1+1</f><v>two</v></c><c r="B1"><f>A1</f></c>'
    body += '<c r="C1" t="e"><v>#REF!</v></c></row>'
    assert cells(packed(**{SHEET: sheet(body)})) == [("two",)]


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({SHEET: sheet('<row r="10000000">' + text("A10000000", "x") + "</row>")}, TableFault.ROWS),
        ({SHEET: sheet('<row r="1">' + text("XFD1", "x") + "</row>")}, TableFault.COLUMNS),
        (
            {
                SHEET: sheet(
                    '<row r="1">' + text("A1", "&e;") + "</row>", '<!DOCTYPE x [<!ENTITY e "y">]>'
                )
            },
            TableFault.UNSAFE,
        ),
        (
            {
                SHEET: sheet(
                    '<row r="1">' + text("A1", "&e;") + "</row>",
                    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
                )
            },
            TableFault.UNSAFE,
        ),
        (
            {"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY e "y">]><workbook>&e;</workbook>'},
            TableFault.UNSAFE,
        ),
        ({SHEET: sheet('<row r="1">' + text("A1", "x" * 131_073) + "</row>")}, TableFault.CELL),
        ({SHEET: b"<worksheet><sheetData><row>"}, TableFault.BROKEN),
        ({SHEET: sheet('<row r="2"/><row r="1">' + text("A1", "x") + "</row>")}, TableFault.BROKEN),
    ],
    ids=["rows", "columns", "entity", "external", "entity-in-book", "cell", "cut", "order"],
)
def test_a_hostile_workbook_is_refused(parts: dict[str, bytes], fault: TableFault) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_table(packed(**parts))
    assert caught.value.fault is fault


def test_a_workbook_that_swells_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1_000_000)
    monkeypatch.setattr(workbook, "_read", lambda _: pytest.fail("it was opened"))
    with pytest.raises(UnreadableTable) as caught:
        read_table(packed(**{SHEET: b" " * 1_000_001}))
    assert caught.value.fault is TableFault.UNSAFE


STYLES = "xl/styles.xml"


@pytest.mark.parametrize(
    ("bound", "parts"),
    [
        ("MOST_READ", {STYLES: b"<styleSheet>" + b"<a/>" * 60_000 + b"</styleSheet>"}),
        ("MOST_READ", {"xl/workbook.xml": b"<workbook>" + b"<a/>" * 60_000 + b"</workbook>"}),
        ("MOST_STRINGS", {STRINGS: b"<sst>" + b"<si><t>x</t></si>" * 20_000 + b"</sst>"}),
    ],
    ids=["styles", "book", "strings"],
)
def test_no_part_is_larger_in_memory_than_it_may_be(
    monkeypatch: pytest.MonkeyPatch, bound: str, parts: dict[str, bytes]
) -> None:
    monkeypatch.setattr(workbook, bound, 200_000)
    monkeypatch.setattr(workbook, "_read", lambda _: pytest.fail("it was opened"))
    with pytest.raises(UnreadableTable) as caught:
        read_table(packed(**parts))
    assert caught.value.fault is TableFault.UNSAFE


def test_all_of_a_table_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_table, "MOST_CELLS", 20)
    for data in (
        b"a;b;c\n" * 7,
        write_workbook(Sheet("x", ["a", "b"], [SheetRow("cd")] * 10, False)),
    ):
        with pytest.raises(UnreadableTable) as caught:
            read_table(data)
        assert caught.value.fault is TableFault.MUCH
        assert caught.value.line in (7, 11)


def test_texts_that_are_spoken_of_are_read_once() -> None:
    shared = b"<sst><si><r><t>\xd9\x86</t></r><r><t>ada</t></r><rPh><t>spoken</t></rPh></si></sst>"
    row = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    assert cells(packed(**{STRINGS: shared, SHEET: row})) == [("\u0646ada",)]


def test_a_zip_that_is_no_workbook_is_no_table() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as other:
        other.writestr("word/document.xml", "<x/>")
        other.writestr("[Content_Types].xml", "<x/>")
    with pytest.raises(UnreadableTable) as caught:
        read_table(out.getvalue())
    assert caught.value.fault is TableFault.OTHER


HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.example";"y")', "a\x00b"]


def test_nothing_that_is_written_acts() -> None:
    data = write_workbook(
        Sheet(
            "قائمة [1]/2",
            ["=A1", "x"],
            [SheetRow([each, 7], frozenset({0})) for each in HARMFUL],
            True,
        )
    )
    with zipfile.ZipFile(BytesIO(data)) as packed_book:
        assert b"<f>" not in packed_book.read(SHEET)
    shown = load_workbook(BytesIO(data)).worksheets[0]
    assert [row[0].data_type for row in shown.iter_rows()] == ["s"] * (len(HARMFUL) + 1)
    assert [row[0].quotePrefix for row in shown.iter_rows(min_row=2)] == [True] * 6 + [False]
    assert shown.sheet_view.rightToLeft
    assert shown["A2"].fill.fgColor.rgb == "00FFF2B3"
    assert shown["B2"].fill.fill_type is None
    assert cells(data)[1] == ("=1+1", "7")
    assert cells(data)[-1] == ("ab", "7")
