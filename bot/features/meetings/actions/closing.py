"""What becomes of a team's meetings when the team is closed."""

from datetime import datetime

from sqlalchemy import update

from bot.delivery import outbox
from bot.delivery.notice import Recipient
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.actions.counting import note_change
from bot.features.meetings.actions.reminder_plan import drop_reminders
from bot.features.meetings.models import MeetingState, meetings
from bot.features.meetings.notices import meetings as meeting_notices
from bot.features.meetings.queries import meetings as meeting_queries
from bot.storage.lists import among
from bot.storage.transaction import Tx


async def call_off(tx: Tx, team_id: int, by: int, since: datetime) -> int:
    """Cancel the meetings that lay ahead when the team was closed at `since`, and tell each member
    who had been invited, in one message, but not `by`, who closed it. Returns how many meetings
    that were; what has begun by then stays as it was."""
    team = await team_queries.team(tx, team_id)
    if team is None or team.is_active:
        return 0
    ahead = await meeting_queries.beginning_after(tx, team_id, since)
    for found in sorted(ahead, key=lambda each: each.id):
        await tx.lock("meeting", found.id)
        await drop_reminders(tx, found)
        await outbox.cancel(tx, found.topic)
        await note_change(tx, found)
    numbers = [found.id for found in ahead]
    await tx.execute(
        update(meetings)
        .where(among(meetings.c.id, numbers))
        .values(state=MeetingState.CANCELLED, changed_at=tx.now)
    )
    invited = await meeting_queries.invited_to(tx, numbers)
    told = []
    for number in await member_queries.member_ids(tx, team_id):
        known = [found.id for found in ahead if (found.id, number) in invited]
        if known and number != by:
            last = max(found.ends_at for found in ahead)
            told.append(Recipient(number, known, expires_at=last))
    await outbox.send_to(tx, meeting_notices.CALLED_OFF, {"team": team_id}, told)
    return len(ahead)
