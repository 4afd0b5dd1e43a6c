"""What is declared of people's data is so: how it is exported, what is erased, what is kept.

The stories of what is erased stand in `test_erasure.py` and `test_leaving.py`.
"""

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    select,
)

from bot.chat.incoming import Address
from bot.chat.intake import inbox
from bot.chat.intake.inbox import updates
from bot.core.errors import Refused
from bot.features import due_work, personal
from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.actions import teams as team_actions
from bot.features.communities.actions.teams import TeamDraft
from bot.features.communities.models import Mode
from bot.features.communities.queries import members as member_queries
from bot.features.communities.queries import teams as team_queries
from bot.features.people.actions import erasure as erasure_actions
from bot.features.people.queries import personal as personal_queries
from bot.scheduling.due import DueState, due
from bot.scheduling.ticker import Ticker
from bot.storage.audit import audit_trail
from bot.storage.columns import metadata
from tests.features.personal_house import NADA, NAME, NOW, PHONES, House, by_key, house
from tests.features.practices_school import READING
from tests.features.test_personal_columns import SEARCH, by_name, says

__all__ = ["house"]

# Export


async def test_an_export_holds_all_that_is_theirs_as_json(house: House) -> None:
    async with house.database.reading() as tx:
        export = await personal_queries.export_person(tx, house.huda.id, personal())
    text = json.dumps(export, ensure_ascii=False)
    assert [words for words in (NAME, *house.secrets) if words not in text] == []
    rows = await house.tables()
    nothing = {name for name, found in rows.items() if not found}
    assert nothing == set(), "nothing to try it with: let her have a row of each in `_lives`"
    assert set(export) == set(rows)
    for name, found in rows.items():
        assert len(export[name]) == len(found)
    (own,) = export["people"]
    assert (own["name"], own["gender"], own["state"]) == (NAME, "f", "member")
    assert own["registered_at"] == NOW.isoformat()
    assert export["practice_thanks"][0]["thanked_at"] == NOW.isoformat()


async def test_an_export_holds_nothing_of_others(house: House) -> None:
    async with house.database.reading() as tx:
        theirs = await personal_queries.export_person(tx, house.people["نورة"].id, personal())
        nobody = await personal_queries.export_person(tx, 999, personal())
    text = json.dumps(theirs, ensure_ascii=False)
    assert [words for words in (NAME, *house.secrets, str(PHONES[NAME])) if words in text] == []
    assert theirs["practices"][0]["title"] == READING.title
    assert set(map(len, nobody.values())) == {0}


# Erasure


async def erases(house: House, *, by_operator: bool = False) -> str:
    """What came of erasing Huda: "done", or the refusal's code."""
    try:
        async with house.database.transaction() as tx:
            await erasure_actions.erase_person(tx, house.huda, personal(), by_operator=by_operator)
    except Refused as refusal:
        return refusal.code
    return "done"


def still(before: Any, after: Any) -> bool:
    """Whether something is kept: words as they were; a state or a moment may have gone on."""
    if isinstance(before, StrEnum | datetime | None):
        return after is not None or before is None
    return bool(before == after)


async def test_what_is_declared_as_erased_is_gone_and_what_is_kept_is_there(house: House) -> None:
    before = await house.tables()
    assert await erases(house) == "done"
    after = {}
    async with house.database.reading() as tx:
        for each in by_name().values():
            if each.name in before and not isinstance(each.table, str):
                after[each.name] = await by_key(tx, each.table, select(each.table))
    wrong = []
    for each in by_name().values():
        erased, kept = says([each.erased]), says(each.kept)
        proved = set[str]()
        for key, row in before.get(each.name, {}).items():
            left = after[each.name].get(key)
            for name in erased - kept:
                if row[name] not in ("", None, {}):
                    proved.add(name)
                if (
                    left is not None
                    and left[name] not in ("", None, {})
                    and left[name] == row[name]
                ):
                    wrong.append(f"{each.name}.{name} is still {row[name]!r}")
            wrong += [
                f"{each.name}.{name} is no longer {row[name]!r}"
                for name in kept - erased
                if left is None or not still(row[name], left[name])
            ]
        if each.name in before:
            wrong += [
                f"{each.name}.{name} was empty before: let her have a row in `_lives` in which it"
                " is filled"
                for name in sorted(erased - kept - proved)
            ]
    assert not wrong, "\n".join(wrong)


async def test_no_word_of_theirs_is_left_in_any_table(house: House) -> None:
    """But in what others were sent about them, which is tidied away with time, as messages are."""
    found = await _places_of(house, house.secrets)
    assert set(found) == set(house.secrets)
    assert await erases(house) == "done"
    private = {*house.secrets, str(PHONES[NAME])}
    assert await _places_of(house, private) == {}


