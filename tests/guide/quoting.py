"""What the pages of the guide quote of the bot's words, and what it says today."""

import re
from functools import cache
from pathlib import Path

from bot.core.i18n import load_messages
from tests.reading import readable

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
QUOTED = re.compile("[«“]\\s*([^«»“”]+?)\\s*[»”]")
PLACE = re.compile(r"\{\w+\}")
SENTENCES = re.compile(r"(?<=[.؟!?])\s+|\n+")
COUNTRIES = ("SA", "MA")
OWN = {
    "حلقة": "the name of the bot",
    "Halqa": "the name of the bot",
}
"""What stands between the same marks and is nothing that the bot says."""
TYPED = re.compile("`[^`]+`")
"""What people write is marked as such, and is their own."""


def pages() -> list[Path]:
    """Those that are read by whoever uses the bot."""
    return [DOCS / "guide-ar.md", *sorted((DOCS / "guide").glob("*.md"))]


def quotes(page: Path) -> list[str]:
    """The bot's words on a page, each once, in the order in which they are read."""
    text = TYPED.sub("", page.read_text("utf-8"))
    found = (re.sub(r"\s+", " ", each) for each in QUOTED.findall(text))
    return [each for each in dict.fromkeys(found) if each not in OWN]


def language(page: Path) -> str:
    """That of a page, by the end of its name."""
    return page.stem.rpartition("-")[2]


def source(quote: str, spoken: str) -> str:
    """The English text that the bot says so in this language: the whole of it, or one of its
    sentences; «…» stands for whatever there is. Nothing where it says no such thing."""
    pattern = re.compile(".*".join(map(re.escape, _plain(quote).split("…"))))
    said = _said(spoken)
    if exact := said.get(_plain(quote)):
        return exact
    return next((said[each] for each in said if pattern.fullmatch(each)), "")


@cache
def _said(spoken: str) -> dict[str, str]:
    """Each text of a language, whole and by sentences, with what it translates."""
    found: dict[str, str] = {}
    for locale in (spoken, *(f"{spoken}_{country}" for country in COUNTRIES)):
        for (_, msgid), entry in load_messages(locale).items():
            for text in [entry] if isinstance(entry, str) else entry:
                for piece in (text, *SENTENCES.split(text)):
                    found.setdefault(_plain(PLACE.sub("…", piece)), msgid)
    return found


def _plain(text: str) -> str:
    """Without signs before it and the stop at its end."""
    return re.sub(r"^[^\w…]+|[.:؟?!]+$", "", re.sub(r"\s+", " ", readable(text))).strip()
