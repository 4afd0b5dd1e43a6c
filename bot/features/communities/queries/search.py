"""Finding teams, and whom a person knows from theirs."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, or_, select

from bot.arabic.search import index as search_index
from bot.arabic.search.matching import Asked, Matches, look_up
from bot.chat.person import Person
from bot.features.communities.models import MembershipState, TeamState, memberships, teams
from bot.features.communities.queries.teams import OVERSEERS, TEAM_COLUMNS, Team, read_teams
from bot.features.people.queries import people as people_queries
from bot.storage.lists import among
from bot.storage.transaction import Tx

TEAM_SEARCH = "team"
MOST_FOUND = 24
"""Teams that one search shows, the best first."""


async def index_team(tx: Tx, found: Team) -> None:
    """Make a team findable by its name, theme, goals and unit as they are now."""
    district = await people_queries.district_of(tx, found.unit)
    scope = _scope(district.id, found.unit.gender)
    name, *texts = team_texts(found)
    await search_index.index(
        tx, search_index.Entry(TEAM_SEARCH, found.id, name, "\n".join(texts), scope)
    )


async def forget_team(tx: Tx, team_id: int) -> None:
    """Make a team unfindable that has ended."""
    await search_index.forget(tx, TEAM_SEARCH, team_id)


def team_texts(found: Team) -> tuple[str, ...]:
    """What a team is found by, its name first."""
    return (found.name, found.theme, found.unit.name, *found.goals)


async def look_up_teams(tx: Tx, reader: Person, words: str) -> Matches[Team]:
    """Active teams that answer `words` among those that the reader may see, best first."""
    visible = await _visible_to(tx, reader)

    async def load(refs: list[int]) -> Mapping[int, Team]:
        wanted = among(teams.c.id, refs), teams.c.state == TeamState.ACTIVE
        rows = await tx.all(select(*TEAM_COLUMNS).where(*wanted, visible))
        return {found.id: found for found in await read_teams(tx, rows)}

    asked = Asked(TEAM_SEARCH, words, await _scopes(tx, reader), load, _texts, MOST_FOUND)
    return await look_up(tx, asked)


async def _texts(found: Mapping[int, Team]) -> Mapping[int, Sequence[str]]:
    return {number: team_texts(each) for number, each in found.items()}


async def teammates_of(tx: Tx, person_id: int) -> list[int]:
    """Ids of the people who share an active team with the person, ascending."""
    own = (
        select(memberships.c.team_id)
        .join(teams, teams.c.id == memberships.c.team_id)
        .where(
            memberships.c.person_id == person_id,
            memberships.c.state == MembershipState.ACTIVE,
            teams.c.state == TeamState.ACTIVE,
        )
    )
    query = (
        select(memberships.c.person_id)
        .where(
            memberships.c.team_id.in_(own),
            memberships.c.state == MembershipState.ACTIVE,
            memberships.c.person_id != person_id,
        )
        .distinct()
    )
    return list(await tx.scalars(query.order_by(memberships.c.person_id)))


async def _visible_to(tx: Tx, reader: Person) -> ColumnElement[bool]:
    """The condition on `teams` that holds for what the reader may find."""
    overseen = await people_queries.reach_of(tx, reader.id, OVERSEERS)
    conditions = [teams.c.unit_id.in_(people_queries.unit_ids_within_any(overseen))]
    if sight := await people_queries.sight_of(tx, reader.id):
        within = people_queries.unit_ids_within(sight.district, sight.genders)
        conditions.append(teams.c.unit_id.in_(within))
    return or_(*conditions)


async def _scopes(tx: Tx, reader: Person) -> list[str] | None:
    """The search scopes that hold everything the reader may find; None for all of them."""
    scopes: set[str] = set()
    if sight := await people_queries.sight_of(tx, reader.id):
        scopes |= {_scope(sight.district.id, gender) for gender in sight.genders}
    tops = await people_queries.reach_of(tx, reader.id, OVERSEERS)
    for top, district in zip(tops, await people_queries.districts_of(tx, tops), strict=True):
        if district.path != top.path and not top.is_within(district):
            return None
        if top.kind not in people_queries.DISTRICT_KINDS and top.parent_id is None:
            return None
        scopes |= {_scope(district.id, gender) for gender in people_queries.UnitGender}
    return sorted(scopes)


def _scope(district_id: int, gender: str) -> str:
    """Teams are found by district and by whose units they are: see `people.queries.Sight`."""
    return f"{district_id} {gender}"
