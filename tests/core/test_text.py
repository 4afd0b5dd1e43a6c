"""Texts that read right whatever they hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import text
from bot.core.text import unlinked
from bot.simulator.entities import parse

BIDI_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_a_name_loses_tricks_and_keeps_its_letters() -> None:
    assert text.clean_name(" مر\u0640\u0640يم\u202e  أحمد\u200b\n") == "مريم أحمد"
    assert text.clean_name("علی کریم") == "علي كريم"
    assert text.clean_name("ن\u064b\u064b\u064b\u064b\u064bور") == "ن\u064b\u064bور"
    assert len(text.clean_name("م" * 500)) == text.NAME_LIMIT


@given(st.text(max_size=200))
def test_a_cleaned_name_holds_nothing_invisible(raw: str) -> None:
    name = text.clean_name(raw)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in name)
    assert name == name.strip()
    assert text.clean_name(name) == name


@given(st.text(max_size=200))
def test_a_cleaned_text_holds_no_direction_control(raw: str) -> None:
    assert not set(text.clean_text(raw)) & BIDI_CONTROLS
    assert "\n\n\n" not in text.clean_text(raw)


@given(st.text(alphabet="ab اب\u202e\u2066\u2069\n", max_size=60))
def test_isolates_are_balanced_whatever_they_wrap(raw: str) -> None:
    wrapped = text.isolate(raw)
    opened = sum(wrapped.count(c) for c in (text.FSI, text.LRI, text.RLI))
    assert opened == wrapped.count(text.PDI) == sum(map(bool, text._BIDI.sub("", raw).split("\n")))


def test_lines_that_start_in_latin_are_anchored_to_the_right() -> None:
    anchored = text.right_to_left(
        "مرحبًا\n• Zoom: رابط\n2. Padlet\n\nhttps://example.org\n4:30 – 5:30"
    )
    starts = [line.startswith(text.RLM) for line in anchored.split("\n")]
    assert starts == [False, True, True, False, True, True]


@pytest.mark.parametrize(
    "line",
    [f"{text.isolate('Salma')} انضمت", text.isolate("Salma"), "📅 اجتماع الغد", "٣ من ٥", "3. بحث",
     f"{text.isolate_ltr('/help')} – ما أفعله", "PLC حلقة", "• Padlet", "«Padlet» أداة"],
)  # fmt: skip
def test_what_begins_with_no_arabic_letter_is_anchored_at_the_right(line: str) -> None:
    """Also for whoever does not look past a name in Latin letters, a figure or a sign."""
    laid_out = text.right_to_left(line)
    assert laid_out == text.RLM + laid_out.lstrip(text.RLM)
    assert text.right_to_left(laid_out) == laid_out, "once is enough"
    named = f"{text.isolate('سلمى')} انضمت"
    assert text.right_to_left(named) == named


def test_a_text_is_shortened_at_a_word() -> None:
    assert text.shorten("واحد اثنان ثلاثة", 50) == "واحد اثنان ثلاثة"
    assert text.shorten("واحد اثنان ثلاثة", 13) == "واحد اثنان…"
    assert len(text.shorten("م" * 100, 10)) == 10


def test_words_that_mix_scripts_are_noticed() -> None:
    assert text.mixes_scripts("محmد")
    assert not text.mixes_scripts("سلمى Salma ٣")


def test_digits_change_both_ways() -> None:
    assert text.eastern("2026-11") == "٢٠٢٦-١١"
    assert text.western("٢٠٢٦ ۱۲") == "2026 12"


@pytest.mark.parametrize(
    "words",
    [
        "انظروا https://x.example/a?b=1 الآن", "t.me/x", "/delete الآن", "@sara", "a.b@c.com",
        "#وسم", "(www.example.org)",
    ],
)  # fmt: skip
def test_nothing_in_the_words_of_a_stranger_is_tapped(words: str) -> None:
    shown = unlinked(words)
    assert shown.replace("\u2060", "") == words
    assert shown != words
    assert parse(shown, None, None)[1] == []
    assert unlinked("عبد الله. نعم، ٣.٥ من 5/2") == "عبد الله. نعم، ٣.٥ من 5/2"
