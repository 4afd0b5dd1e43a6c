"""What was finished long ago is forgotten, a little at a time: people's turns go on between.

How long each thing is kept: docs/operations.md.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta

from bot.chat import conversation, kept_choices
from bot.chat.intake import inbox
from bot.core.settings import Settings
from bot.delivery import addresses, retention, statuses
from bot.features import personal
from bot.features.people.actions import erasure, search, views
from bot.features.people.actions import unit_requests as wanted
from bot.features.people.queries import people as people_queries
from bot.files import made, sweeping
from bot.scheduling import due, work
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import Repeating
from bot.storage import audit
from bot.storage.database import ERASED
from bot.storage.transaction import Tx

log = logging.getLogger(__name__)

MOST = 1000
"""Rows in one transaction: whoever wants to write meanwhile waits for it."""
ROWS_OF_A_VISITOR = 50
"""As what somebody counts who is forgotten as a whole."""
GOES_ON_AFTER = timedelta(seconds=1)
EVERY = timedelta(hours=6)

Forgets = Callable[[Tx, int], Awaitable[int]]


def forgets(settings: Settings) -> Mapping[str, Forgets]:
    """What deletes, or empties, at most so many rows that are old enough, and returns how many; in
    this order, each once nothing is left for the one before."""

    parts = personal()

    def days(name: str) -> timedelta:
        return timedelta(days=getattr(settings, f"keep_{name}_days"))

    async def updates(tx: Tx, most: int) -> int:
        return await inbox.forget_done(tx, most, tx.now - days("set_aside"))

    async def visitor_forms(tx: Tx, most: int) -> int:
        before = tx.now - days("visitor_forms")
        return await conversation.forget_begun(tx, before, most, of_members=False)

    async def begun_forms(tx: Tx, most: int) -> int:
        before = tx.now - days("begun_forms")
        return await conversation.forget_begun(tx, before, most, of_members=True)

    async def visitors(tx: Tx, most: int) -> int:
        before = tx.now - days("visitors")
        # One at least: what is left for this transaction may be less than a whole visitor.
        few = max(most // ROWS_OF_A_VISITOR, 1)
        erased = await erasure.forget_visitors(tx, before, few, parts)
        return erased * ROWS_OF_A_VISITOR

    async def searches(tx: Tx, most: int) -> int:
        return await search.forget_old_searches(tx, tx.now - days("searches"), most)

    async def erasures(tx: Tx, most: int) -> int:
        return await erasure.forget_old_erasures(tx, tx.now - days("erasures"), most)

    async def unit_requests(tx: Tx, most: int) -> int:
        before = tx.now - days("unit_requests")
        return await wanted.forget_answered(tx, before, most)

    async def seen(tx: Tx, most: int) -> int:
        return await views.forget_views(tx, tx.now - days("views"), most)

    async def details(tx: Tx, most: int) -> int:
        return await audit.forget_details(tx, tx.now - days("audit"), most)

    return {
        "updates": updates,
        "words": retention.forget_words,
        "messages": retention.forget_finished,
        "bodies": retention.forget_bodies,
        "notices": retention.forget_notices,
        "statuses": statuses.forget_settled,
        "aliases": addresses.forget_left,
        "due": due.forget_finished,
        "choices": kept_choices.forget_old,
        "made": made.forget_made,
        "files": sweeping.forget_unused,
        "visitor_forms": visitor_forms,
        "begun_forms": begun_forms,
        "visitors": visitors,
        "searches": searches,
        "erasures": erasures,
        "unit_requests": unit_requests,
        "views": seen,
        "details": details,
    }


def tidying(settings: Settings) -> Repeating:
    """The work that forgets, with the terms of these settings."""
    all_of_it = forgets(settings)

    async def tidy(tx: Tx, row: DueRow) -> None:
        """Forget `MOST` rows that were finished long ago, and go on soon where there were so
        many."""
        counts: dict[str, int] = {}
        for name, forget in all_of_it.items():
            counts[name] = await forget(tx, MOST - sum(counts.values()))
            if sum(counts.values()) >= MOST:
                await work.bring_forward(tx, row, tx.now + GOES_ON_AFTER)
                break
        if sum(counts.values()):
            # What is forgotten stands in no log either.
            tx.signal_after_commit(ERASED)
        log.info("tidied", extra={"action": "app.tidied", **counts})

    return Repeating("tidy", EVERY, tidy)


async def work_at(tx: Tx, people: Collection[int]) -> dict[int, int]:
    """In which units these people work, by their ids."""
    found = await people_queries.workplaces(tx, people)
    return {number: place.id for number, place in found.items()}


async def seal(tx: Tx, row: DueRow) -> None:
    """Give the acts of the last minutes their places in the audit chain, and go on soon where there
    are more."""
    if await audit.seal(tx, MOST, work_at) >= MOST:
        await work.bring_forward(tx, row, tx.now + GOES_ON_AFTER)


SEALING = Repeating("audit", timedelta(minutes=10), seal)
