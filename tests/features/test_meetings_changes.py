"""Moving and cancelling meetings, and the reminders that follow."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.chat.screen import Screen
from bot.core.errors import Refused
from bot.delivery.message import MessageState, outbox
from bot.features.meetings.actions import invitations as invitation_actions
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp, Venue
from bot.features.meetings.queries import meetings as meeting_queries
from bot.scheduling import due
from tests.features.meetings_team import (
    NOW,
    THURSDAY,
    MeetingTeam,
    add_member,
    add_person,
    meeting_team,
    readable,
    waiting_slots,
)

__all__ = ["meeting_team"]


# Moving and cancelling


async def test_a_move_takes_reminders_along_and_asks_everybody_anew(
    meeting_team: MeetingTeam,
) -> None:
    found = await meeting_team.calls()
    huda, sara = meeting_team.members[1:3]
    await meeting_team.answers(huda, found, Rsvp.YES)
    await meeting_team.answers(sara, found, Rsvp.NO, reason="سفر")
    moved = await meeting_team.moves(found, timedelta(days=4), reason="إجازة")
    assert moved.minutes == found.minutes
    assert (await waiting_slots(meeting_team, moved))["1d"] == moved.starts_at - timedelta(days=1)
    async with meeting_team.database.reading() as tx:
        attendance = await meeting_queries.attendance(tx, moved)
        earlier = {r.person.id: r.earlier for r in attendance.those(None)}
        (listed,) = await meeting_queries.upcoming(tx, huda.id, offset=0, limit=9)
    assert listed.answer is None
    assert earlier[huda.id] is Rsvp.YES
    assert earlier[sara.id] is Rsvp.NO
    assert [r.person.id for r in attendance.those(Rsvp.YES)] == [meeting_team.lead.id]
    # The invitations had not been delivered yet, so only the newer message will be.
    for member in (huda, sara):
        (screen,) = await meeting_team.told(member)
        assert "تغيّر موعد الاجتماع" in readable(screen.title)
        assert "كان موعده: الخميس 26" in readable(screen.text)
        assert "السبب: إجازة" in readable(screen.text)
        assert "الاثنين 30 نوفمبر" in readable(screen.text)
    assert len(await meeting_team.told(huda, state="cancelled")) == 1


async def test_a_move_that_was_on_its_way_makes_room_for_the_next_one(
    meeting_team: MeetingTeam,
) -> None:
    """It cannot be taken back any more; with the time of now it would say «from ten to ten»."""
    found = await meeting_team.calls()
    moved = await meeting_team.moves(found, timedelta(hours=1))
    huda = meeting_team.members[1]
    first = outbox.c.person_id == huda.id, outbox.c.state == MessageState.QUEUED
    async with meeting_team.database.transaction() as tx:
        await tx.execute(update(outbox).where(*first).values(state=MessageState.SENDING))
    await meeting_team.moves(moved, timedelta(hours=-1))
    assert await meeting_team.told(huda, state="sending") == [Screen()]
    (screen,) = await meeting_team.told(huda)
    assert "كان موعده: الخميس 26 نوفمبر 2026" in readable(screen.text)


async def test_an_answer_for_the_old_time_does_not_count_for_the_new_one(
    meeting_team: MeetingTeam,
) -> None:
    found = await meeting_team.calls()
    await meeting_team.moves(found, timedelta(days=1))
    with pytest.raises(Refused, match="moved"):
        await meeting_team.answers(meeting_team.members[1], found, Rsvp.YES)


async def test_a_move_brings_back_a_reminder_that_had_been_sent(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    meeting_team.clock.move_to(found.starts_at - timedelta(hours=2))
    async with meeting_team.database.transaction() as tx:
        await tx.execute(
            update(due.due).where(due.due.c.slot == "1d").values(state=due.DueState.DONE)
        )
    moved = await meeting_team.moves(found, timedelta(days=7))
    assert set(await waiting_slots(meeting_team, moved)) == {"1d", "1h", "10m"}


async def test_a_move_to_the_same_time_or_the_past_is_refused(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    with pytest.raises(Refused, match="same_time"):
        await meeting_team.moves(found, timedelta())
    with pytest.raises(Refused, match="past"):
        await meeting_team.moves(found, timedelta(days=-30))


async def test_cancelling_stops_the_reminders_and_tells_everybody(
    meeting_team: MeetingTeam,
) -> None:
    found = await meeting_team.calls()
    huda, sara = meeting_team.members[1:3]
    await meeting_team.answers(huda, found, Rsvp.YES)
    await meeting_team.answers(sara, found, Rsvp.NO)
    async with meeting_team.database.transaction() as tx:
        await tx.execute(update(outbox).values(state=MessageState.SENT))
    async with meeting_team.database.transaction() as tx:
        await meeting_actions.cancel_meeting(tx, meeting_team.lead, found.id, "ظرف طارئ")
    assert await waiting_slots(meeting_team, found) == {}
    for member in (huda, sara):
        (screen,) = await meeting_team.told(member)
        assert "أُلغي الاجتماع" in readable(screen.title)
        assert "ظرف طارئ" in readable(screen.text)
    assert await meeting_team.reminded(found, "10m") == set()
    with pytest.raises(Refused, match="over"):
        await meeting_team.answers(huda, found, Rsvp.YES)
    with pytest.raises(Refused, match="over"):
        await meeting_team.moves(found, timedelta(days=1))


@pytest.mark.parametrize("deed", ["move", "cancel", "relocate"])
async def test_a_member_changes_nothing(meeting_team: MeetingTeam, deed: str) -> None:
    found = await meeting_team.calls()
    huda = meeting_team.members[1]
    deeds = {
        "move": lambda tx: meeting_actions.move_meeting(
            tx, huda, found.id, THURSDAY + timedelta(days=1)
        ),
        "cancel": lambda tx: meeting_actions.cancel_meeting(tx, huda, found.id),
        "relocate": lambda tx: meeting_actions.relocate_meeting(
            tx, huda, found.id, Venue("القاعة")
        ),
    }
    with pytest.raises(Refused, match="not_lead"):
        async with meeting_team.database.transaction() as tx:
            await deeds[deed](tx)


async def test_another_place_is_told_and_answers_stay(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    huda = meeting_team.members[1]
    await meeting_team.answers(huda, found, Rsvp.YES)
    async with meeting_team.database.transaction() as tx:
        await meeting_actions.relocate_meeting(
            tx, meeting_team.lead, found.id, Venue("القاعة الكبرى")
        )
    screen = (await meeting_team.told(huda))[-1]
    assert "القاعة الكبرى" in readable(screen.text)
    async with meeting_team.database.reading() as tx:
        assert (await meeting_queries.answer_of(tx, found, huda)).answer is Rsvp.YES


# Reminders


async def test_reminders_reach_only_those_concerned(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    lead, huda, sara, reem, manal = meeting_team.members
    await meeting_team.answers(huda, found, Rsvp.YES)
    await meeting_team.answers(sara, found, Rsvp.MAYBE)
    await meeting_team.answers(reem, found, Rsvp.NO)
    for slot in ("1d", "1h"):
        assert await meeting_team.reminded(found, slot) == {lead.id, huda.id, sara.id, manal.id}
    assert await meeting_team.reminded(found, "10m") == {lead.id, huda.id, sara.id}
    await meeting_team.leaves(huda)
    assert await meeting_team.reminded(found, "10m") == {lead.id, sara.id}


async def test_what_a_reminder_carries(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    huda, manal = meeting_team.members[1], meeting_team.members[4]
    await meeting_team.answers(huda, found, Rsvp.YES)
    meeting_team.clock.move_to(THURSDAY - timedelta(days=1))
    await meeting_team.reminded(found, "1d")
    (settled,), (asked,) = await meeting_team.told(huda), await meeting_team.told(manal)
    assert "يبدأ غدًا: الخميس 26 نوفمبر" in readable(settled.text)
    assert "سأحضر" not in [c.label for c in settled.choices]
    assert [c.label for c in asked.actions[:3]] == ["سأحضر", "ربما", "أعتذر"]
    assert not [c for c in asked.choices if c.url]
    meeting_team.clock.move_to(THURSDAY - timedelta(hours=1))
    await meeting_team.reminded(found, "1h")
    for person in (huda, manal):
        (screen,) = await meeting_team.told(person)
        assert "يبدأ بعد ساعة" in readable(screen.text)
        assert "غرفة المصادر" in readable(screen.text)
        assert screen.actions[0].url == "https://meet.example.org/abc"


async def test_a_reminder_for_a_time_that_moved_says_nothing(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    await meeting_team.moves(found, timedelta(days=1))
    assert await meeting_team.reminded(found, "1d") == set()


async def test_who_joins_later_is_invited_once(meeting_team: MeetingTeam) -> None:
    found = await meeting_team.calls()
    await meeting_team.calls(
        starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=1)
    )
    async with meeting_team.database.transaction() as tx:
        late = await add_person(tx, "أمل", gender="f")
        await add_member(tx, meeting_team.team_id, late)
    for _ in range(2):
        async with meeting_team.database.transaction() as tx:
            await invitation_actions.invite_newcomers(tx, meeting_team.team_id)
    assert len(await meeting_team.told(late)) == 2
    assert len(await meeting_team.told(meeting_team.members[1])) == 2
    assert late.id in await meeting_team.reminded(found, "1d")


async def test_who_left_and_joins_again_is_invited_to_what_was_moved_meanwhile(
    meeting_team: MeetingTeam,
) -> None:
    huda, sara = meeting_team.members[1:3]
    found = await meeting_team.calls()
    meeting_team.clock.advance(timedelta(hours=1))
    await meeting_team.leaves(huda)
    await meeting_team.moves(found, timedelta(days=1))
    meeting_team.clock.advance(timedelta(hours=1))
    async with meeting_team.database.transaction() as tx:
        await add_member(tx, meeting_team.team_id, huda)
    for _ in range(2):
        async with meeting_team.database.transaction() as tx:
            await invitation_actions.invite_newcomers(tx, meeting_team.team_id)
        meeting_team.clock.advance(timedelta(hours=1))
    (invitation,) = await meeting_team.told(huda)
    assert "الجمعة 27 نوفمبر" in readable(invitation.text)
    (moved,) = await meeting_team.told(sara)
    assert "الجمعة 27 نوفمبر" in readable(moved.text)


async def test_who_was_told_of_a_move_since_they_came_back_is_not_invited_besides(
    meeting_team: MeetingTeam,
) -> None:
    huda = meeting_team.members[1]
    found = await meeting_team.calls()
    meeting_team.clock.advance(timedelta(hours=1))
    await meeting_team.leaves(huda)
    async with meeting_team.database.transaction() as tx:
        await add_member(tx, meeting_team.team_id, huda)
    meeting_team.clock.advance(timedelta(seconds=1))
    await meeting_team.moves(found, timedelta(days=1))
    async with meeting_team.database.transaction() as tx:
        assert await invitation_actions.invite_newcomers(tx, meeting_team.team_id) == 0
    (moved,) = await meeting_team.told(huda)
    assert "الجمعة 27 نوفمبر" in readable(moved.text)
