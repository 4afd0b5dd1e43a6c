"""A text cut into words and numbers, each with the senses it may have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.spelling import fold
from bot.arabic.dates.lexicon.words import LEXICON, LONGEST_PHRASE, VOCABULARY


class Shape(Enum):
    """How a token was written."""

    WORD = 1
    NUMBER = 2
    FULL_DATE = 3  # three numbers: 23/11/2026, 2026-11-23, 23.11.2026
    SHORT_DATE = 4  # two numbers with a slash
    DOTTED = 5  # two numbers with a dot: a time or a date
    DASHED = 6  # two numbers with a dash: a date or two hours
    TIME = 7  # 10:30
    FRENCH_TIME = 8  # 10h30, 9h
    DASH = 9
    MOMENT = 10  # 2026-12-03T17:00:00+03:00: a time with its distance from UTC


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or phrase. `numbers` are those of a number, a date or a time; of a moment
    with its distance from UTC year, month, day, hour, minute and the minutes of that distance.

    `zero` says that the first number began with a zero, as on a clock of 24 hours.
    """

    text: str
    shape: Shape
    senses: Mapping[Sense, int] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    zero: bool = False

    def get(self, sense: Sense) -> int | None:
        return self.senses.get(sense)

    def has(self, sense: Sense) -> bool:
        return sense in self.senses


