"""Ways through the practices: buttons that remember from which list a practice was opened."""

from bot.chat.navigation import page_choices
from bot.chat.screen import Choice, Screen, choice
from bot.chat.seal import PAYLOAD_BYTES
from bot.chat.turn import Turn
from bot.features.people.queries.people import SUBJECTS
from bot.features.practices.queries.practices import Page

HOME = "practices.home"
OPEN = "practices.open"

_LISTS = {"n": "practices.new", "o": "practices.ours", "m": "practices.mine"}


def way(label: str, route: str, *args: object, origin: str = "") -> Choice:
    """A button to `route` that carries the list it stands in, as long as a button has room."""
    found = choice(label, route, *args, *([origin] if origin else []))
    room = PAYLOAD_BYTES - len(found.args)
    if origin and sum(len(part.encode()) for part in (route, *found.args)) > room:
        return choice(label, route, *args)
    return found


def topic_origin(subject: str) -> str:
    """The list of a subject; codes are too long for a button, so it goes by place."""
    return f"s{list(SUBJECTS).index(subject)}" if subject in SUBJECTS else ""


def back(turn: Turn, origin: str) -> Choice:
    """The way back to where a practice was opened: `n2` the second page of the newest, `o`, `m`
    alike, `t5` a team's list, `s3` a subject's, `q12` what a search found; else the start."""
    kind, rest = origin[:1], origin[1:]
    label = turn.say("Back")
    if not rest.isdecimal():
        return choice(label, HOME)
    if kind in _LISTS:
        return choice(label, _LISTS[kind], rest)
    if kind == "t":
        return choice(label, "practices.team", rest)
    if kind == "q":
        return choice(label, "practices.found", rest)
    if kind == "s" and int(rest) < len(SUBJECTS):
        return choice(label, "practices.topic", list(SUBJECTS)[int(rest)])
    return choice(label, HOME)


def turn_pages(turn: Turn, screen: Screen, page: Page, route: str, *args: object) -> Screen:
    """The screen with buttons to the previous and the next page, where there are any."""
    more = page.number < page.pages
    return screen.with_rows(page_choices(turn, route, *args, page=page.number, more=more, first=1))
