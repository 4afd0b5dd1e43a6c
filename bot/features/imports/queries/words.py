"""What a cell of a table means, by the words in which people write it in three languages."""

from collections.abc import Callable, Iterable
from functools import cache
from re import split

from bot.arabic.search.folding import split_words
from bot.core.country import COUNTRIES
from bot.core.i18n import GENDERS, Voice
from bot.packs.lists import written
from bot.packs.organisation import (
    SEVERAL,
    UnitGender,
    offered_kinds,
    role_label,
    stage_label,
    stages,
    subject_label,
    subjects,
)
from bot.packs.roles import Role

_BETWEEN = "[\u060c,;\u061b/+|\n]|\\s(?:et|and|&|-)\\s|\\s\u0648"
"""Commas, strokes, and the word for and in three languages."""
_LOCALES = ("ar", "ar_SA", "ar_MA", "fr", "en")


def fold_words(text: str) -> str:
    """The words of a text in one spelling, for comparing."""
    return " ".join(split_words(text))


def _lexicon(
    codes: Iterable[str], group: str, labels: Callable[[Voice, str], str] | None = None
) -> dict[str, str]:
    found: dict[str, str] = {}
    said = written(group)
    for code in codes:
        words = [code, *said.get(code, ())]
        if labels is not None:
            voices = (Voice(locale, gender) for locale in _LOCALES for gender in GENDERS)
            words += [labels(voice, code) for voice in voices]
        for word in words:
            if folded := fold_words(word):
                found.setdefault(folded, code)
    return found


@cache
def _roles() -> dict[str, str]:
    return _lexicon(Role, "role", lambda v, code: role_label(v, Role(code), v.gender))


@cache
def _subjects() -> dict[str, str]:
    return _lexicon(subjects(), "subject", subject_label)


@cache
def _stages() -> dict[str, str]:
    return _lexicon([*stages(), SEVERAL], "stage", stage_label)


@cache
def _kinds() -> dict[str, str]:
    return _lexicon(offered_kinds(None), "kind")


@cache
def _countries() -> dict[str, str]:
    return _lexicon(COUNTRIES, "country")


@cache
def _genders() -> dict[str, str]:
    return _lexicon(UnitGender, "gender")


def role_in(cell: str) -> Role | None:
    """The role that a cell names; None where no such role is known."""
    code = _roles().get(fold_words(cell))
    if code is None:
        # A teacher of something, or of some rank, is a teacher.
        first = fold_words(cell).partition(" ")[0]
        code = Role.TEACHER if _roles().get(first) == Role.TEACHER and " " in cell else None
    return None if code is None else Role(code)


def subjects_in(cell: str) -> list[str] | None:
    """The subjects that a cell names, one or several; None where one of them is not known."""
    return _several(cell, _subjects(), "subject")


def stages_in(cell: str) -> list[str] | None:
    """The same of stages."""
    found = _several(cell, _stages(), "stage")
    return list(stages()) if found and SEVERAL in found else found


def _several(cell: str, known: dict[str, str], group: str) -> list[str] | None:
    whole = known.get(fold_words(cell))
    if whole is not None:
        return [whole]
    found = []
    for part in split(_BETWEEN, cell):
        folded = fold_words(part)
        for word in written("before")[group]:
            folded = folded.removeprefix(f"{fold_words(word)} ")
        if not folded:
            continue
        code = known.get(folded)
        if code is None:
            return None
        found.append(code)
    return list(dict.fromkeys(found))


def kind_in(cell: str) -> str | None:
    """The kind of unit that a cell names."""
    return _kinds().get(fold_words(cell))


def kind_of_name(name: str) -> str | None:
    """The kind of unit that a name begins with."""
    words = fold_words(name).split()
    for length in (2, 1):
        if found := _kinds().get(" ".join(words[:length])):
            return found
    return None


def country_in(cell: str) -> str | None:
    return _countries().get(fold_words(cell))


def gender_in(cell: str) -> UnitGender | None:
    code = _genders().get(fold_words(cell))
    return None if code is None else UnitGender(code)
