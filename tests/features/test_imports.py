"""A department begins on a Sunday morning: two lists are brought, looked through, mended, added and
claimed; and what goes wrong on the way."""

import asyncio
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.app import load_secret_key
from bot.chat.person import Person, find_person, people
from bot.chat.seal import Seal
from bot.core.errors import Refused
from bot.features.imports.actions import claims, staging, working
from bot.features.imports.models import import_parts, imported_people, imports
from bot.features.people.actions import unit_changes
from bot.features.people.actions import units as unit_actions
from bot.features.people.actions.units import UnitDraft
from bot.features.people.actions.views import Seen
from bot.features.people.models import placements, units
from bot.files.store import BlobStore
from bot.files.tables import files
from bot.packs.organisation import Role, UnitGender
from bot.storage.audit import person_views
from tests.features.imports_lists import (
    adds,
    brings,
    codes_of,
    listed,
    registers_by_list,
    table,
    workbook,
)
from tests.features.people_school import School, found_school
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel


@pytest.fixture
async def school(town: Town) -> School:
    return await found_school(town)


@pytest.fixture
async def admin(school: School) -> Phone:
    """Who administers the department of the valley."""
    phone = school.town.person("سعاد")
    await school.registers(phone, "سعاد العمري")
    await school.appoints(phone, Role.ADMINISTRATOR, school.department)
    return phone


@pytest.fixture
async def head(school: School) -> Phone:
    phone = school.town.person("أمل")
    await school.registers(phone, "أمل الشهري")
    await school.appoints(phone, Role.PRINCIPAL, school.nada)
    return phone


HUDA = ["هدى سعد القحطاني", "مدرسة الندى", "معلمة", "رياضيات", "4411", "0501234567"]
NADA = ["ندى فهد الدوسري", "مدرسه الندي", "معلمة", "علوم", "", ""]


