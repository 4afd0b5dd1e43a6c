"""Writes about who leads a team: handed over by its lead, or decided by whoever stands above it."""

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.delivery import outbox
from bot.delivery.notice import Value
from bot.features.communities import notices
from bot.features.communities.actions.membership import change_membership
from bot.features.communities.models import MemberRole, MembershipState, memberships
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import OVERSEERS, Team
from bot.features.communities.rights import members as member_rights
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.rights import addresses as address_rights
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
    behalf = await role_queries.on_behalf(tx, actor.id, OVERSEERS, found.unit)
    await audit.record(tx, actor.id, "teams.appoint", found.id, membership=chosen.id, **behalf)
    concerned = {chosen.person.id} | former
    members = await member_queries.member_ids(tx, found.id)
    readers = [number for number in members if number != actor.id or number in concerned]
    told: dict[str, Value] = {
        "team": found.id, "by": actor.id, "new": chosen.person.id, "former": sorted(former),
        **behalf,
    }  # fmt: skip
    await outbox.send(tx, notices.APPOINTED, readers, told, topic=found.lead_topic)
    return found


async def hand_over(tx: Tx, actor: Person, membership_id: int) -> Team:
    """Give the lead to a member and stay as a member; the whole team is told.

    :raises Refused: as `access_next_lead`; "people.address_too_new" from an address that was
        linked just now.
    """
    await address_rights.access_lasting_act(tx, actor)
    chosen, found = await member_rights.access_next_lead(tx, actor, membership_id, lock=True)
    own = await member_queries.standing_of(tx, found.id, actor.id)
    assert own is not None
    await change_membership(tx, own.id, role=MemberRole.MEMBER)
    await change_membership(tx, chosen.id, role=MemberRole.LEAD)
    await audit.record(tx, actor.id, "teams.hand_over", found.id, membership=chosen.id)
    readers = await member_queries.member_ids(tx, found.id)
    told = {"team": found.id, "by": actor.id, "new": chosen.person.id}
    await outbox.send(tx, notices.HANDED_OVER, readers, told, topic=found.lead_topic)
    return found
