"""One spelling for each word, so that dates read alike however they were typed."""

from __future__ import annotations

import re
import unicodedata

# Alef maqsura, ta marbuta and the Persian letters of phone keyboards become their Arabic kin.
_SAME_LETTER = str.maketrans(
    {
        "ى": "ي",
        "ة": "ه",
        "ٱ": "ا",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "گ": "ك",
        "ہ": "ه",
        "ھ": "ه",
        "چ": "ج",
        "ء": None,
        "ـ": None,
        "٫": ":",
        "،": ",",
        "؛": ";",
        "’": "'",
        "‘": "'",
        "⁄": "/",
        "∕": "/",
        "−": "-",
        "‑": "-",
        "‐": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "~": "-",
        "～": "-",
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
    }
)
# Vowel marks, hamza and accents as NFKD leaves them, and invisible direction controls.
_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u061c\ufeff"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069]"
)
# "Lunch" differs from "tomorrow" by its hamza alone, which folding would drop.
_LUNCH = re.compile("غداء")
# "And Sunday" differs from "one" by its hamza alone as well.
_AND_SUNDAY = re.compile(r"\bوأحد\b")
_PUNCTUATED_HOUR = re.compile(r"\b([ap])\.\s?m\b\.?")


def fold(text: str) -> str:
    """The text without marks, hamza and tatweel, digits in Latin, letters in lower case.

    Positions do not survive: the result may be shorter or longer than the text.
    """
    kept = _AND_SUNDAY.sub("و أحد", _LUNCH.sub("غدااا", text))
    folded = unicodedata.normalize("NFKD", kept)
    folded = _MARKS.sub("", folded).translate(_SAME_LETTER).lower()
    if folded.isascii() or any("a" <= letter <= "z" for letter in folded):
        folded = _PUNCTUATED_HOUR.sub(r"\1m", folded)
        folded = folded.replace("apres-", "apres").replace("aujourd'hui", "aujourdhui")
        folded = folded.replace("apres midi", "apresmidi").replace("o'clock", "oclock")
    return folded


def word_set(text: str) -> frozenset[str]:
    """The words of a text, each folded."""
    return frozenset(fold(word) for word in text.split())
