"""Calling meetings, answering, and the lists: who may, who is told, what is kept."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.chat.person import change_person
from bot.core.errors import Refused
from bot.features.communities.models import TeamState, teams
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Answer, MeetingState, meeting_answers
from bot.features.meetings.queries import meetings as meeting_queries
from tests.features.meetings_circle import (
    NOW,
    THURSDAY,
    Circle,
    add_member,
    add_person,
    circle,
    draft,
    readable,
    waiting_slots,
)

__all__ = ["circle"]


# Calling a meeting


async def test_calling_a_meeting_invites_everybody_else_and_plans_three_reminders(
    circle: Circle,
) -> None:
    found = await circle.calls()
    assert await circle.told(circle.lead) == []
    for member in circle.members[1:]:
        (screen,) = await circle.told(member)
        assert "تدعوك نورة إلى اجتماع" in readable(screen.text)
        assert (
            "📅 الخميس 26 نوفمبر 2026، الموافق 16 جمادى الآخرة 1448هـ\n🕓 4:00 عصرًا، لمدة ساعة\n"
        ) in readable(screen.text)
        assert "1. عرض النتائج\n2. توزيع الأدوار" in readable(screen.text)
        assert [c.label for c in screen.rows[0]] == ["أحضر", "ربما", "أعتذر"]
        assert screen.rows[1][0].url == "https://meet.example.org/abc"
    assert await waiting_slots(circle, found) == {
        "1d": THURSDAY - timedelta(days=1),
        "1h": THURSDAY - timedelta(hours=1),
        "10m": THURSDAY - timedelta(minutes=10),
    }
    async with circle.database.reading() as tx:
        assert (await meeting_queries.answer_of(tx, found, circle.lead)).answer is Answer.YES


async def test_a_meeting_called_at_short_notice_has_the_reminders_that_are_left(
    circle: Circle,
) -> None:
    start = NOW + timedelta(minutes=30)
    found = await circle.calls(starts_at=start, ends_at=start + timedelta(hours=1))
    assert set(await waiting_slots(circle, found)) == {"10m"}


@pytest.mark.parametrize("who", ["member", "outsider"])
async def test_only_a_lead_calls_meetings(circle: Circle, who: str) -> None:
    actor = circle.members[1] if who == "member" else circle.outsider
    with pytest.raises(Refused, match="not_lead") as refusal:
        async with circle.database.transaction() as tx:
            await meeting_actions.schedule_meeting(tx, actor, circle.team_id, draft())
    assert "صلاحية قيادة الفريق" in refusal.value.text


async def test_a_closed_team_meets_no_more(circle: Circle) -> None:
    found = await circle.calls()
    async with circle.database.transaction() as tx:
        await tx.execute(update(teams).values(state=TeamState.CLOSED))
    with pytest.raises(Refused, match="team_closed"):
        await circle.calls()
    assert await circle.reminded(found, "1h") == set()


@pytest.mark.parametrize(
    ("code", "start", "length"),
    [("past", NOW - timedelta(minutes=1), 60), ("past", NOW, 60),
     ("length", THURSDAY, 1), ("length", THURSDAY, 13 * 60)],
)  # fmt: skip
async def test_impossible_times_are_refused(
    circle: Circle, code: str, start: datetime, length: int
) -> None:
    with pytest.raises(Refused, match=code):
        await circle.calls(starts_at=start, ends_at=start + timedelta(minutes=length))


async def test_everybody_reads_the_time_of_their_own_country(circle: Circle) -> None:
    async with circle.database.transaction() as tx:
        moroccan = await add_person(tx, "حنان", code="MA")
        await add_member(tx, circle.team_id, moroccan)
    await circle.calls()
    (screen,) = await circle.told(moroccan)
    assert "📅 الخميس 26 نونبر 2026\n🕓 1:00 ظهرًا، لمدة ساعة\n" in readable(screen.text)


# Answers


async def test_fifty_people_who_answer_at_once_leave_one_row_each(circle: Circle) -> None:
    async with circle.database.transaction() as tx:
        crowd = [await add_person(tx, f"عضوة {n}") for n in range(50)]
        for person in crowd:
            await add_member(tx, circle.team_id, person)
    found = await circle.calls()
    await asyncio.gather(*(circle.answers(person, found, Answer.YES) for person in crowd))
    async with circle.database.reading() as tx:
        attendance = await meeting_queries.attendance(tx, found)
    assert len(attendance.those(Answer.YES)) == 51
    assert len(attendance.those(None)) == 4


async def test_one_person_who_presses_twenty_times_leaves_one_row(circle: Circle) -> None:
    found = await circle.calls()
    presses = [Answer.YES, Answer.NO, Answer.MAYBE, Answer.YES] * 5
    await asyncio.gather(*(circle.answers(circle.members[1], found, a) for a in presses))
    async with circle.database.reading() as tx:
        rows = await tx.all(
            select(meeting_answers).where(meeting_answers.c.person_id == circle.members[1].id)
        )
    assert len(rows) == 1


async def test_the_lead_hears_of_an_apology_with_a_reason_and_only_once(circle: Circle) -> None:
    found = await circle.calls()
    huda = circle.members[1]
    await circle.answers(huda, found, Answer.NO)
    assert await circle.told(circle.lead) == []
    await circle.answers(huda, found, Answer.NO, reason="عندي موعد طبي")
    await circle.answers(huda, found, Answer.NO, reason="عندي موعد طبي")
    await circle.answers(huda, found, Answer.NO)
    (notice,) = await circle.told(circle.lead)
    assert "اعتذرت هدى عن اجتماع «تحليل نتائج الاختبار»" in readable(notice.text)
    assert notice.quote == "عندي موعد طبي"
    for colleague in circle.members[2:]:
        (invitation,) = await circle.told(colleague)
        assert "اعتذرت" not in readable(invitation.text), "only the lead reads it"
    async with circle.database.reading() as tx:
        assert (await meeting_queries.answer_of(tx, found, huda)).reason == "عندي موعد طبي"


async def test_who_comes_after_all_takes_the_reason_back(circle: Circle) -> None:
    found = await circle.calls()
    huda = circle.members[1]
    await circle.answers(huda, found, Answer.NO, reason="عندي موعد طبي")
    await circle.answers(huda, found, Answer.YES)
    async with circle.database.reading() as tx:
        reply = await meeting_queries.answer_of(tx, found, huda)
    assert (reply.answer, reply.reason) == (Answer.YES, "")


async def test_strangers_and_those_who_left_cannot_answer(circle: Circle) -> None:
    found = await circle.calls()
    await circle.leaves(circle.members[1])
    for person in (circle.members[1], circle.outsider):
        with pytest.raises(Refused, match="not_visible") as refusal:
            await circle.answers(person, found, Answer.YES)
        assert "لأعضاء فريقه فقط" in refusal.value.text


async def test_after_its_end_a_meeting_takes_no_answers(circle: Circle) -> None:
    found = await circle.calls()
    circle.clock.move_to(found.ends_at)
    with pytest.raises(Refused, match="over"):
        await circle.answers(circle.members[1], found, Answer.YES)
    assert found.state_at(found.ends_at) is MeetingState.HELD


# Lists


async def test_the_lists_of_a_person(circle: Circle) -> None:
    lead, huda = circle.members[:2]
    for day in range(1, 12):
        start = NOW + timedelta(days=day)
        await circle.calls(title=f"لقاء {day}", starts_at=start, ends_at=start + timedelta(hours=1))
    async with circle.database.reading() as tx:
        ahead = await meeting_queries.upcoming(tx, huda.id)
        assert [each.meeting.title for each in ahead] == [f"لقاء {n}" for n in range(1, 10)]
        assert [each.answer for each in ahead[:1]] == [None]
        assert len(await meeting_queries.upcoming(tx, huda.id, offset=8)) == 3
        assert await meeting_queries.upcoming(tx, circle.outsider.id) == []
    first = ahead[0].meeting
    await circle.answers(huda, first, Answer.NO)
    async with circle.database.transaction() as tx:
        await meeting_actions.cancel_meeting(tx, lead, ahead[4].meeting.id)
    circle.clock.move_to(ahead[1].meeting.ends_at)
    async with circle.database.reading() as tx:
        following = await meeting_queries.next_meeting(tx, huda.id)
        assert following
        assert following.meeting.title == "لقاء 3"
        past = await meeting_queries.past(tx, huda.id)
    assert [each.meeting.title for each in past] == ["لقاء 5", "لقاء 2", "لقاء 1"]


async def test_a_declined_meeting_is_not_the_next_one(circle: Circle) -> None:
    found = await circle.calls()
    huda = circle.members[1]
    await circle.answers(huda, found, Answer.NO)
    async with circle.database.reading() as tx:
        assert await meeting_queries.next_meeting(tx, huda.id) is None


async def test_meetings_that_overlap_are_seen(circle: Circle) -> None:
    found = await circle.calls()
    half = timedelta(minutes=30)
    async with circle.database.reading() as tx:
        seen = [
            len(
                await meeting_queries.clashes(tx, circle.team_id, start, start + timedelta(hours=1))
            )
            for start in (THURSDAY + n * half for n in (-2, -1, 1, 2))
        ]
        own = await meeting_queries.clashes(
            tx, circle.team_id, THURSDAY, found.ends_at, apart_from=found.id
        )
    assert seen == [0, 1, 1, 0]
    assert own == []


async def test_reasons_of_who_leaves_for_good_are_erased(circle: Circle) -> None:
    found = await circle.calls()
    huda = circle.members[1]
    await circle.answers(huda, found, Answer.NO, reason="عندي موعد طبي")
    async with circle.database.transaction() as tx:
        await meeting_actions.forget_person(tx, huda.id)
        await change_person(tx, huda.id, name="")
    async with circle.database.reading() as tx:
        reply = await meeting_queries.answer_of(tx, found, huda)
    assert (reply.answer, reply.reason) == (Answer.NO, "")
