"""What teams do when something falls due."""

from bot.features.communities.actions import membership as membership_actions
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx


async def look_after_request(tx: Tx, row: DueRow) -> None:
    """A request has waited for a while: whoever asked learns if it waits in vain; the payload is
    `{"membership": id}`."""
    await membership_actions.tell_unheard(tx, row.payload["membership"])
