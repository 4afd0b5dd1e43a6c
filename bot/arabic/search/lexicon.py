"""The words of the profession: which mean the same, in both countries, in dialects and as loans.

A lexicon is a table with tabs. A line is a meaning, a kind, and then words or phrases; an empty
line or one that begins with # says nothing. Lines of one meaning belong together, whichever file
they stand in. The kinds:

- `same`: these mean the meaning, and one of them finds the others;
- `loan`: the same, borrowed from another language: met however it is spelled, in either script;
- `related`: what texts on the meaning speak of, and what people ask for when they want it; it
  finds less surely;
- `never`: takes words away that another line of the meaning gives.

Halqa has a lexicon of its own (`lexicon.tsv`); an installation adds a file to it. Inflection need
not be listed, except plurals that change the word inside.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.arabic.search.folding import fold, split_words
from bot.arabic.search.nearness import sound
from bot.arabic.search.stemming import analyse
from bot.arabic.search.words import leave_out_stop_words, stop_words
from bot.core.errors import SettingsError

_OWN = Path(__file__).with_name("lexicon.tsv")
KINDS = ("same", "loan", "related", "never")
LONGEST_PHRASE = 8
_TEXTS = ""

StemPhrase = tuple[str, ...]
"""The stems of the words of a phrase."""


class Meaning(NamedTuple):
    """Phrases that find what says the same, and what is only about it."""

    name: str
    same: tuple[StemPhrase, ...]
    related: tuple[StemPhrase, ...]
    about: frozenset[StemPhrase]
    """Phrases by which people ask for what is about it."""


class Lexicon(NamedTuple):
    meanings: tuple[Meaning, ...]
    by_stem: dict[str, list[tuple[StemPhrase, int]]]
    """For each stem the phrases that hold it, each with the place of its meaning."""
    by_sound: dict[str, list[tuple[StemPhrase, int]]]
    """For each word as it sounds the phrases of that word alone."""
    loans: dict[str, list[int]]
    """The meanings of what is borrowed, by what it sounds like (`loan_sound`)."""


class _Words(NamedTuple):
    same: dict[StemPhrase, None]
    related: dict[StemPhrase, None]
    loans: dict[str, None]


def read_lexicon(paths: Iterable[Path]) -> Lexicon:
    """The lexicon of these files together.

    :raises SettingsError: one line that names the file, the line and what is wrong there.
    """
    found: dict[str, _Words] = {}
    taken: list[tuple[_Words, str]] = []
    for path in paths:
        for number, cells in _rows(path):
            meaning, kind, *phrases = cells
            if kind not in KINDS:
                raise _wrong(path, number, f"the second column must be {', '.join(KINDS)}")
            if not (name := fold(meaning)):
                raise _wrong(path, number, "the first column, the meaning, is empty")
            if not any(phrases):
                raise _wrong(path, number, "no words stand after the kind")
            words = found.setdefault(name, _Words({}, {}, {}))
            for phrase in filter(None, phrases):
                if not 0 < len(split_words(phrase)) <= LONGEST_PHRASE:
                    raise _wrong(path, number, f"each phrase has 1 to {LONGEST_PHRASE} words")
                if kind == "never":
                    taken.append((words, phrase))
                else:
                    _add(words, kind, phrase)
    for words, phrase in taken:
        for some in (words.same, words.related):
            some.pop(read_phrase(phrase), None)
        words.loans.pop(loan_sound(phrase), None)
    return _put_together(found)


def _rows(path: Path) -> Iterable[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"HALQA_LEXICON_FILE: {path}: cannot be read ({error.strerror})"
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"HALQA_LEXICON_FILE: {path}: must be a text in UTF-8") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 3:
            raise _wrong(path, number, "needs a meaning, a kind and words, with tabs between")
        yield number, cells


def _wrong(path: Path, number: int, what: str) -> SettingsError:
    return SettingsError(f"HALQA_LEXICON_FILE: {path}, line {number}: {what}")


def _add(words: _Words, kind: str, phrase: str) -> None:
    stems = read_phrase(phrase)
    (words.related if kind == "related" else words.same)[stems] = None
    if kind == "loan":
        words.loans[loan_sound(phrase)] = None


@cache
def read_phrase(phrase: str) -> StemPhrase:
    """The stems of a phrase, without words that say nothing as long as two are left."""
    words = split_words(phrase)
    told = leave_out_stop_words(_TEXTS, words)
    return tuple(analyse(word).stem for word in (told if len(told) > 1 else words))


def _put_together(found: dict[str, _Words]) -> Lexicon:
    meanings: list[Meaning] = []
    by_stem: dict[str, list[tuple[StemPhrase, int]]] = {}
    by_sound: dict[str, list[tuple[StemPhrase, int]]] = {}
    loans: dict[str, list[int]] = {}
    for number, (name, words) in enumerate(found.items()):
        related = tuple(phrase for phrase in words.related if phrase not in words.same)
        for phrase in (*words.same, *related):
            for stem in set(phrase):
                by_stem.setdefault(stem, []).append((phrase, number))
            if len(phrase) == 1:
                by_sound.setdefault(sound(phrase[0]), []).append((phrase, number))
        for borrowed in words.loans:
            if len(borrowed) >= _SHORTEST_LOAN:
                loans.setdefault(borrowed, []).append(number)
        meanings.append(Meaning(name, *_finding(tuple(words.same), related), frozenset(related)))
    return Lexicon(tuple(meanings), by_stem, by_sound, loans)


def _finding(
    same: tuple[StemPhrase, ...], related: tuple[StemPhrase, ...]
) -> tuple[tuple[StemPhrase, ...], tuple[StemPhrase, ...]]:
    """Those of the phrases that find what no shorter one does: no entry is found by a word that
    says nothing, and «ضبط السلوك» finds nothing beside «السلوك»."""
    unsaid = stop_words(_TEXTS)
    alone = {phrase[0] for phrase in same if len(phrase) == 1}
    sayable = [phrase for phrase in same if not unsaid.intersection(phrase)]
    found = tuple(phrase for phrase in sayable if len(phrase) == 1 or alone.isdisjoint(phrase))
    alone |= {phrase[0] for phrase in related if len(phrase) == 1}
    return found, tuple(
        phrase
        for phrase in related
        if not unsaid.intersection(phrase) and (len(phrase) == 1 or alone.isdisjoint(phrase))
    )


_SHORTEST_LOAN = 4
_ARTICLE = re.compile(r"\A[وف]?(?:[بك]?ال(?=...)|لل(?=...))")
_PLURAL = re.compile(r"(?<=...)(?:ات|s|(?<=[كقبدتو])س)\Z")
_LETTERS_SAID_AS_ONE = (
    *(("تش", "s"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("ph", "f"), ("x", "ks")),
    *(("ce", "se"), ("ci", "si"), ("cy", "sy")),
)
_CONSONANTS = {
    ord(letter): said
    for said, letters in (
        *(("b", "بp"), ("f", "فv"), ("t", "تطث"), ("d", "د"), ("s", "سزشz")),
        *(("k", "جغقكcgjq"), ("l", "ل"), ("r", "ر"), ("m", "م"), ("n", "ن")),
    )
    for letter in letters
}
_NEVER_BORROWED = re.compile("[حخذصضظعء]")
_UNSAID = re.compile(r"[^a-z0-9]|[aeiouywh]")
_TWICE = re.compile(r"(.)\1+")


def loan_sound(phrase: str) -> str:
    """The consonants of a borrowed phrase, its words joined: فيد باك and feedback are both fdbk.

    Letters between which transliteration wavers (ج غ ق ك, س ز, ت ط) are one. Empty for a phrase
    with letters that only Arabic has.
    """
    words = [_PLURAL.sub("", _ARTICLE.sub("", word)) for word in split_words(phrase)]
    letters = "".join(words)
    if _NEVER_BORROWED.search(letters):
        return ""
    for several, one in _LETTERS_SAID_AS_ONE:
        letters = letters.replace(several, one)
    return _TWICE.sub(r"\1", _UNSAID.sub("", letters.translate(_CONSONANTS)))


class _InUse:
    lexicon: Lexicon | None = None


def use_lexicon(added: Path | None) -> None:
    """Search by Halqa's lexicon from now on, with an installation's own file beside it.

    :raises SettingsError: as `read_lexicon`.
    """
    _InUse.lexicon = read_lexicon((_OWN, added)) if added else None


def lexicon_in_use() -> Lexicon:
    """The lexicon that `use_lexicon` read, or Halqa's own."""
    return _InUse.lexicon or _read_own()


@cache
def _read_own() -> Lexicon:
    return read_lexicon((_OWN,))
