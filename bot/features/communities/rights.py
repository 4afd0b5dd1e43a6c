"""Who may do what in a team. Every write asks here; each returns the thing or refuses."""

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.features.communities.models import MembershipState
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.members import Membership, known_membership
from bot.features.communities.queries.teams import CREATORS, OVERSEERS, Team
from bot.features.people import rights as people_rights
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.packs import organisation
from bot.packs.organisation import UnitGender
from bot.storage.transaction import Tx


async def led_team(tx: Tx, actor: Person, team_id: int) -> Team:
    """As `require_lead`, with the team locked until the end of the transaction."""
    await tx.lock("team", team_id)
    return await require_lead(tx, actor, team_id)


async def require_lead(tx: Tx, actor: Person, team_id: int) -> Team:
    """The active team, if the actor leads it.

    :raises Refused: "teams.not_lead", "teams.closed".
    """
    found = await team_queries.team(tx, team_id)
    if found is None or not await member_queries.is_lead(tx, team_id, actor.id):
        raise Refused("teams.not_lead", actor.voice.say("Only the team's lead can do this."))
    return require_active(actor, found)


def require_active(actor: Person, found: Team) -> Team:
    if not found.is_active:
        raise Refused("teams.closed", actor.voice.say("This team has ended its work."))
    return found


async def waiting_request(tx: Tx, actor: Person, membership_id: int) -> tuple[Membership, Team]:
    """The request, if it waits for this lead's answer."""
    asked = await member_queries.membership(tx, membership_id)
    if asked is None:
        raise Refused("teams.no_request", actor.voice.say("This request is no longer there."))
    found = await led_team(tx, actor, asked.team_id)
    asked = await known_membership(tx, membership_id)
    if asked.state is not MembershipState.ASKED:
        raise Refused("teams.answered", what_became(actor, asked))
    return asked, found


def what_became(actor: Person, asked: Membership) -> str:
    """How a request was answered, for somebody who answers it a second time."""
    voice, name = actor.voice, people_queries.name_of(actor.voice, asked.person)
    if asked.state is MembershipState.ACTIVE:
        return voice.say(
            "{name} belongs to the team already.", about=asked.person.voice.gender, name=name
        )
    if asked.state is MembershipState.DECLINED:
        return voice.say("The request of {name} was declined already.", name=name)
    return voice.say("The request of {name} is over.", name=name)


async def linked_team(tx: Tx, actor: Person, code: str) -> Team:
    """The team that a link opens to this person.

    :raises Refused: "people.not_registered", "teams.unknown_link", "teams.closed", and
        "teams.other_gender" between girls' and boys' units.
    """
    await people_rights.require_member(tx, actor)
    found = await team_queries.team_by_link(tx, code)
    if found is None:
        raise Refused(
            "teams.unknown_link",
            actor.voice.say("This team link no longer works. Ask the team's lead for the new one."),
        )
    require_active(actor, found)
    profile = await people_queries.profile(tx, actor.id)
    genders = {found.unit.gender, profile.unit.gender} if profile else set()
    apart = {UnitGender.BOYS, UnitGender.GIRLS} <= genders
    if apart and not await role_queries.reaches(tx, actor.id, OVERSEERS, found.unit.id):
        raise Refused(
            "teams.other_gender",
            actor.voice.say("This link is for colleagues of {unit} only.", unit=found.unit.name),
        )
    return found


async def require_membership(tx: Tx, actor: Person, team_id: int) -> Team:
    """The team, if the actor belongs to it.

    :raises Refused: "teams.not_member".
    """
    found = await team_queries.team(tx, team_id)
    if found is None or not await member_queries.is_member(tx, team_id, actor.id):
        raise Refused("teams.not_member", actor.voice.say("You do not belong to this team."))
    return found


async def other_member(tx: Tx, actor: Person, membership_id: int) -> tuple[Membership, Team]:
    """An active member of a team that the actor leads."""
    chosen = await member_queries.membership(tx, membership_id)
    if chosen is None:
        raise Refused("teams.gone", actor.voice.say("This member has left the team."))
    found = await led_team(tx, actor, chosen.team_id)
    chosen = await known_membership(tx, membership_id)
    if chosen.state is not MembershipState.ACTIVE:
        raise Refused("teams.gone", actor.voice.say("This member has left the team."))
    return chosen, found


async def require_overseer(tx: Tx, actor: Person, team_id: int) -> Team:
    """The active team, if a role of the actor stands above it.

    :raises Refused: "teams.not_overseer", also for an id that does not exist; "teams.closed".
    """
    found = await team_queries.team(tx, team_id)
    if found is None or not await team_queries.oversees(tx, actor.id, found):
        raise Refused(
            "teams.not_overseer",
            actor.voice.say("Only those who oversee the team's unit can appoint its lead."),
        )
    if not found.is_active:
        raise Refused("teams.closed", actor.voice.say("This team has ended its work."))
    return found


async def require_founder(tx: Tx, actor: Person, unit_id: int | None = None) -> None:
    """Ensure that the actor may found a team at the unit, or anywhere.

    :raises Refused: "teams.may_not_create", saying whom to ask.
    """
    if unit_id is None:
        may = bool(await role_queries.reach_of(tx, actor.id, CREATORS))
    else:
        may = await role_queries.reaches(tx, actor.id, CREATORS, unit_id)
    if not may:
        raise Refused("teams.may_not_create", await _whom_to_ask(tx, actor))


async def _whom_to_ask(tx: Tx, actor: Person) -> str:
    profile = await people_queries.profile(tx, actor.id)
    wanted = {organisation.Role.PRINCIPAL, organisation.Role.SUPERVISOR}
    above = await role_queries.holders_of(tx, wanted, profile.unit.id) if profile else []
    if above:
        return actor.voice.say(
            "Lead teachers found teams. Ask {name} to appoint you as a lead teacher; until then,"
            " join a team that is there.",
            name=above[0].name,
        )
    return actor.voice.say(
        "Lead teachers found teams. Ask your principal to appoint you as a lead teacher; until"
        " then, join a team that is there."
    )
