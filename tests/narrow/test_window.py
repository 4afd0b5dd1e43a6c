"""Whoever has not written for a day hears headlines alone, and the rest as soon as they ask; what
has no headline waits for their word. Nobody's press is met with silence."""

from datetime import timedelta
from typing import Any

import pytest

from bot.chat.conversation import load_contact
from bot.chat.incoming import Address
from bot.chat.person import addresses
from bot.core.i18n import GENDERS, Voice
from bot.delivery import drawing, windows
from bot.delivery.message import MessageState, outbox
from bot.delivery.windows import HEARD_AGAIN, WAITED_AT_MOST, WAITS
from bot.features import notice_kinds
from bot.features.meetings.actions import meetings as meeting_actions
from bot.features.meetings.models import meetings
from bot.features.practices.actions import practices as practice_actions
from tests.features.test_meetings_chat import MeetingSchool, school
from tests.features.test_practices import NADA, Story, story
from tests.narrow.platform import HEADLINE, WINDOW, NarrowPlatform
from tests.town import Phone, Town

__all__ = ["NADA", "school", "story"]

on_the_narrow_channel = pytest.mark.parametrize(
    ("channel", "database_url"),
    [("narrow", "sqlite"), ("narrow", "postgresql")],
    ids=["sqlite", "postgresql"],
    indirect=True,
)
pytestmark = pytest.mark.narrow
VOICES = [Voice(locale, gender) for locale in ("ar_SA", "fr", "en") for gender in GENDERS]
SILENT = {
    "announcements.without_file",
    "communities.joined", "communities.left", "communities.role_card", "communities.edited",
    "meetings.apology", "people.accepted", "people.file_hidden", "people.file_not_taken",
    "people.file_shown_anew", "people.file_taken_back",
    "people.not_taken_back", "people.original_deleted", "people.unread", "practices.applied",
    "practices.improved", "practices.shared", "practices.thanked",
}  # fmt: skip
"""What is as welcome when its reader has something to say; what answers somebody who wrote just
now; and what changes a message without a word."""


def test_what_cannot_wait_has_a_headline_of_one_line() -> None:
    kinds = notice_kinds()
    assert {name for name, kind in kinds.items() if not kind.headline} == SILENT
    for kind in kinds.values():
        for voice in VOICES if kind.headline else ():
            said = voice.text(kind.headline)
            assert 0 < len(said) <= HEADLINE
            assert "\n" not in said


def headlines(phone: Phone) -> list[str]:
    return [m.shown_text for m in phone.messages() if m.details.get("headline")]


@on_the_narrow_channel
async def test_a_reminder_comes_as_its_headline_and_opens(school: MeetingSchool) -> None:
    await school.meets()
    town, huda = school.town, school.huda
    start = (await town.rows(meetings))[0].starts_at
    await town.moves(to=start - timedelta(days=1))
    assert headlines(huda) == ["يقترب موعد أحد اجتماعاتك."]
    huda.sees_button("عرض")
    await town.moves(timedelta(hours=5))
    await huda.taps("عرض")
    huda.sees("تذكير: تحليل نتائج الاختبار", "هل تحضرين؟")
    await huda.taps("سأحضر")
    huda.sees("سُجّلت إجابتك: سأحضر")
    # From here on she may be written to freely.
    await town.moves(to=start - timedelta(hours=1))
    huda.sees("تذكير: تحليل نتائج الاختبار", "يبدأ بعد ساعة")
    assert len(headlines(huda)) == 1


@on_the_narrow_channel
async def test_what_has_settled_itself_says_so_when_it_is_opened(school: MeetingSchool) -> None:
    await school.meets()
    town, huda = school.town, school.huda
    found = (await town.rows(meetings))[0]
    await town.moves(to=found.starts_at - timedelta(days=1))
    await school.leaves(huda)
    await huda.taps("عرض")
    huda.sees("ما أردت إخبارك به لم يعد قائمًا.")
    huda.sees_button("القائمة الرئيسية")


@on_the_narrow_channel
async def test_what_has_no_headline_waits_for_a_word(story: Story) -> None:
    town, huda = story.town, story.huda
    await town.moves(WINDOW + timedelta(hours=2))
    await story.shared(team_id=story.team.id, title="بطاقات الكلمات")
    huda.sees_nothing()
    number = await town.person_id(huda)
    (row,) = await town.rows(outbox, person_id=number, state=MessageState.QUEUED)
    assert row.error == WAITS
    # It is looked at every day, and still waits.
    await town.moves(timedelta(days=1, minutes=1))
    huda.sees_nothing()
    await huda.says("/help")
    huda.sees("كيف أساعدك", "شاركت مريم ممارسة مع فريق القراءة")
    (row,) = await town.rows(outbox, id=row.id)
    assert (row.state, row.error) == (MessageState.DELIVERED, None)


