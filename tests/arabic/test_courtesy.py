"""Short words of courtesy, as people type them."""

import pytest

from bot.arabic.courtesy import Courtesy, courtesy_of, denies_or_agrees


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("شكراااا", Courtesy.THANKS),
        ("السلاااام عليكم", Courtesy.PEACE),
        ("صباح النور يا شباب", Courtesy.MORNING),
        ("السلام عليكم ورحمة الله وبركاته، صباح الخير يا أستاذة", Courtesy.PEACE),
        ("شكرا لك يا أستاذ فهد", Courtesy.THANKS),
        ("السلام عليكم جميعًا", Courtesy.PEACE),
        ("شكرا عندي موعد", None),
        ("السلام عليكم، عندي موعد مستشفى", None),
        ("يا أستاذة", None),
        ("هلا يا أستاذة متى الاجتماع القادم", None),
        ("", None),
    ],
)
def test_courtesy_is_known_however_it_is_stretched(text: str, does: Courtesy | None) -> None:
    assert courtesy_of(text) is does


def test_a_greeting_with_a_name_may_be_a_title() -> None:
    assert courtesy_of("صباح الخير يا وطني", alone=True) is None
    assert courtesy_of("السلاااام عليكم، صباح الخير", alone=True) is Courtesy.PEACE


def test_an_answer_of_yes_or_no_is_told_from_evidence() -> None:
    assert all(map(denies_or_agrees, ("لا", "ايوه مافيها احد", "ما فيها أحد", "لا يُعرف أحد")))
    assert not any(map(denies_or_agrees, ("", "أصابت ٢٢ طالبة من ٢٨", "لاحظنا تحسنا")))
