"""The page shows the signs of our texts on a machine without a font of them, too."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "bot/simulator/page"
SIGN = re.compile("[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")


def drawn() -> set[int]:
    """The signs of the font that comes with the page, as its style says."""
    style = (PAGE / "theme.css").read_text("utf-8")
    (said,) = re.findall(r"unicode-range:([^;]+);", style)
    found: set[int] = set()
    for each in said.split(","):
        first, _, last = each.strip().removeprefix("U+").partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_every_sign_of_our_texts_is_drawn() -> None:
    used: set[str] = set()
    for path in (ROOT / "locales").glob("*/LC_MESSAGES/*.po"):
        used |= set(SIGN.findall(path.read_text("utf-8")))
    for path in PAGE.glob("*.js"):
        used |= set(SIGN.findall(path.read_text("utf-8")))
    assert len(used) > 30
    assert {sign for sign in used if ord(sign) not in drawn()} == set()


def test_the_font_comes_with_the_page_and_its_licence() -> None:
    font = (PAGE / "signs.woff2").read_bytes()
    assert font[:4] == b"wOF2"
    assert len(font) < 120_000
    assert "SIL Open Font License" in (PAGE / "signs.license.txt").read_text("utf-8")
