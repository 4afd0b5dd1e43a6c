"""What practices do when a unit lies elsewhere, or has become another one's."""

from bot.features.people.queries import units as unit_queries
from bot.features.practices.actions import places as place_actions
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx


async def follow_unit(tx: Tx, row: DueRow) -> None:
    """The next practices at or below the unit follow; the payload is `{"unit": id, "after": id}`,
    with `into` where it was merged."""
    told = dict(row.payload)
    # The other one may have become part of yet another meanwhile.
    into = await unit_queries.end_of(tx, told["unit"]) if "into" in told else None
    last = await place_actions.place_below(tx, told["unit"], told["after"], into)
    if last:
        payload = told | {"after": last}
        await due.set_due(tx, row.job, row.topic, row.slot, anchor=tx.now, payload=payload)
