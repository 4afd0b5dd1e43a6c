"""At ten to three in the night nothing rings that can wait: it comes in the morning, or without a
sound, as its reader has chosen; and whoever caused it knows."""

from datetime import timedelta

import pytest

from bot.delivery.message import MessageState, outbox
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.notification_settings import actions as settings_actions
from bot.features.notification_settings.models import AtRest
from bot.features.notification_settings.queries.windows import NotificationSettings
from tests.features.test_announcements import Office, office
from tests.features.test_meetings_chat import MeetingSchool, school
from tests.features.test_practices import Story, story
from tests.features.test_reminders_in_quiet_times import QuietTeam, riyadh, team
from tests.town import Phone, town

__all__ = ["office", "school", "story", "team", "town"]

NIGHT = riyadh(1, 2, 51)
MORNING = riyadh(1, 7)


def sounds(phone: Phone) -> list[bool]:
    """Of each message on this phone since anybody last looked: whether it rang."""
    sent = [r.params for r in phone.town.simulator.requests if r.method.startswith("send")]
    mine = [params for params in sent if params.get("chat_id") == phone.id]
    return [not params.get("disable_notification") for params in mine]


@pytest.mark.every_channel
async def test_thanks_in_the_night_are_read_in_the_morning(story: Story) -> None:
    await story.shared(team_id=story.team.id)
    await story.huda.taps("قراءة الممارسة")
    await story.town.moves(to=NIGHT)
    await story.huda.taps("شكرًا")
    story.huda.sees("🌙 تصلها الرسالة صباحًا، فالوقت عندها وقت راحة.")
    story.maryam.sees_nothing()
    await story.town.starts_again()
    await story.town.moves(to=MORNING)
    story.maryam.sees("تشكرك هدى على ممارستك")


@pytest.mark.every_channel
async def test_by_day_nothing_is_said_of_a_night(story: Story) -> None:
    await story.shared(team_id=story.team.id)
    await story.huda.taps("قراءة الممارسة")
    await story.huda.taps("شكرًا")
    assert not any("🌙" in text for text in story.huda.news())
    story.maryam.sees("تشكرك هدى على ممارستك")


@pytest.mark.every_channel
async def test_a_meeting_that_is_planned_at_night_invites_in_the_morning(
    school: MeetingSchool,
) -> None:
    await school.town.moves(to=NIGHT)
    await school.meets()
    school.noura.sees("🌙 تصل الرسالة إلى شخصين صباحًا، فالوقت عندهما وقت راحة.")
    school.huda.sees_nothing()
    await school.town.moves(to=MORNING)
    school.huda.sees("تدعوك نورة إلى اجتماع")


async def test_a_meeting_of_the_early_morning_is_told_in_the_night(team: QuietTeam) -> None:
    await team.town.moves(to=NIGHT)
    soon = await team.meets(riyadh(1, 8))
    team.huda.sees("تدعوك نورة إلى اجتماع")
    async with team.town.app.database.transaction() as tx:
        await meeting_actions.cancel_meeting(tx, team.people[team.noura.id], soon.id, "لتعارضه")
    await team.town.settles()
    team.huda.sees("لتعارضه")


async def test_who_wants_it_at_once_hears_no_sound(team: QuietTeam) -> None:
    await team.wants(team.huda, NotificationSettings(at_rest=AtRest.SILENT))
    await team.town.moves(to=NIGHT)
    before = len(sounds(team.huda))
    await team.meets(riyadh(3, 10))
    team.huda.sees("تدعوك نورة إلى اجتماع")
    assert sounds(team.huda)[before:] == [False]
    await team.meets(riyadh(1, 8), title="لقاء عاجل")
    assert sounds(team.huda)[before:] == [False, True]


async def test_what_waited_together_rings_once(team: QuietTeam) -> None:
    await team.town.moves(to=NIGHT)
    before = len(sounds(team.huda))
    for day in (3, 4, 5):
        await team.meets(riyadh(day, 10), title=f"لقاء {day}")
    waiting = await team.town.rows(outbox, state=MessageState.QUEUED)
    assert {row.not_before for row in waiting} == {MORNING, riyadh(1, 10)}
    await team.lives_until(MORNING)
    assert sounds(team.huda)[before:] == [True, False, False]


@pytest.mark.every_channel
async def test_it_is_one_tap_to_hear_of_everything_without_a_sound(team: QuietTeam) -> None:
    if team.town.is_narrow:
        await team.huda.says("/quiet")
        team.huda.sees_no_button("الوصول ليلًا دون صوت")
        return
    await team.huda.says("/quiet")
    team.huda.sees("💬 ليلًا: ما ليس عاجلًا ينتظر الصباح")
    await team.huda.taps("الوصول ليلًا دون صوت")
    team.huda.sees("💬 ليلًا: ما ليس عاجلًا يصل دون صوت")
    await team.huda.taps("انتظار الصباح")
    team.huda.sees("💬 ليلًا: ما ليس عاجلًا ينتظر الصباح")


