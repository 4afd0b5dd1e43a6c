"""What somebody may do with a team as a whole: ask to join, leave, lead and oversee it."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from bot.chat.person import Person, Refusal
from bot.core.errors import Refused
from bot.features.communities.models import MembershipState
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import placements as placement_queries
from bot.features.people.rights import people as people_rights
from bot.storage.transaction import Tx


class TeamAbility(StrEnum):
    """What somebody may do with a team that they see."""

    ASK = "ask"
    """Ask to be let in."""
    WITHDRAW = "withdraw"
    """Take back their request that waits."""
    SEE_MEMBERS = "see_members"
    LEAVE = "leave"
    """Be asked whether to leave; the only lead of others hands over before."""
    LEAD = "lead"
    """Edit and close it, give out its link, answer requests, look after its members."""
    APPOINT = "appoint"
    """Make a member its lead, from above it."""


def _not_lead(actor: Person) -> Refused:
    return Refused("teams.not_lead", actor.voice.say("Only the team's lead can do this."))


def closed(actor: Person) -> Refused:
    return Refused("teams.closed", actor.voice.say("This team has ended its work."))


def _not_member(actor: Person) -> Refused:
    return Refused("teams.not_member", actor.voice.say("You do not belong to this team."))


def _only_members_see(actor: Person) -> Refused:
    return Refused("teams.not_member", actor.voice.say("Only members see who belongs to the team."))


def belongs_already(actor: Person) -> Refused:
    return Refused("teams.member", actor.voice.say("You belong to this team already."))


def _asked_already(actor: Person) -> Refused:
    return Refused(
        "teams.asked", actor.voice.say("You have asked already; the lead will answer you.")
    )


def _no_own_request(actor: Person) -> Refused:
    return Refused("teams.no_request", actor.voice.say("No request of yours is waiting there."))


def _not_overseer(actor: Person) -> Refused:
    return Refused(
        "teams.not_overseer",
        actor.voice.say("Only those who oversee the team's unit can appoint its lead."),
    )


def _unknown_link(actor: Person) -> Refused:
    return Refused(
        "teams.unknown_link",
        actor.voice.say("This team link no longer works. Ask the team's lead for the new one."),
    )


def _suspended(actor: Person) -> Refused:
    return Refused(
        "teams.suspended",
        actor.voice.say("You are suspended there; until that ends you take no part in its teams."),
    )


def _by_its_lead(actor: Person, found: Team) -> Refused:
    return Refused(
        "teams.by_lead",
        actor.voice.say(
            "You were taken out of {team}, so the link does not lead back in. Its lead can let"
            " you in: ask them.",
            team=found.name,
        ),
    )


def _other_gender(actor: Person, found: Team) -> Refused:
    return Refused(
        "teams.other_gender",
        actor.voice.say("This link is for colleagues of {unit} only.", unit=found.unit.name),
    )


class _Standing:
    """How somebody stands to a team, read only as far as a rule asks."""

    def __init__(self, tx: Tx, person: Person, team: Team) -> None:
        self._tx = tx
        self._person = person
        self._own: Membership | None = None
        self._is_known = False
        self.team = team

    async def membership(self) -> Membership | None:
        """Their request or membership, if it stands; read once."""
        if not self._is_known:
            self._own = await member_queries.standing_of(self._tx, self.team.id, self._person.id)
            self._is_known = True
        return self._own

    async def belongs(self) -> bool:
        own = await self.membership()
        return own is not None and own.is_active

    async def sees(self) -> bool:
        if await self.membership() is not None:
            return True
        return await team_queries.sees_team(self._tx, self._person, self.team)

    async def is_suspended(self) -> bool:
        put_out = await placement_queries.put_out_of(self._tx, self._person.id, self.team.unit)
        return put_out is not None and put_out.is_suspended

    async def oversees(self) -> bool:
        return await team_queries.oversees(self._tx, self._person.id, self.team)


async def _why_not_ask(standing: _Standing) -> Refusal | None:
    if not standing.team.is_active:
        return closed
    own = await standing.membership()
    if own is not None:
        return belongs_already if own.is_active else _asked_already
    return _suspended if await standing.is_suspended() else None


async def _why_not_withdraw(standing: _Standing) -> Refusal | None:
    own = await standing.membership()
    waits = own is not None and own.state is MembershipState.ASKED
    return None if waits else _no_own_request


async def _why_not_see_members(standing: _Standing) -> Refusal | None:
    return None if await standing.belongs() else _only_members_see


async def _why_not_leave(standing: _Standing) -> Refusal | None:
    return None if await standing.belongs() else _not_member


async def _why_not_lead(standing: _Standing) -> Refusal | None:
    own = await standing.membership()
    if own is None or not own.leads:
        return _not_lead
    return None if standing.team.is_active else closed


async def _why_not_appoint(standing: _Standing) -> Refusal | None:
    if not await standing.oversees():
        return _not_overseer
    return None if standing.team.is_active else closed


_RULES: Mapping[TeamAbility, Callable[[_Standing], Awaitable[Refusal | None]]] = {
    TeamAbility.ASK: _why_not_ask,
    TeamAbility.WITHDRAW: _why_not_withdraw,
    TeamAbility.SEE_MEMBERS: _why_not_see_members,
    TeamAbility.LEAVE: _why_not_leave,
    TeamAbility.LEAD: _why_not_lead,
    TeamAbility.APPOINT: _why_not_appoint,
}


async def abilities(tx: Tx, actor: Person, team: Team) -> frozenset[TeamAbility]:
    """What the actor may do with the team; nothing where they do not see it."""
    standing = _Standing(tx, actor, team)
    if not await standing.sees():
        return frozenset()
    return frozenset([each for each, why in _RULES.items() if await why(standing) is None])


async def _access(
    tx: Tx, actor: Person, team_id: int, ability: TeamAbility, unknown: Refusal
) -> Team:
    """The team of an id, by the rule of an ability; `unknown` refuses where there is none."""
    found = await team_queries.team(tx, team_id)
    if found is None:
        raise unknown(actor)
    return await _allowed(tx, actor, found, ability)


async def _allowed(tx: Tx, actor: Person, found: Team, ability: TeamAbility) -> Team:
    refuse = await _RULES[ability](_Standing(tx, actor, found))
    if refuse is not None:
        raise refuse(actor)
    return found


async def access_led_team(tx: Tx, actor: Person, team_id: int, *, lock: bool = False) -> Team:
    """The active team that the actor leads; with `lock` it is locked for a write until the end of
    the transaction.

    :raises Refused: "teams.not_lead", "teams.closed".
    """
    if lock:
        await tx.lock("team", team_id)
    return await _access(tx, actor, team_id, TeamAbility.LEAD, _not_lead)


async def access_overseen_team(tx: Tx, actor: Person, team_id: int) -> Team:
    """The active team above which a role of the actor stands.

    :raises Refused: "teams.not_overseer", also for an id that does not exist; "teams.closed".
    """
    return await _access(tx, actor, team_id, TeamAbility.APPOINT, _not_overseer)


async def access_own_team(tx: Tx, actor: Person, team_id: int) -> Team:
    """The team that the actor belongs to, also a closed one.

    :raises Refused: "teams.not_member".
    """
    return await _access(tx, actor, team_id, TeamAbility.LEAVE, _not_member)


async def access_team_with_members(tx: Tx, actor: Person, team_id: int) -> Team:
    """The team whose members the actor sees.

    :raises Refused: "teams.not_visible", "teams.not_member".
    """
    found = await team_queries.visible_team(tx, actor, team_id)
    return await _allowed(tx, actor, found, TeamAbility.SEE_MEMBERS)


async def access_team_to_ask(tx: Tx, actor: Person, team_id: int) -> Team:
    """The active team that the actor may ask to be let in.

    :raises Refused: "teams.not_visible", "teams.closed", "teams.asked" and "teams.member" for
        whoever has asked or belongs already; "teams.suspended" for whoever is suspended from the
        team's unit.
    """
    found = await team_queries.visible_team(tx, actor, team_id)
    return await _allowed(tx, actor, found, TeamAbility.ASK)


async def access_own_request(tx: Tx, actor: Person, team_id: int) -> Membership:
    """The actor's request to the team that waits for an answer.

    :raises Refused: "teams.no_request".
    """
    found = await team_queries.team(tx, team_id)
    if found is None:
        raise _no_own_request(actor)
    standing = _Standing(tx, actor, found)
    refuse, own = await _why_not_withdraw(standing), await standing.membership()
    if refuse is not None or own is None:
        raise _no_own_request(actor)
    return own


async def access_linked_team(tx: Tx, actor: Person, code: str) -> Team:
    """The team that a link opens to this person, whether or not they see it otherwise.

    :raises Refused: "people.not_registered", "teams.unknown_link", "teams.closed";
        "teams.other_gender" between girls' and boys' units; "teams.suspended" for whoever is
        suspended from the team's unit; "teams.by_lead" for whoever was taken out of the team or of
        its unit, and has not come back.
    """
    await people_rights.access_own_membership(tx, actor)
    found = await team_queries.team_by_link(tx, code)
    if found is None:
        raise _unknown_link(actor)
    if not found.is_active:
        raise closed(actor)
    apart = people_queries.are_apart(await people_queries.units_of(tx, actor.id), found.unit)
    if apart and not await team_queries.oversees(tx, actor.id, found):
        raise _other_gender(actor, found)
    put_out = await placement_queries.put_out_of(tx, actor.id, found.unit)
    if put_out and put_out.is_suspended:
        raise _suspended(actor)
    if put_out or await member_queries.was_removed(tx, found.id, actor.id):
        raise _by_its_lead(actor, found)
    return found
