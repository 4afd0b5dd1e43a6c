"""What people write for an agenda and a place, and how numbers of people are said."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.telegram.traits import TELEGRAM
from bot.chat.parts import fit_delivered
from bot.chat.person import Person, PersonState
from bot.chat.screen import choice
from bot.core.bullets import split_items
from bot.core.i18n import Gender, Voice
from bot.core.text import western
from bot.features.communities.models import Mode, TeamState
from bot.features.communities.queries.teams import Team
from bot.features.meetings.forms.fields import web_address
from bot.features.meetings.models import MeetingState, Rsvp, Venue
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.notices import reminders as reminder_notices
from bot.features.meetings.queries.meetings import (
    ListedMeeting,
    Meeting,
    MemberRsvp,
    RsvpSummary,
)
from bot.features.meetings.queries.reminders import DigestFacts
from bot.features.people.queries.units import Unit
from bot.packs.organisation import UnitGender


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("عرض النتائج\nتوزيع الأدوار", ["عرض النتائج", "توزيع الأدوار"]),
        ("١. عرض\n٢- توزيع\n(3) ما يستجد", ["عرض", "توزيع", "ما يستجد"]),
        ("• عرض\n\n– توزيع\n* ختام", ["عرض", "توزيع", "ختام"]),
        ("٣ ساعات عمل", ["٣ ساعات عمل"]),
        ("اختبار ١٢ مارس", ["اختبار ١٢ مارس"]),
    ],
)  # fmt: skip
def test_an_agenda_loses_its_bullets_and_keeps_its_words(written: str, items: list[str]) -> None:
    assert split_items(written) == items


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://meet.example.org/abc?pwd=1", "https://meet.example.org/abc?pwd=1"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("meet.example.org/abc", "https://meet.example.org/abc"),
        ("https://meet.example.org/abc،", "https://meet.example.org/abc"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://localhost/a", None),
        ("https://user@example.org/", None),
        ("https://example.org:port/", None),
        ("https://[::1", None),
        ("https://", None),
        ("ftp://example.org/a", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://example.org/" + "a" * 500, None),
    ],
)
def test_only_web_addresses_become_links(written: str, address: str | None) -> None:
    assert web_address(written) == address


def team_of(gender: UnitGender) -> Team:
    unit = Unit(1, None, "school", "مدرسة الندى", "SA", "Asia/Riyadh", gender, "/1/")
    return Team(
        1, unit, "فريق القراءة", "", (), (), "", Mode.MIXED, TeamState.ACTIVE, "code", "",
        1, datetime(2026, 11, 26, 13, tzinfo=UTC)
    )  # fmt: skip


GIRLS = team_of(UnitGender.GIRLS)


def replies(n: int, gender: Gender = "m") -> list[MemberRsvp]:
    person = Person(1, PersonState.MEMBER, "عضو", Voice(gender=gender))
    return [MemberRsvp(person, Rsvp.YES)] * n


@pytest.mark.parametrize(
    ("n", "gender", "said"),
    [
        (1, "m", "عضو واحد سيحضر"),
        (2, "m", "عضوان سيحضران"),
        (3, "m", "3 أعضاء سيحضرون"),
        (11, "m", "11 عضوًا سيحضرون"),
        (100, "m", "100 عضو سيحضرون"),
        (1, "f", "عضوة واحدة ستحضر"),
        (2, "f", "عضوتان ستحضران"),
        (5, "f", "5 عضوات سيحضرن"),
        (12, "f", "12 عضوة سيحضرن"),
    ],
)
def test_people_are_counted_as_grammar_has_it(n: int, gender: Gender, said: str) -> None:
    assert western(meeting_card.counted(Voice(), Rsvp.YES, replies(n, gender), GIRLS)) == said


@pytest.mark.parametrize(
    ("n", "gender", "said"),
    [
        (1, "m", "عضو واحد كان سيحضر"),
        (2, "f", "عضوتان كانتا ستحضران"),
        (3, "f", "3 عضوات كنّ سيحضرن"),
        (11, "m", "11 عضوًا كانوا سيحضرون"),
        (100, "f", "100 عضوة كنّ سيحضرن"),
    ],
)
def test_of_a_meeting_that_is_over_nobody_will_attend(n: int, gender: Gender, said: str) -> None:
    given = replies(n, gender)
    assert western(meeting_card.counted(Voice(), Rsvp.YES, given, GIRLS, over=True)) == said


def test_one_man_among_women_makes_the_group_masculine() -> None:
    group = replies(2, "f") + replies(1, "m")
    assert western(meeting_card.counted(Voice(), Rsvp.YES, group, GIRLS)) == "3 أعضاء سيحضرون"


def test_whoever_has_not_said_it_is_one_of_the_people_of_the_school() -> None:
    group = replies(2, "f") + replies(1, "neutral")
    assert western(meeting_card.counted(Voice(), Rsvp.YES, group, GIRLS)) == "3 عضوات سيحضرن"
    rest = western(meeting_card.names(Voice(), group, GIRLS, most=0))
    assert rest.endswith("3 أخريات")
    mixed = team_of(UnitGender.MIXED)
    assert western(meeting_card.counted(Voice(), Rsvp.YES, group, mixed)) == "3 أعضاء سيحضرون"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(30, "30 دقيقة"), (60, "ساعة"), (90, "ساعة ونصف"), (120, "ساعتان"), (150, "ساعتان ونصف"),
     (70, "ساعة و10 دقائق"), (185, "3 ساعات و5 دقائق"), (75, "ساعة وربع"), (105, "ساعة و45 دقيقة")],
)  # fmt: skip
def test_lengths_read_as_people_say_them(minutes: int, said: str) -> None:
    assert western(meeting_card.duration(Voice(), minutes)) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(2, "لمدة دقيقتين"), (5, "لمدة 5 دقائق"), (45, "لمدة 45 دقيقة"), (60, "لمدة ساعة"),
     (75, "لمدة ساعة وربع"), (90, "لمدة ساعة ونصف"), (120, "لمدة ساعتين"),
     (122, "لمدة ساعتين ودقيقتين"), (135, "لمدة ساعتين وربع"), (150, "لمدة ساعتين ونصف"),
     (185, "لمدة 3 ساعات و5 دقائق"), (220, "لمدة 3 ساعات و40 دقيقة"), (660, "لمدة 11 ساعة"),
     (720, "لمدة 12 ساعة")],
)  # fmt: skip
def test_lengths_within_a_sentence_have_its_endings(minutes: int, said: str) -> None:
    assert western(meeting_card.lasting(Voice(), minutes)) == said


def test_a_morning_card_of_many_long_meetings_is_read_on_where_they_are() -> None:
    start = datetime(2026, 11, 26, 13, tzinfo=UTC)
    meeting = Meeting(
        1, 1, "عنوان طويل " * 9, "", (), start, start + timedelta(hours=1),
        Venue("قاعة " * 30, "https://meet.example.org/" + "a" * 400),
        MeetingState.SCHEDULED, 0, "", 1,
    )  # fmt: skip
    facts = DigestFacts("هدى", True, (ListedMeeting(meeting, GIRLS, None),) * 20)
    card = reminder_notices.digest(Voice(), facts, start - timedelta(days=1))
    assert card.listing
    assert len(card.listing.items) == 20
    told = fit_delivered(card, TELEGRAM, Voice())
    assert 3000 < len(told.text) < 4096
    # Each number that is offered stands in the text, and no other.
    assert told.listing
    numbers = [western(each.label) for each in told.listing.items]
    assert 1 < len(numbers) < 20
    assert re.findall(r"^(\d+)\. ", western(told.text), re.MULTILINE) == numbers
    assert told.actions[0] == choice("متابعة القراءة", "meetings.mine")
    few = fit_delivered(card, replace(TELEGRAM, choices=10, text_with_choices=1024), Voice())
    assert len(few.text) < 1024
    assert len(few.choices) <= 10
    assert [each.label for each in few.choices[:2]] == ["فتح", "متابعة القراءة"]


def test_a_long_list_of_names_ends_with_a_number() -> None:
    said = western(meeting_card.names(Voice(), replies(25), GIRLS, most=3))
    assert said.endswith("و22 آخرون")


def test_who_has_declined_is_not_expected() -> None:
    person = replies(1)[0].person
    attendance = RsvpSummary(
        (MemberRsvp(person, Rsvp.YES), MemberRsvp(person, Rsvp.NO), MemberRsvp(person))
    )
    assert [reply.answer for reply in attendance.expected] == [Rsvp.YES, None]
