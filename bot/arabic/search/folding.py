"""One written form for texts that people spell differently.

Folding is for comparing and searching, never for showing: it loses what a reader needs.
The facts about letters come from the Unicode Character Database: a hamza above or below a
carrier, and every vowel mark, is a combining mark once a text is decomposed.
"""

import re
import unicodedata

_TATWEEL = "\u0640"
_SMALL_WAW_AND_YEH = "\u06e5\u06e6"

_LETTERS = {
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    # Persian and Urdu keyboards
    "ی": "ي",
    "ے": "ي",
    "ې": "ي",
    "ک": "ك",
    "ڪ": "ك",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ۃ": "ه",
    # letters for the sounds p, v, g and ch in borrowed words
    "پ": "ب",
    "ڤ": "ف",
    "گ": "ك",
    "ڭ": "ك",
    "چ": "ج",
    "٫": ".",
    "٬": ",",
    "٪": "%",
}
_DIGITS = {chr(first + value): str(value) for first in (0x0660, 0x06F0) for value in range(10)}
_DROPPED = dict.fromkeys(_TATWEEL + _SMALL_WAW_AND_YEH)
_DROPPED_CODES = str.maketrans(_DROPPED)
_TABLE = str.maketrans({**_LETTERS, **_DIGITS, **_DROPPED})

_IGNORED_CATEGORIES = frozenset({"Mn", "Me", "Cf"})
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_INSIDE_A_WORD = (
    r"\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
)
_WRITTEN_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_INSIDE_A_WORD}])*")


_PLAIN = re.compile("[\x00-\x7f\u0621-\u063a\u0641-\u064a\u0660-\u0669]*")
"""Most of what is written: letters that come to another one by themselves, whatever follows."""


def fold(text: str) -> str:
    """The text without marks, tatweel and invisible controls, with one letter for each family.

    Alef in every form is ا, alef maqsura and Persian yeh are ي, ta marbuta is ه, a hamza on a
    carrier is the carrier; digits are Latin, Latin letters are small and without accents, runs
    of white space are one space. Folding a folded text changes nothing.
    """
    if text.isascii():
        return _SPACES.sub(" ", text).strip().casefold()
    if _PLAIN.fullmatch(text):
        return _SPACES.sub(" ", text.casefold().translate(_PLAIN_TABLE)).strip()
    return _fold(text)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in decomposed if unicodedata.category(c) not in _IGNORED_CATEGORIES)
    # casefold may bring back marks (as in "İ"), so it comes before the composing form
    letters = unicodedata.normalize("NFKC", kept.casefold().translate(_TABLE))
    return _SPACES.sub(" ", letters).strip()


_PLAIN_TABLE = {
    code: _fold(chr(code))
    for codes in (range(0x0621, 0x063B), range(0x0641, 0x064B), range(0x0660, 0x066A))
    for code in codes
}


def split_words(text: str) -> list[str]:
    """The folded words of a text in reading order: letters and digits, no punctuation."""
    return _WORD.findall(fold(text))


def find_written_words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand, as (start, end), with the marks and controls inside."""
    return [found.span() for found in _WRITTEN_WORD.finditer(text)]


def clean(word: str) -> str:
    """A word as a careful writer types it: its own letters, no marks, tatweel or controls."""
    if _PLAIN.fullmatch(word):
        return word
    # A control between a letter and its hamza or madda keeps the two from becoming one letter.
    seen = "".join(c for c in word if unicodedata.category(c) != "Cf")
    composed = unicodedata.normalize("NFKC", seen).translate(_DROPPED_CODES)
    return "".join(c for c in composed if unicodedata.category(c) not in _IGNORED_CATEGORIES)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same words, whatever the spelling and the punctuation."""
    return split_words(one) == split_words(other)


def matches(query: str, text: str) -> bool:
    """Whether every word of the query begins a word of the text; the article is ignored.

    For filtering short lists as a person types. An empty query matches everything.
    """
    words = split_words(text)
    return all(
        any(
            word.startswith(wanted) or _without_article(word).startswith(_without_article(wanted))
            for word in words
        )
        for wanted in split_words(query)
    )


def begins(query: str, text: str) -> bool:
    """Whether the text begins with the words of the query, the last of which may be a part of one;
    the article is ignored."""
    *whole, last = [_without_article(word) for word in split_words(query)] or [""]
    words = [_without_article(word) for word in split_words(text)]
    at = len(whole)
    return at < len(words) and words[:at] == whole and words[at].startswith(last)


def _without_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 3 else word
