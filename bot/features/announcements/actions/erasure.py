"""Erasing what a person wrote and left unread, when they leave for good."""

from sqlalchemy import delete, update

from bot.chat.person import Person
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.storage.transaction import Tx


async def forget_person(tx: Tx, person: Person) -> None:
    """Erase what the person wrote and never sent, and the notes that they have not read something;
    what they have read stays as a number."""
    unsent = (AnnouncementState.DRAFT, AnnouncementState.DISCARDED)
    await tx.execute(
        update(announcements)
        .where(announcements.c.author_id == person.id, announcements.c.state.in_(unsent))
        .values(state=AnnouncementState.DISCARDED, title="", text="", file=None)
    )
    await tx.execute(
        delete(receipts).where(
            receipts.c.person_id == person.id, receipts.c.acknowledged_at.is_(None)
        )
    )
