"""Lists as people bring them, and the way of somebody to the place that one keeps for them."""

import re
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select, update

from bot.chat.person import Person, find_person
from bot.core.text import western
from bot.features.imports.actions import staging, working
from bot.features.imports.models import (
    ImportKind,
    ImportState,
    ListedState,
    imported_people,
    imports,
)
from bot.features.imports.queries.reading import read_list
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.packs.roles import Role
from bot.storage.transaction import Tx
from tests.features.people_school import School
from tests.reading import readable
from tests.town import Phone, Town


@pytest.fixture
async def admin(school: School) -> Phone:
    """Who administers the department of the valley."""
    phone = school.town.person("سعاد")
    await school.registers(phone, "سعاد العمري")
    await school.appoints(phone, Role.ADMINISTRATOR, school.department)
    return phone


@pytest.fixture
async def head(school: School) -> Phone:
    phone = school.town.person("أمل")
    await school.registers(phone, "أمل الشهري")
    await school.appoints(phone, Role.PRINCIPAL, school.nada)
    return phone


HUDA = ["هدى سعد القحطاني", "مدرسة الندى", "معلمة", "رياضيات", "4411", "0501234567"]
NADA = ["ندى فهد الدوسري", "مدرسه الندي", "معلمة", "علوم", "", ""]
HEADINGS = ["الاسم", "المدرسة", "الوظيفة", "التخصص", "الرقم الوظيفي", "الجوال"]


def table(*rows: list[str], headings: list[str] = HEADINGS) -> bytes:
    """A list of people in CSV, as a spreadsheet in Arabic saves it."""
    lines = [";".join(row) for row in (headings, *rows)]
    return "\n".join(lines).encode("utf-8-sig")


def workbook(*rows: Sequence[str]) -> bytes:
    """A list in a workbook, below a title."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    above: tuple[Sequence[str], ...] = (["كشف العام الدراسي"], [])
    for row in (*above, *rows):
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


async def brings(phone: Phone, data: bytes, name: str = "list.csv") -> None:
    """Send a list, and see what it comes to."""
    await phone.sends("document", data, name=name, mime="application/octet-stream")


async def adds(phone: Phone, data: bytes, name: str = "list.csv") -> None:
    await brings(phone, data, name)
    await phone.taps("إضافة")


def codes_of(phone: Phone) -> tuple[str, str]:
    """The code and the second one, as they stand on the head's screen."""
    shown = western(readable(phone.last().shown_text))
    code = re.search(r"(?<!\d)\d{10}(?!\d)", shown)
    second = re.findall(r"(?<!\d)\d{6}(?!\d)", shown)
    assert code, shown
    assert second, shown
    return code[0], second[-1]


async def code_for(head: Phone, name: str) -> tuple[str, str]:
    """The codes that the head is shown for somebody of the list."""
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("بانتظار الانضمام")
    await head.taps(name)
    return codes_of(head)


async def sheet_made(town: Town) -> Any:
    """The table that was made last."""
    [made] = await town.rows(files, purpose="imports")
    data = BlobStore(town.app.settings.resolved_files_dir()).place(made.blob).read_bytes()
    return load_workbook(BytesIO(data)).worksheets[0]


async def person_of(town: Town, phone: Phone) -> Person:
    async with town.app.database.reading() as tx:
        found = await find_person(tx, await town.person_id(phone))
    assert found is not None
    return found


async def registers_by_list(
    phone: Phone, code: str, family: str, *, gender: str = "المؤنث"
) -> None:
    """From the code to the welcome, with subject known and stage asked."""
    await phone.says(f"/start s{code}")
    await phone.says(family)
    await phone.taps(gender)
    await phone.taps("الابتدائي")


async def keeps_lists(tx: Tx, person: Person, claimer: int, schools: Sequence[str]) -> None:
    """Somebody has brought lists that stand as lists can: one was looked through, one is added and
    somebody has joined by it, work on one has stopped, and one is taken back."""
    rows = [[f"معلمة {n} السهلي", school, "معلمة", "رياضيات", "", ""]
            for n, school in enumerate(schools)]  # fmt: skip
    wrong = ["ريم", "مدرسة غائبة", "ساحرة", "", "", ""]
    numbers = []
    for at in range(4):
        data = table(*([each[0] + "م" * at, *each[1:]] for each in rows), wrong)
        found = read_list(data, ImportKind.PEOPLE, lambda text: text[:64], "SA")
        brought = await staging.stage(tx, person, ImportKind.PEOPLE, f"كشف {at}.csv", found)
        numbers.append(brought.id)
        await working.settle(tx, brought.id)
        if at:
            await staging.confirm(tx, person, brought.id)
            await working.settle(tx, brought.id)
    own = imported_people.c.import_id == numbers[1]
    one = select(func.min(imported_people.c.id)).where(own)
    await tx.execute(
        update(imported_people)
        .where(imported_people.c.id == one.scalar_subquery())
        .values(state=ListedState.CLAIMED, claimed_by=claimer, claimed_at=tx.now)
    )
    stopped = imports.c.id == numbers[2]
    earlier = tx.now - timedelta(hours=1)
    await staging.undo(tx, person, numbers[3])
    await working.settle(tx, numbers[3])
    await tx.execute(
        update(imports).where(stopped).values(state=ImportState.ADDING, worked_at=earlier)
    )


async def listed(town: Town) -> list[tuple[str, str]]:
    """Who stands on the lists, and how."""
    return [(row.name, row.state) for row in await town.rows(imported_people)]