@on_the_narrow_channel
async def test_a_word_that_comes_just_when_it_is_put_by_counts(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She writes after it was found that she has not, and before that is written down."""
    town, huda = story.town, story.huda
    await town.moves(WINDOW + timedelta(hours=2))
    find_closed = windows.find_closed

    async def find_and_hear(*asked: Any) -> Any:
        monkeypatch.setattr(drawing, "find_closed", find_closed)
        closed = await find_closed(*asked)
        async with town.app.database.transaction() as tx:
            contact = await load_contact(tx, Address("narrow", str(huda.id)))
            assert contact is not None
            await windows.note_heard(tx, contact, WINDOW)
        assert isinstance(town.platform, NarrowPlatform)
        town.platform.chats[str(huda.id)].heard_at = town.clock.now()
        return closed

    monkeypatch.setattr(drawing, "find_closed", find_and_hear)
    await story.shared(team_id=story.team.id, title="بطاقات الكلمات")
    await town.settles()
    huda.sees("شاركت مريم ممارسة مع فريق القراءة")


@on_the_narrow_channel
async def test_what_nobody_asked_for_in_a_month_is_no_news(story: Story) -> None:
    town, huda = story.town, story.huda
    await town.moves(WINDOW + timedelta(hours=2))
    await story.shared(team_id=story.team.id)
    number = await town.person_id(huda)
    (row,) = await town.rows(outbox, person_id=number, state=MessageState.QUEUED)
    await town.moves(WAITED_AT_MOST + timedelta(hours=1))
    (row,) = await town.rows(outbox, id=row.id)
    assert (row.state, row.error) == (MessageState.DROPPED, "unheard")
    await huda.says("/help")
    assert "شاركت مريم" not in str(huda.news())


@on_the_narrow_channel
async def test_what_waits_is_dropped_when_it_has_lost_its_sense(story: Story) -> None:
    town, huda = story.town, story.huda
    await town.moves(WINDOW + timedelta(hours=2))
    number = await story.shared(team_id=story.team.id)
    async with town.app.database.transaction() as tx:
        await practice_actions.withdraw_practice(tx, story.people["مريم"], number)
    await huda.says("/help")
    assert "شاركت مريم" not in str(huda.news())
    queued = await town.rows(outbox, person_id=await town.person_id(huda))
    assert WAITS not in [row.error for row in queued if row.state is MessageState.QUEUED]


@on_the_narrow_channel
async def test_that_somebody_was_heard_of_is_noted_now_and_then(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("/start")
    first = (await town.rows(addresses))[0].heard_at
    assert first == town.clock.now()
    await town.moves(HEARD_AGAIN / 2)
    await maryam.says("/start")
    assert (await town.rows(addresses))[0].heard_at == first
    await town.moves(HEARD_AGAIN / 2)
    await maryam.says("/start")
    assert (await town.rows(addresses))[0].heard_at == town.clock.now()


@on_the_narrow_channel
async def test_whoever_closes_the_door_is_known_by_what_was_refused(school: MeetingSchool) -> None:
    await school.meets()
    town, huda = school.town, school.huda
    await huda.blocks()
    async with town.app.database.transaction() as tx:
        found = (await town.rows(meetings))[0]
        await meeting_actions.cancel_meeting(tx, school.people[school.noura.id], found.id, "")
    await town.settles()
    number = await town.person_id(huda)
    assert [row.reach for row in await town.rows(addresses, person_id=number)] == ["unreachable"]
    await huda.says("/meetings")
    assert [row.reach for row in await town.rows(addresses, person_id=number)] == ["reachable"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_where_no_channel_has_a_window_nothing_is_asked(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(windows, "note_heard")
    monkeypatch.delattr(drawing, "find_closed")
    await story.sara.says("/help")
    story.sara.sees("كيف أساعدك")
    await story.town.moves(WINDOW * 2)
    await story.shared(team_id=story.team.id)
    story.huda.sees("شاركت مريم ممارسة")
    assert {row.heard_at for row in await story.town.rows(addresses)} == {None}


@on_the_narrow_channel
async def test_a_press_that_changes_nothing_is_answered_by_a_message(town: Town) -> None:
    maryam = town.person("مريم")
    await maryam.says("/language")
    await town.platform.press(maryam.id, maryam.last().message_id, "not.mine", forged=True)
    await town.settles()
    maryam.sees("هذا الزر لشخص آخر، أو لم يعد صالحًا.")
    # There is a way on from it, also for whoever is not registered.
    await maryam.taps("القائمة الرئيسية")
    maryam.sees("أهلًا بك في «حلقة»")
