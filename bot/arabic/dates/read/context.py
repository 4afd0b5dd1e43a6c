"""What stands around a time, set aside before the time is read.

A word that carries no time, no negation and no alternative is context: the subject, the place and
the courtesy of a letter. What is in doubt is kept, and becomes a question: a number beside a word
that it may count, "after" before something that is no time, a day's name that may be a person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.setting import bare_forms, is_common, is_place
from bot.arabic.dates.lexicon.slips import may_hide_a_day
from bot.arabic.dates.lexicon.spelling import word_set
from bot.arabic.dates.lexicon.turns import is_denial
from bot.arabic.dates.read.amounts import Tokens
from bot.arabic.dates.read.figures import Figures
from bot.arabic.dates.read.kinds import (
    attached,
    is_context,
    is_figure,
    is_filler,
    is_time,
    is_word,
    leads_to_time,
    next_at,
)
from bot.arabic.dates.read.mending import mend
from bot.arabic.dates.read.names import describes_a_time, is_of_a_name
from bot.arabic.dates.read.tokens import Shape, Token

_GAP = Token("…", Shape.WORD, {Sense.GAP: 1})
# Said of a time only before one; elsewhere they join other words.
_JOINING = (
    Sense.FROM,
    Sense.BETWEEN,
    Sense.TO_PREFIX,
    Sense.AND,
    Sense.BY,
    Sense.EVERY,
    Sense.THIS,
    Sense.STARTING,
    Sense.EDGE_START,
)
_LOOSELY_VAGUE = word_set("حول خلال نحو حدود وسط قرب about vers")
_WEAK_MARKS = word_set("مع a at h @ س m3a ma3a")
_SAYING_SIGNS = frozenset("+=<>$^@|%٪؟?")
_FOLLOWING = word_set("التالي التاليه الموالي المواليه")
_SCHOOL_DAY = word_set(
    "دوام حصه حصص درس دروس فسحه استراحه انصراف خروج قهوه محاضره عمل غدا غدااا "
    "cours classe recreation dejeuner"
)
_ASSEMBLY = word_set("طابور اصطفاف اذاعه")
_NOR = word_set("ولا wla wlla walla oula")
_TO = "الي"
_SO_THAT = ("ن", "ي", "ت")
_LATIN_JOINTS = word_set("in dans for le au to")
_MOVED = word_set("نقل تقديم تعديل تغيير تحويل تاخير تبديل ننقل نقلنا تحويل ترحيل")
_MEETINGS = word_set(
    "موعد وقت اجتماع لقاء لقا جلسه حصه ورشه دوره تاريخ ساعه يوم درس ندوه محاضره مقابله زياره "
    "امتحان اختبار فعاليه بدايه نهايه حفل زمن توقيت مناسبه نشاط برنامج"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """The tokens without their context, and the words of it.

    `strange` are words of the context that no list knows: beside an hour alone, one of them may
    have been the day.
    """

    tokens: Sequence[Token]
    aside: tuple[str, ...]
    strange: tuple[str, ...]


def set_aside(tokens: Sequence[Token], country: str) -> Setting:
    """The tokens that say a time or put one in doubt; a gap stands where context stood."""
    mended = mend(tokens)
    if not any(token.shape is Shape.WORD and is_context(token) for token in mended):
        return Setting(mended, (), ())
    figures = Figures(mended)
    leads = leads_to_time(mended, figures.aside)
    kept: list[Token] = []
    aside: list[str] = []
    strange: list[str] = []
    index = 0
    while index < len(mended):
        token = mended[index]
        index += 1
        if index - 1 in figures.aside:
            aside.append(token.text)
            _leave_gap(kept)
        elif index - 1 in figures.doubtful or _is_doubtful(mended, index - 1, country):
            kept.append(replace(token, senses={}, shape=Shape.WORD))
        elif _is_aside(mended, index - 1, leads, country, timed=figures.timed):
            aside.append(token.text)
            if not token.senses and not is_common(token.text):
                strange.append(token.text)
            _leave_gap(kept)
        else:
            kept.append(token)
    return Setting(kept, tuple(aside), tuple(strange))


def _leave_gap(kept: list[Token]) -> None:
    if not kept or kept[-1] is not _GAP:
        kept.append(_GAP)


def _is_aside(
    tokens: Tokens, at: int, leads: Sequence[bool | None], country: str, *, timed: bool
) -> bool:
    """Whether the token is context."""
    token = tokens[at]
    if Sense.CONTEXT in token.senses:
        every = at > 0 and Sense.EVERY in tokens[at - 1].senses
        return not (every and Sense.WORKDAY in token.senses) and not _is_foreign(token, country)
    if token.shape is not Shape.WORD or is_filler(token):
        return False
    if not token.senses:
        return _is_plain_word(token.text)
    if token.text == "اليوم" and at + 1 < len(tokens) and tokens[at + 1].text in (":", "/"):
        return True  # "day:" in a list of particulars
    if leads[at + 1] is not False:
        return False
    if timed and _is_of_a_school_day(tokens, at):
        return True  # "after the lessons", where the hour itself is said
    return _says_nothing(tokens, at)


def _is_foreign(token: Token, country: str) -> bool:
    """Whether the clock of the other country is named."""
    moroccan = any(name in token.text for name in ("المغرب", "الرباط", "الدار"))
    return token.text.startswith("بتوقيت") and moroccan is not (country == "MA")


def _is_plain_word(text: str) -> bool:
    if not text[0].isalpha():
        return text not in _SAYING_SIGNS
    return not is_denial(text) and not may_hide_a_day(text)


def _is_of_a_school_day(tokens: Tokens, at: int) -> bool:
    """Whether "after" stands before a part of the school day, as an examination or a holiday is
    not; "before" only where the part of the day is said as well."""
    senses = tokens[at].senses
    parted = any(Sense.PART in token.senses for token in tokens)
    if not (Sense.AFTER in senses or (Sense.BEFORE in senses and parted)):
        return False
    forms = bare_forms(tokens[next_at(tokens, at + 1)].text)
    return not _SCHOOL_DAY.isdisjoint(forms) or (parted and not _ASSEMBLY.isdisjoint(forms))


def _says_nothing(tokens: Tokens, at: int) -> bool:
    """Whether a word of times, before one that says none, is only a word of the sentence."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    timed = before is not None and is_time(before)
    if Sense.AND in token.senses and attached(tokens, at) and _has(tokens, at + 1, Sense.FRACTION):
        return False
    if token.text in _WEAK_MARKS or token.text in _LATIN_JOINTS:
        return True
    if any(sense in token.senses for sense in _JOINING):
        return True
    if Sense.AFTER in token.senses and before is not None and Sense.AND in before.senses:
        # "and now to the matter" of letters
        return at < 2 or not is_time(tokens[at - 2])
    for sense, nothing in (
        (Sense.NEXT, token.text.isascii()),
        (Sense.OR, token.text not in _NOR and not timed),
        (Sense.VAGUE, token.text in _LOOSELY_VAGUE),
        (Sense.SAME_DAY, not timed),
    ):
        if sense in token.senses:
            return nothing
    return _is_of_the_next_words(tokens, at, timed=timed)


