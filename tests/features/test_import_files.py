"""Files that are no list, or are meant to harm: each is answered with a word, and nobody else
waits."""

import asyncio
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from bot.documents.sheets import table as sheet_table
from bot.documents.sheets import workbook as sheet_workbook
from bot.features.imports.models import imports
from bot.features.people.models import units
from bot.files.store import BlobStore
from bot.files.tables import files
from tests.features.imports_lists import HEADINGS, HUDA, admin, brings, sheet_made, table, workbook
from tests.features.people_school import School
from tests.town import Phone, Town

__all__ = ["admin"]

pytestmark = pytest.mark.every_channel

TABLES = Path(__file__).parents[1] / "data" / "tables"
SHEET = "xl/worksheets/sheet1.xml"
ROW = [*HUDA[:5], ""]
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage" * 40
"""How a workbook with a password begins, and an old Excel file."""


def repacked(name: str, change: Callable[[bytes], bytes], data: bytes = b"") -> bytes:
    """A workbook with one of its parts changed."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data or workbook(HEADINGS, ROW))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for each in source.namelist():
            part = source.read(each)
            target.writestr(each, change(part) if each == name else part)
    return out.getvalue()


def with_macros() -> bytes:
    """A workbook as .xlsm, with a program that nobody starts."""
    kinds = repacked(
        "[Content_Types].xml",
        lambda part: part.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml").replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.macroEnabled",
            b"application/vnd.ms-excel.sheet.macroEnabled",
        ),
    )
    out = BytesIO(kinds)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Shell calc.exe")
    return out.getvalue()


def entity(kind: str) -> Callable[[bytes], bytes]:
    bombs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    outside = '<!ENTITY l8 SYSTEM "file:///etc/passwd">'
    before = f"<!DOCTYPE x [{bombs if kind == 'bomb' else outside}]>".encode()
    return lambda part: before + part.replace(b"<sheetData>", b"<sheetData>&l8;")


async def test_each_hostile_file_is_told_what_it_is(
    town: Town, school: School, admin: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_table, "MOST_CELLS", 50_000)
    monkeypatch.setattr(sheet_workbook, "MOST_UNPACKED", 3_000_000)
    far = b'<row r="10000000"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    swelling = repacked(SHEET, lambda part: part + b" " * 4_000_000)
    assert len(swelling) < 20_000
    rows = repacked(SHEET, lambda part: part.replace(b"</sheetData>", far))
    wide = ["هدى", *["x"] * 99]
    long = table([ROW[0] + "م" * 131_072, *ROW[1:]])
    harm = "قد يضر هذا الملف عند فتحه"
    said: list[tuple[str, bytes, str, str]] = [
        ("bomb.xlsx", swelling, harm, ""),
        ("rows.xlsx", rows, "القائمة أطول من الحد (١٠٠٠٠٠ سطر)", "السطر ١٠٠٠٠٠٠٠"),
        ("entities.xlsx", repacked(SHEET, entity("bomb")), harm, ""),
        ("outside.xlsx", repacked(SHEET, entity("outside")), harm, ""),
        ("locked.xlsx", LOCKED, "أو عليه كلمة مرور", ""),
        ("field.csv", long, "نص أطول من الحد: ١٣١٠٧٢ حرفًا", "السطر ٢"),
        ("much.csv", table(*[wide] * 700, headings=wide), "أكثر مما يُقرأ", "السطر ٥٠١"),
        ("quote.csv", table([f'"{ROW[0]}', *ROW[1:]]), "علامة تنصيص", "السطر ٢"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"x" * 400, "ليس هذا جدولًا", ""),
        ("letter.docx", repacked("xl/workbook.xml", lambda _: b""), "الملف تالف", ""),
        ("program.csv", b"MZ" + b"\x00" * 400, "ليس هذا جدولًا", ""),
        ("notes.txt", "نص فقط\nوسطر".encode(), "لم أجد هذه الأعمدة", ""),
    ]
    for name, data, text, line in said:
        await brings(admin, data, name)
        admin.sees("لا أستطيع قبول هذه القائمة", text, line)
        admin.sees_button("طريقة إرسال")
    await admin.sends("document", b"x", name="large.csv", size=20_000_001)
    admin.sees("الملف أكبر من 20 ميغابايت")
    assert await town.rows(imports) == []


async def test_what_would_act_elsewhere_is_text_here(
    town: Town, school: School, admin: Phone
) -> None:
    await brings(admin, table(["=cmd|' /C calc'!A0", *ROW[1:]], ["@SUM(A1)", *ROW[1:4], "5", ""]))
    admin.sees("سطران لم يُقبلا", "ليس هذا اسمًا")
    # A program in a workbook is left where it is; a list is a list under any name.
    await brings(admin, with_macros(), "with macros.xlsm")
    admin.sees("شخص واحد جديد")
    await brings(admin, table(ROW), "قائمة بلا امتداد")
    admin.sees("شخص واحد جديد")


async def test_each_table_from_the_field_is_taken(town: Town, school: School, admin: Phone) -> None:
    found = {path.name: path.read_bytes() for path in sorted(TABLES.glob("*.csv"))}
    twin = found.pop("tatweel-twin.csv")
    assert len(found) == 4
    for name, data in found.items():
        await brings(admin, data, name)
        admin.sees(name, "٣ جهات جديدة")
        assert "🔴" not in admin.last().shown_text
        await admin.taps("إهمال القائمة")
    # Two spellings of one school are one, and that is said; the same once more adds nothing.
    for comes_to in ("جهتان جديدتان", "٣ أسطر موجودة من قبل"):
        await brings(admin, twin, "tatweel-twin.csv")
        admin.sees(comes_to, "السطر ٤", "إلا في الإملاء", "يُحسب مرة واحدة")
        if admin.offers("إضافة"):
            await admin.taps("إضافة")
    made = [row.name for row in await town.rows(units) if row.id > school.atlas.id]
    assert made == ["إدارة تعليم السهل", "مدرسة الأمل"]


async def test_nobody_waits_for_a_file_that_takes_long(
    town: Town, school: School, admin: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, ends = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(data: bytes) -> list[sheet_table.TableRow]:
        loop.call_soon_threadsafe(reads.set)
        asyncio.run_coroutine_threadsafe(ends.wait(), loop).result()
        return []

    monkeypatch.setattr("bot.features.imports.queries.reading.read_table", slowly)
    brought = asyncio.create_task(brings(admin, table(ROW)))
    await reads.wait()
    other = town.person("منى")
    await town.platform.send_text(other.id, "/start")
    for _ in range(2_000):
        if any(message.from_bot for message in other.messages()):
            break
        await asyncio.sleep(0.01)
    assert other.last().shown_text
    assert not brought.done()
    ends.set()
    await brought


async def test_a_list_of_thousands_leaves_as_one_table(
    town: Town, school: School, admin: Phone
) -> None:
    many = [[f"معلمة {n:04} السهلي", "مدرسة الندى", "معلمة", "", str(n), f"05{n:08}"]
            for n in range(2_600)]  # fmt: skip
    await brings(admin, table(*many))
    admin.sees("راجعت القائمة")
    await admin.reads_on()
    await admin.taps("فتح القائمة")
    await admin.taps("إضافة")
    await admin.reads_on()
    await admin.taps("فتح القائمة")
    await admin.taps("جدول Excel")
    sheet = await sheet_made(town)
    names = [cell.value for cell in sheet["A"]][1:]
    assert names == [row[0] for row in many]
    assert "0500000007" not in {cell.value for row in sheet.iter_rows(max_row=40) for cell in row}
    # The list that has left comes back, and doubles nobody.
    [made] = await town.rows(files, purpose="imports")
    data = BlobStore(town.app.settings.resolved_files_dir()).place(made.blob).read_bytes()
    await brings(admin, data, "back.xlsx")
    await admin.reads_on()
    await admin.taps("فتح القائمة")
    admin.sees("ليس فيها ما يُضاف")
