"""Many people at once, on both databases: one row each, one answer each."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.chat.incoming import Address
from bot.chat.person import Person, add_visitor
from bot.core.clock import FrozenClock
from bot.core.errors import Refused
from bot.features.communities.actions import closing as closing_actions
from bot.features.communities.actions import leadership as leadership_actions
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import MembershipState, Mode
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries.teams import Team
from bot.features.people.actions import invitations as invitation_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.people import Registration
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import CameBy
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage.database import Database, open_database
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url, FrozenClock(NOW))
    yield database
    await database.close()


async def register(tx: Tx, name: str, unit_id: int, invitation: str = "") -> Person:
    visitor, _ = await add_visitor(tx, Address("telegram", name), "SA", "ar")
    draft = Registration(
        name,
        "f",
        unit_id,
        ("mathematics",),
        ("primary",),
        "SA",
        "Asia/Riyadh",
        "arab",
        invitation,
        came_by=CameBy.ASKING if invitation else CameBy.SERVER,
    )
    return (await people_actions.register(tx, visitor, draft)).person


async def found(database: Database) -> tuple[Person, Team]:
    async with database.transaction() as tx:
        unit = await unit_actions.create_unit(
            tx, None, UnitDraft("school", "مدرسة الندى", "SA", "Asia/Riyadh", UnitGender.GIRLS)
        )
        lead = await register(tx, "lead", unit.id)
        await hold(tx, None, lead.id, Role.LEAD, unit.id)
        draft = TeamDraft(unit.id, "حلقة", "القراءة", ("هدف",), ("قاعدة",), "subject", Mode.MIXED)
        return lead, await team_actions.create_team(tx, lead, draft)


async def attempt(database: Database, act: Callable[[Tx], Awaitable[object]]) -> str:
    """What came of an action in a transaction of its own: "done", or the refusal's code."""
    try:
        async with database.transaction() as tx:
            await act(tx)
    except Refused as refusal:
        return refusal.code
    return "done"


async def test_fifty_people_join_at_once_some_of_them_twice(database: Database) -> None:
    _, team = await found(database)
    async with database.transaction() as tx:
        crowd = [await register(tx, f"p{n}", team.unit.id) for n in range(50)]
    outcomes = await asyncio.gather(
        *(
            attempt(
                database, partial(membership_actions.join_by_link, actor=who, code=team.link_code)
            )
            for who in [*crowd, *crowd[:20]]
        )
    )
    assert sorted(outcomes) == ["done"] * 50 + ["teams.member"] * 20
    async with database.reading() as tx:
        assert len(await member_queries.member_ids(tx, team.id)) == 51


async def test_a_request_is_answered_once(database: Database) -> None:
    lead, team = await found(database)
    async with database.transaction() as tx:
        sara = await register(tx, "sara", team.unit.id)
        asked = await membership_actions.ask_to_join(tx, sara, team.id, "")
    outcomes = await asyncio.gather(
        attempt(database, lambda tx: membership_actions.accept_request(tx, lead, asked.id)),
        attempt(database, lambda tx: membership_actions.accept_request(tx, lead, asked.id)),
        attempt(database, lambda tx: membership_actions.decline_request(tx, lead, asked.id, "لا")),
    )
    assert sorted(outcomes) == ["done", "teams.answered", "teams.answered"]


async def test_asking_twice_at_once_is_one_request(database: Database) -> None:
    _, team = await found(database)
    async with database.transaction() as tx:
        sara = await register(tx, "sara", team.unit.id)
    outcomes = await asyncio.gather(
        *(
            attempt(database, lambda tx: membership_actions.ask_to_join(tx, sara, team.id, "مرحبًا"))
            for _ in range(3)
        )
    )
    assert sorted(outcomes) == ["done", "teams.asked", "teams.asked"]
    async with database.reading() as tx:
        standing = await member_queries.standing_of(tx, team.id, sara.id)
        assert standing is not None
        assert standing.state is MembershipState.ASKED


async def meanwhile(
    database: Database,
    first: Callable[[Tx], Awaitable[object]],
    then: Callable[[Tx], Awaitable[object]],
) -> str:
    """What comes of `then`, which begins when `first` has done its work but is not durable yet."""
    begins = asyncio.Event()

    async def second() -> str:
        await begins.wait()
        return await attempt(database, then)

    task = asyncio.create_task(second())
    async with database.transaction() as tx:
        await first(tx)
        begins.set()
        # On SQLite every other writer waits; here it has to have come to the lock.
        waiting = 0
        while tx.dialect == "postgresql" and not waiting and not task.done():
            ((waiting,),) = await tx.fetch(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid ="
                " pg_locks.database WHERE datname = current_database() AND NOT granted"
            )
    return await task


@pytest.mark.parametrize("way", ["ask", "join"])
async def test_nobody_gets_into_a_team_that_is_just_being_closed(
    database: Database, way: str
) -> None:
    lead, team = await found(database)
    async with database.transaction() as tx:
        sara = await register(tx, "sara", team.unit.id)

    async def enters(tx: Tx) -> None:
        if way == "ask":
            await membership_actions.ask_to_join(tx, sara, team.id, "")
        else:
            await membership_actions.join_by_link(tx, sara, team.link_code)

    outcome = await meanwhile(
        database, lambda tx: closing_actions.close_team(tx, lead, team.id), enters
    )
    assert outcome in ("teams.closed", "teams.not_visible")
    async with database.reading() as tx:
        assert await member_queries.standing_of(tx, team.id, sara.id) is None


async def test_a_link_that_is_just_being_renewed_lets_nobody_in(database: Database) -> None:
    lead, team = await found(database)
    async with database.transaction() as tx:
        sara = await register(tx, "sara", team.unit.id)
    joins = partial(membership_actions.join_by_link, actor=sara, code=team.link_code)
    outcome = await meanwhile(
        database, lambda tx: team_actions.renew_link(tx, lead, team.id), joins
    )
    assert outcome == "teams.unknown_link"


async def test_the_last_two_leads_cannot_both_go(database: Database) -> None:
    """Handing over and leaving at once never leave a team of others without a lead."""
    lead, team = await found(database)
    async with database.transaction() as tx:
        sara = await register(tx, "sara", team.unit.id)
        nora = await register(tx, "nora", team.unit.id)
        for who in (sara, nora):
            await membership_actions.join_by_link(tx, who, team.link_code)
        standing = await member_queries.standing_of(tx, team.id, sara.id)
        assert standing is not None
    await asyncio.gather(
        attempt(database, lambda tx: leadership_actions.hand_over(tx, lead, standing.id)),
        attempt(database, lambda tx: membership_actions.leave_team(tx, sara, team.id)),
        attempt(database, lambda tx: membership_actions.leave_team(tx, lead, team.id)),
    )
    async with database.reading() as tx:
        assert len(await member_queries.leads(tx, team.id)) == 1


async def test_an_invitation_for_one_person_is_used_once(database: Database) -> None:
    lead, team = await found(database)
    async with database.transaction() as tx:
        await hold(tx, None, lead.id, Role.PRINCIPAL, team.unit.id)
        code = await invitation_actions.create_invitation(
            tx, lead, team.unit.id, Role.LEAD, timedelta(days=1)
        )
        crowd = [await register(tx, f"p{n}", team.unit.id) for n in range(5)]
    outcomes = await asyncio.gather(
        *(
            attempt(database, partial(invitation_actions.accept_invitation, actor=who, code=code))
            for who in crowd
        )
    )
    assert sorted(outcomes) == ["done"] + ["people.invitation_over"] * 4
