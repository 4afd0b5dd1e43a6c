"""What is alike on the screens of every slice: the button to the main menu, and the question before
an act that reaches many or cannot be undone.
"""

from bot.chat.screen import Choice, Screen, alternatives, choice, paragraphs
from bot.chat.turn import Turn


def menu_choice(turn: Turn) -> Choice:
    return choice(turn.say("Main menu"), turn.router.home)


def ask_first(*said: str, act: Choice, back: Choice, title: str = "") -> Screen:
    """The question before an act that reaches many or cannot be undone.

    `said` names what is done, to whom and how many, and when. `act` does it; `back` leaves
    everything as it was. A slice shows this at the route whose buttons stand on its pages, and
    acts at a second one, which asks for the right and for the state anew.
    """
    return Screen(title=title, text=paragraphs(*said)).with_actions(alternatives(act, back))


def no_choice(turn: Turn, route: str, *args: object) -> Choice:
    """The way back from a question, where it needs no words of its own."""
    return choice(turn.say("No, go back"), route, *args)


def told(turn: Turn, count: int) -> str:
    """How many people hear of an act, for the question before it."""
    return turn.count("{n} person is told of it.", "{n} people are told of it.", count)


def choice_from(label: str, route: str, *args: object, origin: str = "") -> Choice:
    """A button to `route` that carries the list it stands in."""
    return choice(label, route, *args, *([origin] if origin else []))
