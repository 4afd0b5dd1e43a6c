"""Buttons that stand on the screens of every slice: to the main menu, and from page to page."""

from bot.chat.screen import Choice, choice
from bot.chat.turn import Turn


def menu_choice(turn: Turn) -> Choice:
    return choice(turn.say("Main menu"), turn.router.home)


def page_choices(
    turn: Turn,
    route: str,
    *args: object,
    page: int,
    more: bool,
    first: int = 0,
    then: tuple[object, ...] = (),
) -> list[Choice]:
    """To the pages before and after `page`, where there are any. Pages count from `first`, and
    `route` takes the number of one between `args` and `then`."""
    choices = []
    if page > first:
        choices.append(choice(turn.say("Previous page"), route, *args, page - 1, *then))
    if more:
        choices.append(choice(turn.say("Next page"), route, *args, page + 1, *then))
    return choices