async def test_a_list_is_looked_through_mended_added_and_claimed(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    wrong = ["ريم", "مدرسة الندا", "ساحرة", "رياضيات", "9", ""]
    await brings(admin, table(HUDA, NADA, wrong, ["", "", "", "", "", ""]))
    admin.sees("شخصان جديدان", "صف واحد لا يُؤخذ", "السطر ٤", "هذا الدور غير معروف")
    admin.sees("أقرب اسم: مدرسة الندى", "لم يُضف شيء بعد")
    assert await listed(town) == []
    await admin.taps("جدول Excel")
    sheet = await sheet_made(town)
    assert [cell.value for cell in sheet[1]][:3] == ["السطر", "الاسم", "المدرسة"]
    assert sheet["C2"].fill.fill_type == sheet["D2"].fill.fill_type == "solid"
    assert sheet["B2"].fill.fill_type is None
    assert "0501234567" not in str([[cell.value for cell in row] for row in sheet.iter_rows()])
    await admin.taps("رجوع")
    await admin.taps("إضافة")
    admin.sees("أُضيف شخصان")
    # The same list once more doubles nobody.
    await brings(admin, table(HUDA, NADA))
    admin.sees("صفّان موجودان من قبل", "ليس فيها ما يُضاف")
    assert len(await listed(town)) == 2

    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("لم ينضمّوا بعد")
    head.sees("في القائمة شخصان لم ينضما")
    await head.taps("هدى سعد القحطاني")
    code, _ = codes_of(head)
    huda = town.person("هدى")
    head.look()
    await registers_by_list(huda, code, "القحطاني")
    huda.sees("مكانك في مدرسة الندى صار لك")
    head.sees("انضمت هدى سعد القحطاني إلى مدرسة الندى بالقائمة")
    [row] = [r for r in await town.rows(imported_people) if r.claimed_by]
    assert (row.slip_digest, row.phone_digest) == (None, "")
    [place] = await town.rows(placements, person_id=await town.person_id(huda))
    assert (place.unit_id, place.standing, place.came_by) == (school.nada.id, "member", "list")
    # The code is used: nobody else comes by it.
    other = town.person("غريبة")
    await other.says(f"/start s{code}")
    other.sees("هذا غير صحيح")


async def sheet_made(town: Town) -> Any:
    """The table that was made last."""
    [made] = await town.rows(files, purpose="imports")
    data = BlobStore(town.app.settings.resolved_files_dir()).place(made.blob).read_bytes()
    return load_workbook(BytesIO(data)).worksheets[0]


async def person_of(town: Town, phone: Phone) -> Person:
    async with town.app.database.reading() as tx:
        found = await find_person(tx, await town.person_id(phone))
    assert found is not None
    return found


async def test_whoever_brings_no_lists_is_told_where_files_go(
    town: Town, school: School, head: Phone
) -> None:
    await brings(head, table(HUDA))
    head.sees("لا أعرف إلى أي شيء يعود هذا الملف")
    assert await town.rows(imports) == []


async def test_units_come_by_a_workbook_and_are_taken_back(
    town: Town, school: School, admin: Phone
) -> None:
    rows = [["المدرسة", "النوع", "الإدارة", "الجنس"]]
    rows += [[f"مدرسة الوادي {n}", "مدرسة", "إدارة تعليم الوادي", "بنات"] for n in (10, 2, 1)]
    rows += [["مدرسة الوادي ٢", "مدرسة", "إدارة تعليم الوادي", "بنات"]]
    rows += [["مدرسة بعيدة", "مدرسة", "إدارة تعليم الساحل", "بنات"]]
    await brings(admin, workbook(*rows), "schools.xlsx")
    admin.sees("٣ جهات جديدة", "صف واحد موجود من قبل", "خارج ما تديره")
    await admin.taps("إضافة")
    admin.sees("أُضيفت ٣ جهات")
    await admin.says("/profile")
    await admin.taps("الأشخاص والأدوار")
    await admin.taps("الجهات")
    shown = [label for label in admin.buttons() if "الوادي" in label]
    assert shown == ["مدرسة الوادي 1", "مدرسة الوادي 2", "مدرسة الوادي 10"]
    # Somebody works in one of them by the time they are taken back.
    teacher = town.person("منى")
    await school.registers(teacher, "منى", "مدرسة الوادي 2")
    await admin.says("/profile")
    await admin.taps("الأشخاص والأدوار")
    await admin.taps("القوائم")
    await admin.taps("schools.xlsx")
    await admin.taps("سحب القائمة")
    await admin.taps("نعم، سحب القائمة")
    admin.sees("سُحبت هذه القائمة", "جهة واحدة صارت مستعملة فتبقى")
    assert [u.name for u in await town.rows(units) if "الوادي" in u.name] == [
        "إدارة تعليم الوادي",
        "مدرسة الوادي 2",
    ]


async def test_a_taken_back_list_leaves_who_has_claimed(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA, NADA))
    code, _ = await code_for(head, school, "هدى سعد القحطاني")
    huda = town.person("هدى")
    await registers_by_list(huda, code, "قحطاني")
    await admin.says("/profile")
    await admin.taps("الأشخاص والأدوار")
    await admin.taps("القوائم")
    await admin.taps("list.csv")
    admin.sees("انضم شخص واحد")
    await admin.taps("سحب القائمة")
    admin.sees("سبق انضمام شخص واحد، فيبقى")
    await admin.taps("نعم، سحب القائمة")
    assert [name for name, _ in await listed(town)] == ["هدى سعد القحطاني"]
    # The head undoes the claim: she is told, and belongs to the school no more.
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("لم ينضمّوا بعد")
    await head.taps("انضموا هذا الأسبوع")
    assert await views_of_huda(town) == {await town.person_id(head): Seen.LISTED}
    await admin.taps("جدول Excel")
    assert (await views_of_huda(town))[await town.person_id(admin)] == Seen.EXPORTED
    await opens_sights(huda)
    huda.sees("✓ اسمك في القائمة التي انضممت بها")
    await town.moves(timedelta(days=7, minutes=1))
    await opens_sights(huda)
    huda.sees("✗ اسمك في القائمة التي انضممت بها")
    await town.moves(-timedelta(days=7, minutes=1))
    await head.taps("هدى سعد القحطاني")
    huda.look()
    await head.taps("نعم، إلغاء الانضمام")
    # The list that kept it is taken back: nobody is left on it.
    head.sees("لم تعد القائمة تحفظ هذا المكان")
    assert await listed(town) == []
    huda.sees("أُلغي انضمامك إلى مدرسة الندى بالقائمة")
    standings = [row.standing for row in await town.rows(placements, unit_id=school.nada.id)]
    assert sorted(standings) == ["left", "member", "member"]


