"""Reads about reminders: which meetings are near, and who has been reminded of them and how."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from bot.delivery.notice import Found, Gone, Later, NoticeRow
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import MeetingState, Rsvp, meeting_reminders, meetings
from bot.features.meetings.queries.meetings import (
    MEETING_COLUMNS,
    ListedMeeting,
    Meeting,
    meeting_of,
    meetings_by_id,
)
from bot.features.meetings.queries.reminder_rules import ReminderSlot, best_moment_for
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
    standing = await _standing(tx, [(row.args[0], row.to.id) for row in rows])
    own: dict[int, Availability] = {}
    if late := [row.to for row in rows if tx.now - row.queued_at > LATE]:
        own = await settings_queries.availability_of(tx, late)
    found: dict[int, Found[ReminderFacts]] = {}
    for row in rows:
        number, slot, moves, timing, cause = row.args
        now = standing.of(number, row.to.id, moves, tx.now)
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
        found[row.id] = ReminderFacts(
            now.meeting, now.team, now.answer, slot, Timing(timing), cause and Cause(cause)
        )
    return found


async def gathered_for(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[DigestFacts]]:
    """A card without what is off, has another time or was declined since. Its values: whether it
    is the first card of its day, and each meeting with the number of its moves."""
    pairs = [(number, row.to.id) for row in rows for number, _ in row.args[1]]
    standing = await _standing(tx, pairs)
    found: dict[int, Found[DigestFacts]] = {}
    for row in rows:
        first, meetings_then = row.args
        now = [
            each
            for number, moves in meetings_then
            if isinstance(
                each := standing.of(number, row.to.id, moves, tx.now),
                ListedMeeting,
            )
        ]
        facts = DigestFacts(row.to.name, bool(first), tuple(now))
        found[row.id] = facts if now else Gone("nothing")
    return found


@dataclass(frozen=True, slots=True)
class _Standing:
    """Meetings, and how they stand with those who are told of them."""

    meetings: Mapping[int, Meeting]
    teams: Mapping[int, Team]
    members: Collection[tuple[int, int]]
    """Team and person."""
    answers: Mapping[tuple[int, int], tuple[str, int]]
    """Meeting and person → the answer, and for which of its times."""
    listed: dict[tuple[int, str | None], ListedMeeting]

    def of(
        self, meeting_id: int, person_id: int, moves: int, now: datetime
    ) -> ListedMeeting | Gone:
        """As it stands with this person, if it is still what they were to be told of."""
        found = self.meetings.get(meeting_id)
        if found is None or found.state is not MeetingState.SCHEDULED:
            return Gone("cancelled")
        if found.moved_count != moves:
            return Gone("moved")
        if found.starts_at <= now:
            return Gone("begun")
        team = self.teams[found.team_id]
        if not team.is_active or (team.id, person_id) not in self.members:
            return Gone("left")
        answer, given_for = self.answers.get((meeting_id, person_id), (None, moves))
        if given_for != moves:
            answer = None
        if answer == Rsvp.NO:
            return Gone("declined")
        # One object for all who have answered alike, so that what is drawn of it is found faster.
        same = self.listed.get((meeting_id, answer))
        if same is None:
            same = ListedMeeting(found, team, Rsvp(answer) if answer else None)
            self.listed[meeting_id, answer] = same
        return same


async def _standing(tx: Tx, pairs: Sequence[tuple[int, int]]) -> _Standing:
    numbers = {number for number, _ in pairs}
    people = as_list(tx, {person for _, person in pairs})
    meetings_now = await meetings_by_id(tx, numbers)
    team_ids = {found.team_id for found in meetings_now.values()}
    teams = await team_batches.teams_by_id(tx, team_ids)
    members = await member_queries.members_among(tx, team_ids, {person for _, person in pairs})
    answers = await tx.fetch(
        with_ids(
            tx,
            "SELECT meeting_id, person_id, answer, round FROM meeting_answers"
            " WHERE meeting_id IN (ids) AND person_id IN (ids)",
        ),
        as_list(tx, numbers),
        people,
    )
    given = {(row[0], row[1]): (row[2], row[3]) for row in answers}
    return _Standing(meetings_now, teams, members, given, {})


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
