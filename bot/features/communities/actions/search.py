"""What is found of teams: each as it is now."""

from sqlalchemy import select, update

from bot.arabic.search import index as search_index
from bot.features.communities.models import TeamState, teams
from bot.features.communities.queries import teams as team_queries
from bot.features.communities.queries.search import TEAM_SEARCH, scope_at, team_texts
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.units import unit_ids_within
from bot.storage.transaction import Tx

AT_ONCE = 20
"""Teams that follow their unit in one transaction."""


async def index_team(tx: Tx, found: Team) -> None:
    """Make a team findable by its name, theme, goals and unit as they are now."""
    district = await unit_queries.district_of(tx, found.unit)
    scope = scope_at(district.id, found.unit.gender)
    name, *texts = team_texts(found)
    await search_index.index(
        tx, search_index.SearchEntry(TEAM_SEARCH, found.id, name, "\n".join(texts), scope)
    )


async def forget_team(tx: Tx, team_id: int) -> None:
    """Make a team unfindable that has ended."""
    await search_index.forget(tx, TEAM_SEARCH, team_id)


async def follow_unit(tx: Tx, unit_id: int, after: int, into: int | None = None) -> int:
    """Have the teams at or below a unit whose ids are above `after` found where it lies now, so
    many at once; with `into` those at the unit itself become the other one's. Returns the id of the
    last one, 0 when there are no more."""
    top = await unit_queries.unit(tx, unit_id)
    assert top is not None
    here = teams.c.unit_id.in_(unit_ids_within(top)) if into is None else teams.c.unit_id == unit_id
    query = select(teams.c.id).where(here, teams.c.id > after)
    ids = list(await tx.scalars(query.order_by(teams.c.id).limit(AT_ONCE)))
    for number in ids:
        if into is not None:
            await tx.execute(update(teams).where(teams.c.id == number).values(unit_id=into))
        found = await team_queries.team(tx, number)
        assert found is not None
        if found.state is TeamState.ACTIVE:
            await index_team(tx, found)
    return ids[-1] if len(ids) == AT_ONCE else 0
