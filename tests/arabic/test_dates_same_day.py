"""Two names of one day, and words that look like "to": never a span that nobody meant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.dates import read_cases
from bot.arabic.calendar.hijri import MONTH_NAMES, to_hijri
from bot.arabic.dates.model import AnswerKind, Doubt, DoubtReason, Understood
from bot.arabic.dates.understand import understand

NOW = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - local, a Sunday
ASKED = read_cases(Path(__file__).parents[1] / "data" / "dates-asked.tsv")
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
COMMON = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
IN_MOROCCO = "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر"
COUNTED = "أول ثاني ثالث رابع خامس سادس سابع ثامن تاسع عاشر"
MONTHS, MAGHRIBI, ORDINALS = COMMON.split(), IN_MOROCCO.split(), COUNTED.split()
LOCALES = st.sampled_from(["ar_SA", "ar_MA"])
DAYS_AHEAD = st.dates(date(2026, 11, 24), date(2046, 12, 31))
# What names the same day, and the "to" that may be joined to it.
SAID = "الموافق المصادف والموافق يوافق الذي_يصادف المطابق الواقع اللي_كيوافق"
SAME = [said.replace("_", " ") for said in SAID.split()]
JOINTS = (
    "{} ",
    "{} ل ",
    "{} ل",
    "{} لـ ",
    "{} لـ: ",
    "{} إلى ",
    "{} في ",
    "{} بتاريخ ",
    "({} لـ) ",
)
TO = ("ل ", "لـ ", "إلى ", "الى ", "حتى ", "لغاية ", "لين ", "حتى ل ", "وحتى ", "إلى غاية ", "au ")


def read(text: str, locale: str = "ar_SA", now: datetime = NOW) -> Understood | Doubt:
    return understand(text, now, locale)


def values(question: Doubt) -> list[str]:
    return [reading.value for reading in question.candidates]


def written(day: date, style: int) -> str:
    """The date in one of the ways of circulars."""
    return (
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        f"{day.day} {MAGHRIBI[day.month - 1]} {day.year}م",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}-{day.month:02}-{day.year}م",
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"{MONTHS[day.month - 1]} {day.day} {day.year}",
    )[style]


@st.composite
def written_days(draw: st.DrawFn) -> tuple[date, str]:
    day, style = draw(DAYS_AHEAD), draw(st.integers(0, 6))
    if style < 6:
        return day, written(day, style)
    day = max(day.replace(day=draw(st.integers(1, 10))), date(2026, 12, 1))
    return day, f"{ORDINALS[day.day - 1]} {MONTHS[day.month - 1]} {day.year}"


@given(
    written_days(),
    st.sampled_from(SAME),
    st.sampled_from(JOINTS),
    st.integers(0, 6),
    st.booleans(),
    LOCALES,
)
@settings(max_examples=400)
def test_what_is_said_to_be_the_same_day_is_that_day_or_a_question_with_both(
    written_day: tuple[date, str],
    same: str,
    joint: str,
    off: int,
    weekday_first: bool,
    locale: str,
) -> None:
    day, said = written_day
    weekday = WEEKDAYS[(day.weekday() + off) % 7]
    first, second = (weekday, said) if weekday_first else (said, weekday)
    answer = read(f"{first} {joint.format(same)}{second}", locale)
    if off == 0:
        assert isinstance(answer, Understood)
        assert (answer.kind, answer.date) == (AnswerKind.DATE, day)
        return
    assert isinstance(answer, Doubt)
    assert answer.reason is DoubtReason.WEEKDAY_MISMATCH
    offered = [reading.date for reading in answer.candidates]
    assert offered[0] == day
    assert offered[1].weekday() == (day.weekday() + off) % 7
    assert all(reading.kind is AnswerKind.DATE for reading in answer.candidates)


@given(DAYS_AHEAD, st.sampled_from(SAME), st.sampled_from(JOINTS), st.integers(-2, 2))
def test_both_calendars_agree_or_are_asked_about(
    day: date, same: str, joint: str, apart: int
) -> None:
    hijri = to_hijri(day + timedelta(days=apart))
    weekday = WEEKDAYS[day.weekday()]
    moon = f"{hijri.day} {MONTH_NAMES[hijri.month - 1]} {hijri.year}هـ"
    answer = read(f"{weekday} {moon} {joint.format(same)}{written(day, 0)}")
    if apart == 0:
        assert isinstance(answer, Understood)
        assert (answer.kind, answer.date) == (AnswerKind.DATE, day)
    else:
        assert isinstance(answer, Doubt)
        assert values(answer)[0] == day.isoformat()


@given(written_days(), st.sampled_from(TO), st.booleans(), LOCALES)
def test_a_to_that_nothing_opens_never_picks_a_span_of_a_weekday_and_its_own_date(
    written_day: tuple[date, str], to: str, weekday_first: bool, locale: str
) -> None:
    day, said = written_day
    weekday = WEEKDAYS[day.weekday()]
    first, second = (weekday, said) if weekday_first else (said, weekday)
    answer = read(f"{first} {to}{second}", locale)
    assert isinstance(answer, Doubt)
    assert day.isoformat() in values(answer)


@given(st.integers(0, 6), st.integers(1, 6), st.sampled_from(TO[:-1]), LOCALES)
def test_from_a_weekday_to_a_weekday_is_a_span(
    first: int, length: int, to: str, locale: str
) -> None:
    last = (first + length) % 7
    answer = read(f"من {WEEKDAYS[first]} {to}{WEEKDAYS[last]}", locale)
    assert isinstance(answer, Understood)
    assert answer.kind is AnswerKind.RANGE
    assert answer.last is not None
    assert (answer.date.weekday(), answer.last.day.weekday()) == (first, last)
    assert answer.last.day - answer.date == timedelta(days=length)


@given(st.integers(1, 6), st.integers(1, 5), st.sampled_from(TO[:-1]), LOCALES)
def test_from_an_hour_to_an_hour_is_a_span_on_a_day_that_is_named_twice(
    first: int, length: int, to: str, locale: str
) -> None:
    last = min(first + length, 11)
    answer = read(f"الخميس الموافق لـ 3 ديسمبر من {first} {to}{last} مساء", locale)
    assert isinstance(answer, Understood)
    assert answer.value == f"2026-12-03T{first + 12}:00/2026-12-03T{last + 12}:00"


@given(
    st.sampled_from(["تأجل من", "تم نقل الموعد من", "تأجيل الموعد من", "تغيير الموعد من"]),
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from(TO[:-1]),
)
def test_a_move_is_asked_about_and_offers_its_new_day_only(
    move: str, old: int, new: int, to: str
) -> None:
    answer = read(f"{move} {WEEKDAYS[old]} {to}{WEEKDAYS[new]}")
    assert isinstance(answer, Doubt)
    assert answer.reason is DoubtReason.MOVED
    assert [reading.kind for reading in answer.candidates] == [AnswerKind.DATE]
    assert answer.candidates[0].date.weekday() == new


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case["expression"])
def test_what_is_asked_offers_what_may_be_meant(case: dict[str, str]) -> None:
    question = read(case["expression"], case["locale"])
    assert isinstance(question, Doubt)
    assert set(case["readings"].split()) <= set(values(question))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("الخميس ل 3 ديسمبر", DoubtReason.ALTERNATIVES),
        ("الأحد للخميس", DoubtReason.ALTERNATIVES),
        ("كل أحد للخميس", DoubtReason.ALTERNATIVES),
        ("الخميس للساعة 5", DoubtReason.DEADLINE),
        ("الأحد و29 نوفمبر", DoubtReason.SEVERAL_DAYS),
        ("الخميس الموافق", DoubtReason.UNREAD),
        ("الخميس الموافق لـ", DoubtReason.UNREAD),
        ("الساعة 4 يعني 5", DoubtReason.UNREAD),
        ("تأجل من الخميس", DoubtReason.MOVED),
    ],
)
def test_the_doubt_has_its_own_reason(text: str, reason: DoubtReason) -> None:
    question = read(text)
    assert isinstance(question, Doubt)
    assert question.reason is reason


def test_the_old_time_of_a_move_is_not_offered() -> None:
    question = read("تأجل من الخميس")
    assert isinstance(question, Doubt)
    assert question.candidates == ()


def test_for_the_day_is_the_moroccan_today_only_where_it_may_be() -> None:
    sunday, monday = NOW, NOW + timedelta(days=1)
    assert isinstance(read("ليوم الأحد", "ar_MA", sunday), Doubt)
    for now, locale in ((monday, "ar_MA"), (sunday, "ar_SA"), (monday, "ar_SA")):
        found = read("ليوم الأحد", locale, now)
        assert isinstance(found, Understood)
        assert found.value == "2026-11-29"
    today = read("ليوم مع 5", "ar_MA")
    assert isinstance(today, Understood)
    assert today.value == "2026-11-22T17:00"
