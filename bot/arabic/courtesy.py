"""Short words of every conversation, as people type them: yes and no, greetings, thanks."""

import re
from enum import StrEnum

from bot.arabic.search import folding

_STRETCHED = re.compile(r"(.)\1{2,}")
"""A letter that is written as long as it is meant to be heard: «شكراااا»."""
_TO = frozenset(folding.split_words("للجميع جميعا لكم عليكم بكم لك فيكم فيك اخي اختي"))
"""Words with which a courtesy says whom it is for."""
_CALLS = frozenset(folding.split_words("يا ya"))
_CALLED = 3
"""Words that a call goes on for, at most."""
LONGEST = 80
"""Characters; a longer text says something else as well."""
POLITE = (
    "السلام عليكم ورحمة وبركاته مرحبا أهلا شكرا لو سمحت سمحتم سمحتي رجاء فضلك فضلكم"
    " bonjour salut merci svp stp s'il vous te plait"
)
"""Words of courtesy around what is said, each by itself."""


class Courtesy(StrEnum):
    """What such a text does."""

    PEACE = "peace"
    MORNING = "morning"
    EVENING = "evening"
    WELCOME = "welcome"
    THANKS = "thanks"


_YES = frozenset(
    folding.split_words("نعم ايوه ايوا اي ايه اجل واه تمام موافق موافقه yes oui ok okay")
)
_NO = frozenset(folding.split_words("لا كلا لالا non no"))
_NONE = frozenset(folding.split_words("ما مافي مافيه مافيها ماكاين محد ماحد ليس aucun pas"))
_MOST_OF_AN_ANSWER = 6
_COMING = frozenset(folding.split_words("سأحضر أحضر بحضر نحضر غنحضر حاضر حاضرة سأكون"))
_SORRY = frozenset(folding.split_words("أعتذر اعتذار معتذر معتذرة نعتذر"))
_SKIPPING = frozenset(folding.split_words("تخطٍّ تخطي تخطّى تجاوز تجاوزي skip passer"))
_SAID = {
    Courtesy.PEACE: (
        "السلام عليكم", "سلام عليكم", "السلام", "سلام", "salam", "salam alaykom",
        "السلام عليكم ورحمة الله", "السلام عليكم ورحمة الله وبركاته",
        "سلام عليكم ورحمة الله", "سلام عليكم ورحمة الله وبركاته",
    ),
    Courtesy.MORNING: (
        "صباح الخير", "صباح النور", "صباح الورد", "يسعد صباحك", "good morning",
    ),
    Courtesy.EVENING: (
        "مساء الخير", "مساء النور", "يسعد مساك", "bonsoir", "good evening",
    ),
    Courtesy.WELCOME: (
        "مرحبا", "مرحبا بك", "مرحبا بكم", "أهلا", "أهلا وسهلا", "أهلين", "هلا", "هلا والله",
        "حياك الله", "hello", "hi", "hey", "bonjour", "salut",
    ),
    Courtesy.THANKS: (
        "شكرا", "شكرا لك", "شكرا لكم", "شكرا جزيلا", "شكرا جزيلا لك", "ألف شكر", "مشكور", "مشكورة",
        "مشكورين", "جزاك الله خيرا", "جزاكم الله خيرا", "الله يجزاك خير", "جزاك الله خير",
        "يعطيك العافية", "الله يعطيك العافية", "بارك الله فيك", "بارك الله فيكم", "الله يبارك فيك",
        "تسلم", "تسلمين", "الله يسلمك", "merci", "merci beaucoup", "thanks", "thank you",
    ),
}  # fmt: skip
_NAMES = frozenset(folding.split_words("هلا سلام salam"))
_KNOWN = {
    " ".join(folding.split_words(each)): does for does, said in _SAID.items() for each in said
}
_MOST_WORDS = max(len(each.split()) for each in _KNOWN)


def is_yes(text: str) -> bool:
    """Whether it says yes and nothing else."""
    return _only(text) in _YES


def is_no(text: str) -> bool:
    """Whether it says no and nothing else."""
    return _only(text) in _NO


def is_coming(text: str) -> bool:
    """Whether it says that one comes, and nothing else."""
    return _only(text) in _COMING


def is_sorry(text: str) -> bool:
    """Whether it says that one cannot come, and nothing else."""
    return _only(text) in _SORRY


def is_skipping(text: str) -> bool:
    """Whether it says that a question is left out, and nothing else."""
    return _only(text) in _SKIPPING


def denies_or_agrees(text: str) -> bool:
    """Whether a short text begins as the answer to a question of yes or no does."""
    words = _only(text).split()
    return bool(words) and len(words) <= _MOST_OF_AN_ANSWER and words[0] in _YES | _NO | _NONE


def may_be_name(text: str) -> bool:
    """Whether a courtesy is what people are called as well."""
    return _only(text) in _NAMES


def courtesy_of(text: str, *, alone: bool = False) -> Courtesy | None:
    """What a text does that is courtesy and nothing else, one or several in a row; None for any
    other. It may name whom it is for, unless it is to be `alone`: «صباح الخير يا وطني» may be the
    name of something."""
    said = _only(text)
    known = _KNOWN.get(said)
    if known or not said:
        return known
    words = _STRETCHED.sub(r"\1", said).split()
    first: Courtesy | None = None
    at = 0
    while at < len(words):
        if first and words[at] in _CALLS and len(words) - at - 1 <= _CALLED:
            return None if alone else first
        begun = (" ".join(words[at : at + length]) for length in range(_MOST_WORDS, 0, -1))
        found = next((each for each in begun if each in _KNOWN), "")
        if not found and not (first and words[at] in _TO):
            return None
        first = first or _KNOWN[found]
        at += max(1, len(found.split()))
    return first


def _only(text: str) -> str:
    return " ".join(folding.split_words(text)) if len(text) <= LONGEST else ""
