"""What is not settled is asked, with the likeliest readings first."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.arabic.dates.model import Doubt, DoubtReason, Understood
from bot.arabic.dates.reasons import TEXTS, reason_text
from bot.arabic.dates.understand import understand
from bot.core.i18n import Voice

NOW = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - local, a Sunday


def ask(text: str, locale: str = "ar_SA") -> Doubt:
    answer = understand(text, NOW, locale)
    assert isinstance(answer, Doubt), answer
    return answer


@pytest.mark.parametrize(
    ("text", "reason", "readings"),
    [
        ("", DoubtReason.NOTHING, []),
        ("إن شاء الله", DoubtReason.NOTHING, []),
        ("31 نونبر", DoubtReason.NO_SUCH_DATE, ["2026-11-30", "2026-12-01"]),
        ("30 جمادى الآخرة 1448", DoubtReason.NO_SUCH_DATE, ["2026-12-09", "2026-12-10"]),
        ("29 فبراير", DoubtReason.NO_SUCH_DATE, ["2027-02-28", "2028-02-29"]),
        ("11/23/2026", DoubtReason.NO_SUCH_DATE, ["2026-11-23"]),
        ("الاثنين 24 نونبر 2026", DoubtReason.WEEKDAY_MISMATCH, ["2026-11-24", "2026-11-23"]),
        ("20/11/2026", DoubtReason.PAST, ["2027-11-20"]),
        ("اليوم الساعة ٩", DoubtReason.PAST, ["2026-11-22T21:00", "2026-11-23T09:00"]),
        ("غدا 05:00", DoubtReason.HALF_DAY, ["2026-11-23T05:00", "2026-11-23T17:00"]),
        ("غدا الساعة 7 إلا ربع", DoubtReason.HALF_DAY, ["2026-11-23T06:45", "2026-11-23T18:45"]),
        ("غدا ١٢ ليلا", DoubtReason.MIDNIGHT, ["2026-11-24T00:00", "2026-11-23T00:00"]),
        ("غدا ١٠ ظهرا", DoubtReason.PART_CONFLICT, ["2026-11-23T10:00", "2026-11-23T22:00"]),
        ("غدا صباحا", DoubtReason.NO_HOUR, ["2026-11-23T09:00", "2026-11-23T10:00"]),
        ("هذا الأحد", DoubtReason.TODAY_OR_NEXT, ["2026-11-22", "2026-11-29"]),
        ("ليلة الجمعة", DoubtReason.NIGHT_BEFORE, ["2026-11-26", "2026-11-27"]),
        ("5-6", DoubtReason.DATE_OR_HOURS, ["2027-06-05", "2026-11-22T17:00/2026-11-22T18:00"]),
        ("الخميس 3", DoubtReason.DAY_OR_HOUR, ["2026-11-26T15:00", "2026-12-03"]),
        ("الأحد أو الاثنين", DoubtReason.ALTERNATIVES, ["2026-11-29", "2026-11-23"]),
        ("الأحد والثلاثاء", DoubtReason.SEVERAL_DAYS, ["2026-11-24", "2026-11-29"]),
        ("الأسبوع القادم", DoubtReason.PERIOD, ["2026-11-29/2026-12-05", "2026-11-29"]),
        ("حتى الخميس", DoubtReason.DEADLINE, ["2026-11-26"]),
        ("غدا من ٥ إلى ٤ عصرا", DoubtReason.RANGE_BACKWARDS, ["2026-11-23T05:00/2026-11-23T16:00"]),
        ("مرتين في الأسبوع", DoubtReason.RECURRENCE_DAYS, None),
        ("كل ساعة", DoubtReason.RECURRENCE_UNSUPPORTED, []),
        ("غدا الظهر", DoubtReason.PRAYER_OR_HOUR, ["2026-11-23@dhuhr+0", "2026-11-23T12:00"]),
        ("٥ شعبان ٢٠٢٧", DoubtReason.CALENDAR, ["2027-01-13"]),
        ("غدا حوالي الساعة العاشرة", DoubtReason.VAGUE, ["2026-11-23T10:00"]),
    ],
)
def test_a_doubt_names_its_reason_and_offers_readings(
    text: str, reason: DoubtReason, readings: list[str] | None
) -> None:
    question = ask(text)
    assert question.reason is reason
    if readings is not None:
        assert [reading.value for reading in question.candidates] == readings


def test_unread_words_are_quoted_as_they_were_typed() -> None:
    question = ask("الأسبوع الجاي يوم الأربعاء قبل الإجازة")
    assert question.reason is DoubtReason.TURNED
    assert question.values["words"] == "الإجازة"
    assert [reading.value for reading in question.candidates] == ["2026-12-02"]
    question = ask("نشوفكم")
    assert question.reason is DoubtReason.UNREAD
    assert question.values["words"] == "نشوفكم"


def test_a_typing_error_is_mended_where_words_beside_it_speak_for_it() -> None:
    for text in ("الخمييس الساعة ٤", "يوم الخمبس الساعة ٤", "الخيمس الساعة ٤"):
        found = understand(text, NOW, "ar_SA")
        assert isinstance(found, Understood)
        assert found.value == "2026-11-26T16:00"


def test_elsewhere_it_is_mended_only_as_an_offer() -> None:
    question = ask("غدا نوفمير")
    assert question.reason is DoubtReason.UNREAD
    question = ask("الاجتماع الخمبس")
    assert question.best is not None
    assert question.best.value == "2026-11-26"


@pytest.mark.parametrize("word", ["الجامعة", "الجمعية", "مدارس", "السبب", "الحمد", "أحمد", "مكرم"])
def test_a_word_of_its_own_is_no_typing_error(word: str) -> None:
    """«الجامعة» has a letter more than «الجمعة», which no finger adds by itself."""
    for text in (f"في {word} الساعة ٤ غدا", f"غدا الساعة ٤ {word}"):
        found = understand(text, NOW, "ar_SA")
        assert isinstance(found, Understood)
        assert found.value == "2026-11-23T16:00"


@pytest.mark.parametrize(
    "text",
    [
        "غرفة المصادر", "في غرفة المعلمات", "قاعة 3", "الدور الأول", "عبر تيمز", "فصل ٢",
        "مكتبة المدرسة", "ساحة المدرسة", "بالصف الثاني",
    ],
)  # fmt: skip
def test_a_place_is_no_day(text: str) -> None:
    """«غرفة» is not the day of «عرفة», and a floor has no hour."""
    question = ask(text)
    assert question.reason is DoubtReason.UNREAD
    assert question.candidates == ()


def test_a_place_beside_a_moment_leaves_the_moment() -> None:
    found = understand("الخميس الساعة ٤ في غرفة ٢", NOW, "ar_SA")
    assert isinstance(found, Understood)
    assert found.value == "2026-11-26T16:00"


def test_lunch_is_not_tomorrow() -> None:
    assert ask("بعد الغداء").reason is DoubtReason.UNREAD
    assert ask("غداء").reason is DoubtReason.UNREAD


def test_every_offer_lies_ahead() -> None:
    for text in ("أمس", "اليوم الساعة ٨ صباحا", "20/11/2026", "الخميس من هذا الأسبوع"):
        for reading in ask(text, "ar_MA").candidates:
            assert reading.first.day >= NOW.date()


def test_every_reason_has_a_text_without_gaps() -> None:
    assert set(TEXTS) == set(DoubtReason)
    voice = Voice(locale="ar_SA")
    texts = ("", "نشوف", "غدا 05:00", "31 نونبر", "الاثنين 24 نونبر 2026", "غدا الساعة 25", "5-6")
    for text in (*texts, "الخميس 3", "1/1/48"):
        sentence = reason_text(ask(text), voice)
        assert sentence
        assert "{" not in sentence
