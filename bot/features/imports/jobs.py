"""What falls due: the next piece of an import, and what is forgotten."""

from datetime import timedelta

from bot.delivery import outbox
from bot.features.imports import notices
from bot.features.imports.actions import closing, staging, undoing, working
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.rights.lists import ABANDONED_AFTER
from bot.features.people.actions.unit_changes import UNIT_CLOSED
from bot.features.people.queries import units as unit_queries
from bot.scheduling import due
from bot.scheduling.due import DueRow
from bot.scheduling.events import publish
from bot.storage.transaction import Tx

FORGOTTEN_AT_ONCE = 500
PAUSE = timedelta(seconds=1)


async def hold_list(tx: Tx, row: DueRow) -> tuple[str, int]:
    """What is locked before the next piece of a list is planned."""
    return "import", row.payload["import"]


async def work(tx: Tx, row: DueRow) -> None:
    """Do the next piece; whoever brought the list is told once nothing is left to do. What the
    command line has in hand is left to it, unless nothing was done for a while."""
    number = row.payload["import"]
    found = await import_queries.import_by_id(tx, number)
    if found is None or found.rests:
        return
    if row.payload.get("left") and tx.now - found.worked_at < ABANDONED_AFTER:
        await staging.take_over_later(tx, number, found.worked_at)
        return
    found = await working.go_on(tx, number)
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


async def follow_unit(tx: Tx, row: DueRow) -> None:
    """The next of those who stand on a list of a unit that was merged follow; the payload is
    `{"unit": id, "into": id, "after": id}`."""
    told = dict(row.payload)
    # The other one may have become part of yet another meanwhile.
    into = await unit_queries.end_of(tx, told["unit"])
    last = await closing.follow_unit(tx, told["unit"], told["after"], into)
    place = await unit_queries.unit(tx, into)
    if place is not None and not place.is_active:
        # It was closed before they came.
        about = {"unit": into, "after": 0}
        await publish(tx, UNIT_CLOSED, f"unit:{into}", about)
    if last:
        payload = told | {"after": last}
        await due.set_due(tx, row.job, row.topic, row.slot, anchor=tx.now, payload=payload)


async def forget_waiting(tx: Tx, row: DueRow) -> None:
    """The next of those who stand on a list of a unit that was closed are forgotten; the payload is
    `{"unit": id, "after": 0}`, and 1 once whoever brought the lists was told."""
    told = dict(row.payload)
    more = await closing.forget_waiting(tx, told["unit"], told["after"])
    if more:
        payload = told | {"after": more}
        await due.set_due(tx, row.job, row.topic, row.slot, anchor=tx.now, payload=payload)
