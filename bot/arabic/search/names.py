"""Names of people, read so that one person's spelling meets another's.

عبد الرحمن is عبدالرحمن, العلي is علي, نورة is نورا; and محمد is Mohamed, Muhammad or Mohammed. A
name is never stemmed: its endings are its own. Input is folded text (see `folding`).
"""

import re
from functools import lru_cache

from bot.arabic.search.stemming import Analysis

NAME_KINDS = frozenset({"person"})
"""Kinds of entries whose words are names."""

JOINING_WORDS = frozenset(
    ("ال", "بن", "ابن", "بنت", "ولد", "ايت", "al", "el", "ben", "bin", "ibn", "bint", "ould", "ait")
)
"""What stands between names and says nothing of whom one looks for."""

_SERVANT = re.compile(r"(abd)(?:[aeou]l[l]?|[aeou][dnrstz](?=[dnrstz])|[aeou])(?=[a-z]{3})")
# joined to a sun letter as it is said (Essadiq); in Ezzedine it stands between two words
_LATIN_ARTICLE = re.compile(
    r"\A(?:(?:al|el)(?=[^aeiouy][a-z]{3})|e(?!zzed)([dnrstz])(?=\1[a-z]{3}))"
)
_WITHOUT_ARTICLE = frozenset(
    (
        *("الهام", "الهامي", "الياس", "اليسع", "اليسا", "الينا", "اليان", "اليزابيث", "البرت"),
        *("البير", "الكسندر", "الكسندرا", "الماس", "الماظ", "المازه", "الطاف", "الحان"),
        *("elhami", "elhamy"),
    )
)
"""Names whose first letters are no article: folded, إ and أ look like its ا."""
_IS_LATIN = re.compile(r"[a-z]")
_SOUNDS_OF_ONE_C = ((re.compile(r"c(?=[eiy])"), "s"), (re.compile(r"c(?!h)"), "k"))
_SOUNDS_OF_TWO = (
    *(("kh", "x"), ("gh", "غ"), ("sch", "c"), ("sh", "c"), ("ch", "c"), ("th", "T"), ("g", "G")),
    *(("dh", "d"), ("dj", "j"), ("ph", "f"), ("q", "k"), ("p", "b"), ("v", "f"), ("غ", "g")),
)
_SAID_IN_TWO_WAYS = {"T": "ts", "J": "jg", "G": "gj"}
"""ث and th, ج, and a Latin g: each as mostly said, and as in Osman and Gamal."""
_SHORTEST_SAID_IN_TWO_WAYS = 3
_SOUNDS = str.maketrans(
    "بتثجحخدذرزسشصضطظغفقكلمنه", "btTJhxddrzscsdtdgfkklmnh", "اويءع"
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
    """The plain name as its stem, and as its root what it sounds like: see `sounds_of`."""
    plain = name_begun(word)
    if plain.endswith("ه") and len(plain) > 2:
        plain = plain[:-1] + "ا"
    return Analysis(plain, sounds_of(plain)[0], word, ())


def name_begun(word: str) -> str:
    """The word without hamza and article, as the names begin of which it is the beginning."""
    plain = word.replace("ء", "") or word
    if plain in _WITHOUT_ARTICLE:
        return plain
    if _IS_LATIN.match(plain):
        return _LATIN_ARTICLE.sub("", plain, count=1) if len(plain) > 5 else plain
    return plain[2:] if plain.startswith("ال") and len(plain) > 4 else plain


def is_latin(word: str) -> bool:
    """Whether a folded word is written in Latin letters."""
    return bool(_IS_LATIN.match(word))


@lru_cache(maxsize=1 << 16)
def sounds_of(plain: str) -> tuple[str, ...]:
    """The consonants of a plain name in Latin letters, whether it is written in Arabic or in
    Latin, after an a where it begins with a vowel; "" where fewer than two letters are left.

    The first is how it is mostly said; more than one where it has letters said in two ways.
    """
    first = "a" if _FIRST_VOWEL.match(plain) else ""
    if is_latin(plain):
        for letter, one in _SOUNDS_OF_ONE_C:
            plain = letter.sub(one, plain)
        for two, one in _SOUNDS_OF_TWO:
            plain = plain.replace(two, one)
        letters = _VOWELS.sub("", plain)
    else:
        letters = plain.translate(_SOUNDS)
    letters = first + _LAST_H.sub("", letters)
    sounds = [(mark, said) for mark, said in _SAID_IN_TWO_WAYS.items() if mark in letters]
    found = [letters]
    for mark, said in sounds:
        found = [each.replace(mark, one) for one in said for each in found]
    found = [_TWICE.sub(r"\1", each) for each in found]
    if len(found[0]) < _SHORTEST_SAID_IN_TWO_WAYS:
        return (found[0] if len(found[0]) > 1 else "",)
    return tuple(dict.fromkeys(found))
