"""What the columns of a list hold, by headings in three languages and two orders of names."""

from collections.abc import Sequence

import pytest

from bot.core.telephones import telephone_key
from bot.documents.sheets.table import TableRow
from bot.features.imports.queries.faults import RowFault, RowState
from bot.features.imports.queries.headings import ColumnKind, guess_columns
from bot.features.imports.queries.people_lists import PEOPLE_COLUMNS, read_people
from bot.features.imports.queries.staged import NoColumns
from bot.features.imports.queries.unit_lists import UNIT_COLUMNS, read_units
from bot.features.imports.queries.words import role_in, stages_in, subjects_in

HEADINGS = {
    ColumnKind.NAME: "الاسم الرباعي|اسم المعلمة|Full Name|NOM ET PRÉNOM|الاسم والنسب",
    ColumnKind.FIRST: "الاسم الشخصي|First name|Prénom",
    ColumnKind.LAST: "النسب|اسم العائلة|Surname|Nom de famille",
    ColumnKind.UNIT: "المدرسة|اسم المؤسسة|مقر العمل|School name|Établissement|Lieu de travail",
    ColumnKind.ABOVE: "إدارة التعليم|المديرية الإقليمية|Department|Direction provinciale",
    ColumnKind.ROLE: "المسمى الوظيفي|المسمى|الصفة|Job title|Fonction",
    ColumnKind.SUBJECT: "التخصص|مادة التدريس|Subject|Matière|Discipline",
    ColumnKind.STAGE: "المرحلة الدراسية|السلك|Level|Cycle",
    ColumnKind.STAFF: "الرقم الوظيفي|رقم التأجير|Employee ID|PPR|N° SOM|Matricule",
    ColumnKind.PHONE: "رقم الجوال|الهاتف|Mobile number|Téléphone|GSM",
}
EVERY = [(kind, heading) for kind, said in HEADINGS.items() for heading in said.split("|")]


def rows(*cells: list[str]) -> list[TableRow]:
    return [TableRow(line, tuple(row)) for line, row in enumerate(cells, 1)]


@pytest.mark.parametrize(("kind", "heading"), EVERY)
def test_a_heading_is_known(kind: ColumnKind, heading: str) -> None:
    assert len(EVERY) >= 40
    other = "School" if kind is not ColumnKind.UNIT else "Subject"
    around = [f"  {heading.upper()} * ", other]
    beside = {ColumnKind.LAST: ["Prénom"], ColumnKind.FIRST: ["Nom"]}.get(kind, [])
    found = guess_columns(rows(["كشف"], [*around, *beside]), PEOPLE_COLUMNS)
    assert found is not None
    assert found.places[kind] == 0


@pytest.mark.parametrize(
    ("headings", "cells", "name", "family"),
    [
        (["Prénom", "Nom", "École"], ["Fatima", "El Amrani", "x"], "Fatima El Amrani", "El Amrani"),
        (["Nom", "Prénom", "École"], ["El Amrani", "Fatima", "x"], "Fatima El Amrani", "El Amrani"),
        (["Nom", "École"], ["Fatima Amrani", "x"], "Fatima Amrani", "Amrani"),
        (["Nom et prénom", "École"], ["Amrani Fatima", "x"], "Amrani Fatima", "Amrani"),
        (["الاسم", "النسب", "المؤسسة"], ["فاطمة", "العلوي", "x"], "فاطمة العلوي", "العلوي"),
        (["النسب", "الاسم", "المؤسسة"], ["العلوي", "فاطمة", "x"], "فاطمة العلوي", "العلوي"),
        (["الاسم", "المدرسة"], ["هدى سعد القحطاني", "x"], "هدى سعد القحطاني", "القحطاني"),
        (["Surname", "First name", "School"], ["Smith", "Anna", "x"], "Anna Smith", "Smith"),
    ],
)
def test_names_in_their_orders(
    headings: list[str], cells: list[str], name: str, family: str
) -> None:
    [row] = read_people(rows(headings, cells), str).rows
    assert (row.read["name"], row.read["family"]) == (name, family)


