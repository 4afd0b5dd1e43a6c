"""A file that comes while no form is open: whoever may have use for it is asked."""

from collections.abc import Iterable

from bot.chat import albums, menu, words
from bot.chat.forms.reading import ContentWanted
from bot.chat.routes import Route
from bot.chat.screen import Screen
from bot.chat.turn import Turn


async def answer(turn: Turn, routes: Iterable[Route]) -> Screen | ContentWanted:
    """What the file gets for an answer; one for all that were sent together and are for nobody."""
    if answered := await received(turn, routes):
        return answered
    album = albums.known(turn) if turn.incoming.album else {}
    albums.note(turn, "", told=True)
    if not album:
        return await words.lost(turn, menu.unexpected_file)
    # Its first file ended a form that has no review.
    return Screen() if album["told"] else Screen(text=albums.one_is_kept(turn))


async def received(turn: Turn, routes: Iterable[Route]) -> Screen | ContentWanted | None:
    """What the first route says that takes the file of a member; None: it is for none of them."""
    for route in routes if turn.person.is_member else ():
        assert route.receives is not None
        answered = await route.receives(turn)
        if isinstance(answered, Screen | ContentWanted):
            return answered
    return None
