"""What is written about units that are asked for: to whoever can add them, and to whoever asks."""

from datetime import datetime

from bot.chat.screen import Screen, choice, paragraphs
from bot.core.i18n import N_, Voice
from bot.delivery.notice import Haste, NoticeKind
from bot.features.people.queries import wanted_notices as facts
from bot.features.people.queries.people import name_of
from bot.features.people.queries.wanted_notices import AnsweredFacts, WantedFacts


def wanted(voice: Voice, found: WantedFacts, now: datetime) -> Screen:
    """To whoever administers the tree there; of several only how many."""
    if found.by is not None:
        text = voice.say(
            "{name} does not find the place of work in the list, and asks that it be added:"
            " {unit}, below {below}.",
            about=found.by.voice.gender,
            name=name_of(voice, found.by),
            unit=found.name,
            below=found.below,
        )
    else:
        text = voice.count(
            "{n} place of work is missing in the list, and asked for.",
            "{n} places of work are missing in the list, and asked for.",
            found.number,
        )
    return Screen(text=text).with_actions(
        choice(voice.say("See what is asked"), "people.wanted", 0)
    )


def wanted_added(voice: Voice, found: AnsweredFacts, now: datetime) -> Screen:
    if not found.waits:
        text = voice.say("{unit} is in the list now: you can ask there.", unit=found.name)
        return Screen(text=text).with_actions(
            choice(voice.say("Ask at another unit"), "people.edit", "unit")
        )
    text = voice.say(
        "{unit} is in the list now. Your request waits there, and I tell you the answer.",
        unit=found.name,
    )
    return Screen(text=text).with_actions(choice(voice.say("My request"), "people.standing"))


def wanted_declined(voice: Voice, found: AnsweredFacts, now: datetime) -> Screen:
    text = voice.say("{unit} was not added below {below}.", unit=found.name, below=found.below)
    reason = voice.say("The reason: {reason}", reason=found.reason)
    return Screen(text=paragraphs(text, reason)).with_actions(
        choice(voice.say("Ask at another unit"), "people.edit", "unit"),
        choice(voice.say("My request"), "people.standing"),
    )


_NEWS = N_("There is news of the place of work that you asked for.")
WANTED = NoticeKind(
    "people.wanted",
    facts.wanted,
    wanted,
    headline=N_("A place of work is missing in the list."),
    haste=Haste.DAY,
)
WANTED_ADDED = NoticeKind(
    "people.wanted_added", facts.added, wanted_added, headline=_NEWS, haste=Haste.DAY
)
WANTED_DECLINED = NoticeKind(
    "people.wanted_declined",
    facts.declined,
    wanted_declined,
    headline=_NEWS,
    haste=Haste.DAY,
)
