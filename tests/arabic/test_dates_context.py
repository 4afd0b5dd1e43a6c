"""What stands around a time is context; what denies, corrects or opens it is never passed over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.arabic.dates.lexicon.senses import Reversal
from bot.arabic.dates.lexicon.turns import TURNS, is_denial
from bot.arabic.dates.model import Doubt, DoubtReason, Understood
from bot.arabic.dates.understand import LONGEST_TEXT, understand

NOW = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - local, a Sunday
MOMENTS = {
    "يوم الخميس الساعة 5 مساء": "2026-11-26T17:00",
    "غدا الساعة ٩ صباحا": "2026-11-23T09:00",
    "الأربعاء الموافق 2 ديسمبر الساعة 10:30": "2026-12-02T10:30",
    "يوم الاثنين بعد صلاة العصر": "2026-11-23@asr+0",
    "نهار السبت مع 10 د الصباح": "2026-11-28T10:00",
    "mardi 1er décembre à 14h30": "2026-12-01T14:30",
}
OPENINGS = (
    "السلام عليكم ورحمة الله وبركاته، نفيدكم بأن الاجتماع سيعقد بمشيئة الله",
    "إلى جميع منسوبات المدرسة، تحية طيبة وبعد، نأمل حضوركن اللقاء",
    "صباح الخير، لا تنسون اجتماعنا",
    "مساء الخير جميعا، نلتقي",
    "غادي نتلاقاو إن شاء الله",
    "إشارة إلى التعميم رقم 45 نحيطكم علما بأن اللقاء",
    "Bonjour, la réunion aura lieu",
    "",
)
CLOSINGS = (
    "في غرفة المعلمين",
    "بقاعة 12",
    "في الفصل 3/2 بالدور الثاني",
    "لمناقشة خطة الصف السادس",
    "مع معلمات الصف الثالث متوسط",
    "بحضور 15 معلمة",
    "عبر منصة زوم",
    "والله الموفق",
    "وتقبلوا فائق التقدير",
    "dans la salle 5",
    "",
)
NUMBERED = ("قاعة", "غرفة", "تعميم رقم", "الفصل رقم", "في القاعة رقم", "مذكرة رقم", "صفحة", "salle")
GREETINGS = (
    "صباح الخير",
    "صباح النور والسرور",
    "مساء الخير",
    "مساكم الله بالخير",
    "يسعد صباحكم",
    "أسعد الله مساءكم",
    "bonsoir",
    "good morning",
)
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت")


def value(text: str, locale: str = "ar_SA", now: datetime = NOW) -> str:
    answer = understand(text, now, locale)
    return answer.value if isinstance(answer, Understood) else f"ASK {answer.reason}"


@settings(max_examples=300)
@given(
    st.sampled_from(list(MOMENTS)),
    st.sampled_from(OPENINGS),
    st.sampled_from(CLOSINGS),
    st.booleans(),
)
def test_a_letter_around_a_moment_changes_nothing(
    moment: str, opening: str, closing: str, moroccan: bool
) -> None:
    text = f"{opening} {moment} {closing}"
    assert value(text, "ar_MA" if moroccan else "ar_SA") == MOMENTS[moment]


@given(st.sampled_from(NUMBERED), st.integers(1, 130), st.booleans())
def test_the_number_of_a_place_or_a_letter_is_never_an_hour(
    noun: str, number: int, first: bool
) -> None:
    place = f"{noun} {number}"
    timed = f"{place}، الخميس الساعة 4" if first else f"الخميس الساعة 4 {place}"
    assert value(timed) == "2026-11-26T16:00"
    day = f"{place}، الخميس" if first else f"الخميس {place}"
    assert value(day) == "2026-11-26"


@given(st.sampled_from(GREETINGS), st.integers(1, 12), st.sampled_from(["غدا", "الخميس"]))
def test_a_greeting_lends_no_part_of_the_day(greeting: str, hour: int, day: str) -> None:
    plain = f"{day} الساعة {hour}"
    assert value(f"{greeting}، {plain}") == value(plain)
    assert value(f"{plain}، {greeting}") == value(plain)


@pytest.mark.parametrize("turn", [Reversal.NOT, Reversal.OPEN])
def test_every_word_that_denies_or_opens_is_asked_about(turn: Reversal) -> None:
    for word in TURNS[turn].split():
        for moment in MOMENTS:
            for said in (
                f"{word.replace('_', ' ')} {moment}",
                f"{moment} {word.replace('_', ' ')}",
            ):
                assert value(said).startswith("ASK"), said


@given(
    st.sampled_from(["مو", "مب", "ماشي", "ليس", "مش", "بدل", "عوض", "بدلا من", "pas", "not"]),
    st.permutations(range(6)),
    st.sampled_from(["، ", " بل ", " نجتمع "]),
)
def test_of_two_days_the_denied_one_is_never_read(word: str, days: list[int], joint: str) -> None:
    denied, meant = WEEKDAYS[days[0]], WEEKDAYS[days[1]]
    answer = understand(f"{word} {denied}{joint}{meant} الساعة 10", NOW, "ar_SA")
    if isinstance(answer, Doubt):
        assert answer.reason is DoubtReason.TURNED
        return
    assert answer.date.weekday() == days[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("الخميس عفوا الأربعاء الساعة 5", "2026-11-25T17:00"),
        ("الأربعاء الساعة ٩ صباحا.. أقصد ١١ صباحا", "2026-11-25T11:00"),
        ("تصحيح: الاجتماع يوم الأحد الساعة 10", "2026-11-29T10:00"),
        ("لن يعقد اللقاء يوم الخميس بل يوم الأحد الساعة 10", "2026-11-29T10:00"),
        ("الخميس مو الجمعة", "2026-11-26"),
        ("lundi en huit à 11h", "2026-11-30T11:00"),
    ],
)
def test_a_clear_correction_is_read(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "الخميس لا الجمعة",
        "مو الاثنين الساعة 5 الأربعاء",
        "الأحد ما أقدر، خلوها الاثنين الساعة 10",
        "بدل الأحد الساعة 5 الثلاثاء الساعة 4",
        "ما يناسبني الخميس",
        "الثلاثاء الساعة 4 بدل الأحد الساعة 5",
        "مشغولة الخميس الساعة 10 مع الطالبات",
    ],
)
def test_a_correction_that_is_not_clear_is_asked_about(text: str) -> None:
    assert value(text).startswith("ASK")


@pytest.mark.parametrize(
    "word",
    [
        "لايوجد",
        "لاتوجد",
        "ماكاينش",
        "مغاديش",
        "مانقدرش",
        "متجيوش",
        "مايناسبني",
        "مانقدر",
        "ماراح",
        "محد",
    ],
)
def test_a_verb_with_not_grown_onto_it_denies(word: str) -> None:
    assert is_denial(word)
    assert value(f"{word} نجتمع يوم الخميس الساعة 5").startswith("ASK")


@pytest.mark.parametrize(
    "word", ["مراكش", "مفتش", "مايكروسوفت", "لاتيني", "لأنها", "مادة", "مدارس"]
)
def test_other_words_that_look_like_it_do_not(word: str) -> None:
    assert not is_denial(word)


def test_an_hour_alone_is_trusted_only_beside_known_words() -> None:
    assert value("نجتمع الساعة 5 في المكتبة") == "2026-11-22T17:00"
    assert value("الخيمسس الساعة 5") == "ASK no_day"


@given(st.integers(-12, 14), st.integers(0, 23), st.booleans())
def test_a_time_with_its_distance_from_utc_is_that_moment(
    hours: int, hour: int, aware: bool
) -> None:
    zone = timezone(timedelta(hours=hours))
    said = datetime(2026, 12, 3, hour, 30, tzinfo=zone)
    riyadh = ZoneInfo("Asia/Riyadh")
    now = NOW.replace(tzinfo=riyadh) if aware else NOW
    answer = understand(said.isoformat(), now, "ar_SA")
    assert isinstance(answer, Understood)
    assert answer.start is not None
    assert answer.start.replace(tzinfo=riyadh) == said


def test_a_long_letter_is_read_whole() -> None:
    letter = f"{OPENINGS[1]} {'المحترمات ' * 40} يوم الخميس الساعة 5 مساء"
    assert len(letter) < LONGEST_TEXT
    assert value(letter) == "2026-11-26T17:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بتوقيت الرياض", "2026-11-26T17:00"),
        ("بتوقيت مكة المكرمة", "2026-11-26T17:00"),
        ("بتوقيت المغرب", "ASK"),
        ("بتوقيت لندن", "ASK"),
        ("GMT", "ASK"),
    ],
)
def test_the_clock_of_another_country_is_asked_about(text: str, expected: str) -> None:
    assert value(f"الخميس الساعة 5 مساء {text}").startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        "يوم الأحد بعد الاختبارات الساعة 10",
        "الخميس بعد الاختبارات القادمة الساعة 5",
        "الأحد التالي للاختبارات الساعة 10",
        "قبل الطابور يوم الأحد الساعة 6:45",
        "الخميس القادم وليس هذا الخميس",
        "بحلول الخميس",
        "d'ici jeudi",
        "الأسبوع الثالث عشر يوم الأحد الساعة 10",
    ],
)
def test_what_moves_the_day_or_the_hour_is_no_context(text: str) -> None:
    assert value(text).startswith("ASK")


def test_a_part_of_the_school_day_beside_its_hour_is_context() -> None:
    assert value("الأحد بعد الدوام الساعة 2") == "2026-11-29T14:00"
    assert value("الثلاثاء بعد الفسحة الساعة 10") == "2026-11-24T10:00"
    assert value("الأحد الساعة ٧ الصبح قبل الطابور") == "2026-11-29T07:00"
