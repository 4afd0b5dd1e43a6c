"""Meetings as chats: calling one, answering, being reminded, moving, leaving."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.chat.person import Person
from bot.features.communities.models import MembershipState, memberships
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp, meeting_answers, meetings
from bot.scheduling import due
from tests.features.meetings_team import add_member, add_person, add_team
from tests.reading import readable
from tests.town import Phone, Town, town

pytestmark = pytest.mark.every_channel

__all__ = ["town"]


@dataclass
class MeetingSchool:
    """Noura leads a team; Huda and Khalid belong to it; Ghada does not."""

    town: Town
    noura: Phone
    huda: Phone
    khalid: Phone
    ghada: Phone
    team_id: int = 0
    people: dict[int, Person] = field(default_factory=dict)

    async def calls_a_meeting(self, when: str = "الخميس الساعة ٤ عصرا") -> None:
        """Noura fills in the form, without a purpose and an agenda."""
        await self.noura.says("/meetings")
        await self.noura.taps("اجتماع جديد")
        await self.noura.says("تحليل نتائج الاختبار")
        await self.noura.taps("تخطّي السؤال")
        await self.noura.taps("تخطّي السؤال")
        await self.noura.says(when)
        await self.noura.taps("ساعتان")
        await self.noura.says("غرفة المصادر https://meet.example.org/abc")

    async def meets(self) -> None:
        await self.calls_a_meeting()
        await self.noura.taps("إرسال الدعوات")

    async def leaves(self, phone: Phone) -> None:
        async with self.town.app.database.transaction() as tx:
            await tx.execute(
                update(memberships)
                .where(memberships.c.person_id == self.people[phone.id].id)
                .values(state=MembershipState.LEFT, ended_at=tx.now)
            )


@pytest.fixture
async def school(town: Town) -> MeetingSchool:
    names = {"نورة": "f", "هدى": "f", "خالد": "m", "غادة": "f"}
    phones = [town.person(name) for name in names]
    noura, huda, khalid, ghada = phones
    found = MeetingSchool(town, noura, huda, khalid, ghada)
    async with town.app.database.transaction() as tx:
        for phone, (name, gender) in zip(phones, names.items(), strict=True):
            code = "MA" if name == "خالد" else "SA"
            person = await add_person(
                tx, name, gender=gender, code=code, external=str(phone.id), channel=town.channel
            )
            found.people[phone.id] = person
        lead = found.people[phones[0].id]
        found.team_id = await add_team(tx, lead)
        for phone in phones[1:3]:
            await add_member(tx, found.team_id, found.people[phone.id])
    for phone in phones:
        await phone.says("/menu")
    return found


async def test_of_two_presses_that_send_invitations_the_second_leaves_the_result(
    school: MeetingSchool,
) -> None:
    noura = school.noura
    await school.calls_a_meeting()
    card = noura.last()
    (data,) = [b["callback_data"] for b in card.buttons() if "إرسال" in b["text"]]
    await noura.taps("إرسال الدعوات")
    noura.sees("تحدّد موعد الاجتماع")
    result = noura.last().shown_text
    noura.look()
    await school.town.platform.press(noura.id, card.message_id, data, forged=True)
    await school.town.settles()
    assert result in [message.shown_text for message in noura.messages()]
    noura.sees("انتهى هذا النموذج من قبل.")


async def test_a_lead_calls_a_meeting_and_members_answer_on_the_invitation(
    school: MeetingSchool,
) -> None:
    noura, huda, khalid = school.noura, school.huda, school.khalid
    await school.calls_a_meeting()
    noura.sees(
        "تحليل نتائج الاختبار",
        "الخميس 26 نوفمبر 2026م الموافق 16 جمادى الآخرة 1448هـ، الساعة 4:00 عصرًا",
        "المدة: ساعتان",
        "غرفة المصادر",
        "https://meet.example.org/abc",
    )
    await noura.taps("إرسال الدعوات")
    noura.sees("ودعوتان في الطريق")
    huda.sees("تدعوك نورة إلى اجتماع", "🕓 4:00 عصرًا، لمدة ساعتين", "هل تحضرين؟")
    khalid.sees("📅 الخميس 26 نونبر 2026", "🕓 1:00 بعد الزوال، لمدة ساعتين", "هل تحضر؟")
    school.ghada.sees_nothing()

    invitation = huda.last()
    await huda.taps("سأحضر")
    huda.sees("سُجّلت إجابتك: سأحضر")
    assert huda.buttons()[:3] == ["✅ سأحضر", "ربما", "أعتذر"]
    await huda.taps("ربما")
    huda.sees("سُجّلت إجابتك: ربما")
    huda.sees_button("✅ ربما")
    # What is told stays as it was; where it can be changed, it shows the answer itself.
    for told in ("تدعوك نورة إلى اجتماع", "هل تحضرين؟"):
        assert told in readable(invitation.shown_text)
    if not school.town.is_narrow:
        assert huda.last().message_id == invitation.message_id
        assert huda.buttons() == ["سأحضر", "✅ ربما", "أعتذر", "رابط الاجتماع", "صفحة الاجتماع"]
    noura.sees_nothing()

    await noura.says("اجتماعاتي")
    noura.sees("تحليل نتائج الاختبار", "إجابتك: حضور")
    await noura.taps("تحليل نتائج")
    noura.sees("عضوة واحدة ستحضر", "عضوة واحدة ربما تحضر", "عضو واحد لم يُجب بعد", "خالد")
    await noura.taps("من يحضر؟")
    noura.sees("• هدى")
    rows = await school.town.rows(meeting_answers, person_id=school.people[huda.id].id)
    assert len(rows) == 1


async def test_an_apology_with_its_reason_reaches_the_lead(school: MeetingSchool) -> None:
    await school.meets()
    await school.huda.taps("أعتذر")
    school.huda.sees("سُجّل اعتذارك")
    school.noura.sees_nothing()
    await school.huda.taps("إضافة سبب")
    await school.huda.says("عندي موعد طبي")
    school.huda.sees("يصل سبب اعتذارك")
    school.noura.sees("اعتذرت هدى عن حضور", "عندي موعد طبي")


async def test_many_apologies_are_read_page_by_page(school: MeetingSchool) -> None:
    """Forty members, each with as long a reason as fits: nobody is missing."""
    await school.meets()
    names = [f"زميلة {n:02}" for n in range(40)]
    async with school.town.app.database.transaction() as tx:
        (row,) = await tx.all(select(meetings.c.id))
        for name in names:
            person = await add_person(tx, name, channel=school.town.channel)
            await add_member(tx, school.team_id, person)
            await meeting_actions.answer_meeting(
                tx, person, row.id, Rsvp.NO, moved_count=0, reason="ظرف طارئ يمنعني " * 18
            )
    await school.town.settles()
    noura = school.noura
    await noura.says("/meetings")
    await noura.taps("تحليل نتائج")
    await noura.taps("من يحضر؟")
    seen = []
    while True:
        (page,) = noura.news()[-1:]
        seen += [name for name in [*names, "هدى", "خالد"] if f"• {name}" in page]
        assert len(page) < 4000
        if "الصفحة التالية" not in noura.buttons():
            break
        await noura.taps("الصفحة التالية")
    assert seen == [*names, "هدى", "خالد"]
    noura.sees("عضوان لم يُجيبا بعد")


async def test_reminders_come_a_day_an_hour_and_ten_minutes_before(school: MeetingSchool) -> None:
    await school.meets()
    noura, huda, khalid, town = school.noura, school.huda, school.khalid, school.town
    await huda.taps("أعتذر")
    start = (await town.rows(meetings))[0].starts_at

    await town.moves(to=start - timedelta(days=1))
    for each in (noura, khalid):
        await each.reads_on()
    noura.sees("تذكير", "يبدأ غدًا")
    khalid.sees("هل تحضر؟")
    huda.sees_nothing()
    await khalid.taps("سأحضر")
    khalid.sees("سُجّلت إجابتك: سأحضر")

    await town.moves(to=start - timedelta(hours=1))
    for each in (noura, khalid):
        await each.reads_on()
    noura.sees("يبدأ بعد ساعة", "غرفة المصادر")
    khalid.sees("الساعة 1:00 بعد الزوال")
    huda.sees_nothing()

    await school.leaves(khalid)
    await town.moves(to=start - timedelta(minutes=10))
    noura.sees("يبدأ بعد 10 دقائق", "https://meet.example.org/abc")
    khalid.sees_nothing()
    huda.sees_nothing()


async def test_after_a_night_without_the_bot_only_the_reminder_that_is_of_use_is_sent(
    school: MeetingSchool,
) -> None:
    await school.meets()
    town = school.town
    start = (await town.rows(meetings))[0].starts_at
    await town.moves(to=start - timedelta(minutes=30))
    await school.huda.reads_on()
    assert len([m for m in school.huda.messages() if "تذكير" in m.shown_text]) == 1
    states = {row.slot: row.state for row in await town.rows(due.due, job="meetings.nudge")}
    assert states == {"1d": "expired", "1h": "done", "10m": "waiting"}


async def test_a_move_is_told_and_an_old_button_does_not_count(school: MeetingSchool) -> None:
    await school.meets()
    noura, huda = school.noura, school.huda
    await huda.taps("سأحضر")
    await noura.says("/meetings")
    await noura.taps("تحليل نتائج")
    await noura.taps("تغيير الموعد")
    await noura.taps("الأحد 29")
    await noura.taps("10:00 صباحًا")
    # Nobody is asked for the reason on the way; what is written below the review is it.
    noura.sees("الأحد 29 نوفمبر", "ما سبب التغيير؟")
    noura.sees_button("خروج دون تغيير")
    await noura.says("تعارض مع الاختبارات")
    noura.sees("الأحد 29 نوفمبر", "السبب: تعارض مع الاختبارات")
    invitation = huda.last()
    old = invitation.buttons()
    await noura.taps("تغيير الموعد")
    noura.sees("مع سؤال جديد عن الحضور")
    huda.sees("تغيّر موعد الاجتماع", "كان موعده: الخميس 26", "تعارض مع الاختبارات", "10:00 صباحًا")

    yes = next(b["callback_data"] for b in old if "سأحضر" in b["text"])
    await huda.presses(invitation, yes)
    huda.sees("تغيّر موعد هذا الاجتماع", "لم تصل إجابتك بعد")
    await noura.says("/meetings")
    await noura.taps("تحليل نتائج")
    await noura.taps("من يحضر؟")
    noura.sees("هدى (عن الموعد السابق: حضور)")


async def test_a_cancelled_meeting_says_so_and_reminds_of_nothing(school: MeetingSchool) -> None:
    await school.meets()
    noura, huda, town = school.noura, school.huda, school.town
    await noura.taps("إلغاء الاجتماع")
    # «Cancel» beside it would be read as the act.
    assert "إلغاء" not in noura.buttons()
    await noura.says("ظرف طارئ")
    assert "إلغاء" not in noura.buttons()
    await noura.taps("لا، يبقى الاجتماع")
    huda.sees_nothing()
    await noura.says("/meetings")
    await noura.taps("تحليل نتائج")
    await noura.taps("إلغاء الاجتماع")
    await noura.says("ظرف طارئ")
    await noura.taps("نعم، إلغاء الاجتماع")
    noura.sees("أُلغي الاجتماع، ويصل الخبر إلى الفريق", "ظرف طارئ")
    # Said once, and nobody attends what is off.
    shown = readable(noura.last().shown_text)
    assert shown.count("أُلغي") == 1
    assert not any(word in shown for word in ("ستحضر", "سيحضر", "لم يُجب", "لم تُجب"))
    huda.sees("أُلغي الاجتماع: تحليل نتائج الاختبار", "ظرف طارئ")
    await huda.taps("سأحضر")
    huda.sees("انتهى هذا الاجتماع أو أُلغي")
    start = (await town.rows(meetings))[0].starts_at
    await town.moves(to=start - timedelta(minutes=10))
    huda.sees_nothing()
    await huda.says("/meetings")
    huda.sees("لا اجتماعات قادمة")
    await huda.taps("الاجتماعات السابقة")
    huda.sees("❌ أُلغي")


async def test_somebody_who_left_is_refused_at_an_old_button(school: MeetingSchool) -> None:
    await school.meets()
    await school.leaves(school.huda)
    await school.town.moves(timedelta(days=2))
    await school.huda.taps("سأحضر")
    school.huda.sees("هذا الاجتماع لأعضاء فريقه فقط")
    assert await school.town.rows(
        meeting_answers, person_id=school.people[school.huda.id].id
    ) == []  # fmt: skip


async def test_a_member_finds_no_way_to_call_a_meeting(school: MeetingSchool) -> None:
    await school.huda.says("/meetings")
    school.huda.sees("لا اجتماعات قادمة")
    school.huda.sees_no_button("اجتماع جديد")


async def test_the_team_page_leads_to_its_meetings(school: MeetingSchool) -> None:
    await school.meets()
    for phone in (school.noura, school.huda):
        await phone.says("/meetings")
        await phone.taps("تحليل نتائج")
        await phone.taps("صفحة الفريق")
    school.noura.sees_button("اجتماع جديد")
    school.huda.sees_no_button("اجتماع جديد")
    await school.huda.taps("الاجتماعات")
    school.huda.sees("اجتماعات فريق الرياضيات", "إجابتك: لم تصل بعد")


async def test_the_review_warns_of_another_meeting_and_of_the_weekend(
    school: MeetingSchool,
) -> None:
    await school.calls_a_meeting("الجمعة القادمة الساعة ٤ عصرا")
    school.noura.sees("من عطلة نهاية الأسبوع")
    await school.noura.taps("إرسال الدعوات")
    await school.calls_a_meeting("الجمعة القادمة الساعة ٤:٣٠ عصرا")
    school.noura.sees("للفريق اجتماع آخر في هذا الوقت", "تحليل نتائج الاختبار")


async def test_an_end_that_was_typed_is_not_asked_for_again(school: MeetingSchool) -> None:
    noura = school.noura
    await noura.says("/meetings")
    await noura.taps("اجتماع جديد")
    await noura.says("تخطيط الفصل")
    await noura.taps("تخطّي السؤال")
    await noura.says("- مراجعة الخطة\n٢) توزيع الدروس\n\n• ما يستجد")
    await noura.says("غدا من ٤ إلى ٥:٣٠ عصرا")
    noura.sees("أين يُعقد؟")
    await noura.says("قاعة ٣")
    noura.sees("ساعة ونصف", "1. مراجعة الخطة", "2. توزيع الدروس", "3. ما يستجد")


async def test_an_unusual_length_is_typed(school: MeetingSchool) -> None:
    noura = school.noura
    await noura.says("/meetings")
    await noura.taps("اجتماع جديد")
    await noura.says("تخطيط الفصل")
    await noura.taps("تخطّي السؤال")
    await noura.taps("تخطّي السؤال")
    await noura.taps("الاثنين 23")
    await noura.taps("9:00 صباحًا")
    await noura.says("لا أدري")
    noura.sees("لم أفهم هذه المدة")
    await noura.says("٣ دقائق")
    noura.sees("بين خمس دقائق واثنتي عشرة ساعة")
    await noura.says("ساعة وعشر دقائق")
    await noura.says("قاعة ٣")
    noura.sees("ساعة و10 دقائق")


async def test_a_link_that_cannot_be_opened_is_refused(school: MeetingSchool) -> None:
    noura = school.noura
    await noura.says("/meetings")
    await noura.taps("اجتماع جديد")
    await noura.says("تخطيط الفصل")
    await noura.taps("تخطّي السؤال")
    await noura.taps("تخطّي السؤال")
    await noura.says("غدا من ٤ إلى ٥ عصرا")
    for bad in ("javascript:alert(1)", "ftp://example.org/a", "https://localhost/x"):
        await noura.says(bad)
        noura.sees("لا يمكن فتح هذا الرابط")
    await noura.says("https://a.example.org https://b.example.org")
    noura.sees("رابطًا واحدًا فقط")
    await noura.says("٣")
    noura.sees("اكتبي مكان الاجتماع")
    await noura.says("meet.example.org/abc")
    noura.sees("https://meet.example.org/abc")


async def test_another_place_is_told_to_who_comes(school: MeetingSchool) -> None:
    await school.meets()
    await school.noura.taps("تغيير المكان أو الرابط")
    await school.noura.says("القاعة الكبرى")
    await school.noura.taps("تغيير المكان")
    school.noura.sees("تغيّر المكان، ويصل الخبر إلى الفريق")
    school.huda.sees("تغيّر مكان الاجتماع", "القاعة الكبرى")


async def test_who_joins_later_is_invited(school: MeetingSchool) -> None:
    await school.meets()
    async with school.town.app.database.transaction() as tx:
        await add_member(tx, school.team_id, school.people[school.ghada.id])
        await due.set_due(
            tx, "teams.joined", f"team:{school.team_id}", "joined", anchor=tx.now,
            payload={"team": school.team_id},
        )  # fmt: skip
    await school.town.settles()
    school.ghada.sees("تدعوك نورة إلى اجتماع")
    await school.ghada.taps("سأحضر")
    school.ghada.sees("سُجّلت إجابتك: سأحضر")
