"""A department of thirty schools begins on a Sunday morning, from two sheets: looked through,
mended, added, claimed. Somebody asks, is let in and suspended; a school moves, and a teacher; who
goes takes everything along; and a circular goes to everybody, is stopped half-way and goes on, with
figures that agree everywhere.

`STORY_PEOPLE=5000 make test PYTEST_ARGS=tests/stories/test_department.py` tells it of 5,000.
"""

import json
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import bulk, upkeep
from bot.delivery.message import MessageKind, MessageState, outbox
from bot.features.announcements import jobs as announcement_jobs
from bot.features.announcements.models import announcements, receipts
from bot.features.announcements.queries import reports as report_queries
from bot.features.imports.models import ImportKind, imported_people
from bot.features.people.models import placements, units
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.simulator import SimUser
from tests.features.department_lists import (
    DEPARTMENT,
    HEADINGS,
    SCHOOLS,
    brings,
    claim_all,
    person_row,
    sheet,
    teacher_rows,
    unit_rows,
)
from tests.features.imports_lists import codes_of
from tests.features.test_units_in_chat import opens
from tests.reading import readable
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel

PEOPLE = int(os.environ.get("STORY_PEOPLE", "30"))
HEAD, TEACHER = "هند سعد القحطاني", "جواهر فهد السبيعي"
AUTHOR, OVERSEER = "لطيفة سالم الشهري", "نجلاء حمد العنزي"
NEWCOMER, OFFICE = "شذى ماجد البقمي", "مكتب تعليم الشرق"
TITLE, BEFORE, WORDS = "بداية الفصل", "نلتقي يوم الأحد", "نلتقي يوم الاثنين في مسرح الإدارة"


async def units_come(town: Town, folder: Path) -> None:
    """From the command line: first with faults, of which nothing is added, then mended."""
    path, said = folder / "units.xlsx", folder / "report.xlsx"
    rows = unit_rows()
    wrong = [list(row) for row in rows]
    wrong[3][1], wrong[5][2], wrong[7][3], wrong[9][0] = "مدرصة", "إدارة تعليم الوديان", "ولد", ""
    for content, fresh in ((wrong, 27), (rows, 31)):
        path.write_bytes(sheet(content))
        found = await bulk.check_list(
            town.settings, ImportKind.UNITS, path, said, lambda done, of: None
        )
        assert found.fresh == fresh
        lines = "\n".join(map(readable, found.lines))
        faults = [f"Line {n}:" in lines for n in (4, 6, 8, 10)]
        assert faults == [fresh < 31] * 4
        if fresh < 31:
            await bulk.drop_list(town.settings, found.id)
            continue
        told = await bulk.add_list(town.settings, found.id, lambda done, of: None)
        assert "31 units added" in told.said


async def administrator_comes(town: Town) -> Phone:
    souad = town.person("سعاد", number=999)
    await souad.says("/start")
    await souad.taps("بدء التسجيل")
    await souad.taps("المؤنث")
    await souad.says("سعاد العمري")
    await souad.says(DEPARTMENT)
    if souad.offers(DEPARTMENT):
        await souad.taps(DEPARTMENT)
    await souad.taps("الرياضيات")
    await souad.taps("الابتدائي")
    return souad


async def people_come(town: Town, souad: Phone) -> None:
    """By the chat: looked through, mended, added; and once more, which doubles nobody."""
    rows = [
        HEADINGS,
        person_row(HEAD, SCHOOLS[0], "مديرة"),
        person_row(TEACHER, SCHOOLS[0], "معلمة"),
        person_row(AUTHOR, DEPARTMENT, "مشرفة"),
        person_row(OVERSEER, DEPARTMENT, "مشرفة"),
        *teacher_rows(PEOPLE),
    ]
    for row in rows[3:5]:
        # Of no subject, so that they supervise all of them.
        row[3] = ""
    wrong = [list(row) for row in rows]
    wrong[5][1], wrong[6][2], wrong[7][0] = "مدرسة الواحات البعيدة", "ساحرة", ""
    await brings(souad, wrong, "first.xlsx")
    await reads_what_came_of_it(souad)
    souad.sees("السطر 6", "السطر 7", "السطر 8", "لم أقرأه لأنه يشبه رقم هوية", "لم يُضف شيء بعد")
    assert await town.rows(imported_people) == []
    await souad.taps("جدول Excel")
    souad.sees("الخلايا الملوّنة تحتاج إلى تصحيح")
    await brings(souad, rows, "people.xlsx")
    await reads_what_came_of_it(souad)
    await souad.taps("إضافة")
    await reads_what_came_of_it(souad)
    souad.sees("أُضيف")
    await brings(souad, rows, "again.xlsx")
    await reads_what_came_of_it(souad)
    souad.sees("ليس فيها ما يُضاف")
    assert len(await town.rows(imported_people)) == PEOPLE + 4


