"""Whatever refers to a unit follows it when it becomes part of another one, or is said here to
stay, with why; and what refers to a closed one is said alike."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, true

from bot.features import due_work
from bot.features.announcements.models import announcements
from bot.features.imports.models import imported_people
from bot.features.people.actions import unit_changes
from bot.features.people.models import (
    STANDING,
    InvitationState,
    RoleState,
    UnitRequestState,
    UnitState,
    headcounts,
    invitations,
    placements,
    roles,
    unit_requests,
    units,
)
from bot.scheduling.due import DueState, due
from bot.scheduling.ticker import Ticker
from bot.storage.columns import metadata
from tests.features.personal_house import NADA, House, house

__all__ = ["house"]

FOLLOWS: dict[str, ColumnElement[bool]] = {
    "announcements.from_unit_id": true(),
    "announcements.unit_id": announcements.c.state.in_(("draft", "scheduled")),
    "headcounts.unit_id": headcounts.c.people != 0,
    "imported_people.unit_id": true(),
    "invitations.unit_id": invitations.c.state == InvitationState.OPEN,
    "placements.unit_id": placements.c.standing.in_(STANDING),
    "practice_places.unit_id": true(),
    "practices.unit_id": true(),
    "profiles.unit_id": true(),
    "roles.unit_id": roles.c.state != RoleState.ENDED,
    "teams.unit_id": true(),
    "unit_requests.below_id": unit_requests.c.state == UnitRequestState.ASKED,
    "units.parent_id": true(),
}
"""What is the other one's afterwards, and which of it: the rest is history."""
STAYS = {
    "audit_trail.unit_id": "where something was done, which is sealed",
    "calendar_days.unit_id": "whoever comes to another unit lives by its days",
    "claim_tries.unit_id": "wrong codes of one day",
    "imported_units.unit_id": "which unit a line of a list made, to take the list back",
    "unit_changes.target_id": "what was done, and into which unit",
    "unit_requests.unit_id": "what was added for somebody",
    "unit_changes.unit_id": "what was done, and to which unit",
}
"""What goes on naming the unit that was merged."""
CLOSED = {
    "announcements.from_unit_id": "what was written from there, for those above to oversee",
    "announcements.unit_id": "it has reached its people; the role to send more of them has ended",
    "headcounts.unit_id": "whoever belongs to it counts until another unit lets them in",
    "placements.unit_id": "whoever belongs to it stays until another unit lets them in",
    "practice_places.unit_id": "what was shared stays where it was",
    "practices.unit_id": "what was shared stays where it was",
    "profiles.unit_id": "whoever belongs to it stays until another unit lets them in",
    "teams.unit_id": "a team goes on until its lead or those above end it",
}
"""What goes on naming a closed unit, besides what `STAYS`: all other rows end or go."""


def referring() -> set[str]:
    """The columns that hold the id of a unit, by `table.column`."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("unit_id")
        or any(key.column is units.c.id for key in column.foreign_keys)
    }


def test_every_reference_to_a_unit_follows_or_stays_for_a_reason() -> None:
    assert referring() == FOLLOWS.keys() | STAYS.keys()
    assert CLOSED.keys() <= FOLLOWS.keys()


async def left_at(house: House, unit_id: int) -> dict[str, int]:
    """How many rows of each kind that follows name the unit."""
    found = {}
    async with house.database.reading() as tx:
        for name, condition in FOLLOWS.items():
            table, _, column = name.partition(".")
            rows = metadata.tables[table]
            query = select(func.count()).select_from(rows)
            query = query.where(rows.c[column] == unit_id, condition)
            found[name] = int(await tx.scalar(query))
    return {name: number for name, number in found.items() if number}


async def goes_on(house: House) -> None:
    """Everything that follows a change of the tree is done, and nothing of it failed."""
    work = due_work()
    ticker = Ticker(house.database, house.clock, work.jobs, worker="one")
    await ticker.start()
    for _ in range(4):
        await ticker.idle()
        house.clock.advance(timedelta(minutes=10))
    await ticker.idle()
    await ticker.stop()
    async with house.database.reading() as tx:
        about = due.c.job.like("people.unit%")
        query = select(due.c.job, due.c.state, due.c.error).where(about)
        assert {(row.state, row.error) for row in await tx.all(query)} == {(DueState.DONE, None)}


async def some_of_everything(house: House) -> int:
    """The unit at which there is a row of each kind."""
    number = house.department.units[NADA].id
    async with house.database.transaction() as tx:
        await tx.insert(
            units, parent_id=number, kind="school", name="فرع", country="SA",
            timezone="Asia/Riyadh", gender="girls", path=f"/x/{number}/", created_at=tx.now,
            state=UnitState.CLOSED, sort_key="",
        )  # fmt: skip
        await tx.insert(
            unit_requests, person_id=house.huda.id, below_id=number, name="فرع آخر",
            besides=0, state=UnitRequestState.ASKED, asked_at=tx.now, reason="",
        )  # fmt: skip
    there = await left_at(house, number)
    # Headcounts are of those below.
    assert there.keys() == FOLLOWS.keys() - {"headcounts.unit_id"}
    return number


async def test_nothing_is_left_at_a_unit_that_was_merged(house: House) -> None:
    number = await some_of_everything(house)
    into = house.department.units["مدرسة الفلاح"].id
    async with house.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, number, into)
    await goes_on(house)
    assert await left_at(house, number) == {}
    assert (await left_at(house, into)).keys() == FOLLOWS.keys() - {"headcounts.unit_id"}


async def test_what_is_left_at_a_closed_unit_is_meant_to(house: House) -> None:
    number = await some_of_everything(house)
    async with house.database.transaction() as tx:
        listed = await tx.first(select(imported_people).where(imported_people.c.unit_id == number))
        assert listed is not None
        more = dict(listed._mapping) | {
            "state": "open", "listed_as": "z" * 64, "slip_digest": None,
            "claimed_by": None, "claimed_at": None,
        }  # fmt: skip
        del more["id"]
        waiting = await tx.insert(imported_people, **more)
        await unit_changes.close_unit(tx, None, number)
    await goes_on(house)
    left = (await left_at(house, number)).keys()
    assert left - CLOSED.keys() == {"units.parent_id", "imported_people.unit_id"}
    async with house.database.reading() as tx:
        # Who has claimed their place keeps what is said of it; who has not is forgotten.
        ids = await tx.scalars(select(imported_people.c.id))
        assert waiting not in set(ids)
