"""What meetings do when something falls due."""

from bot.features.meetings import invitations, nudges
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

NEWCOMERS = "teams.joined"


async def nudge(tx: Tx, row: DueRow) -> None:
    """Remind of a meeting; the row's payload is `{"meeting": id}`, its slot one of `NUDGES`."""
    await nudges.remind(tx, row.payload["meeting"], row.slot, row.anchor_at)


async def invite_newcomers(tx: Tx, row: DueRow) -> None:
    """Somebody joined a team: invite them to its meetings; the payload is `{"team": id}`."""
    await invitations.invite_newcomers(tx, row.payload["team"])
