"""What is written at the review of a form: a time changes the time, with a word, and anything else
is what it was."""

import pytest

from tests.features.test_announcements import Office, office
from tests.features.test_meetings_chat import MeetingSchool, school
from tests.features.test_rest import plans

__all__ = ["office", "school"]

pytestmark = pytest.mark.every_channel


async def test_a_time_that_is_written_at_the_review_is_the_time_and_no_reason(
    school: MeetingSchool,
) -> None:
    await school.meets()
    noura = school.noura
    await noura.says("/meetings")
    await noura.taps("تحليل نتائج")
    await noura.taps("تغيير الموعد")
    await noura.says("الأحد ٢٩ نوفمبر الساعة العاشرة صباحًا")
    # An hour alone is one of the day that stands there.
    await noura.says("الساعة الحادية عشرة صباحًا")
    noura.sees("تغيّرت الإجابة", "الأحد 29 نوفمبر", "11:00", "ما سبب التغيير؟")
    await noura.says("لا، الاثنين ٣٠ نوفمبر الساعة ١٢ ظهرًا")
    noura.sees("الاثنين 30 نوفمبر", "12:00", "ما سبب التغيير؟")
    # A day within other words is the reason.
    await noura.says("الأحد إجازة")
    noura.sees("الاثنين 30 نوفمبر", "12:00", "السبب: الأحد إجازة")
    await noura.says("الأحد الماضي")
    noura.sees("مضى")


async def test_the_moment_of_a_circular_is_changed_where_it_is_reviewed(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        await office.writes(tx)
    await plans(office, "الخميس الساعة 10 صباحا")
    await office.amal.says("التاسعة والنصف صباحًا")
    office.amal.sees("تغيّرت الإجابة", "الخميس 26 نوفمبر", "9:30")
    await office.amal.says("الوقت مناسب للجميع")
    office.amal.sees("9:30", "راجعي")
