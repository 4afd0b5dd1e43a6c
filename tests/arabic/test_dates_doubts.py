"""What is added to a clear text, or taken from it, is never passed over in silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arabic.calendar.hijri import from_hijri, to_hijri
from bot.arabic.calendar.prayer import RIYADH, Prayer, estimate_prayer
from bot.arabic.dates.model import Doubt, DoubtReason, Understood
from bot.arabic.dates.understand import understand

NOW = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - local, a Sunday
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
CLEAR = (
    "الخميس الساعة 5 مساء",
    "غدا مع 10 ديال الصباح",
    "3 ديسمبر الساعة ٩ صباحا",
    "١٥ رجب بعد المغرب",
    "كل أحد الساعة 8 صباحا",
    "غدا من ٤ إلى ٥ عصرا",
    "mardi 1er décembre à 10h",
)
OTHER_MOMENTS = ("السبت الساعة 7 مساء", "5/12 الساعة 11 صباحا", "بعد غد الساعة 8 مساء")


def read(text: str, locale: str = "ar_SA", hijri_shift: int = 0) -> Understood | Doubt:
    return understand(text, NOW, locale, hijri_shift)


@given(st.integers(1, 12), st.sampled_from(["{}. ", "{}- ", "{}) ", "({}) "]))
def test_the_number_of_a_list_is_not_an_hour(number: int, mark: str) -> None:
    for day in ("الخميس", "الاثنين القادم", "غدا", "غدا بعد العصر"):
        assert isinstance(read(mark.format(number) + day), Doubt)


@pytest.mark.parametrize("text", CLEAR)
@pytest.mark.parametrize("other", OTHER_MOMENTS)
@pytest.mark.parametrize("joint", [" ", " و", "، ", " أو ", "\n", " ثم ", " بدل "])
def test_two_moments_are_not_answered_as_one(text: str, other: str, joint: str) -> None:
    assert isinstance(read(text + joint + other), Doubt)


@pytest.mark.parametrize("text", CLEAR)
@pytest.mark.parametrize("word", ["ليس", "مو", "ماشي", "بدون", "بلاش", "قبل", "pas", "not", "؟"])
def test_a_word_that_turns_the_meaning_is_asked_about(text: str, word: str) -> None:
    for said in (f"{word} {text}", f"{text} {word}"):
        assert isinstance(read(said), Doubt)


@pytest.mark.parametrize("text", CLEAR)
@pytest.mark.parametrize("word", ["من", "إلى", "بين", "ابتداء من", "أو", "يوم", "كل"])
def test_a_text_that_breaks_off_is_asked_about(text: str, word: str) -> None:
    assert isinstance(read(f"{text} {word}"), Doubt)


@given(st.sampled_from(list(permutations(range(7), 2))), st.integers(7, 11))
def test_an_hour_between_two_days_is_not_lent_to_the_second(
    days: tuple[int, int], hour: int
) -> None:
    first, second = (WEEKDAYS[day] for day in days)
    for text in (f"كل {first} الساعة {hour} و{second}", f"{first} الساعة {hour} كل {second}"):
        question = read(text)
        assert isinstance(question, Doubt)
        assert question.best is not None
    together = read(f"كل {first} و{second} الساعة {hour}")
    assert isinstance(together, Understood)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("كل 15 من الشهر الهجري", DoubtReason.HIJRI_RECURRENCE),
        ("كل شهر هجري يوم 15", DoubtReason.HIJRI_RECURRENCE),
        ("كل سنة في 15 رجب", DoubtReason.HIJRI_RECURRENCE),
        ("عيد الأضحى", DoubtReason.FEAST),
        ("يوم عرفة الساعة 5", DoubtReason.FEAST),
        ("رمضان القادم", DoubtReason.PERIOD),
        ("من الأحد إلى الثلاثاء من 8 إلى 12", DoubtReason.SEVERAL_DAYS),
    ],
)
def test_what_the_moon_moves_is_asked_about_with_its_likeliest_day(
    text: str, reason: DoubtReason
) -> None:
    question = read(text)
    assert isinstance(question, Doubt)
    assert question.reason is reason
    assert question.best is not None


@pytest.mark.parametrize("shift", [-2, -1, 0, 1])
def test_this_hijri_month_is_the_one_of_the_persons_calendar(shift: int) -> None:
    today = to_hijri(NOW.date(), shift)
    said = read("28 من هذا الشهر الهجري", "ar_MA", shift)
    assert isinstance(said, Understood)
    assert said.date == from_hijri(today.year, today.month, 28, shift)
    month = read("رمضان القادم", "ar_MA", shift)
    assert isinstance(month, Doubt)
    assert month.best is not None
    assert month.best.date == from_hijri(1448, 9, 1, shift)


def test_the_later_isha_of_ramadan_moves_with_the_persons_calendar() -> None:
    last_before = from_hijri(1448, 9, 1) - timedelta(days=1)
    for shift, minutes in ((0, 90), (1, 120)):
        isha, maghrib = (
            estimate_prayer(last_before, prayer, RIYADH, shift)
            for prayer in (Prayer.ISHA, Prayer.MAGHRIB)
        )
        assert isha - maghrib == timedelta(minutes=minutes)
