"""Dates as people type them: the tables of cases, and what each reading carries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bench.dates import read_cases, same_value
from bot.arabic.calendar.prayer import Prayer
from bot.arabic.dates.description import describe
from bot.arabic.dates.model import AnswerKind, Doubt, Understood
from bot.arabic.dates.understand import understand

DATA = Path(__file__).parents[1] / "data"
TABLES = (
    "dates-dev.tsv",
    "dates-more.tsv",
    "dates-blind.tsv",
    "dates-sentences.tsv",
    "dates-unseen.tsv",
)
# A Sunday morning.
NOW = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - the cases are local everywhere
CASES = [case for name in TABLES for case in read_cases(DATA / name)]


def read(text: str, locale: str = "ar_SA", now: datetime = NOW) -> str:
    """The value of the reading, or ASK."""
    answer = understand(text, now, locale)
    return answer.value if isinstance(answer, Understood) else "ASK"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["expression"] or "(empty)")
def test_every_case_is_read_as_its_table_says(case: dict[str, str]) -> None:
    found = describe(case["expression"], NOW, case["locale"])
    assert same_value(found["value"], case["expected"]), found
    assert found["kind"] == case["kind"]


def test_a_time_carries_the_zone_of_now() -> None:
    riyadh = timezone(timedelta(hours=3))
    aware = understand("غدا الساعة ٤ عصرا", NOW.replace(tzinfo=riyadh), "ar_SA")
    assert isinstance(aware, Understood)
    assert aware.start == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    naive = understand("غدا الساعة ٤ عصرا", NOW, "ar_SA")
    assert isinstance(naive, Understood)
    assert naive.start is not None
    assert naive.start.tzinfo is None


def test_a_reading_carries_its_parts() -> None:
    meeting = understand("غدا من ٤ إلى ٥ عصرا", NOW, "ar_SA")
    assert isinstance(meeting, Understood)
    assert meeting.kind is AnswerKind.RANGE
    assert (meeting.start, meeting.end) == (
        NOW.replace(day=23, hour=16),
        NOW.replace(day=23, hour=17),
    )
    prayer = understand("غدا بعد صلاة العصر بنصف ساعة", NOW, "ar_SA")
    assert isinstance(prayer, Understood)
    assert prayer.prayer is not None
    assert prayer.prayer.prayer is Prayer.ASR
    assert prayer.prayer.minutes == 30
    assert prayer.start is None
    weekly = understand("كل سبت مع 10 ديال الصباح", NOW, "ar_MA")
    assert isinstance(weekly, Understood)
    assert weekly.rrule == "FREQ=WEEKLY;BYDAY=SA"
    assert weekly.date == date(2026, 11, 28)


def test_the_week_starts_as_the_country_counts_it() -> None:
    text = "يوم الثلاثاء من الأسبوع القادم"
    assert read(text, "ar_SA") == "2026-12-01"
    assert read(text, "ar-MA") == "2026-11-24"
    assert read(text, "en") == read(text, "ar_SA")


@pytest.mark.parametrize("hour", range(1, 13))
def test_a_bare_hour_follows_the_convention(hour: int) -> None:
    expected = hour + 12 if hour < 7 else hour
    assert read(f"غدا الساعة {hour}") == f"2026-11-23T{expected:02}:00"


def test_a_time_alone_is_its_next_occurrence() -> None:
    assert read("الساعة ٥") == "2026-11-22T17:00"
    assert read("الساعة ٩") == "2026-11-23T09:00"
    assert read("الساعة ٩", now=NOW.replace(hour=8)) == "2026-11-22T09:00"


def test_a_weekday_is_never_today() -> None:
    for days in range(7):
        now = NOW + timedelta(days=days)
        found = understand("الأحد", now, "ar_SA")
        assert isinstance(found, Understood)
        assert now.date() < found.date <= now.date() + timedelta(days=7)
        assert found.date.weekday() == 6


def test_a_recurrence_starts_after_now() -> None:
    text = "كل أحد الساعة ٤ عصرا"
    assert read(text).startswith("DTSTART:2026-11-22T16:00;")
    assert read(text, now=NOW.replace(hour=16)).startswith("DTSTART:2026-11-29T16:00;")


def test_a_prayer_of_today_that_was_prayed_is_asked_about() -> None:
    assert read("بعد العصر اليوم") == "2026-11-22@asr+0"
    assert read("بعد العصر اليوم", now=NOW.replace(hour=21)) == "ASK"
    assert read("بعد العصر", now=NOW.replace(hour=21)) == "2026-11-23@asr+0"


def test_marks_hamza_tatweel_and_digits_change_nothing() -> None:
    expected = read("الأربعاء الساعة 4:30 مساء")
    for text in (
        "الاربعاء الساعه ٤:٣٠ مساءً",
        "الأَرْبِعَاءُ السَّاعَةَ ۴:۳۰ مَسَاءً",
        "الأربعــاء   الساعة 4:30 مســاء",
        "\u200fالأربعاء\u200f الساعة 4:30 مساء\u200f",
        "الاربعا الساعة٤:٣٠مساء",
    ):
        assert read(text) == expected, text


def test_a_question_is_described_with_its_readings() -> None:
    found = describe("الاثنين 24 نونبر 2026", NOW, "ar_MA")
    assert (found["kind"], found["value"]) == ("ask", "ASK")
    assert found["reason"] == "weekday_mismatch"
    assert found["readings"] == ["2026-11-24", "2026-11-23"]
    assert found["text"]


def test_a_text_that_is_not_a_message_of_one_line_is_not_read() -> None:
    answer = understand("غدا " * 200, NOW, "ar_SA")
    assert isinstance(answer, Doubt)
