"""Writes about who leads a team: handed over by its lead, or decided by whoever stands above it."""

from sqlalchemy import update

from bot.chat.person import Person, find_people
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.features.communities import notices
from bot.features.communities.actions.membership import change_membership
from bot.features.communities.models import MemberRole, MembershipState, memberships
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import members as member_rights
from bot.features.people.queries import people as people_queries
from bot.storage import audit
from bot.storage.transaction import Tx


async def appoint_lead(tx: Tx, actor: Person, membership_id: int) -> Team:
    """Make a member the team's only lead; whoever led it stays a member, and the whole team is
    told.

    :raises Refused: as `access_candidate`; "teams.leads" for whoever leads it already.
    """
    chosen, found = await member_rights.access_candidate(tx, actor, membership_id, lock=True)
    former = {lead.id for lead in await member_queries.leads(tx, found.id)}
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
    readers = (await find_people(tx, await member_queries.member_ids(tx, found.id))).values()
    told = [
        (to.id, notices.appointed(to, actor, chosen.person, found, led=to.id in former))
        for to in readers
        if to.id != actor.id or to.id == chosen.person.id or to.id in former
    ]
    await outbox.notify_each(tx, told)
    return found


async def hand_over(tx: Tx, actor: Person, membership_id: int) -> Team:
    """Give the lead to a member and stay as a member; the whole team is told.

    :raises Refused: as `access_next_lead`.
    """
    chosen, found = await member_rights.access_next_lead(tx, actor, membership_id, lock=True)
    own = await member_queries.standing_of(tx, found.id, actor.id)
    assert own is not None
    await change_membership(tx, own.id, role=MemberRole.MEMBER)
    await change_membership(tx, chosen.id, role=MemberRole.LEAD)
    await audit.record(tx, actor.id, "teams.hand_over", found.id, membership=chosen.id)
    ids = await member_queries.member_ids(tx, found.id)
    readers = (await find_people(tx, ids)).values()
    told = [(to.id, notices.handed_over(to, actor, chosen.person, found)) for to in readers]
    await outbox.notify_each(tx, told)
    return found
