"""Reads about meetings, and who answered what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery.backlog import unreached_about
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.members import Member
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import (
    MeetingState,
    Rsvp,
    Venue,
    meeting_answers,
    meeting_invitations,
    meetings,
)
from bot.storage.columns import from_millis, to_millis
from bot.storage.lists import among, as_list, ids_named, with_ids
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a team. `moved_count` names the time that answers are given for; `reason`
    belongs to the last move or to the cancellation."""

    id: int
    team_id: int
    title: str
    purpose: str
    agenda: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    venue: Venue
    state: MeetingState
    moved_count: int
    reason: str
    created_by: int

    def __hash__(self) -> int:
        # It is part of what screens are looked up by: all its words would take long.
        return self.id

    def state_at(self, now: datetime) -> MeetingState:
        """The state as it is at a moment: what has ended was held."""
        if self.state is MeetingState.SCHEDULED and self.ends_at <= now:
            return MeetingState.HELD
        return self.state

    def is_on(self, now: datetime) -> bool:
        """Still to come, or going on."""
        return self.state_at(now) is MeetingState.SCHEDULED

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def topic(self) -> str:
        """The name under which reminders and messages about the meeting are kept."""
        return f"meeting:{self.id}"

    @property
    def rescheduling(self) -> str:
        """The name under which reminders at other than their usual times are planned."""
        return f"detours:{self.id}"


@dataclass(frozen=True, slots=True)
class NearMeeting:
    """What is to be known of a meeting to decide who is reminded of it."""

    id: int
    team_id: int
    starts_at: datetime
    moved_count: int


@dataclass(frozen=True, slots=True)
class MemberRsvp:
    """A member and their answer. `answer` is None as long as they have not answered for the
    present time; `earlier` is then what they answered before the meeting was moved."""

    person: Person
    answer: Rsvp | None = None
    earlier: Rsvp | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RsvpSummary:
    """The replies of the members that the team has now, leads first."""

    replies: tuple[MemberRsvp, ...]

    def those(self, answer: Rsvp | None) -> list[MemberRsvp]:
        """Who gave this answer; None: who has not answered yet."""
        return [reply for reply in self.replies if reply.answer is answer]

    @property
    def expected(self) -> list[MemberRsvp]:
        """Everybody who has not declined."""
        return [reply for reply in self.replies if reply.answer is not Rsvp.NO]


@dataclass(frozen=True, slots=True)
class ListedMeeting:
    """A meeting as a list shows it to one of its members."""

    meeting: Meeting
    team: Team
    answer: Rsvp | None


MEETING_COLUMNS = tuple(
    meetings.c[name]
    for name in (
        "id", "team_id", "title", "purpose", "agenda", "starts_at", "ends_at", "place", "link",
        "state", "moved_count", "reason", "created_by",
    )
)  # fmt: skip


def meeting_of(row: Row[Any]) -> Meeting:
    values = row[: len(MEETING_COLUMNS)]
    number, team_id, title, purpose, agenda, starts_at, ends_at, place, link, *rest = values
    items, venue = tuple(agenda), Venue(place, link)
    return Meeting(number, team_id, title, purpose, items, starts_at, ends_at, venue, *rest)


_BY_ID = select(*MEETING_COLUMNS).where(meetings.c.id == bindparam("id"))
_BY_IDS = select(*MEETING_COLUMNS).where(among(meetings.c.id, ids_named("ids")))


async def meeting(tx: Tx, meeting_id: int) -> Meeting | None:
    """The meeting of an id in any state; for the bot's own work, not for showing."""
    row = await tx.first(_BY_ID, id=meeting_id)
    return meeting_of(row) if row else None


async def meetings_by_id(tx: Tx, meeting_ids: Iterable[int]) -> dict[int, Meeting]:
    """The meetings of these ids in any state, for up to a few hundred ids; unknown ones are left
    out."""
    rows = await tx.all(_BY_IDS, ids=sorted(set(meeting_ids)))
    return {row.id: meeting_of(row) for row in rows}


async def visible_meeting(tx: Tx, reader: Person, meeting_id: int) -> tuple[Meeting, Team]:
    """The meeting and its team, for whoever belongs to the team now. What lies ahead of a closed
    team is off.

    :raises Refused: "meetings.not_visible", also for an id that does not exist.
    """
    found = await meeting_with_team(tx, meeting_id)
    if found is None or not await member_queries.is_member(tx, found[1].id, reader.id):
        raise Refused(
            "meetings.not_visible",
            reader.voice.say("Only the members of its team can open this meeting."),
        )
    return found


