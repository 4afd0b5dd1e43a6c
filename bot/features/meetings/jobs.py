"""What meetings do when something falls due."""

from bot.features.meetings import invitations, mornings, nudges, queries, reminders
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

NEWCOMERS = "teams.joined"


async def nudge(tx: Tx, row: DueRow) -> None:
    """Remind of a meeting; the row's payload is `{"meeting": id, "slot": one of NUDGES}`."""
    slot = row.payload.get("slot", row.slot)
    await nudges.remind(tx, row.payload["meeting"], slot, row.anchor_at)


async def look_ahead(tx: Tx, row: DueRow) -> None:
    """A meeting is near: plan its reminders around the quiet times of its people; the payload is
    `{"meeting": id}`."""
    found = await queries.meeting(tx, row.payload["meeting"])
    if found is not None and found.is_on(tx.now):
        await nudges.plan_detours(tx, found)


async def send_card(tx: Tx, row: DueRow) -> None:
    """Somebody's morning card; the payload is `{"person": id}`."""
    await mornings.send_card(tx, row.payload["person"])


async def heed_manners(tx: Tx, row: DueRow) -> None:
    """Somebody's manners (`{"person": id}`) or a unit's days (`{"unit": id}`) have changed: plan
    anew what is near."""
    if person_id := row.payload.get("person"):
        await mornings.plan_card(tx, person_id)
        near = [listed.meeting for listed in await queries.upcoming(tx, person_id, limit=50)]
    else:
        near = await reminders.near_in_unit(tx, row.payload["unit"], nudges.NEAR)
    for found in near:
        await nudges.look_again(tx, found)


async def invite_newcomers(tx: Tx, row: DueRow) -> None:
    """Somebody joined a team: invite them to its meetings; the payload is `{"team": id}`."""
    await invitations.invite_newcomers(tx, row.payload["team"])
    for found in await reminders.near_in_team(tx, row.payload["team"], nudges.NEAR):
        await nudges.look_again(tx, found)
