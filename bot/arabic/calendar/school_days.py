"""What a line of a school calendar announces: days off, examinations, or neither.

The words are those of the published calendars of the Saudi ministry (إجازة، اختبارات) and of the
Moroccan one (عطلة، امتحان، ذكرى), and what exports in English and French say. A title that only
mentions a holiday («اجتماع قبل إجازة عيد الفطر») is about something else. What an Arabic title is
about comes first, so only words that belong to the days may stand before their name («بداية»,
«فترة», a day of the week). Where it is not known they are ordinary days: whoever brings a file
reads what was left out, while a day off by mistake would hold back messages in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Literal, TypeAlias

from bot.arabic.search.folding import split_words

_EXAMS = ("اختبار", "امتحان", "exam", "examen", "examination")
_DAYS_OFF = (
    "اجاز", "عطل", "عيد", "اعياد", "ذكري", "holiday", "vacation", "vacances", "ferie", "conge",
    "chome",
)  # fmt: skip
_DAYS_OFF_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in (
        "اليوم الوطني",
        "يوم التاسيس",
        "راس السنه",
        "فاتح محرم",
        "المولد النبوي",
        "يوم عرفه",
        "المسيره الخضراء",
    )
)
_LATIN_NAMES = tuple(
    tuple(name.split())
    for name in (
        "aid fitr",
        "aid adha",
        "aid kebir",
        "aid sghir",
        "aid mawlid",
        "eid",
        "mawlid",
        "yennayer",
        "fete trone",
        "fete independance",
        "fete travail",
        "fete jeunesse",
        "fete unite",
        "fete nationale",
        "fete sacrifice",
        "marche verte",
        "manifeste independance",
        "revolution roi",
        "oued dahab",
        "oued eddahab",
        "nouvel an",
        "jour an",
        "1er moharram",
        "premier moharram",
        "1 moharram",
        "new year",
        "national day",
        "founding day",
        "arafat day",
        "arafah day",
    )
)
"""Without the words that join them, such as articles."""
_JOINTS = frozenset(
    ("of", "de", "des", "du", "d", "the", "le", "la", "les", "l", "el", "al", "ad", "ed", "ul", "s")
)
_BACK_TO_WORK = (
    "عوده", "استئناف", "استيناف", "مباشره", "return", "back", "rentree", "retour",
    "reprise",
)  # fmt: skip
"""«العودة بعد الإجازة» names a holiday, but is the end of it."""
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BELONGS = _words(
    "بدايه بدء مطلع اول يوم ايام اسبوع اسابيع فتره موسم منتصف نهايه ختام اخر موعد مواعيد انطلاق"
    " مناسبه حلول تتمه استمرار تمديد باقي بقيه رسمي رسميه دور دوره عادي عاديه استدراكي استدراكيه"
    " استثنائي استثنائيه وطني وطنيه جهوي جهويه محلي محليه اقليمي نهائي نهائيه تحريري تحريريه"
    " شفوي شفويه عملي عمليه فصل عام سنه دراسي دراسيه ثاني ثانيه ثالث ثالثه اولي مملكه عربيه"
    " سعوديه مغرب مغربيه مغلق مغلقه جميع كل كافه مدارس مدرسه مدرستنا صف صفوف مرحله مراحل ابتدائي"
    " ابتدائيه متوسط متوسطه ثانوي ثانويه اعدادي اعداديه تاهيلي طلاب طالبات تلاميذ تلميذات تعليم"
    " احد اثنين ثلاثاء اربعاء خميس جمعه سبت"
)
"""What may stand before the name of the days, and the days are meant all the same."""
_LATIN_BELONGS = _words(
    "the le la les l un une start begin beginning beginnings end first last day days week weeks"
    " period debut fin premier dernier periode semaine semaines jour jours session sessions"
    " journee anniversaire commemoration lendemain fete saudi maroc"
)
_OF = _words("of de des du d")
_BESIDE = _words(
    "before after until till prior for about from since no not without during avant apres jusqu"
    " veille pour sur pendant sans pas hors"
)
_LATIN_THINGS = (
    "meeting", "result", "registration", "deadline", "planning", "preparation", "review",
    "revision", "workshop", "training", "timetable", "schedule", "reminder", "party", "homework",
    "duty", "cancel", "postpone", "reunion", "resultat", "inscription", "conseil", "atelier",
    "calendrier", "depot", "remise", "rappel", "annul", "reporte", "sick", "maternity", "maladie",
    "maternite", "activite", "concours", "spectacle", "kermesse", "exposition", "sortie",
    "festival", "competition", "ceremon",
)  # fmt: skip
"""Where English puts the thing last («Holiday meeting»), these make it something else."""
_THINGS = (
    "اجتماع", "لقاء", "ورشه", "ورش", "تسجيل", "تقديم", "اعلان", "نتائج", "رصد", "جدول", "جداول",
    "تسليم", "استعداد", "تهيئه", "حفل", "معايده", "مسابقه", "برنامج", "تدريب", "تذكير", "لجان",
)  # fmt: skip
"""The same, where one of them begins a part of the title («عيد الفطر: حفل معايدة»)."""
_NOT_SO = ("ملغ", "تلغ", "موجل", "تاجيل", "الغاء", "مرضيه", "امومه", "اضطراريه")
"""Called off, put off, or the leave of one colleague."""
_ONE_COLLEAGUE = _words(
    "استاذ استاذه استاذنا استاذتنا معلم معلمه معلمتنا مدير مديره مديرتنا وكيل وكيله مشرف مشرفه زميل"
    " زميله زميلنا زميلتنا ا mme mlle mr m"
)
"""«إجازة الأستاذة نورة»: the leave of one colleague as well, where their title follows."""
_LAST_HOURS = re.compile(r"نهايه (?:ال)?دوام")
"""«بداية الإجازة بنهاية دوام الخميس» is a day of work."""
_PARTS = re.compile(r"[:|/()\[\]–—،,؛;]|\s-\s")

Kind: TypeAlias = Literal["holiday", "exams"]


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    EXAMS = "exams"


def kind_of_day(title: str, categories: Iterable[str] = ()) -> Kind | None:
    """What the days of an entry are, by its title; None: ordinary days of school. `categories`, as
    its author has given them, decide where the title names no such days at all."""
    found = _said(title)
    if found is None:
        return next((kind for each in categories if (kind := _said(each))), None)
    return found or None


def _said(title: str) -> Kind | Literal[""] | None:
    """What a title says that the days are; empty where it only mentions such days, or says that
    they are none; None where it does not speak of any."""
    words = split_words(title)
    named = any(_name_at(words, at) for at in range(len(words)))
    if any(word.startswith(_BACK_TO_WORK) for each in words for word in _forms(each)):
        return ""
    if not named:
        return None
    if _LAST_HOURS.search(" ".join(words)) or any(
        form.startswith(_NOT_SO) or form.startswith(_LATIN_THINGS)
        for word in words
        for form in _forms(word)
    ):
        return ""
    parts = [part for each in _PARTS.split(title) if (part := split_words(each))]
    if any(bare.startswith(_THINGS) for part in parts for bare in _bare(part[0])):
        return ""
    return next((kind for part in parts if (kind := _kind_of_part(part))), "")


def _kind_of_part(words: list[str]) -> Kind | None:
    for at in range(len(words)):
        if kind := _name_at(words, at):
            return kind if _belongs(words[:at]) and not _of_one(words[at + 1 :]) else None
    return None


def _of_one(after: list[str]) -> bool:
    """Whether what follows the name of the days makes them one colleague's."""
    word = next((each for each in after if each not in _OF), "")
    return bool(_ONE_COLLEAGUE.intersection(_bare(word)))


