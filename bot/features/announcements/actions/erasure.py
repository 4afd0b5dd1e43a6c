"""Erasing what a person wrote and left unread, when they leave for good."""

from sqlalchemy import delete, select, update

from bot.chat.person import Person
from bot.features.announcements.actions.files import take_files_out
from bot.features.announcements.actions.stopping import break_off, forget_words
from bot.features.announcements.models import AnnouncementState, announcements, receipts
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries.announcements import topic_of
from bot.scheduling import due
from bot.storage.transaction import Tx


async def forget_person(tx: Tx, person: Person) -> None:
    """Erase what the person wrote and nobody was sent, and the notes that they have not read
    something; what they have read stays as a number. What was sent keeps its words, and loses
    their file in every message that shows it."""
    unsent = (AnnouncementState.DRAFT, AnnouncementState.DISCARDED)
    await tx.execute(
        update(announcements)
        .where(announcements.c.author_id == person.id, announcements.c.state.in_(unsent))
        .values(state=AnnouncementState.DISCARDED, title="", text="", file=None)
    )
    await _forget_called_off(tx, person)
    await _stop_under_way(tx, person)
    await take_files_out(tx, person)
    await tx.execute(
        delete(receipts).where(
            receipts.c.person_id == person.id, receipts.c.acknowledged_at.is_(None)
        )
    )


async def _forget_called_off(tx: Tx, person: Person) -> None:
    """The same for what waits for its time, which nobody gets without its author, and for what was
    called off before it began."""
    not_begun = (
        announcements.c.author_id == person.id,
        announcements.c.progress_parcel.is_(None),
        announcements.c.state.in_(
            (AnnouncementState.SCHEDULED, AnnouncementState.SENDING, AnnouncementState.CANCELLED)
        ),
    )
    mine = select(announcements.c.id).where(*not_begun).order_by(announcements.c.id)
    for number in await tx.scalars(mine):
        await tx.lock("announcement", number)
        # It may have begun just now.
        changed = await tx.execute(
            update(announcements)
            .where(announcements.c.id == number, *not_begun)
            .values(state=AnnouncementState.CANCELLED, title="", text="", file=None)
        )
        if changed.rowcount:
            await due.cancel(tx, topic_of(number))


async def _stop_under_way(tx: Tx, person: Person) -> None:
    """What is just being sent goes to nobody else; where nobody was sent it, its words go too."""
    under_way = select(announcements.c.id).where(
        announcements.c.author_id == person.id,
        announcements.c.state.in_((AnnouncementState.SENDING, AnnouncementState.CANCELLED)),
        announcements.c.title != "",
    )
    for number in await tx.scalars(under_way.order_by(announcements.c.id)):
        await tx.lock("announcement", number)
        found = await announcement_queries.announcement(tx, number)
        if found is not None and found.state is AnnouncementState.SENDING:
            await break_off(tx, found)
        if found is not None and found.state is not AnnouncementState.SENT:
            await forget_words(tx, number)
