"""What becomes of a transfer that waits while everything around it goes on: somebody is suspended,
schools become one, close, invite, or the mover's own time is over."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.person import find_person
from bot.core.errors import Refused
from bot.features.communities.models import memberships
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import placements as placement_actions
from bot.features.people.actions import roles as role_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.actions import transfers as transfer_actions
from bot.features.people.actions import unit_changes
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.deputies import Deputyship, name_deputy
from bot.features.people.actions.units import UnitDraft
from bot.features.people.models import CameBy, placements, roles
from bot.features.people.queries.placements import placement_at
from bot.features.people.queries.terms import record_held
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from bot.storage.transaction import Tx
from tests.features.communities_chat import founds
from tests.features.people_school import School
from tests.features.test_several_schools import at, opens
from tests.features.test_transfers import stood
from tests.town import Phone, Town


async def two_heads_and_a_teacher(town: Town, school: School) -> tuple[Phone, Phone, Phone]:
    mona = await at(town, school, "منى الراشد", "الندى", school.nada, Role.PRINCIPAL)
    haya = await at(town, school, "هيا السالم", "المرجان", school.murjan, Role.PRINCIPAL)
    return mona, haya, await at(town, school, "سارة العمري", "الندى", school.nada, Role.LEAD)


async def moves(town: Town, head: Phone, phone: Phone, left: Unit, to: Unit) -> int:
    """By whoever leads the school; returns the id of what waits, or stands."""
    async with town.app.database.transaction() as tx:
        found = await placement_at(tx, await town.person_id(phone), left.id)
        actor = await find_person(tx, await town.person_id(head))
        assert found is not None
        assert actor is not None
        moved = await transfer_actions.transfer_person(tx, actor, found.id, to.id)
    await town.settles()
    return moved.id


async def waits_nowhere(town: Town, phone: Phone) -> None:
    assert "waiting" not in [standing for standing, *_ in await stood(town, phone)]


@pytest.mark.every_channel
async def test_who_is_suspended_meanwhile_is_not_moved_by_it(town: Town, school: School) -> None:
    mona, haya, sara = await two_heads_and_a_teacher(town, school)
    amal = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    await founds(sara)
    waiting = await moves(town, mona, sara, school.nada, school.murjan)
    async with town.app.database.transaction() as tx:
        found = await placement_at(tx, await town.person_id(sara), school.nada.id)
        actor = await find_person(tx, await town.person_id(amal))
        assert found is not None
        assert actor is not None
        until = tx.now + timedelta(days=7)
        await standing_actions.suspend(tx, actor, found.id, "قرار إداري", until)
    await town.settles()
    for phone, words in ((sara, "لا نقل إلى مدرسة المرجان"), (mona, "سارة العمري كما كان")):
        await phone.reads_on()
        phone.sees(words)
    async with town.app.database.transaction() as tx:
        actor = await find_person(tx, await town.person_id(haya))
        assert actor is not None
        with pytest.raises(Refused):
            await admission_actions.admit(tx, actor, waiting)
    assert await stood(town, sara) == [("suspended", "invitation", 0), ("left", "transfer", 0)]
    await town.moves(timedelta(days=7))
    assert (await stood(town, sara))[0] == ("member", "invitation", 1)
    [own] = await town.rows(memberships, person_id=await town.person_id(sara))
    assert own.state.value == "active"


@pytest.mark.every_channel
async def test_nobody_loses_their_place_where_two_schools_become_one(
    town: Town, school: School
) -> None:
    """Each time she stands to both: by a request that waits, and by a suspension."""
    mona, _, sara = await two_heads_and_a_teacher(town, school)
    noura = await at(town, school, "نورة القحطاني", "الندى", school.nada)
    await moves(town, mona, sara, school.nada, school.murjan)
    async with town.app.database.transaction() as tx:
        number = await town.person_id(noura)
        await placement_actions.place(tx, number, school.murjan.id, CameBy.LIST)
        found = await placement_at(tx, number, school.nada.id)
        actor = await find_person(tx, await town.person_id(mona))
        assert found is not None
        assert actor is not None
        until = tx.now + timedelta(days=7)
        await standing_actions.suspend(tx, actor, found.id, "قرار إداري", until)
        await unit_changes.merge_units(tx, None, school.nada.id, school.murjan.id)
    await town.moves(timedelta(minutes=20))
    assert await stood(town, sara) == [("member", "invitation", 1), ("left", "transfer", 0)]
    assert await stood(town, noura) == [("suspended", "invitation", 0), ("left", "list", 0)]
    await town.moves(timedelta(days=7))
    assert await stood(town, noura) == [("member", "invitation", 1), ("left", "list", 0)]


async def test_a_transfer_from_a_school_that_became_part_of_another_goes_on(
    town: Town, school: School
) -> None:
    mona, haya, sara = await two_heads_and_a_teacher(town, school)
    async with town.app.database.transaction() as tx:
        number = await town.person_id(sara)
        await placement_actions.place(tx, number, school.falah.id, CameBy.LIST)
    waiting = await moves(town, mona, sara, school.nada, school.murjan)
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, school.nada.id, school.falah.id)
    await town.moves(timedelta(minutes=20))
    async with town.app.database.transaction() as tx:
        actor = await find_person(tx, await town.person_id(haya))
        assert actor is not None
        await admission_actions.admit(tx, actor, waiting)
    await town.settles()
    assert sorted(await stood(town, sara)) == [
        ("left", "invitation", 0), ("left", "list", 0), ("member", "transfer", 1),
    ]  # fmt: skip
    await mona.reads_on()
    mona.sees("انتقلت سارة العمري من مدرسة الفلاح إلى مدرسة المرجان")


@pytest.mark.every_channel
async def test_where_the_other_school_closes_both_are_told(town: Town, school: School) -> None:
    mona, _, sara = await two_heads_and_a_teacher(town, school)
    await moves(town, mona, sara, school.nada, school.murjan)
    await sara.reads_on()
    async with town.app.database.transaction() as tx:
        await unit_changes.close_unit(tx, None, school.murjan.id)
    await town.moves(timedelta(minutes=1))
    for phone, words in ((sara, "لا نقل إلى مدرسة المرجان"), (mona, "سارة العمري كما كان")):
        await phone.reads_on()
        phone.sees(words)
    await waits_nowhere(town, sara)


@pytest.mark.every_channel
async def test_the_invitation_of_the_other_school_is_its_answer(town: Town, school: School) -> None:
    """And it moves her, instead of leaving her at both with the roles of both."""
    mona, haya, sara = await two_heads_and_a_teacher(town, school)
    await moves(town, mona, sara, school.nada, school.murjan)
    await sara.reads_on()
    await sara.says(f"/start {await school.invites('المرجان')}")
    await sara.taps("أقبل")
    await mona.reads_on()
    mona.sees("انتقلت سارة العمري من مدرسة الندى إلى مدرسة المرجان")
    assert await stood(town, sara) == [("left", "invitation", 0), ("member", "transfer", 1)]
    held = await town.rows(roles, person_id=await town.person_id(sara))
    assert [row.unit_id for row in held if row.state.value == "active"] == [school.murjan.id]
    del haya


@pytest.mark.every_channel
async def test_whose_time_is_over_in_the_middle_of_it_moves_nobody(
    town: Town, school: School
) -> None:
    """A deputy has the question before her when her last day ends, and nothing has noted it yet."""
    mona, _, sara = await two_heads_and_a_teacher(town, school)
    await opens(mona, "سارة العمري")
    await mona.taps("نقل إلى مكان آخر")
    await mona.says("المرجان")
    if mona.offers("مدرسة المرجان"):
        await mona.taps("مدرسة المرجان")
    async with town.app.database.transaction() as tx:
        own = (roles.c.person_id == await town.person_id(mona), roles.c.role == Role.PRINCIPAL)
        await tx.execute(update(roles).where(*own).values(expires_at=tx.now))
    await mona.taps("طلب النقل")
    with pytest.raises(Refused):
        await moves(town, mona, sara, school.nada, school.murjan)
    assert await stood(town, sara) == [("member", "invitation", 1)]


async def test_whose_role_ends_by_itself_gets_no_new_tree_for_good(
    town: Town, school: School
) -> None:
    """Somebody who administers for a time adds a tree: those who do so for good get it."""
    huda = await school.answers()
    sara = await at(town, school, "سارة العمري", "الندى", school.nada)
    async with town.app.database.transaction() as tx:
        by, number = await find_person(tx, await town.person_id(huda)), await town.person_id(sara)
        assert by is not None
        until = tx.now + timedelta(days=2)
        await role_actions.grant_role(
            tx, by, number, Role.ADMINISTRATOR, school.department.id, (), until
        )
        draft = UnitDraft("department", "إدارة الجبل", "SA", "Asia/Riyadh", UnitGender.MIXED)
        made = await unit_actions.create_unit(tx, None, draft)
    held = await town.rows(roles, unit_id=made.id)
    assert {row.person_id for row in held} == {await town.person_id(huda)}


async def test_of_two_who_move_her_at_once_one_does(town: Town, school: School) -> None:
    mona, haya, sara = await two_heads_and_a_teacher(town, school)
    amal = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    ends: list[str] = []

    async def one(head: Phone, to: Unit) -> None:
        try:
            await moves(town, head, sara, school.nada, to)
        except (Refused, AssertionError):
            ends.append("refused")
        else:
            ends.append("done")

    await asyncio.gather(one(amal, school.falah), one(mona, school.murjan))
    standing = [each for each, *_ in await stood(town, sara)]
    assert standing.count("member") == 1
    assert standing.count("waiting") == ends.count("done") - standing.count("left")
    del haya


async def test_nobody_comes_to_wait_at_a_school_that_is_just_closing(
    town: Town, school: School
) -> None:
    """Whichever of the two is first: nobody waits at a closed unit."""
    mona, _, sara = await two_heads_and_a_teacher(town, school)
    asked = asyncio.Event()

    async def closes() -> None:
        await asked.wait()
        async with town.app.database.transaction() as tx:
            await unit_changes.close_unit(tx, None, school.murjan.id)
        for _ in range(3):
            await town.settles()

    async def asks(tx: Tx) -> None:
        found = await placement_at(tx, await town.person_id(sara), school.nada.id)
        actor = await find_person(tx, await town.person_id(mona))
        assert found is not None
        assert actor is not None
        await transfer_actions.transfer_person(tx, actor, found.id, school.murjan.id)

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
    waiting = [row.standing.value for row in await town.rows(placements, unit_id=school.murjan.id)]
    assert "waiting" not in waiting


async def appoints(town: Town, giver: Phone, phone: Phone, role: Role, unit: Unit) -> None:
    async with town.app.database.transaction() as tx:
        by, number = await find_person(tx, await town.person_id(giver)), await town.person_id(phone)
        assert by is not None
        await role_actions.grant_role(tx, by, number, role, unit.id)
    await town.settles()


async def active_roles(town: Town, phone: Phone) -> list[tuple[str, int]]:
    held = await town.rows(roles, person_id=await town.person_id(phone))
    return [(row.role.value, row.unit_id) for row in held if row.state.value == "active"]


@pytest.mark.every_channel
async def test_no_transfer_ends_a_role_that_whoever_asked_for_it_could_not_end(
    town: Town, school: School
) -> None:
    """She was a teacher when her principal asked; meanwhile those above have made her one too."""
    mona, haya, sara = await two_heads_and_a_teacher(town, school)
    amal = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    waiting = await moves(town, mona, sara, school.nada, school.murjan)
    await appoints(town, amal, sara, Role.PRINCIPAL, school.nada)
    await haya.reads_on()
    await haya.taps("عرض الطلبات")
    await haya.taps("سارة العمري")
    await haya.taps("قبول")
    haya.sees("نقل سارة العمري بانتظار من يشرف على مدرسة الندى")
    assert ("principal", school.nada.id) in await active_roles(town, sara)
    await town.settles()
    await amal.reads_on()
    amal.sees("طُلب نقل سارة العمري من مدرسة الندى إلى مدرسة المرجان", "بانتظار ردك")
    if not town.is_narrow:
        # Pressing it again changes the message that is there, where that can be.
        await haya.taps("قبول")
        await town.settles()
        amal.sees_nothing()
    # It stands on her page as well, for whoever may move her.
    await opens(amal, "الجهات التابعة")
    await amal.taps("مدرسة الندى")
    await amal.taps("سارة العمري")
    amal.sees("النقل إلى مدرسة المرجان متوقف: لم يعد لمن طلبه أن يقرّره")
    await amal.taps("موافقة")
    amal.sees("النقل الآن بانتظار رد مدرسة المرجان")
    await haya.taps("قبول")
    await town.settles()
    await sara.reads_on()
    sara.sees("نقلت أمل العنزي مكان عملك من مدرسة الندى إلى مدرسة المرجان")
    assert await active_roles(town, sara) == [("teacher", school.murjan.id)]
    ended = [
        row
        for row in await town.rows(roles, person_id=await town.person_id(sara))
        if row.role is Role.PRINCIPAL
    ]
    assert [row.ended_by for row in ended] == [await town.person_id(amal)]
    assert waiting


@pytest.mark.every_channel
async def test_an_invitation_ends_no_such_role_either_and_the_move_comes_to_nothing(
    town: Town, school: School
) -> None:
    mona, _, sara = await two_heads_and_a_teacher(town, school)
    amal = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    await moves(town, mona, sara, school.nada, school.murjan)
    await appoints(town, amal, sara, Role.PRINCIPAL, school.nada)
    await sara.says(f"/start {await school.invites('المرجان')}")
    await sara.taps("أقبل")
    await town.settles()
    await mona.reads_on()
    mona.sees("لا نقل إلى مدرسة المرجان، ومكان عمل سارة العمري كما كان")
    assert ("principal", school.nada.id) in await active_roles(town, sara)
    standing = [each for each, *_ in await stood(town, sara)]
    assert sorted(standing) == ["left", "member", "member"]


async def test_a_role_that_is_idle_or_to_come_counts_as_well(town: Town, school: School) -> None:
    """A deputy's from tomorrow on, named by those above: her principal could not end it."""
    mona, _, sara = await two_heads_and_a_teacher(town, school)
    amal = await at(town, school, "أمل العنزي", "الوادي", school.department, Role.SUPERVISOR)
    haifa = await at(town, school, "هيفاء العتيبي", "الندى", school.nada, Role.PRINCIPAL)
    async with town.app.database.transaction() as tx:
        by, number = await find_person(tx, await town.person_id(amal)), await town.person_id(sara)
        assert by is not None
        head = await record_held(tx, await town.person_id(haifa), Role.PRINCIPAL, school.nada.id)
        assert head is not None
        first, last = (tx.now + timedelta(days=1)).date(), (tx.now + timedelta(days=4)).date()
        await name_deputy(tx, by, Deputyship(role=head.id, deputy=number, first=first, last=last))
    with pytest.raises(Refused, match="out_of_reach"):
        await moves(town, mona, sara, school.nada, school.murjan)
    # Whoever is away ends what is done in her place, and so moves her as well.
    assert await moves(town, haifa, sara, school.nada, school.murjan)
