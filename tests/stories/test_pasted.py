"""What people paste: addresses hidden under words or glued to them, invitations of meeting
programmes, links that open the bot."""

import pytest

from bot.features.meetings.models import meetings
from bot.packs.roles import Role
from tests.features.people_school import School, found_school
from tests.features.test_announcements import NADA, Office, office
from tests.features.test_meetings_chat import MeetingSchool
from tests.features.test_meetings_chat import school as circle
from tests.features.test_people_invitations import invite
from tests.features.test_practices import Story, story
from tests.stories.test_unlooked_for import receives
from tests.town import Phone, Town

__all__ = ["circle", "office", "story"]
every_channel = pytest.mark.every_channel
ZOOM = """أمل تدعوك إلى اجتماع Zoom مجدول.
الموضوع: لقاء فريق الرياضيات
الوقت: 3 ديسمبر 2026 04:00 م الرياض
https://us05web.zoom.us/j/81234567890?pwd=AbCdEfGhIjKlMnOpQr.1
معرّف الاجتماع: 812 3456 7890
رمز الدخول: 5xYz7Q
ابحث عن رقمك المحلي: https://us05web.zoom.us/u/kabcdefg"""
TEAMS = """Microsoft Teams
Need help?<https://aka.ms/JoinTeamsMeeting>
Join the meeting now<https://teams.microsoft.com/l/meetup-join/19%3ameeting_a%40thread.v2/0>
Meeting ID: 368 123 456 78
For organizers: Meeting options<https://teams.microsoft.com/meetingOptions/?organizerId=x>"""
OUTLOOK = """من: أمل
الوقت: الخميس, 3 ديسمبر 2026 4:00 م-5:00 م (UTC+03:00) الكويت, الرياض
الموقع: قاعة 12
https://teams.microsoft.com/meet/36812345678?p=xyz
https://aka.ms/JoinTeamsMeeting"""


@pytest.fixture
async def school(town: Town) -> School:
    return await found_school(town)


async def asked_when(phone: Phone) -> None:
    await phone.says("/meetings")
    await phone.taps("اجتماع جديد")
    await phone.says("تحليل النتائج")
    await phone.taps("تخطّي السؤال")
    await phone.taps("تخطّي السؤال")


async def asked_where(phone: Phone) -> None:
    await asked_when(phone)
    await phone.says("الخميس الساعة ٤ عصرا")
    await phone.taps("ساعتان")


@every_channel
@pytest.mark.parametrize(
    ("pasted", "link", "place"),
    [
        (ZOOM, "https://us05web.zoom.us/j/81234567890?pwd=AbCdEfGhIjKlMnOpQr.1", ""),
        (TEAMS, "https://teams.microsoft.com/l/meetup-join/19%3ameeting_a%40thread.v2/0", ""),
        (OUTLOOK, "https://teams.microsoft.com/meet/36812345678?p=xyz", "قاعة 12"),
        (ZOOM.replace("?pwd=AbCdEfGhIjKlMnOpQr.1", ""), "https://us05web.zoom.us/j/81234567890",
         "5xYz7Q"),
    ],
)  # fmt: skip
async def test_of_a_pasted_invitation_the_link_is_taken(
    circle: MeetingSchool, pasted: str, link: str, place: str
) -> None:
    noura = circle.noura
    await asked_where(noura)
    await noura.says(pasted)
    noura.sees("أخذت من الدعوة رابط الاجتماع", link)
    await noura.taps("إرسال الدعوات")
    (row,) = await circle.town.rows(meetings)
    assert (row.link, row.place) == (link, place)


@every_channel
@pytest.mark.parametrize("pasted", [ZOOM, OUTLOOK])
async def test_of_a_pasted_invitation_the_time_is_taken(circle: MeetingSchool, pasted: str) -> None:
    noura = circle.noura
    await asked_when(noura)
    await noura.says(pasted)
    noura.sees("📅 الخميس 3 ديسمبر 2026", "4:00 عصرًا")
    noura.sees_no_button("موعد آخر")


@every_channel
@pytest.mark.parametrize(
    ("written", "link", "place"),
    [
        ("الرابطhttps://meet.example.org/abc", "https://meet.example.org/abc", "الرابط"),
        ("https://meet.example.org/abcقاعة ٣", "https://meet.example.org/abc", "قاعة ٣"),
        ("الرابط:https://meet.example.org/abc", "https://meet.example.org/abc", "الرابط"),
        ("https://ar.example.org/wiki/مدرسة", "https://ar.example.org/wiki/مدرسة", ""),
    ],
)
async def test_a_link_that_is_glued_to_a_word_is_a_link(
    circle: MeetingSchool, written: str, link: str, place: str
) -> None:
    await asked_where(circle.noura)
    await circle.noura.says(written)
    await circle.noura.taps("إرسال الدعوات")
    (row,) = await circle.town.rows(meetings)
    assert (row.link, row.place) == (link, place)


async def test_a_hidden_link_is_not_lost(office: Office) -> None:
    amal = office.amal
    await amal.says("/announcements")
    await amal.taps("إعلان جديد")
    await amal.taps(NADA)
    await amal.says("تعميم مهم")
    hidden = {
        "type": "text_link",
        "offset": 14,
        "length": 7,
        "url": "https://forms.example.org/f/1",
    }
    await receives(amal, text="الرجاء تعبئة النموذج قبل الخميس", entities=[hidden])
    await amal.taps("تخطّي السؤال")
    amal.sees("النموذج (https://forms.example.org/f/1) قبل الخميس")


async def test_a_link_under_words_is_the_link_of_a_meeting(circle: MeetingSchool) -> None:
    await asked_where(circle.noura)
    hidden = {"type": "text_link", "offset": 0, "length": 10, "url": "https://meet.example.org/abc"}
    await receives(circle.noura, text="اضغطوا هنا", entities=[hidden])
    await circle.noura.taps("إرسال الدعوات")
    (row,) = await circle.town.rows(meetings)
    assert (row.link, row.place) == ("https://meet.example.org/abc", "اضغطوا هنا")


@every_channel
async def test_a_pasted_invitation_to_a_school_is_opened(town: Town, school: School) -> None:
    amal = town.person("أمل")
    await school.registers(amal, "أمل")
    await school.appoints(amal, Role.PRINCIPAL, school.nada)
    code = await invite(amal, "معلم", "7 أيام")
    link = next(iter(town.app.channels.values())).link(code)
    for number, text in enumerate((link, link.removeprefix("https://"), f"تفضلي: {link} أهلا بك")):
        guest = town.person(f"سلمى {number}")
        await guest.says(text)
        guest.sees("وصلتك دعوة إلى مدرسة الندى")


@every_channel
async def test_a_link_within_an_answer_is_part_of_it(story: Story) -> None:
    link = next(iter(story.town.app.channels.values())).link("t123")
    await story.huda.says("/share")
    await story.huda.taps("فريقي")
    await story.huda.says(f"القراءة مع {link}")
    story.huda.sees("ما الصعوبة")
