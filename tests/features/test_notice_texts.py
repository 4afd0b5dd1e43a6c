"""What notices say is what they said before they were drawn when they are sent. Since then a
reminder asks without saying that there is no answer yet, as its words stay when there is one, and
the morning card numbers its meetings."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.telegram.traits import TELEGRAM
from bot.chat.parts import fit_delivered
from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.features.announcements import notices as announcement_notices
from bot.features.announcements.models import AnnouncementState
from bot.features.announcements.queries.announcements import Announcement, AttachedFile, Signature
from bot.features.announcements.queries.notices import Progress, SentAnnouncement
from bot.features.announcements.queries.reports import Report
from bot.features.meetings.models import MeetingState, Rsvp, Venue
from bot.features.meetings.notices import meetings as meeting_notices
from bot.features.meetings.notices import reminders as reminder_notices
from bot.features.meetings.queries.meetings import ListedMeeting, Meeting
from bot.features.meetings.queries.notices import (
    ApologyFacts,
    CalledOffFacts,
    InvitationFacts,
    MoveFacts,
)
from bot.features.meetings.queries.reminders import DigestFacts, ReminderFacts
from bot.features.people.queries.audiences import Audience
from bot.files.kinds import FileKind
from bot.packs.roles import Role
from bot.scheduling.quiet import Cause, Timing
from tests.features.notice_records import BY, NOW, TEAM, UNIT, kinds_of, read, recorded, said

BEFORE = {"1d": timedelta(days=1), "1h": timedelta(hours=1), "10m": timedelta(minutes=10)}
MORNING = datetime(2026, 12, 3, 4, tzinfo=UTC)


def meeting(
    number: int = 7,
    *,
    link: str = "https://meet.example.org/a",
    reason: str = "",
    moves: int = 0,
    days: int = 0,
) -> Meeting:
    start = NOW + timedelta(days=days)
    return Meeting(
        number, 2, "لقاء القراءة", "نتفق على الخطة", ("الخطة", "التوزيع"), start,
        start + timedelta(minutes=75), Venue("قاعة المصادر", link), MeetingState.SCHEDULED, moves,
        reason, 1,
    )  # fmt: skip


def listed(found: Meeting, answer: Rsvp | None = None) -> ListedMeeting:
    return ListedMeeting(found, TEAM, answer)


def announcement(
    by: str, file: str = "None", state: AnnouncementState = AnnouncementState.SENDING
) -> Announcement:
    text = "نلتقي يوم الأحد. " * (60 if file == "long" else 1)
    attached = AttachedFile(FileKind.PHOTO, "ref-1", text="صورة") if file != "None" else None
    return Announcement(3, BY[by], Audience(1), "لقاء الأحد", text, attached, state, 30, NOW, NOW)


def moved(voice: Voice, with_reason: str) -> Screen:
    reason = "لتعارضه مع الاختبارات" if with_reason == "True" else ""
    facts = MoveFacts(listed(meeting(reason=reason, moves=1)), NOW - timedelta(days=2))
    return meeting_notices.moved(voice, facts, NOW)


def cancelled(voice: Voice, with_reason: str) -> Screen:
    reason = "لتعارضه مع الاختبارات" if with_reason == "True" else ""
    return meeting_notices.cancelled(voice, listed(meeting(reason=reason)), NOW)


def called_off(voice: Voice, number: str) -> Screen:
    gone = tuple(meeting(n + 1, days=n) for n in range(int(number)))
    return meeting_notices.called_off(voice, CalledOffFacts(TEAM, gone), NOW)


def reminder(voice: Voice, slot: str, answer: str, timing: str) -> Screen:
    rsvp = Rsvp(answer) if answer != "None" else None
    cause = Cause.NIGHT if timing == Timing.URGENT else None
    facts = ReminderFacts(meeting(), TEAM, rsvp, slot, Timing(timing), cause)
    return reminder_notices.reminder(voice, facts, NOW - BEFORE[slot])


def digest(voice: Voice, number: str, greets: str) -> Screen:
    answers = (None, Rsvp.YES, Rsvp.MAYBE)
    links = ("https://meet.example.org/a", "")
    found = tuple(
        listed(meeting(n + 1, link=links[n % 2]), answers[n % 3]) for n in range(int(number))
    )
    return reminder_notices.digest(voice, DigestFacts("منال", greets == "True", found), MORNING)


def announced(voice: Voice, by: str, role: str, file: str) -> Screen:
    signature = Signature(UNIT, Role(role) if role != "None" else None)
    facts = SentAnnouncement(announcement(by, file), signature, read=False)
    return announcement_notices.ANNOUNCED.draw(voice, facts, NOW)


def progress(voice: Voice, state: str) -> Screen:
    sent = announcement("f", state=AnnouncementState(state))
    facts = Progress(sent, Report(2, 11, 1, 1, 1, 3, 4))
    return announcement_notices.PROGRESS.draw(voice, facts, NOW)


DRAWN: dict[str, Callable[..., Screen]] = {
    "invitation": lambda v, by: meeting_notices.invitation(
        v, InvitationFacts(listed(meeting()), BY[by]), NOW
    ),
    "apology": lambda v, by: meeting_notices.apology(
        v, ApologyFacts(meeting(), BY[by], "عندي موعد في المستشفى"), NOW
    ),
    "moved": moved,
    "cancelled": cancelled,
    "relocated": lambda v: meeting_notices.relocated(v, listed(meeting(link="")), NOW),
    "called_off": called_off,
    "reminder": reminder,
    "digest": digest,
    "announced": announced,
    "progress": progress,
    "out_of_reach": lambda v: announcement_notices.OUT_OF_REACH.draw(v, announcement("f"), NOW),
}


PARTS = ("meetings", "announcements")


@pytest.mark.parametrize(("name", "before"), recorded(*PARTS))
def test_a_notice_reads_as_before(name: str, before: dict[str, object]) -> None:
    kind, state, voice = read(name)
    assert said(fit_delivered(DRAWN[kind](voice, *state), TELEGRAM, voice)) == before


def test_every_kind_has_screens_of_before() -> None:
    assert kinds_of(*PARTS) == set(DRAWN)
