"""What a reminder says, and the morning digest that gathers a day's."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from bot.chat.screen import ListEntry, Screen, choice, lines, paragraphs
from bot.core.i18n import N_, Phrase, Voice
from bot.delivery.message import MessageKind
from bot.delivery.notice import Haste, NoticeKind
from bot.features.meetings.models import Rsvp
from bot.features.meetings.notices import card as meeting_card
from bot.features.meetings.notices.card import page_choice
from bot.features.meetings.queries import reminders as reminder_queries
from bot.features.meetings.queries.meetings import ListedMeeting
from bot.features.meetings.queries.reminder_rules import ReminderSlot
from bot.features.meetings.queries.reminders import DigestFacts, ReminderFacts
from bot.scheduling.quiet import Cause, Timing

TITLE_CHARACTERS = 40
NOON = 12

CAUSES: dict[Cause, str] = {
    Cause.HOLIDAY: N_("a holiday of your unit"),
    Cause.EXAMS: N_("the examinations of your unit"),
    Cause.WEEKEND: N_("the weekend"),
    Cause.FRIDAY: N_("the Friday prayer"),
    Cause.IFTAR: N_("the time of iftar"),
    Cause.PRAYER: N_("a time of prayer"),
    Cause.NIGHT: N_("your quiet hours"),
}


def reminder(voice: Voice, facts: ReminderFacts, now: datetime) -> Screen:
    """A reminder before the start: place and link from an hour before on, and the answers for
    whoever has not settled yet. One that comes in a quiet time says why."""
    found, answer = facts.meeting, facts.answer
    near, unsettled = facts.slot != ReminderSlot.DAY, answer in (None, Rsvp.MAYBE)
    disturbing = ""
    if facts.timing is Timing.URGENT and facts.cause:
        disturbing = voice.say(
            "I write although it is {cause}, since the meeting is near and you have answered its"
            " invitation.",
            cause=voice.text(CAUSES[facts.cause]),
        )
    return Screen(
        title=voice.say("Reminder: {title}", title=found.title),
        text=paragraphs(
            lines(
                _begins(voice, found.starts_at, now),
                voice.say("👥 {team}", team=facts.team.name),
                meeting_card.where(voice, found.venue if near else replace(found.venue, link="")),
            ),
            # What the reader has answered shows on the buttons: the words stay when they answer.
            voice.say("Will you attend?") if not answer else "",
            disturbing,
        ),
        actions=(
            *(meeting_card.link_choice(voice, found) if near else []),
            *(meeting_card.answer_choices(voice, found, answer) if unsettled else []),
            page_choice(voice, found),
            choice(voice.say("Why did this reach me?"), "meetings.whynow", found.id, facts.slot),
        ),
        again=page_choice(voice, found),
    )


# Many meetings begin together, and saying a moment is most of the work of saying a reminder.
@lru_cache(maxsize=256)
def _begins(voice: Voice, starts_at: datetime, now: datetime) -> Phrase:
    return voice.say(
        "Begins {when}: {moment}", when=voice.relative(starts_at, now), moment=starts_at
    )


@lru_cache(maxsize=256)
def _begins_briefly(voice: Voice, starts_at: datetime, now: datetime) -> Phrase:
    return voice.say(
        "Begins {when}: {moment}",
        when=voice.relative(starts_at, now),
        moment=voice.brief(starts_at),
    )


# Colleagues have the same meetings on their cards.
@lru_cache(maxsize=1024)
def _entry(voice: Voice, listed: ListedMeeting, now: datetime) -> ListEntry:
    found = listed.meeting
    about = lines(
        _begins_briefly(voice, found.starts_at, now),
        voice.say("👥 {team}", team=listed.team.name),
        meeting_card.where(voice, found.venue),
        meeting_card.own_answer(voice, listed.answer),
    )
    return ListEntry(found.title, about, choice("", "meetings.page", found.id))


def digest(voice: Voice, facts: DigestFacts, now: datetime) -> Screen:
    """The day's reminders in one card, and a button to the page of each meeting. The second card
    of a full day does not greet once more, nor does one that was held up until after the
    morning."""
    gathered = facts.meetings
    greets = facts.greets and voice.local(now).hour < NOON
    screen = Screen(
        title=voice.say("☀️ Good morning, {name}", name=facts.name) if greets else "",
        text=voice.count(
            "{n} meeting to keep in mind:", "{n} meetings to keep in mind:", len(gathered)
        ),
        again=choice(voice.say("My meetings"), "meetings.mine"),
    )
    return screen.with_entries(_entry(voice, each, now) for each in gathered).with_actions(
        choice(voice.say("Why did this reach me?"), "meetings.whycard")
    )


REMINDER = NoticeKind(
    "meetings.reminder",
    reminder_queries.reminded_of,
    reminder,
    headline=N_("A meeting of yours is coming up."),
    sent_as=MessageKind.REMINDER,
    by_minute=True,
    haste=Haste.NOW,
)
DIGEST = NoticeKind(
    "meetings.digest",
    reminder_queries.gathered_for,
    digest,
    headline=N_("Your meetings today."),
    sent_as=MessageKind.REMINDER,
    by_minute=True,
    haste=Haste.NOW,
)
