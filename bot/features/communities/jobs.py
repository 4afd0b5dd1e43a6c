"""What teams do when something falls due."""

from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import search as team_index
from bot.features.communities.actions import unit_standing as standing_actions
from bot.features.people.queries import units as unit_queries
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx


async def look_after_request(tx: Tx, row: DueRow) -> None:
    """A request has waited for a while: whoever asked learns if it waits in vain; the payload is
    `{"membership": id}`."""
    await membership_actions.tell_unheard(tx, row.payload["membership"])


async def follow_standing(tx: Tx, row: DueRow) -> None:
    """Somebody stands otherwise to a unit; the payload is `{"placement": id}`."""
    await standing_actions.follow_standing(tx, row.payload["placement"])


async def follow_unit(tx: Tx, row: DueRow) -> None:
    """The next teams at or below a unit that lies elsewhere, or was merged, follow; the payload is
    `{"unit": id, "after": id}`, with `into` where it was merged."""
    told = dict(row.payload)
    # The other one may have become part of yet another meanwhile.
    into = await unit_queries.end_of(tx, told["unit"]) if "into" in told else None
    last = await team_index.follow_unit(tx, told["unit"], told["after"], into)
    if last:
        payload = told | {"after": last}
        await due.set_due(tx, row.job, row.topic, row.slot, anchor=tx.now, payload=payload)
