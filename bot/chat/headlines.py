"""Where a channel lets nothing but headlines through until somebody writes again: hearing of them,
and what stands behind a headline.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from bot.chat.conversation import Contact
from bot.chat.navigation import menu_choice
from bot.chat.person import Person
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.storage.transaction import Tx

ROUTE = "headline"
"""Leads, with the number of a message of which the headline alone was sent, to all of it."""


class Windows(Protocol):
    """What delivery knows of these channels."""

    async def note_heard(self, tx: Tx, contact: Contact, window: timedelta) -> None:
        """Somebody wrote on a channel with this window, which is open from now on."""
        ...

    async def notice(self, tx: Tx, person: Person, number: int) -> Screen | None:
        """What the message of this id says to this person as things stand now; None: nothing."""
        ...


async def opened(turn: Turn, windows: Windows, number: str) -> Screen:
    """What was announced by its headline."""
    if screen := await windows.notice(turn.tx, turn.person, int(number)):
        return replace(screen, marks=True)
    text = turn.say("What I wanted to tell you has settled itself in the meantime.")
    return Screen(text=text).with_actions(menu_choice(turn))