async def views_of_huda(town: Town) -> dict[int, int]:
    """Who saw her by a role above, and how."""
    (huda,) = [row.id for row in await town.rows(people) if row.name.startswith("هدى")]
    rows = await town.rows(person_views, person_id=huda)
    return {row.viewer_id: row.what for row in rows}


async def opens_sights(phone: Phone) -> None:
    await phone.says("/profile")
    await phone.taps("الإعدادات")
    await phone.taps("بياناتي")
    await phone.taps("ما الذي يراه غيري؟")


async def test_what_a_file_said_goes_with_whoever_sent_it(
    town: Town, school: School, admin: Phone
) -> None:
    await brings(admin, table(HUDA))
    assert len(await town.rows(import_parts)) == 1
    async with town.app.database.transaction() as tx:
        await claims.forget_claims(tx, await person_of(town, admin))
    assert await town.rows(import_parts) == []
    assert [(row.title, row.state) for row in await town.rows(imports)] == [("", "dropped")]


async def code_for(head: Phone, school: School, name: str) -> tuple[str, str]:
    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("لم ينضمّوا بعد")
    await head.taps(name)
    return codes_of(head)


async def test_guessing_is_bounded_and_the_second_code_helps(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA, NADA))
    code, second = await code_for(head, school, "هدى سعد القحطاني")
    huda = town.person("هدى")
    await huda.says("/claim")
    # Where the channel does not vouch for numbers, only the code is asked.
    assert huda.offers("برقم هاتفي") is not town.is_narrow
    await huda.says(code)
    for left in ("٤ محاولات", "٣ محاولات"):
        await huda.says("الزهراني")
        huda.sees("هذا غير صحيح", left)
    await huda.says(second)
    huda.sees_button("المؤنث")
    thief = town.person("غريبة")
    await thief.says(code)
    thief.sees("يأخذ شخص هذا المكان الآن")
    await town.moves(timedelta(minutes=31))
    for number in range(5):
        await thief.says(f"12345678{number:02}")
    thief.sees("لم تبق محاولات")
    await thief.says(code)
    thief.sees("كثرت المحاولات الخاطئة اليوم")
    await town.moves(timedelta(days=15))
    await huda.says(f"/claim {code}")
    huda.sees("انتهت صلاحية هذا الرمز")