_HAS_DIGIT = re.compile("[a-z][0-9]|[0-9][a-z]{2}")
# Arabic in Latin letters has words with digits, which would fall apart as numbers.
_CHAT_WORDS = "|".join(sorted(word for word in VOCABULARY if _HAS_DIGIT.search(word)))
_PIECES = re.compile(
    f"(?P<CHAT>(?<![a-z0-9])(?:{_CHAT_WORDS})(?![a-z0-9]))"
    r"""
    |(?P<LATIN>(?<![a-z0-9])[a-z]+[235679](?!h(?![a-z]))[a-z][a-z0-9]*)
    |(?P<TAILED>(?<![a-z0-9])[a-z]{4,}[235679](?![a-z0-9]))
    |(?P<MOMENT>(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}[t\ ][0-9]{2}:[0-9]{2}
        (?::[0-9]{2}(?:[.:][0-9]+)?)?\s?(?:z(?![a-z])|[+-][0-9]{2}:?[0-9]{2}(?![0-9])))
    |(?P<FULL_DATE>(?<![0-9.:])[0-9]{1,4}(?P<joint>\s?[/]\s?|[-.])[0-9]{1,2}(?P=joint)[0-9]{1,4}
        (?![0-9]|[.:][0-9]))
    |(?P<TIME>(?<![0-9:])[0-9]{1,2}\s?:\s?[0-9]{2}(?::00)?(?![0-9]|:[0-9]))
    |(?P<FRENCH_TIME>(?<![0-9])[0-9]{1,2}(?:\s?h(?:\s?[0-9]{2}(?![0-9])|(?![a-z0-9]))
        |س[0-9]{2}(?![0-9])))
    |(?P<SHORT_DATE>(?<![0-9/])[0-9]{1,2}\s?/\s?[0-9]{1,2}(?![0-9]|\s?/))
    |(?P<DOTTED>(?<![0-9.])[0-9]{1,2}\.[0-9]{1,2}(?![0-9]|\.[0-9]))
    |(?P<DASHED>(?<![0-9-])[0-9]{1,2}\s?-\s?[0-9]{1,2}(?![0-9:.h/]|\s?-))
    |(?P<NUMBER>[0-9]+)(?:(?:st|nd|rd|th|er|eme)(?![a-z]))?
    |(?P<DASH>-+)
    |(?P<WORD>[^\W\d_]+)
    |(?P<MARK>\S)
    """,
    re.VERBOSE,
)
_DIGITS = re.compile("[0-9]+")
_REST_PREFIXES = ("ب", "ل", "ف")
# Addresses hold no time, whatever their figures.
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+|\S+@\S+\.\S+|[@#]\w{3,}")
_HYPHENED = re.compile(r"(?<![a-z0-9])([a-z]+)-(?=([a-z]+))")
ADDRESS = " , "


def tokenize(text: str) -> list[Token]:
    """Every word, number and sign of the text, in order; emoji and other symbols are left out."""
    words: list[Token] = []
    for match in _PIECES.finditer(_plain(fold(text))):
        name = match.lastgroup or ""
        piece = match.group()
        if name == "MOMENT":
            words.append(_moment(piece))
        elif name in ("CHAT", "LATIN") or (name == "TAILED" and piece[:-1] not in VOCABULARY):
            words.append(known_word(piece))
        elif name == "TAILED":
            number = Token(piece[-1], Shape.NUMBER, numbers=(int(piece[-1]),))
            words.extend((known_word(piece[:-1]), number))
        elif name == "WORD":
            words.extend(known_word(part) for part in split_prefixes(piece))
        elif name == "MARK":
            if unicodedata.category(piece)[0] not in "SCZ" or piece in "+=<>$^@|":
                words.append(known_word(piece))
        elif name == "DASH":
            words.append(Token(piece, Shape.DASH))
        else:
            digits = _DIGITS.findall(piece)[: 2 if name == "TIME" else None]
            words.append(
                Token(
                    piece,
                    Shape[name],
                    numbers=tuple(int(number) for number in digits),
                    zero=len(digits[0]) > 1 and digits[0][0] == "0",
                )
            )
    return join_phrases(words)


def _plain(folded: str) -> str:
    """The text without addresses, and without the hyphens inside of words like `rendez-vous`."""
    if "@" in folded or "/" in folded or "#" in folded or "www." in folded:
        folded = _ADDRESS.sub(ADDRESS, folded)
    if "-" in folded:
        folded = _HYPHENED.sub(_join_hyphened, folded)
    return folded


def _join_hyphened(match: re.Match[str]) -> str:
    known = match[1] in VOCABULARY and match[2] in VOCABULARY
    return match[0] if known else match[1]


def _moment(piece: str) -> Token:
    year, month, day, hour, minute, *rest = (int(digits) for digits in _DIGITS.findall(piece))
    distance = 0
    if not piece.endswith("z"):
        sign = -1 if piece.replace(":", "")[-5] == "-" else 1
        hours, minutes = divmod(int(piece.replace(":", "")[-4:]), 100)
        distance = sign * (hours * 60 + minutes)
    del rest
    return Token(piece, Shape.MOMENT, numbers=(year, month, day, hour, minute, distance))


def split_prefixes(word: str) -> list[str]:
    """The word, apart from "and", "by", "to", "in", "this" and "on" when joined to its front.

    A word of the vocabulary stays whole, and so does one whose rest is not a word either.
    """
    if word in VOCABULARY or len(word) < 3:
        return [word]
    first, rest = word[0], word[1:]
    if first == "و":
        parts = split_prefixes(rest)
        if parts[-1] in VOCABULARY:
            return ["و", *parts]
    if first in _REST_PREFIXES:
        if rest in VOCABULARY:
            return [first, rest]
        # "for the" is written with the article's alef dropped: للخامسة
        if first in "لف" and rest[0] == "ل" and "ا" + rest in VOCABULARY:
            return [first, "ا" + rest]
        if rest.startswith("هال") and rest[1:] in VOCABULARY:
            return [first, "هذا", rest[1:]]
    if word.startswith("هال") and word[1:] in VOCABULARY:
        return ["هذا", word[1:]]
    if word.startswith("عال") and word[1:] in VOCABULARY:
        return ["علي", word[1:]]
    return [word]


def known_word(text: str) -> Token:
    """The token of a folded word."""
    return Token(text, Shape.WORD, LEXICON.get((text,), {}))


def join_phrases(words: list[Token]) -> list[Token]:
    """The same tokens with the longest known phrases as one token each."""
    return list(_join_phrases(words))


def _join_phrases(words: list[Token]) -> Iterator[Token]:
    index = 0
    while index < len(words):
        length = _phrase_length(words, index)
        if length > 1:
            texts = tuple(token.text for token in words[index : index + length])
            yield Token(" ".join(texts), Shape.WORD, LEXICON[texts])
        else:
            yield words[index]
        index += length


def _phrase_length(words: list[Token], index: int) -> int:
    if words[index].text not in _PHRASE_STARTS:
        return 1
    for length in range(min(LONGEST_PHRASE, len(words) - index), 1, -1):
        if tuple(token.text for token in words[index : index + length]) in LEXICON:
            return length
    return 1


_PHRASE_STARTS = frozenset(words[0] for words in LEXICON if len(words) > 1)
