"""What nobody may be called: addresses, handles and telephone numbers, seals that a reader takes
for a confirmation, and the names of those who speak officially.

Names are compared by what a hasty reader sees of them (`lookalikes.skeleton`), so that tatweel,
other letters and marks hide nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from bot.arabic.lookalikes import skeleton


class NameFault(StrEnum):
    ADDRESS = "address"
    """An address on the web, of mail, a handle, a command, or a telephone number."""
    SEAL = "seal"
    """A check mark, a crown, any other picture."""
    OFFICIAL = "official"
    """The name of an office, of this service, or of a kind of message."""


# The endings that are met in addresses; «د.سارة» and «M.Ali» are titles and initials.
_ENDINGS = (
    "com net org edu gov mil int info biz io me co ly app dev xyz site online link live shop store"
    " club page web tv ai cc ws to sa ma ae eg qa kw om bh jo dz tn fr uk us eu de tr ru in"
)
_ADDRESS = re.compile(
    r"://|\bwww\.|@|\bt\.me\b|(?<!\w)/\w|[\w-]{2,}\s?\.\s?(?:"
    + "|".join(_ENDINGS.split())
    + r")\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?:\d[\s.()-]{0,2}){6,}")
_SEALS = set("✓✔✅☑🗸🗹👑♔♕♚♛⭐🌟★☆🏅🎖🛡®™©🔰⚜🔵🔷💠☪🕋🏛")
_MESSAGES = (
    "رسالة رسمية", "إشعار رسمي", "تنبيه رسمي", "حساب رسمي",
    "official message", "official account", "message officiel", "compte officiel",
)  # fmt: skip
_OFFICES = (
    *_MESSAGES,
    "حلقة", "إدارة التعليم", "إدارة تعليم", "الإدارة العامة", "وزارة", "مكتب التعليم",
    "الأكاديمية الجهوية", "المديرية الإقليمية", "الدعم الفني", "الدعم التقني", "فريق الدعم",
    "خدمة العملاء",
    "Halqa", "ministry", "department of education", "support team", "technical support",
    "customer service",
    "ministère", "support technique", "direction provinciale", "académie régionale",
)  # fmt: skip
_WORD_ENDS = re.compile(r"[\W_]+")
_ARTICLE = "ال"


def _shape(text: str) -> tuple[str, ...]:
    return tuple(shape for word in _WORD_ENDS.split(text) if (shape := skeleton(word)))


_OFFICE_SHAPES = {_shape(phrase) for phrase in _OFFICES}
_MESSAGE_SHAPES = {_shape(phrase) for phrase in _MESSAGES}


def find_name_fault(name: str) -> NameFault | None:
    """Why a person may not have this name; None where nothing is against it."""
    if _holds_address(name):
        return NameFault.ADDRESS
    if any(unicodedata.category(char) in ("So", "Sk", "Sc", "Sm") for char in name):
        return NameFault.SEAL
    return NameFault.OFFICIAL if _says(name, _OFFICE_SHAPES) else None


def find_title_fault(title: str) -> NameFault | None:
    """The same for what a person calls a team or an event: it may speak of an office, and be
    adorned, but not with what looks like a confirmation."""
    if _holds_address(title):
        return NameFault.ADDRESS
    if not _SEALS.isdisjoint(title):
        return NameFault.SEAL
    return NameFault.OFFICIAL if _says(title, _MESSAGE_SHAPES) else None


def _holds_address(text: str) -> bool:
    return bool(_ADDRESS.search(text) or _TELEPHONE.search(text))


def _says(text: str, phrases: Iterable[tuple[str, ...]]) -> bool:
    words = _shape(text)
    # «ح ل ق ة», letter by letter, is read as the word.
    spelled = ("".join(words),) if all(len(word) == 1 for word in words) else ()
    known = set(phrases)
    spans = {
        words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)
    }
    bare = {(_without_article(span[0]), *span[1:]) for span in spans}
    return not known.isdisjoint(spans | bare | {spelled})


def _without_article(word: str) -> str:
    return word.removeprefix(skeleton(_ARTICLE)) if len(word) > 4 else word
