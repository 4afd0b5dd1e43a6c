"""Reminders before a meeting: planned as due rows, addressed when they fall due."""

from datetime import datetime, timedelta

from bot.delivery import outbox
from bot.features.meetings import notices, queries
from bot.features.meetings.invitations import mark_invited
from bot.features.meetings.models import MeetingState
from bot.features.meetings.queries import Meeting
from bot.features.teams import queries as teams
from bot.scheduling import due
from bot.storage.transaction import Tx

NUDGE = "meetings.nudge"
"""Name of the job that reminds of a meeting."""

_DAY, _HOUR, _TEN = timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)
NUDGES: dict[str, tuple[timedelta, timedelta]] = {
    "1d": (_DAY, _HOUR),
    "1h": (_HOUR, _TEN),
    "10m": (_TEN, timedelta()),
}
"""Each reminder: how long before the start it is due, and how long before the start it gives way
to the next one, so that a bot that was down sends only what is still of use."""


async def plan_nudges(tx: Tx, found: Meeting) -> None:
    """Plan every reminder that still lies ahead; `due.move` and `due.cancel` of the meeting's
    topic move and cancel them."""
    for slot, (before, until) in NUDGES.items():
        await due.set_due(
            tx,
            NUDGE,
            found.topic,
            slot,
            anchor=found.starts_at,
            offset=before,
            expires_at=found.starts_at - until,
            payload={"meeting": found.id},
        )


async def remind(tx: Tx, meeting_id: int, slot: str, anchor: datetime) -> int:
    """Send one of the `NUDGES`, to whom it concerns at this moment: never to who has declined or
    left, ten minutes before only to who said yes or maybe. Returns how many are written to; none
    when the meeting is off, has moved from `anchor`, or its team is closed."""
    found = await queries.meeting(tx, meeting_id)
    if found is None or found.state is not MeetingState.SCHEDULED or found.starts_at <= tx.now:
        return 0
    team = await teams.team(tx, found.team_id)
    if team is None or not team.is_active or found.starts_at != anchor:
        return 0
    expected = (await queries.attendance(tx, found)).expected
    if slot == "10m":
        expected = [reply for reply in expected if reply.answer is not None]
    await outbox.notify_each(
        tx,
        [(r.person.id, notices.nudge(r, found, team, slot, tx.now)) for r in expected],
        kind=outbox.ParcelKind.REMINDER,
        topic=found.topic,
        expires_at=found.starts_at,
    )
    await mark_invited(tx, found, [reply.person for reply in expected])
    return len(expected)