def _name_at(words: list[str], at: int) -> Kind | None:
    """What is named by the word at this place, or by the phrase that begins there."""
    forms = _forms(words[at])
    if any(form.startswith(_EXAMS[:2]) or form.rstrip("s") in _EXAMS for form in forms):
        return "exams"
    if any(form.startswith(_DAYS_OFF) for form in forms):
        return "holiday"
    for first, second in _DAYS_OFF_PHRASES:
        if first in {*forms, "ال" + forms[-1]} and words[at + 1 : at + 2] == [second]:
            return "holiday"
    return "holiday" if _is_latin_name(words, at) else None


def _is_latin_name(words: list[str], at: int) -> bool:
    """Whether the name of a holiday begins there, with nothing before it that is not part of it:
    «Concours Marche Verte» is none."""
    if words[at] in _JOINTS or not _LATIN_BELONGS.union(_OF, _JOINTS).issuperset(words[:at]):
        return False
    said = tuple(word for word in words[at:] if word not in _JOINTS)
    return any(said[: len(name)] == name for name in _LATIN_NAMES)


def _belongs(before: list[str]) -> bool:
    """Whether what stands before the name of the days leaves it at that."""
    of = max((at for at, word in enumerate(before) if word in _OF), default=-1)
    for at, word in enumerate(before):
        if not word.isascii():
            if len(word) > 1 and not _BELONGS.intersection(_bare(word)):
                return False
        elif word in _BESIDE or (at < of and not (word in _LATIN_BELONGS or word in _OF)):
            return False
    return True


def _bare(word: str) -> Iterator[str]:
    """The word, and what is left without «و» and the article."""
    yield word
    for prefix in ("وال", "ال", "و"):
        if word.startswith(prefix):
            yield word[len(prefix) :]


def _forms(word: str) -> list[str]:
    """The word, and what is left without a prefix."""
    return [word, *(word[len(p) :] for p in _PREFIXES if word.startswith(p) and len(word) > 4)]
