"""Nothing that is cut leaves half a sign behind."""

import pytest

from bot.channels.telegram.render import TEXT_LIMIT, render
from bot.chat.screen import Choice, Screen
from bot.chat.seal import Seal
from bot.core.graphemes import begin
from bot.core.text import clean_line, clean_name, shorten
from tests.reading import readable

SIGNS = {
    "a family": "👨‍👩‍👧‍👦",
    "a flag": "🇸🇦",
    "the flag of a region": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a colour of skin": "👩🏽‍🏫",
    "a keycap": "3️⃣",
    "a heart": "❤️",
    "a vocalised letter": "مَّ",
}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_a_sign_is_kept_whole_or_left_out(sign: str) -> None:
    whole = ["", *(sign * n for n in range(1, 12))]
    for limit in range(len(sign) * 10):
        assert begin(sign * 11, limit) in whole
        assert shorten(sign * 11, limit + 1).removesuffix("…") in whole
        assert begin(f"نص{sign}", len(sign) + 1) == "نص"
    assert begin(sign, len(sign)) == sign


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_names_labels_and_screens_cut_none(sign: str) -> None:
    for before in range(len(sign) + 1):
        long = "س" * before + sign * 3000
        name = clean_name(long).lstrip("س")
        assert name == sign * (len(name) // len(sign)), "the name of a person or a team"
        screen = Screen(text=long).with_actions(Choice(long, "menu"))
        drawn = render(screen, Seal("a key for tests that is long enough"), 1)
        shown = readable(drawn.text).lstrip("س").rstrip("…")
        assert shown == sign * (len(shown) // len(sign)), "a text of more than a message"
        assert len(drawn.text.encode("utf-16-le")) // 2 <= TEXT_LIMIT
        assert drawn.markup is not None
        label = drawn.markup["inline_keyboard"][0][0]["text"].lstrip("س").rstrip("…")
        assert label == sign * (len(label) // len(sign)), "the label of a button"


def test_what_holds_no_sign_together_leaves_a_line() -> None:
    assert clean_line("سا\u200dرة \u200dو👩\u200d🏫") == "سارة و👩‍🏫"
    assert clean_line("نص\U000e0067") == "نص"
