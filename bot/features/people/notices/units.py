"""What people are told about their unit: it is part of another one, or closed."""

from datetime import datetime

from bot.chat.screen import Screen, choice, lines
from bot.core.i18n import N_, Voice
from bot.delivery.notice import Haste, NoticeKind
from bot.features.people.queries import unit_news
from bot.features.people.queries.unit_news import UnitNews


def merged(voice: Voice, news: UnitNews, now: datetime) -> Screen:
    """To whoever stood to the unit in some way."""
    text = voice.say(
        "{unit} is now part of {into}. Your place, your roles and what you asked for have moved"
        " along; there is nothing for you to do.",
        unit=news.unit,
        into=news.into,
    )
    return Screen(text=text).with_actions(choice(voice.say("My profile"), "people.me"))


def unit_closed(voice: Voice, news: UnitNews, now: datetime) -> Screen:
    """To whoever waited there, or held a role there."""
    text = voice.say("{unit} is closed.", unit=news.unit)
    if news.waited:
        on = voice.say("Your request there has ended with it; you can ask at another unit.")
    else:
        on = voice.say("Roles there have ended with it. What you shared and did stays yours.")
    return Screen(text=lines(text, on)).with_actions(
        choice(voice.say("Another unit"), "people.edit", "unit"),
        choice(voice.say("My profile"), "people.me"),
    )


MERGED = NoticeKind(
    "people.unit_merged",
    unit_news.merged,
    merged,
    headline=N_("There is news of your unit."),
    haste=Haste.DAY,
)
UNIT_CLOSED = NoticeKind(
    "people.unit_closed",
    unit_news.closed,
    unit_closed,
    headline=N_("There is news of your unit."),
    haste=Haste.DAY,
)
