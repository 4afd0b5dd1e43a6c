"""What somebody may do with the meetings of a team: see them, call one."""

from enum import StrEnum

from bot.chat.person import Person, Refusal
from bot.core.errors import Refused
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.teams import Team
from bot.storage.transaction import Tx


class TeamMeetingsAbility(StrEnum):
    """What somebody may do with the meetings of a team."""

    SEE = "see"
    CALL = "call"


def not_lead(actor: Person) -> Refused:
    return Refused(
        "meetings.not_lead",
        actor.voice.say("Only a lead of the team can do this. Ask the lead of your team."),
    )


def _team_closed(actor: Person) -> Refused:
    return Refused(
        "meetings.team_closed",
        actor.voice.say("This team is closed, so it has no new meetings."),
    )


def _not_visible(actor: Person) -> Refused:
    return Refused(
        "meetings.not_visible",
        actor.voice.say("Only the members of the team can see its meetings."),
    )


def _why_not_see(own: Membership | None) -> Refusal | None:
    return None if own is not None and own.is_active else _not_visible


def _why_not_call(own: Membership | None, team: Team) -> Refusal | None:
    if own is None or not own.leads:
        return not_lead
    return None if team.is_active else _team_closed


async def abilities(tx: Tx, actor: Person, team: Team) -> frozenset[TeamMeetingsAbility]:
    """What the actor may do with the meetings of the team."""
    own = await member_queries.standing_of(tx, team.id, actor.id)
    why = {
        TeamMeetingsAbility.SEE: _why_not_see(own),
        TeamMeetingsAbility.CALL: _why_not_call(own, team),
    }
    return frozenset(each for each, refuse in why.items() if refuse is None)


async def access_team_with_meetings(tx: Tx, actor: Person, team_id: int) -> Team:
    """The team whose meetings the actor sees: they belong to it.

    :raises Refused: "meetings.not_visible", also for an id that does not exist.
    """
    team = await team_queries.team(tx, team_id)
    own = await member_queries.standing_of(tx, team_id, actor.id)
    if team is None:
        raise _not_visible(actor)
    if refuse := _why_not_see(own):
        raise refuse(actor)
    return team


async def access_team_to_call(tx: Tx, actor: Person, team_id: int) -> Team:
    """The active team whose meetings the actor calls: they lead it.

    :raises Refused: "meetings.not_lead", also for an id that does not exist;
        "meetings.team_closed".
    """
    team = await team_queries.team(tx, team_id)
    own = await member_queries.standing_of(tx, team_id, actor.id)
    if team is None:
        raise not_lead(actor)
    if refuse := _why_not_call(own, team):
        raise refuse(actor)
    return team


async def sees_answers_of(tx: Tx, officer: Person, person: Person) -> bool | None:
    """Whether the officer reads what the person answers to invitations; None: no team invites
    them."""
    teams = await team_queries.teams_of(tx, person.id)
    if not teams:
        return None
    may = [await abilities(tx, officer, team) for team in teams]
    return any(TeamMeetingsAbility.CALL in each for each in may)
