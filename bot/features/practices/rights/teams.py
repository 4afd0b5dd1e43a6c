"""Where somebody shares practices: in teams, and with everybody of their district."""

from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.people import Profile
from bot.features.people.queries.units import Unit
from bot.storage.transaction import Tx


class TeamPracticesAbility(StrEnum):
    """What somebody may do with the practices of a team."""

    SHARE = "share"
    """Share one with its members."""


def _not_in_team(actor: Person) -> Refused:
    return Refused(
        "practices.not_in_team",
        actor.voice.say("You can share only with teams that you belong to. Choose another."),
    )


def _not_registered(actor: Person) -> Refused:
    return Refused(
        "practices.not_registered",
        actor.voice.say("Please register first; then you can share practices."),
    )


async def _may_share(tx: Tx, actor: Person, team: Team) -> bool:
    return team.is_active and await member_queries.is_member(tx, team.id, actor.id)


async def abilities(tx: Tx, actor: Person, team: Team) -> frozenset[TeamPracticesAbility]:
    """What the actor may do with the practices of the team."""
    return frozenset({TeamPracticesAbility.SHARE} if await _may_share(tx, actor, team) else ())


async def access_team_to_share(tx: Tx, actor: Person, team_id: int) -> Team:
    """The active team with which the actor shares practices.

    :raises Refused: "practices.not_in_team", also for an id that does not exist.
    """
    team = await team_queries.team(tx, team_id)
    if team is None or not await _may_share(tx, actor, team):
        raise _not_in_team(actor)
    return team


async def access_place_to_share(tx: Tx, actor: Person, unit_id: int) -> Unit:
    """The unit to which the actor belongs, from which they share with everybody of its district.

    :raises Refused: "practices.not_registered"; "practices.not_your_place", also for an id that
        does not exist.
    """
    await access_author(tx, actor)
    place = await unit_queries.unit(tx, unit_id)
    if place is None or not await placement_queries.belongs_to(tx, actor.id, [place.id]):
        raise Refused(
            "practices.not_your_place",
            actor.voice.say("You can share only from where you work. Choose another."),
        )
    return place


async def access_author(tx: Tx, actor: Person) -> Profile:
    """The actor with their place of work, for whose district they share practices.

    :raises Refused: "practices.not_registered" for whoever has no place of work with us.
    """
    profile = await people_queries.profile(tx, actor.id)
    if profile is None:
        raise _not_registered(actor)
    return profile
