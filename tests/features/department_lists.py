"""A department of thirty schools as two sheets, and how its people come by them."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from bot.app import load_secret_key
from bot.chat.person import Person, addresses, find_person
from bot.chat.seal import Seal
from bot.features.imports.actions import claims, slips
from bot.features.imports.models import ListedState, imported_people
from bot.features.people.actions.people import Registration, register
from bot.simulator import SimUser
from bot.storage.transaction import Tx
from tests.town import Phone, Town

DEPARTMENT = "إدارة تعليم الوادي"
SCHOOLS = [f"مدرسة الواحة {number}" for number in range(1, 31)]
UNIT_HEADINGS = ["المدرسة", "النوع", "الإدارة", "الجنس", "الدولة"]
HEADINGS = ["الاسم", "المدرسة", "الوظيفة", "التخصص", "المرحلة", "رقم الهوية", "الجوال"]
FIRST = ("نورة", "سارة", "ريم", "هيا", "منى", "عبير", "لطيفة", "أمل", "دانة", "جواهر")
MIDDLE = ("فهد", "علي", "خالد", "سالم", "ناصر", "سعد", "حمد", "راشد", "صالح", "زيد")
FAMILIES = ("الدوسري", "العمري", "الحربي", "الشهري", "الزهراني", "العنزي", "المالكي")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_USER = 20_000
TOGETHER = 50
"""Claims of one transaction."""


def sheet(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as a workbook."""
    book, out = Workbook(), BytesIO()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    book.save(out)
    return out.getvalue()


def unit_rows() -> list[list[str]]:
    """The department and its schools."""
    schools = [
        [name, "مدرسة", DEPARTMENT, "بنات" if number % 2 else "بنين", ""]
        for number, name in enumerate(SCHOOLS, 1)
    ]
    return [UNIT_HEADINGS, [DEPARTMENT, "إدارة تعليم", "", "مشترك", "السعودية"], *schools]


def person_row(name: str, school: str, job: str) -> list[str]:
    return [name, school, job, "رياضيات", "ابتدائي", "1012345678", "0501234567"]


def teacher_rows(number: int) -> list[list[str]]:
    """So many teachers, evenly in all schools; in no school two of one name."""
    found = []
    for n in range(number):
        school, place = n % len(SCHOOLS), n // len(SCHOOLS)
        first, rest = FIRST[place % 10], place // 10
        name = f"{first} {MIDDLE[rest % 10]} {FAMILIES[(school + rest // 10) % 7]}"
        found.append(person_row(name, SCHOOLS[school], "معلمة" if school % 2 == 0 else "معلم"))
    return found


async def brings(phone: Phone, rows: Sequence[Sequence[str]], name: str) -> None:
    """Send a sheet to the bot."""
    await phone.sends("document", sheet(rows), name=name, mime=XLSX)


async def claim_all(town: Town, importer: Phone) -> list[SimUser]:
    """Everybody who still waits on the lists comes with their slip and takes their place; they are
    too many to be told of one by one, so what they would press is called."""
    waiting = await town.rows(imported_people, state=ListedState.OPEN)
    users = [SimUser(FIRST_USER + row.id, row.name, language_code="ar") for row in waiting]
    for user in users:
        town.platform.add_user(user)
        await town.platform.send_text(user.id, "/menu")
    await town.settles()
    digest = Seal(load_secret_key(town.app.settings)).digest
    number = await town.person_id(importer)
    for start in range(0, len(waiting), TOGETHER):
        rows = list(zip(waiting, users, strict=True))[start : start + TOGETHER]
        async with town.app.database.transaction() as tx:
            by = await find_person(tx, number)
            assert by is not None
            for row, user in rows:
                await _claim(tx, by, row, user, digest)
    await town.settles()
    return users


async def _claim(tx: Tx, by: Person, row: Any, user: SimUser, digest: slips.Digest) -> None:
    here = addresses.c.external == str(user.id)
    found = await find_person(tx, int(await tx.scalar(select(addresses.c.person_id).where(here))))
    assert found is not None
    slip = await slips.make_slip(tx, by, row.id, digest)
    opened = await claims.look_up(tx, found, slip.code, digest)
    assert opened.listed is not None
    proven = await claims.prove(tx, found, row.id, row.family, digest, first=opened.first)
    assert proven.result is claims.ClaimResult.PROVEN
    given = Registration(
        name=row.name, gender="neutral", unit_id=row.unit_id, subjects=("mathematics",),
        stages=("primary",), country="SA", timezone="Asia/Riyadh", numerals="arab",
    )  # fmt: skip
    done = await register(tx, found, given)
    await claims.claim(tx, done.person, row.id)
