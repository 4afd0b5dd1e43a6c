"""What somebody may do with a membership of a team: answer a request, write a role card, hand over
to a member, remove or appoint them."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from bot.chat.person import Person, Refusal
from bot.core.errors import Refused
from bot.features.communities.models import MembershipState
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import teams as team_rights
from bot.features.communities.rights.teams import TeamAbility
from bot.features.people.queries import people as people_queries
from bot.storage.transaction import Tx


class MembershipAbility(StrEnum):
    """What somebody may do with a request or a membership."""

    ANSWER = "answer"
    """Let in who asked, or decline."""
    OPEN = "open"
    """See the member's role card, and write it."""
    HAND_OVER = "hand_over"
    REMOVE = "remove"
    APPOINT = "appoint"
    """Make them the team's lead, from above it."""


def _gone(actor: Person) -> Refused:
    return Refused("teams.gone", actor.voice.say("This member has left the team."))


def _no_request(actor: Person) -> Refused:
    return Refused("teams.no_request", actor.voice.say("This request is no longer there."))


def _answered(actor: Person, asked: Membership) -> Refused:
    return Refused("teams.answered", _what_became(actor, asked))


def _what_became(actor: Person, asked: Membership) -> str:
    """How a request was answered, for somebody who answers it a second time."""
    voice, name = actor.voice, people_queries.name_of(actor.voice, asked.person)
    if asked.state is MembershipState.ACTIVE:
        return voice.say(
            "{name} belongs to the team already.", about=asked.person.voice.gender, name=name
        )
    if asked.state is MembershipState.DECLINED:
        return voice.say("The request of {name} was declined already.", name=name)
    return voice.say("The request of {name} is over.", name=name)


def _leads_already(actor: Person) -> Refused:
    return Refused("teams.self", actor.voice.say("You lead this team already."))


def _leaves_instead(actor: Person) -> Refused:
    return Refused("teams.self", actor.voice.say("To go yourself, use «Leave the team»."))


def _why_not_answer(actor: Person, asked: Membership) -> Refusal | None:
    if asked.state is MembershipState.ASKED:
        return None
    return lambda to: _answered(to, asked)


def _why_not_open(actor: Person, chosen: Membership) -> Refusal | None:
    return None if chosen.is_active else _gone


def _why_not_hand_over(actor: Person, chosen: Membership) -> Refusal | None:
    if chosen.is_active and chosen.person.id == actor.id:
        return _leads_already
    return _why_not_open(actor, chosen)


def _why_not_remove(actor: Person, chosen: Membership) -> Refusal | None:
    if chosen.is_active and chosen.person.id == actor.id:
        return _leaves_instead
    return _why_not_open(actor, chosen)


_RULES: Mapping[
    MembershipAbility, tuple[TeamAbility, Callable[[Person, Membership], Refusal | None]]
] = {
    MembershipAbility.ANSWER: (TeamAbility.LEAD, _why_not_answer),
    MembershipAbility.OPEN: (TeamAbility.LEAD, _why_not_open),
    MembershipAbility.HAND_OVER: (TeamAbility.LEAD, _why_not_hand_over),
    MembershipAbility.REMOVE: (TeamAbility.LEAD, _why_not_remove),
    MembershipAbility.APPOINT: (TeamAbility.APPOINT, _why_not_open),
}
"""For each what it takes in the team, and then what the membership itself forbids."""

_TEAM: Mapping[TeamAbility, Callable[[Tx, Person, int], Awaitable[Team]]] = {
    TeamAbility.LEAD: team_rights.access_led_team,
    TeamAbility.APPOINT: team_rights.access_overseen_team,
}


async def abilities(tx: Tx, actor: Person, chosen: Membership) -> frozenset[MembershipAbility]:
    """What the actor may do with the membership."""
    team = await team_queries.team(tx, chosen.team_id)
    assert team is not None
    in_team = await team_rights.abilities(tx, actor, team)
    return frozenset(
        each
        for each, (needed, why_not) in _RULES.items()
        if needed in in_team and why_not(actor, chosen) is None
    )


async def _access(
    tx: Tx, actor: Person, membership_id: int, ability: MembershipAbility, *, lock: bool
) -> tuple[Membership, Team]:
    unknown = _no_request if ability is MembershipAbility.ANSWER else _gone
    chosen = await member_queries.membership(tx, membership_id)
    if chosen is None:
        raise unknown(actor)
    if lock:
        await tx.lock("team", chosen.team_id)
        chosen = await member_queries.known_membership(tx, membership_id)
    needed, why_not = _RULES[ability]
    found = await _TEAM[needed](tx, actor, chosen.team_id)
    if refuse := why_not(actor, chosen):
        raise refuse(actor)
    return chosen, found


async def access_request(
    tx: Tx, actor: Person, membership_id: int, *, lock: bool = False
) -> tuple[Membership, Team]:
    """The request that waits for this lead's answer, and its team; with `lock` the team is locked
    for a write until the end of the transaction, as in all of these.

    :raises Refused: "teams.no_request", "teams.not_lead", "teams.closed"; "teams.answered" for a
        second answer.
    """
    return await _access(tx, actor, membership_id, MembershipAbility.ANSWER, lock=lock)


async def access_member(
    tx: Tx, actor: Person, membership_id: int, *, lock: bool = False
) -> tuple[Membership, Team]:
    """An active member of a team that the actor leads: perhaps themselves.

    :raises Refused: "teams.not_lead", "teams.closed", "teams.gone".
    """
    return await _access(tx, actor, membership_id, MembershipAbility.OPEN, lock=lock)


async def access_next_lead(
    tx: Tx, actor: Person, membership_id: int, *, lock: bool = False
) -> tuple[Membership, Team]:
    """A member to whom the actor may hand over the lead.

    :raises Refused: as `access_member`; "teams.self".
    """
    return await _access(tx, actor, membership_id, MembershipAbility.HAND_OVER, lock=lock)


async def access_removable_member(
    tx: Tx, actor: Person, membership_id: int, *, lock: bool = False
) -> tuple[Membership, Team]:
    """A member whom the actor may take out of the team.

    :raises Refused: as `access_member`; "teams.self".
    """
    return await _access(tx, actor, membership_id, MembershipAbility.REMOVE, lock=lock)


async def access_candidate(
    tx: Tx, actor: Person, membership_id: int, *, lock: bool = False
) -> tuple[Membership, Team]:
    """A member whom the actor, who oversees the team, may make its lead.

    :raises Refused: "teams.not_overseer", "teams.closed", "teams.gone".
    """
    return await _access(tx, actor, membership_id, MembershipAbility.APPOINT, lock=lock)
