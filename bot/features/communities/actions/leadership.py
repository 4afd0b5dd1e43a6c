"""How a team gets another lead when its own has vanished: by decision of who stands above it."""

from sqlalchemy import update

from bot.chat.person import Person, find_people
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.communities import notices
from bot.features.communities.models import MemberRole, MembershipState, memberships
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import people as people_queries
from bot.storage import audit
from bot.storage.transaction import Tx


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


async def appoint_lead(tx: Tx, actor: Person, membership_id: int) -> Team:
    """Make a member the team's only lead; who led it stays a member, and the whole team is told.

    :raises Refused: as `require_overseer`; "teams.gone" for who has left the team, "teams.leads"
        for who leads it already.
    """
    chosen = await team_queries.membership(tx, membership_id)
    if chosen is not None:
        await tx.lock("team", chosen.team_id)
        chosen = await team_queries.membership(tx, membership_id)
    if chosen is None:
        raise Refused("teams.gone", actor.voice.say("This member has left the team."))
    found = await require_overseer(tx, actor, chosen.team_id)
    if chosen.state is not MembershipState.ACTIVE:
        raise Refused("teams.gone", actor.voice.say("This member has left the team."))
    former = {lead.id for lead in await team_queries.leads(tx, found.id)}
    if former == {chosen.person.id}:
        name = people_queries.name_of(actor.voice, chosen.person)
        gender = chosen.person.voice.gender
        text = actor.voice.say("{name} leads this team already.", about=gender, name=name)
        raise Refused("teams.leads", text)
    here = (memberships.c.team_id == found.id, memberships.c.state == MembershipState.ACTIVE)
    await tx.execute(update(memberships).where(*here).values(role=MemberRole.MEMBER))
    await tx.execute(
        update(memberships).where(memberships.c.id == chosen.id).values(role=MemberRole.LEAD)
    )
    await audit.record(tx, actor.id, "teams.appoint", found.id, membership=chosen.id)
    readers = (await find_people(tx, await team_queries.member_ids(tx, found.id))).values()
    told = [
        (to.id, notices.appointed(to, actor, chosen.person, found, led=to.id in former))
        for to in readers
        if to.id != actor.id or to.id == chosen.person.id or to.id in former
    ]
    await outbox.notify_each(tx, told)
    return found