def test_national_numbers_are_not_read_whatever_their_heading() -> None:
    people = [[f"هدى {n}", "مدرسة", number] for n, number in enumerate(SAUDI)]
    for heading in ("رقم الهوية", "الرقم الوظيفي", "ملاحظات"):
        table = read_people(rows(["الاسم", "المدرسة", heading], *people), str)
        assert table.columns.national == (heading,)
        assert not any(number in str(row) for row in table.rows for number in SAUDI)
    cards = [["Anna", "x", card] for card in ("AB123456", "J45678", "EE654321")]
    table = read_people(rows(["Name", "School", "Remarks"], *cards), str)
    assert table.columns.national == ("Remarks",)


SAUDI = ("1000000008", "1012345672", "2000000006")


def staff_numbers(
    country: str, *numbers: str, more: Sequence[tuple[str, Sequence[str]]] = ()
) -> tuple[tuple[str, ...], list[str]]:
    """The headings that were taken for identity numbers, and what is kept as staff numbers."""
    people = [
        [f"هدى سعد {'أبجدهوزحطي'[n]}", "x", number, *(cells[n] for _, cells in more)]
        for n, number in enumerate(numbers)
    ]
    headings = ["الاسم", "المدرسة", "الرقم الوظيفي", *(heading for heading, _ in more)]
    table = read_people(rows(headings, *people), str, country)
    assert not any(saudi in str(row) for row in table.rows for saudi in SAUDI)
    return table.columns.national, [row.read["staff"] for row in table.rows]


CARDS = ("AB123456", "J45678", "EE654321", "AB123457", "BK300001")
LETTERED = tuple(f"T{n:05}" for n in range(31, 41))


def test_staff_numbers_with_letters_are_kept_where_they_are_none_of_identity_cards() -> None:
    one = ("الرقم الوظيفي",)
    # Those of an employer begin alike, those of identity cards differently.
    for country in ("SA", "MA", ""):
        assert staff_numbers(country, *LETTERED) == ((), list(LETTERED))
        assert staff_numbers(country, *CARDS) == (one, [""] * 5)
        assert staff_numbers(country, *SAUDI) == (one, [""] * 3)
        mixed = (*CARDS[:2], *SAUDI)
        assert staff_numbers(country, *mixed) == (one, [""] * 5)
    # A few that begin alike tell nothing where cards look so.
    assert staff_numbers("SA", *LETTERED[:2]) == ((), list(LETTERED[:2]))
    assert staff_numbers("MA", *LETTERED[:2]) == (one, ["", ""])
    # Whoever names another column so has not put them here, unless these are the same.
    cards = ("CIN", CARDS[:2])
    assert staff_numbers("MA", *LETTERED[:2], more=[cards]) == (("CIN",), list(LETTERED[:2]))
    assert staff_numbers("MA", *CARDS[:2], more=[cards]) == ((*one, "CIN"), ["", ""])


def test_an_identity_number_among_staff_numbers_is_left_out_and_said() -> None:
    assert staff_numbers("SA", "4411", SAUDI[0]) == ((), ["4411", ""])
    assert staff_numbers("SA", "4411", "4412", "T123456") == ((), ["4411", "4412", "T123456"])
    assert staff_numbers("MA", "4411", "4412", "AB123456") == ((), ["4411", "4412", ""])
    # Where staff numbers are as long, one in ten would look so.
    long = ("1000000001", "1000000002", "1000000003", "1000000008")
    table = read_people(
        rows(["الاسم", "المدرسة", "الرقم الوظيفي"], *(["هدى سعد", "x", n] for n in long)), str
    )
    assert [row.read["staff"] for row in table.rows] == list(long)
    table = read_people(
        rows(["Name", "School", "Staff no"], ["A B", "x", "7"], ["C D", "x", SAUDI[1]]), str
    )
    assert [[r.fault for r in row.remarks] for row in table.rows] == [[], [RowFault.STAFF_NATIONAL]]
    assert table.rows[1].state is RowState.UNREAD


