"""Whoever sent too much at once learns, when it is over, how many messages were left unread."""

from datetime import timedelta
from typing import Any

from bot.chat.conversation import Contact
from bot.chat.intake.flood import QUIET_SECONDS
from bot.scheduling import due
from bot.storage.columns import from_millis, to_millis
from bot.storage.transaction import Tx

TELL = "people.flood_over"
SLOT = "over"
QUIET = timedelta(seconds=2 * QUIET_SECONDS)
"""Twice what is needed to be read again: whoever goes on after the shortest pause is not told in
the middle of it."""
NOT_WORTH_MOVING = timedelta(seconds=1)
EVERY = timedelta(minutes=1)
"""Nobody hears of it more often, however often they begin anew."""


async def note(tx: Tx, contact: Contact, update_id: int) -> bool:
    """A message was left unread: have its sender told how many these were, once they have been
    quiet. False: that was planned before, or they were told within `EVERY`, so that the beginning
    of this flood is not worth a word."""
    topic = f"flood:{contact.address_id}"
    plan = await due.find(tx, topic, SLOT)
    first, not_before, begins = update_id, tx.now, True
    if plan is not None and plan.waits:
        if plan.due_at > tx.now + QUIET - NOT_WORTH_MOVING:
            return False
        first, not_before = plan.payload["first"], from_millis(plan.payload["not_before"])
        begins = False
    elif plan is not None and plan.finished_at is not None:
        not_before = plan.finished_at + EVERY
        begins = not_before <= tx.now
    payload: dict[str, Any] = {
        "address": contact.address_id,
        "first": first,
        "not_before": to_millis(not_before),
    }
    await due.set_due(
        tx, TELL, topic, SLOT, anchor=max(tx.now + QUIET, not_before), payload=payload
    )
    return begins
