"""The first morning: nothing is in the bot, and whoever runs it begins in the chat."""

import asyncio

import pytest

from bot.chat.person import find_person
from bot.core.errors import Refused
from bot.features.people.actions.units import UnitDraft, add_first_unit
from bot.features.people.models import roles, units
from bot.packs.organisation import (
    UnitGender,
)
from bot.packs.roles import Role
from tests.features.imports_lists import adds, workbook
from tests.town import Phone, Town

pytestmark = pytest.mark.every_channel
ADMINISTRATOR = 999
"""Whom the settings of the town name."""


async def _enters_the_first(phone: Phone, name: str) -> None:
    await phone.says("/start")
    phone.sees("ليس فيها شيء بعد")
    await phone.taps("إدخال أعلى الهيكل")
    await phone.taps("السعودية")
    await phone.taps("إدارة تعليم")
    await phone.says(name)


async def test_whoever_runs_it_begins_with_the_top_and_brings_the_schools(town: Town) -> None:
    huda, sara = town.person("هدى", number=ADMINISTRATOR), town.person("سارة")
    await sara.says("/start")
    sara.sees("لم تُدخل المدارس هنا بعد")
    sara.sees_no_button("بدء التسجيل")
    sara.sees_no_button("إدخال أعلى الهيكل")

    await _enters_the_first(huda, "إدارة تعليم الوادي")
    huda.sees("أُضيف: إدارة تعليم الوادي", "بأي صيغة أخاطبك")
    await huda.taps("المؤنث")
    await huda.says("هدى السليم")
    await huda.taps("الرياضيات")
    await huda.taps("الابتدائي")
    huda.sees("بصفة مديرة النظام", "بقيت المدارس (إدارة تعليم الوادي)")
    huda.sees_button("إضافة")
    [held] = await town.rows(roles, role=Role.ADMINISTRATOR)
    assert held.person_id == await town.person_id(huda)

    # The root stands there already, in other letters; nothing says in which country it lies.
    headings = ["الاسم", "النوع", "تتبع", "الجنس"]
    root = ["إدارة تعليم الساحل", "إدارة تعليم", "", ""]
    schools = [[f"مدرسة الواحة {n}", "مدرسة", "إدارة تعليم الساحل", "بنات"] for n in range(1, 13)]
    await adds(huda, workbook(headings, root, *schools), "units.xlsx")
    huda.sees("أُضيفت 13")
    [made] = await town.rows(units, name="إدارة تعليم الساحل")
    assert (made.country, made.parent_id) == ("SA", None)

    # A whole name stands for itself, and schools stand in their own order.
    await sara.says("/start")
    await sara.taps("بدء التسجيل")
    await sara.taps("المؤنث")
    await sara.says("سارة العمري")
    await sara.says("الواحة")
    offered = [label for label in sara.buttons() if "الواحة" in label]
    assert [label.split("مدرسة الواحة ")[1][0] for label in offered][:3] == ["1", "2", "3"]
    await sara.says("إدارة تعليم الوادي")
    sara.sees("إدارة تعليم الوادي", "أليست مدرستك في القائمة")


async def test_of_two_who_begin_at_once_the_second_registers_with_the_first(town: Town) -> None:
    huda, sara = town.person("هدى", number=ADMINISTRATOR), town.person("سارة")
    await huda.says("/start")
    await huda.taps("إدخال أعلى الهيكل")
    await huda.taps("السعودية")
    await sara.says("/start")
    await huda.taps("إدارة تعليم")
    await huda.says("إدارة تعليم الوادي")
    # The button of before leads nobody else to a second tree.
    await huda.says("/start")
    huda.sees_no_button("إدخال أعلى الهيكل")
    assert len(await town.rows(units)) == 1


async def test_of_two_who_enter_the_top_at_the_same_moment_one_is_told(town: Town) -> None:
    phones = [town.person("هدى", number=ADMINISTRATOR), town.person("سعاد")]
    for phone in phones:
        await phone.says("/start")
    numbers = [await town.person_id(phone) for phone in phones]
    both = asyncio.Barrier(2)

    async def enters(number: int, name: str) -> str:
        draft = UnitDraft("department", name, "SA", "Asia/Riyadh", UnitGender.MIXED)
        try:
            async with town.app.database.transaction() as tx:
                person = await find_person(tx, number)
                assert person is not None
                if not town.app.database.url.startswith("sqlite"):
                    await both.wait()
                await add_first_unit(tx, person, draft, named=True)
        except Refused as refusal:
            return refusal.text
        return "done"

    names = "إدارة تعليم الوادي", "إدارة تعليم الساحل"
    became = await asyncio.gather(*map(enters, numbers, names))
    assert min(became, key=len) == "done"
    assert "توجد جهات الآن" in "".join(became)
    assert len(await town.rows(units)) == 1


async def test_a_list_without_its_top_says_why_once(town: Town) -> None:
    huda = town.person("هدى", number=ADMINISTRATOR)
    await _enters_the_first(huda, "إدارة تعليم الوادي")
    await huda.taps("المؤنث")
    await huda.says("هدى السليم")
    await huda.taps("الرياضيات")
    await huda.taps("الابتدائي")
    headings = ["الاسم", "النوع", "تتبع", "الجنس"]
    root = ["الساحل", "قلعة", "", ""]
    schools = [[f"مدرسة الواحة {n}", "مدرسة", "الساحل", "بنات"] for n in range(1, 31)]
    await huda.sends(
        "document", workbook(headings, root, *schools), name="units.xlsx", mime="application/x"
    )
    shown = huda.last().shown_text
    assert shown.count("🔴 ") <= 2
    huda.sees("الساحل", "بقية الأسطر في الجدول")


async def test_an_old_button_of_an_empty_installation_leads_nobody_else_on(town: Town) -> None:
    huda = town.person("هدى", number=ADMINISTRATOR)
    await huda.says("/start")
    button = next(b for b in huda.last().buttons() if "أعلى الهيكل" in b["text"])
    shown = huda.last()
    await _enters_the_first(huda, "إدارة تعليم الوادي")
    await huda.presses(shown, button["callback_data"])
    huda.sees("توجد جهات الآن")
