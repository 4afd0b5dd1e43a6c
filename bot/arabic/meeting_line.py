"""A meeting that somebody writes in one line: «الخميس ١٠ في معمل العلوم عن القراءة».

`bot.arabic.dates` says when it is, and tells the time from what stands around it. Here that is told
apart: where it is, what it is about, and words of courtesy. What is none of these is what the
meeting is about, so no word is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from bot.arabic import invitations
from bot.arabic.courtesy import POLITE
from bot.arabic.dates.lexicon.senses import Sense
from bot.arabic.dates.lexicon.setting import COMMON, bare_forms, is_numbered
from bot.arabic.dates.lexicon.spelling import fold, word_set
from bot.arabic.dates.model import Doubt, DoubtReason, Understood
from bot.arabic.dates.read.kinds import is_figure, is_time
from bot.arabic.dates.read.tokens import Shape, Token, tokenize
from bot.arabic.dates.understand import LONGEST_TEXT, understand

_IN = word_set("في ف ب فى dans en a au aux fi f")
_BY = word_set("عبر علي via par sur")
_ARTICLES = word_set("la le les l de des du")
_ROOMS = word_set(
    "قاعه غرفه صاله معمل مختبر مكتبه مسرح ساحه ملعب مصلي مكتب مقر مدرج حجره قسم صف فصل مقصف مركز "
    "مدرسه متوسطه ثانويه ابتدائيه اعداديه روضه بهو فضا نادي دار حديقه مجلس اداره مديريه اكاديميه "
    "معهد جامعه كليه منزل بيت طابق مبني جناح استراحه مصادر نيابه مسجد رواق salle bibliotheque labo "
    "laboratoire amphi bureau cdi ecole college lycee centre maison cour atelier academie "
    "direction room hall library school office"
)
_PLAIN_ROOMS = word_set(
    "قاعه غرفه صاله معمل مختبر مكتبه مسرح مصلي مدرج حجره salle bibliotheque labo amphi room hall"
)
"""Rooms that need no "in" before them, and are seldom what a meeting is about."""
_ONLINE = word_set(
    "اونلاين افتراضيا زوم تيمز ويبكس الانترنت online zoom teams webex visio visioconference"
)
_LED_ONLINE = {
    "عن": ("بعد",),
    "جوجل": ("ميت",),
    "قوقل": ("ميت",),
    "google": ("meet",),
    "مايكروسوفت": ("تيمز",),
    "منصه": ("زوم", "تيمز", "مدرستي"),
    "en": ("ligne", "visio", "visioconference"),
    "a": ("distance",),
    "اون": ("لاين",),
}
_ABOUT = word_set("عن حول بخصوص بشان بعنوان عنوانه موضوعه موضوعها الموضوع العنوان sur about")
_MEANT_FOR = word_set("pour")
_ABOUT_AFTER = word_set("علي pour")
_ABOUT_LED = {"au": ("sujet",), "a": ("propos",), "من": ("اجل",)}
_TO_DO = word_set(
    "لمناقشه لبحث لدراسه لمتابعه لتحليل لعرض لمراجعه لتقييم لتقويم لتخطيط لاعداد لتحضير لتوزيع "
    "لتنسيق لتبادل لاختيار لاقرار لمدارسه لتنظيم لاستعراض لتدارس"
)
_MEETS = word_set("اجتماع لقاء لقا جلسه reunion rencontre seance meeting rdv")
_LABELS = word_set("المكان الموقع lieu place")
_COURTESY = word_set(POLITE) | word_set(
    "الله ارجو نرجو يرجي من ان شا باذن بمشيئه زميلاتي زملائي الزميلات الزملا اخواتي اخوتي كل علي "
    "لنا جديد جديده nous on se s est la le les l aura lieu et avec d de du une un prochain "
    "prochaine"
)
_WISHES = word_set(
    "ابي ابغي ابغا نبي نبغي نبغا بغيت بغينا اريد نريد اود نود احب نحب ودي ودنا حاب حابه حابين "
    "احط نحط احدد نحدد حدد حددي احجز نحجز سوي اسوي نسوي اعمل نعمل ندير دير ديري نعقد اعقد "
    "نبرمج ابرمج خلونا خلنا خلينا يلا عندنا عندي لدينا je voudrais veux"
)
"""Who asks for a meeting says so before they say what it is about."""
_ENDS = "،,؛;.:!؟?()[]«»\"'"
_PAUSES = tuple("،,؛;.:")
_STRONG = (Sense.WEEKDAY, Sense.DAY_OFFSET, Sense.HOUR_MARK, Sense.DAY_MARK)
_STRONG_SHAPES = (
    *(Shape.FULL_DATE, Shape.SHORT_DATE, Shape.TIME, Shape.FRENCH_TIME, Shape.MOMENT),
)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """What such a line says, each as it was written; "" where it does not say it. `when` are the
    words from which the time is read, and `readings` what they may mean, the likeliest first;
    `place` is words, or a web address, or both. `sure`: it can hardly be anything else than a
    meeting."""

    when: str
    place: str = ""
    about: str = ""
    sure: bool = True
    readings: tuple[Understood, ...] = ()


class _Kind(Enum):
    TIME = auto()
    FIGURE = auto()
    JOINT = auto()
    MEETS = auto()
    COURTESY = auto()
    WORD = auto()


@dataclass(slots=True)
class _LineParts:
    """The words of a line by what they say."""

    when: list[str] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    meets: list[str] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    """Which words of the line tell of the place or of the subject."""


def read_meeting_line(
    text: str, now: datetime, locale: str, hijri_shift: int = 0
) -> MeetingLine | None:
    """What a text says of a meeting, read at `now` by someone of `locale`; None where it names no
    time, or a day alone among other words, which may be the name of something."""
    if len(text) > LONGEST_TEXT or invitations.read_invitation(text):
        return None
    links, words = invitations.parted(text)
    parts = _part(words)
    if not parts.when:
        return None
    said = understand(text, now, locale, hijri_shift)
    if not _is_about_time(said):
        # Words of the subject were in the way of the time.
        text = " ".join(word for at, word in enumerate(words) if at not in parts.told)
        said = understand(text, now, locale, hijri_shift)
    readings: tuple[Understood, ...] = said.candidates if isinstance(said, Doubt) else (said,)
    if not readings and not _is_about_time(said):
        return None
    about = parts.about or (parts.meets + parts.rest if parts.rest else [])
    if parts.about and parts.rest:
        about = [*parts.about, *parts.rest]
    timed = any(each.start or each.prayer for each in readings)
    told = bool(parts.place or links or parts.about)
    named = any(_is_strong(tokenize(word)) for word in parts.when)
    if not timed and not (named and (told or not parts.rest)):
        return None
    place = " ".join([" ".join(parts.place).strip(_ENDS + " "), *links]).strip()
    sure = bool(parts.meets) or (timed and (told or not parts.rest))
    return MeetingLine(text, place, " ".join(about).strip(_ENDS + " "), sure, readings)


def _is_about_time(said: Understood | Doubt) -> bool:
    """Whether it is a time, or a doubt about one, and not about other words."""
    doubt = said.reason if isinstance(said, Doubt) else None
    return doubt not in (DoubtReason.NOTHING, DoubtReason.UNREAD)


def _part(words: Sequence[str]) -> _LineParts:
    parts = _LineParts()
    into = parts.rest
    at = _wished(words)
    while at < len(words):
        word = words[at]
        tokens = tokenize(word)
        if led := _leads_to_place(words, at, free=into is not parts.about):
            into = parts.place
            into += led.shown
            parts.told.update(range(at, at + led.length))
            at += led.length
            continue
        if length := _leads_to_subject(words, at, free=into is parts.place or into is parts.when):
            into = parts.about
            into += [word[1:]] if _bare(word) in _TO_DO else []
            parts.told.update(range(at, at + length))
            at += length
            continue
        at += 1
        if _bare(word) in _MEANT_FOR and at < len(words) and _is_strong(tokenize(words[at])):
            # «pour jeudi»: it belongs to the time, and says nothing else.
            continue
        kind = _kind_of(word, tokens)
        if _tells_time(kind, tokens, into, parts):
            into = parts.when
        elif into is parts.when and kind is not _Kind.JOINT:
            into = parts.rest
        if into is parts.rest and not into:
            if kind is _Kind.MEETS:
                parts.meets.append(word)
                continue
            if kind in (_Kind.COURTESY, _Kind.JOINT):
                continue
        into.append(word)
        if into is parts.place or into is parts.about:
            parts.told.add(at - 1)
        if word.endswith(_PAUSES) and into is parts.place:
            into = parts.rest
    return parts


def _wished(words: Sequence[str]) -> int:
    """How many words at the beginning only ask for a meeting. Where another noun follows, they
    belong to it: «أحب القراءة»."""
    at = 0
    while at < len(words) and (_bare(words[at]) in _WISHES or _is_courtesy(words[at])):
        at += 1
    if at == len(words) or _WISHES.isdisjoint(map(_bare, words[:at])):
        return 0
    follows = _kind_of(words[at], tokenize(words[at]))
    led = follows is not _Kind.WORD or _leads_to_place(words, at, free=True)
    return at if led or _leads_to_subject(words, at, free=False) else 0


def _is_courtesy(word: str) -> bool:
    return _kind_of(word, tokenize(word)) is _Kind.COURTESY


def _tells_time(
    kind: _Kind, tokens: Sequence[Token], into: Sequence[str], parts: _LineParts
) -> bool:
    """Whether a word after these is one of the time."""
    if kind is _Kind.TIME:
        return into is not parts.about or _is_strong(tokens)
    return kind is _Kind.FIGURE and not _is_counted(into, parts, tokens)


@dataclass(frozen=True, slots=True)
class _Led:
    """The words of a place that begins here: as they are kept, and how many they are."""

    shown: list[str]
    length: int


def _leads_to_place(words: Sequence[str], at: int, *, free: bool) -> _Led | None:
    """Whether a place begins here; one without a word that says so only where nothing else goes on
    (`free`)."""
    bare = _bare(words[at])
    after = _bare(words[at + 1]) if at + 1 < len(words) else ""
    if after in _LED_ONLINE.get(bare, ()):
        return _Led([words[at], words[at + 1].strip(_ENDS)], 2)
    if bare in _BY and (after in _ONLINE or after in _LED_ONLINE):
        return _Led([words[at], words[at + 1].strip(_ENDS)], 2)
    if bare in _ONLINE:
        return _Led([words[at].strip(_ENDS)], 1)
    if bare in _LABELS and at + 1 < len(words):
        return _Led([words[at + 1]], 2)
    if bare in _IN and after:
        skip = 2 if after in _ARTICLES and at + 2 < len(words) else 1
        noun = words[at + skip]
        return _Led([noun], skip + 1) if _is_room(_bare(noun), _ROOMS) else None
    if len(bare) > 3 and bare[0] in "بف" and _is_room(bare[1:], _ROOMS):
        return _Led([_without_in(words[at])], 1)
    if free and _is_room(bare, _PLAIN_ROOMS):
        return _Led([words[at]], 1)
    return None


def _without_in(word: str) -> str:
    """«بالمكتبة» is «المكتبة», «فقاعة» is «قاعة»."""
    return word[1:]


def _is_room(bare: str, rooms: frozenset[str]) -> bool:
    return not rooms.isdisjoint(bare_forms(bare)) and bare[:1] not in "بلف"


def _leads_to_subject(words: Sequence[str], at: int, *, free: bool) -> int:
    """How many words here only say that the subject follows; 0 for none. «على» in Morocco and
    «pour» do so where they lead on from a time or a place (`free`) to what is no time."""
    bare = _bare(words[at])
    after = _bare(words[at + 1]) if at + 1 < len(words) else ""
    if free and bare in _ABOUT_AFTER and after:
        return 1 if _kind_of(words[at + 1], tokenize(words[at + 1])) is _Kind.WORD else 0
    if after in _ABOUT_LED.get(bare, ()) and at + 2 < len(words):
        follows = _bare(words[at + 2])
        return 3 if follows in ("de", "du", "des") and at + 3 < len(words) else 2
    return 1 if after and (bare in _ABOUT or bare in _TO_DO) else 0


def _kind_of(word: str, tokens: Sequence[Token]) -> _Kind:
    bare = _bare(word)
    if any(is_time(token) and not is_figure(token) for token in tokens) or _is_strong(tokens):
        return _Kind.TIME
    if any(is_figure(token) for token in tokens):
        return _Kind.FIGURE
    if not bare_forms(bare).isdisjoint(_MEETS):
        return _Kind.MEETS
    if tokens and all(token.senses and Sense.CONTEXT not in token.senses for token in tokens):
        return _Kind.JOINT
    if bare in _COURTESY or not bare or not COMMON.isdisjoint({bare, bare.removeprefix("و")}):
        return _Kind.COURTESY
    return _Kind.WORD


def _is_strong(tokens: Sequence[Token]) -> bool:
    """Whether it says a time wherever it stands, as a rank or a season does not."""
    return any(
        token.shape in _STRONG_SHAPES or any(sense in token.senses for sense in _STRONG)
        for token in tokens
    )


def _is_counted(into: Sequence[str], parts: _LineParts, tokens: Sequence[Token]) -> bool:
    """Whether a number after these words belongs to them: «قاعة 12», «الفصل الأول»."""
    if not into or into is parts.when:
        return False
    if into is parts.about:
        return True
    before = _bare(into[-1])
    if into is parts.place:
        return _is_room(before, _ROOMS)
    return is_numbered(before) or all(token.shape is Shape.WORD for token in tokens)


def _bare(word: str) -> str:
    return fold(word).strip(_ENDS)