async def reads_what_came_of_it(phone: Phone) -> None:
    """Of a long list it is told when it is done; of a short one it stands there at once."""
    if PEOPLE > 500:
        await phone.presses(phone.last(), phone.last().buttons()[0]["callback_data"])


async def slip(phone: Phone, name: str, *way: str) -> str:
    """The code that is handed over, from the page of those who have not joined."""
    await phone.says("/profile")
    for label in ("الأشخاص والأدوار", *way):
        await phone.taps(label)
    while not phone.offers(name) and phone.offers("الصفحة التالية"):
        await phone.taps("الصفحة التالية")
    await phone.taps(name)
    return codes_of(phone)[0]


async def claims_place(town: Town, name: str, code: str) -> Phone:
    """By the slip, in person: the code, the family's name, the form of address."""
    first, *_, family = name.split()
    phone = town.person(first)
    await phone.says(f"/start s{code}")
    await phone.says(family)
    await phone.taps("المؤنث")
    if any("ماذا تدرّسين" in shown for shown in phone.news()):
        await phone.says("الإدارة المدرسية")
    phone.sees("صار لك")
    return phone


async def asks_and_is_let_in(town: Town, head: Phone) -> Phone:
    """Somebody who is on no list; her head decides."""
    shatha = town.person("شذى")
    for words in ("/start", NEWCOMER, SCHOOLS[0]):
        await shatha.says(words)
        for label in ("السعودية", "بدء التسجيل", "المؤنث", SCHOOLS[0]):
            if shatha.offers(label):
                await shatha.taps(label)
    await shatha.taps("الرياضيات")
    await shatha.taps("الابتدائي")
    shatha.sees(f"وصل طلب انتسابك إلى {SCHOOLS[0]}")
    await head.says("/profile")
    for label in ("الأشخاص والأدوار", "طلبات الانتساب (1)", NEWCOMER, "قبول"):
        await head.taps(label)
    await shatha.reads_on()
    shatha.sees(SCHOOLS[0])
    return shatha


async def is_suspended(head: Phone, phone: Phone) -> None:
    await head.says("/profile")
    for label in ("الأشخاص والأدوار", NEWCOMER, "إيقاف أو إنهاء", "إيقاف", "7 أيام"):
        await head.taps(label)
    await head.says("قرار إداري")
    await head.taps("إيقاف")
    await phone.reads_on()
    phone.sees("قرار إداري")


async def school_moves(town: Town, souad: Phone) -> None:
    """A school lies below an office of the department from now on."""
    await opens(souad, "إضافة جهة تابعة")
    await souad.says(OFFICE)
    for label in ("للجنسين", "النوع", "مكتب تعليم", "نعم، إضافة"):
        await souad.taps(label)
    souad.sees(f"أُضيفت الجهة: {OFFICE}")
    await opens(souad, SCHOOLS[2], "تعديل الجهة", "نقل")
    while not souad.offers(OFFICE):
        await souad.taps("الصفحة التالية")
    await souad.taps(OFFICE)
    await souad.taps("نعم، نقل")
    souad.sees(f"صار موضع {SCHOOLS[2]} تحت {OFFICE}")
    [office] = await town.rows(units, name=OFFICE)
    [school] = await town.rows(units, name=SCHOOLS[2])
    assert (school.parent_id, school.path) == (office.id, f"{office.path}{school.id}/")


async def teacher_moves(town: Town, overseer: Phone, teacher: Phone, head: Phone) -> None:
    """Between two schools below her, at once, and whom it concerns is told."""
    await opens(overseer, SCHOOLS[0], TEACHER, "نقل إلى مكان آخر")
    await overseer.says(SCHOOLS[2])
    if overseer.offers(SCHOOLS[2]):
        await overseer.taps(SCHOOLS[2])
    await overseer.taps("تنفيذ النقل")
    for phone in (teacher, head):
        await phone.reads_on()
        phone.sees(f"من {SCHOOLS[0]} إلى {SCHOOLS[2]}")
    assert "put right" not in "\n".join(await upkeep.recount(town.settings))


async def takes_all_along(town: Town, phone: Phone) -> None:
    """A copy of everything, and then nothing of her is left."""
    await phone.says("/profile")
    for label in ("الإعدادات", "بياناتي", "نسخة من بياناتي"):
        await phone.taps(label)
    phone.sees("بياناتك في صفحة تُفتح في أي متصفح.")
    await phone.taps("للبرامج")
    phone.sees("بياناتك كاملة")
    store = BlobStore(town.app.settings.resolved_files_dir())
    made = [store.place(row.blob).read_bytes() for row in await town.rows(files)]
    [copy] = [json.loads(each) for each in made if each.startswith(b"{")]
    assert copy["people"][0]["name"] == TEACHER
    await phone.says("/profile")
    for label in ("الإعدادات", "بياناتي", "حذف بياناتي", "نعم، حذف"):
        await phone.taps(label)
    phone.sees("حُذفت بياناتك")
    kept = [await town.rows(table) for table in (imported_people, placements)]
    assert TEACHER not in str(kept)


