"""Words that a slip of the finger made of another, or that run into each other.

Only what a hand does by itself counts: a letter left out, doubled, swapped with its neighbour, or
missed for the key beside it or for one that sounds like it. «الجامعة» is no slip of «الجمعة».
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise

from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.spelling import word_set
from bot.arabic.dates.lexicon.words import LEXICON

MENDED = (
    Sense.WEEKDAY,
    Sense.MONTH,
    Sense.HIJRI_MONTH,
    Sense.HOUR_MARK,
    Sense.PART,
    Sense.NEXT,
    Sense.HOUR_NAME,
    Sense.PERIOD,
)
"""What a slip may be mended to where words beside it speak for it."""
_SHORTEST = 5
_ROWS = (
    "ضصثقفغعهخحجد",
    "شسيبلاتنمكط",
    "ذيرلاهوزظ",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_ALIKE = (
    "تثط",
    "ذدز",
    "ضظد",
    "صس",
    "قكغج",
    "اه",
    "سش",
    "حخج",
    "عغ",
    "يا",
    "وا",
    "نم",
    "بتثني",
    "رز",
)
_WORDS_OF_THEIR_OWN = word_set(
    "الجمع الحاد السبب السبق الربيع الميسي مراس مراسم نوفل الساحه ساحه السماعه الصباغ مساعد "
    "الثلاثه القادر القدم الثالث الخامس التاسع السابع الجامعه المسا الصباحي صباحي الثامنه "
    "الثانويه المقابل المقابله الاولي الاولى اولي الرابع السادس العاشر "
    "الام الما الماس العلم الغرب الراي الصحيه الصلاحيه القاده الياس التي اصبح تانيه ثانيا "
    "قاده قادما الهام الاقدم صلاحيه main match"
)


@cache
def _beside() -> frozenset[str]:
    """Pairs of letters that one may be typed for the other, as two letters joined."""
    pairs: set[str] = set()
    for row in _ROWS:
        pairs.update(first + second for first, second in pairwise(row))
    for group in _ALIKE:
        pairs.update(one + other for one in group for other in group if one != other)
    return frozenset((*pairs, *(pair[::-1] for pair in pairs)))


def _without_one(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


@cache
def _index() -> Mapping[str, tuple[str, ...]]:
    """The words that may be mended to, under themselves and with one letter missing."""
    index: dict[str, tuple[str, ...]] = {}
    for words, senses in LEXICON.items():
        if len(words) == 1 and len(words[0]) >= _SHORTEST and any(s in senses for s in MENDED):
            for spelling in (words[0], *_without_one(words[0])):
                index[spelling] = (*index.get(spelling, ()), words[0])
    return index


@lru_cache(maxsize=4096)
def slip_of(word: str) -> str | None:
    """The known word that a folded one is a slip of; None for short words, for words of their own,
    and where several words of different senses are as near."""
    if not _SHORTEST - 1 <= len(word) <= 14 or word in _WORDS_OF_THEIR_OWN:
        return None
    index = _index()
    found = set(index.get(word, ()))
    for spelling in _without_one(word):
        found.update(index.get(spelling, ()))
    likely = sorted(one for one in found if _is_slip(word, one))
    senses = {tuple(LEXICON[(one,)].items()) for one in likely}
    return likely[0] if len(senses) == 1 else None


def may_hide_a_day(word: str) -> bool:
    """Whether the word may be a day or a month with a slip in it."""
    meant = slip_of(word)
    senses = LEXICON[(meant,)] if meant else {}
    return any(sense in senses for sense in (Sense.WEEKDAY, Sense.MONTH, Sense.HIJRI_MONTH))


def _is_slip(typed: str, meant: str) -> bool:
    at = 0
    while at < min(len(typed), len(meant)) and typed[at] == meant[at]:
        at += 1
    if len(typed) == len(meant):
        if typed[at + 1 :] == meant[at + 1 :]:
            return typed[at : at + 1] + meant[at : at + 1] in _beside()
        swapped = typed[at : at + 2] == meant[at : at + 2][::-1]
        return swapped and typed[at + 2 :] == meant[at + 2 :]
    if len(typed) < len(meant):
        # the first and the last letter are rarely lost, and their loss makes other words
        return typed[at:] == meant[at + 1 :] and 0 < at < len(typed)
    extra = typed[at]
    return typed[at + 1 :] == meant[at:] and extra in (typed[at - 1 : at], typed[at + 1 : at + 2])


_FIRST_OF_JOINED = (
    Sense.WEEKDAY,
    Sense.DAY_MARK,
    Sense.HOUR_MARK,
    Sense.DAY_OFFSET,
    Sense.PERIOD,
    Sense.MONTH,
    Sense.HOUR_NAME,
)


@lru_cache(maxsize=4096)
def two_words(word: str) -> tuple[str, str] | None:
    """The two known words that run into each other: «الاحدالقادم», «يومالخميس»."""
    if not 7 <= len(word) <= 20:
        return None
    for at in range(len(word) - 3, 2, -1):
        first, second = word[:at], word[at:]
        if not any(sense in LEXICON.get((first,), {}) for sense in _FIRST_OF_JOINED):
            continue
        if len(second) > 3 and LEXICON.get((second,)) and second.startswith(("ال", "صباح", "مساا")):
            return first, second
    return None
