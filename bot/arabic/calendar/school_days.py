"""What a line of a school calendar announces: days off, examinations, or neither.

The words are those of the published calendars of the Saudi ministry (إجازة، اختبارات) and of the
Moroccan one (عطلة، امتحان، ذكرى), and what exports in English and French say.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from bot.arabic.search.folding import fold, split_words

_EXAMS = ("اختبار", "امتحان", "exam")
_DAYS_OFF = ("اجاز", "عطل", "عيد", "ذكري", "holiday", "vacation", "vacances", "ferie", "conge")
_DAYS_OFF_PHRASES = (
    "اليوم الوطني",
    "يوم التاسيس",
    "راس السنه",
    "فاتح محرم",
    "المولد النبوي",
    "يوم عرفه",
)
_BACK_TO_WORK = ("عوده", "استئناف", "مباشره", "return", "rentree", "reprise")
"""«العودة بعد الإجازة» names a holiday, but is the end of it."""
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    EXAMS = "exams"


def kind_of_day(text: str) -> Literal["holiday", "exams"] | None:
    """What the days of an entry are, by its title; None: ordinary days of school."""
    words = {form for word in split_words(text) for form in _forms(word)}
    if any(word.startswith(fold(start)) for word in words for start in _BACK_TO_WORK):
        return None
    if any(word.startswith(start) for word in words for start in _EXAMS):
        return "exams"
    folded = " ".join(split_words(text))
    if any(phrase in folded for phrase in _DAYS_OFF_PHRASES):
        return "holiday"
    if any(word.startswith(start) for word in words for start in _DAYS_OFF):
        return "holiday"
    return None


def _forms(word: str) -> list[str]:
    """The word, and what is left without a prefix."""
    return [word, *(word[len(p) :] for p in _PREFIXES if word.startswith(p) and len(word) > 4)]
