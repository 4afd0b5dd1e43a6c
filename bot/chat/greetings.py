"""Courtesy: a greeting is greeted, and thanks are taken, in the words of the day."""

from bot.arabic.courtesy import Courtesy, courtesy_of
from bot.chat.turn import Turn
from bot.core.i18n import N_

_ANSWERS = {
    Courtesy.PEACE: N_("And peace be upon you."),
    Courtesy.MORNING: N_("Good morning."),
    Courtesy.EVENING: N_("Good evening."),
    Courtesy.WELCOME: N_("Welcome."),
    Courtesy.THANKS: N_("With pleasure."),
}


def is_greeting(text: str) -> bool:
    """Whether the text greets, and says nothing else, not even whom it greets."""
    return courtesy_of(text, alone=True) not in (None, Courtesy.THANKS)


def answer_to(turn: Turn, text: str) -> str:
    """What answers a greeting or thanks; "" for any other text."""
    does = courtesy_of(text)
    return turn.voice.text(_ANSWERS[does]) if does else ""