async def _places_of(house: House, words: Iterable[str]) -> dict[str, set[str]]:
    """In which tables each of the words stands."""
    found: dict[str, set[str]] = {}
    async with house.database.reading() as tx:
        queries: dict[str, Any] = {table.name: select(table) for table in metadata.sorted_tables}
        contents = {
            name: str([tuple(row) for row in await tx.all(query)])
            for name, query in queries.items()
            if name != "outbox"
        }
        for name in SEARCH if tx.dialect == "sqlite" else SEARCH[::2]:
            contents[name] = str([tuple(row) for row in await tx.fetch(f"SELECT * FROM {name}")])
    for name, content in contents.items():
        for each in words:
            if each in content:
                found.setdefault(each, set()).add(name)
    return found


async def test_erasing_twice_at_once_erases_once(house: House) -> None:
    outcomes = await asyncio.gather(*(erases(house) for _ in range(4)))
    assert sorted(outcomes) == ["done", *["people.not_registered"] * 3]
    async with house.database.reading() as tx:
        acts = await tx.all(select(audit_trail).where(audit_trail.c.action == "people.delete"))
    assert [(row.actor_id, row.subject_id) for row in acts] == [(house.huda.id, house.huda.id)]


async def test_what_an_operator_erases_is_their_act(house: House) -> None:
    assert await erases(house, by_operator=True) == "done"
    async with house.database.reading() as tx:
        acts = await tx.all(select(audit_trail).where(audit_trail.c.action == "people.delete"))
    assert [(row.actor_id, row.subject_id) for row in acts] == [(None, house.huda.id)]


async def test_whoever_is_removed_or_let_in_at_the_same_moment_is_erased_all_the_same(
    house: House,
) -> None:
    noura = house.people["نورة"]
    async with house.database.transaction() as tx:
        found = await team_queries.teams_of(tx, house.huda.id)
        team = next(each for each in found if each.name == "فريق القراءة")
        rows = await member_queries.members(tx, team.id)
        own = next(row.membership_id for row in rows if row.person.id == house.huda.id)

    async def removes() -> None:
        async with house.database.transaction() as tx:
            await membership_actions.remove_member(tx, noura, own)

    outcomes = await asyncio.gather(removes(), erases(house), return_exceptions=True)
    assert outcomes[1] == "done"
    async with house.database.reading() as tx:
        assert [row.id for row in await team_queries.teams_of(tx, house.huda.id)] == []


async def test_what_they_are_just_doing_is_erased_as_well(house: House) -> None:
    """An operator erases her while a turn of hers is open, in which she joins one more team."""
    noura, unit = house.people["نورة"], house.department.units[NADA]
    async with house.database.transaction() as tx:
        draft = TeamDraft(unit.id, "فريق العلوم", "العلوم", ("هدف",), ("نلتزم",), "s", Mode.MIXED)
        team = await team_actions.create_team(tx, noura, draft)
        address = Address("telegram", str(PHONES[NAME]))
        number = await tx.insert(
            updates, channel=address.channel, key="2", sender=address.id, state="waiting",
            attempts=0, body="{}", received_at=tx.now,
        )  # fmt: skip
    begun = asyncio.Event()

    async def joins() -> None:
        async with house.database.transaction() as tx:
            assert await inbox.mark_done(tx, number)
            begun.set()
            await asyncio.sleep(0.3)
            await membership_actions.join_by_link(tx, house.huda, team.link_code)

    async def erases_her() -> str:
        await begun.wait()
        return await erases(house, by_operator=True)

    _, outcome = await asyncio.gather(joins(), erases_her())
    assert outcome == "done"
    async with house.database.reading() as tx:
        assert house.huda.id not in await member_queries.member_ids(tx, team.id)


async def test_what_had_happened_before_an_erasure_is_heard_after_it(house: House) -> None:
    """She joined and chose her hours, which has yet to be heard; her own team ends with her."""
    work = due_work()
    async with house.database.reading() as tx:
        waiting = set(await tx.scalars(select(due.c.job).where(due.c.state == DueState.WAITING)))
    assert waiting >= {"teams.joined:meetings", "manners.changed:meetings"}
    assert await erases(house) == "done"
    ticker = Ticker(house.database, house.clock, work.jobs, worker="one")
    await ticker.start()
    await ticker.idle()
    await ticker.stop()
    async with house.database.reading() as tx:
        rows = await tx.all(select(due).where(due.c.job.like("%.%:meetings")))
    assert {(row.state, row.error) for row in rows} == {(DueState.DONE, None)}
    events = {"teams.ended", "teams.joined", "manners.changed"}
    assert {row.job for row in rows} == {f"{event}:meetings" for event in events}
