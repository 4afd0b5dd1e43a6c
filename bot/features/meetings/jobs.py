"""What meetings do when something falls due."""

from collections.abc import Sequence

from bot.features.meetings.actions import closing as closing_actions
from bot.features.meetings.actions import counting as counting_actions
from bot.features.meetings.actions import digest as digest_actions
from bot.features.meetings.actions import invitations as invitation_actions
from bot.features.meetings.actions import reminder_plan as reminder_plan_actions
from bot.features.meetings.actions.reminders import DueReminder, remind
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries import reminders as reminder_queries
from bot.scheduling.due import DueRow
from bot.storage.transaction import Tx

AT_ONCE = 40
"""Meetings reminded of in one transaction: with ten members each some 35 ms of CPU, for which
whoever writes meanwhile waits."""


async def hold_meeting(tx: Tx, row: DueRow) -> tuple[str, int]:
    """What is locked before a meeting's reminders are planned, moved or called off."""
    return "meeting", row.payload["meeting"]


async def hold_count(tx: Tx, row: DueRow) -> tuple[str, int]:
    """What is locked before a count of answers is planned."""
    return "meeting count", row.payload["meeting"]


async def remind_of_meetings(tx: Tx, rows: Sequence[DueRow]) -> None:
    """Remind of meetings; a row's payload is `{"meeting": id, "slot": one of REMINDERS}`."""
    due_reminders = [
        DueReminder(row.payload["meeting"], row.payload.get("slot", row.slot), row.anchor_at)
        for row in rows
    ]
    await remind(tx, due_reminders)


async def look_ahead(tx: Tx, rows: Sequence[DueRow]) -> None:
    """Meetings are near: plan their reminders around the quiet times of their people; a row's
    payload is `{"meeting": id}`."""
    found = await meeting_queries.meetings_by_id(tx, [row.payload["meeting"] for row in rows])
    await reminder_plan_actions.reschedule_all(
        tx, [each for each in found.values() if each.is_on(tx.now)]
    )


async def send_digests(tx: Tx, rows: Sequence[DueRow]) -> None:
    """Morning digests; a row's payload is `{"person": id}`. Where the bot was away for the whole
    morning, only the next one is planned."""
    missed = tx.now - digest_actions.STILL_MORNING
    if in_time := [row.payload["person"] for row in rows if row.anchor_at > missed]:
        await digest_actions.send_digests(tx, in_time)
    if late := [row.payload["person"] for row in rows if row.anchor_at <= missed]:
        await digest_actions.plan_digests(tx, late)


async def heed_settings(tx: Tx, row: DueRow) -> None:
    """Somebody's notification settings or zone (`{"person": id}`), or a unit's days, town or units
    above it (`{"unit": id}`) have changed: plan anew what is near."""
    if person_id := row.payload.get("person"):
        await digest_actions.plan_digest(tx, person_id)
        near = [
            listed.meeting
            for listed in await meeting_queries.upcoming(tx, person_id, offset=0, limit=50)
        ]
    else:
        near = await reminder_queries.near_in_unit(
            tx, row.payload["unit"], reminder_plan_actions.NEAR
        )
    for found in near:
        await reminder_plan_actions.look_again(tx, found)


async def call_off(tx: Tx, row: DueRow) -> None:
    """A team was closed: cancel what lay ahead; the payload names the `team` and who closed it,
    `by`."""
    await closing_actions.call_off(tx, row.payload["team"], row.payload["by"], row.anchor_at)


async def count_answers(tx: Tx, row: DueRow) -> None:
    """Answers have come: who has them counted along sees them; the payload is `{"meeting": id}`."""
    await counting_actions.count(tx, row.payload["meeting"])


async def invite_newcomers(tx: Tx, row: DueRow) -> None:
    """Somebody joined a team: invite them to its meetings; the payload is `{"team": id}`."""
    await invitation_actions.invite_newcomers(tx, row.payload["team"])
    for found in await reminder_queries.near_in_team(
        tx, row.payload["team"], reminder_plan_actions.NEAR
    ):
        await reminder_plan_actions.look_again(tx, found)
