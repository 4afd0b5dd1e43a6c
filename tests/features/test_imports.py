"""A department begins on a Sunday morning: two lists are brought, looked through, mended, added and
claimed; and what goes wrong on the way."""

import asyncio
from datetime import timedelta

import pytest

from bot.app import load_secret_key
from bot.chat.person import people
from bot.chat.seal import Seal
from bot.core.errors import Refused
from bot.features.imports.actions import claims, slips, staging, working
from bot.features.imports.models import import_parts, imported_people, imports
from bot.features.people.actions.views import Seen
from bot.features.people.models import placements, units
from bot.storage.audit import person_views
from tests.features.imports_lists import (
    HUDA,
    NADA,
    adds,
    admin,
    brings,
    code_for,
    codes_of,
    head,
    listed,
    person_of,
    registers_by_list,
    sheet_made,
    table,
    workbook,
)
from tests.features.people_school import School
from tests.town import Phone, Town

__all__ = ["admin", "head"]

pytestmark = pytest.mark.every_channel


async def test_a_list_is_looked_through_mended_added_and_claimed(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    wrong = ["ريم", "مدرسة الندا", "ساحرة", "رياضيات", "9", ""]
    await brings(admin, table(HUDA, NADA, wrong, ["", "", "", "", "", ""]))
    admin.sees("شخصان جديدان", "سطر واحد لم يُقبل", "السطر ٤", "هذا الدور غير معروف")
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
    admin.sees("سطران موجودان من قبل", "ليس فيها ما يُضاف")
    assert len(await listed(town)) == 2

    await head.says("/profile")
    await head.taps("الأشخاص والأدوار")
    await head.taps("بانتظار الانضمام")
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


async def test_whoever_brings_no_lists_is_told_where_files_go(
    town: Town, school: School, head: Phone
) -> None:
    await brings(head, table(HUDA))
    head.sees("لا أعرف أين أضع هذا الملف")
    assert await town.rows(imports) == []


async def test_units_come_by_a_workbook_and_are_taken_back(
    town: Town, school: School, admin: Phone
) -> None:
    rows = [["المدرسة", "النوع", "الإدارة", "الجنس"]]
    rows += [[f"مدرسة الوادي {n}", "مدرسة", "إدارة تعليم الوادي", "بنات"] for n in (10, 2, 1)]
    rows += [["مدرسة الوادي ٢", "مدرسة", "إدارة تعليم الوادي", "بنات"]]
    rows += [["مدرسة بعيدة", "مدرسة", "إدارة تعليم الساحل", "بنات"]]
    await brings(admin, workbook(*rows), "schools.xlsx")
    admin.sees("٣ جهات جديدة", "سطر واحد موجود من قبل", "خارج نطاق إدارتك")
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
    code, _ = await code_for(head, "هدى سعد القحطاني")
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
    await head.taps("بانتظار الانضمام")
    await head.taps("الانضمام هذا الأسبوع")
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
    huda.sees("ألغت أمل الشهري انضمامك إلى مدرسة الندى بالقائمة")
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


async def test_guessing_is_bounded_and_the_second_code_helps(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA, NADA))
    code, second = await code_for(head, "هدى سعد القحطاني")
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
    thief.sees("يأخذ شخص آخر هذا المكان الآن")
    await town.moves(timedelta(minutes=31))
    for number in range(5):
        await thief.says(f"12345678{number:02}")
    thief.sees("لم تبق محاولات")
    await thief.says(code)
    thief.sees("كثرت المحاولات الخاطئة اليوم")
    await town.moves(timedelta(days=15))
    await huda.says(f"/claim {code}")
    huda.sees("انتهت صلاحية هذا الرمز")


async def test_the_second_proof_is_about_the_very_slip_it_began_with(
    town: Town, school: School, admin: Phone, head: Phone
) -> None:
    await adds(admin, table(HUDA))
    lost, _ = await code_for(head, "هدى سعد القحطاني")
    finder, huda = town.person("غريبة"), town.person("هدى")
    await finder.says(lost)
    finder.sees("ما اسم عائلتك")
    # The slip was lost: the head hands over another one.
    await head.taps("رمز جديد")
    code, _ = codes_of(head)
    await finder.says("القحطاني")
    finder.sees("انتهت صلاحية هذا الرمز")
    await huda.says(code)
    huda.sees("ما اسم عائلتك")
    await town.moves(slips.VALID_FOR)
    await huda.says("القحطاني")
    huda.sees("انتهت صلاحية هذا الرمز")
    assert await listed(town) == [("هدى سعد القحطاني", "open")]


async def test_a_few_who_guess_keep_nobody_else_from_their_place(
    town: Town, school: School, admin: Phone, head: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once too many codes of one day were nobody's, whoever has had one wrong is closed; everybody
    else still has a try, until there were far too many."""
    monkeypatch.setattr(claims, "MOST_BLIND", 5)
    monkeypatch.setattr(claims, "MOST_BLIND_EVER", 7)
    await adds(admin, table(HUDA, NADA))
    code, _ = await code_for(head, "هدى سعد القحطاني")
    other, _ = await code_for(head, "ندى فهد الدوسري")
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
    code, _ = await code_for(head, "هدى سعد القحطاني")
    phones = [town.person("هدى"), town.person("نورة")]
    for phone, name in zip(phones, ("هدى", "نورة"), strict=True):
        await school.registers(phone, name, "الفلاح")
    first, second = [await person_of(town, phone) for phone in phones]
    digest = Seal(load_secret_key(town.app.settings)).digest
    async with town.app.database.transaction() as tx:
        found = await claims.look_up(tx, first, code, digest)
        assert found.listed is not None
        number = found.listed.id
        await claims.prove(tx, first, number, "القحطاني", digest, first=found.first)
    async with town.app.database.transaction() as tx:
        done = await claims.prove(tx, second, number, "القحطاني", digest, first=found.first)
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
