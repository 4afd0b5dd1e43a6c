"""What takes long asks for the right with every piece, and what two do at once is decided once: a
role that ends on the way stops the rest, and whoever waits for it is told."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.person import find_person
from bot.core.errors import Refused
from bot.features.imports.actions import staging, working
from bot.features.imports.models import ImportKind, imports
from bot.features.imports.queries.reading import read_list
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import unit_changes
from bot.features.people.models import RoleState, placements, roles
from bot.packs.roles import Role
from bot.storage.transaction import Tx
from tests.features.imports_lists import admin, listed, person_of, table
from tests.features.people_school import School
from tests.features.test_several_schools import at
from tests.town import Phone, Town

__all__ = ["admin"]

OTHERS = [[f"معلمة {n:04} السهلي", "مدرسة الندى", "معلمة", "", str(n), ""] for n in range(2400)]


@pytest.mark.every_channel
async def test_a_list_is_added_no_further_once_its_bringer_administers_no_more(
    town: Town, school: School, admin: Phone
) -> None:
    person = await person_of(town, admin)
    found = read_list(table(*OTHERS), ImportKind.PEOPLE, lambda text: text[:64], "SA")
    assert len(found.pieces) > 2
    async with town.app.database.transaction() as tx:
        number = (await staging.stage(tx, person, ImportKind.PEOPLE, "typed.csv", found)).id
        await working.settle(tx, number)
        await staging.confirm(tx, person, number)
        await working.go_on(tx, number)
        # Before the bot goes on with the next one.
        own = (roles.c.person_id == person.id, roles.c.role == Role.ADMINISTRATOR)
        await tx.execute(update(roles).where(*own).values(state=RoleState.ENDED))
    await town.settles()
    added = len(await listed(town))
    assert 0 < added < len(OTHERS) / 2, "the first piece, and nothing after it"
    [row] = await town.rows(imports, id=number)
    assert (row.added, row.wrong) == (added, len(OTHERS) - added)
    await admin.reads_on()
    admin.sees("أُضيفت القائمة", "لم يُقبل")


async def test_nobody_asks_at_a_school_that_is_just_closing(town: Town, school: School) -> None:
    """Whichever of the two is first: nobody waits at a closed unit."""
    await at(town, school, "هيا السالم", "المرجان", school.murjan, Role.PRINCIPAL)
    sara = await at(town, school, "سارة العمري", "الندى", school.nada)
    asked = asyncio.Event()

    async def closes() -> None:
        await asked.wait()
        async with town.app.database.transaction() as tx:
            await unit_changes.close_unit(tx, None, school.murjan.id)

    async def asks(tx: Tx) -> None:
        person = await find_person(tx, await town.person_id(sara))
        assert person is not None
        await admission_actions.ask_to_belong(tx, person, school.murjan.id)

    closing = asyncio.create_task(closes())
    async with town.app.database.transaction() as tx:
        await asks(tx)
        asked.set()
        if tx.dialect == "postgresql":
            # Long enough for a close that waits for nobody to be over.
            await asyncio.wait([closing], timeout=0.3)
            assert not closing.done()
    await closing
    await town.moves(timedelta(minutes=1))
    assert await waiting_at(town, school) == []
    # The other way round she is told at once.
    async with town.app.database.transaction() as tx:
        with pytest.raises(Refused, match="unit_gone"):
            await asks(tx)
    await sara.reads_on()
    sara.sees("أُغلقت الجهة: مدرسة المرجان")


async def waiting_at(town: Town, school: School) -> list[str]:
    rows = await town.rows(placements, unit_id=school.murjan.id)
    return [row.standing.value for row in rows if row.standing.value == "waiting"]
