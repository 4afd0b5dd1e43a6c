"""Reads about many teams at once, for work that falls due for thousands of people.

Each takes one or two statements however many there are, of which none is built anew.
"""

from collections.abc import Iterable

from sqlalchemy import select

from bot.chat.person import PERSON_COLUMNS, Person, person_of
from bot.features.communities.models import MemberRole, teams
from bot.features.communities.queries.teams import TEAM_COLUMNS, Team, read_teams
from bot.storage.lists import among, as_list, ids_named, with_ids
from bot.storage.transaction import Tx

_TEAMS = select(*TEAM_COLUMNS).where(among(teams.c.id, ids_named("ids")))
_JOINED = (
    "SELECT m.person_id, m.team_id FROM memberships m JOIN teams t ON t.id = m.team_id"
    " WHERE m.person_id IN (ids) AND m.state = 'active' AND t.state = 'active'"
)
_MEMBERS = (
    "SELECT m.team_id, m.role, (person) FROM memberships m JOIN people p ON p.id = m.person_id"
    " WHERE m.team_id IN (ids) AND m.state = 'active' ORDER BY m.decided_at, m.id"
).replace("(person)", ", ".join(f"p.{name}" for name in PERSON_COLUMNS))


async def teams_by_id(tx: Tx, team_ids: Iterable[int]) -> dict[int, Team]:
    """The teams of these ids in any state, for up to a few hundred ids; unknown ones are left
    out."""
    rows = await tx.all(_TEAMS, ids=sorted(set(team_ids)))
    return {team.id: team for team in await read_teams(tx, rows)}


async def members_by_team(tx: Tx, team_ids: Iterable[int]) -> dict[int, list[Person]]:
    """The active members of each team, as `members.members` orders them; a team without any is
    left out."""
    leads: dict[int, list[Person]] = {}
    others: dict[int, list[Person]] = {}
    for team_id, role, *person in await tx.fetch(
        with_ids(tx, _MEMBERS), as_list(tx, sorted(set(team_ids)))
    ):
        side = leads if role == MemberRole.LEAD else others
        side.setdefault(team_id, []).append(person_of(person))
    return {n: leads.get(n, []) + others.get(n, []) for n in leads | others}


async def team_ids_by_person(tx: Tx, person_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the active teams of each person, for up to a few hundred people; whoever belongs
    to none is left out."""
    found: dict[int, list[int]] = {}
    for person, team in await tx.fetch(with_ids(tx, _JOINED), as_list(tx, person_ids)):
        found.setdefault(person, []).append(team)
    return found