async def writes_a_circular(latifa: Phone, readers: int) -> None:
    """To everybody of the department, edited after it was looked at, and confirmed."""
    await latifa.says("/announcements")
    await latifa.taps("إعلان جديد")
    await latifa.taps(DEPARTMENT)
    for words in (TITLE, BEFORE):
        await latifa.says(words)
    await latifa.taps("تخطّي السؤال")
    latifa.sees(BEFORE)
    await latifa.taps("✏️ تعديل الإعلان")
    await latifa.corrects("النص")
    await latifa.says(WORDS)
    await latifa.taps("حفظ")
    latifa.sees(WORDS)
    latifa.sees(str(readers))
    await latifa.taps("إرسال الآن")


async def test_a_department_of_thirty_schools(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await units_come(town, tmp_path)
    souad = await administrator_comes(town)
    await people_come(town, souad)
    lists = ("القوائم", "people.xlsx", "بانتظار الانضمام")
    hind = await claims_place(town, HEAD, await slip(souad, HEAD, *lists, SCHOOLS[0]))
    code = await slip(hind, TEACHER, "بانتظار الانضمام")
    jawaher = await claims_place(town, TEACHER, code)
    hind.sees("انضمت جواهر")
    latifa = await claims_place(town, AUTHOR, await slip(souad, AUTHOR, *lists, DEPARTMENT))
    najla = await claims_place(town, OVERSEER, await slip(souad, OVERSEER, *lists, DEPARTMENT))
    users = await claim_all(town, souad)
    shatha = await asks_and_is_let_in(town, hind)
    await is_suspended(hind, shatha)
    await school_moves(town, souad)
    await teacher_moves(town, najla, jawaher, hind)
    await takes_all_along(town, jawaher)
    assert {row.state for row in await town.rows(imported_people)} == {"claimed"}

    # Who is suspended gets none. Everybody else: the administrator, the head and the overseer
    # besides those of the sheet.
    readers = len(users) + 3
    half = readers // 2
    # The author is among the first piece, and gets none.
    monkeypatch.setattr(announcement_jobs, "PIECE", half + 1)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", half)
    await writes_a_circular(latifa, readers)
    for label in ("/announcements", "إعلانات ضمن إشرافي", TITLE, "إيقاف الإرسال"):
        await (najla.says(label) if label.startswith("/") else najla.taps(label))
    najla.sees(f"وصل إلى {half}", f"بقي {readers - half}")
    await najla.taps("نعم، إيقاف الإرسال")
    await town.moves(timedelta(minutes=1))
    await figures_agree(town, [latifa, najla], users, arrived=half, stopped=readers - half)
    monkeypatch.setattr(announcement_jobs, "MOST_WAITING", 18_000)
    await najla.says("/announcements")
    for label in ("إعلانات ضمن إشرافي", TITLE, "استئناف الإرسال", "نعم، استئناف الإرسال"):
        await najla.taps(label)
    for _ in range(4):
        await town.moves(timedelta(seconds=20))
    await figures_agree(town, [latifa, najla], users, arrived=readers, stopped=0)
    assert {copies(town, user) for user in users} == {1}
    assert copies(town, shatha.user) == 0


def copies(town: Town, user: SimUser) -> int:
    """How often the circular lies on a phone."""
    return sum(m.from_bot and WORDS in m.shown_text for m in town.platform.messages(user.id))


async def figures_agree(
    town: Town, writers: list[Phone], users: list[SimUser], *, arrived: int, stopped: int
) -> None:
    """The author's page, the overseer's, the report, the rows and the phones say the same."""
    for phone, way in zip(writers, ("إعلاناتي", "إعلانات ضمن إشرافي"), strict=True):
        await phone.says("/announcements")
        await phone.taps(way)
        await phone.taps(TITLE)
        phone.sees(town.arrived(arrived), WORDS, *([f"أُوقف: {stopped}"] if stopped else []))
    async with town.app.database.reading() as tx:
        (number,) = await tx.scalars(select(announcements.c.id))
        (total,) = await tx.scalars(select(announcements.c.total))
        report = await report_queries.report(tx, number)
        rows = await tx.all(select(outbox).where(outbox.c.kind == MessageKind.BROADCAST))
        got = set(await tx.scalars(select(receipts.c.person_id)))
    states = Counter(row.state for row in rows)
    sent = {
        row.person_id
        for row in rows
        if row.state in (MessageState.SENT, MessageState.DELIVERED, MessageState.READ)
    }
    assert len(sent) == sum(states.values()) - states[MessageState.CANCELLED]
    assert (report.delivered, report.missed(total)) == (arrived, stopped)
    assert (len(sent), got, total) == (arrived, sent, arrived + stopped)
    phones = sum(copies(town, user) > 0 for user in users)
    apart = [p for p in town.phones.values() if p not in writers and copies(town, p.user)]
    assert arrived - 1 <= phones + len(apart) <= arrived
