"""Writes about who is told of a meeting."""

from collections.abc import Iterable
from typing import Any

from bot.chat.person import Person
from bot.delivery import outbox
from bot.delivery.notice import NoticeKind, Value
from bot.features.communities.queries import teams as team_queries
from bot.features.meetings.notices import meetings as meeting_notices
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import Meeting
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx


async def invite(tx: Tx, found: Meeting, by: int, people: Iterable[Person]) -> None:
    listed = list(people)
    await tell(tx, found, listed, meeting_notices.INVITATION, by=by)
    await mark_invited(tx, found, listed)


async def tell(
    tx: Tx, found: Meeting, people: Iterable[Person], kind: NoticeKind[Any], **told: Value
) -> None:
    """Write to these people about the meeting; of no use once it has ended."""
    ids = [person.id for person in people]
    about = {"meeting": found.id, **told}
    await outbox.send(tx, kind, ids, about, topic=found.topic, expires_at=found.ends_at)


_MARK = "INSERT INTO meeting_invitations (meeting_id, person_id, invited_at) VALUES (?, ?, ?)"
_MARK_FIRST = f"{_MARK} ON CONFLICT DO NOTHING"
_MARK_LAST = (
    f"{_MARK} ON CONFLICT (meeting_id, person_id) DO UPDATE SET invited_at = excluded.invited_at"
)


async def mark_invited(tx: Tx, found: Meeting, people: Iterable[Person]) -> None:
    """Note who was told of the meeting, or of its new time, and that it was now."""
    now = to_millis(tx.now)
    await tx.run_many(_MARK_LAST, [(found.id, person.id, now) for person in people])


async def mark_told(tx: Tx, told: Iterable[tuple[int, int]]) -> None:
    """Note who knows of a meeting, as (the meeting's id, the person's), so that nobody is invited
    to what they have been reminded of."""
    now = to_millis(tx.now)
    await tx.run_many(_MARK_FIRST, [(number, person, now) for number, person in told])


async def invite_newcomers(tx: Tx, team_id: int) -> int:
    """Invite members who joined after their team's meetings were called, also those who were told
    before they left and came back: the invitation takes the place of what they were not given yet.
    May be called as often as one likes: nobody is invited twice. Returns how many invitations went
    out."""
    await tx.lock("team-meetings", team_id)
    team = await team_queries.team(tx, team_id)
    if team is None or not team.is_active:
        return 0
    count = 0
    for found, people in await meeting_queries.uninvited(tx, team_id):
        await outbox.cancel_notices(tx, found.topic, [person.id for person in people])
        await invite(tx, found, found.created_by, people)
        count += len(people)
    return count
