"""Who is found among many of the same name, and what a search keeps while others write."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.arabic.search import index as search_index
from bot.chat.incoming import Address
from bot.chat.person import Person, add_visitor, addresses, find_person
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import Mode
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import search as team_search
from bot.features.communities.queries.teams import Team
from bot.features.people import jobs as people_jobs
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.actions import people as people_actions
from bot.features.people.actions import search as people_index
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.people import Registration
from bot.features.people.actions.roles import hold
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import CameBy, profiles
from bot.features.people.queries import consent as consent_queries
from bot.features.people.queries import search as people_search
from bot.features.people.queries.people import Sight
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.scheduling import due
from bot.storage.transaction import Tx
from tests.features.people_school import School
from tests.town import Town, town

__all__ = ["town"]

NAMESAKES = 330
"""More than a search ranks."""
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def register(tx: Tx, name: str, unit: Unit, external: str) -> Person:
    await add_visitor(tx, Address("telegram", external), "SA", "ar")
    query = select(addresses.c.person_id).where(addresses.c.external == external)
    visitor = await find_person(tx, int(await tx.scalar(query)))
    assert visitor is not None
    draft = Registration(
        name=name, gender="m", country="SA", timezone="Asia/Riyadh", numerals="arab",
        unit_id=unit.id, subjects=("mathematics",), stages=("primary",), came_by=CameBy.SERVER,
    )  # fmt: skip
    return (await people_actions.register(tx, visitor, draft)).person


async def register_namesakes(tx: Tx, name: str, unit: Unit, newer: int = NAMESAKES) -> None:
    """One through the front door, the others straight into the index, newer than anybody."""
    first = await register(tx, name, unit, "many")
    columns = ("unit_id", "subject", "stage", "consent_version", "consented_at", "changed_at")
    kept = ", ".join(columns)
    for number in range(first.id + 1, first.id + newer):
        await tx.run(
            "INSERT INTO people (id, state, name, gender, country, language, timezone, numerals, "
            "calendar, created_at) SELECT CAST(? AS bigint), state, name, gender, country, "
            "language, timezone, numerals, calendar, created_at FROM people WHERE id = ?",
            *(number, first.id),
        )
        await tx.run(
            f"INSERT INTO profiles (person_id, {kept}) SELECT CAST(? AS bigint), {kept} "
            "FROM profiles WHERE person_id = ?",
            *(number, first.id),
        )
        await people_index.index_person(tx, number)


async def names_found(tx: Tx, reader: Person, words: str, *known: int) -> list[str]:
    found = await people_search.find_colleagues(tx, reader, words, known)
    return [each.item.person.name for each in found.found]


async def test_a_team_mate_is_found_among_all_the_namesakes_of_their_school(
    town: Town, school: School
) -> None:
    async with town.app.database.transaction() as tx:
        reader = await register(tx, "سالم الزهراني", school.falah, "1")
        mate = await register(tx, "محمد العتيبي", school.murjan, "2")
        await register_namesakes(tx, "محمد الشهري", school.murjan)
        assert await names_found(tx, reader, "محمد", mate.id) == ["محمد العتيبي"]
        assert await names_found(tx, reader, "محمد") == []


async def test_who_agreed_is_found_among_all_who_were_not_asked(town: Town, school: School) -> None:
    async with town.app.database.transaction() as tx:
        reader = await register(tx, "سالم الزهراني", school.falah, "1")
        agreed = await register(tx, "محمد العتيبي", school.falah, "2")
        before = consent_queries.CONSENT_VERSION
        try:
            consent_queries.CONSENT_VERSION = "2026-01-01"
            await register_namesakes(tx, "محمد الشهري", school.falah)
        finally:
            consent_queries.CONSENT_VERSION = before
        assert await names_found(tx, reader, "محمد") == ["محمد العتيبي"]
        await tx.execute(
            profiles.update()
            .where(profiles.c.person_id == agreed.id)
            .values(consent_version="2026-01-01")
        )
        assert await names_found(tx, reader, "محمد") == [], "the right is asked, not the index"


async def found_team(tx: Tx, name: str, unit: Unit, external: str) -> tuple[Person, Team]:
    """A team of the unit, with the lead teacher who leads it."""
    lead = await register(tx, name, unit, external)
    await hold(tx, None, lead.id, Role.LEAD, unit.id)
    goals, norms = ("هدف",), ("نلتزم",)
    draft = TeamDraft(unit.id, "حلقة الفلك", "رصد النجوم", goals, norms, "subject", Mode.MIXED)
    return lead, await team_actions.create_team(tx, lead, draft)


async def test_who_has_left_a_team_is_found_no_more_and_finds_nobody(
    town: Town, school: School
) -> None:
    async with town.app.database.transaction() as tx:
        lead, team = await found_team(tx, "سالم الزهراني", school.falah, "1")
        mate = await register(tx, "محمد العتيبي", school.atlas, "2")
        await membership_actions.join_by_link(tx, mate, team.link_code)

        async def found_by(reader: Person, words: str) -> list[str]:
            known = await member_queries.teammates_of(tx, reader.id)
            return await names_found(tx, reader, words, *known)

        assert await found_by(lead, "محمد") == ["محمد العتيبي"]
        assert await found_by(mate, "سالم") == ["سالم الزهراني"]
        await membership_actions.leave_team(tx, mate, team.id)
        assert await found_by(lead, "محمد") == []
        assert await found_by(mate, "سالم") == []


async def test_a_principal_finds_the_teams_of_their_own_school_alone(
    town: Town, school: School
) -> None:
    """Of the boys' school next door the principal of a girls' school knows nothing."""
    async with town.app.database.transaction() as tx:
        await found_team(tx, "سالم الزهراني", school.falah, "1")
        huda = await register(tx, "هدى الشمري", school.nada, "2")
        amal = await register(tx, "أمل العنزي", school.nada, "3")
        await hold(tx, None, huda.id, Role.PRINCIPAL, school.nada.id)
        await hold(tx, None, amal.id, Role.SUPERVISOR, school.department.id)
        assert (await team_search.look_up_teams(tx, huda, "رصد النجوم")).found == ()
        found = (await team_search.look_up_teams(tx, amal, "رصد النجوم")).found
        assert [each.item.name for each in found] == ["حلقة الفلك"]


async def test_somebody_known_from_many_teams_is_found(town: Town, school: School) -> None:
    """As many acquaintances as the teams of one person can bring."""
    async with town.app.database.transaction() as tx:
        reader = await register(tx, "سالم الزهراني", school.falah, "1")
        mate = await register(tx, "محمد العتيبي", school.murjan, "2")
        known = [*range(10_000, 10_900), mate.id]
        assert await names_found(tx, reader, "محمد العتيبي", *known) == ["محمد العتيبي"]


async def found_schools(tx: Tx, school: School) -> Unit:
    """Al-Amal in the department, and newer ones of the same name elsewhere."""

    async def found(parent: int | None, gender: UnitGender = UnitGender.BOYS) -> Unit:
        draft = UnitDraft("school", "مدرسة الأمل", "SA", "Asia/Riyadh", gender, parent)
        return await unit_actions.create_unit(tx, None, draft)

    mine = await found(school.department.id)
    for _ in range(NAMESAKES):
        await found(school.murjan.parent_id)
    for _ in range(60):
        await found(school.department.id, UnitGender.GIRLS)
    return mine


async def test_a_school_is_found_among_all_of_its_name(town: Town, school: School) -> None:
    async with town.app.database.transaction() as tx:
        mine = await found_schools(tx, school)
        sight = Sight(((school.department, UnitGender.BOYS), (school.department, UnitGender.MIXED)))
        seen = await people_search.look_up_units(tx, "الأمل", [], sight)
        assert [each.ref for each in seen.found] == [mine.id]
        below = await people_search.look_up_units(tx, "الأمل", [school.department], None)
        assert len(below.found) == 61
        nowhere = await people_search.look_up_units(tx, "الأمل", [school.atlas], None)
        assert (nowhere.found, nowhere.offer) == ((), "")
        within = await people_search.find_units_within(tx, [school.department], "الأمل", 100)
        assert mine.id in {place.id for place in within}
        assert len(within) == 61
        assert await people_search.find_units_within(tx, [mine], "الامل") == [mine]
        assert await people_search.find_units_within(tx, [mine], "الأمن") == [mine], "a slip"
        assert await people_search.find_units_within(tx, [school.atlas], "الأمل") == []


async def test_units_of_before_are_found_until_and_after_they_are_placed(
    town: Town, school: School
) -> None:
    async with town.app.database.transaction() as tx:
        old = search_index.SearchEntry(
            "unit", school.falah.id, school.falah.name, "إدارة تعليم الوادي"
        )
        await search_index.index(tx, old)
        assert await people_search.find_units_within(tx, [school.department], "الفلاح") == [
            school.falah
        ]
        payload = {"after": 0}
        await due.set_due(
            tx, people_jobs.INDEX_ANEW, "search:anew", "texts", anchor=tx.now, payload=payload
        )
    await town.moves(timedelta(seconds=1))
    async with town.app.database.reading() as tx:
        scope = [f"below {school.department.id}"]
        assert [hit.ref for hit in await search_index.find(tx, "unit", "الفلاح", scopes=scope)] == [
            school.falah.id
        ]


async def while_another_waits(
    town: Town,
    change: Callable[[Tx], Awaitable[object]],
    anew: Callable[[Tx], Awaitable[object]],
) -> None:
    """Start `anew` when `change` is done but not yet committed."""
    database = town.app.database
    changed, tried = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.transaction() as tx:
            await change(tx)
            changed.set()
            await tried.wait()

    async def second() -> None:
        await changed.wait()
        async with database.transaction() as tx:
            task = asyncio.create_task(_awaited(anew(tx)))
            done, _ = await asyncio.wait({task}, timeout=0.5)
            assert not done, "it does not wait for the other one"
            tried.set()
            await task

    await asyncio.gather(first(), second())


async def _awaited(work: Awaitable[object]) -> None:
    await work


@on_postgresql
async def test_who_deletes_their_data_while_people_are_indexed_stays_forgotten(
    town: Town, school: School
) -> None:
    async with town.app.database.transaction() as tx:
        person = await register(tx, "سالم الزهراني", school.falah, "1")
    await while_another_waits(
        town,
        lambda tx: erasure_actions.delete_own_data(tx, person),
        lambda tx: people_index.index_people_after(tx, 0, 100),
    )
    async with town.app.database.reading() as tx:
        assert await tx.fetch("SELECT title FROM search_entries WHERE kind = 'person'") == []
        assert await tx.fetch("SELECT word FROM search_spellings WHERE kind = 'person'") == []


@on_postgresql
async def test_what_changes_while_texts_are_read_anew_is_found_by_its_new_words(
    town: Town,
) -> None:
    async with town.app.database.transaction() as tx:
        await search_index.index(
            tx, search_index.SearchEntry("practice", 1, "القراءة الجهرية", scope="team 1")
        )
        await search_index.index(
            tx, search_index.SearchEntry("practice", 2, "خرائط", scope="team 1")
        )

    async def change(tx: Tx) -> None:
        await search_index.index(
            tx, search_index.SearchEntry("practice", 1, "الكسور العشرية", scope="team 1")
        )
        await search_index.forget(tx, "practice", 2)

    await while_another_waits(town, change, lambda tx: search_index.reindex(tx, 0, 100))
    async with town.app.database.reading() as tx:
        found = await search_index.find(tx, "practice", "الكسور", scopes=["team 1"])
        assert [hit.ref for hit in found] == [1]
        assert await search_index.find(tx, "practice", "القراءة", scopes=["team 1"]) == []
        words = await tx.fetch("SELECT word FROM search_spellings WHERE kind = 'practice'")
        assert not {"خرايط", "قراءه"} & {word for (word,) in words}


async def test_entries_are_read_anew_a_few_at_a_time(town: Town, school: School) -> None:
    """Whoever waits to write waits for a few of them, not for all."""
    async with town.app.database.transaction() as tx:
        for number in range(40):
            await search_index.index(
                tx, search_index.SearchEntry("practice", number + 1, "خرائط ذهنية")
            )
        row = due.DueRow(
            id=1, job=people_jobs.INDEX_ANEW, topic="search:anew", slot="texts", anchor_at=tx.now,
            due_at=tx.now, expires_at=None, payload={"after": 0}, attempts=0,
        )  # fmt: skip
        await people_jobs.index_anew(tx, row)
        (planned,) = await tx.all(due.due.select().where(due.due.c.job == people_jobs.INDEX_ANEW))
        (first,) = await tx.fetch("SELECT min(id) FROM search_entries")
        assert first[0] <= planned.payload["after"] < first[0] + 10
