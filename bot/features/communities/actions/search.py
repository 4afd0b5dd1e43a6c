"""What is found of teams: each as it is now."""

from bot.arabic.search import index as search_index
from bot.features.communities.queries.search import TEAM_SEARCH, scope_at, team_texts
from bot.features.communities.queries.teams import Team
from bot.features.people.queries import units as unit_queries
from bot.storage.transaction import Tx


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
