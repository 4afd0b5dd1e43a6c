"""What the people slice does when something falls due."""

from bot.arabic import search
from bot.features.people import finding
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

INDEX_ANEW = "people.index_anew"
"""Set by a migration after which the search reads words otherwise than before."""
AT_ONCE = 100
"""Entries indexed in one transaction."""


async def index_anew(tx: Tx, row: DueRow) -> None:
    """Index the next entries, then the next people, and go on with those after them; the payload
    is `{"after": id}`, the slot `texts` or `people`."""
    texts = row.slot == "texts"
    go_on = search.reindex if texts else finding.index_people_after
    last = await go_on(tx, row.payload["after"], AT_ONCE)
    if last or texts:
        slot = row.slot if last else "people"
        payload = {"after": last}
        await due.set_due(tx, INDEX_ANEW, row.topic, slot, anchor=tx.now, payload=payload)
