"""The commands for lists of people and units, as they are typed: what each option does, and each
thing that goes wrong in one line."""

import errno
import io
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot import bulk
from bot.core.text import isolate
from tests.features.imports_lists import HEADINGS, HUDA, NADA, table
from tests.test_commands import Halqa, halqa

__all__ = ["halqa"]

TABLES = Path(__file__).parent / "data" / "tables"
READ = [isolate(title) for title in ("name", "kind", "parent", "country", "gender")]
COLUMNS = f"Columns that I read: {', '.join(READ[:-1])} and {READ[-1]}\n"
THREE = "3 new, 0 there already, 0 changed, 0 not taken\n"
TWIN = (
    f"⚪ Line 4: {isolate('مدرسة الأمل')}\n"
    f"The same as line 3 but for its spelling ({isolate('مدرسة الأمـل')}): it counts once.\n"
)
UNITS = (
    "name;kind;parent;country;gender\nالوادي;department;;SA;\nمدرسة الندى;school;الوادي;;girls\n"
)
WRONG = ["ريم سعد العتيبي", "مدرسة غائبة", "معلمة", "", "9", ""]


def asked(sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect("var/halqa.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


def answers(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def begun(halqa: Halqa) -> Halqa:
    """An installation with a school."""
    halqa("migrate")
    Path("units.csv").write_text(UNITS, "utf-8")
    assert halqa("import-units", "units.csv", "--yes")[0] == 0
    return halqa


def test_each_table_from_the_field_is_looked_through_and_added(halqa: Halqa) -> None:
    halqa("migrate")
    found = sorted(TABLES.glob("*.csv"))
    assert len(found) == 5
    for path in found:
        code, said, _ = halqa("import-units", str(path), "--dry-run")
        twin = path.name == "tatweel-twin.csv"
        counts = THREE.replace("3 new, 0", "2 new, 1") + TWIN if twin else THREE
        assert (code, said.lower()) == (0, f"{COLUMNS}{counts}nothing was added\n".lower())
    assert asked("SELECT count(*) FROM units") == [(0,)]
    code, said, errors = halqa("import-units", str(TABLES / "cp1256.csv"), "--yes")
    number = asked("SELECT max(id) FROM imports")[0][0]
    added = f"3 units added; `halqa undo-import {number}` takes it back\n"
    # Nothing but words: how far it has come is for whoever looks on.
    assert (code, said) == (0, f"{COLUMNS}{THREE}{added}")
    assert "━" not in errors
    assert "  مدرسة النخيل  (school)" in halqa("units")[1]
    code, said, _ = halqa("undo-import", str(number))
    assert (code, said) == (0, f"import {number} is taken back\n")
    assert asked("SELECT count(*) FROM units") == [(0,)]


def test_a_list_is_reported_mended_changed_and_taken_back(
    begun: Halqa, monkeypatch: pytest.MonkeyPatch
) -> None:
    halqa = begun
    Path("people.csv").write_bytes(table(HUDA, NADA, WRONG))
    answers(monkeypatch, "n\n")
    code, said, _ = halqa("import-people", "people.csv", "--report", "mend.xlsx")
    assert (code, "2 new, 0 there already, 0 changed, 1 not taken" in said) == (1, True)
    assert "Add 2 new ones? [y/N]" in said
    assert said.endswith("nothing was added\n")
    sheet = load_workbook("mend.xlsx").worksheets[0]
    assert [sheet["A2"].value, sheet["B2"].value] == [4, WRONG[0]]
    assert sheet["C2"].fill.fill_type == "solid"
    assert not list(Path().glob(".*.part"))
    # The end of the input is no yes either, and leaves nothing behind.
    answers(monkeypatch, "")
    assert halqa("import-people", "people.csv")[0] == 1
    assert asked("SELECT state FROM imports WHERE kind = 'people'") == [("dropped",)] * 2
    answers(monkeypatch, "y\n")
    code, said, _ = halqa("import-people", "people.csv")
    assert (code, "2 people added; `halqa undo-import 4`" in said) == (0, True)

    # What is said differently is told, and applied only where that is asked for.
    Path("later.csv").write_bytes(table([HUDA[0], HUDA[1], "مشرفة", *HUDA[3:]], NADA))
    role = "SELECT role FROM imported_people ORDER BY id LIMIT 1"
    code, said, _ = halqa("import-people", "later.csv", "--yes")
    assert "0 new, 1 there already, 1 changed, 0 not taken" in said
    assert (code, said.splitlines()[-1], asked(role)) == (0, "nothing was added", [("teacher",)])
    code, said, _ = halqa("import-people", "later.csv", "--changes", "--dry-run")
    assert (code, said.splitlines()[-1], asked(role)) == (0, "nothing was added", [("teacher",)])
    answers(monkeypatch, "y\n")
    code, said, _ = halqa("import-people", "later.csv", "--changes")
    assert (code, "Change 1? [y/N]" in said) == (0, True)
    assert "0 people added, 1 was there already, 1 changed;" in said
    assert asked(role) == [("supervisor",)]
    number = asked("SELECT max(id) FROM imports")[0][0]
    assert halqa("undo-import", str(number))[1] == f"import {number} is taken back\n"
    assert asked(role) == [("teacher",)]

    code, said, _ = halqa("export-people", "out.xlsx")
    assert (code, said) == (0, "out.xlsx: 2 people\n")
    code, said, _ = halqa("import-people", "out.xlsx", "--yes")
    assert "0 new, 2 there already, 0 changed, 0 not taken" in said
    listed = halqa("imports")[1].splitlines()
    assert [line.split("  ")[-1] for line in listed] == ["later.csv", "people.csv", "units.csv"]


def test_what_goes_wrong_is_one_line(begun: Halqa, monkeypatch: pytest.MonkeyPatch) -> None:
    halqa = begun
    Path("people.csv").write_bytes(table(HUDA))
    Path("folder.xlsx").mkdir()
    Path("letter.pdf").write_bytes(b"%PDF-1.7 ...")
    Path("empty.csv").write_bytes(b"")
    Path("nothing.csv").write_bytes(";".join(HEADINGS).encode())
    Path("cut.csv").write_bytes(table(['"' + HUDA[0], *HUDA[1:]]))
    Path("other.csv").write_text("one;two\nthree;four\n")
    Path("own.xlsx").write_bytes(table(HUDA))
    people, units = "import-people", "import-units"
    wrong: dict[tuple[str, ...], str] = {
        (people, "missing.csv"): "missing.csv: No such file or directory",
        (units, "folder.xlsx"): "folder.xlsx: Is a directory",
        (people, "letter.pdf"): "letter.pdf: This is no table. I read .xlsx and .csv files.",
        (people, "empty.csv"): "empty.csv: There are no rows in this file.",
        (people, "cut.csv"): "cut.csv: Line 2: A quotation mark is opened there and never closed.",
        (
            units,
            "other.csv",
        ): "other.csv: I find no column for: Full name. The first row needs the names"
        " of the columns.",
        (people, "people.csv", "--report", "mend.csv"): "mend.csv: the name must end with .xlsx",
        (people, "own.xlsx", "--report", "own.xlsx"): "own.xlsx: this is the list itself; name"
        " another file",
        (people, "people.csv", "--report", "no/mend.xlsx"): "no: there is no such folder",
        (people, "people.csv", "--report", "folder.xlsx"): "folder.xlsx: Is a directory",
        ("export-people", "out.csv"): "out.csv: the name must end with .xlsx",
        ("export-units", "folder.xlsx"): "folder.xlsx: Is a directory",
        ("export-people", "out.xlsx", "--unit", "99"): "there is no unit 99",
        ("undo-import", "99"): "there is no import 99",
    }
    for words, text in wrong.items():
        code, said, errors = halqa(*words)
        assert (code, said, errors.splitlines()[-1:]) == (2, "", [text]), words
        assert "Traceback" not in errors
    # Nothing of them is left waiting to be confirmed.
    assert asked("SELECT state FROM imports WHERE kind = 'people'") == [("dropped",)]
    assert not list(Path().glob(".*.part"))
    code, said, _ = halqa(people, "nothing.csv", "--yes")
    assert (code, said.splitlines()[-1]) == (0, "nothing was added")
    assert halqa(units, "units.csv", "--changes")[0] == 2
    assert halqa("undo-import", "first")[0] == 2
    monkeypatch.setattr(bulk, "_bytes_of", _refuse)
    code, _, errors = halqa(people, "people.csv")
    assert (code, errors.splitlines()[-1]) == (2, "people.csv: Permission denied")


def _refuse(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_neither_half_a_report_nor_half_a_list(
    begun: Halqa, monkeypatch: pytest.MonkeyPatch
) -> None:
    halqa = begun
    Path("people.csv").write_bytes(table(HUDA, WRONG))
    Path("mend.xlsx").write_bytes(b"the one of last week")
    full = "mend.xlsx: No space left on device"
    command = ("import-people", "people.csv", "--report", "mend.xlsx", "--yes")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", _full)
        code, said, errors = halqa(*command)
    assert (code, said, errors.splitlines()[-1]) == (2, "", full)
    assert Path("mend.xlsx").read_bytes() == b"the one of last week"
    assert asked("SELECT state FROM imports WHERE kind = 'people'") == [("dropped",)]

    # Once it is added, that is said, whatever becomes of the report.
    begins = bulk._begin

    async def closes(database: object, import_id: int, **how: bool) -> object:
        found = await begins(database, import_id, **how)  # type: ignore[arg-type]
        with closing(sqlite3.connect("var/halqa.sqlite3")) as connection:
            connection.execute("UPDATE units SET state = 'closed' WHERE kind = 'school'")
            connection.commit()
        monkeypatch.setattr(Path, "write_bytes", _full)
        return found

    monkeypatch.setattr(bulk, "_begin", closes)
    code, said, errors = halqa(*command)
    assert (code, errors.splitlines()[-1]) == (1, f"the report was not written: {full}")
    assert "0 people added, 1 row was left out" in said.splitlines()[-1]
