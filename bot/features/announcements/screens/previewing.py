"""What its author looks at before an announcement goes: how its readers will see it, and how many
they are.

The button that sends carries what its reader had before them: in which state, and for how many.
"""

from bot.chat.screen import Choice, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.features.announcements import notices, rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions.announcements import AnnouncementChanges
from bot.features.announcements.models import AnnouncementState
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import wider as wider_queries
from bot.features.announcements.queries.announcements import Announcement
from bot.features.announcements.screens.announcements import (
    asking_line,
    attachment_line,
    audience_line,
    goes_to,
    report,
    wider_label,
)
from bot.features.announcements.screens.resting import rest_line

MARKS = {
    AnnouncementState.DRAFT: "d",
    AnnouncementState.SCHEDULED: "p",
    AnnouncementState.SENDING: "s",
}
"""The states in which something is asked, as a button carries them."""


async def preview(turn: Turn, number: str) -> Screen:
    """A draft as its readers will see it, with how many they are: the one look before it goes."""
    found = await rights.access_own_announcement(turn.tx, turn.person, int(number))
    if found.state is not AnnouncementState.DRAFT:
        return await report(turn, number)
    return await _draw(turn, found)


async def _draw(turn: Turn, found: Announcement) -> Screen:
    sender = await announcement_queries.signature(turn.tx, found)
    total = await announcement_queries.count_recipients(turn.tx, turn.person, found.audience)
    rest = await rest_line(turn, found) if total else ""
    final = turn.say("What has arrived cannot be called back.") if total else ""
    heading = paragraphs(
        lines(await audience_line(turn, found), goes_to(turn, total), asking_line(turn, found)),
        lines(rest, final),
        turn.say("This is how it will look."),
    )
    shown = notices.announcement(turn.voice, found, sender, asks=False)
    screen = Screen(
        title=shown.title,
        text=heading,
        quote=shown.quote,
        footer=lines(shown.footer, attachment_line(turn, found)),
        again=choice("", "announce.preview", found.id),
    )
    if not total:
        screen = await with_wider(turn, screen, found)
    else:
        seen = seen_as(found, total)
        screen = screen.with_actions(
            choice(turn.say("📤 Send now"), "announce.sent", found.id, seen),
            choice(turn.say("🕓 Send later"), "announce.later", found.id),
        )
        if rest:
            screen = screen.with_actions(urgent_choice(turn, found, seen))
    return screen.with_actions(
        choice(turn.say("✏️ Change"), "announce.edit", found.id),
        choice(turn.say("🗑 Discard"), "announce.stop", found.id),
    )


async def with_wider(turn: Turn, screen: Screen, found: Announcement) -> Screen:
    """The screen of one whose audience is empty: the wider ones that hold somebody, each a tap
    away, or that there is nobody yet."""
    wider = await wider_queries.wider_audiences(turn.tx, turn.person, found.audience)
    if not wider:
        return screen.with_notice(
            turn.say("Nobody is registered there yet, nor in a wider audience within your reach.")
        )
    choices = [
        choice(await wider_label(turn, each), "announce.wider", found.id, each.code)
        for each in wider
    ]
    return screen.with_notice(
        turn.say("Nobody is registered in this audience yet. For whom shall it be instead?")
    ).with_list(choices)


async def widen(turn: Turn, number: str, code: str) -> Screen:
    """Give one whose audience is empty a wider one."""
    found = await rights.access_announcement_to_change(turn.tx, turn.person, int(number))
    wider = await wider_queries.wider_audiences(turn.tx, turn.person, found.audience)
    chosen = next((each for each in wider if each.code == code), None)
    if chosen is not None:
        changes = AnnouncementChanges(audience=chosen.audience)
        await announcement_actions.change(turn.tx, turn.person, found.id, changes)
    return await preview(turn, number)


async def later(turn: Turn, number: str) -> Screen:
    found = await rights.access_own_announcement(turn.tx, turn.person, int(number))
    if await is_for_nobody(turn, found):
        return await preview(turn, number)
    return await turn.begin("announce.later", announcement=found.id)


async def is_for_nobody(turn: Turn, found: Announcement) -> bool:
    """Whether a draft has an audience without anybody, which its preview offers to widen."""
    if found.state is not AnnouncementState.DRAFT:
        return False
    return not await announcement_queries.count_recipients(turn.tx, turn.person, found.audience)


def seen_as(found: Announcement, total: int) -> str:
    """What the button that sends carries."""
    return f"{MARKS[found.state]}{total}"


def urgent_choice(turn: Turn, found: Announcement, seen: str) -> Choice:
    """Sends it to those as well who rest."""
    return choice(turn.say("⚡ Urgent: to everybody now"), "announce.sent", found.id, seen, "u")
