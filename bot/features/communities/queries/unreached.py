"""What was told about teams and did not reach its reader, for whoever waits for that."""

from collections.abc import Iterable

from bot.chat.person import Person
from bot.delivery.backlog import unreached, unreached_about
from bot.features.communities.models import MembershipState
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.members import Membership
from bot.features.communities.queries.teams import Team
from bot.storage.transaction import Tx


async def unheard(tx: Tx, requests: Iterable[Membership]) -> set[int]:
    """The ids of those requests that wait in vain: the message of them reached nobody who leads
    the team now. Takes two statements, however many they are."""
    waiting = [each for each in requests if each.state is MembershipState.ASKED]
    missed = await unreached(tx, (each.topic for each in waiting))
    if not missed:
        return set()
    leads = await member_queries.leads_by_team(tx, {each.team_id for each in waiting})
    return {
        each.id
        for each in waiting
        if each.topic in missed
        and (told := leads.get(each.team_id))
        and told <= missed[each.topic].keys()
    }


async def is_unheard(tx: Tx, request: Membership) -> bool:
    """Whether this request waits in vain."""
    return request.id in await unheard(tx, [request])


async def is_unaware(tx: Tx, chosen: Membership) -> bool:
    """Whether the last message about a membership or request did not reach the person whose it
    is."""
    return chosen.person.id in await unreached_about(tx, chosen.topic)


async def unaware_lead(tx: Tx, found: Team, giver: Person) -> Person | None:
    """Who leads the team, while it works, because `giver` gave them the lead, and was not reached
    by the message of it."""
    if not found.is_active:
        return None
    missed = (await unreached(tx, [found.lead_topic])).get(found.lead_topic, {})
    given = {number for number, told in missed.items() if told.get("by") == giver.id}
    if not given:
        return None
    leads = await member_queries.leads(tx, found.id)
    return next((lead for lead in leads if lead.id in given), None)
