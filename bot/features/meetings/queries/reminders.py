"""Reads about reminders: which meetings are near, and who has been reminded of them and how."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select

from bot.delivery.notice import Found, Gone, Later, NoticeRow
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import MeetingState, Rsvp, meeting_reminders, meetings
from bot.features.meetings.queries.meetings import (
    MEETING_COLUMNS,
    ListedMeeting,
    Meeting,
    NearMeeting,
    meeting_of,
)
from bot.features.meetings.queries.reminder_rules import (
    GATHERED,
    ReminderSlot,
    best_moment_for,
)
from bot.features.meetings.queries.standing import standing_of
from bot.features.notification_settings.queries import settings as settings_queries
from bot.features.notification_settings.queries.windows import Availability
from bot.features.people.queries import units as unit_queries
from bot.scheduling.quiet import Cause, Timing
from bot.storage.lists import among, as_list, ids_named, with_ids
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
    rows = await tx.all(_GIVEN, ids=list(rounds), slots=sorted(set(slots)))
    return {
        (row.meeting_id, row.person_id, row.slot)
        for row in rows
        if row.round == rounds[row.meeting_id]
    }


_SETTLED = (
    "SELECT meeting_id, person_id, round, slot FROM meeting_reminders"
    " WHERE meeting_id IN (ids) AND +person_id IN (ids) AND slot IN (gathered)"
    " UNION ALL SELECT meeting_id, person_id, round, NULL FROM meeting_answers"
    " WHERE meeting_id IN (ids) AND +person_id IN (ids) AND answer = 'no'"
).replace("gathered", ", ".join(f"'{slot}'" for slot in GATHERED))
"""By the meetings, of which each has few people: with both lists SQLite would look up each pair."""


async def settled(
    tx: Tx, asked: Iterable[NearMeeting], person_ids: Iterable[int]
) -> set[tuple[int, int, str | None]]:
    """What these people need not be told of these meetings as they stand, as (the meeting's id, the
    person's, which of the `GATHERED` reminders they have been given); None in its place for whoever
    has declined. For up to a few hundred people."""
    rounds = {found.id: found.moved_count for found in asked}
    if not rounds:
        return set()
    meeting_ids, people = as_list(tx, rounds), as_list(tx, person_ids)
    rows = await tx.fetch(with_ids(tx, _SETTLED), meeting_ids, people, meeting_ids, people)
    return {
        (number, person, slot) for number, person, moves, slot in rows if moves == rounds[number]
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


# What notices say

LATE = timedelta(minutes=5)
"""A message that has waited longer than this is asked again whether its moment suits."""


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """A meeting that is still ahead, and how it stands with the reader."""

    meeting: Meeting
    team: Team
    answer: Rsvp | None
    slot: str
    timing: Timing
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """The meetings on somebody's card that are still ahead."""

    name: str
    greets: bool
    meetings: tuple[ListedMeeting, ...]


async def reminded_of(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[ReminderFacts]]:
    """A reminder, unless it is off, has another time, is begun, or is no longer of use to this
    reader. Its values: the meeting, which reminder, the number of its moves, how it came and
    why."""
    standing = await standing_of(tx, [(row.args[0], row.to.id) for row in rows])
    own: dict[int, Availability] = {}
    if late := [row.to for row in rows if tx.now - row.queued_at > LATE]:
        own = await settings_queries.availability_of(tx, late)
    found: dict[int, Found[ReminderFacts]] = {}
    same: dict[tuple[object, ...], ReminderFacts] = {}
    for row in rows:
        number, slot, moves, timing, cause = row.args
        now = standing.ahead(number, row.to.id, moves, tx.now)
        if isinstance(now, Gone):
            found[row.id] = now
            continue
        if slot == ReminderSlot.MINUTES and now.answer is None:
            found[row.id] = Gone("unanswered")
            continue
        if tx.now - row.queued_at > LATE:
            urgent = slot != ReminderSlot.DAY and now.answer is not None
            at = best_moment_for(own[row.to.id], now.meeting, slot, tx.now, urgent=urgent)
            if at is None or at.at > tx.now:
                found[row.id] = Later(at.at) if at else Gone("late")
                continue
            timing, cause = at.timing, at.cause
        # One object for all who are told alike: it is drawn once.
        alike = (id(now), slot, timing, cause)
        if alike not in same:
            same[alike] = ReminderFacts(
                now.meeting, now.team, now.answer, slot, Timing(timing), cause and Cause(cause)
            )
        found[row.id] = same[alike]
    return found


async def gathered_for(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[DigestFacts]]:
    """A card without what is off, has another time or was declined since. One that was held up
    until a quiet time waits for its end, if that is before the first meeting. Its values: whether
    it is the first card of its day, and each meeting with the number of its moves."""
    pairs = [(number, row.to.id) for row in rows for number, _ in row.args[1]]
    late = [row.to for row in rows if tx.now - row.queued_at > LATE]
    resting = await settings_queries.rest_of(tx, late) if late else {}
    standing = await standing_of(tx, pairs)
    found: dict[int, Found[DigestFacts]] = {}
    for row in rows:
        first, meetings_then = row.args
        now = [
            each
            for number, moves in meetings_then
            if isinstance(
                each := standing.ahead(number, row.to.id, moves, tx.now),
                ListedMeeting,
            )
        ]
        if not now:
            found[row.id] = Gone("nothing")
        elif (rest := resting.get(row.to.id)) and (
            rest.until < min(each.meeting.starts_at for each in now)
        ):
            found[row.id] = Later(rest.until)
        else:
            found[row.id] = DigestFacts(row.to.name, bool(first), tuple(now))
    return found


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
