"""One written form for what people spell differently."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.arabic.search.folding import clean, find_written_words, fold, matches, same, split_words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أَهْلًا وسهـــلًا", "اهلا وسهلا"),
        ("إلى آخرِ ٱلقرآن", "الي اخر القران"),
        ("مدرسة", "مدرسه"),
        ("مستوى", "مستوي"),
        ("مسؤول", "مسوول"),
        ("الهيئة", "الهييه"),
        ("هٰذا", "هذا"),
        ("شيء", "شيء"),
        ("فارسی کتاب", "فارسي كتاب"),
        ("أڭادير", "اكادير"),
        ("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹", "0123456789 0123456789"),
        ("٪٥٠ و٣٫٥", "%50 و3.5"),
        ("ﻻ ﷲ", "لا الله"),
        ("\u200fحلقة\u202c\u200b\ufeff", "حلقه"),
        ("  سطر\n\tثانٍ\u00a0", "سطر ثان"),
        ("École PRIMAIRE", "ecole primaire"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_spellings_that_differ_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_letters_that_mean_something_stay_apart() -> None:
    assert len({fold(word) for word in ("صف", "وصف", "سف", "ضف", "حصة", "حس")}) == 6


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


_ARABIC = st.characters(min_codepoint=0x0620, max_codepoint=0x066F)


@given(st.text(st.characters(codec="ascii") | _ARABIC), st.text(_ARABIC))
@example("ا", "\u0653")
@example("و", "\u0654")
@example("ا", "\u0655")
def test_what_most_people_write_is_read_the_short_way_to_the_same(text: str, mark: str) -> None:
    # A vowel mark anywhere takes the long way; folding loses it again.
    assert fold(text) == fold(f"{text}\u064e")
    assert clean(text + mark) == clean(f"{text}\u200b{mark}")


def test_words_are_split_at_punctuation_and_not_inside_marks() -> None:
    assert split_words("التَّعَلُّم، التعاونيّ: (مجموعات)؟ 5×4") == [
        *("التعلم", "التعاوني", "مجموعات", "5", "4")
    ]


def test_written_words_are_found_where_they_stand() -> None:
    text = "«التَّعـــلّم» أولًا."
    assert [text[start:end] for start, end in find_written_words(text)] == [
        "التَّعـــلّم",
        "أولًا",
    ]


def test_a_clean_word_keeps_its_own_letters() -> None:
    assert clean("الأسْـــئلةُ\u200f") == "الأسئلة"


def test_the_same_words_are_the_same_whatever_the_spelling() -> None:
    assert same("الثّانوية الأولى", "الثانويه الاولي!")
    assert not same("الثانوية الأولى", "الثانوية الثانية")


def test_a_list_is_filtered_as_a_person_types() -> None:
    assert matches("رياض", "الرياضيات")
    assert matches("التربية ال", "التَّربية البدنية")
    assert matches("البدن تربيه", "التربية البدنية")
    assert matches("", "أي شيء")
    assert not matches("علوم", "الرياضيات")
    assert not matches("تربية فنية", "التربية البدنية")
