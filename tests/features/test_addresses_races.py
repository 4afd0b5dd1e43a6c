"""What happens to the addresses of one person at the same moment."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.chat.person import PersonState, addresses, find_person, people
from bot.core.errors import Refused
from bot.features import personal
from bot.features.people.actions import addresses as address_actions
from bot.features.people.actions.addresses import LinkResult
from bot.features.people.actions.erasure import erase_person
from bot.features.people.models import link_codes
from bot.storage.failures import is_collision
from tests.features.addresses_chat import at, opens_code, two_phones
from tests.features.people_school import School
from tests.reading import readable
from tests.town import Phone, Town, town

__all__ = ["town"]

A_DAY = timedelta(hours=25)


async def test_of_two_who_send_one_code_one_is_linked(town: Town, school: School) -> None:
    maryam, *others = (town.person(name) for name in ("مريم", "أولى", "ثانية"))
    await school.registers(maryam, "مريم العلي", "الندى")
    code = (await opens_code(maryam)).replace(" ", "")
    for phone in others:
        await phone.says("/start")
    digest = town.app.dispatcher._dialogue._installation.digest  # type: ignore[attr-defined]

    async def sends(phone: Phone) -> LinkResult:
        async with town.app.database.transaction() as tx:
            query = select(addresses.c.id, addresses.c.person_id)
            row = await tx.first(query.where(addresses.c.external == str(phone.id)))
            assert row is not None
            person = await find_person(tx, row.person_id)
            assert person is not None
            done = await address_actions.use_code(tx, person, row.id, code, digest)
        return done.result

    results = await asyncio.gather(*(sends(phone) for phone in others))
    assert sorted(results) == [LinkResult.LINKED, LinkResult.WRONG]
    numbers = [await town.person_id(phone) for phone in (maryam, *others)]
    assert len(set(numbers)) == 2


async def test_a_code_that_is_sent_while_its_person_is_erased_joins_nobody_who_is_gone(
    town: Town, school: School
) -> None:
    maryam, tablet = town.person("مريم"), town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الندى")
    code = (await opens_code(maryam)).replace(" ", "")
    await tablet.says("/start")
    digest = town.app.dispatcher._dialogue._installation.digest  # type: ignore[attr-defined]

    async def erases() -> None:
        async with town.app.database.transaction() as tx:
            _, person = await at(tx, maryam)
            await erase_person(tx, person, personal())

    async def sends() -> LinkResult:
        async with town.app.database.transaction() as tx:
            number, person = await at(tx, tablet)
            done = await address_actions.use_code(tx, person, number, code, digest)
        return done.result

    outcomes = await asyncio.gather(erases(), sends(), return_exceptions=True)
    # On PostgreSQL they may have met, and one of both is done again by whoever called it.
    if isinstance(outcomes[0], BaseException) and is_collision(outcomes[0]):
        await erases()
    left = [row for row in await town.rows(addresses) if not row.external.startswith("gone")]
    gone = {row.id for row in await town.rows(people, state=PersonState.GONE)}
    assert not gone & {row.person_id for row in left}, outcomes
    assert await town.rows(link_codes) == []


async def test_two_accounts_that_unlink_each_other_at_once_leave_one(
    town: Town, school: School
) -> None:
    maryam, tablet = await two_phones(town, school)
    await town.moves(A_DAY)
    owner = await town.person_id(maryam)

    async def unlinks(here: Phone, other: Phone) -> str:
        try:
            async with town.app.database.transaction() as tx:
                where, person = await at(tx, here)
                number, _ = await at(tx, other)
                await address_actions.unlink_address(tx, person, number, where)
        except Refused as refusal:
            return refusal.code
        return "done"

    outcomes = await asyncio.gather(
        unlinks(maryam, tablet), unlinks(tablet, maryam), return_exceptions=True
    )
    assert "done" in outcomes
    assert len(await town.rows(addresses, person_id=owner)) == 1
    assert len(await town.rows(addresses, preferred=1)) == 2


async def test_what_is_done_on_one_account_while_all_is_deleted_on_the_other(
    town: Town, school: School
) -> None:
    """Each of both turns has what the other waits for, so one of them begins again."""
    maryam, tablet = await two_phones(town, school)
    # An account that was linked just now erases nothing.
    await town.moves(timedelta(days=1, minutes=1))
    await tablet.says("/privacy")
    await tablet.taps("حذف بياناتي")
    card = tablet.last()
    yes = next(b for b in card.buttons() if "نعم، حذف كل شيء" in readable(b["text"]))
    await asyncio.gather(
        *(town.simulator.send_text(maryam.id, "/profile") for _ in range(3)),
        town.simulator.press(tablet.id, card.message_id, yes["callback_data"]),
        *(town.simulator.send_text(maryam.id, "/link") for _ in range(3)),
    )
    await town.settles()
    gone = {row.id for row in await town.rows(people, state=PersonState.GONE)}
    left = [row for row in await town.rows(addresses) if not row.external.startswith("gone")]
    assert not gone & {row.person_id for row in left}
    assert await town.rows(people, state=PersonState.MEMBER) == []
