"""Dates and times as people type them, understood or asked about.

`understand` reads standard Arabic, Gulf and Moroccan wording, Hijri and Gregorian dates, and the
English and French of autocorrecting phones, alone or inside of a letter: what carries no time, no
negation and no alternative is context. It never guesses silently: a word of times that it did not
read, a negation, an hour that may be morning or evening, a weekday that does not match its date, a
day that does not exist or has passed, each becomes a `Doubt` with the likeliest readings.

Conventions: "next" and a weekday alone are the first such day after today; a bare hour 1 to 6 is
afternoon, 7 to 11 morning, 12 noon; the day comes before the month; a date without a year is its
next occurrence; years 1343 to 1500 are Umm al-Qura; the end of a span lends its part of the day to
the start; a recurrence starts at its first occurrence after now; a time alone is its next
occurrence; a week starts on Sunday in Saudi Arabia and on Monday in Morocco.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.arabic.calendar.prayer import Location
from bot.arabic.dates.lexicon.senses import Reversal
from bot.arabic.dates.lexicon.setting import is_numbered, is_place
from bot.arabic.dates.lexicon.slips import slip_of
from bot.arabic.dates.lexicon.typos import nearest_word
from bot.arabic.dates.model import Doubt, DoubtReason, Understood
from bot.arabic.dates.read.choices import lend, without_denied
from bot.arabic.dates.read.context import set_aside
from bot.arabic.dates.read.corrections import read_correction
from bot.arabic.dates.read.facts import (
    DAY_FACTS,
    Bare,
    Connective,
    DaySpan,
    Every,
    Fact,
    Frequency,
    Hint,
    Instant,
    Join,
    MomentSpan,
    ReadingContext,
    Rescheduled,
    Turned,
    Unread,
)
from bot.arabic.dates.read.scan import scan
from bot.arabic.dates.read.spans import join_moments, join_spans
from bot.arabic.dates.read.tokens import Shape, Token, tokenize
from bot.arabic.dates.settle.answers import Answer, candidates_of, settle_known
from bot.arabic.dates.settle.numbers import place_numbers, place_otherwise, place_pairs
from bot.arabic.dates.settle.recurrence import understand_recurrence
from bot.core.graphemes import begin

LONGEST_TEXT = 700
"""Characters; a longer text is no answer to a question for a time."""
_OLD = (Connective(Join.FROM), Connective(Join.STARTING))
_NEW = (Connective(Join.TO), Connective(Join.PREFIX))
_DAYS = (*DAY_FACTS, Instant, DaySpan, MomentSpan, Every, Frequency)


def understand(
    text: str, now: datetime, locale: str, hijri_shift: int = 0, place: Location | None = None
) -> Answer:
    """What `text` says, read at `now` by someone of `locale` (`ar_SA`, `ar-MA`, `MA` …).

    Never raises, whatever the text. Times are local to `now`, with its tzinfo or naive as it is.
    A locale without a country that we know reads as Saudi Arabia. Hijri dates are those of Umm
    al-Qura, `hijri_shift` days later (negative: the month began later than there). Whether a prayer
    of today has passed is reckoned at `place`, or in the capital.
    """
    context = ReadingContext(now, country_of(locale), hijri_shift, place)
    if len(text) > LONGEST_TEXT:
        return Doubt(DoubtReason.UNREAD, {"words": begin(text, 40) + "…"})
    try:
        setting = set_aside(tokenize(text), context.country)
        facts = scan(setting.tokens, context)
        answer = _understand_facts(facts, context)
        if isinstance(answer, Doubt) and answer.reason is DoubtReason.TURNED:
            answer = _correct(answer, setting.tokens, context)
        if isinstance(answer, Understood):
            return _trust(answer, facts, setting.strange)
        if answer.reason is DoubtReason.NOTHING and setting.aside:
            answer = Doubt(DoubtReason.UNREAD, {"words": " ".join(setting.aside)})
        if answer.reason is DoubtReason.UNREAD:
            answer = _guess_typos(answer, setting.tokens, context)
        return _quote_words(answer, text) if "words" in answer.values else answer
    except (OverflowError, ValueError):
        # a sum or a year beyond what calendars hold
        return Doubt(DoubtReason.NO_SUCH_DATE, {"text": begin(text, 40)})


def _correct(question: Doubt, tokens: Sequence[Token], context: ReadingContext) -> Answer:
    """What a text says in the end, where it is clear what it denies or corrects."""
    correction = read_correction(tokens)
    if correction is None:
        return question
    facts = scan(correction.said, context)
    if correction.before:
        facts = lend(facts, scan(correction.before, context))
    answer = _understand_facts(facts, context)
    if isinstance(answer, Understood):
        return answer
    offered = (*answer.candidates, *question.candidates)
    return replace(question, candidates=tuple(dict.fromkeys(offered))[:2])


def _trust(answer: Understood, facts: Sequence[Fact], strange: Sequence[str]) -> Answer:
    """The answer, or a question where an hour has no day and a word of the text is not known: the
    word may be the day."""
    if strange and not any(isinstance(fact, _DAYS) for fact in facts):
        return Doubt(DoubtReason.NO_DAY, {}, (answer,))
    return answer


def country_of(locale: str) -> str:
    """The country of a locale: `MA` for Moroccan ones, else `SA`."""
    return "MA" if locale.replace("-", "_").upper().split("_")[-1] == "MA" else "SA"


def _quote_words(question: Doubt, text: str) -> Doubt:
    """The same question, its unread words as they were typed."""
    unread = set(question.values["words"].split())
    typed = [word for word in text.split() if unread & {token.text for token in tokenize(word)}]
    return replace(question, values={"words": begin(" ".join(typed), 80)}) if typed else question


def _guess_typos(question: Doubt, tokens: Sequence[Token], context: ReadingContext) -> Doubt:
    """The same question, offering first what the text says with its typing errors mended."""
    mended = [
        slip_of(token.text) or nearest_word(token.text) or token.text
        if _may_be_mended(token)
        else token.text
        for token in tokens
    ]
    if mended == [token.text for token in tokens]:
        return question
    answer = _understand_facts(scan(tokenize(" ".join(mended)), context), context)
    offered = (*candidates_of(answer), *question.candidates)
    return replace(question, candidates=tuple(dict.fromkeys(offered))[:2])


def _may_be_mended(token: Token) -> bool:
    unknown = token.shape is Shape.WORD and not token.senses
    return unknown and not is_place(token.text) and not is_numbered(token.text)


def _understand_facts(facts: list[Fact], context: ReadingContext) -> Answer:
    """An answer for facts that leave no doubt of their own, a question for those that do."""
    if any(isinstance(fact, Turned) for fact in facts):
        return _ask_turned(facts, context)
    if any(isinstance(fact, Connective) and fact.join is Join.OR for fact in facts):
        return _ask_alternatives(facts, context)
    if any(isinstance(fact, Rescheduled) for fact in facts):
        return _take_new_time(facts, context)
    known = [fact for fact in facts if not isinstance(fact, Unread | Hint)]
    if not any(not isinstance(fact, Connective) for fact in known):
        return _ask_unread(facts, ()) or Doubt(DoubtReason.NOTHING)
    recurring = any(isinstance(fact, Every | Frequency) for fact in known)
    joined = join_spans(join_moments(place_pairs(known, context)), recurring=recurring)
    placed = place_numbers(joined, context)
    answer = _settle(placed, context, recurring=recurring)
    if not recurring and isinstance(answer, Understood) and _joins_days(known):
        answer = Doubt(DoubtReason.SEVERAL_DAYS, {}, (answer,))
    candidates = candidates_of(answer)
    unread = _ask_unread([*facts, *placed], candidates)
    if unread is not None:
        return unread
    hints = [fact for fact in (*facts, *placed) if isinstance(fact, Hint)]
    if not hints:
        return answer
    other = _settle(place_otherwise(placed), context, recurring=recurring)
    both = tuple(dict.fromkeys((*candidates[:1], *candidates_of(other)[:1], *candidates)))
    return Doubt(hints[0].reason, {"text": hints[0].text}, both[:2])


def _ask_unread(facts: Sequence[Fact], candidates: tuple[Understood, ...]) -> Doubt | None:
    words = [fact.text for fact in facts if isinstance(fact, Unread)]
    if not words:
        return None
    return Doubt(DoubtReason.UNREAD, {"words": " ".join(words)}, candidates)


def _ask_turned(facts: list[Fact], context: ReadingContext) -> Doubt:
    """A negation, a correction or a condition: what is left without what it denies, and what takes
    the place of what; the likelier first."""
    turned = [fact for fact in facts if isinstance(fact, Turned)]
    words = " ".join(fact.text for fact in turned)
    rest: list[Fact] = [fact for fact in facts if not isinstance(fact, Turned | Unread)]
    if not any(not isinstance(fact, Connective | Hint) for fact in rest):
        return Doubt(DoubtReason.UNREAD, {"words": words})
    at = facts.index(turned[0])
    before: list[Fact] = [f for f in facts[:at] if not isinstance(f, Unread)]
    after: list[Fact] = [f for f in facts[at + 1 :] if not isinstance(f, Turned | Unread)]
    sides: list[list[Fact]]
    if turned[0].turn is Reversal.NOT:
        sides = [lend(after, before) if before else [], without_denied(before, after)]
    elif turned[0].turn is Reversal.RATHER:
        sides = [lend(after, before), before]
    else:
        sides = [rest]
    offered = [
        candidates_of(_understand_facts(side, context))[:1]
        for side in sides
        if any(not isinstance(fact, Connective) for fact in side)
    ]
    readings = tuple(dict.fromkeys(one for some in offered for one in some))
    return Doubt(DoubtReason.TURNED, {"words": words}, readings[:2])


def _ask_alternatives(facts: list[Fact], context: ReadingContext) -> Doubt:
    """ "This or that": each side read alone, lending its day or time to the other."""
    at = facts.index(Connective(Join.OR))
    first, second = facts[:at], facts[at + 1 :]
    offered: list[Understood] = []
    for side, lender in ((first, second), (second, first)):
        if side:
            offered.extend(candidates_of(_understand_facts(lend(side, lender), context))[:1])
    unread = _ask_unread(facts, tuple(dict.fromkeys(offered))[:2])
    return unread or Doubt(DoubtReason.ALTERNATIVES, {}, tuple(dict.fromkeys(offered))[:2])


def _joins_days(facts: Sequence[Fact]) -> bool:
    """Whether "and" joins a day to one before it: "Thursday and the third" are two, not one."""
    return any(
        fact == Connective(Join.AND)
        and isinstance(after, (*DAY_FACTS, Bare))
        and any(isinstance(before, DAY_FACTS) for before in facts[:at])
        for at, (fact, after) in enumerate(pairwise(facts))
    )


def _take_new_time(facts: Sequence[Fact], context: ReadingContext) -> Answer:
    """Words of a move: what follows "to" is the new time, what stands before it the old.

    Understood when only the new one is named; else a question, and where the words have other uses
    the span from the old to the new is offered too.
    """
    sure = all(fact.sure for fact in facts if isinstance(fact, Rescheduled))
    rest = [fact for fact in facts if not isinstance(fact, Rescheduled)]
    to = next((at for at, fact in enumerate(rest) if fact in _NEW), len(rest))
    start = next((at for at, fact in enumerate(rest[:to]) if fact in _OLD), None)
    kept, old = (rest[:start], rest[start:to]) if start is not None else ([], rest[:to])
    if to == len(rest):
        return _doubt_move(kept if start is not None else rest, (), facts, context)
    new = [*kept, *rest[to + 1 :]]
    unread = [fact for fact in old if isinstance(fact, Unread)]
    if sure and len(unread) == len(old):
        return _understand_facts([*unread, *new], context)
    return _doubt_move(new, () if sure else rest, facts, context)


def _doubt_move(
    new: Sequence[Fact], span: Sequence[Fact], facts: Sequence[Fact], context: ReadingContext
) -> Doubt:
    """The question whether the new time is meant, or else the span."""
    offered = candidates_of(_understand_facts(list(new), context))[:1]
    if span:
        offered = (*offered, *candidates_of(_understand_facts(list(span), context))[:1])
    offered = tuple(dict.fromkeys(offered))
    return _ask_unread(facts, offered) or Doubt(DoubtReason.MOVED, {}, offered)


def _settle(facts: list[Fact], context: ReadingContext, *, recurring: bool) -> Answer:
    facts = [fact for fact in facts if not isinstance(fact, Hint | Unread)]
    if recurring:
        return understand_recurrence(facts, context)
    return settle_known(facts, context)
