"""What others are told of lists: whoever brought one, the head, and whose claim was undone."""

from datetime import datetime

from bot.chat.screen import Screen, choice, lines, paragraphs
from bot.core.i18n import N_, Voice
from bot.delivery.notice import Haste, NoticeKind
from bot.features.imports.models import ImportKind, ImportState
from bot.features.imports.queries import notices as notice_queries
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.notices import (
    ClaimNews,
    ClosedNews,
    ImportNews,
    Joined,
    UnclaimNews,
)
from bot.features.people.queries.people import name_acting, name_of

SHOWN = 10
"""Those who joined last, by name in the message that tells of many."""


def settled(voice: Voice, news: ImportNews, now: datetime) -> Screen:
    """To whoever brought the list."""
    match news.state:
        case ImportState.CHECKED:
            text = voice.say("I have looked through the list {title}.", title=news.title)
            told = counts(voice, news)
        case ImportState.DONE:
            text = voice.say("The list {title} is added.", title=news.title)
            told = added(voice, news.kind, news.added)
            told = lines(
                told, altered(voice, news), not_taken(voice, news.wrong) if news.wrong else ""
            )
        case _:
            text = voice.say("The list {title} is taken back.", title=news.title)
            told = stayed(voice, news.claimed) if news.claimed else ""
    return Screen(text=paragraphs(text, told)).with_actions(
        choice(voice.say("Open the list"), "imports.one", news.id)
    )


def counts(voice: Voice, found: Import | ImportNews) -> str:
    """What the rows of a list come to."""
    kind, fresh, known, wrong = found.kind, found.fresh, found.known, found.wrong
    if kind is ImportKind.PEOPLE:
        new = voice.count("🟢 {n} person is new.", "🟢 {n} people are new.", fresh)
    else:
        new = voice.count("🟢 {n} unit is new.", "🟢 {n} units are new.", fresh)
    there = voice.count("⚪ {n} row is there already.", "⚪ {n} rows are there already.", known)
    differ = voice.count(
        "🟡 {n} colleague has changed.", "🟡 {n} colleagues have changed.", found.changed
    )
    return lines(
        new,
        there if known else "",
        differ if found.changed else "",
        not_taken(voice, wrong) if wrong else "",
    )


def altered(voice: Voice, found: Import | ImportNews) -> str:
    """What came of those whom a list says to have changed; "" where there were none."""
    if found.altered:
        return voice.count("{n} was changed.", "{n} were changed.", found.altered)
    if found.altered is None and found.changed:
        return voice.count(
            "{n} has changed and stays as before.",
            "{n} have changed and stay as before.",
            found.changed,
        )
    return ""


def not_taken(voice: Voice, number: int) -> str:
    """How many rows of a list are not taken."""
    return voice.count("🔴 {n} row is not taken.", "🔴 {n} rows are not taken.", number)


def added(voice: Voice, kind: ImportKind, number: int) -> str:
    """How many came of a list."""
    if kind is ImportKind.PEOPLE:
        return voice.count("{n} person was added.", "{n} people were added.", number)
    return voice.count("{n} unit was added.", "{n} units were added.", number)


def stayed(voice: Voice, number: int) -> str:
    """Who stays when a list is taken back."""
    return voice.count(
        "{n} person had joined already and stays.",
        "{n} people had joined already and stay.",
        number,
    )


def claimed(voice: Voice, news: ClaimNews, now: datetime) -> Screen:
    """To the head of the unit; of several all by name, and where each can be undone."""
    if len(news.joined) > 1:
        return _claimed_by_several(voice, news)
    (one,) = news.joined
    text = voice.say(
        "{name} has joined {unit} by the list, as {listed}. If you do not know this person, undo it"
        " within seven days.",
        about=one.who.voice.gender,
        name=name_of(voice, one.who),
        unit=news.unit,
        listed=one.listed,
    )
    return Screen(text=text).with_actions(
        choice(voice.say("Undo it"), "imports.unclaim", one.listed_id)
    )


def _claimed_by_several(voice: Voice, news: ClaimNews) -> Screen:
    joined = voice.count(
        "{n} person has joined {unit} by the list:",
        "{n} people have joined {unit} by the list:",
        len(news.joined),
        about=news.about,
        unit=news.unit,
    )
    shown = [_joined_as(voice, each) for each in news.joined[-SHOWN:]]
    rest = len(news.joined) - len(shown)
    more = voice.say("And before that: {n}", n=rest) if rest else ""
    hint = voice.say(
        "If you do not know one of these names, you can undo that joining within seven days."
    )
    return Screen(text=paragraphs(lines(joined, *shown, more), hint)).with_actions(
        choice(voice.say("See who joined"), "imports.joined", news.unit_id)
    )


def _joined_as(voice: Voice, each: Joined) -> str:
    name = name_of(voice, each.who)
    if each.who.name == each.listed:
        return voice.say("• {name}", name=name)
    return voice.say("• {name} – on the list: {listed}", name=name, listed=each.listed)


def unclaimed(voice: Voice, news: UnclaimNews, now: datetime) -> Screen:
    """To whoever had claimed a place."""
    text = voice.say(
        "Your joining of {unit} by the list was undone there. If that is a mistake, ask the head of"
        " the unit for a new code.",
        unit=news.unit,
    )
    if news.by is not None:
        text = voice.say(
            "{name} has undone your joining of {unit} by the list. If that is a mistake, ask the"
            " head of the unit for a new code.",
            about=news.by.voice.gender,
            name=name_acting(voice, news.by, news.behalf),
            unit=news.unit,
        )
    return Screen(text=text).with_actions(
        choice(voice.say("Enter a code"), "imports.claim"),
        choice(voice.say("My profile"), "people.me"),
    )


def left_at_closed(voice: Voice, news: ClosedNews, now: datetime) -> Screen:
    """To whoever brought a list on which people of a closed unit stood."""
    closed = voice.say("{unit} is closed.", unit=news.unit)
    gone = voice.count(
        "{n} colleague of your list had not joined there: the name is deleted, and the code no"
        " longer works.",
        "{n} colleagues of your list had not joined there: the names are deleted, and the codes no"
        " longer work.",
        news.number,
    )
    return Screen(text=lines(closed, gone)).with_actions(
        choice(voice.say("Lists"), "imports.bring")
    )


SETTLED = NoticeKind(
    "imports.settled",
    notice_queries.settled,
    settled,
    headline=N_("Your list is ready."),
    haste=Haste.NOW,
)
CLAIMED = NoticeKind(
    "imports.claimed",
    notice_queries.claimed,
    claimed,
    headline=N_("Somebody has taken their place in the list of your unit."),
    haste=Haste.DAY,
)
UNCLAIMED = NoticeKind(
    "imports.unclaimed",
    notice_queries.unclaimed,
    unclaimed,
    headline=N_("Something has changed about where you work in Halqa."),
    haste=Haste.DAY,
)
LEFT_AT_CLOSED = NoticeKind(
    "imports.left_at_closed",
    notice_queries.left_at_closed,
    left_at_closed,
    headline=N_("There is news of a list that you brought."),
    haste=Haste.DAY,
)