def _is_of_the_next_words(tokens: Tokens, at: int, *, timed: bool) -> bool:
    """The same for words that hang on the word after them; `timed`: a time stands before."""
    token = tokens[at]
    following = tokens[next_at(tokens, at + 1)].text
    if Sense.TO in token.senses:
        return not timed if token.text == _TO else following.startswith(_SO_THAT)
    if Sense.MOVE in token.senses:
        if token.text == "تقديم" and not following.startswith("ال"):
            return True  # presenting something, rather than bringing a meeting forward
        return token.text in _MOVED and not _names_a_meeting(following)
    if Sense.ORDINAL_BARE in token.senses:
        return token.senses[Sense.ORDINAL_BARE] > 0 and not attached(tokens, at)
    return Sense.FRACTION in token.senses and not attached(tokens, at)


def _has(tokens: Tokens, at: int, sense: Sense) -> bool:
    return 0 <= at < len(tokens) and sense in tokens[at].senses


def _names_a_meeting(text: str) -> bool:
    return any(
        text[len(front) :] in _MEETINGS for front in ("", "ال", "لل") if text.startswith(front)
    )


def _is_doubtful(tokens: Tokens, at: int, country: str) -> bool:
    """Whether a word of times may say something else where it stands."""
    token = tokens[at]
    if token.text in ("قسم", "وقسم") and not token.senses:
        # the class, or five minutes in Morocco
        hour = at - 2 if token.text == "قسم" and _has(tokens, at - 1, Sense.AND) else at - 1
        return hour >= 0 and is_figure(tokens[hour])
    if not token.senses or token.shape is not Shape.WORD:
        return False
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if Sense.DAY_MARK in token.senses and token.text not in ("le", "on"):
        following = next_at(tokens, at + 1)
        return following < len(tokens) and is_context(tokens[following])
    if token.senses.get(Sense.DAY_OFFSET) == 0 and after is not None and is_word(after):
        # "today's", or the name of a day: «اليوم الخليجي»
        return after.text.startswith("ال") and after.text.endswith("ي")
    if token.text == "المغرب" and country == "MA" and before is not None:
        return before.text in ("ب", "في", "ف")
    if Sense.NEXT in token.senses and describes_a_time(tokens, at):
        return True
    if token.text in _FOLLOWING and after is not None and is_word(after):
        return after.text.startswith("ل")  # the Sunday that follows the examinations
    if Sense.WEEKDAY in token.senses and is_of_a_name(tokens, at):
        return True
    article = token.text.startswith("ال") and (
        Sense.PRAYER in token.senses or Sense.PART in token.senses
    )
    if article and before is not None and is_word(before):
        return not is_common(before.text) or is_place(before.text)
    return False
