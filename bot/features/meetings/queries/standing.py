"""How meetings stand with those who are told of them: for the messages of many at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.notice import Gone
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import MeetingState, Rsvp
from bot.features.meetings.queries.meetings import ListedMeeting, Meeting, meetings_by_id
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    answer: Rsvp
    round: int
    """The number of the moves for which it was given."""
    reason: str
    at: int
    """When it was given, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Meetings, who belongs to their teams, and what these people answered."""

    meetings: Mapping[int, Meeting]
    teams: Mapping[int, Team]
    members: Collection[tuple[int, int]]
    """Team and person."""
    answers: Mapping[tuple[int, int], GivenAnswer]
    """By meeting and person."""
    listed: dict[tuple[int, Rsvp | None], ListedMeeting]

    def of(self, meeting_id: int, person_id: int) -> ListedMeeting | Gone:
        """The meeting in any state, for a member of its team."""
        found = self.meetings.get(meeting_id)
        if found is None:
            return Gone("erased")
        if (found.team_id, person_id) not in self.members:
            return Gone("left")
        given = self.answers.get((meeting_id, person_id))
        answer = given.answer if given and given.round == found.moved_count else None
        # One object for all who have answered alike, so that what is drawn of it is found faster.
        same = self.listed.get((meeting_id, answer))
        if same is None:
            same = ListedMeeting(found, self.teams[found.team_id], answer)
            self.listed[meeting_id, answer] = same
        return same

    def on(self, meeting_id: int, person_id: int, now: datetime) -> ListedMeeting | Gone:
        """The same, if the meeting is still to come or going on."""
        found = self.of(meeting_id, person_id)
        if isinstance(found, Gone):
            return found
        if found.meeting.state is not MeetingState.SCHEDULED:
            return Gone("cancelled")
        return found if found.meeting.is_on(now) else Gone("over")

    def ahead(
        self, meeting_id: int, person_id: int, moves: int, now: datetime
    ) -> ListedMeeting | Gone:
        """The same, if the meeting is to come at the time that it has after so many moves, and the
        person has not declined."""
        found = self.on(meeting_id, person_id, now)
        if isinstance(found, Gone):
            return found
        if found.meeting.moved_count != moves:
            return Gone("moved")
        if found.meeting.starts_at <= now:
            return Gone("begun")
        if not found.team.is_active:
            return Gone("closed")
        return Gone("declined") if found.answer is Rsvp.NO else found


async def standing_of(tx: Tx, pairs: Sequence[tuple[int, int]]) -> Standing:
    """How these meetings stand with these people, as (the meeting's id, the person's), in four
    statements however many they are."""
    numbers = {number for number, _ in pairs}
    people = {person for _, person in pairs}
    found = await meetings_by_id(tx, numbers)
    team_ids = {each.team_id for each in found.values()}
    teams = await team_batches.teams_by_id(tx, team_ids)
    members = await member_queries.members_among(tx, team_ids, people)
    rows = await tx.fetch(
        with_ids(
            tx,
            "SELECT meeting_id, person_id, answer, round, reason, answered_at"
            " FROM meeting_answers WHERE meeting_id IN (ids) AND person_id IN (ids)",
        ),
        as_list(tx, numbers),
        as_list(tx, people),
    )
    answers = {
        (row[0], row[1]): GivenAnswer(Rsvp(row[2]), row[3], row[4] or "", row[5]) for row in rows
    }
    return Standing(found, teams, members, answers, {})
