"""Slips mended where the words beside them speak for what was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.slips import slip_of, two_words
from bot.arabic.dates.read.amounts import Tokens, read_number
from bot.arabic.dates.read.kinds import is_figure, is_word, next_at
from bot.arabic.dates.read.tokens import Shape, Token, join_phrases, known_word

_HOURS = ("heures", "heure")
_TIMES = (Shape.TIME, Shape.FRENCH_TIME, Shape.DOTTED)


def mend(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with joined words apart and slips mended; those without support stay."""
    result: list[Token] = []
    changed = False
    for at, token in enumerate(tokens):
        if token.text == "ل" and _is_article(tokens, at):
            changed = True
            continue
        if token.text in _HOURS and _say_hour(tokens, at):
            number = read_number(tokens, at - 1)
            assert number is not None
            result[-1] = Token(f"{number[0]}h", Shape.FRENCH_TIME, numbers=(number[0],))
            changed = True
            continue
        if not is_word(token):
            result.append(token)
            continue
        if _is_between(tokens, at):
            changed = True
            continue
        minutes = _read_fives(tokens, at)
        if minutes:
            result.extend(minutes)
            changed = True
            continue
        joined = two_words(token.text)
        meant = None if joined else slip_of(token.text)
        if joined:
            result.extend(known_word(word) for word in joined)
            changed = True
        elif meant and _is_supported(known_word(meant), tokens, at):
            result.append(known_word(meant))
            changed = True
        else:
            result.append(token)
    return join_phrases(result) if changed else result


def _say_hour(tokens: Tokens, at: int) -> bool:
    """Whether a number of hours is the hour of a clock: "à dix heures", and no length."""
    if at < 2 or read_number(tokens, at - 1) is None:
        return False
    opens = tokens[at - 2].text
    to = at + 1 < len(tokens) and tokens[at + 1].text == "a"
    return opens in ("a", "des", "entre", "jusqua") or (opens == "de" and to)


def _is_between(tokens: Tokens, at: int) -> bool:
    """Whether the word only describes a week that "next" follows: «الأسبوع الدراسي القادم»."""
    if not at or at + 1 >= len(tokens) or not tokens[at].text.startswith("ال"):
        return False
    which = (Sense.NEXT, Sense.AFTER_NEXT, Sense.THIS)
    return Sense.PERIOD in tokens[at - 1].senses and any(
        sense in tokens[at + 1].senses for sense in which
    )


def _is_article(tokens: Tokens, at: int) -> bool:
    """Whether `ل` before a number is the Moroccan article: «مع لحداش»."""
    marked = at > 0 and tokens[at - 1].text in ("مع", "علي", "ع")
    return marked and at + 1 < len(tokens) and Sense.CARDINAL in tokens[at + 1].senses


def _read_fives(tokens: Tokens, at: int) -> tuple[Token, ...]:
    """ "And a fifth part" after an hour: five minutes in Morocco, and elsewhere a class."""
    text = tokens[at].text
    before = tokens[at - 1] if at else None
    if text not in ("قسم", "وقسم") or before is None:
        return ()
    if at + 1 < len(tokens) and (is_word(tokens[at + 1]) or is_figure(tokens[at + 1])):
        return ()
    five = replace(known_word("قسم"), senses={Sense.FRACTION: 5})
    if text == "وقسم":
        return (known_word("و"), five) if is_figure(before) else ()
    joined = Sense.AND in before.senses or Sense.LESS in before.senses
    return (five,) if joined and at > 1 and is_figure(tokens[at - 2]) else ()


def _is_supported(meant: Token, tokens: Tokens, at: int) -> bool:
    """Whether what stands beside a slip would stand beside the word that it is a slip of."""
    before = _solid_before(tokens, at)
    follows = next_at(tokens, at + 1)
    after = tokens[follows] if follows < len(tokens) else None
    if Sense.WEEKDAY in meant.senses:
        return _beside_a_weekday(before, after)
    if Sense.MONTH in meant.senses or Sense.HIJRI_MONTH in meant.senses:
        return before is not None and (
            is_figure(before)
            or Sense.MONTH_MARK in before.senses
            or Sense.EDGE_START in before.senses
        )
    if Sense.HOUR_MARK in meant.senses:
        return after is not None and (is_figure(after) or after.shape in _TIMES)
    if Sense.PERIOD in meant.senses:
        return after is not None and any(
            sense in after.senses for sense in (Sense.NEXT, Sense.THIS, Sense.AFTER_NEXT)
        )
    if Sense.HOUR_NAME in meant.senses:
        return before is not None and before.text in ("الساعه", "مع", "علي")
    if Sense.PART in meant.senses:
        return before is not None and (
            is_figure(before) or before.shape in _TIMES or Sense.FRACTION in before.senses
        )
    return (
        before is not None
        and Sense.NEXT in meant.senses
        and (Sense.WEEKDAY in before.senses or Sense.PERIOD in before.senses)
    )


def _beside_a_weekday(before: Token | None, after: Token | None) -> bool:
    if before is not None and any(
        sense in before.senses for sense in (Sense.DAY_MARK, Sense.EVERY, Sense.SAME_DAY)
    ):
        return True
    if after is None:
        return before is None
    if after.shape in (Shape.FULL_DATE, Shape.SHORT_DATE, *_TIMES) or is_figure(after):
        return True
    return any(
        sense in after.senses
        for sense in (Sense.NEXT, Sense.HOUR_MARK, Sense.SAME_DAY, Sense.AFTER_NEXT, Sense.PART)
    )


def _solid_before(tokens: Tokens, at: int) -> Token | None:
    at -= 1
    while at >= 0 and (Sense.FILLER in tokens[at].senses or Sense.FROM in tokens[at].senses):
        at -= 1
    return tokens[at] if at >= 0 else None
