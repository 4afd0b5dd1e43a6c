"""What meetings do when something falls due."""

from collections.abc import Sequence

from bot.features.meetings import ending, invitations, mornings, nudges, queries, reminders
from bot.features.meetings.reminding import Occasion, remind
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

NEWCOMERS = "teams.joined"
ENDED = "teams.ended"
AT_ONCE = 40
"""Meetings reminded of in one transaction: with ten members each some 35 ms of CPU, for which
whoever writes meanwhile waits."""


async def nudge(tx: Tx, rows: Sequence[DueRow]) -> None:
    """Remind of meetings; a row's payload is `{"meeting": id, "slot": one of NUDGES}`."""
    occasions = [
        Occasion(row.payload["meeting"], row.payload.get("slot", row.slot), row.anchor_at)
        for row in rows
    ]
    await remind(tx, occasions)


async def look_ahead(tx: Tx, rows: Sequence[DueRow]) -> None:
    """Meetings are near: plan their reminders around the quiet times of their people; a row's
    payload is `{"meeting": id}`."""
    found = await queries.meetings_by_id(tx, [row.payload["meeting"] for row in rows])
    await nudges.plan_detours(tx, [each for each in found.values() if each.is_on(tx.now)])


async def send_cards(tx: Tx, rows: Sequence[DueRow]) -> None:
    """Morning cards; a row's payload is `{"person": id}`. Where the bot was away for the whole
    morning, only the next one is planned."""
    late = {row.id for row in rows if tx.now - row.anchor_at >= mornings.STILL_MORNING}
    await mornings.send_cards(tx, [row.payload["person"] for row in rows if row.id not in late])
    await mornings.plan_cards(tx, [row.payload["person"] for row in rows if row.id in late])


async def heed_manners(tx: Tx, row: DueRow) -> None:
    """Somebody's manners or zone (`{"person": id}`) or a unit's days (`{"unit": id}`) have changed:
    plan anew what is near."""
    if person_id := row.payload.get("person"):
        await mornings.plan_card(tx, person_id)
        near = [listed.meeting for listed in await queries.upcoming(tx, person_id, limit=50)]
    else:
        near = await reminders.near_in_unit(tx, row.payload["unit"], nudges.NEAR)
    for found in near:
        await nudges.look_again(tx, found)


async def call_off(tx: Tx, row: DueRow) -> None:
    """A team was closed: cancel what lay ahead; the payload names the `team` and who closed it,
    `by`."""
    await ending.call_off(tx, row.payload["team"], row.payload["by"], row.anchor_at)


async def invite_newcomers(tx: Tx, row: DueRow) -> None:
    """Somebody joined a team: invite them to its meetings; the payload is `{"team": id}`."""
    await invitations.invite_newcomers(tx, row.payload["team"])
    for found in await reminders.near_in_team(tx, row.payload["team"], nudges.NEAR):
        await nudges.look_again(tx, found)
