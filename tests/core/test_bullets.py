"""Lists as people write them: bullets and numbers go, times, decimals and ranges stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.bullets import split_items

BULLETS = ("", "- ", "• ", "* ", "– ", "·")


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("10:30 افتتاح\n11:15 نقاش", ["10:30 افتتاح", "11:15 نقاش"]),
        ("1:30 افتتاح\n2:15 نقاش", ["1:30 افتتاح", "2:15 نقاش"]),
        ("9.30 استراحة", ["9.30 استراحة"]),
        ("15-20 دقيقة", ["15-20 دقيقة"]),
        ("15 - 20 دقيقة", ["15 - 20 دقيقة"]),
        ("1 - 2 حصة للقياس", ["1 - 2 حصة للقياس"]),
        ("٢٠-٣٠ دقيقة", ["٢٠-٣٠ دقيقة"]),
        ("10-15% تحسن", ["10-15% تحسن"]),
        ("3.5 درجات", ["3.5 درجات"]),
        ("١٫٥ ساعة", ["١٫٥ ساعة"]),
        ("-5 درجات", ["-5 درجات"]),
        ("5. نقطة وحدها", ["5. نقطة وحدها"]),
        ("2. ثانيًا\n3. ثالثًا", ["2. ثانيًا", "3. ثالثًا"]),
        ("1. الافتتاح", ["الافتتاح"]),
        ("1- 10 دقائق افتتاح\n2- 15 دقيقة نقاش", ["10 دقائق افتتاح", "15 دقيقة نقاش"]),
        ("1) افتتاح\n10:30 نقاش\n2) ختام", ["افتتاح", "10:30 نقاش", "ختام"]),
        ("- 1. افتتاح\n- 2. ختام", ["افتتاح", "ختام"]),
        ("١، افتتاح\n\n٢، ختام", ["افتتاح", "ختام"]),
        ("- عرض\n٢) توزيع\n• ختام", ["عرض", "توزيع", "ختام"]),
        ("• \n—\n", []),
    ],
)  # fmt: skip
def test_a_number_is_a_bullet_only_where_the_lines_count(written: str, items: list[str]) -> None:
    assert split_items(written) == items


WORDS = st.text("ابتثجحخدذرز ", min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.tuples(st.sampled_from(BULLETS), WORDS)))
def test_words_lose_nothing_but_their_bullets(lines: list[tuple[str, str]]) -> None:
    assert split_items("\n".join(sign + words for sign, words in lines)) == [w for _, w in lines]


@given(st.lists(WORDS, max_size=30), st.sampled_from([". ", ") ", "- ", ": ", "-", "،"]))
def test_a_counted_list_loses_its_numbers(words: list[str], mark: str) -> None:
    assert split_items("\n".join(f"{n}{mark}{w}" for n, w in enumerate(words, 1))) == words


@given(st.lists(st.from_regex(r"\d{1,2}[:.\-]\d{1,2} دقيقة", fullmatch=True), min_size=1))
def test_what_begins_with_times_and_ranges_stays(lines: list[str]) -> None:
    assert split_items("\n".join(lines)) == lines
