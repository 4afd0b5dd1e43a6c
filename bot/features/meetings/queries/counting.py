"""The messages in which leads have answers counted along."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery.message import MessageKind
from bot.delivery.notice import Found, NoticeRow
from bot.features.communities.queries import batches as team_batches
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import Meeting, RsvpSummary
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class CountFacts:
    """How the answers stand; nothing of it for whoever does not lead the team any more."""

    meeting: Meeting | None
    team: Team | None
    attendance: RsvpSummary | None


def topic_of(meeting_id: int) -> str:
    """What the messages that count the answers of a meeting are about."""
    return f"answers:{meeting_id}"


async def counting(tx: Tx, meeting_id: int) -> list[int]:
    """The message that counts, of everybody who has one: the newest of each."""
    rows = await tx.fetch(
        "SELECT max(id) FROM outbox WHERE topic = ? AND kind = ? GROUP BY person_id",
        topic_of(meeting_id),
        MessageKind.PROGRESS.value,
    )
    return sorted(int(row[0]) for row in rows)


async def counted(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[CountFacts]]:
    """To leads: how the answers stand, as long as they lead the team; then that it ends."""
    meetings = await meeting_queries.meetings_by_id(tx, {row.params["meeting"] for row in rows})
    summaries = await meeting_queries.attendances(tx, meetings.values())
    teams = {found.team_id for found in meetings.values()}
    by_id = await team_batches.teams_by_id(tx, teams)
    leads = await member_queries.leads_among(tx, teams, {row.to.id for row in rows})
    found: dict[int, Found[CountFacts]] = {}
    for row in rows:
        meeting = meetings[row.params["meeting"]]
        if (meeting.team_id, row.to.id) in leads:
            found[row.id] = CountFacts(meeting, by_id[meeting.team_id], summaries[meeting.id])
        else:
            found[row.id] = CountFacts(None, None, None)
    return found
