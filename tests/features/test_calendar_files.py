"""A department's calendar file: read by itself, and sent to the bot by whoever keeps the
calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arabic.calendar.school_days import DayKind
from bot.chat.intake.inbox import UpdateState, updates
from bot.documents.calendar import UnreadableCalendar, read_calendar_file
from bot.documents.calendar_days import LONGEST, LeftOutReason
from bot.features.calendars.forms import file as file_forms
from bot.features.calendars.models import calendar_days
from bot.packs.roles import Role
from bot.simulator import FaultRule
from bot.storage import audit
from bot.storage.audit import audit_trail
from tests.features.ics_files import calendar, event
from tests.features.people_school import School
from tests.town import Phone, Town, telegram_of, town

__all__ = ["town"]

AUTUMN = event("a", "20261129", "20261204", "إجازة الخريف")
FINALS = event("b", "20261213", "20261225", "اختبارات الفصل الأول")


# Reading


def test_an_almanac_tells_holidays_and_examinations_from_ordinary_days() -> None:
    found = read_calendar_file(
        calendar(
            event("a", "20261129", "20261204", "إجازة الخريف"),
            event("b", "20261213", "20261225", "اختبارات الفصل الأول"),
            event("c", "20261206", "", "العودة بعد إجازة الخريف"),
            event("d", "20261206", "", "بداية الفصل الثاني"),
            event("e", "20260923", "", "اليوم الوطني", "RRULE:FREQ=YEARLY"),
            event("f", "20270103", "", "ذكرى", "STATUS:CANCELLED"),
            event("g", "20270105", "20280105", "إجازة بلا نهاية"),
        )
    )
    assert [(e.uid, e.first.day, e.last.day, e.kind, e.withdrawn) for e in found.entries] == [
        ("a", 29, 3, DayKind.HOLIDAY, False),
        ("b", 13, 24, DayKind.EXAMS, False),
        ("f", 3, 3, DayKind.HOLIDAY, True),
    ]
    assert found.skipped == 4


def test_whoever_knows_better_says_what_all_days_are() -> None:
    data = calendar(event("d", "20261206", "", "أسبوع المراجعة"))
    (entry,) = read_calendar_file(data, DayKind.EXAMS).entries
    assert (entry.title, entry.kind) == ("أسبوع المراجعة", DayKind.EXAMS)


@pytest.mark.parametrize("letters", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_a_file_is_read_in_the_letters_of_an_old_windows_too(letters: str) -> None:
    written = calendar(AUTUMN, event("b", "20261230", "20270110", "Vacances d'été"))
    found = read_calendar_file(written.decode().encode(letters)).entries
    assert [entry.title for entry in found] == ["إجازة الخريف", "Vacances d'été"]


def test_a_french_windows_has_capitals_of_its_own() -> None:
    written = calendar(event("b", "20261230", "20270110", "Congé de l'Épiphanie"))
    (entry,) = read_calendar_file(written.decode().encode("cp1252")).entries
    assert entry.title == "Congé de l'Épiphanie"


def test_letters_that_were_lost_are_not_taken_for_others() -> None:
    damaged = calendar(AUTUMN).replace("خ".encode(), "خ".encode()[:1])
    with pytest.raises(UnreadableCalendar):
        read_calendar_file(damaged)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
     b"x" * 1_000_001],
    ids=["empty", "words", "bytes", "cut", "large"],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableCalendar):
        read_calendar_file(data)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (event("x", "20261206", "", "أسبوع المراجعة"), LeftOutReason.WORDS),
        (event("x", "20261129", "20261204", "عطلة", "RRULE:FREQ=YEARLY"), LeftOutReason.REPEATS),
        (event("x", "20261129", "20271129", "عطلة"), LeftOutReason.LONG),
        (event("x", "20261129", "20261204", ""), LeftOutReason.UNNAMED),
        (event("", "20261129", "20261204", "عطلة"), LeftOutReason.UNNAMED),
        (event("x", "20261129", "00010101", "عطلة"), LeftOutReason.DATES),
        (event("x", "99991231", "", "عطلة"), LeftOutReason.DATES),
        (event("x", "20261129", "", "عطلة", "DURATION:P99999999999D"), LeftOutReason.DATES),
        (event("x", "20261129", "", "عطلة", "DTSTART;VALUE=DATE:20261201"), LeftOutReason.DATES),
        (event("x", "2026-11-29", "", "عطلة"), LeftOutReason.DATES),
    ],
)
def test_an_entry_is_left_out_for_a_reason(entry: str, reason: LeftOutReason) -> None:
    found = read_calendar_file(calendar(entry, AUTUMN))
    assert [each.uid for each in found.entries] == ["a"]
    assert [each.reason for each in found.left_out] == [reason]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (";TZID=Asia/Riyadh:20261129T000000", ";TZID=Asia/Riyadh:20261204T000000", 5),
        (":20261129T000000", ":20261130T000000", 1),
        (";TZID=Africa/Casablanca:20261129T080000", ";TZID=Africa/Casablanca:20261129T100000", 0),
        (":20261129T080000Z", ":20261201T080000Z", 0),
        (":20261129T000000", ":20261129T000000", 0),
    ],
)
def test_hours_from_midnight_to_midnight_are_days(start: str, end: str, days: int) -> None:
    entry = event("x", "0", "", "اختبار").replace(";VALUE=DATE:0", f"{start}\nDTEND{end}")
    found = read_calendar_file(calendar(entry))
    lengths = [(each.last - each.first).days + 1 for each in found.entries]
    assert lengths == [days] * bool(days)
    assert [each.reason for each in found.left_out] == [LeftOutReason.HOURS] * (not days)


def test_the_last_of_two_entries_with_one_uid_counts() -> None:
    found = read_calendar_file(calendar(AUTUMN, event("a", "20261130", "20261204", "إجازة الخريف")))
    assert [entry.first for entry in found.entries] == [date(2026, 11, 30)]
    assert [each.reason for each in found.left_out] == [LeftOutReason.TWICE]


_LINES = st.sampled_from(
    [
        "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VTIMEZONE",
        "UID:a", "UID:b", "SUMMARY:إجازة", "SUMMARY;LANGUAGE=ar:اختبار", "SUMMARY:",
        "STATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20261129", "DTEND;VALUE=DATE:20261204", "DTEND;VALUE=DATE:00010101",
        "DTSTART:20261129T000000", "DTEND;TZID=Nowhere/Land:20261129T100000", "DTSTART:99991231",
        "DURATION:P5D", "DURATION:-P5D", "DURATION:PT5H", "RRULE:FREQ=YEARLY", "RRULE:nonsense",
        "CATEGORIES:Holiday,exam", "DTSTART;VALUE=PERIOD:20261129T000000/P1D", "EXDATE:x",
        "RECURRENCE-ID:20261129", "DURATION:20261129", "RDATE:PT5H", "CATEGORIES;VALUE=DATE:x",
        "RDATE:x", "DTSTAMP:x", "SEQUENCE:x", "X-THING;A=b", ":", " folded", "",
    ]
)  # fmt: skip


@given(st.lists(_LINES | st.text(max_size=30), max_size=25))
def test_whatever_a_file_holds_it_is_read_or_refused(lines: list[str]) -> None:
    named = ["BEGIN:VEVENT", "UID:n", "SUMMARY:إجازة", "DTSTART;VALUE=DATE:20261129"]
    if len(lines) % 2:
        # Of lines by chance few make an entry that is looked into.
        lines = [*named, *lines, "END:VEVENT"]
    body = ["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]
    try:
        found = read_calendar_file("\r\n".join(body).encode("utf-8", "replace"))
    except UnreadableCalendar:
        return
    for entry in found.entries:
        assert entry.uid
        assert timedelta() <= entry.last - entry.first <= LONGEST


# In the chat


@pytest.fixture
async def noura(town: Town, school: School) -> Phone:
    """An officer of the department, which is above the school."""
    phone = town.person("نورة")
    await school.registers(phone, "نورة")
    await school.appoints(phone, Role.ADMINISTRATOR, school.department)
    return phone


async def goes_to_the_calendar(phone: Phone) -> None:
    await phone.says("/profile")
    for label in ("الأشخاص والأدوار", "الإجازات والاختبارات"):
        await phone.taps(label)


async def sends(phone: Phone, data: bytes, **more: object) -> None:
    await phone.sends("document", data, name="valley.ics", mime="text/calendar", **more)


async def test_a_file_is_shown_before_it_is_entered(
    town: Town, school: School, noura: Phone
) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم")
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    noura.sees("أرسلي إليّ ملف التقويم")
    repeating = event("e", "20260923", "", "اليوم الوطني", "RRULE:FREQ=YEARLY")
    ordinary = event("d", "20261206", "", "بداية الفصل الثاني")
    await sends(noura, calendar(FINALS, AUTUMN, repeating, ordinary))
    noura.sees(
        "هذا ما قرأته في valley.ics",
        "إجازة واحدة\n",
        "فترة اختبارات واحدة\n",
        "أول يوم: الأحد 29 نوفمبر 2026",
        "آخر يوم: الخميس 24 ديسمبر 2026",
        "تجاوزت بندين في الملف",
        "اليوم الوطني: يتكرر",
        "بداية الفصل الثاني: لا يدل عنوانه",
    )
    assert await town.rows(calendar_days) == []
    await noura.taps("إضافة إلى التقويم")
    noura.sees("أُضيف بندان إلى التقويم", "من الأحد 29 نوفمبر 2026 إلى الخميس 3 ديسمبر 2026")
    assert len(await town.rows(calendar_days)) == 2
    (row,) = await town.rows(audit_trail, action="manners.import_days")
    assert row.actor_id == await town.person_id(noura)
    assert row.details == {"kept": 2, "withdrawn": 0}
    await maryam.says("/quiet")
    await maryam.taps("تقويم جهتي")
    maryam.sees("إجازة الخريف", "اختبارات الفصل الأول")
    maryam.sees_no_button("حذف")
    maryam.sees_no_button("استيراد")


async def test_the_next_file_brings_the_calendar_up_to_date(
    town: Town, school: School, noura: Phone
) -> None:
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    await sends(noura, calendar(FINALS, AUTUMN))
    await noura.taps("إضافة إلى التقويم")
    await noura.taps("استيراد من ملف تقويم")
    later = event("a", "20261130", "20261204", "إجازة الخريف")
    cancelled = event("b", "20261213", "20261225", "اختبارات", "STATUS:CANCELLED")
    await sends(noura, calendar(later, cancelled))
    noura.sees("بند واحد منها سبق إدخاله", "بند ملغى واحد سأحذفه")
    await noura.taps("إضافة إلى التقويم")
    noura.sees("أُضيف بند واحد إلى التقويم", "وحُذف بند ملغى واحد")
    (row,) = await town.rows(calendar_days, withdrawn_at=None)
    assert (row.first_day, row.kind) == ("2026-11-30", DayKind.HOLIDAY)
    await noura.taps("إجازة الخريف")
    await noura.taps("نعم، حذف")
    assert await town.rows(calendar_days, withdrawn_at=None) == []


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"PK\x03\x04 no calendar", "هذا ليس ملف تقويم، أو فيه خلل. صدّريه"),
        (calendar(AUTUMN)[:-15], "هذا ليس ملف تقويم"),
        (calendar(AUTUMN).replace("خ".encode(), b"\xd8"), "وترميز UTF-8"),
        (calendar(), "لم أجد في هذا الملف إجازات ولا اختبارات."),
        (calendar(event("d", "20261206", "", "اجتماع")), "اجتماع: لا يدل عنوانه على إجازة"),
        (
            calendar(
                *(event(f"n{n}", "20261206", "", "إجازة") for n in range(file_forms.MOST + 1))
            ),
            "في الملف بنود كثيرة جدًا. أرسلي",
        ),
    ],
    ids=["zip", "cut", "letters", "empty", "nothing", "many"],
)
async def test_a_bad_file_is_explained_and_the_form_waits(
    town: Town, school: School, noura: Phone, data: bytes, answer: str
) -> None:
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    await sends(noura, data)
    noura.sees(answer, "أرسلي إليّ ملف التقويم")
    await sends(noura, calendar(AUTUMN))
    noura.sees("هذا ما قرأته في valley.ics")
    await noura.says("ماذا الآن؟")
    noura.sees("اضغطي زر الإضافة")
    await noura.taps("إلغاء")
    assert await town.rows(calendar_days) == []


async def test_what_is_too_large_or_no_document_is_not_even_fetched(
    town: Town, school: School, noura: Phone
) -> None:
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    await sends(noura, calendar(AUTUMN), size=21 * 1024 * 1024)
    noura.sees("حجم الملف أكبر من ميغابايت واحد")
    await noura.sends("photo")
    noura.sees("أرسلي التقويم نفسه من فضلك، ملفًا ينتهي اسمه بـ .ics")
    await noura.says("إجازة الخريف")
    noura.sees("أرسلي التقويم نفسه")
    assert all(request.method != "getFile" for request in town.simulator.requests)


async def test_a_file_that_cannot_be_fetched_is_asked_for_again(
    town: Town, school: School, noura: Phone
) -> None:
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    town.simulator.faults.rules.append(FaultRule("getFile", "500"))
    await sends(noura, calendar(AUTUMN))
    noura.sees("لم أستطع تنزيل الملف الآن. أرسليه مرة أخرى")
    await sends(noura, calendar(AUTUMN))
    noura.sees("هذا ما قرأته في valley.ics")


async def test_the_database_is_free_while_a_file_is_fetched(
    town: Town, school: School, noura: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the update waits: a bot that dies meanwhile takes the turn again."""
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    fetch = telegram_of(town.app).fetch_file
    waiting = 0

    async def fetch_file(ref: str, limit: int) -> bytes:
        nonlocal waiting
        waiting = len(await town.rows(updates, state=UpdateState.WAITING))
        async with town.app.database.transaction() as tx:
            await audit.record(tx, None, "meanwhile", 1)
        return await fetch(ref, limit)

    monkeypatch.setattr(telegram_of(town.app), "fetch_file", fetch_file)
    await sends(noura, calendar(AUTUMN))
    noura.sees("هذا ما قرأته في valley.ics")
    assert waiting == 1
    assert len(await town.rows(audit_trail, action="meanwhile")) == 1


async def test_who_loses_the_right_meanwhile_enters_nothing(
    town: Town, school: School, noura: Phone
) -> None:
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    await sends(noura, calendar(AUTUMN))
    async with town.app.database.transaction() as tx:
        await tx.run("DELETE FROM roles WHERE person_id = ?", await town.person_id(noura))
    await noura.taps("إضافة إلى التقويم")
    noura.sees("من صلاحية قيادتها")
    assert await town.rows(calendar_days) == []


async def test_a_long_calendar_is_read_page_by_page(
    town: Town, school: School, noura: Phone
) -> None:
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    start = date(2026, 12, 1)
    await sends(
        noura,
        calendar(
            *(
                event(f"n{n}", f"{start + timedelta(days=n):%Y%m%d}", "", f"إجازة رقم {n}")
                for n in range(10)
            )
        ),
    )
    noura.sees("10 إجازات\n", "… وبندان آخران")
    await noura.taps("إضافة إلى التقويم")
    noura.sees_button("إجازة رقم 7")
    noura.sees_no_button("إجازة رقم 8")
    await noura.taps("الصفحة التالية")
    noura.sees_button("إجازة رقم 9")
    await noura.taps("الصفحة السابقة")
    noura.sees_button("إجازة رقم 0")
