"""Who may do what about a meeting."""

from datetime import datetime

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import MeetingState
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import Meeting
from bot.storage.transaction import Tx


async def require_lead(tx: Tx, actor: Person, team_id: int) -> Team:
    """The active team that the actor leads.

    :raises Refused: "meetings.not_lead", "meetings.team_closed".
    """
    team = await team_queries.team(tx, team_id)
    if team is None or not await member_queries.is_lead(tx, team_id, actor.id):
        raise Refused(
            "meetings.not_lead",
            actor.voice.say("Only a lead of the team can do this. Ask the lead of your team."),
        )
    if not team.is_active:
        raise Refused(
            "meetings.team_closed",
            actor.voice.say("This team is closed, so it has no new meetings."),
        )
    return team


async def require_open(tx: Tx, actor: Person, meeting_id: int) -> tuple[Meeting, Team]:
    """A meeting that the actor may change now, held until the end of the transaction.

    :raises Refused: as `require_lead`, "meetings.not_visible", or "meetings.over" for one that
        was held or cancelled.
    """
    await tx.lock("meeting", meeting_id)
    found, team = await meeting_queries.visible_meeting(tx, actor, meeting_id)
    await require_lead(tx, actor, team.id)
    if not found.is_on(tx.now):
        raise refuse_over(actor, found, tx.now)
    return found, team


def refuse_over(actor: Person, found: Meeting, now: datetime) -> Refused:
    if found.state_at(now) is MeetingState.CANCELLED:
        return Refused("meetings.over", actor.voice.say("This meeting was cancelled."))
    return Refused("meetings.over", actor.voice.say("This meeting has ended."))
