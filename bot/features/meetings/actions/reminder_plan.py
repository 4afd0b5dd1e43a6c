"""Reminders before a meeting: when they fall due, for whom, and how they avoid quiet times.

Each reminder has one due row at its usual time. People differ in their quiet hours, zones and
calendars, so further rows are planned at the moments that suit them (rescheduled reminders).
Every row asks anew who is concerned at this moment and for whom the moment has come, so a row too
many does nothing, and nothing waits in the outbox that an answer or a move could make stale.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.features.communities.queries import batches as team_batches
from bot.features.meetings.queries.meetings import Meeting
from bot.features.meetings.queries.reminder_rules import REMINDERS, best_moment_for
from bot.features.notification_settings.queries import settings as settings_queries
from bot.scheduling import due
from bot.scheduling.quiet import Placement
from bot.storage.transaction import Tx

REMIND_JOB = "meetings.nudge"
"""Name of the job that reminds of a meeting."""
LOOK_AHEAD_JOB = f"{due.UNNOTICED}meetings"
"""Name of the job that reschedules the reminders of a meeting."""


HORIZON = timedelta(days=4)
"""How long before a meeting its rescheduled reminders are planned anew; no reminder comes
earlier."""
NEAR = timedelta(days=14)
"""How long before a meeting a change of somebody's notification settings or of a calendar plans it
anew."""


async def plan_reminders(tx: Tx, found: Meeting) -> None:
    """Plan every reminder that still lies ahead."""
    for slot, rule in REMINDERS.items():
        await due.set_due(
            tx,
            REMIND_JOB,
            found.topic,
            slot,
            anchor=found.starts_at,
            offset=rule.before,
            expires_at=found.starts_at - rule.latest,
            payload={"meeting": found.id, "slot": slot},
        )
    await reschedule_all(tx, [found])


async def move_reminders(tx: Tx, found: Meeting) -> None:
    """The meeting has another time: those of the usual times move along, and the others are
    planned anew."""
    await due.move(tx, found.topic, found.starts_at)
    await due.cancel(tx, found.rescheduling)
    await reschedule_all(tx, [found])


async def drop_reminders(tx: Tx, found: Meeting) -> None:
    """No more reminders of this meeting."""
    await due.cancel(tx, found.topic)
    await due.cancel(tx, found.rescheduling)


async def reschedule_all(tx: Tx, meetings: Sequence[Meeting]) -> None:
    """Plan the moments at which a reminder comes for whom its usual time does not suit, and long
    before the meeting another look, since members and calendars change. May be called again
    whenever something has changed: a moment too many does no harm. For up to a few hundred
    meetings."""
    members = await team_batches.members_by_team(tx, {found.team_id for found in meetings})
    people = {person.id: person for team in members.values() for person in team}
    availability = await settings_queries.availability_of(tx, list(people.values()))
    moments: dict[tuple[int, datetime, str], Placement | None] = {}
    for found in meetings:
        if found.starts_at - tx.now > HORIZON:
            await _plan_look(tx, found, found.starts_at - HORIZON)
        # Equal availabilities are one object: identity is faster than comparison.
        kinds = {
            id(own): own for own in (availability[p.id] for p in members.get(found.team_id, ()))
        }
        for slot, rule in REMINDERS.items():
            if found.starts_at - rule.before < tx.now:
                continue
            for number, own in kinds.items():
                key = (number, found.starts_at, slot)
                if key not in moments:
                    moments[key] = best_moment_for(own, found, slot, tx.now)
                if placed := moments[key]:
                    await reschedule(tx, found, slot, placed.at)


async def look_again(tx: Tx, found: Meeting) -> None:
    """Have the reminders of a meeting that is near rescheduled, apart from this transaction."""
    if timedelta() < found.starts_at - tx.now <= NEAR:
        await _plan_look(tx, found, tx.now)


async def _plan_look(tx: Tx, found: Meeting, at: datetime) -> None:
    await due.set_due(
        tx,
        LOOK_AHEAD_JOB,
        found.rescheduling,
        "look",
        anchor=at,
        expires_at=found.starts_at,
        payload={"meeting": found.id},
    )


async def reschedule(tx: Tx, found: Meeting, slot: str, at: datetime) -> None:
    """Plan another moment for one of the `REMINDERS`, unless it is past or the usual one."""
    rule = REMINDERS[slot]
    if at <= tx.now or at == found.starts_at - rule.before:
        return
    await due.set_due(
        tx,
        REMIND_JOB,
        found.rescheduling,
        f"{slot}@{round(at.timestamp())}",
        anchor=found.starts_at,
        offset=found.starts_at - at,
        expires_at=found.starts_at - rule.latest,
        payload={"meeting": found.id, "slot": slot},
    )
