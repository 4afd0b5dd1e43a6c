"""How a team ends, by its lead's decision or because nobody is left."""

from sqlalchemy import update

from bot.chat.person import Person
from bot.delivery import outbox
from bot.features.communities import notices
from bot.features.communities.actions import search as team_index
from bot.features.communities.models import MembershipState, TeamState, memberships, teams
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.communities.rights import teams as team_rights
from bot.scheduling.events import Event, publish
from bot.storage import audit
from bot.storage.transaction import Tx

TEAM_ENDED = Event("teams.ended")
"""A team has been closed: its id as `team`, and who closed it as `by`."""


async def end_team(tx: Tx, actor: Person, found: Team) -> None:
    """Close the team, decline what waits, and tell members and askers. The caller holds the
    team's lock and has checked the right."""
    waiting = [asked.person.id for asked in await member_queries.requests(tx, found.id)]
    others = [n for n in await member_queries.member_ids(tx, found.id) if n != actor.id]
    await tx.execute(
        update(teams).where(teams.c.id == found.id).values(state=TeamState.CLOSED, closed_at=tx.now)
    )
    await tx.execute(
        update(memberships)
        .where(memberships.c.team_id == found.id, memberships.c.state == MembershipState.ASKED)
        .values(state=MembershipState.DECLINED, decided_at=tx.now)
    )
    await team_index.forget_team(tx, found.id)
    payload = {"team": found.id, "by": actor.id}
    await publish(tx, TEAM_ENDED, f"team:{found.id}", payload)
    await audit.record(tx, actor.id, "teams.close", found.id)
    await outbox.send(tx, notices.CLOSED, others, {"team": found.id})
    await outbox.send(tx, notices.UNANSWERED, waiting, {"team": found.id})


async def close_team(tx: Tx, actor: Person, team_id: int) -> None:
    """End the team's work. Its past stays readable to its members; requests are declined, meetings
    to come are called off, and everybody concerned is told.

    :raises Refused: "teams.not_lead", "teams.closed".
    """
    found = await team_rights.access_led_team(tx, actor, team_id, lock=True)
    await end_team(tx, actor, found)
