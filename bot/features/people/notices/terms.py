"""What is said of the time of roles: that they end soon, have ended, or have a deputy."""

from datetime import datetime

from bot.chat.screen import Screen, choice, lines
from bot.core.i18n import N_, Voice
from bot.delivery.notice import Haste, NoticeKind
from bot.features.people.queries import terms as term_queries
from bot.features.people.queries.people import name_of
from bot.features.people.queries.terms import TermNews, TermReader
from bot.packs.organisation import role_label

HEADLINE = N_("There is news of a role of yours.")


def _role(voice: Voice, news: TermNews) -> str:
    own = news.reader is TermReader.HOLDER
    gender = voice.gender if own else news.holder.voice.gender
    return voice.say("{role} – {unit}", role=role_label(voice, news.role, gender), unit=news.unit)


def _last_day(voice: Voice, news: TermNews) -> str:
    if news.last is None:
        return voice.say("It does not end by itself any more.")
    return voice.say("Its last day is {day}.", day=voice.date(news.last))


def _page(voice: Voice, news: TermNews, *said: str) -> Screen:
    actions = [choice(voice.say("The role"), "people.role", news.id)]
    if news.renews:
        actions.insert(0, choice(voice.say("Set another end"), "people.term", news.id))
    return Screen(text=lines(*said)).with_actions(actions)


def term_set(voice: Voice, news: TermNews, now: datetime) -> Screen:
    """To the holder: somebody has set another end."""
    text = voice.say(
        "{name} has set another end to a role of yours: {role}.",
        about=news.by.voice.gender if news.by else "neutral",
        name=name_of(voice, news.by) if news.by else voice.say("a former colleague"),
        role=_role(voice, news),
    )
    return _page(voice, news, text, _last_day(voice, news))


def ends_soon(voice: Voice, news: TermNews, now: datetime) -> Screen:
    """To the holder, and to whoever can give the role further time."""
    if news.reader is TermReader.HOLDER and news.away is not None:
        text = voice.say(
            "Soon you no longer act for {name}: {role}.",
            name=name_of(voice, news.away),
            role=_role(voice, news),
        )
    elif news.reader is TermReader.HOLDER:
        text = voice.say("A role of yours ends soon: {role}.", role=_role(voice, news))
    else:
        text = voice.say(
            "The role of {name} ends soon: {role}.",
            name=name_of(voice, news.holder),
            role=_role(voice, news),
        )
    return _page(voice, news, text, _last_day(voice, news))


def over(voice: Voice, news: TermNews, now: datetime) -> Screen:
    """To both: the time is over."""
    if news.away is not None:
        return deputy_over(voice, news, now)
    if news.reader is TermReader.HOLDER:
        text = voice.say(
            "A role of yours has ended, since its time is over: {role}. Thank you for your work.",
            role=_role(voice, news),
        )
    else:
        text = voice.say(
            "The role of {name} has ended, since its time is over: {role}.",
            name=name_of(voice, news.holder),
            role=_role(voice, news),
        )
    return Screen(text=text).with_actions(
        choice(voice.say("History of roles"), "people.role_log", news.holder.id, 0)
    )


def deputy_named(voice: Voice, news: TermNews, now: datetime) -> Screen:
    """To the deputy, and to whoever is away where somebody else has named them."""
    assert news.last is not None
    if news.reader is TermReader.HOLDER:
        text = voice.say(
            "You act for {name}: {role}, from {first} to {last}. What you do there is recorded as"
            " done on their behalf.",
            name=_away(voice, news),
            role=_role(voice, news),
            first=voice.date(news.first, hijri=False),
            last=voice.date(news.last, hijri=False),
        )
    else:
        text = voice.say(
            "{name} acts for you: {role}, from {first} to {last}.",
            about=news.holder.voice.gender,
            name=name_of(voice, news.holder),
            role=_role(voice, news),
            first=voice.date(news.first, hijri=False),
            last=voice.date(news.last, hijri=False),
        )
    return _page(voice, news, text)


def deputy_begins(voice: Voice, news: TermNews, now: datetime) -> Screen:
    """To the deputy, on the first day."""
    text = voice.say(
        "From today on you act for {name}: {role}.",
        name=_away(voice, news),
        role=_role(voice, news),
    )
    return _page(voice, news, text, _last_day(voice, news))


def deputy_over(voice: Voice, news: TermNews, now: datetime) -> Screen:
    """To the deputy and to whoever was away."""
    if news.reader is TermReader.HOLDER:
        text = voice.say(
            "You no longer act for {name}: {role}. Thank you for your work.",
            name=_away(voice, news),
            role=_role(voice, news),
        )
    else:
        text = voice.say(
            "{name} no longer acts for you: {role}.",
            about=news.holder.voice.gender,
            name=name_of(voice, news.holder),
            role=_role(voice, news),
        )
    return Screen(text=text).with_actions(choice(voice.say("My profile"), "people.me"))


def _away(voice: Voice, news: TermNews) -> str:
    return name_of(voice, news.away) if news.away else voice.say("a former colleague")


TERM_SET = NoticeKind(
    "people.term_set", term_queries.set_anew, term_set, headline=HEADLINE, haste=Haste.DAY
)
ENDS_SOON = NoticeKind(
    "people.ends_soon", term_queries.ends_soon, ends_soon, headline=HEADLINE, haste=Haste.DAY
)
OVER = NoticeKind("people.role_over", term_queries.over, over, headline=HEADLINE, haste=Haste.DAY)
DEPUTY_NAMED = NoticeKind(
    "people.deputy_named",
    term_queries.deputy_named,
    deputy_named,
    headline=HEADLINE,
    haste=Haste.DAY,
)
DEPUTY_BEGINS = NoticeKind(
    "people.deputy_begins",
    term_queries.deputy_begins,
    deputy_begins,
    headline=HEADLINE,
    haste=Haste.DAY,
)
DEPUTY_OVER = NoticeKind(
    "people.deputy_over", term_queries.over, deputy_over, headline=HEADLINE, haste=Haste.DAY
)
