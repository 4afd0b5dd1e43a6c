"""Words that say where people meet and not when: nothing is mended in them, and a number after one
is that of a place."""

from __future__ import annotations

from bot.arabic.dates.lexicon.spelling import fold

_WORDS = """
غرفة قاعة صالة فصل صف دور طابق مبنى مقر مكتب معمل مختبر مكتبة مسرح ساحة ملعب فناء مصلى مسجد صالون
مدرسة متوسطة ثانوية ابتدائية روضة حضانة مركز إدارة حديقة مقصف استراحة بيت منزل قسم حجرة مدرج ورشة
تيمز زوم ميت واتساب تيليجرام منصة رابط
room hall class classroom floor lab library office teams zoom meet
salle classe étage bureau bibliothèque labo
"""
_BEGINNINGS = ("وبال", "بال", "وال", "لل", "ال", "ب", "ل", "و", "")
PLACES = frozenset(fold(word) for word in _WORDS.split())


def is_place(word: str) -> bool:
    """Whether a folded word is one of a place, with whatever grows onto it in front."""
    return any(word.startswith(at) and word[len(at) :] in PLACES for at in _BEGINNINGS)
