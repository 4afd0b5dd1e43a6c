"""A school of which everybody stands on a list and nobody has come: what its pages say, and how its
head begins."""

import pytest

from bot.core.i18n import Voice
from bot.features.imports.queries.faults import Remark, RowFault
from bot.features.imports.queries.headings import ColumnKind
from bot.features.imports.screens.remarks import remark_text
from bot.packs.roles import Role
from tests.features.imports_lists import adds, codes_of, registers_by_list, table
from tests.features.people_school import School
from tests.reading import readable
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
    await _opens(other, "بانتظار الانضمام", "أمل فهد الشهري")
    other.sees("مديرة")
    assert "مدير/" not in other.last().shown_text
    code, _ = codes_of(other)
    await registers_by_list(head, code, "الشهري")
    head.sees("بصفة مديرة", "مكانك في مدرسة الندى صار لك")
    await _opens(other)
    other.sees("شخص واحد في القوائم لم ينضم بعد")


async def test_who_becomes_head_by_a_slip_is_heard_of(town: Town, school: School) -> None:
    """Nobody else heads the school: whoever brought the list is told, and can undo it."""
    admin, head = town.person("سعاد"), town.person("أمل")
    await school.registers(admin, "سعاد العمري", "الوادي")
    await school.appoints(admin, Role.ADMINISTRATOR, school.department)
    await adds(admin, table(HEAD))
    await admin.taps("بانتظار الانضمام")
    await admin.taps("مدرسة الندى: 1")
    await admin.taps("أمل فهد الشهري")
    code, _ = codes_of(admin)
    await registers_by_list(head, code, "الشهري")
    head.sees("مكانك في مدرسة الندى صار لك: مديرة المدرسة. ويصل الخبر إلى من رفع القائمة.")
    admin.sees("انضمت أمل فهد الشهري إلى مدرسة الندى بالقائمة")
    admin.sees_button("إلغاء الانضمام")


async def test_names_stand_where_one_looks_for_them(town: Town, school: School) -> None:
    """An alef is one letter, wherever its hamza stands."""
    names = ["أروى سعد القحطاني", "العنود سعد القحطاني", "ابتسام سعد القحطاني", "بدور سعد القحطاني"]
    admin = town.person("سعاد")
    await school.registers(admin, "سعاد العمري", "الوادي")
    await school.appoints(admin, Role.ADMINISTRATOR, school.department)
    await adds(admin, table(*([name, *HUDA[1:]] for name in names)))
    await admin.taps("بانتظار الانضمام")
    await admin.taps("مدرسة الندى: 4")
    shown = [readable(label) for label in admin.buttons()]
    shown = [name for label in shown for name in names if name in label]
    assert [name.split()[0] for name in shown] == ["ابتسام", "أروى", "العنود", "بدور"]


def test_a_list_says_in_its_readers_language_what_it_may_say() -> None:
    remark = Remark(RowFault.GENDER_UNKNOWN, ColumnKind.GENDER)
    said = remark_text(Voice("ar_SA", "f", "latn"), remark)
    assert "بنات" in said
    assert "girls" not in said


async def test_whoever_is_invited_to_a_girls_school_reads_of_a_woman(
    town: Town, school: School
) -> None:
    sara = town.person("سارة")
    await sara.says(f"/start {await school.invites('الندى')}")
    sara.sees("بصفة معلمة")
    assert "معلم/" not in sara.last().shown_text
