"""What a conversation asks of delivery where a channel has a window (`chat/headlines.py`)."""

from datetime import timedelta

from bot.chat.conversation import Contact
from bot.chat.person import Person
from bot.chat.rest import Waiting
from bot.chat.screen import Screen
from bot.delivery import windows
from bot.delivery.drawing import Drawing
from bot.storage.transaction import Tx


class Headlines:
    """Who was heard of, and what stands behind a headline that was sent."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    async def note_heard(self, tx: Tx, contact: Contact, window: timedelta) -> None:
        """Know that somebody wrote just now; what waited for that leaves."""
        await windows.note_heard(tx, contact, window)

    async def waiting(self, tx: Tx, person: Person) -> Waiting | None:
        """Whom what this turn has queued reaches later."""
        return await self._drawing.waiting(tx, person.id) if tx.queued else None

    async def notice(self, tx: Tx, person: Person, number: int) -> Screen | None:
        """What a message has to say to its reader as things stand now."""
        return await self._drawing.draw_for(tx, person, number)