async def meeting_with_team(tx: Tx, meeting_id: int) -> tuple[Meeting, Team] | None:
    """The meeting as `visible_meeting` gives it, for the bot's own work."""
    found = await meeting(tx, meeting_id)
    team = await team_queries.team(tx, found.team_id) if found else None
    if found is None or team is None:
        return None
    if not team.is_active and found.starts_at > tx.now:
        found = replace(found, state=MeetingState.CANCELLED)
    return found, team


async def answer_of(tx: Tx, found: Meeting, person: Person) -> MemberRsvp:
    """What the person answered for the meeting as it stands."""
    row = await tx.first(
        select(meeting_answers).where(
            meeting_answers.c.meeting_id == found.id, meeting_answers.c.person_id == person.id
        )
    )
    return _reply(found, person, row)


def _reply(found: Meeting, person: Person, row: Row[Any] | None) -> MemberRsvp:
    if row is None:
        return MemberRsvp(person)
    if row.round != found.moved_count:
        return MemberRsvp(person, earlier=row.answer)
    return MemberRsvp(person, row.answer, reason=row.reason)


async def attendance(tx: Tx, found: Meeting) -> RsvpSummary:
    """The answers of everybody who belongs to the team now."""
    return (await attendances(tx, [found]))[found.id]


async def unreached(tx: Tx, found: Meeting, attendance: RsvpSummary) -> list[MemberRsvp]:
    """Those of the team whom the last message about the meeting did not reach."""
    missed = await unreached_about(tx, found.topic)
    return [reply for reply in attendance.replies if reply.person.id in missed]


_GIVEN = select(
    meeting_answers.c.meeting_id,
    meeting_answers.c.person_id,
    meeting_answers.c.answer,
    meeting_answers.c.round,
    meeting_answers.c.reason,
).where(among(meeting_answers.c.meeting_id, ids_named("ids")))


async def attendances(tx: Tx, asked: Iterable[Meeting]) -> dict[int, RsvpSummary]:
    """The same for several meetings, up to a few hundred, by their ids."""
    by_id = {found.id: found for found in asked}
    rows = await tx.all(_GIVEN, ids=list(by_id))
    given = {(row.meeting_id, row.person_id): row for row in rows}
    members = await team_batches.members_by_team(tx, (found.team_id for found in by_id.values()))
    return {
        n: RsvpSummary(
            tuple(_reply(found, p, given.get((n, p.id))) for p in members.get(found.team_id, ()))
        )
        for n, found in by_id.items()
    }


def _still_on(now: datetime) -> ColumnElement[bool]:
    return and_(meetings.c.state == MeetingState.SCHEDULED, meetings.c.ends_at > now)


async def upcoming(tx: Tx, person_id: int, *, offset: int, limit: int) -> list[ListedMeeting]:
    """Meetings of the person's teams that are on or still to come, the soonest first."""
    own = await team_queries.teams_of(tx, person_id)
    return await _listed(tx, own, person_id, past=False, offset=offset, limit=limit)


_AHEAD = (
    "SELECT id, team_id, starts_at, moved_count FROM meetings WHERE team_id IN (ids)"
    " AND state = 'scheduled' AND starts_at > ? AND starts_at <= ? ORDER BY starts_at, id"
)


async def ahead_of(
    tx: Tx, person_ids: Sequence[int], within: timedelta
) -> dict[int, list[NearMeeting]]:
    """For each of up to a few hundred people the scheduled meetings of their active teams that
    begin from now on within this time, the soonest first; whoever has none is left out."""
    teams_of = await team_batches.team_ids_by_person(tx, person_ids)
    rows = await tx.fetch(
        with_ids(tx, _AHEAD),
        as_list(tx, {team for own in teams_of.values() for team in own}),
        to_millis(tx.now),
        to_millis(tx.now + within),
    )
    of_team: dict[int, list[NearMeeting]] = {}
    for number, team, starts_at, moved_count in rows:
        near = NearMeeting(number, team, from_millis(starts_at), moved_count)
        of_team.setdefault(team, []).append(near)
    ahead: dict[int, list[NearMeeting]] = {}
    for person, own in teams_of.items():
        together = [each for team in own for each in of_team.get(team, ())]
        if len(own) > 1:
            together.sort(key=lambda each: (each.starts_at, each.id))
        if together:
            ahead[person] = together
    return ahead


