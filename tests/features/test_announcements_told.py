"""What an author reads of an announcement: of whom it speaks, and what is so for longer than a
moment."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.features.people.models import units
from bot.packs.organisation import UnitGender
from tests.features.test_announcements import NADA, WORDS, Office, fills_in, office
from tests.reading import readable

pytestmark = pytest.mark.every_channel

__all__ = ["office"]


async def test_roles_are_spoken_of_as_the_people_of_their_school(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        nada = office.department.units[NADA].id
        girls = update(units).where(units.c.id == nada)
        await tx.execute(girls.values(gender=UnitGender.GIRLS))
    amal = office.amal
    await amal.says("/announcements")
    await amal.taps("إعلان جديد")
    await amal.taps(f"بعض منسوبي {NADA}")
    assert any(label.startswith("معلمة") for label in amal.buttons())
    assert not any("/" in label for label in amal.buttons())
    for label in ("معلمة", "كل المواد", "كل المراحل"):
        await amal.taps(label)
    for words in ("تعميم مهم", WORDS):
        await amal.says(words)
    await amal.taps("تخطّي السؤال")
    amal.sees("إدارة تعليم الوادي · معلمة\n")


async def test_what_is_said_after_sending_stays_true(office: Office) -> None:
    amal = office.amal
    await fills_in(amal, NADA)
    await amal.taps("تخطّي السؤال")
    await amal.taps("إرسال الآن")
    amal.sees("إلى: مدرسة الندى")
    await office.town.moves(timedelta(minutes=1))
    shown = [readable(each.shown_text) for each in amal.messages() if each.from_bot]
    assert not any("الحالة: قيد الإرسال" in text for text in shown)
    await amal.taps("التقرير")
    amal.sees("الحالة: أُرسل")


async def test_what_is_stopped_says_once_who_will_not_get_it(office: Office) -> None:
    amal = office.amal
    await office.announces()
    await amal.says("/announcements")
    for label in ("إعلاناتي", "لقاء المدرسة", "إيقاف الإرسال", "نعم، إيقاف الإرسال"):
        await amal.taps(label)
    amal.sees("أُوقف الإرسال، وكان الإعلان قد أُرسل إلى الجميع")
    assert readable(amal.last().shown_text).count("أُوقف الإرسال") == 1


async def test_whoever_deletes_their_data_reads_what_becomes_of_what_waits(office: Office) -> None:
    await office.announces()
    await office.town.moves(timedelta(minutes=1))
    await office.amal.says("/privacy")
    await office.amal.taps("حذف بياناتي")
    assert not any("لن يُرسل" in text for text in office.amal.news())
    await office.announces(after=timedelta(hours=3))
    await office.amal.says("/privacy")
    await office.amal.taps("حذف بياناتي")
    office.amal.sees("لن يُرسل بعد ذلك إعلانك الذي ينتظر موعده")
