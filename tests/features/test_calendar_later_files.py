"""Calendar files arrive in any order: an older one takes back nothing that a newer one said."""

from datetime import UTC, date, datetime

import pytest

from bot.arabic.calendar.school_days import DayKind
from bot.documents.calendar import read_calendar_file
from bot.documents.calendar_entries import CalendarEntry, EntryVersion, KnownEntry, update_of
from bot.features.calendars.models import calendar_days
from tests.features.ics_files import calendar, event
from tests.features.people_school import School
from tests.features.test_calendar_files import AUTUMN, goes_to_the_calendar, noura, sends
from tests.town import Phone, Town, town

__all__ = ["noura", "town"]

SEEN = EntryVersion(3, datetime(2026, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("sequence", "stamped", "older"),
    [
        (2, "2026-10-01", True),
        (4, "2026-08-01", False),
        (3, "2026-08-31", True),
        (3, "2026-09-01", False),
        (3, "2026-09-02", False),
        (3, None, False),
        (None, "2026-08-01", False),
    ],
)
def test_the_sequence_tells_which_version_is_older_and_then_the_stamp(
    sequence: int | None, stamped: str | None, older: bool
) -> None:
    at = datetime.fromisoformat(f"{stamped}T00:00+00:00") if stamped else None
    assert EntryVersion(sequence, at).is_older_than(SEEN) is older
    entry = CalendarEntry(
        "a", date.min, date.min, DayKind.HOLIDAY, "", True, "a", EntryVersion(sequence, at)
    )
    update = update_of([entry], {"a": KnownEntry(SEEN), "a#20261206": KnownEntry(SEEN)})
    assert update.gone == (frozenset() if older else {"a", "a#20261206"})
    assert bool(update.older) is older


OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("SEQUENCE:4\nDTSTAMP:20261001T000000Z", EntryVersion(4, OCTOBER)),
        ("DTSTAMP:20261001T000000", EntryVersion(0, OCTOBER)),
        ("SEQUENCE:1764892800\nDTSTAMP;VALUE=DATE:20261001", EntryVersion(1764892800, OCTOBER)),
        ("SEQUENCE:99999999999\nDTSTAMP:x", EntryVersion(2**31 - 1)),
        ("SEQUENCE:-1\nDTSTAMP:00010101T000000Z", EntryVersion(0)),
    ],
)
def test_the_version_is_read_as_programs_write_it(written: str, version: EntryVersion) -> None:
    entry = AUTUMN.replace("DTSTAMP:20260901T000000Z", written)
    assert read_calendar_file(calendar(entry)).entries[0].version == version


def series(sequence: int, *more: str) -> str:
    return event("a", "20261129", "", "إجازة", f"SEQUENCE:{sequence}", *more)


def one_time(day: str, to: str, sequence: int) -> str:
    at = f"RECURRENCE-ID;VALUE=DATE:{day}"
    return event("a", to, "", "إجازة", f"SEQUENCE:{sequence}", at)


def known_of(data: bytes) -> dict[str, KnownEntry]:
    found = read_calendar_file(data).entries
    return {each.uid: KnownEntry(each.version, each.withdrawn) for each in found}


def test_of_a_series_and_its_times_each_keeps_what_is_newest() -> None:
    days = "RDATE;VALUE=DATE:20261206,20261213"
    known = known_of(calendar(series(3, days)))
    # A time that moved is newer than its series, which the file tells of as it was.
    moved = read_calendar_file(calendar(series(1, days), one_time("20261206", "20261207", 4)))
    update = update_of(moved.entries, known)
    assert [(e.uid, e.first.day) for e in update.kept] == [("a#20261206", 7)]
    assert [e.uid for e in update.older] == ["a", "a#20261213"]
    assert update.gone == frozenset()
    # An older file does not know of it: it stays with the series, or without it.
    known |= {"a#20261206": KnownEntry(update.kept[0].version)}
    again = update_of(read_calendar_file(calendar(series(3, days))).entries, known)
    assert [e.uid for e in again.older] == ["a#20261206"]
    fewer = update_of(read_calendar_file(calendar(series(3))).entries, known)
    assert fewer.gone == {"a#20261213"}
    # One time alone is no newer than a series that ended without it.
    late = update_of(
        read_calendar_file(calendar(one_time("20261220", "20261221", 2))).entries, known
    )
    assert [e.uid for e in late.older] == ["a#20261220"]


async def brings(phone: Phone, data: bytes) -> None:
    await phone.taps("استيراد من ملف تقويم")
    await sends(phone, data)


def cancelling(data: bytes) -> bytes:
    return data.replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL")


async def stands(town: Town) -> list[tuple[str, str]]:
    rows = await town.rows(calendar_days, withdrawn_at=None)
    return sorted((row.uid, row.first_day) for row in rows)


@pytest.mark.every_channel
async def test_an_older_file_takes_back_nothing_that_a_newer_one_said(
    town: Town, school: School, noura: Phone
) -> None:
    exams = event("b", "20261213", "20261225", "اختبارات الفصل الأول")
    await goes_to_the_calendar(noura)
    await brings(noura, calendar(event("a", "20261130", "", "إجازة الخريف", "SEQUENCE:2")))
    await noura.taps("إضافة إلى التقويم")

    await brings(noura, calendar(event("a", "20261129", "", "إجازة الخريف", "SEQUENCE:1"), exams))
    noura.sees("بند واحد أقدم مما في التقويم", "فترة اختبارات واحدة", "أول يوم: الأحد 13 ديسمبر")
    await noura.taps("إضافة إلى التقويم")
    noura.sees("أُضيف بند واحد", "بقي بند واحد كما هو، لأن الملف أقدم منه.")
    assert await stands(town) == [("a", "2026-11-30"), ("b", "2026-12-13")]

    # Nor does an older cancellation, even where the file holds nothing else.
    await brings(noura, cancelling(calendar(series(1))))
    noura.sees("في التقويم صيغة أحدث من كل ما في هذا الملف، فبقي كما هو.")
    assert len(await stands(town)) == 2
    await sends(noura, cancelling(calendar(series(2))))
    noura.sees("بند ملغى واحد سأحذفه")
    await noura.taps("إضافة إلى التقويم")
    noura.sees("وحُذف بند ملغى واحد.")
    assert await stands(town) == [("b", "2026-12-13")]

    # What was cancelled does not come back with an older file, but with a newer one.
    await town.starts_again()
    await brings(noura, calendar(series(1)))
    noura.sees("في التقويم صيغة أحدث")
    await sends(noura, calendar(series(3)))
    noura.sees("إجازة واحدة")
    await noura.taps("إضافة إلى التقويم")
    assert await stands(town) == [("a", "2026-11-29"), ("b", "2026-12-13")]
