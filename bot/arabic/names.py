"""Names of people, read so that one person's spelling meets another's.

عبد الرحمن is عبدالرحمن, العلي is علي, نورة is نورا; and محمد is Mohamed, Muhammad or Mohammed. A
name is never stemmed: its endings are its own. Input is folded text (see `folding`).
"""

import re
from functools import lru_cache

from bot.arabic.stemming import Analysis

NAME_KINDS = frozenset({"person"})
"""Kinds of entries whose words are names."""

JOINING_WORDS = frozenset(
    ("ال", "بن", "ابن", "بنت", "ولد", "ايت", "al", "el", "ben", "bin", "ibn", "bint", "ould", "ait")
)
"""What stands between names and says nothing of whom one looks for."""

_SERVANT = re.compile(r"(abd)(?:[aeou]l[l]?|[aeou][dnrstz](?=[dnrstz])|[aeou])(?=[a-z]{3})")
_LATIN_ARTICLE = re.compile(r"(?:al|el)(?=[^aeiouy][a-z]{3})")
_IS_LATIN = re.compile(r"[a-z]")
_SOUNDS_OF_TWO = (
    *(("kh", "x"), ("gh", "g"), ("sch", "c"), ("sh", "c"), ("ch", "c"), ("th", "t")),
    *(("dh", "d"), ("dj", "j"), ("ph", "f"), ("q", "k"), ("p", "b"), ("v", "f")),
)
_SOUNDS = str.maketrans(
    "بتثجحخدذرزسشصضطظغفقكلمنه", "bttjhxddrzscsdtdgfkklmnh", "اويءع"
)  # fmt: skip
_VOWELS = re.compile(r"[aeiouyw]+")
_FIRST_VOWEL = re.compile(r"[اع]|[aei]|o(?!u[aeiy])|u")
_LAST_H = re.compile(r"(?<=.)h\Z")
_TWICE = re.compile(r"(.)\1+")


def split_latin_name(word: str) -> list[str]:
    """The parts of a Latin name written as one: abderrahman is abd and rahman."""
    found = _SERVANT.match(word)
    return [found[1], word[found.end() :]] if found else [word]


@lru_cache(maxsize=1 << 16)
def analyse_name(word: str) -> Analysis:
    """The plain name as its stem, and as its root what it sounds like: see `sound_of`."""
    plain = word.replace("ء", "") or word
    if _IS_LATIN.match(plain):
        plain = _LATIN_ARTICLE.sub("", plain, count=1) if len(plain) > 5 else plain
    elif plain.startswith("ال") and len(plain) > 4:
        plain = plain[2:]
    if plain.endswith("ه") and len(plain) > 2:
        plain = plain[:-1] + "ا"
    return Analysis(plain, sound_of(plain), word, ())


def is_latin(word: str) -> bool:
    """Whether a folded word is written in Latin letters."""
    return bool(_IS_LATIN.match(word))


def sound_of(word: str) -> str:
    """The consonants of a name in Latin letters, whether it is written in Arabic or in Latin,
    after an a where it begins with a vowel; "" where fewer than two letters are left."""
    first = "a" if _FIRST_VOWEL.match(word) else ""
    for two, one in _SOUNDS_OF_TWO if is_latin(word) else ():
        word = word.replace(two, one)
    letters = _VOWELS.sub("", word) if is_latin(word) else word.translate(_SOUNDS)
    letters = first + _TWICE.sub(r"\1", _LAST_H.sub("", letters))
    return letters if len(letters) > 1 else ""