async def past(tx: Tx, person_id: int, *, offset: int, limit: int) -> list[ListedMeeting]:
    """Meetings of the person's teams, also the closed ones, that were held or cancelled, the
    newest first."""
    own = await team_queries.readable_teams_of(tx, person_id)
    return await _listed(tx, own, person_id, past=True, offset=offset, limit=limit)


async def team_meetings(
    tx: Tx, team: Team, person_id: int, *, past: bool, offset: int, limit: int
) -> list[ListedMeeting]:
    """The same for one team, whose members only may see it: check before."""
    return await _listed(tx, [team], person_id, past=past, offset=offset, limit=limit)


async def _listed(
    tx: Tx, own: Sequence[Team], person_id: int, *, past: bool, offset: int, limit: int
) -> list[ListedMeeting]:
    by_id = {team.id: team for team in own}
    if not by_id:
        return []
    if past:
        wanted = or_(meetings.c.state == MeetingState.CANCELLED, meetings.c.ends_at <= tx.now)
        order = [meetings.c.starts_at.desc(), meetings.c.id.desc()]
    else:
        wanted = _still_on(tx.now)
        order = [meetings.c.starts_at.asc(), meetings.c.id.asc()]
    mine = and_(
        meeting_answers.c.meeting_id == meetings.c.id,
        meeting_answers.c.person_id == person_id,
        meeting_answers.c.round == meetings.c.moved_count,
    )
    query = (
        select(*MEETING_COLUMNS, meeting_answers.c.answer)
        .outerjoin(meeting_answers, mine)
        .where(among(meetings.c.team_id, by_id), wanted)
        .order_by(*order)
        .offset(offset)
        .limit(limit)
    )
    return [
        ListedMeeting(meeting_of(row), by_id[row.team_id], row.answer)
        for row in await tx.all(query)
    ]


async def clashes(
    tx: Tx, team_id: int, starts_at: datetime, ends_at: datetime, *, apart_from: int = 0
) -> list[Meeting]:
    """Scheduled meetings of the team that overlap this time; one that begins when the other ends
    does not."""
    query = select(*MEETING_COLUMNS).where(
        meetings.c.team_id == team_id,
        meetings.c.state == MeetingState.SCHEDULED,
        meetings.c.starts_at < ends_at,
        meetings.c.ends_at > starts_at,
        meetings.c.id != apart_from,
    )
    return [meeting_of(row) for row in await tx.all(query.order_by(meetings.c.starts_at))]


async def recent_venues(tx: Tx, team_id: int, limit: int = 3) -> list[Venue]:
    """Where the team met last, the newest first, each once."""
    query = (
        select(meetings.c.place, meetings.c.link)
        .where(meetings.c.team_id == team_id)
        .order_by(meetings.c.id.desc())
        .limit(20)
    )
    return list(dict.fromkeys(Venue(row.place, row.link) for row in await tx.all(query)))[:limit]


async def beginning_after(tx: Tx, team_id: int, moment: datetime) -> list[Meeting]:
    """Scheduled meetings of the team that begin after a moment, the soonest first."""
    query = select(*MEETING_COLUMNS).where(
        meetings.c.team_id == team_id,
        meetings.c.state == MeetingState.SCHEDULED,
        meetings.c.starts_at > moment,
    )
    return [meeting_of(row) for row in await tx.all(query.order_by(meetings.c.starts_at))]


async def uninvited(tx: Tx, team_id: int) -> list[tuple[Meeting, list[Person]]]:
    """Meetings of the team to come, each with the members who have not been told of it since they
    joined: whoever left and came back may have missed a move."""
    ahead = await beginning_after(tx, team_id, tx.now)
    if not ahead:
        return []
    members = await member_queries.members(tx, team_id)
    told = await invited_to(tx, [found.id for found in ahead])
    missing = [
        (found, [m.person for m in members if not _knows(told.get((found.id, m.person.id)), m)])
        for found in ahead
    ]
    return [(found, people) for found, people in missing if people]


def _knows(told_at: datetime | None, member: Member) -> bool:
    return told_at is not None and told_at >= member.since


async def invited_to(tx: Tx, meeting_ids: Iterable[int]) -> dict[tuple[int, int], datetime]:
    """Who has been told of these meetings, as (the meeting's id, the person's), and when."""
    query = select(meeting_invitations).where(among(meeting_invitations.c.meeting_id, meeting_ids))
    return {(row.meeting_id, row.person_id): row.invited_at for row in await tx.all(query)}
