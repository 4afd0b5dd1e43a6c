"""What holds for any text: nothing raises, and nothing unread is answered."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.arabic.calendar.hijri import MONTH_NAMES, from_hijri, month_length, to_hijri
from bot.arabic.dates.lexicon.slips import slip_of
from bot.arabic.dates.lexicon.words import VOCABULARY
from bot.arabic.dates.model import Doubt, Understood
from bot.arabic.dates.read.tokens import Shape, tokenize
from bot.arabic.dates.understand import understand

NOW = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - local, a Sunday
LOCALES = st.sampled_from(["ar_SA", "ar_MA", "any"])
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
MAGHRIBI = "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر"
COMMON = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
FEMININE = "الواحدة الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة العاشرة"
MONTHS = (MAGHRIBI.split(), COMMON.split())
HOURS = FEMININE.split()
PATTERNS = ("{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "{y}/{m}/{d}", "{d}.{m}.{y}", "{y}-{m}-{d}")
DAYS_AHEAD = st.dates(date(2026, 11, 23), date(2046, 12, 31))
DIGITS = (str.maketrans("", ""), str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def value(text: str, locale: str = "ar_SA") -> str:
    answer = understand(text, NOW, locale)
    return answer.value if isinstance(answer, Understood) else f"ASK {answer.reason}"


@given(st.text(max_size=60), LOCALES)
@example("9" * 300, "ar_SA")
@example("بعد 9999 سنة", "ar_SA")
@example("كل 99 سنة يوم 29 فبراير", "ar_SA")
@example("1/1/0000", "ar_SA")
def test_no_text_raises(text: str, locale: str) -> None:
    assert isinstance(understand(text, NOW, locale), Understood | Doubt)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(sorted(VOCABULARY)) | st.integers(0, 40).map(str), max_size=7))
def test_no_heap_of_known_words_raises(words: list[str]) -> None:
    answer = understand(" ".join(words), NOW, "ar_MA")
    if isinstance(answer, Doubt):
        assert len(answer.candidates) <= 2
    else:
        assert answer.date >= NOW.date()


@settings(max_examples=200)
@given(
    st.sampled_from(["غدا الساعة ٤ عصرا", "كل أحد مع 10", "3 ديسمبر", "غدا من ٤ إلى ٥"]),
    st.text("ابتثجحخدرزسشصطعفقكلمنهوي", min_size=2, max_size=8),
    st.booleans(),
)
def test_an_unknown_word_is_never_read_as_a_time(phrase: str, word: str, first: bool) -> None:
    """It is context, or asked about: what is read beside it stays as it is."""
    tokens = tokenize(word)
    assume(all(not token.senses and token.shape is Shape.WORD for token in tokens))
    assume(all(slip_of(token.text) is None for token in tokens))
    text = f"{word} {phrase}" if first else f"{phrase} {word}"
    assert value(text).startswith(("ASK", value(phrase)))


@given(
    DAYS_AHEAD,
    st.sampled_from(
        ["{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "{y}/{m}/{d}", "{d}.{m}.{y}", "{y}-{m}-{d}"]
    ),
    st.sampled_from(DIGITS),
)
def test_a_date_in_digits_is_that_date(day: date, pattern: str, digits: dict[int, int]) -> None:
    text = pattern.format(d=day.day, m=day.month, y=day.year).translate(digits)
    assert value(text) == day.isoformat()


@given(DAYS_AHEAD, st.sampled_from(MONTHS), st.booleans())
def test_a_date_in_words_goes_with_its_weekday_only(
    day: date, months: list[str], right: bool
) -> None:
    weekday = WEEKDAYS[day.weekday() if right else day.weekday() - 1]
    text = f"{weekday} {day.day} {months[day.month - 1]} {day.year}"
    assert value(text) == (day.isoformat() if right else "ASK weekday_mismatch")


@given(st.integers(1449, 1499), st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_a_hijri_date_is_its_day_or_no_day(year: int, month: int, day: int, named: bool) -> None:
    text = f"{day} {MONTH_NAMES[month - 1]} {year} هـ" if named else f"{day}/{month}/{year}"
    if day > month_length(year, month):
        assert value(text) == "ASK no_such_date"
    else:
        assert value(text) == from_hijri(year, month, day).isoformat()


@given(st.integers(0, 9), st.sampled_from(["صباحا", "مساء"]), st.sampled_from([0, 15, 20, 30]))
def test_an_hour_in_words_is_that_hour(index: int, part: str, minutes: int) -> None:
    more = {0: "", 15: "والربع ", 20: "والثلث ", 30: "والنصف "}[minutes]
    hour = index + 1 + (12 if part == "مساء" else 0)
    text = f"غدا الساعة {HOURS[index]} {more}{part}"
    assert value(text) == f"2026-11-23T{hour:02}:{minutes:02}"


@given(st.integers(2, 400))
def test_days_from_now_are_counted(days: int) -> None:
    expected = (NOW + timedelta(days=days)).date().isoformat()
    assert value(f"بعد {days} يوم") == expected


@given(st.dates(date(1924, 8, 1), date(2077, 11, 16)), st.integers(-1, 1))
def test_hijri_dates_return(day: date, offset: int) -> None:
    assume(date(1924, 8, 2) <= day <= date(2077, 11, 15))
    assert from_hijri(*to_hijri(day, offset), offset) == day
