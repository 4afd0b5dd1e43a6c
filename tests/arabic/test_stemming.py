"""Relatives of a word meet in its stem or its root; strangers do not."""

import pytest

from bot.arabic.search.folding import fold
from bot.arabic.search.stemming import analyse


def stems(text: str) -> set[str]:
    return {analyse(fold(word)).stem for word in text.split()}


def roots(text: str) -> set[str]:
    return {analyse(fold(word)).root for word in text.split()}


@pytest.mark.parametrize(
    "family",
    [
        "التعاون تعاوني تعاونية والتعاونية بالتعاون",
        "معلم المعلمون معلمين معلمات للمعلمات معلمنا",
        "تقنية التقنيات تقنيا",
        "قراءة القراءات وللقراءة قرائي",
        "استقصاء الاستقصائية بالاستقصاءات",
        "بيئة البيئية بيئي",
    ],
)
def test_grammar_does_not_hide_a_word(family: str) -> None:
    assert len(stems(family)) == 1


@pytest.mark.parametrize(
    "family",
    [
        "سؤال أسئلة الأسئلة أسئلتي بالسؤال",
        "سلم سلالم",
        "مشروع مشاريع مشروعات مشاريعهم",
        "خريطة خرائط",
        "بحث بحوث البحثي",
        "طالب طلاب طلبة طالبات",
        "شاهد شواهد",
        "تقويم تقييم قيمت",
        "مجتمع مجتمعات",
        "دافعية دوافع",
        "هدف أهداف",
        "معيار معايير",
        "تدريب مدرب متدرب تدربت",
    ],
)
def test_a_broken_plural_meets_its_singular(family: str) -> None:
    assert len(roots(family)) == 1


def test_a_letter_joined_in_front_is_a_guess_and_not_a_certainty() -> None:
    joined = analyse(fold("بسلالم"))
    assert joined.stem == "بسلالم"
    assert ("سلالم", "سلم") in joined.guesses


def test_a_plural_that_looks_like_the_article_is_guessed() -> None:
    assert ("العاب", "لعب") in analyse(fold("ألعاب")).guesses


def test_mathematics_is_no_sport() -> None:
    assert stems("الرياضيات") != stems("الرياضة")


def test_what_is_not_arabic_stays_whole() -> None:
    assert analyse("telegram").stem == "telegram"
    assert analyse("1448").root == "1448"


def test_a_word_drawn_out_is_the_word() -> None:
    assert stems("شكرااااا") == stems("شكرا")
