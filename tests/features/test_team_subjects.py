"""Teams that work for some subjects, and roles that are for some alone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.chat.person import find_person
from bot.core.errors import Refused
from bot.features.communities.actions.teams import TeamDraft, create_team
from bot.features.communities.models import Mode, teams
from bot.features.people.actions.roles import hold
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from tests.features.communities_chat import button, founds, lead, link_of
from tests.features.people_school import School
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel
__all__ = ["lead", "town"]


async def supervises(
    town: Town, school: School, name: str, unit: Unit, subjects: Sequence[str]
) -> Phone:
    """Somebody of the department, who looks after some subjects."""
    phone = town.person(name.split(maxsplit=1)[0])
    await school.registers(phone, name, "الوادي")
    number = await town.person_id(phone)
    async with town.app.database.transaction() as tx:
        await hold(tx, None, number, Role.SUPERVISOR, unit.id, tuple(subjects))
    return phone


async def founds_at(phone: Phone, unit: str, name: str) -> None:
    """As far as the review."""
    await phone.says("فرقي")
    await phone.taps("تأسيس فريق")
    if phone.offers(unit):
        await phone.taps(unit)
    await phone.says(name)
    await phone.says("ضعف حل المسائل اللفظية عند الطالبات")
    await phone.says("تحليل الأخطاء")
    await phone.taps("اعتماد هذه القواعد")
    await phone.taps("بحث إجرائي")
    await phone.taps("عن بُعد")


async def changes_subjects(phone: Phone, team: str) -> None:
    await phone.says("فرقي")
    await phone.taps(team)
    await phone.taps("إدارة الفريق")
    await phone.taps("تعديل الفريق")
    if phone.offers("حفظ"):
        await phone.corrects("المواد")


async def of_team(town: Town, name: str) -> tuple[str, ...]:
    [row] = await town.rows(teams, name=name)
    return tuple(row.subjects)


async def test_whoever_supervises_a_subject_founds_for_it_and_no_further(
    town: Town, school: School
) -> None:
    amal = await supervises(town, school, "أمل العنزي", school.department, ["mathematics"])
    await founds_at(amal, "إدارة تعليم الوادي", "حلقة المعادلات")
    amal.sees("المواد: الرياضيات")
    await amal.taps("تأسيس الفريق")
    amal.sees("تأسّس الفريق", "المادة: الرياضيات")
    assert await of_team(town, "حلقة المعادلات") == ("mathematics",)
    number = await town.person_id(amal)
    draft = TeamDraft(school.nada.id, "حلقة", "م", ("هدف",), ("عهد",), "subject", Mode.MIXED)
    async with town.app.database.transaction() as tx:
        who = await find_person(tx, number)
        assert who is not None
        assert (await create_team(tx, who, draft)).subjects == ("mathematics",)
        further = replace(draft, name="أخرى", subjects=("science",))
        with pytest.raises(Refused, match="beyond_subjects"):
            await create_team(tx, who, further)
    await changes_subjects(amal, "حلقة المعادلات")
    amal.sees_button("الرياضيات")
    for label in ("العلوم", "كل المواد"):
        amal.sees_no_button(label)
    await amal.says("كل المواد")
    amal.sees("المواد: الرياضيات")
    await amal.says("/cancel")
    # Whoever comes to lead it without a role for more widens it no further.
    noura = town.person("نورة")
    await school.registers(noura, "نورة القحطاني")
    await noura.says(f"/start {await link_of(amal, 'حلقة المعادلات')}")
    await noura.taps("الانضمام")
    await amal.says("فرقي")
    await amal.taps("حلقة المعادلات")
    await amal.taps("الأعضاء")
    await amal.taps("نورة القحطاني")
    await amal.taps("تسليم القيادة")
    await amal.taps("نعم، تسليم القيادة")
    await changes_subjects(noura, "حلقة المعادلات")
    noura.sees_no_button("كل المواد")
    await school.appoints(noura, Role.PRINCIPAL, school.department)
    await changes_subjects(noura, "حلقة المعادلات")
    await noura.says("كل المواد")
    await noura.taps("حفظ")
    assert await of_team(town, "حلقة المعادلات") == ()


async def finds(phone: Phone) -> None:
    await phone.says("فرقي")
    await phone.taps("استعراض الفرق")
    await phone.taps("البحث في الفرق")
    await phone.says("المسائل اللفظية")


async def test_a_team_is_overseen_by_those_of_its_subjects(
    town: Town, school: School, lead: Phone
) -> None:
    amal = await supervises(town, school, "أمل العنزي", school.department, ["mathematics"])
    both = ["mathematics", "science"]
    reem = await supervises(town, school, "ريم الحربي", school.department, both)
    sara = town.person("سارة")
    await school.registers(sara, "سارة العمري")
    await founds(lead)
    assert await of_team(town, "حلقة الرياضيات") == ()
    await sara.says(f"/start {await link_of(lead)}")
    await sara.taps("الانضمام")
    # For all subjects it is nobody's who looks after some.
    await finds(reem)
    reem.sees("لم أجد")
    await changes_subjects(lead, "حلقة الرياضيات")
    await lead.says("الرياضيات والعلوم")
    await lead.taps("حفظ")
    lead.sees("المادة: الرياضيات والعلوم")
    assert await of_team(town, "حلقة الرياضيات") == ("mathematics", "science")
    await sara.reads_on()
    sara.sees("عدّلت مريم في حلقة الرياضيات: المواد")
    await finds(amal)
    amal.sees("لم أجد")
    await finds(reem)
    await reem.taps("حلقة الرياضيات")
    page = reem.last()
    await changes_subjects(lead, "حلقة الرياضيات")
    await lead.says("الفيزياء")
    await lead.taps("حفظ")
    await reem.presses(page, button(page, "إسناد القيادة"))
    reem.sees("إسناد القيادة متاح لمن يشرف")
    await changes_subjects(lead, "حلقة الرياضيات")
    await lead.says("العلوم")
    await lead.taps("حفظ")
    await finds(reem)
    await reem.taps("حلقة الرياضيات")
    await reem.taps("إسناد القيادة")
    await reem.taps("سارة العمري")
    await reem.taps("نعم، إسناد القيادة")
    reem.sees("أصبحت سارة العمري قائدة حلقة الرياضيات")
