"""What other people are told about roles and invitations, each in their own voice; and whoever sent
too much at once about what was left unread."""

from datetime import datetime

from bot.chat.screen import Screen, choice, lines
from bot.core.i18n import N_, Voice
from bot.delivery.notice import Haste, NoticeKind
from bot.features.people.queries import addresses as address_queries
from bot.features.people.queries import notices as notice_queries
from bot.features.people.queries.addresses import OwnAddress, address_label
from bot.features.people.queries.notices import NamesakeFacts, RoleNews
from bot.features.people.queries.people import name_of
from bot.packs.organisation import role_label


def accepted(voice: Voice, news: RoleNews, now: datetime) -> Screen:
    """To the inviter: somebody took the role."""
    text = voice.say(
        "{name} has accepted your invitation and is now {role} at {unit}.",
        about=news.by.voice.gender,
        name=name_of(voice, news.by),
        role=role_label(voice, news.role, news.by.voice.gender),
        unit=news.unit,
    )
    return Screen(text=text)


def granted(voice: Voice, news: RoleNews, now: datetime) -> Screen:
    """To the person themselves."""
    text = voice.say(
        "You are now {role} at {unit}, appointed by {name}. Congratulations!",
        role=role_label(voice, news.role, voice.gender),
        unit=news.unit,
        name=name_of(voice, news.by),
    )
    until = ""
    if news.last is not None:
        until = voice.say("It ends by itself; its last day is {day}.", day=voice.date(news.last))
    return Screen(text=lines(text, on_behalf(voice, news), until)).with_actions(
        choice(voice.say("My profile"), "people.me")
    )


def on_behalf(voice: Voice, news: RoleNews) -> str:
    """For whom whoever did it acts, where they did it as a deputy."""
    if news.behalf is None:
        return ""
    return voice.say(
        "{name} acts for {holder}.",
        about=news.by.voice.gender,
        name=name_of(voice, news.by),
        holder=name_of(voice, news.behalf),
    )


def ended(voice: Voice, news: RoleNews, now: datetime) -> Screen:
    text = voice.say(
        "{name} has ended your role as {role} at {unit}. Thank you for your work.",
        role=role_label(voice, news.role, voice.gender),
        unit=news.unit,
        name=name_of(voice, news.by),
    )
    return Screen(text=lines(text, on_behalf(voice, news))).with_actions(
        choice(voice.say("My profile"), "people.me")
    )


def namesake(voice: Voice, facts: NamesakeFacts, now: datetime) -> Screen:
    """To whoever answers for the unit: somebody there bears a name that resembles an officer's."""
    text = voice.say(
        "{name} now bears at {unit} a name that resembles that of {officer}. It may well be right;"
        " please make sure that you know this person.",
        about=facts.who.voice.gender,
        name=facts.who.name,
        unit=facts.unit,
        officer=facts.officer.name,
    )
    people = choice(voice.say("People and roles"), "people.staff", facts.unit_id, 0)
    return Screen(text=text).with_actions([people] if facts.looks_after else [])


def unread(voice: Voice, number: int, now: datetime) -> Screen:
    """To whoever sent too much at once."""
    text = voice.count(
        "I left {n} message unread, since too many arrived at once. You can now send it again.",
        "I left {n} messages unread, since too many arrived at once. You can now send again what"
        " matters.",
        number,
    )
    return Screen(text=text)


def linked(voice: Voice, found: OwnAddress, now: datetime) -> Screen:
    """To the other addresses of the same person, which may not have been theirs to link."""
    text = voice.say(
        "{address} is linked to your account: it can do whatever you can. If it is not yours,"
        " unlink it at once.",
        address=address_label(voice, found),
    )
    return Screen(text=text).with_actions(
        choice(voice.say("It is not mine"), "people.unlink", found.id),
        choice(voice.say("My addresses"), "people.addresses"),
    )


def unlinked(voice: Voice, stranger: bool, now: datetime) -> Screen:
    """To whoever writes at an address that was unlinked from another one."""
    text = voice.say(
        "This account is no longer linked, and I do not know it any more. To begin anew, write"
        " /start."
    )
    return Screen(text=text)


LINKED = NoticeKind(
    "people.linked",
    address_queries.linked,
    linked,
    headline=N_("Another account is linked to yours."),
    haste=Haste.NOW,
)
UNLINKED = NoticeKind(
    "people.unlinked",
    address_queries.unlinked,
    unlinked,
    headline=N_("This account is no longer linked."),
    haste=Haste.NOW,
)
ACCEPTED = NoticeKind("people.accepted", notice_queries.accepted, accepted, haste=Haste.DAY)
GRANTED = NoticeKind(
    "people.granted",
    notice_queries.granted,
    granted,
    headline=N_("There is news of a role of yours."),
    haste=Haste.DAY,
)
ENDED = NoticeKind(
    "people.ended",
    notice_queries.ended,
    ended,
    headline=N_("There is news of a role of yours."),
    haste=Haste.DAY,
)
NAMESAKE = NoticeKind(
    "people.namesake",
    notice_queries.namesakes,
    namesake,
    headline=N_("A name at a unit of yours asks for a look."),
    haste=Haste.DAY,
)
UNREAD = NoticeKind("people.unread", notice_queries.unread, unread, haste=Haste.NOW)
