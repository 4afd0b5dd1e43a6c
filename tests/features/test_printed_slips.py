"""The slips of a list, printed: a sheet to cut apart, of which every slip opens its place."""

import re
from typing import Any

import pytest
from sqlalchemy import update

from bot.app import load_secret_key
from bot.chat.seal import Seal
from bot.documents.press import UnprintableDocument
from bot.documents.slips import SlipSheet
from bot.features.imports.actions import slips
from bot.features.imports.models import imported_people
from bot.features.imports.screens import slips as slip_screens
from bot.features.imports.screens.slips import SheetMade
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.storage.audit import audit_trail
from tests.documents.printed import lines_of, pages_in, pieces_of
from tests.features.imports_lists import (
    HUDA,
    NADA,
    adds,
    admin,
    code_for,
    head,
    person_of,
    registers_by_list,
    table,
)
from tests.features.people_school import School
from tests.reading import readable
from tests.town import Phone, Town

__all__ = ["admin", "head"]


async def sheet_of(town: Town) -> bytes:
    """The sheet that was printed last."""
    made = [row for row in await town.rows(files, purpose="imports") if row.name.endswith(".pdf")]
    place = BlobStore(town.app.settings.resolved_files_dir()).place(made[-1].blob)
    return place.read_bytes()


def slips_on(pdf: bytes, page: int = 0) -> list[str]:
    """The codes of a page, as they are told by their links."""
    found = (re.search(r"s(\d{10})$", piece) for piece in pieces_of(pdf, page))
    return sorted(code[1] for code in found if code)


async def waits(phone: Phone) -> None:
    await phone.says("/profile")
    await phone.taps("الأشخاص والأدوار")
    await phone.taps("بانتظار الانضمام")


@pytest.mark.every_channel
async def test_the_head_prints_the_slips_and_each_opens_its_place(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA, NADA))
    shown, second = await code_for(head, "هدى سعد القحطاني")
    await waits(head)
    await head.taps("طباعة القصاصات")
    head.sees("قصاصتان", "تُسلَّم", "لا تُصوَّر")
    pdf = await sheet_of(town)
    assert pages_in(pdf) == 1
    codes = slips_on(pdf)
    # The code that the head was shown holds, and stands on the sheet; the second one never does.
    assert len(set(codes)) == 2
    assert shown in codes
    said = readable(" ".join(lines_of(pdf, rtl=True)))
    assert "هدى سعد القحطاني" in said
    assert "ندى فهد الدوسري" in said
    assert said.count("مدرسة الندى") == 3
    assert second not in said
    [other] = set(codes) - {shown}
    nada = town.person("ندى")
    await registers_by_list(nada, other, "الدوسري")
    nada.sees("مكانك في مدرسة الندى صار لك")
    [act] = await town.rows(audit_trail, action="imports.print_slips")
    assert (act.subject_id, act.details["count"]) == (school.nada.id, 2)
    # Printed once more, it has the one who still waits, with the same code.
    await waits(head)
    await head.taps("طباعة القصاصات")
    assert slips_on(await sheet_of(town)) == [shown]
    huda = town.person("هدى")
    await registers_by_list(huda, shown, "القحطاني")
    await waits(head)
    assert "طباعة القصاصات" not in head.buttons()


@pytest.mark.every_channel
async def test_a_list_is_printed_unit_by_unit_and_many_slips_ask_first(
    town: Town, school: School, admin: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slip_screens, "MANY", 2)
    monkeypatch.setattr(slip_screens, "MOST", 2)
    far = ["سالم هادي العنزي", "مدرسة الفلاح", "معلم", "", "", ""]
    await adds(admin, table(HUDA, NADA, far), "كشف.csv")
    await admin.taps("بانتظار الانضمام")
    await admin.taps("طباعة القصاصات")
    admin.sees("هل أطبع ٣ قصاصات؟", "ملفين")
    assert [row.name for row in await town.rows(files, purpose="imports")] == []
    await admin.taps("طباعة القصاصات")
    admin.sees("قصاصتان")
    first = await sheet_of(town)
    await admin.taps("طباعة القصاصات التالية")
    admin.sees("قصاصة واحدة")
    codes = [slips_on(first), slips_on(await sheet_of(town))]
    assert [len(each) for each in codes] == [2, 1]
    assert "طباعة القصاصات التالية" not in admin.buttons()

    async def jams(_sheet: SlipSheet) -> bytes:
        raise UnprintableDocument

    # Where the press fails, the way by each name's page is said, and no code was made anew.
    monkeypatch.setattr(slip_screens, "print_pdf", jams)
    await admin.taps("رجوع")
    await admin.taps("طباعة القصاصات")
    await admin.taps("طباعة القصاصات")
    admin.sees("تعذّرت طباعة القصاصات", "في صفحته")
    assert len(await town.rows(audit_trail, action="imports.print_slips")) == 2


async def test_a_sheet_of_which_a_code_changed_meanwhile_is_not_handed_out(
    town: Town, school: School, admin: Phone, head: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await adds(admin, table(HUDA, NADA))
    digest = Seal(load_secret_key(town.app.settings)).digest
    me = await person_of(town, head)
    make_sheet = slip_screens.make_sheet
    given: list[str] = []

    async def meanwhile(*args: Any, **named: Any) -> SheetMade:
        """The head gives somebody their code while the sheet is printed."""
        made = await make_sheet(*args, **named)
        if not given:
            async with town.app.database.transaction() as tx:
                one = made.drafts[0].listed.id
                given.append((await slips.make_slip(tx, me, one, digest)).code)
        return made

    monkeypatch.setattr(slip_screens, "make_sheet", meanwhile)
    await waits(head)
    await head.taps("طباعة القصاصات")
    head.sees("أثناء الطباعة", "فلم تُسلَّم القصاصات")
    assert await town.rows(audit_trail, action="imports.print_slips") == []
    assert len([row for row in await town.rows(imported_people) if row.slip_seed]) == 1
    await head.taps("طباعة القصاصات")
    head.sees("قصاصتان")
    assert given[0] in slips_on(await sheet_of(town))


async def test_a_slip_that_wrong_names_have_closed_is_replaced(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA))
    code, _ = await code_for(head, "هدى سعد القحطاني")
    async with town.app.database.transaction() as tx:
        await tx.execute(update(imported_people).values(wrong_tries=slips.MOST_OF_SLIP))
    other, _ = await code_for(head, "هدى سعد القحطاني")
    assert other != code
    await registers_by_list(town.person("هدى"), other, "القحطاني")
    [row] = await town.rows(imported_people)
    assert row.claimed_by is not None
