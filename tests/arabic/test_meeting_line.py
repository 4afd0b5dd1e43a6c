"""A meeting in one line: its time, its place and its subject, and what is no meeting."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.arabic.meeting_line import MeetingLine, read_meeting_line
from bot.core.i18n import Voice

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
ZONES = {"SA": ZoneInfo("Asia/Riyadh"), "MA": ZoneInfo("Africa/Casablanca")}
TEN_ON_THURSDAY = (date(2026, 11, 26), time(10))
MEET = "https://meet.example.org/abc"


def read(text: str, country: str = "SA") -> MeetingLine | None:
    return read_meeting_line(text, NOW.astimezone(ZONES[country]), country)


@pytest.mark.parametrize(
    ("text", "place", "about"),
    [
        ("الخميس ١٠ في معمل العلوم", "معمل العلوم", ""),
        ("الخميس ١٠ في معمل العلوم عن القراءة", "معمل العلوم", "القراءة"),
        ("اجتماع الأحد القادم الساعة ٩ صباحًا في قاعة 12", "قاعة 12", ""),
        ("لقاء لمناقشة نتائج الاختبار الثلاثاء ٤ عصرًا عن بعد", "عن بعد", "مناقشة نتائج الاختبار"),
        (f"الأربعاء 10 {MEET}", MEET, ""),
        (f"الأربعاء 10 في المكتبة {MEET}", f"المكتبة {MEET}", ""),
        ("مو الاثنين، الأربعاء الساعة 11 في المكتبة", "المكتبة", ""),
        ("غدًا بعد صلاة العصر في غرفة المعلمات", "غرفة المعلمات", ""),
        ("من ١٠ إلى ١١ الخميس في غرفة المصادر حول التقويم", "غرفة المصادر", "التقويم"),
        (
            "السلام عليكم، نجتمع الأحد الساعة ١٠ في مكتبة المدرسة بخصوص خطة القراءة",
            "مكتبة المدرسة",
            "خطة القراءة",
        ),
        ("الخميس الساعة ١٠ أو ١١ في المعمل", "المعمل", ""),
        ("meeting Thursday 10 room 5", "room 5", ""),
    ],
)
def test_a_line_tells_the_place_and_the_subject_apart_from_the_time(
    text: str, place: str, about: str
) -> None:
    line = read(text)
    assert line is not None
    assert (line.place, line.about, line.sure) == (place, about, True)


@pytest.mark.parametrize(
    ("text", "place", "about"),
    [
        ("نهار الخميس مع 10 فقاعة الأساتذة على القراءة", "قاعة الأساتذة", "القراءة"),
        ("الثلاثاء مع الربعة ونص فالمكتبة", "المكتبة", ""),
        ("Jeudi à 10h dans la salle 12 au sujet de la lecture", "salle 12", "la lecture"),
        ("réunion mardi 16h en visio", "en visio", ""),
        ("jeudi 10 h en salle 3 sur la lecture", "salle 3", "la lecture"),
        (
            "Lundi prochain 9h30, salle des professeurs, à propos de l’évaluation",
            "salle des professeurs",
            "l’évaluation",
        ),
        (
            "vendredi à 16 h 30 en visio pour préparer les examens",
            "en visio",
            "préparer les examens",
        ),
        ("réunion pour jeudi 10 h au CDI", "CDI", ""),
    ],
)
def test_moroccans_write_it_in_their_own_words(text: str, place: str, about: str) -> None:
    line = read(text, "MA")
    assert line is not None
    assert (line.place, line.about, line.sure) == (place, about, True)


@pytest.mark.parametrize(
    "text",
    [
        "تحليل نتائج الاختبار", "تخطيط الأسبوع الأول", "قراءة في نتائج الفصل الثاني",
        "الاحتفاء بيوم المعلم", "نشاط اليوم الوطني", "ورشة تقويم الثلاثاء", "مراجعة الدرس 10",
        "شكرا", "", "؟؟",
    ],
)  # fmt: skip
def test_the_name_of_something_is_no_meeting(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text", ["يوم الأحد", "يوم الخميس في معمل العلوم", "زيارة الصف السادس الأحد الساعة 8"]
)
def test_what_may_be_something_else_is_not_taken_for_sure(text: str) -> None:
    line = read(text)
    assert line is not None
    assert not line.sure


def test_no_word_of_the_subject_is_lost() -> None:
    line = read("زيارة الصف السادس الأحد الساعة 8")
    assert line is not None
    assert line.about == "زيارة الصف السادس"


@pytest.mark.parametrize(
    ("language", "country", "place", "about"),
    [
        ("ar_SA", "SA", "معمل العلوم", "القراءة"),
        ("ar_MA", "MA", "مختبر العلوم", "القراءة"),
        ("fr", "MA", "salle de sciences", "la lecture"),
    ],
)
def test_the_example_that_the_form_gives_is_understood(
    language: str, country: str, place: str, about: str
) -> None:
    asked = Voice(language, "f").say(
        "What is the meeting about? A short title. Or all of it in one line, as in:"
        " Thursday at ten in the science lab, about reading."
    )
    line = read(str(asked).rpartition(":")[2].strip().removesuffix("."), country)
    assert line is not None
    assert (line.place, line.about, line.sure) == (place, about, True)
    assert [(each.first.day, each.first.at) for each in line.readings] == [TEN_ON_THURSDAY]


@pytest.mark.parametrize(
    "wish",
    ["ابي احط اجتماع", "أبغى أحدد لقاء", "بغيت ندير اجتماع", "عندنا اجتماع", "خلونا نسوي اجتماع"],
)
def test_who_wishes_for_a_meeting_does_not_name_it_so(wish: str) -> None:
    found = read_meeting_line(
        f"{wish} يوم الاحد الجاي الساعه ١٠ ونص في غرفة المصادر عن خطة القراءة", NOW, "ar_SA"
    )
    assert found is not None
    assert (found.about, found.place) == ("خطة القراءة", "غرفة المصادر")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("أحب القراءة الخميس ١٠", "أحب القراءة"),
        ("كيف نعمل معا الأحد الساعة ١٠", "كيف نعمل معا"),
        ("الأحد الساعة ١٠ نعمل معا", "نعمل معا"),
        ("عندنا الأحد الساعة ١٠ تطوير المناهج", "تطوير المناهج"),
    ],
)
def test_a_wish_in_the_name_of_a_meeting_stays_there(text: str, about: str) -> None:
    line = read(text)
    assert line is not None
    assert line.about == about
