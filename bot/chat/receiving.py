"""A file that comes while no form is open: whoever may have use for it is asked."""

from collections.abc import Iterable

from bot.chat.forms.reading import ContentWanted
from bot.chat.routes import Route
from bot.chat.screen import Screen
from bot.chat.turn import Turn


async def received(turn: Turn, routes: Iterable[Route]) -> Screen | ContentWanted | None:
    """What the first route says that takes the file of a member; None: it is for none of them."""
    for route in routes if turn.person.is_member else ():
        assert route.receives is not None
        answered = await route.receives(turn)
        if isinstance(answered, Screen | ContentWanted):
            return answered
    return None
