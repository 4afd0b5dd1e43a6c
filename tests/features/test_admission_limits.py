"""Where the power over who belongs ends: with the role, its term, or the place of work; and what
whoever belongs nowhere is told of their data."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.person import Person, find_person
from bot.core.errors import Refused
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import deputies as deputy_actions
from bot.features.people.actions import standings as standing_actions
from bot.features.people.models import CameBy, placements, roles
from bot.packs.roles import Role
from bot.storage.audit import audit_trail
from bot.storage.transaction import Tx
from tests.features.people_school import School
from tests.features.test_admission import asks, has_head, standings
from tests.town import Phone, Town


async def _person(tx: Tx, town: Town, phone: Phone) -> Person:
    found = await find_person(tx, await town.person_id(phone))
    assert found is not None
    return found


@pytest.mark.every_channel
async def test_whoever_works_elsewhere_by_now_vouches_for_nobody(
    town: Town, school: School
) -> None:
    sara, noura = town.person("سارة"), town.person("نورة")
    await has_head(town, school)
    await school.registers(noura, "نورة القحطاني")
    await asks(sara, "سارة العمري")
    await sara.taps("من يعرفني هناك")
    await sara.says("نورة القحطاني")
    await noura.reads_on()
    noura.sees("تطلب سارة العمري الانتساب")
    async with town.app.database.transaction() as tx:
        number = await town.person_id(noura)
        await admission_actions.transfer(tx, number, school.murjan.id, CameBy.SERVER)
    await town.settles()
    await noura.taps("نعم، بيننا معرفة")
    noura.sees("هذا سؤال لمن يعمل هناك")
    [asked] = await town.rows(placements, person_id=await town.person_id(sara))
    assert asked.vouched_at is None


async def test_nobody_answers_by_a_role_whose_time_is_over(town: Town, school: School) -> None:
    head, sara = await has_head(town, school), town.person("سارة")
    await asks(sara, "سارة العمري")
    [asked] = await town.rows(placements, person_id=await town.person_id(sara))
    async with town.app.database.transaction() as tx:
        # Its time is over, and nobody has come to end it yet.
        await tx.execute(
            update(roles).where(roles.c.role == Role.PRINCIPAL).values(expires_at=tx.now)
        )
        with pytest.raises(Refused, match="not_yours_to_admit"):
            await admission_actions.admit(tx, await _person(tx, town, head), asked.id)
    await head.taps("عرض الطلبات")
    head.sees_no_button("سارة العمري")


@pytest.mark.every_channel
async def test_what_a_deputy_decides_is_noted_for_whom(town: Town, school: School) -> None:
    head, huda, sara = await has_head(town, school), town.person("هدى"), town.person("سارة")
    await school.registers(huda, "هدى السالم")
    await asks(sara, "سارة العمري")
    [asked] = await town.rows(placements, person_id=await town.person_id(sara))
    [held] = await town.rows(roles, role=Role.PRINCIPAL)
    async with town.app.database.transaction() as tx:
        by, until = await _person(tx, town, head), tx.now + timedelta(days=7)
        deputy = await _person(tx, town, huda)
        draft = deputy_actions.Deputyship(
            role=held.id, deputy=deputy.id, first=tx.now.date(), last=until.date()
        )
        await deputy_actions.name_deputy(tx, by, draft)
        await admission_actions.admit(tx, deputy, asked.id)
        await standing_actions.suspend(tx, deputy, asked.id, "تحقيق", until)
        await standing_actions.restore(tx, deputy, asked.id)
    for act in ("people.admit", "people.suspend", "people.restore"):
        [noted] = await town.rows(audit_trail, action=act)
        assert noted.details["for"] == await town.person_id(head), act


@pytest.mark.every_channel
async def test_whoever_waits_or_is_suspended_is_told_what_of_theirs_goes(
    town: Town, school: School
) -> None:
    head, sara, noura = await has_head(town, school), town.person("سارة"), town.person("نورة")
    await school.registers(noura, "نورة القحطاني")
    await asks(sara, "سارة العمري")
    async with town.app.database.transaction() as tx:
        [own] = await town.rows(placements, person_id=await town.person_id(noura))
        by, until = await _person(tx, town, head), tx.now + timedelta(days=7)
        await standing_actions.suspend(tx, by, own.id, "تحقيق", until)
    await town.settles()
    for phone in (sara, noura):
        await phone.says("/privacy")
        await phone.taps("حذف بياناتي")
        phone.sees("اسمك", "مكان عملك")
        await phone.taps("نعم، حذف كل شيء")
        phone.sees("حُذفت بياناتك")


async def test_a_request_taken_back_and_an_invitation_withdrawn_are_two_acts(
    town: Town, school: School
) -> None:
    head, sara = await has_head(town, school), town.person("سارة")
    await asks(sara, "سارة العمري")
    await sara.taps("سحب")
    await sara.taps("نعم، سحب")
    number = await town.person_id(sara)
    assert [row.action for row in await town.rows(audit_trail, actor_id=number)][-1] == (
        "people.withdraw_request"
    )
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("السجل")
    head.sees("سحب طلب انتساب")
    assert "سحب دعوة" not in head.last().shown_text


async def test_suspended_in_the_middle_of_a_form_nobody_decides(town: Town, school: School) -> None:
    """One head is suspended while she writes why she declines, and while both press at once."""
    head, other = await has_head(town, school), await has_head(town, school, "هيا الراشد")
    boss, sara = town.person("أمل"), town.person("سارة")
    await school.registers(boss, "أمل العنزي", "الوادي")
    await school.appoints(boss, Role.SUPERVISOR, school.department)
    await asks(sara, "سارة العمري")
    await head.taps("عرض الطلبات")
    await head.taps("سارة العمري")
    await head.taps("اعتذار")
    [own] = await town.rows(placements, person_id=await town.person_id(head))
    async with town.app.database.transaction() as tx:
        by, until = await _person(tx, town, boss), tx.now + timedelta(days=7)
        await standing_actions.suspend(tx, by, own.id, "تحقيق", until)
    await town.settles()
    await head.says("لا أعرفها")
    assert await standings(town, sara) == ["waiting"]
    head.sees("القرار هنا لإدارة", "لا أعرفها")
    await asyncio.gather(other.taps("عرض الطلبات"), head.says("/teams"))
    other.sees_button("سارة العمري")
