"""What falls due: the next piece of an import, and what is forgotten."""

from datetime import timedelta

from bot.delivery import outbox
from bot.features.imports import notices
from bot.features.imports.actions import staging, undoing, working
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

FORGOTTEN_AT_ONCE = 500
PAUSE = timedelta(seconds=1)


async def work(tx: Tx, row: DueRow) -> None:
    """Do the next piece; whoever brought the list is told once nothing is left to do."""
    found = await working.go_on(tx, row.payload["import"])
    if found is not None and found.rests and found.made_by is not None:
        await outbox.send(tx, notices.SETTLED, found.made_by, {"import": found.id})


async def forget_staged(tx: Tx, row: DueRow) -> None:
    """What a file said was kept for a week."""
    await staging.forget_staged(tx, row.payload["import"])


async def forget_unclaimed(tx: Tx, row: DueRow) -> None:
    """Who stands on a list and claimed no place for three months is forgotten."""
    number = row.payload["import"]
    if await undoing.forget_open(tx, number, FORGOTTEN_AT_ONCE):
        await due.set_due(
            tx, row.job, row.topic, row.slot, anchor=tx.now + PAUSE, payload={"import": number}
        )
