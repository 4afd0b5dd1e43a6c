"""A lead has the answers to a meeting counted along, in one message that changes as they come."""

from datetime import timedelta

from bot.chat.person import Person
from bot.delivery import outbox
from bot.features.meetings.notices import meetings as notices
from bot.features.meetings.queries import counting as counting_queries
from bot.features.meetings.queries.meetings import Meeting
from bot.features.meetings.rights import meetings as meeting_rights
from bot.scheduling import due
from bot.storage.transaction import Tx

COUNT_JOB = f"{due.UNNOTICED}meetings.count"
"""Brings the leads' messages up to date."""
COUNTED_EVERY = timedelta(minutes=1)
"""How often such a message changes at most."""
_SLOT = "count"


async def count_along(tx: Tx, actor: Person, meeting_id: int) -> bool:
    """Send the actor a message that counts the answers from now on, in place of an earlier one.
    False: the meeting is off or over.

    :raises Refused: as `access_answers`.
    """
    found, _ = await meeting_rights.access_answers(tx, actor, meeting_id)
    if not found.is_on(tx.now):
        return False
    topic = counting_queries.topic_of(found.id)
    await outbox.start_progress(tx, notices.COUNTED, {"meeting": found.id}, actor.id, topic=topic)
    return True


async def note_change(tx: Tx, found: Meeting) -> None:
    """An answer was given, or the meeting is another: whoever has it counted sees it within
    `COUNTED_EVERY`, together with what comes until then."""
    topic = counting_queries.topic_of(found.id)
    if not await counting_queries.counting(tx, found.id):
        return
    # Who comes while the messages are brought up to date is in them, or has it done once more.
    await tx.lock("meeting count", found.id)
    if not await due.is_waiting(tx, topic, [_SLOT]):
        at = tx.now + COUNTED_EVERY
        await due.set_due(tx, COUNT_JOB, topic, _SLOT, anchor=at, payload={"meeting": found.id})


async def count(tx: Tx, meeting_id: int) -> None:
    """Have each lead's newest message say how the answers stand."""
    await tx.lock("meeting count", meeting_id)
    for message_id in await counting_queries.counting(tx, meeting_id):
        await outbox.refresh(tx, message_id, notices.COUNTED, {"meeting": meeting_id})