async def test_a_few_who_guess_keep_nobody_else_from_their_place(
    town: Town, school: School, admin: Phone, head: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once too many codes of one day were nobody's, whoever has had one wrong is closed; everybody
    else still has a try, until there were far too many."""
    monkeypatch.setattr(claims, "MOST_BLIND", 5)
    monkeypatch.setattr(claims, "MOST_BLIND_EVER", 7)
    await adds(admin, table(HUDA, NADA))
    code, _ = await code_for(head, school, "هدى سعد القحطاني")
    other, _ = await code_for(head, school, "ندى فهد الدوسري")
    guesser, next_one, huda, late = (town.person(name) for name in ("أ", "ب", "هدى", "ندى"))
    for number in range(5):
        await guesser.says(f"12345678{number:02}")
    await next_one.says("1234567890")
    next_one.sees("هذا غير صحيح", "لم تبق محاولات")
    await next_one.says(code)
    next_one.sees("كثرت المحاولات الخاطئة اليوم")
    await huda.says(code)
    # Whoever has a code may mistake how their family's name is written.
    for proof in ("الزهراني", "القحطاني"):
        huda.sees("اسم عائلتك")
        await huda.says(proof)
    huda.sees_button("المؤنث")
    await town.person("ج").says("1234567891")
    await late.says(other)
    late.sees("كثرت المحاولات الخاطئة اليوم")


async def test_two_people_and_an_undone_list_meet_at_one_place(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA))
    code, _ = await code_for(head, school, "هدى سعد القحطاني")
    phones = [town.person("هدى"), town.person("نورة")]
    for phone, name in zip(phones, ("هدى", "نورة"), strict=True):
        await school.registers(phone, name, "الفلاح")
    first, second = [await person_of(town, phone) for phone in phones]
    digest = Seal(load_secret_key(town.app.settings)).digest
    async with town.app.database.transaction() as tx:
        found = await claims.look_up(tx, first, code, digest)
        assert found.listed is not None
        number = found.listed.id
        await claims.prove(tx, first, number, "القحطاني", digest)
    async with town.app.database.transaction() as tx:
        done = await claims.prove(tx, second, number, "القحطاني", digest)
        assert done.result is claims.ClaimResult.BEING_TAKEN
    [brought] = await town.rows(imports)

    async def takes() -> str:
        try:
            async with town.app.database.transaction() as tx:
                await claims.claim(tx, first, number)
        except Refused as refusal:
            return refusal.code
        return "claimed"

    async def undoes() -> str:
        async with town.app.database.transaction() as tx:
            await staging.undo(tx, await person_of(town, admin), brought.id)
            await working.settle(tx, brought.id)
        return "undone"

    outcome, _ = await asyncio.gather(takes(), undoes())
    rows = await listed(town)
    belongs = await town.rows(placements, unit_id=school.nada.id, person_id=first.id)
    if outcome == "claimed":
        assert [state for _, state in rows] == ["claimed"]
        assert len(belongs) == 1
    else:
        assert (outcome, rows, belongs) == ("imports.not_open", [], [])


async def test_a_unit_is_closed_or_merged_while_its_people_are_brought(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await brings(
        admin, table(HUDA, NADA, ["ريم سعد العتيبي", "مدرسة الفلاح", "معلمة", "", "7", ""])
    )
    async with town.app.database.transaction() as tx:
        await unit_changes.close_unit(tx, None, school.falah.id)
    await admin.taps("إضافة")
    admin.sees("أُضيف شخصان")
    await admin.taps("ما يحتاج إلى تصحيح")
    sheet = await sheet_made(town)
    assert [cell.value for cell in sheet["B"]][1:] == ["ريم سعد العتيبي"]
    assert "مغلقة" in str(sheet.cell(2, sheet.max_column).value)
    # Who stands on the list of a school that becomes part of another one stands there, once.
    draft = UnitDraft(
        "school", "مدرسة الندى الجديدة", "SA", "Asia/Riyadh", UnitGender.GIRLS, school.department.id
    )
    async with town.app.database.transaction() as tx:
        other = await unit_actions.create_unit(tx, None, draft)
    await adds(admin, table([HUDA[0], other.name, *HUDA[2:]]), "other.csv")
    code, _ = await code_for(head, school, "ندى فهد الدوسري")
    async with town.app.database.transaction() as tx:
        await unit_changes.merge_units(tx, None, school.nada.id, other.id)
    await town.settles()
    rows = await town.rows(imported_people, unit_id=other.id)
    assert sorted(row.name for row in rows) == ["ندى فهد الدوسري", "هدى سعد القحطاني"]
    nada = town.person("ندى")
    await registers_by_list(nada, code, "الدوسري")
    nada.sees("مكانك في مدرسة الندى الجديدة صار لك")


async def test_the_same_list_twice_at_once_lists_everybody_once(
    town: Town, school: School, admin: Phone
) -> None:
    await brings(admin, table(HUDA, NADA))
    await brings(admin, table(HUDA, NADA), "again.csv")
    one, two = [row.id for row in await town.rows(imports)]
    person = await person_of(town, admin)

    async def adds_it(number: int) -> str:
        try:
            async with town.app.database.transaction() as tx:
                await staging.confirm(tx, person, number)
            async with town.app.database.transaction() as tx:
                await working.settle(tx, number)
        except Refused as refusal:
            return refusal.code
        return "added"

    outcomes = await asyncio.gather(adds_it(one), adds_it(two))
    assert "added" in outcomes
    assert set(outcomes) <= {"added", "imports.busy"}
    assert len(await listed(town)) == 2
    assert sum(row.added for row in await town.rows(imports)) == 2
