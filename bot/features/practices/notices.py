"""What others are told about practices, in their own voice."""

from datetime import datetime
from typing import Any

from bot.chat.screen import Screen, choice
from bot.core.i18n import N_, Voice
from bot.delivery.notice import Haste, NoticeKind
from bot.features.people.queries.people import name_acting, name_of
from bot.features.practices.queries import notices as notice_queries
from bot.features.practices.queries.notices import (
    HiddenPractice,
    PracticeNews,
    RevealedPractice,
    SharedPractice,
)

READ = "practices.open"


def _screen(voice: Voice, text: str, practice_id: int, quote: str = "") -> Screen:
    button = choice(voice.say("Open the practice"), READ, practice_id)
    return Screen(text=text, quote=quote).with_actions(button)


def shared(voice: Voice, news: SharedPractice, now: datetime) -> Screen:
    """A member of the team learns that a colleague shared something."""
    text = voice.say(
        "{name} shared a practice with {team}:",
        about=news.by.voice.gender,
        name=name_of(voice, news.by),
        team=news.team,
    )
    return _screen(voice, text, news.id, news.title)


def applied(voice: Voice, news: PracticeNews, now: datetime) -> Screen:
    """The author learns that a colleague applied the practice."""
    text = voice.say(
        "{name} applied your practice {title} in class. Your experience is spreading 🌱",
        about=news.by.voice.gender,
        name=name_of(voice, news.by),
        title=news.title,
    )
    return _screen(voice, text, news.id)


def thanked(voice: Voice, news: PracticeNews, now: datetime) -> Screen:
    """The author learns that a colleague is grateful."""
    text = voice.say(
        "{name} thanks you for your practice {title} 💐",
        about=news.by.voice.gender,
        name=name_of(voice, news.by),
        title=news.title,
    )
    return _screen(voice, text, news.id)


def hidden(voice: Voice, news: HiddenPractice, now: datetime) -> Screen:
    """The author learns who hid the practice and why, and what can be done."""
    text = voice.say(
        "{name} has hidden your practice {title} from the others for now, for this reason:",
        about=news.by.voice.gender,
        name=name_acting(voice, news.by, news.behalf),
        title=news.title,
    )
    screen = _screen(voice, text, news.id, news.reason)
    edit = choice(voice.say("Edit the practice"), "practices.edit", news.id)
    return screen.with_actions(edit)


def revealed(voice: Voice, practice: RevealedPractice, now: datetime) -> Screen:
    """The author learns that the practice can be read again."""
    text = voice.say(
        "Good news: your practice {title} can be read by your colleagues again.",
        title=practice.title,
    )
    return _screen(voice, text, practice.id)


def improved(voice: Voice, news: PracticeNews, now: datetime) -> Screen:
    """Whoever hid a practice learns that its author has changed it."""
    text = voice.say(
        "{name} has changed the practice {title}, which you had hidden. You can read it and show"
        " it again.",
        about=news.by.voice.gender,
        name=name_of(voice, news.by),
        title=news.title,
    )
    return _screen(voice, text, news.id)


def _of_any_turn(params: dict[str, Any], args: list[Any]) -> tuple[dict[str, Any], list[Any]]:
    """A version before knew not which time it was that a practice was hidden or shown."""
    return {**params, "turn": None}, args


SHARED = NoticeKind("practices.shared", notice_queries.shared, shared, haste=Haste.DAY)
APPLIED = NoticeKind("practices.applied", notice_queries.applied, applied, haste=Haste.DAY)
THANKED = NoticeKind("practices.thanked", notice_queries.thanked, thanked, haste=Haste.DAY)
HIDDEN = NoticeKind(
    "practices.hidden",
    notice_queries.hidden,
    hidden,
    headline=N_("There is news of a practice of yours."),
    version=2,
    upgrades={1: _of_any_turn},
    haste=Haste.DAY,
)
REVEALED = NoticeKind(
    "practices.revealed",
    notice_queries.revealed,
    revealed,
    headline=N_("There is news of a practice of yours."),
    version=2,
    upgrades={1: _of_any_turn},
    haste=Haste.DAY,
)
IMPROVED = NoticeKind("practices.improved", notice_queries.improved, improved, haste=Haste.DAY)