async def announces_at_night(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        await office.writes(tx)
    await office.town.moves(to=NIGHT)
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps("لقاء المدرسة")
    office.amal.sees("🌙 من كان الآن في وقت راحته تصله الرسالة صباحًا.")


@pytest.mark.every_channel
async def test_a_circular_of_the_night_is_read_in_the_morning(office: Office) -> None:
    await announces_at_night(office)
    await office.amal.taps("إرسال الآن")
    office.amal.sees("🌙 من كان الآن في وقت راحته")
    await office.town.moves(timedelta(hours=1))
    office.huda.sees_nothing()
    office.amal.look()
    await office.town.moves(to=MORNING)
    office.huda.sees("نلتقي يوم الأحد في قاعة المدرسة")
    await office.town.moves(timedelta(minutes=1))
    assert any(office.town.arrived(2) in text for text in office.amal.news())


@pytest.mark.every_channel
async def test_an_urgent_circular_goes_out_at_once(office: Office) -> None:
    await announces_at_night(office)
    await office.amal.taps("⚡ إرسال عاجل للجميع")
    office.huda.sees("نلتقي يوم الأحد في قاعة المدرسة")
    office.maryam.sees("نلتقي يوم الأحد في قاعة المدرسة")


async def plans(office: Office, when: str) -> None:
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps("لقاء المدرسة")
    await office.amal.taps("إرسال لاحقًا")
    await office.amal.says(when)


@pytest.mark.every_channel
async def test_a_circular_planned_for_the_night_says_when_it_is_read(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        await office.writes(tx)
    await plans(office, "اليوم الساعة 11:30 مساء")
    office.amal.sees("🌙 من كان في وقت راحته عند الإرسال تصله الرسالة صباح الاثنين.")
    await office.amal.taps("جدولة الإرسال")
    office.amal.sees("موعد الإرسال: الأحد 22 نوفمبر", "تصله الرسالة صباح الاثنين.")
    office.amal.look()
    await office.town.moves(to=riyadh(0, 23, 31))
    office.huda.sees_nothing()
    # How far it has come rings no more in her own night than anything else.
    office.amal.sees_nothing()
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps("لقاء المدرسة")
    office.amal.sees("🌙 من كان الآن في وقت راحته تصله الرسالة صباحًا.")
    office.amal.look()
    await office.town.moves(to=MORNING)
    office.huda.sees("نلتقي يوم الأحد في قاعة المدرسة")
    await office.town.moves(timedelta(minutes=1))
    assert any("لقاء المدرسة" in text for text in office.amal.news())


async def test_whoever_wants_it_at_once_sees_her_circular_leave_in_the_night_without_a_sound(
    office: Office,
) -> None:
    async with office.town.app.database.transaction() as tx:
        await office.writes(tx)
        wish = NotificationSettings(at_rest=AtRest.SILENT)
        await settings_actions.choose_settings(tx, office.people["أمل"], wish)
    await plans(office, "اليوم الساعة 11:30 مساء")
    await office.amal.taps("جدولة الإرسال")
    before = len(sounds(office.amal))
    await office.town.moves(to=riyadh(0, 23, 31))
    office.amal.sees("لقاء المدرسة")
    assert sounds(office.amal)[before:] == [False]


@pytest.mark.every_channel
async def test_another_moment_is_judged_anew(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        await office.writes(tx)
    await plans(office, "الجمعة الساعة 12 ظهرا")
    office.amal.sees("🌙 من كان في وقت راحته عند الإرسال تصله الرسالة بعد ذلك بقليل.")
    await office.amal.taps("جدولة الإرسال")
    office.amal.sees("بعد ذلك بقليل")
    await office.amal.taps("تغيير الموعد")
    await office.amal.says("الخميس الساعة 10 صباحا")
    assert not any("🌙" in text for text in office.amal.news())
    await office.amal.taps("جدولة الإرسال")
    assert not any("🌙" in text for text in office.amal.news())


async def test_at_noon_nobody_is_told_of_a_morning(office: Office) -> None:
    async with office.town.app.database.transaction() as tx:
        await office.writes(tx)
    await office.town.moves(to=riyadh(5, 12))
    await office.amal.says("/announcements")
    await office.amal.taps("إعلاناتي")
    await office.amal.taps("لقاء المدرسة")
    office.amal.sees("🌙 من كان الآن في وقت راحته تصله الرسالة بعد قليل.")


async def test_nobody_looks_at_a_circular_all_night_long(office: Office) -> None:
    await announces_at_night(office)
    await office.amal.taps("إرسال الآن")
    looked = 0
    while (at := await office.town.app.next_event()) and at < MORNING:
        await office.town.moves(to=at)
        looked += 1
    assert looked < 10
