"""What is left of a text when what it denies or corrects is taken away, where that is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.arabic.dates.lexicon.senses import Reversal, Sense
from bot.arabic.dates.lexicon.spelling import word_set
from bot.arabic.dates.read.amounts import Tokens
from bot.arabic.dates.read.kinds import is_filler, is_time
from bot.arabic.dates.read.tokens import Shape, Token

# "No" alone may deny what stands before it or after it, and a verb that is denied anything.
_DENYING = word_set(
    "مو مب موب مهوب مهب مش موش مهوش ماشي مشي ليس ليست بدل بدلا بدال عوض عوضا بلاصه بلاصت "
    "machi mashi mchi mshi mish msh mub mou pas not instead"
) | {"au lieu", "في بلاصه"}
_CORRECTING = word_set(
    "بل قصدي اقصد نقصد قصدت كنقصد عفوا اسف اسفه سوري معذره المعذره تصحيح التصحيح الصحيح "
    "والصحيح الصواب والصواب غلط غلطت خطا وانما انما الاصح بالاصح sorry pardon desole desolee "
    "oups oops correction"
)
_BUT = word_set("بل وانما انما لكن ولكن but mais bal walakin")
_PAUSES = word_set(", ; . !")
_OPENINGS = (Sense.DAY_MARK, Sense.HOUR_MARK, Sense.FROM, Sense.THIS, Sense.TO_PREFIX)
_DAYS = (Sense.WEEKDAY, Sense.DAY_OFFSET)


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said in the end, and what it may borrow from: the day or the hour said before."""

    said: Sequence[Token]
    before: Sequence[Token] = ()


@dataclass(frozen=True, slots=True)
class _Turning:
    """Words of a turn that stand together, as in "no, not"."""

    start: int
    end: int
    words: tuple[str, ...]
    turns: frozenset[int]


def read_correction(tokens: Tokens) -> Correction | None:
    """The text without what it denies; None where it does not say what holds instead."""
    groups = _groups(tokens)
    if (
        groups
        and groups[0].turns == {Reversal.RATHER}
        and not _says_time(tokens[: groups[0].start])
    ):
        # a correction of something said before, which heads what holds
        if len(groups) == 1:
            return Correction(tokens[groups[0].end :]) if _is_correcting(groups[0]) else None
        tokens = tokens[groups[0].end :]
        groups = _groups(tokens)
    if len(groups) == 2:
        return _read_not_but(tokens, *groups)
    if len(groups) != 1:
        return None
    group = groups[0]
    if Reversal.OPEN in group.turns:
        return None
    if group.turns == {Reversal.RATHER}:
        before, after = tokens[: group.start], tokens[group.end :]
        clear = _is_correcting(group) and _says_time(after)
        return Correction(after, before) if clear else None
    return _without_denied(tokens, group)


def _groups(tokens: Tokens) -> list[_Turning]:
    groups: list[_Turning] = []
    at = 0
    while at < len(tokens):
        if Sense.TURN not in tokens[at].senses:
            at += 1
            continue
        start, words, turns = at, [], set()
        end = at
        while at < len(tokens) and (Sense.TURN in tokens[at].senses or is_filler(tokens[at])):
            if Sense.TURN in tokens[at].senses:
                words.append(tokens[at].text)
                turns.add(tokens[at].senses[Sense.TURN])
                end = at + 1
            at += 1
        groups.append(_Turning(start, end, tuple(words), frozenset(turns)))
    return groups


def _is_correcting(group: _Turning) -> bool:
    return any(word in _CORRECTING for word in group.words)


def _read_not_but(tokens: Tokens, no: _Turning, but: _Turning) -> Correction | None:
    """ "Not on Thursday but on Sunday"."""
    clear = no.turns == {Reversal.NOT} and any(word in _BUT for word in but.words)
    if not clear or Reversal.OPEN in but.turns:
        return None
    denied, said = tokens[no.end : but.start], tokens[but.end :]
    if _says_time(tokens[: no.start]) or not _says_time(denied) or not _says_time(said):
        return None
    return Correction(said)


def _without_denied(tokens: Tokens, group: _Turning) -> Correction | None:
    """The text without the day or the hour right after "not", where another one is named."""
    if Reversal.NOT not in group.turns or not any(word in _DENYING for word in group.words):
        return None
    start = group.end
    while start < len(tokens) and (
        is_filler(tokens[start]) or any(s in tokens[start].senses for s in _OPENINGS)
    ):
        start += 1
    if start >= len(tokens) or not is_time(tokens[start]):
        return None
    end = _end_of_denied(tokens, start)
    if end is None:
        return None
    # "on Sunday, and not on Monday"
    joined = group.start and Sense.AND in tokens[group.start - 1].senses
    rest = [*tokens[: group.start - 1 if joined else group.start], *tokens[end:]]
    day = _names_day(tokens[start])
    if not any(_names_day(token) if day else _names_hour(token) for token in rest):
        return None
    same = tokens[start].senses.get(Sense.WEEKDAY)
    if same is not None and any(token.senses.get(Sense.WEEKDAY) == same for token in rest):
        return None  # "next Thursday, and not this one"
    return Correction(rest)


def _end_of_denied(tokens: Tokens, start: int) -> int | None:
    """Where the denied time ends: at a pause, or before the next day; None where it is open."""
    for at in range(start + 1, len(tokens)):
        token = tokens[at]
        if token.text in _PAUSES or token.shape is Shape.DASH or Sense.GAP in token.senses:
            return at
        if any(sense in token.senses for sense in _DAYS) or Sense.DAY_MARK in token.senses:
            simple = at == start + 1 or (at == start + 2 and Sense.NEXT in tokens[at - 1].senses)
            return at if simple and _names_day(tokens[start]) else None
        if not is_filler(token) and not _continues(token):
            return None
    return len(tokens)


def _continues(token: Token) -> bool:
    """Whether the token goes on with the day or the hour before it."""
    if token.shape in (Shape.NUMBER, Shape.SHORT_DATE, Shape.FULL_DATE):
        return True
    further = (Sense.NEXT, Sense.MONTH, Sense.HIJRI_MONTH, Sense.AND, Sense.FRACTION, Sense.PART)
    return any(sense in token.senses for sense in further)


def _says_time(tokens: Tokens) -> bool:
    return any(is_time(token) and Sense.TURN not in token.senses for token in tokens)


def _names_day(token: Token) -> bool:
    return token.shape in (Shape.FULL_DATE, Shape.SHORT_DATE) or any(
        sense in token.senses for sense in (*_DAYS, Sense.MONTH, Sense.HIJRI_MONTH)
    )


def _names_hour(token: Token) -> bool:
    if token.shape in (Shape.TIME, Shape.FRENCH_TIME, Shape.NUMBER):
        return True
    return any(s in token.senses for s in (Sense.HOUR_NAME, Sense.CARDINAL, Sense.CLOCK_TIME))
