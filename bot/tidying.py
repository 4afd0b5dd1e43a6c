"""What was finished long ago is forgotten, a little at a time: people's turns go on between."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.chat import kept_choices
from bot.chat.intake import inbox
from bot.delivery import addresses, retention, statuses
from bot.files import sweeping
from bot.scheduling import due, work
from bot.scheduling.due import DueRow
from bot.scheduling.ticker import Repeating
from bot.storage.transaction import Tx

log = logging.getLogger(__name__)

MOST = 1000
"""Rows in one transaction: whoever wants to write meanwhile waits for it."""
GOES_ON_AFTER = timedelta(seconds=1)

FORGETS: Mapping[str, Callable[[Tx, int], Awaitable[int]]] = {
    "updates": inbox.forget_done,
    "words": retention.forget_words,
    "messages": retention.forget_finished,
    "notices": retention.forget_notices,
    "statuses": statuses.forget_settled,
    "aliases": addresses.forget_left,
    "due": due.forget_finished,
    "choices": kept_choices.forget_old,
    "files": sweeping.forget_unused,
}
"""What deletes, or empties, at most so many rows that are old enough, and returns how many; in this
order, each once nothing is left for the one before."""


async def tidy(tx: Tx, row: DueRow) -> None:
    """Forget `MOST` rows that were finished long ago, and go on soon where there were so many."""
    counts: dict[str, int] = {}
    for name, forget in FORGETS.items():
        counts[name] = await forget(tx, MOST - sum(counts.values()))
        if sum(counts.values()) >= MOST:
            await work.bring_forward(tx, row, tx.now + GOES_ON_AFTER)
            break
    log.info("tidied", extra={"action": "app.tidied", **counts})


TIDYING = Repeating("tidy", timedelta(hours=6), tidy)
