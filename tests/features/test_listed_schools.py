"""A school of which everybody stands on a list and nobody has come: what its pages say, and how its
head begins."""

import pytest

from bot.packs.organisation import Role
from tests.features.imports_lists import adds, codes_of, registers_by_list, table
from tests.features.people_school import School
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel
HEAD = ["أمل فهد الشهري", "مدرسة الندى", "مديرة", "رياضيات", "", ""]
HUDA = ["هدى سعد القحطاني", "مدرسة الندى", "معلمة", "رياضيات", "", ""]


async def _opens(phone: Phone, *labels: str) -> None:
    await phone.says("/profile")
    for label in ("الأشخاص والأدوار", *labels):
        await phone.taps(label)


async def test_a_school_of_a_list_says_who_is_still_to_come_and_its_head_begins_as_head(
    town: Town, school: School
) -> None:
    admin, other, head = town.person("سعاد"), town.person("نورة"), town.person("أمل")
    await school.registers(admin, "سعاد العمري", "الوادي")
    await school.appoints(admin, Role.ADMINISTRATOR, school.department)
    await school.registers(other, "نورة الحربي", "الوادي")
    await school.appoints(other, Role.PRINCIPAL, school.nada)
    await adds(admin, table(HEAD, HUDA))
    await _opens(admin, "الجهات التابعة", "مدرسة الندى")
    admin.sees("لم ينضم أحد بعد", "شخصان في القوائم لم ينضما بعد")
    assert "رابط دعوة" not in admin.last().shown_text
    # In a girls' school one speaks of a woman before anybody knows who comes.
    await _opens(other, "لم ينضمّوا بعد", "أمل فهد الشهري")
    other.sees("مديرة")
    assert "مدير/" not in other.last().shown_text
    code, _ = codes_of(other)
    await registers_by_list(head, code, "الشهري")
    head.sees("بصفة مديرة", "مكانك في مدرسة الندى صار لك")
    await _opens(other)
    other.sees("شخص واحد في القوائم لم ينضم بعد")


async def test_whoever_is_invited_to_a_girls_school_reads_of_a_woman(
    town: Town, school: School
) -> None:
    sara = town.person("سارة")
    await sara.says(f"/start {await school.invites('الندى')}")
    sara.sees("بصفة معلمة")
    assert "معلم/" not in sara.last().shown_text
