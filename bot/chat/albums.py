"""Files that were sent together: one act, which gets one answer where they do not fit.

What fits is taken one by one, each with its own word. Of what does not, the first is answered, and
where the form took one and went on, that no more than one goes there; the rest is the same act.
"""

from copy import deepcopy
from typing import Any

from bot.chat.forms import engine, sessions
from bot.chat.forms.reading import ContentWanted, Given
from bot.chat.screen import Screen
from bot.chat.turn import Turn

ALBUM = "album"
"""Under what `Contact.expects` holds the newest: its id, the question that it was sent to, and
whether that was answered already."""


def note(turn: Turn, place: str, *, told: bool) -> None:
    """Remember where the album of this turn was sent to, for its next file."""
    if album := turn.incoming.album:
        turn.album = {"id": album, "at": place, "told": told}


def known(turn: Turn) -> dict[str, Any]:
    """What is remembered of the album of this turn; nothing of its first file."""
    found: dict[str, Any] = (turn.contact.expects or {}).get(ALBUM, {})
    return found if found and found["id"] == turn.incoming.album else {}


def one_is_kept(turn: Turn) -> str:
    return turn.say("One file is asked for here: I have kept the first of these.")


async def answer(turn: Turn, given: Given) -> Screen | ContentWanted:
    """Take a file as the answer to the question of the form that is open."""
    before = sessions.current(turn)
    assert before is not None
    album = known(turn) if turn.incoming.album else {}
    if album and album["at"] != _place(before.id, before.at):
        note(turn, album["at"], told=True)
        if album["told"]:
            return Screen()
        return await engine.resume(turn, before.id, one_is_kept(turn))
    told = bool(album and album["told"])
    forms = deepcopy(turn.contact.forms) if told else []
    given_before = dict(before.answers)  # which the form changes in its place
    answered = await engine.answer(turn, given)
    if isinstance(answered, ContentWanted) or not turn.incoming.album:
        return answered
    after = sessions.find(turn, before.id)
    taken = after is None or (after.at, after.answers) != (before.at, given_before)
    note(turn, _place(before.id, before.at), told=told or not taken)
    if told and not taken:
        # The buttons of the question as it stands there already stay good.
        turn.contact.forms[:] = forms
        return Screen()
    return answered


def _place(form: str, field: str) -> str:
    return f"{form}.{field}"
