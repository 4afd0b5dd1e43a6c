"""Names of days that are names of people and places as well."""

from __future__ import annotations

from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.setting import is_title
from bot.arabic.dates.lexicon.spelling import word_set
from bot.arabic.dates.read.amounts import Tokens
from bot.arabic.dates.read.kinds import is_context, is_word, next_at

_NAMES = word_set("خميس جمعه رمضان شعبان رجب محرم صفر ربيع")
_WITH_NEXT = (Sense.PERIOD, Sense.WEEKDAY, Sense.UNIT, Sense.MONTH, Sense.HIJRI_MONTH)
_BARE_DAYS = word_set("احد حد خميس جمعه سبت اثنين ثلاثا")


def is_of_a_name(tokens: Tokens, at: int) -> bool:
    """Whether a day without its article stands beside a word that it may belong to."""
    if tokens[at].text not in _BARE_DAYS:
        return False
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    marked = before is not None and (
        Sense.DAY_MARK in before.senses or Sense.EVERY in before.senses
    )
    if marked:
        return False
    return (before is not None and is_word(before)) or (after is not None and is_word(after))


def is_name(tokens: Tokens, at: int) -> bool:
    """Whether a word that may be a day or a month is a person's name here."""
    title = tokens[at - 1] if at else None
    named = tokens[at].text in _NAMES and title is not None
    return named and title is not None and not title.senses and is_title(title.text)


def is_adjective(tokens: Tokens, at: int) -> bool:
    """ "General" is spelt as "the year", "Moroccan" as "of the evening", and "next" may be said of
    the meeting instead of a day."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    if before is None or not is_context(before):
        return False
    after = tokens[at + 1].senses if at + 1 < len(tokens) else {}
    if token.text in ("العام", "عام"):
        return not any(sense in after for sense in (Sense.NEXT, Sense.THIS, Sense.LAST))
    if token.text == "المغربيه":
        return before.text.endswith(("ه", "ات"))
    if Sense.NEXT not in token.senses:
        return False
    follows = next_at(tokens, at + 1)
    weekday = follows < len(tokens) and Sense.WEEKDAY in tokens[follows].senses
    return not weekday and not describes_a_time(tokens, at)


def describes_a_time(tokens: Tokens, at: int) -> bool:
    """Whether words stand between "next" and a week or a day that it may belong to."""
    start = at
    while start and is_context(tokens[start - 1]):
        start -= 1
    return 0 < start < at and any(sense in tokens[start - 1].senses for sense in _WITH_NEXT)
