"""Reads about reminders: which meetings are near, and who has been reminded of them and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select

from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.models import MeetingState, meeting_reminders, meetings
from bot.features.meetings.queries.meetings import MEETING_COLUMNS, Meeting, meeting_of
from bot.features.people.queries import units as unit_queries
from bot.scheduling.quiet import Cause, Timing
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class GivenReminder:
    """How a reminder came, and the quiet time that it avoided."""

    timing: Timing
    cause: Cause | None


_GIVEN = select(
    meeting_reminders.c.meeting_id,
    meeting_reminders.c.person_id,
    meeting_reminders.c.slot,
    meeting_reminders.c.round,
).where(
    among(meeting_reminders.c.meeting_id, ids_named("ids")),
    meeting_reminders.c.slot.in_(bindparam("slots", expanding=True)),
)


async def reminded(
    tx: Tx, asked: Iterable[Meeting], slots: Iterable[str]
) -> set[tuple[int, int, str]]:
    """Who has been given one of these reminders of a meeting as it stands, as (the meeting's id,
    the person's, which reminder); for up to a few hundred meetings."""
    rounds = {found.id: found.moved_count for found in asked}
    rows = await tx.all(_GIVEN.params(ids=list(rounds), slots=sorted(set(slots))))
    return {
        (row.meeting_id, row.person_id, row.slot)
        for row in rows
        if row.round == rounds[row.meeting_id]
    }


async def reminder_of(tx: Tx, meeting_id: int, person_id: int, slot: str) -> GivenReminder | None:
    """The reminder that a person was given last; None if there was none."""
    row = await tx.first(
        select(meeting_reminders.c.manner, meeting_reminders.c.cause).where(
            meeting_reminders.c.meeting_id == meeting_id,
            meeting_reminders.c.person_id == person_id,
            meeting_reminders.c.slot == slot,
        )
    )
    return GivenReminder(row.manner, row.cause) if row else None


async def near_in_team(tx: Tx, team_id: int, within: timedelta) -> list[Meeting]:
    """Scheduled meetings of a team that begin within this time, the soonest first."""
    query = select(*MEETING_COLUMNS).where(
        meetings.c.team_id == team_id,
        meetings.c.state == MeetingState.SCHEDULED,
        meetings.c.starts_at > tx.now,
        meetings.c.starts_at <= tx.now + within,
    )
    return [meeting_of(row) for row in await tx.all(query.order_by(meetings.c.starts_at))]


async def near_in_unit(tx: Tx, unit_id: int, within: timedelta) -> list[Meeting]:
    """The same for every team at the unit or below it."""
    top = await unit_queries.unit(tx, unit_id)
    if top is None:
        return []
    query = select(*MEETING_COLUMNS).where(
        meetings.c.team_id.in_(team_queries.team_ids_within(top)),
        meetings.c.state == MeetingState.SCHEDULED,
        meetings.c.starts_at > tx.now,
        meetings.c.starts_at <= tx.now + within,
    )
    return [meeting_of(row) for row in await tx.all(query.order_by(meetings.c.starts_at))]
