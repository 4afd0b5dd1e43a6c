"""What somebody may do with a meeting: answer it, change it, read who answered what."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.communities.queries.teams import Team
from bot.features.meetings.models import MeetingState
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.meetings.queries.meetings import Meeting
from bot.features.meetings.rights import teams as team_rights
from bot.features.meetings.rights.teams import TeamMeetingsAbility
from bot.storage.transaction import Tx


class MeetingAbility(StrEnum):
    """What somebody may do with a meeting."""

    ANSWER = "answer"
    CHANGE = "change"
    """Move, relocate and cancel it."""
    READ_ANSWERS = "read_answers"
    """See the answers with their names and reasons."""


def _cancelled(actor: Person) -> Refused:
    return Refused("meetings.over", actor.voice.say("This meeting was cancelled."))


def _ended(actor: Person) -> Refused:
    return Refused("meetings.over", actor.voice.say("This meeting has ended."))


def moved(actor: Person) -> Refused:
    """To whoever answers for a time that has changed."""
    return Refused(
        "meetings.moved",
        actor.voice.say("The time of this meeting has changed. Please answer for the new one."),
    )


_NEEDS = {
    MeetingAbility.ANSWER: (TeamMeetingsAbility.SEE, True),
    MeetingAbility.CHANGE: (TeamMeetingsAbility.CALL, True),
    MeetingAbility.READ_ANSWERS: (TeamMeetingsAbility.CALL, False),
}
"""For each what it takes in the team, and whether the meeting has to be on."""


async def abilities(
    tx: Tx, actor: Person, meeting: tuple[Meeting, Team]
) -> frozenset[MeetingAbility]:
    """What the actor may do with a meeting, which is given with its team, as its door gives it."""
    found, team = meeting
    in_team = await team_rights.abilities(tx, actor, team)
    return frozenset(
        each
        for each, (needed, on) in _NEEDS.items()
        if needed in in_team and (found.is_on(tx.now) or not on)
    )


async def _access(
    tx: Tx, actor: Person, meeting_id: int, ability: MeetingAbility
) -> tuple[Meeting, Team]:
    found, team = await meeting_queries.visible_meeting(tx, actor, meeting_id)
    needed, on = _NEEDS[ability]
    if needed is TeamMeetingsAbility.CALL:
        await team_rights.access_team_to_call(tx, actor, team.id)
    if on and not found.is_on(tx.now):
        is_cancelled = found.state_at(tx.now) is MeetingState.CANCELLED
        raise _cancelled(actor) if is_cancelled else _ended(actor)
    return found, team


async def access_meeting_to_change(tx: Tx, actor: Person, meeting_id: int) -> tuple[Meeting, Team]:
    """A meeting that the actor may change now, locked until the end of the transaction.

    :raises Refused: "meetings.not_visible", "meetings.not_lead", "meetings.team_closed";
        "meetings.over" for one that was held or cancelled.
    """
    await tx.lock("meeting", meeting_id)
    return await _access(tx, actor, meeting_id, MeetingAbility.CHANGE)


async def access_meeting_to_answer(tx: Tx, actor: Person, meeting_id: int) -> tuple[Meeting, Team]:
    """A meeting that the actor may answer now.

    :raises Refused: "meetings.not_visible", "meetings.over".
    """
    return await _access(tx, actor, meeting_id, MeetingAbility.ANSWER)


async def access_answers(tx: Tx, actor: Person, meeting_id: int) -> tuple[Meeting, Team]:
    """A meeting of which the actor reads who answered what.

    :raises Refused: "meetings.not_visible", "meetings.not_lead", "meetings.team_closed".
    """
    return await _access(tx, actor, meeting_id, MeetingAbility.READ_ANSWERS)
