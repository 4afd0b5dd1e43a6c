"""What does not hurry waits for the end of a quiet time; what does comes at once."""

from datetime import timedelta

from bot.features.communities.actions import membership as membership_actions
from bot.features.communities.queries import members as member_queries
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import Rsvp, Venue
from tests.features.test_reminders_in_quiet_times import QuietTeam, riyadh, team
from tests.town import town

__all__ = ["team", "town"]


async def test_an_apology_at_night_is_read_in_the_morning(team: QuietTeam) -> None:
    found = await team.meets(riyadh(3, 10))
    await team.town.moves(to=riyadh(1, 23, 30))
    async with team.town.app.database.transaction() as tx:
        await meeting_actions.answer_meeting(
            tx, team.people[team.huda.id], found.id, Rsvp.NO, moved_count=0, reason="عندي موعد"
        )
    await team.town.settles()
    team.noura.sees_nothing()
    await team.lives_until(riyadh(2, 6, 59))
    team.noura.sees_nothing()
    await team.town.moves(to=riyadh(2, 7))
    team.noura.sees("اعتذرت هدى", "عندي موعد")


async def test_an_apology_for_a_meeting_before_the_morning_comes_at_once(team: QuietTeam) -> None:
    found = await team.meets(riyadh(2, 6, 30))
    await team.town.moves(to=riyadh(1, 23, 30))
    async with team.town.app.database.transaction() as tx:
        await meeting_actions.answer_meeting(
            tx, team.people[team.huda.id], found.id, Rsvp.NO, moved_count=0, reason="عندي موعد"
        )
    await team.town.settles()
    team.noura.sees("اعتذرت هدى", "عندي موعد")


async def test_who_apologises_once_more_in_the_night_has_apologised_once(team: QuietTeam) -> None:
    found = await team.meets(riyadh(3, 10))
    await team.town.moves(to=riyadh(1, 23, 30))
    for reason in ("عندي موعد", "عندي موعد طبي"):
        async with team.town.app.database.transaction() as tx:
            await meeting_actions.answer_meeting(
                tx, team.people[team.huda.id], found.id, Rsvp.NO, moved_count=0, reason=reason
            )
        await team.town.moves(timedelta(minutes=1))
    await team.lives_until(riyadh(2, 7))
    told = [m.shown_text for m in team.noura.messages() if "اعتذرت" in m.shown_text]
    assert len(told) == 1
    assert "عندي موعد طبي" in told[0]


async def test_who_thinks_better_of_it_in_the_night_has_not_apologised(team: QuietTeam) -> None:
    found = await team.meets(riyadh(3, 10))
    await team.town.moves(to=riyadh(1, 23, 30))
    for answer, reason in ((Rsvp.NO, "عندي موعد"), (Rsvp.YES, "")):
        async with team.town.app.database.transaction() as tx:
            await meeting_actions.answer_meeting(
                tx, team.people[team.huda.id], found.id, answer, moved_count=0, reason=reason
            )
    await team.town.settles()
    await team.lives_until(riyadh(2, 7))
    assert not any("موعد" in message.shown_text for message in team.noura.messages())


async def test_a_meeting_of_the_next_hours_that_is_called_off_is_told_at_night(
    team: QuietTeam,
) -> None:
    found = await team.meets(riyadh(2, 8))
    await team.town.moves(to=riyadh(1, 23, 30))
    async with team.town.app.database.transaction() as tx:
        lead = team.people[team.noura.id]
        await meeting_actions.cancel_meeting(tx, lead, found.id, "لتعارضه")
    await team.town.moves(timedelta(minutes=1))
    assert "لتعارضه" in team.huda.last().shown_text


async def test_a_later_meeting_that_is_called_off_is_told_in_the_morning(team: QuietTeam) -> None:
    found = await team.meets(riyadh(3, 10))
    await team.town.moves(to=riyadh(1, 23, 30))
    async with team.town.app.database.transaction() as tx:
        lead = team.people[team.noura.id]
        await meeting_actions.cancel_meeting(tx, lead, found.id, "لتعارضه")
    await team.town.moves(timedelta(minutes=1))
    team.huda.sees_nothing()
    await team.lives_until(riyadh(2, 7))
    assert "لتعارضه" in team.huda.last().shown_text


async def test_a_role_card_that_is_put_right_at_night_comes_once_in_the_morning(
    team: QuietTeam,
) -> None:
    for minute, words in ((30, "تكتب المحظر"), (40, "تكتب المحضر")):
        await team.town.moves(to=riyadh(1, 23, minute))
        async with team.town.app.database.transaction() as tx:
            lead, huda = team.people[team.noura.id], team.people[team.huda.id]
            own = await member_queries.standing_of(tx, team.team_id, huda.id)
            assert own is not None
            await membership_actions.set_responsibility(tx, lead, own.id, words)
        await team.town.settles()
        team.huda.sees_nothing()
    await team.lives_until(riyadh(2, 7))
    told = [m.shown_text for m in team.huda.messages() if "بطاقة مهامك" in m.shown_text]
    assert len(told) == 1
    assert "تكتب المحضر" in told[0]


async def test_another_place_is_told_in_the_morning(team: QuietTeam) -> None:
    found = await team.meets(riyadh(3, 10))
    await team.town.moves(to=riyadh(1, 23, 30))
    async with team.town.app.database.transaction() as tx:
        lead = team.people[team.noura.id]
        await meeting_actions.relocate_meeting(tx, lead, found.id, Venue("قاعة الاجتماعات"))
    await team.town.settles()
    team.huda.sees_nothing()
    await team.lives_until(riyadh(2, 7))
    assert "قاعة الاجتماعات" in team.huda.last().shown_text


async def test_another_place_of_a_meeting_before_the_morning_is_told_at_once(
    team: QuietTeam,
) -> None:
    found = await team.meets(riyadh(2, 6))
    await team.town.moves(to=riyadh(1, 23, 30))
    async with team.town.app.database.transaction() as tx:
        lead = team.people[team.noura.id]
        await meeting_actions.relocate_meeting(tx, lead, found.id, Venue("قاعة الاجتماعات"))
    await team.town.settles()
    assert "قاعة الاجتماعات" in team.huda.last().shown_text
