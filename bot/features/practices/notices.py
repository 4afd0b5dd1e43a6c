"""What others are told about practices, in their own voice."""

from bot.chat.person import Person
from bot.chat.screen import Screen, choice
from bot.core.i18n import Phrase, Voice
from bot.features.people.queries import people as people_queries
from bot.features.practices.queries.practices import Practice

READ = "practices.open"


def _name(voice: Voice, person: Person) -> Phrase:
    return people_queries.name_of(voice, person)


def _screen(to: Person, text: str, practice: Practice, quote: str = "") -> Screen:
    button = choice(to.voice.say("Open the practice"), READ, practice.id)
    return Screen(text=text, quote=quote, rtl=to.voice.language == "ar").with_rows([button])


def shared(to: Person, practice: Practice) -> Screen:
    """A member of the team learns that a colleague shared something."""
    assert practice.team is not None
    text = to.voice.say(
        "{name} shared a practice with {team}:",
        about=practice.author.voice.gender,
        name=_name(to.voice, practice.author),
        team=practice.team.name,
    )
    return _screen(to, text, practice, practice.title)


def applied(to: Person, colleague: Person, practice: Practice) -> Screen:
    """The author learns that a colleague applied the practice."""
    text = to.voice.say(
        "{name} applied your practice {title} in class. Your experience is spreading 🌱",
        about=colleague.voice.gender,
        name=_name(to.voice, colleague),
        title=practice.title,
    )
    return _screen(to, text, practice)


def thanked(to: Person, colleague: Person, practice: Practice) -> Screen:
    """The author learns that a colleague is grateful."""
    text = to.voice.say(
        "{name} thanks you for your practice {title} 💐",
        about=colleague.voice.gender,
        name=_name(to.voice, colleague),
        title=practice.title,
    )
    return _screen(to, text, practice)


def hidden(to: Person, moderator: Person, practice: Practice) -> Screen:
    """The author learns who hid the practice and why, and what can be done."""
    text = to.voice.say(
        "{name} has hidden your practice {title} from the others for now, for this reason:",
        about=moderator.voice.gender,
        name=_name(to.voice, moderator),
        title=practice.title,
    )
    screen = _screen(to, text, practice, practice.reason)
    edit = choice(to.voice.say("Edit the practice"), "practices.edit", practice.id)
    return screen.with_rows([edit])


def revealed(to: Person, practice: Practice) -> Screen:
    """The author learns that the practice can be read again."""
    text = to.voice.say(
        "Good news: your practice {title} can be read by your colleagues again.",
        title=practice.title,
    )
    return _screen(to, text, practice)


def improved(to: Person, practice: Practice) -> Screen:
    """Whoever hid a practice learns that its author has changed it."""
    text = to.voice.say(
        "{name} has changed the practice {title}, which you had hidden. You can read it and show"
        " it again.",
        about=practice.author.voice.gender,
        name=_name(to.voice, practice.author),
        title=practice.title,
    )
    return _screen(to, text, practice)
