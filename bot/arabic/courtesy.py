"""Short words of every conversation, as people type them: yes and no, greetings, thanks."""

from enum import StrEnum

from bot.arabic.search import folding

LONGEST = 80
"""Characters; a longer text says something else as well."""


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
_KNOWN = {
    " ".join(folding.split_words(each)): does for does, said in _SAID.items() for each in said
}


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


def courtesy_of(text: str) -> Courtesy | None:
    """What a text does that is courtesy and nothing else; None for any other."""
    return _KNOWN.get(_only(text))


def _only(text: str) -> str:
    return " ".join(folding.split_words(text)) if len(text) <= LONGEST else ""
