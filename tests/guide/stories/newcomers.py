"""The first minutes: with a link, with a code or without either, up to the first team."""

import re

from tests.guide.stories.cast import (
    BADR,
    BOYS_SCHOOL,
    HIND,
    LAYLA,
    MARYAM,
    MONA,
    RAGHAD,
    SALEM,
    SARA,
    TEAM,
    WAEL,
)
from tests.guide.telling import Guide

LISTED = "وائل سامي السنبلة"
LIST = f"الاسم;المدرسة;الوظيفة;التخصص\n{LISTED};{BOYS_SCHOOL};معلم;رياضيات\n"
CODE = re.compile(r"\d{4} ?\d{3} ?\d{3}")


async def comes_with_a_link(guide: Guide) -> None:
    raghad = guide.phone(RAGHAD)
    await raghad.says("/start i-raghad")
    await guide.shows("start-link", raghad)
    await raghad.taps("بدء التسجيل")
    await raghad.taps("المؤنث")
    await raghad.says("رغد الديباج")
    await raghad.taps("الرياضيات")
    await raghad.taps("المتوسط")
    await guide.shows("start-done", raghad, menu=True)


async def comes_with_a_code(guide: Guide) -> None:
    """It was on the list that the department sent; the head of the school hands it over."""
    badr, salem = guide.phone(BADR), guide.phone(SALEM)
    await badr.sends("document", LIST.encode("utf-8-sig"), name="people.csv", mime="text/csv")
    await badr.taps("إضافة")
    await salem.taps("ملفي الشخصي")
    await salem.taps("الأشخاص والأدوار")
    await salem.taps("بانتظار الانضمام")
    await salem.taps(LISTED)
    await guide.shows("slip", salem)
    code = CODE.findall(salem.last().shown_text)[0]
    wael = guide.newcomer(WAEL, "وائل", "السنبلة")
    await wael.says("/start")
    await wael.says(code)
    await wael.says("السنبلة")
    await wael.taps("المذكر")
    await wael.taps("المرحلة الابتدائية")
    await guide.shows("claim", wael, 3)


async def comes_alone(guide: Guide) -> None:
    """Her request waits until the head of the school accepts it."""
    sara, mona = guide.newcomer(SARA, "سارة", "الياسمين"), guide.phone(MONA)
    await sara.says("/start")
    await sara.taps("السعودية")
    await sara.taps("المؤنث")
    await sara.says("سارة الياسمين")
    await sara.says("متوسطة ضياء")
    await sara.taps("الرياضيات")
    await sara.taps("المتوسط")
    await guide.shows("start-waits", sara)
    await mona.taps("عرض الطلبات")
    await mona.taps("سارة الياسمين")
    await guide.shows("admit", mona)
    await mona.taps("قبول")
    await sara.taps("لنبدأ")


async def joins_a_team(guide: Guide) -> None:
    sara, hind = guide.phone(SARA), guide.phone(HIND)
    await sara.taps("فرقي")
    await sara.taps("استعراض الفرق")
    await sara.taps(TEAM)
    await sara.taps("طلب الانضمام")
    await sara.says("أدرّس الأول المتوسط، وأودّ أن نتعاون في حل المسائل.")
    await guide.shows("join-asked", hind)
    await hind.taps("قبول")


async def begins_elsewhere(guide: Guide) -> None:
    """In French, and in English."""
    maryam = guide.phone(MARYAM)
    await maryam.says("/start i-maryam")
    await maryam.taps("لغة أخرى")
    await maryam.taps("Français")
    await guide.shows("start-french", maryam)
    layla = guide.phone(LAYLA)
    await layla.says("/start")
    await guide.shows("start-english", layla)
