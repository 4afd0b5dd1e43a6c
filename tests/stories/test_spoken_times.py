"""A meeting's time typed as people write: inside of a letter, corrected, with a slip, denied."""

import pytest

from tests.features.test_meetings_chat import MeetingSchool, school
from tests.town import town

pytestmark = pytest.mark.every_channel

__all__ = ["school", "town"]


@pytest.mark.parametrize(
    "when",
    [
        "السلام عليكم، نلتقي الخميس الساعة ٤ عصرا في غرفة المعلمات",
        "مساء الخير، الاجتماع رقم 3 يوم الخميس الساعة ٤ عصرا، قاعة 12",
        "مو الأربعاء، الخميس الساعة ٤ عصرا",
        "يوم الخمبس الساعة ٤ عصرا",
    ],
)
async def test_a_time_inside_of_a_sentence_is_read_and_confirmed(
    school: MeetingSchool, when: str
) -> None:
    await school.calls_a_meeting(when)
    school.noura.sees("الخميس 26 نوفمبر 2026م")
    school.noura.sees("الساعة 4:00 عصرًا")


async def test_a_time_that_is_only_denied_is_asked_about(school: MeetingSchool) -> None:
    noura = school.noura
    await noura.says("/meetings")
    await noura.taps("اجتماع جديد")
    await noura.says("تحليل نتائج الاختبار")
    await noura.taps("تخطّي السؤال")
    await noura.taps("تخطّي السؤال")
    await noura.says("ما يناسبنا الخميس الساعة ٤ عصرا")
    noura.sees("قد تغيّر هذه العبارة المقصود: ما.")
