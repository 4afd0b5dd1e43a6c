"""Requests to join, as the lead is told of them."""

import pytest

from bot.chat.person import find_person
from bot.features.communities.actions.teams import TeamDraft, create_team
from bot.features.communities.models import Mode
from bot.features.people.actions.roles import hold
from bot.features.people.models import profiles
from bot.packs.roles import Role
from tests.features.people_school import found_school
from tests.town import Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]


async def test_somebody_above_who_works_nowhere_asks_and_the_lead_is_told_all_there_is(
    town: Town,
) -> None:
    school = await found_school(town)
    lead, asma = town.person("مريم"), town.person("أسماء")
    await school.registers(lead, "مريم")
    number = await town.person_id(lead)
    async with town.app.database.transaction() as tx:
        maryam = await find_person(tx, number)
        assert maryam is not None
        await hold(tx, None, maryam.id, Role.LEAD, school.nada.id)
        plan = TeamDraft(
            school.nada.id,
            "حلقة الرياضيات",
            "حل المسائل",
            ("هدف",),
            ("قاعدة",),
            "subject",
            Mode.MIXED,
        )
        await create_team(tx, maryam, plan)
    await school.registers(asma, "أسماء")
    await school.appoints(asma, Role.SUPERVISOR, school.department)
    await asma.says("فرقي")
    await asma.taps("استعراض الفرق")
    await asma.taps("حلقة الرياضيات")
    number = await town.person_id(asma)
    async with town.app.database.transaction() as tx:
        await tx.execute(profiles.delete().where(profiles.c.person_id == number))
    await asma.taps("طلب الانضمام")
    await asma.taps("تخطّي السؤال")
    asma.sees("وصل طلبك إلى قيادة الفريق")
    lead.sees("تطلب أسماء الانضمام إلى حلقة الرياضيات.")
    assert "المادة:" not in lead.last().text
