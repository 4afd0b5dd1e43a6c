"""What the messages about meetings say, read for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.person import Person, PersonState, find_people
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import MeetingState, Rsvp
from bot.features.meetings.queries.meetings import ListedMeeting, Meeting, meetings_by_id
from bot.features.meetings.queries.standing import standing_of
from bot.storage.columns import from_millis
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    listed: ListedMeeting
    by: Person


@dataclass(frozen=True, slots=True)
class MoveFacts:
    listed: ListedMeeting
    old: datetime
    """When it was to begin before."""


@dataclass(frozen=True, slots=True)
class CalledOffFacts:
    """What the reader knew of, and falls away with the team."""

    team: Team
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class ApologyFacts:
    meeting: Meeting
    by: Person
    reason: str


async def invited(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[InvitationFacts]]:
    """To members: the meeting, unless it is off by now, and who calls it."""
    standing = await standing_of(tx, [(row.params["meeting"], row.to.id) for row in rows])
    callers = await find_people(tx, {row.params["by"] for row in rows})
    found: dict[int, Found[InvitationFacts]] = {}
    for row in rows:
        now = standing.on(row.params["meeting"], row.to.id, tx.now)
        by = callers[row.params["by"]]
        found[row.id] = now if isinstance(now, Gone) else InvitationFacts(now, by)
    return found


async def moved(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[MoveFacts]]:
    """To members: the time that it has now, and the one that it had before the move. A later move
    has a message of its own."""
    standing = await standing_of(tx, [(row.params["meeting"], row.to.id) for row in rows])
    found: dict[int, Found[MoveFacts]] = {}
    for row in rows:
        now = standing.on(row.params["meeting"], row.to.id, tx.now)
        old = from_millis(row.params["old"])
        if isinstance(now, Gone):
            found[row.id] = now
        elif now.meeting.moved_count != row.params["moves"]:
            found[row.id] = Gone("moved")
        else:
            found[row.id] = MoveFacts(now, old)
    return found


async def cancelled(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[ListedMeeting]]:
    """To members: what will not take place."""
    standing = await standing_of(tx, [(row.params["meeting"], row.to.id) for row in rows])
    return {row.id: standing.of(row.params["meeting"], row.to.id) for row in rows}


async def relocated(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[ListedMeeting]]:
    """To members who have not declined: where it is now."""
    standing = await standing_of(tx, [(row.params["meeting"], row.to.id) for row in rows])
    found: dict[int, Found[ListedMeeting]] = {}
    for row in rows:
        now = standing.on(row.params["meeting"], row.to.id, tx.now)
        declined = isinstance(now, ListedMeeting) and now.answer is Rsvp.NO
        found[row.id] = Gone("declined") if declined else now
    return found


async def called_off(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[CalledOffFacts]]:
    """To those who were members when the team was closed. Its values: the meetings."""
    meetings_now = await meetings_by_id(tx, {number for row in rows for number in row.args})
    teams = await team_batches.teams_by_id(tx, {row.params["team"] for row in rows})
    found: dict[int, Found[CalledOffFacts]] = {}
    for row in rows:
        off = tuple(
            each
            for number in row.args
            if (each := meetings_now[number]).state is MeetingState.CANCELLED
        )
        facts = CalledOffFacts(teams[row.params["team"]], off)
        found[row.id] = facts if off else Gone("nothing")
    return found


async def apologised(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[ApologyFacts]]:
    """To leads: who apologised, as long as they have not thought better of it. An apology that
    they gave later has a message of its own."""
    pairs = [(row.params["meeting"], row.params["by"]) for row in rows]
    standing = await standing_of(tx, pairs)
    people = await find_people(tx, {by for _, by in pairs})
    team_ids = {found.team_id for found in standing.meetings.values()}
    leads = await member_queries.leads_among(tx, team_ids, {row.to.id for row in rows})
    found: dict[int, Found[ApologyFacts]] = {}
    for row, pair in zip(rows, pairs, strict=True):
        meeting = standing.meetings[pair[0]]
        given = standing.answers.get(pair)
        if not meeting.is_on(tx.now):
            found[row.id] = Gone("over")
        elif (meeting.team_id, row.to.id) not in leads:
            found[row.id] = Gone("not_lead")
        elif given is None or given.answer is not Rsvp.NO or given.round != meeting.moved_count:
            found[row.id] = Gone("changed")
        elif given.at != row.params["at"]:
            found[row.id] = Gone("again")
        elif people[pair[1]].state is PersonState.GONE:
            found[row.id] = Gone("erased")
        else:
            found[row.id] = ApologyFacts(meeting, people[pair[1]], given.reason)
    return found
