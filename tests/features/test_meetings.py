"""Calling meetings, answering, and the lists: who may, who is told, what is kept."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.chat.person import change_person
from bot.core.errors import Refused
from bot.features import personal
from bot.features.communities.models import TeamState, teams
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import MeetingState, Rsvp, meeting_answers
from bot.features.meetings.queries import meetings as meeting_queries
from bot.features.people.actions.erasure import erase_person
from tests.features.meetings_team import (
    NOW,
    THURSDAY,
    MeetingTeam,
    add_member,
    add_person,
    draft,
    meeting_team,
    next_meeting,
    readable,
    waiting_slots,
)

__all__ = ["meeting_team"]


# Calling a meeting


async def test_calling_a_meeting_invites_everybody_else_and_plans_three_reminders(
    meeting_team: MeetingTeam,
) -> None:
    found = await meeting_team.calls()
    assert await meeting_team.told(meeting_team.lead) == []
    for member in meeting_team.members[1:]:
        (screen,) = await meeting_team.told(member)
        assert "تدعوك نورة إلى اجتماع" in readable(screen.text)
        assert (
            "📅 الخميس 26 نوفمبر 2026م الموافق 16 جمادى الآخرة 1448هـ\n🕓 4:00 عصرًا، لمدة ساعة\n"
        ) in readable(screen.text)
        assert "1. عرض النتائج\n2. توزيع الأدوار" in readable(screen.text)
        assert [c.label for c in screen.actions[:3]] == ["سأحضر", "ربما", "أعتذر"]
        assert screen.actions[3].url == "https://meet.example.org/abc"
    assert await waiting_slots(meeting_team, found) == {
        "1d": THURSDAY - timedelta(days=1),
        "1h": THURSDAY - timedelta(hours=1),
        "10m": THURSDAY - timedelta(minutes=10),
    }
    async with meeting_team.database.reading() as tx:
        assert (await meeting_queries.answer_of(tx, found, meeting_team.lead)).answer is Rsvp.YES


async def test_a_meeting_called_at_short_notice_has_the_reminders_that_are_left(
    meeting_team: MeetingTeam,
) -> None:
    start = NOW + timedelta(minutes=30)
    found = await meeting_team.calls(starts_at=start, ends_at=start + timedelta(hours=1))
    assert set(await waiting_slots(meeting_team, found)) == {"10m"}


@pytest.mark.parametrize("who", ["member", "outsider"])
async def test_only_a_lead_calls_meetings(meeting_team: MeetingTeam, who: str) -> None:
    actor = meeting_team.members[1] if who == "member" else meeting_team.outsider
    with pytest.raises(Refused, match="not_lead") as refusal:
        async with meeting_team.database.transaction() as tx:
            await meeting_actions.schedule_meeting(tx, actor, meeting_team.team_id, draft())
    assert "صلاحية قيادة الفريق" in refusal.value.text


async def test_a_closed_team_meets_no_more(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    async with meeting_team.database.transaction() as tx:
        await tx.execute(update(teams).values(state=TeamState.CLOSED))
    with pytest.raises(Refused, match="team_closed"):
        await meeting_team.calls()
    assert await meeting_team.reminded(found, "1h") == set()


@pytest.mark.parametrize(
    ("code", "start", "length"),
    [("past", NOW - timedelta(minutes=1), 60), ("past", NOW, 60),
     ("length", THURSDAY, 1), ("length", THURSDAY, 13 * 60)],
)  # fmt: skip
async def test_impossible_times_are_refused(
    meeting_team: MeetingTeam, code: str, start: datetime, length: int
) -> None:
    with pytest.raises(Refused, match=code):
        await meeting_team.calls(starts_at=start, ends_at=start + timedelta(minutes=length))


async def test_everybody_reads_the_time_of_their_own_country(meeting_team: MeetingTeam) -> None:
    async with meeting_team.database.transaction() as tx:
        moroccan = await add_person(tx, "حنان", code="MA")
        await add_member(tx, meeting_team.team_id, moroccan)
    await meeting_team.calls()
    (screen,) = await meeting_team.told(moroccan)
    assert "📅 الخميس 26 نونبر 2026\n🕓 1:00 بعد الزوال، لمدة ساعة\n" in readable(screen.text)


# Answers


async def test_fifty_people_who_answer_at_once_leave_one_row_each(
    meeting_team: MeetingTeam,
) -> None:
    async with meeting_team.database.transaction() as tx:
        crowd = [await add_person(tx, f"عضوة {n}") for n in range(50)]
        for person in crowd:
            await add_member(tx, meeting_team.team_id, person)
    found = await meeting_team.calls()
    await asyncio.gather(*(meeting_team.answers(person, found, Rsvp.YES) for person in crowd))
    async with meeting_team.database.reading() as tx:
        attendance = await meeting_queries.attendance(tx, found)
    assert len(attendance.those(Rsvp.YES)) == 51
    assert len(attendance.those(None)) == 4


async def test_one_person_who_presses_twenty_times_leaves_one_row(
    meeting_team: MeetingTeam,
) -> None:
    found = await meeting_team.calls()
    presses = [Rsvp.YES, Rsvp.NO, Rsvp.MAYBE, Rsvp.YES] * 5
    await asyncio.gather(
        *(meeting_team.answers(meeting_team.members[1], found, a) for a in presses)
    )
    async with meeting_team.database.reading() as tx:
        rows = await tx.all(
            select(meeting_answers).where(meeting_answers.c.person_id == meeting_team.members[1].id)
        )
    assert len(rows) == 1


async def test_the_lead_hears_of_an_apology_with_a_reason_and_only_once(
    meeting_team: MeetingTeam,
) -> None:
    found = await meeting_team.calls()
    huda = meeting_team.members[1]
    await meeting_team.answers(huda, found, Rsvp.NO)
    assert await meeting_team.told(meeting_team.lead) == []
    await meeting_team.answers(huda, found, Rsvp.NO, reason="عندي موعد طبي")
    await meeting_team.answers(huda, found, Rsvp.NO, reason="عندي موعد طبي")
    await meeting_team.answers(huda, found, Rsvp.NO)
    (notice,) = await meeting_team.told(meeting_team.lead)
    assert "اعتذرت هدى عن حضور «تحليل نتائج الاختبار»" in readable(notice.text)
    assert notice.quote == "عندي موعد طبي"
    for colleague in meeting_team.members[2:]:
        (invitation,) = await meeting_team.told(colleague)
        assert "اعتذرت" not in readable(invitation.text), "only the lead reads it"
    async with meeting_team.database.reading() as tx:
        assert (await meeting_queries.answer_of(tx, found, huda)).reason == "عندي موعد طبي"


async def test_nobody_hears_of_the_apology_of_somebody_who_was_erased(
    meeting_team: MeetingTeam,
) -> None:
    found = await meeting_team.calls()
    huda = meeting_team.members[1]
    await meeting_team.answers(huda, found, Rsvp.NO, reason="عندي موعد طبي")
    async with meeting_team.database.transaction() as tx:
        await erase_person(tx, huda, personal())
    told = await meeting_team.told(meeting_team.lead)
    assert not any("موعد طبي" in screen.quote or "اعتذ" in screen.text for screen in told)


async def test_who_comes_after_all_takes_the_reason_back(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    huda = meeting_team.members[1]
    await meeting_team.answers(huda, found, Rsvp.NO, reason="عندي موعد طبي")
    await meeting_team.answers(huda, found, Rsvp.YES)
    async with meeting_team.database.reading() as tx:
        reply = await meeting_queries.answer_of(tx, found, huda)
    assert (reply.answer, reply.reason) == (Rsvp.YES, "")


async def test_strangers_and_those_who_left_cannot_answer(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    await meeting_team.leaves(meeting_team.members[1])
    for person in (meeting_team.members[1], meeting_team.outsider):
        with pytest.raises(Refused, match="not_visible") as refusal:
            await meeting_team.answers(person, found, Rsvp.YES)
        assert "لأعضاء فريقه فقط" in refusal.value.text


async def test_after_its_end_a_meeting_takes_no_answers(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    meeting_team.clock.move_to(found.ends_at)
    with pytest.raises(Refused, match="over"):
        await meeting_team.answers(meeting_team.members[1], found, Rsvp.YES)
    assert found.state_at(found.ends_at) is MeetingState.HELD


# Lists


async def test_the_lists_of_a_person(meeting_team: MeetingTeam) -> None:
    lead, huda = meeting_team.members[:2]
    for day in range(1, 12):
        start = NOW + timedelta(days=day)
        await meeting_team.calls(
            title=f"لقاء {day}", starts_at=start, ends_at=start + timedelta(hours=1)
        )
    async with meeting_team.database.reading() as tx:
        ahead = await meeting_queries.upcoming(tx, huda.id, offset=0, limit=9)
        assert [each.meeting.title for each in ahead] == [f"لقاء {n}" for n in range(1, 10)]
        assert [each.answer for each in ahead[:1]] == [None]
        assert len(await meeting_queries.upcoming(tx, huda.id, offset=8, limit=9)) == 3
        assert await meeting_queries.upcoming(tx, meeting_team.outsider.id, offset=0, limit=9) == []
    first = ahead[0].meeting
    await meeting_team.answers(huda, first, Rsvp.NO)
    async with meeting_team.database.transaction() as tx:
        await meeting_actions.cancel_meeting(tx, lead, ahead[4].meeting.id)
    meeting_team.clock.move_to(ahead[1].meeting.ends_at)
    async with meeting_team.database.reading() as tx:
        following = await next_meeting(tx, huda.id)
        assert following
        assert following.meeting.title == "لقاء 3"
        past = await meeting_queries.past(tx, huda.id, offset=0, limit=9)
    assert [each.meeting.title for each in past] == ["لقاء 5", "لقاء 2", "لقاء 1"]


async def test_a_declined_meeting_is_not_the_next_one(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    huda = meeting_team.members[1]
    await meeting_team.answers(huda, found, Rsvp.NO)
    async with meeting_team.database.reading() as tx:
        assert await next_meeting(tx, huda.id) is None


async def test_meetings_that_overlap_are_seen(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    half = timedelta(minutes=30)
    async with meeting_team.database.reading() as tx:
        seen = [
            len(
                await meeting_queries.clashes(
                    tx, meeting_team.team_id, start, start + timedelta(hours=1)
                )
            )
            for start in (THURSDAY + n * half for n in (-2, -1, 1, 2))
        ]
        own = await meeting_queries.clashes(
            tx, meeting_team.team_id, THURSDAY, found.ends_at, apart_from=found.id
        )
    assert seen == [0, 1, 1, 0]
    assert own == []


async def test_reasons_of_who_leaves_for_good_are_erased(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    huda = meeting_team.members[1]
    await meeting_team.answers(huda, found, Rsvp.NO, reason="عندي موعد طبي")
    async with meeting_team.database.transaction() as tx:
        await meeting_actions.forget_person(tx, huda)
        await change_person(tx, huda.id, name="")
    async with meeting_team.database.reading() as tx:
        reply = await meeting_queries.answer_of(tx, found, huda)
    assert (reply.answer, reply.reason) == (Rsvp.NO, "")
