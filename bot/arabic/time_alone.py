"""Whether a text is a time and nothing else: «الأحد الساعة ١١», and not «الأحد إجازة».

Words that only say that one time takes the place of another are no more than that: «بل الأحد»,
«الموعد الجديد ١١», «repoussez à mardi». So is courtesy.
"""

from datetime import datetime

from bot.arabic.courtesy import POLITE
from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.spelling import fold, word_set
from bot.arabic.dates.model import Doubt, DoubtReason
from bot.arabic.dates.read.kinds import is_figure, is_time
from bot.arabic.dates.read.tokens import Shape, Token, tokenize
from bot.arabic.dates.understand import LONGEST_TEXT, understand

_INSTEAD = word_set(
    "لا بل بدلا منه الوقت الموعد التوقيت موعد موعده موعدها وقته وقتها الجديد الصحيح الاصح "
    "اقصد قصدي نقصد عفوا اسفه اسف معليش خليه خليها خله خلها اجعله اجعليه اجعلها ليكن لتكن "
    "يكون تكون انقله انقليه نقله غيره غيريه غير غيري بدل بدلي بدلو رده رديه صافي نديروه "
    "نديروها ديريه ديرو هو هي الي non plutot pardon desole desolee finalement mettez mets "
    "deplacez repoussez changez pour nouvel nouvelle heure horaire date c est ce sera"
)
_POLITE = word_set(POLITE)
_SURE = (Sense.WEEKDAY, Sense.DAY_OFFSET, Sense.HOUR_MARK, Sense.DAY_MARK, Sense.HOUR_NAME)
_ENDS = "،,؛;.:!؟?()[]«»\"'"
_NO_TIME = (DoubtReason.NOTHING, DoubtReason.UNREAD)


def time_alone(text: str, now: datetime, locale: str, hijri_shift: int = 0) -> str:
    """The words of a text that say when, read at `now` by someone of `locale`, where it says
    nothing besides; "" for any other."""
    if len(text) > LONGEST_TEXT:
        return ""
    words = [word for word in text.split() if _bare(word) not in _POLITE]
    while words and _bare(words[0]) in _INSTEAD:
        words = words[1:]
    when = " ".join(words)
    tokens = tokenize(when)
    if not tokens or Sense.PRAYING in tokens[0].senses:
        # «صلاة الظهر» may be what the old time clashed with.
        return ""
    if not all(map(_is_of_time, tokens)) or not any(map(_is_sure, tokens)):
        return ""
    said = understand(when, now, locale, hijri_shift)
    return "" if isinstance(said, Doubt) and said.reason in _NO_TIME else when


def _is_of_time(token: Token) -> bool:
    """Whether it tells of a time, or joins words that do."""
    if is_time(token) or is_figure(token):
        return True
    besides = (Sense.TURN, Sense.CONTEXT)
    return bool(token.senses) and not any(sense in token.senses for sense in besides)


def _is_sure(token: Token) -> bool:
    """Whether it names a day or an hour, and not only a month or a part of the day."""
    return token.shape is not Shape.WORD or any(s in token.senses for s in _SURE)


def _bare(word: str) -> str:
    return fold(word).strip(_ENDS)
