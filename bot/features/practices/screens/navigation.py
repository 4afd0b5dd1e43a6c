"""Navigation through the practices: buttons that remember from which list a practice was opened."""

from bot.chat.screen import Choice, choice
from bot.chat.turn import Turn
from bot.packs.organisation import subjects

HOME = "practices.home"
OPEN = "practices.open"

_LISTS = {"n": "practices.new", "o": "practices.ours", "m": "practices.mine"}


def topic_origin(subject: str) -> str:
    """The list of a subject."""
    return f"c{subject}"


def back(turn: Turn, origin: str) -> Choice:
    """The way back to where a practice was opened: `n2` the second page of the newest, `o`, `m`
    alike, `t5` a team's list, `carabic` a subject's, `q12` what a search found; else the start.
    Buttons of a former version name a subject by its place, as `s3`."""
    kind, rest = origin[:1], origin[1:]
    label = turn.say("Back")
    if kind == "c" and rest in subjects():
        return choice(label, "practices.topic", rest)
    if not rest.isdecimal():
        return choice(label, HOME)
    if kind in _LISTS:
        return choice(label, _LISTS[kind], rest)
    if kind == "t":
        return choice(label, "practices.team", rest)
    if kind == "q":
        return choice(label, "practices.found", rest)
    if kind == "s" and int(rest) < len(subjects()):
        return choice(label, "practices.topic", list(subjects())[int(rest)])
    return choice(label, HOME)
