"""«My teams» of somebody with thousands of them: quick, and none is missing."""

from time import perf_counter

import pytest
from sqlalchemy import insert, select

from bot.features.communities.models import MembershipState, memberships, teams
from bot.features.communities.queries import teams as team_queries
from tests.features.communities_chat import founds, lead
from tests.features.people_school import School
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["lead", "town"]

MANY = 2_600
MOST_SECONDS = 1.0
"""On a machine that does other work besides; with a statement for each it was many times that."""


async def copy_many(town: Town, name: str) -> None:
    """Let whoever leads the one team lead thousands like it."""
    async with town.app.database.transaction() as tx:
        (made,) = await tx.all(select(teams).where(teams.c.name == name))
        (leads,) = await tx.all(select(memberships).where(memberships.c.team_id == made.id))
        copies = [
            dict(made._mapping) | {
                "id": made.id + n, "name": f"{name} {n}", "link_digest": f"digest {n}",
            }
            for n in range(1, MANY)
        ]  # fmt: skip
        await tx.execute(insert(teams), copies)
        rows = [
            dict(leads._mapping) | {"id": leads.id + n, "team_id": made.id + n}
            for n in range(1, MANY)
        ]
        await tx.execute(insert(memberships), rows)


async def test_with_2600_teams_it_stays_quick_and_whole(
    town: Town, school: School, lead: Phone
) -> None:
    await founds(lead)
    (made,) = await town.rows(teams)
    await copy_many(town, made.name)
    start = perf_counter()
    await lead.says("/teams")
    spent = perf_counter() - start
    assert spent < MOST_SECONDS, f"{spent:.2f} s"
    person = await town.person_id(lead)
    async with town.app.database.reading() as tx:
        own = await team_queries.own_teams(tx, person)
    assert len(own) == MANY
    assert all(team.leads and not team.waits for team in own)
    seen: set[str] = set()
    for _ in range(3):
        seen |= {label for label in lead.buttons() if made.name in label}
        await lead.taps("الصفحة التالية")
    assert len(seen) >= 3 * 6
    assert {row.state for row in await town.rows(memberships)} == {MembershipState.ACTIVE}
