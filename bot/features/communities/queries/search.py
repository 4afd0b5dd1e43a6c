"""Finding teams."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, or_, select

from bot.arabic.search.matching import Matches, SearchRequest, look_up
from bot.chat.person import Person
from bot.features.communities.models import TeamState, teams
from bot.features.communities.queries.teams import (
    OVERSEERS,
    TEAM_COLUMNS,
    Team,
    read_teams,
    seen_from_above,
)
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.packs import organisation
from bot.storage.lists import among
from bot.storage.transaction import Tx

TEAM_SEARCH = "team"
MOST_FOUND = 24
"""Teams that one search shows, the best first."""


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

    asked = SearchRequest(TEAM_SEARCH, words, await _scopes(tx, reader), load, _texts, MOST_FOUND)
    return await look_up(tx, asked)


async def _texts(found: Mapping[int, Team]) -> Mapping[int, Sequence[str]]:
    return {number: team_texts(each) for number, each in found.items()}


async def _visible_to(tx: Tx, reader: Person) -> ColumnElement[bool]:
    """The condition on `teams` that holds for what the reader may find."""
    conditions = [await seen_from_above(tx, reader.id)]
    if sight := await people_queries.sight_of(tx, reader.id):
        conditions += [
            teams.c.unit_id.in_(unit_queries.unit_ids_within(district, [gender]))
            for district, gender in sight.views
        ]
    return or_(*conditions)


async def _scopes(tx: Tx, reader: Person) -> list[str] | None:
    """The search scopes that hold everything the reader may find; None for all of them."""
    scopes: set[str] = set()
    if sight := await people_queries.sight_of(tx, reader.id):
        scopes |= {scope_at(district.id, gender) for district, gender in sight.views}
    tops = await role_queries.reach_of(tx, reader.id, OVERSEERS)
    for top, district in zip(tops, await unit_queries.districts_of(tx, tops), strict=True):
        if district.path != top.path and not top.is_within(district):
            return None
        if top.kind not in unit_queries.DISTRICT_KINDS and top.parent_id is None:
            return None
        scopes |= {scope_at(district.id, gender) for gender in organisation.UnitGender}
    return sorted(scopes)


def scope_at(district_id: int, gender: str) -> str:
    """Teams are found by district and by whose units they are: see
    `people.queries.people.Sight`."""
    return f"{district_id} {gender}"
