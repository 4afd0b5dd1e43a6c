"""What is sent reads in the order that a reader expects, by the Unicode bidi algorithm."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.telegram.render import render_toast
from bot.core.catalogues.source import list_placeholders
from bot.core.i18n import GENDERS, Gender, Phrase, Voice, load_messages
from bot.core.text import (
    PDI,
    RLM,
    isolate,
    isolate_ltr,
    lay_out,
    left_to_right,
    right_to_left,
)
from tests.core.display import base_direction, display, display_from_right

NOW = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
PHONE, LINK, COMMAND = "+966 50 123 4567", "https://zoom.us/j/85?pwd=a-b", "/privacy"


def seen(text: str) -> str:
    return display(right_to_left(text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"التفاصيل في {COMMAND}", COMMAND),
        (f"اتصلوا على {PHONE} غدًا", PHONE),
        ("الهاتف: ٠٥٠ ١٢٣ ٤٥٦٧ (المكتب)", "٠٥٠ ١٢٣ ٤٥٦٧"),
        (f"رابط اللقاء {LINK}، ونلتقي", LINK),
        ("يبدأ الرابط بـ https:// دون فراغ", "https://"),
        ("راسلوا salma@example.org قبل الأحد", "salma@example.org"),
        ("حساب المدرسة @nada_school هنا", "@nada_school"),
        ("وسم #edu مع الصور", "#edu"),
        ("درس في C++ غدًا", "C++"),
        ("نسخة 2026-11-22 هي الأخيرة", "2026-11-22"),
        ("الموعد ٤:٣٠ عصرًا", "٤:٣٠"),
        ("Hello, world! (again)", "Hello, world! (again)"),
        ("• Kahoot! for all.", "Kahoot! for all."),
        ("2. Padlet (free)", "Padlet (free)"),
    ],
)
def test_what_runs_from_the_left_stays_whole(text: str, kept: str) -> None:
    assert kept in seen(text)


def test_bare_the_same_texts_would_break() -> None:
    assert COMMAND not in display(f"التفاصيل في {COMMAND}")
    assert PHONE not in display(f"اتصلوا على {PHONE} غدًا")
    assert "2026-11-22" not in display("نسخة 2026-11-22 هي الأخيرة")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("1. Padlet", ["1.", "Padlet"]),
        ("• Zoom: رابط اللقاء", ["•", "Zoom", "رابط"]),
        ("4:30 – 5:30", ["4:30", "5:30"]),
        ("من 4:30 إلى 5:30 عصرًا", ["من", "4:30", "إلى", "5:30", "عصرًا"]),
        ("٤:٣٠ – ٥:٣٠ عصرًا", ["٤:٣٠", "٥:٣٠", "عصرًا"]),
        ("5 اجتماعات (منها 2 عن بُعد)", ["5", "اجتماعات", "2", "بُعد"]),
        (f"{isolate('Salma (STEM)')} و{isolate('هدى')}", ["Salma (STEM)", "هدى"]),
        (f"هاتف {PHONE} أو {COMMAND} أو {LINK}", ["هاتف", PHONE, COMMAND, LINK]),
        (f"{isolate(LINK + ' رابط اللقاء')} الأحد", [LINK, "رابط", "الأحد"]),
    ],
)
def test_the_parts_of_a_line_follow_one_another_from_the_right(text: str, order: list[str]) -> None:
    line = display_from_right(right_to_left(text))
    assert base_direction(right_to_left(text)) == "R"
    places = [_place(line, part) for part in order]
    assert -1 not in places, line
    assert places == sorted(places), line


def _place(line: str, part: str) -> int:
    """Where a part begins for whoever reads from the right; a Latin one or a number shows
    reversed."""
    forwards = line.find(part)
    return forwards if forwards >= 0 else line.find(part[::-1])


def test_a_text_that_begins_with_a_link_is_still_arabic() -> None:
    shown = display_from_right(right_to_left(isolate(f"{LINK} هنا نلتقي")))
    assert shown == f"{LINK[::-1]} هنا نلتقي"


def test_each_line_of_a_value_is_a_unit_of_its_own() -> None:
    assert isolate("Zoom!\nنلتقي") == f"{isolate('Zoom!')}\n{isolate('نلتقي')}"
    first, second = right_to_left(f"قالت: {isolate('Yes!' + chr(10) + 'No!')}").split("\n")
    assert "Yes!" in display(first)
    assert "No!" in display(second)


def test_a_screen_from_the_left_is_not_turned_by_a_name() -> None:
    line = lay_out(f"• {isolate('مريم')} – 3", rtl=False)
    assert base_direction(line) == "L"
    assert display(line) == "• ميرم – 3".replace("ميرم", "مريم"[::-1])
    assert left_to_right("Zoom: 4") == "Zoom: 4"


def test_a_toast_keeps_its_commands_whole() -> None:
    assert "/start" in display(render_toast("للعودة /start في أي وقت"))
    assert render_toast("Saved.") == "Saved."


ARABIC = st.sampled_from(["مريم", "اجتماع", "المدرسة", "غدًا", "قالت", "تعلّم", "بنات"])
FOREIGN = st.sampled_from(
    [
        "Salma", "O'Neil (STEM)", "C++", PHONE, "00212 6 12 34 56 78", "٠٥٠ ١٢٣ ٤٥٦٧", LINK,
        "www.example.org/a", COMMAND, "@halqa_bot", "2026-11-22", "4:30", "٤:٣٠", "x@example.org",
        "(Zoom)", "Al-Nada 2.0",
    ]
)  # fmt: skip
MARKS = st.sampled_from([" ", "، ", ": ", " – ", " (", ") ", ". "])


@given(st.lists(st.tuples(ARABIC, MARKS, FOREIGN, MARKS), min_size=1, max_size=4), st.booleans())
@example([("قالت", " (", "Salma", ") ")], True)
def test_values_keep_their_shape_and_their_order(
    parts: list[tuple[str, str, str, str]], first: bool
) -> None:
    """Arabic words with foreign values between them, in any number and with any mark."""
    text = "".join(
        f"{isolate(value)}{after}{word}{mark}" if first else f"{word}{mark}{isolate(value)}{after}"
        for word, mark, value, after in parts
    )
    laid = right_to_left(text)
    line = display_from_right(laid)
    assert base_direction(laid) == "R"
    start = 0
    for word, _, value, _ in parts:
        for piece in (value[::-1], word) if first else (word, value[::-1]):
            place = line.find(piece, start)
            assert place >= 0, f"{piece!r} after {start} in {line!r}"
            start = place + len(piece)


@example("/a/aا")
@example("@abc@abcا")
@example("#a#aا")
@example("a#b#:ا")
@example("2026-12-032026-12-03 ا")
@given(st.text(alphabet="اب ab12٣ .:/+@#()-\n\u2068\u2069\u200f", max_size=60))
def test_laying_out_twice_changes_nothing(raw: str) -> None:
    laid = right_to_left(raw)
    assert right_to_left(laid) == laid
    assert left_to_right(left_to_right(raw)) == left_to_right(raw)


@given(st.text(alphabet="اب ab12٣ .:/+@#()-\n", max_size=60))
def test_laying_out_adds_marks_and_nothing_else(raw: str) -> None:
    unmarked = re.sub("[\u200e\u200f\u2066\u2069]", "", right_to_left(raw))
    assert [line.rstrip() for line in unmarked.split("\n")] == [
        line.rstrip() for line in raw.split("\n")
    ]


NASTY: dict[str, object] = {
    "name": "Salma O'Neil (STEM)",
    "unit": "7 – Collège Al-Nada",
    "team": "C++ & Robotics!",
    "title": "«Zoom» (2)",
    "link": Phrase(isolate_ltr(LINK)),
    "place": f"Room 4, {PHONE}",
    "command": Phrase(isolate_ltr(COMMAND)),
    "reference": "a1b2-c3",
    "words": "E=mc²?",
    "moment": NOW,
    "date": NOW,
    "time": NOW,
    "until": NOW,
    "n": 103,
}
SAUDI = {g: Voice("ar_SA", g, "arab", "both", "Asia/Riyadh", "SA") for g in GENDERS}
MOROCCO = {g: Voice("ar_MA", g, "latn", "gregorian", "Africa/Casablanca", "MA") for g in GENDERS}


def arabic_patterns() -> list[tuple[str, Gender, str]]:
    """Every text of the Arabic catalogues: locale, form of address, pattern."""
    found = []
    for locale in ("ar", "ar_SA", "ar_MA"):
        for (context, _), entry in load_messages(locale).items():
            gender: Gender = context if context in GENDERS else "neutral"
            patterns = [entry] if isinstance(entry, str) else entry
            found += [(locale, gender, pattern) for pattern in patterns]
    return found


def test_every_arabic_text_reads_right_whatever_fills_it() -> None:
    """All catalogue texts, filled with Latin names, numbers, links and brackets: each line lies
    from the right, each value stands whole, and words and values keep their order."""
    faults = [
        fault
        for locale, gender, pattern in arabic_patterns()
        for line in pattern.split("\n")
        if line.strip()
        and (fault := _fault((MOROCCO if locale == "ar_MA" else SAUDI)[gender], line))
    ]
    assert faults == []


def _fault(voice: Voice, pattern: str) -> str:
    names = sorted(list_placeholders(pattern))
    values = {name: voice.value(NASTY.get(name, "Kahoot! (3)")) for name in names}
    laid = right_to_left(pattern.format_map(values))
    if not re.search("[\u0621-\u064a]", pattern):
        return "" if base_direction(laid) == "R" else f"lies from the left: {laid!r}"
    if base_direction(laid) != "R":
        return f"lies from the left: {laid!r}"
    line = display_from_right(laid)
    start = 0
    for piece in re.findall(r"\{\w+\}|/[a-z]+|https?://|[\u0621-\u0652]+", pattern):
        if piece.startswith("{"):
            shown = display_from_right(RLM + values[piece[1:-1]] + RLM)
        elif piece[0] in "/h":
            shown = piece[::-1]
        else:
            shown = display_from_right(piece)
        place = line.find(shown, start)
        if place < 0:
            return f"{shown!r} is out of place in {line!r}"
        start = place + len(shown)
    return ""


def test_isolates_close_in_every_text() -> None:
    for locale in ("ar_SA", "ar_MA", "en", "fr"):
        voice = Voice(locale, "f", "latn")
        said = voice.say("{label}: {value}", label="x", value=f"{PDI}{PHONE}{PDI}")
        assert sum(said.count(mark) for mark in "\u2066\u2067\u2068") == said.count(PDI)
