"""What is written about who belongs to a unit: to those who let people in, to those who wait, and
to those who were suspended or removed."""

from datetime import datetime

from bot.chat.screen import Choice, Screen, choice, paragraphs
from bot.core.i18n import N_, Voice
from bot.delivery.notice import Haste, NoticeKind
from bot.features.people.queries import admission_notices as facts
from bot.features.people.queries.admission_notices import StandingFacts, TransferFacts, WaitingFacts
from bot.features.people.queries.people import name_acting, name_of


def waiting(voice: Voice, found: WaitingFacts, now: datetime) -> Screen:
    """To those who answer at a unit; of several only how many."""
    if found.only is not None:
        text = voice.say(
            "{name} asks to be let in at {unit}.",
            about=found.only.voice.gender,
            name=name_of(voice, found.only),
            unit=found.unit,
        )
    else:
        text = voice.count(
            "{n} person waits to be let in at {unit}.",
            "{n} people wait to be let in at {unit}.",
            found.number,
            about=found.about,
            unit=found.unit,
        )
    see = choice(voice.say("See who waits"), "people.asking", found.unit_id, 0)
    return Screen(text=text).with_actions(see)


def admitted(voice: Voice, found: StandingFacts, now: datetime) -> Screen:
    text = voice.say("You belong to {unit} now. Welcome!", unit=found.unit)
    begin = choice(voice.say("Let us begin"), "people.arrived")
    if not found.link:
        return Screen(text=text).with_actions(begin)
    kept = voice.say("The invitation with which you came is still here.")
    screen = Screen(text=paragraphs(text, kept))
    opens = choice(voice.say("Open the invitation"), "people.came_with", found.link)
    return screen.with_actions(opens, begin)


def declined(voice: Voice, found: StandingFacts, now: datetime) -> Screen:
    """With the reason, and who looks at it next, if they wish."""
    text = voice.say("Your request to {unit} was declined.", unit=found.unit)
    screen = Screen(text=paragraphs(text, _why(voice, found)))
    appeal = choice(voice.say("Ask the next above"), "people.appeal", found.placement_id)
    return screen.with_actions([appeal] if found.may_appeal else [], _own(voice))


def suspended(voice: Voice, found: StandingFacts, now: datetime) -> Screen:
    text = voice.say(
        "You are suspended from {unit} until {until}; then it ends by itself. Until then you"
        " take no part there.",
        unit=found.unit,
        until=found.until,
    )
    screen = Screen(text=paragraphs(text, _why(voice, found), _whom(voice, found)))
    return screen.with_actions(_own(voice))


def removed(voice: Voice, found: StandingFacts, now: datetime) -> Screen:
    text = voice.say(
        "You do not belong to {unit} any more, and take no part there. What you wrote stays yours.",
        unit=found.unit,
    )
    screen = Screen(text=paragraphs(text, _why(voice, found), _whom(voice, found)))
    return screen.with_actions(_own(voice))


def restored(voice: Voice, found: StandingFacts, now: datetime) -> Screen:
    text = voice.say("Your suspension has ended: you belong to {unit} again.", unit=found.unit)
    return Screen(text=text).with_actions(choice(voice.say("Let us begin"), "start"))


def vouching(voice: Voice, found: StandingFacts, now: datetime) -> Screen:
    """To the colleague whom somebody has named who waits."""
    text = voice.say(
        "{name} asks to be let in at {unit}, and has named you as somebody who knows them. Do you"
        " know this person?",
        about=found.person.voice.gender,
        name=name_of(voice, found.person),
        unit=found.unit,
    )
    return Screen(text=text).with_actions(
        choice(voice.say("Yes, I know them"), "people.vouch", found.placement_id, 1),
        choice(voice.say("No"), "people.vouch", found.placement_id, 0),
    )


def transferred(voice: Voice, found: TransferFacts, now: datetime) -> Screen:
    """To whoever was moved."""
    if found.by is None:
        text = voice.say(
            "You have been moved from {left} to {unit}. What you wrote, your files and your teams"
            " stay yours.",
            left=found.left,
            unit=found.unit,
        )
    else:
        text = voice.say(
            "{name} has moved you from {left} to {unit}. What you wrote, your files and your teams"
            " stay yours.",
            about=found.by.voice.gender,
            name=name_acting(voice, found.by, found.behalf),
            left=found.left,
            unit=found.unit,
        )
    return Screen(text=text).with_actions(
        choice(voice.say("Let us begin"), "people.arrived"),
        choice(voice.say("My profile"), "people.me"),
    )


