"""The tree of units, changed in the chat by whoever administers it: a unit is added, renamed,
moved, merged and closed, each asked once more with what follows from it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.core.errors import Refused
from bot.features.imports.models import imported_people
from bot.features.people.actions import unit_changes
from bot.features.people.actions.placements import add_placement
from bot.features.people.models import CameBy, UnitStanding, UnitState, placements, roles, units
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from tests.features.communities_chat import founds
from tests.features.imports_lists import adds, codes_of, registers_by_list, table
from tests.features.people_school import School
from tests.town import MORE, Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]


@pytest.fixture
async def admin(school: School) -> Phone:
    """Who administers the department of the valley."""
    phone = school.town.person("سعاد")
    await school.registers(phone, "سعاد العمري", "إدارة تعليم الوادي")
    await school.appoints(phone, Role.ADMINISTRATOR, school.department)
    return phone


async def chooses(phone: Phone, label: str) -> None:
    """A button of the newest message, or of what else can be done there."""
    if not phone.offers(label):
        await phone.taps(MORE)
    await phone.taps(label)


async def opens(phone: Phone, *labels: str) -> None:
    """From the profile to the units below the department, or further."""
    await phone.says("/profile")
    for label in ("الأشخاص والأدوار", "الجهات التابعة", *labels):
        await (chooses if label == "إغلاق" else Phone.taps)(phone, label)


async def test_a_school_is_added_renamed_moved_and_closed(
    town: Town, school: School, admin: Phone
) -> None:
    mona = town.person("منى")
    await school.registers(mona, "منى العبدالله")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)

    # Two taps and a name: everything below the department is a school so far.
    await opens(admin, "إضافة جهة تابعة")
    await admin.says("مدرسة الندى")
    await admin.taps("للجنسين")
    admin.sees("هل أضيف هذه الجهة تحت إدارة تعليم الوادي؟", "النوع: مدرسة")
    await admin.taps("نعم، إضافة")
    admin.sees("موجود هناك من قبل")
    # Nothing that was answered is lost by it.
    await admin.corrects("الاسم")
    await admin.says("إدارة ✅")
    admin.sees("الاسم كلمات فقط")
    await admin.says("مكتب تعليم الشمال")
    await admin.corrects("النوع")
    await admin.taps("مكتب تعليم")
    await admin.taps("نعم، إضافة")
    admin.sees("أُضيفت الجهة: مكتب تعليم الشمال")
    (office,) = await town.rows(units, name="مكتب تعليم الشمال")
    assert (office.kind, office.gender, office.country, office.timezone) == (
        "office", UnitGender.MIXED, "SA", "Asia/Riyadh",
    )  # fmt: skip

    await opens(admin, "مدرسة الندى", "تعديل الجهة", "تغيير الاسم")
    await admin.says("مدرسة الندى الأولى")
    admin.sees("هل أغيّر اسم مدرسة الندى؟", "شخص واحد")
    await admin.taps("نعم، تغيير الاسم")
    admin.sees("الاسم الآن: مدرسة الندى الأولى")
    await town.settles()
    await mona.says("/profile")
    mona.sees("مدرسة الندى الأولى")
    # Nobody else is offered any of it.
    await mona.taps("الأشخاص والأدوار")
    mona.sees_no_button("تعديل الجهة")
    mona.sees_no_button("الجهات التابعة")

    # Four taps from the people of the school.
    await admin.taps("نقل")
    await admin.taps("مكتب تعليم الشمال")
    admin.sees("هل أنقل مدرسة الندى الأولى إلى مكتب تعليم الشمال؟", "شخص واحد")
    await admin.taps("نعم، نقل")
    admin.sees("صار موضع مدرسة الندى الأولى تحت مكتب تعليم الشمال")
    (nada,) = await town.rows(units, id=school.nada.id)
    assert nada.parent_id == office.id

    # What has others below it is not closed before them.
    await opens(admin, "مكتب تعليم الشمال", "الجهات التابعة", "إغلاق")
    admin.sees("تحتها جهات لم تُغلق بعد")
    await admin.taps("مدرسة الندى الأولى")
    await admin.taps("تعديل الجهة")
    await chooses(admin, "إغلاق")
    admin.sees("هل أغلق مدرسة الندى الأولى؟ لا رجعة في ذلك", "شخص واحد")
    await admin.taps("لا،")
    await chooses(admin, "إغلاق")
    await admin.taps("نعم، إغلاق")
    admin.sees("أُغلقت الجهة: مدرسة الندى الأولى")
    await town.settles()
    mona.sees("أُغلقت الجهة: مدرسة الندى الأولى", "انتهت معها الأدوار فيها")


async def test_two_schools_become_one_with_all_that_is_theirs(
    town: Town, school: School, admin: Phone
) -> None:
    maryam, huda, mona = town.person("مريم"), town.person("هدى"), town.person("منى")
    await school.registers(maryam, "مريم العلي")
    await school.registers(mona, "منى العبدالله")
    await school.appoints(mona, Role.PRINCIPAL, school.nada)
    await school.appoints(maryam, Role.LEAD, school.nada)
    await founds(maryam, "فريق القراءة العميقة")
    await adds(
        admin,
        table(
            ["هدى سعد القحطاني", "مدرسة الندى", "معلمة", "رياضيات", "4411", ""],
            ["ندى فهد الدوسري", "مدرسة الندى", "معلمة", "علوم", "", ""],
            ["ندى فهد الدوسري", "مدرسة الفلاح", "معلمة", "علوم", "", ""],
        ),
    )
    await mona.says("/profile")
    for label in ("الأشخاص والأدوار", "بانتظار الانضمام", "هدى سعد القحطاني"):
        await mona.taps(label)
    code, _ = codes_of(mona)

    await opens(admin, "مدرسة الندى", "تعديل الجهة", "دمج في أخرى")
    await admin.taps("مدرسة الفلاح")
    admin.sees("هل أدمج مدرسة الندى في مدرسة الفلاح؟ لا رجعة في ذلك", "شخصان", "فريق واحد")
    admin.sees("شخصان في القوائم لم ينضما بعد")
    await admin.taps("نعم، دمج")
    admin.sees("دُمجت الجهة (مدرسة الندى) في مدرسة الفلاح")
    # Nobody comes to a unit that is on its way to another one, and it is not closed meanwhile.
    async with town.app.database.transaction() as tx:
        with pytest.raises(Refused, match="unit_busy"):
            await unit_changes.close_unit(tx, None, school.falah.id)
    await town.moves(timedelta(minutes=20))
    maryam.sees("دُمجت الجهة (مدرسة الندى) في مدرسة الفلاح")
    # The slip that was handed over opens the place where it is now, and nobody waits twice.
    assert {row.unit_id for row in await town.rows(imported_people)} == {school.falah.id}
    assert len(await town.rows(imported_people)) == 2
    await registers_by_list(huda, code, "القحطاني")
    huda.sees("مدرسة الفلاح")
    await mona.says("/profile")
    for label in ("الأشخاص والأدوار", "بانتظار الانضمام"):
        await mona.taps(label)
    assert mona.offers("ندى فهد الدوسري")


async def test_whoever_waits_at_a_school_that_closes_is_offered_the_way_on(
    town: Town, school: School, admin: Phone
) -> None:
    maryam = town.person("مريم")
    await school.registers(maryam, "مريم العلي", "الفلاح")
    number = await town.person_id(maryam)
    async with town.app.database.transaction() as tx:
        await tx.execute(
            update(placements).where(placements.c.person_id == number)
            .values(standing=UnitStanding.LEFT, main=0)
        )  # fmt: skip
        await add_placement(tx, number, school.nada.id, UnitStanding.WAITING, CameBy.ASKING)
    await adds(admin, table(["هدى سعد القحطاني", "مدرسة الندى", "معلمة", "رياضيات", "4411", ""]))
    await opens(admin, "مدرسة الندى")
    await admin.taps("تعديل الجهة")
    await chooses(admin, "إغلاق")
    admin.sees("طلب واحد", "شخص واحد في القوائم لم ينضم بعد")
    await admin.taps("نعم، إغلاق")
    await town.settles()
    await maryam.reads_on()
    maryam.sees("أُغلقت الجهة: مدرسة الندى", "انتهى معها طلبك")
    # Those of the list never agreed to anything: they are forgotten.
    assert await town.rows(imported_people) == []
    await admin.reads_on()
    admin.sees("أُغلقت الجهة: مدرسة الندى", "شخص واحد لم ينضم إليها", "حذفت اسمه")
    (old,) = await town.rows(units, id=school.nada.id)
    assert old.state is UnitState.CLOSED


async def test_what_has_changed_meanwhile_is_not_changed_again(
    town: Town, school: School, admin: Phone
) -> None:
    noura = town.person("نورة")
    await school.registers(noura, "نورة السعد", "إدارة تعليم الوادي")
    await school.appoints(noura, Role.ADMINISTRATOR, school.department)

    # Two administrators at once: the second reads that it is another by now.
    await opens(admin, "مدرسة الندى", "تعديل الجهة", "تغيير الاسم")
    await admin.says("مدرسة الندى الثانية")
    await opens(noura, "مدرسة الندى", "تعديل الجهة", "إغلاق")
    noura.sees("هل أغلق مدرسة الندى؟")
    await admin.taps("نعم، تغيير الاسم")
    await noura.taps("نعم، إغلاق")
    noura.sees("حدث تغيير هنا أثناء ذلك")
    await opens(admin, "مدرسة الندى الثانية", "تعديل الجهة", "دمج في أخرى")
    await admin.taps("مدرسة الفلاح")
    await opens(noura, "مدرسة الندى الثانية", "تعديل الجهة", "إغلاق")
    await noura.taps("نعم، إغلاق")
    noura.sees("أُغلقت الجهة: مدرسة الندى الثانية")
    await admin.taps("نعم، دمج")
    admin.sees("مغلقة")
    # A right that has ended ends the question as well.
    await opens(admin, "مدرسة الفلاح", "تعديل الجهة", "نقل")
    async with town.app.database.transaction() as tx:
        own = await town.person_id(admin)
        await tx.execute(
            update(roles)
            .where(roles.c.person_id == own, roles.c.role == Role.ADMINISTRATOR)
            .values(state="ended")
        )
    await admin.says("إدارة تعليم")
    assert not admin.offers("نعم، نقل")
    (falah,) = await town.rows(units, id=school.falah.id)
    assert falah.parent_id == school.department.id