def test_a_telephone_is_kept_as_its_digest_alone() -> None:
    one = [
        "0501234567",
        "+966501234567",
        "00966501234567",
        "966501234567",
        "501234567",
        "٠٥٠١٢٣٤٥٦٧",
    ]
    keys = [telephone_key(text, "SA") for text in (*one, "+966 50-123-4567", "050 123 4567")]
    assert set(keys) == {"+966501234567"}
    assert [telephone_key(text, "SA") for text in ("", "لا يوجد", "12", "@nobody")] == [""] * 4
    table = rows(["الاسم", "المدرسة", "الجوال"], ["هدى سعد", "x", "0501234567"])
    [row] = read_people(table, lambda text: f"digest of {len(text)}").rows
    assert "0501234567" not in str(row)
    assert row.read["phones"] == {"SA": "digest of 19", "MA": "digest of 19"}


def test_people_of_one_spelling_are_one_and_twins_are_said() -> None:
    heading = ["الاسم", "المدرسة", "المادة", "الرقم الوظيفي"]
    table = read_people(
        rows(
            heading,
            ["هدى سعد", "مدرسة الندى", "علوم", ""],
            ["هدى سعد", "مدرسة الندى", "علوم", ""],
            ["هـدى سعد", "مدرسه الندى", "علوم", ""],
            ["هدى سعد", "مدرسة الندى", "فيزياء", ""],
            ["هدى سعد", "مدرسة الندى", "علوم", "٧"],
            ["هدى سعد", "مدرسة الندى", "علوم", "8"],
        ),
        str,
    )
    assert [(row.state, [(r.fault, r.line) for r in row.remarks]) for row in table.rows] == [
        (RowState.UNREAD, []),
        (RowState.KNOWN, [(RowFault.TWICE, 2)]),
        (RowState.WRONG, [(RowFault.TWIN, 2)]),
        (RowState.UNREAD, []),
        (RowState.UNREAD, []),
        (RowState.UNREAD, []),
    ]


def test_words_of_cells() -> None:
    assert role_in("معلمة رياضيات") == role_in("Enseignante") == role_in("أستاذ") == "teacher"
    assert role_in("مديرة المدرسة") == role_in("Directeur") == "principal"
    assert role_in("ساحرة") is None
    assert subjects_in("علوم ورياضيات، مادة الفيزياء") == ["science", "mathematics", "physics"]
    assert subjects_in("Physique chimie") == ["physics"]
    assert stages_in("ابتدائي / متوسط") == ["primary", "middle"]
    assert stages_in("أكثر من مرحلة") == ["early", "primary", "middle", "secondary"]
    assert subjects_in("سحر") is None


def test_a_list_without_names_or_schools_is_refused() -> None:
    for headings in (["المدرسة", "المادة"], ["الاسم", "المادة"], ["x", "y"]):
        with pytest.raises(NoColumns):
            read_people(rows(headings, ["a", "b"]), str)


def test_units_by_whatever_they_are_called() -> None:
    found = guess_columns(rows(["المؤسسة", "الأكاديمية", "بنين أو بنات"]), UNIT_COLUMNS)
    assert found is not None
    assert set(found.places) == {ColumnKind.NAME, ColumnKind.ABOVE, ColumnKind.GENDER}
    table = read_units(rows(["الاسم", "تتبع"], ["مدرسة ١", "إدارة"], ["x", "إدارة"]), "SA")
    assert [row.read["kind"] for row in table.rows] == ["school", ""]
    assert table.rows[1].remarks[0].fault is RowFault.KIND_UNKNOWN