def has_moved(voice: Voice, found: TransferFacts, now: datetime) -> Screen:
    """To the heads of both units, and whoever asked for it."""
    text = voice.say(
        "{name} has moved from {left} to {unit}.",
        about=found.person.voice.gender,
        name=name_of(voice, found.person),
        left=found.left,
        unit=found.unit,
    )
    return Screen(text=text).with_actions(choice(voice.say("People and roles"), "people.reach"))


def to_move(voice: Voice, found: TransferFacts, now: datetime) -> Screen:
    """To whoever is to be moved, once the other unit says yes."""
    text = voice.say(
        "You are to move from {left} to {unit}, once they let you in there. Until then everything"
        " stays as it is.",
        left=found.left,
        unit=found.unit,
    )
    return Screen(text=text).with_actions(choice(voice.say("My profile"), "people.me"))


def stays(voice: Voice, found: TransferFacts, now: datetime) -> Screen:
    """To whoever was to be moved, and whoever asked for it."""
    if found.own:
        text = voice.say(
            "You stay at {left}: nothing comes of the move to {unit}.",
            left=found.left,
            unit=found.unit,
        )
        own = choice(voice.say("My profile"), "people.me")
        return Screen(text=text).with_actions(own)
    about, name = found.person.voice.gender, name_of(voice, found.person)
    if found.declined:
        text = voice.say(
            "{name} stays at {left}: {unit} has declined the move.",
            about=about,
            name=name,
            left=found.left,
            unit=found.unit,
        )
    else:
        text = voice.say(
            "Nothing comes of the move of {name} from {left} to {unit}.",
            about=about,
            name=name,
            left=found.left,
            unit=found.unit,
        )
    screen = Screen(text=paragraphs(text, _why(voice, found)))
    return screen.with_actions(choice(voice.say("People and roles"), "people.reach"))


def held(voice: Voice, found: TransferFacts, now: datetime) -> Screen:
    """To those who may move somebody: whoever asked for it may not any more."""
    text = voice.say(
        "{name} is to move from {left} to {unit}. Whoever asked for it may no longer decide that,"
        " since it ends roles at {left}. It waits for your word.",
        about=found.person.voice.gender,
        name=name_of(voice, found.person),
        left=found.left,
        unit=found.unit,
    )
    return Screen(text=text).with_actions(
        choice(voice.say("Agree"), "people.agree_transfer", found.placement_id),
        choice(voice.say("Call off the move"), "people.recall", found.placement_id),
    )


def _why(voice: Voice, found: StandingFacts | TransferFacts) -> str:
    return voice.say("The reason: {reason}", reason=found.reason) if found.reason else ""


def _whom(voice: Voice, found: StandingFacts) -> str:
    if found.by is None:
        return ""
    return voice.say(
        "If you have a question, ask {name}.",
        about=found.by.voice.gender,
        name=name_acting(voice, found.by, found.behalf),
    )


def _own(voice: Voice) -> Choice:
    return choice(voice.say("My request"), "people.standing")


_NEWS = N_("There is news of your place at a unit.")
WAITING = NoticeKind(
    "people.waiting",
    facts.waiting,
    waiting,
    headline=N_("Somebody waits to be let in."),
    haste=Haste.DAY,
)
ADMITTED = NoticeKind("people.admitted", facts.let_in, admitted, headline=_NEWS, haste=Haste.DAY)
DECLINED = NoticeKind("people.declined", facts.declined, declined, headline=_NEWS, haste=Haste.DAY)
SUSPENDED = NoticeKind(
    "people.suspended", facts.suspended, suspended, headline=_NEWS, haste=Haste.DAY
)
REMOVED = NoticeKind("people.removed", facts.removed, removed, headline=_NEWS, haste=Haste.DAY)
RESTORED = NoticeKind("people.restored", facts.let_in, restored, headline=_NEWS, haste=Haste.DAY)
VOUCHING = NoticeKind(
    "people.vouching",
    facts.vouching,
    vouching,
    headline=N_("Somebody has named you."),
    haste=Haste.DAY,
)
TRANSFERRED = NoticeKind(
    "people.transferred", facts.transferred, transferred, headline=_NEWS, haste=Haste.DAY
)
TO_MOVE = NoticeKind("people.to_move", facts.to_move, to_move, headline=_NEWS, haste=Haste.DAY)
_MOVES = N_("There is news of a colleague's move.")
HAS_MOVED = NoticeKind(
    "people.has_moved", facts.transferred, has_moved, headline=_MOVES, haste=Haste.DAY
)
STAYS = NoticeKind("people.stays", facts.stays, stays, headline=_MOVES, haste=Haste.DAY)
HELD = NoticeKind(
    "people.held",
    facts.held,
    held,
    headline=N_("A colleague's move waits for your word."),
    haste=Haste.DAY,
)
