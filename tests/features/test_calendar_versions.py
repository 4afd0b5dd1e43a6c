"""What calendar programs really write: lines cut inside a letter, entries that were cancelled or
repeat, older versions after newer ones, whole days written as hours."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from bot.arabic.calendar.school_days import DayKind
from bot.documents.calendar import UnreadableCalendar, read_calendar_file
from bot.documents.calendar_days import LeftOutReason
from bot.documents.calendar_entries import (
    CalendarEntry,
    EntryVersion,
    KnownEntry,
    update_of,
)
from bot.features.calendars.models import calendar_days
from tests.features.ics_files import calendar, event, folded, moments
from tests.features.people_school import School
from tests.features.test_calendar_files import goes_to_the_calendar, noura, sends
from tests.town import Phone, Town, town

__all__ = ["noura", "town"]

AUTUMN = event("a", "20261129", "20261204", "إجازة الخريف")


def outgoing(entries: Iterable[CalendarEntry], known: Iterable[str]) -> frozenset[str]:
    return update_of(entries, {uid: KnownEntry(EntryVersion()) for uid in known}).gone


def days(data: bytes, timezone: str = "") -> list[tuple[str, str, str]]:
    found = read_calendar_file(data, timezone=timezone)
    return [(e.uid, f"{e.first:%d.%m.}", f"{e.last:%d.%m.}") for e in found.entries]


def test_a_line_that_is_cut_inside_a_letter_is_read_whole() -> None:
    title = "إجازة الخريف لجميع مدارس التعليم العام والخاص في المنطقة والمحافظات التابعة لها"
    for odd in range(4):
        data = folded(calendar(event("a", "20261129", "20261204", "إ" + "x" * odd + title[1:])))
        (entry,) = read_calendar_file(data, DayKind.HOLIDAY).entries
        assert entry.title == "إ" + "x" * odd + title[1:]


def test_a_file_that_cancels_takes_its_entries_back() -> None:
    data = calendar(AUTUMN).replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL")
    (entry,) = read_calendar_file(data).entries
    assert entry.withdrawn
    assert outgoing([entry], ["a", "a#20261206", "b", "ab"]) == {"a", "a#20261206"}


def test_a_cancelled_entry_needs_no_days() -> None:
    for word in ("CANCELLED", "canceled"):
        data = calendar(f"BEGIN:VEVENT\nUID:a\nSTATUS:{word}\nEND:VEVENT\n")
        assert [each.withdrawn for each in read_calendar_file(data).entries] == [True]


def test_both_calendars_of_a_file_are_read() -> None:
    exams = event("b", "20261213", "20261225", "اختبارات الفصل الأول")
    assert days(calendar(AUTUMN) + calendar(exams)) == [
        ("a", "29.11.", "03.12."),
        ("b", "13.12.", "24.12."),
    ]
    off = calendar(event("a", "20261129", "", "إجازة الخريف", "SEQUENCE:1"))
    off = off.replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL")
    assert [e.withdrawn for e in read_calendar_file(off + calendar(AUTUMN)).entries] == [True]


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        ("SEQUENCE:2", "SEQUENCE:1", 29),
        ("SEQUENCE:1", "SEQUENCE:2", 30),
        ("SEQUENCE:9", "SEQUENCE:10", 30),
        ("SEQUENCE:1", "SEQUENCE:-5", 29),
        ("SEQUENCE:1", "SEQUENCE:x", 29),
        ("SEQUENCE:0", "X-A:b", 30),
        ("DTSTAMP:20261001T000000Z", "X-A:b", 29),
    ],
)
def test_the_newest_version_counts_wherever_it_stands(first: str, second: str, day: int) -> None:
    one = event("a", "20261129", "", "إجازة", first)
    if first.startswith("DTSTAMP"):
        one = one.replace("DTSTAMP:20260901T000000Z\n", "", 1)
    found = read_calendar_file(calendar(one, event("a", "20261130", "", "إجازة", second)))
    assert [entry.first for entry in found.entries] == [date(2026, 11, day)]
    assert [each.reason for each in found.left_out] == [LeftOutReason.TWICE]


def test_an_entry_falls_on_the_days_that_it_is_given_besides() -> None:
    more = "RDATE;VALUE=DATE:20261206,20261213", "RDATE;VALUE=DATE:20261220"
    out = "EXDATE;VALUE=DATE:20261213"
    assert days(calendar(event("a", "20261129", "20261201", "إجازة مطولة", *more, out))) == [
        ("a", "29.11.", "30.11."),
        ("a#20261206", "06.12.", "07.12."),
        ("a#20261220", "20.12.", "21.12."),
    ]
    periods = "RDATE;VALUE=PERIOD:20261205T210000Z/P3D"
    utc = moments("a", ":20261128T210000Z", ":20261129T210000Z", "إجازة", periods)
    assert days(calendar(utc), "Asia/Riyadh") == [
        ("a", "29.11.", "29.11."),
        ("a#20261206", "06.12.", "08.12."),
    ]
    nothing = event("a", "20261129", "", "إجازة", "EXDATE;VALUE=DATE:20261129")
    assert [each.withdrawn for each in read_calendar_file(calendar(nothing)).entries] == [True]


def test_a_plain_rule_with_an_end_is_followed() -> None:
    weekly = "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20261206"
    assert days(calendar(event("a", "20261129", "", "إجازة مطولة", *weekly))) == [
        ("a", "29.11.", "29.11."),
        ("a#20261213", "13.12.", "13.12."),
    ]
    daily = "RRULE:FREQ=DAILY;UNTIL=20261203"
    assert days(calendar(event("a", "20261129", "", "إجازة الخريف", daily))) == [
        ("a", "29.11.", "03.12.")
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY", "FREQ=YEARLY;COUNT=5", "FREQ=SECONDLY;COUNT=999999999", "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;INTERVAL=0;COUNT=3", "FREQ=DAILY;UNTIL=20991231", "FREQ=NEVER;COUNT=2",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "COUNT=2", "FREQ=WEEKLY;BYDAY=1MO;COUNT=2",
    ],
)  # fmt: skip
def test_any_other_rule_is_left_out_and_named(rule: str) -> None:
    found = read_calendar_file(calendar(event("a", "20261129", "", "إجازة", f"RRULE:{rule}")))
    assert not found.entries
    assert [each.reason for each in found.left_out] == [LeftOutReason.REPEATS]


def test_one_time_of_a_series_is_told_apart() -> None:
    series = event("a", "20261129", "", "إجازة", "RDATE;VALUE=DATE:20261206,20261213")
    moved = event("a", "20261207", "", "إجازة", "RECURRENCE-ID;VALUE=DATE:20261206")
    off = event("a", "20261213", "", "إجازة", "RECURRENCE-ID;VALUE=DATE:20261213")
    off = off.replace("UID:a", "UID:a\nSTATUS:CANCELLED")
    assert days(calendar(series, moved, off)) == [
        ("a", "29.11.", "29.11."),
        ("a#20261206", "07.12.", "07.12."),
    ]
    assert days(calendar(moved)) == [("a#20261206", "07.12.", "07.12.")]
    alone = read_calendar_file(calendar(off))
    assert [each.reason for each in alone.left_out] == [LeftOutReason.REPEATS]


@pytest.mark.parametrize(
    ("start", "end", "zone", "found"),
    [
        (":20261128T210000Z", ":20261203T210000Z", "Asia/Riyadh", ("29.11.", "03.12.")),
        (":20261128T210000Z", ":20261203T205959Z", "Asia/Riyadh", ("29.11.", "03.12.")),
        (":20261129T000000", ":20261203T235900", "", ("29.11.", "03.12.")),
        (":20261129T000000", ":20261129T235959", "", ("29.11.", "29.11.")),
        (";TZID=Asia/Riyadh:20261129T000000", ";TZID=Asia/Riyadh:20261203T235959", "",
         ("29.11.", "03.12.")),
        (":20261129T000000Z", ":20261130T000000Z", "Africa/Casablanca", ("29.11.", "29.11.")),
        # from a program that does not know yet that Morocco keeps UTC+0
        (":20261128T230000Z", ":20261129T230000Z", "Africa/Casablanca", ("29.11.", "29.11.")),
        (":20261128T210000Z", ":20261203T210000Z", "Africa/Casablanca", None),
        (":20261129T050000Z", ":20261129T100000Z", "Asia/Riyadh", None),
        (":20261129T000000", ":20261129T230000", "", None),
    ],
)  # fmt: skip
def test_whole_days_are_days_however_they_are_written(
    start: str, end: str, zone: str, found: tuple[str, str] | None
) -> None:
    data = calendar(moments("a", start, end, "إجازة الخريف"))
    assert [span for _, *span in days(data, zone)] == ([list(found)] if found else [])


def test_the_file_itself_may_name_its_zone() -> None:
    data = calendar(moments("a", ":20261128T210000Z", ":20261129T210000Z", "إجازة"))
    named = data.replace(b"VERSION:2.0", b"VERSION:2.0\r\nX-WR-TIMEZONE:Asia/Riyadh")
    assert days(named) == [("a", "29.11.", "29.11.")]
    assert days(data.replace(b"VERSION:2.0", b"VERSION:2.0\r\nX-WR-TIMEZONE:../x")) == []


def test_lines_end_as_any_program_ends_them() -> None:
    whole, title = calendar(AUTUMN), "إجازة الخريف".encode()
    for end in (b"\n", b"\r", b"\r\r\n"):
        cut = whole.replace(title, title[:5] + b"\r\n\t" + title[5:]).replace(b"\r\n", end)
        for data in (cut, cut + b"\0", cut + b"\x1a" + end):
            (entry,) = read_calendar_file(data).entries
            assert entry.title == "إجازة الخريف"


def test_of_two_calendars_none_breaks_off_in_silence() -> None:
    with pytest.raises(UnreadableCalendar):
        read_calendar_file(calendar(AUTUMN) + calendar(AUTUMN)[:-15])


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("RDATE:x", LeftOutReason.DATES),
        ("RDATE;VALUE=DATE:20261206 , 20261213", LeftOutReason.DATES),
        ("RDATE;VALUE=PERIOD:x/y", LeftOutReason.DATES),
        ("RDATE;VALUE=TEXT:PT5H", LeftOutReason.DATES),
        ("EXDATE:x", LeftOutReason.DATES),
        ("DURATION:20261129T000000/P1D", LeftOutReason.DATES),
        ("RECURRENCE-ID:x", LeftOutReason.REPEATS),
        ("EXRULE:FREQ=DAILY;COUNT=2", LeftOutReason.REPEATS),
        ("RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261206", LeftOutReason.REPEATS),
    ],
)
def test_what_nobody_can_read_is_left_out_and_the_rest_is_taken(
    more: str, reason: LeftOutReason
) -> None:
    found = read_calendar_file(calendar(event("x", "20261206", "", "إجازة", more), AUTUMN))
    assert [each.uid for each in found.entries] == ["a"]
    assert [each.reason for each in found.left_out] == [reason]


@pytest.mark.parametrize("more", ["DTSTAMP:x", "CATEGORIES;VALUE=TEXT:x", "GEO:x", "SEQUENCE:x"])
def test_what_says_nothing_of_the_days_may_be_anything(more: str) -> None:
    assert days(calendar(event("a", "20261129", "", "إجازة", more))) == [("a", "29.11.", "29.11.")]


def test_the_path_of_a_file_is_no_calendar(tmp_path: Path) -> None:
    kept = tmp_path / "kept.ics"
    kept.write_bytes(calendar(AUTUMN))
    with pytest.raises(ValueError, match="not an iCalendar file"):
        read_calendar_file(str(kept).encode())


def test_what_an_entry_falls_on_no_longer_goes_out() -> None:
    now = [CalendarEntry("a", date.min, date.min, DayKind.HOLIDAY, "إجازة", series="a")]
    assert outgoing(now, ["a", "a#20261206", "b#20261206", "a#x"]) == {"a#20261206"}
    one = [CalendarEntry("a#20261206", date.min, date.min, DayKind.HOLIDAY, "إجازة")]
    assert outgoing(one, ["a", "a#20261206", "a#20261213"]) == set()
    long = "x" * 200
    assert outgoing(
        [CalendarEntry(long, date.min, date.min, DayKind.HOLIDAY, "إجازة", series=long)],
        [long, f"{long[:191]}#20261206"],
    ) == {f"{long[:191]}#20261206"}


async def test_the_next_file_takes_out_what_it_no_longer_has(
    town: Town, school: School, noura: Phone
) -> None:
    await goes_to_the_calendar(noura)
    await noura.taps("استيراد من ملف تقويم")
    utc = moments("b", ":20261212T210000Z", ":20261224T205959Z", "اختبارات الفصل الأول")
    long = event("a", "20261129", "", "إجازة مطولة", "RDATE;VALUE=DATE:20261206")
    await sends(noura, calendar(long, utc))
    noura.sees("إجازتان", "آخر يوم: الخميس 24 ديسمبر 2026")
    await noura.taps("إضافة إلى التقويم")
    assert len(await town.rows(calendar_days)) == 3
    await noura.taps("استيراد من ملف تقويم")
    await sends(noura, calendar(event("a", "20261129", "", "إجازة مطولة", "SEQUENCE:1")))
    noura.sees("بند واحد منها سبق إدخاله", "بند ملغى واحد سأحذفه")
    await noura.taps("إضافة إلى التقويم")
    noura.sees("وحُذف بند ملغى واحد")
    assert sorted(row.uid for row in await town.rows(calendar_days)) == ["a", "b"]
