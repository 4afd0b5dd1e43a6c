"""What an author is asked before it is done: sending, discarding, calling off, stopping, and
sending again.

The button that confirms carries what its reader had before them: in which state, and for how many.
Where that is no longer so, the question is asked anew as things stand by then.
"""

from bot.chat.navigation import ask_first, no_choice
from bot.chat.screen import Choice, Screen, choice, lines
from bot.chat.turn import Turn
from bot.features.announcements import notices, rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.actions import stopping as stopping_actions
from bot.features.announcements.models import UNDER_WAY, AnnouncementState
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.queries.announcements import Announcement
from bot.features.announcements.screens.announcements import (
    attachment_line,
    audience_line,
    mine,
    report,
)
from bot.features.announcements.screens.previewing import (
    MARKS,
    is_for_nobody,
    preview,
    seen_as,
    urgent_choice,
)
from bot.features.announcements.screens.resting import rest_line

GROWTH = 10
"""An audience may grow by a tenth while the question stands: people register all the time."""


# Sending it now


async def send(turn: Turn, number: str) -> Screen:
    """Ask before a draft goes out, or a scheduled one before its time."""
    found = await rights.access_own_announcement(turn.tx, turn.person, int(number))
    if await is_for_nobody(turn, found):
        return await preview(turn, number)
    return await _ask_to_send(turn, found)


async def sent(turn: Turn, number: str, seen: str = "", urgent: str = "") -> Screen:
    """Send it, if what was `seen` still holds: the mark of its state and the number of people.
    One that is `urgent` goes to those as well who rest."""
    found = await rights.access_own_announcement(turn.tx, turn.person, int(number), lock=True)
    if found.state in UNDER_WAY:
        return await _ask_to_send(turn, found)
    total = await announcement_actions.count_ready(turn.tx, turn.person, found.id)
    expected = int(seen[1:]) if seen[1:].isdecimal() else 0
    if seen[:1] != MARKS[found.state]:
        return await _ask_to_send(turn, found, _what_changed(turn, found))
    if total > expected + expected // GROWTH:
        more = turn.say("This audience has grown in the meantime.")
        return await _ask_to_send(turn, found, more)
    rest = "" if urgent else await rest_line(turn, found)
    await announcement_actions.send(turn.tx, turn.person, found.id, urgent=bool(urgent))
    # How far it has come changes in a moment: the message that counts along says it, and the
    # report, once it is opened.
    begun = Screen(
        title=turn.say("📣 {title}", title=found.title),
        text=lines(await audience_line(turn, found), rest),
    ).with_actions(
        choice(turn.say("The report"), "announce.report", found.id),
        choice(turn.say("My announcements"), "announce.mine"),
    )
    return begun.with_result(
        turn.count("It is on its way to {n} person.", "It is on its way to {n} people.", total)
    )


async def _ask_to_send(turn: Turn, found: Announcement, notice: str = "") -> Screen:
    if found.state in UNDER_WAY:
        screen = await report(turn, str(found.id))
        return screen.with_result(notices.under_way(turn.voice, found))
    total = await announcement_actions.count_ready(turn.tx, turn.person, found.id)
    due = ""
    question = turn.say("Shall I send it now? What has arrived cannot be called back.")
    if found.state is AnnouncementState.SCHEDULED and found.send_at:
        due = turn.say("It will be sent on {moment}.", moment=found.send_at)
        question = turn.say(
            "Shall I send it now, ahead of its time? What has arrived cannot be called back."
        )
    rest = await rest_line(turn, found)
    seen = seen_as(found, total)
    asked = ask_first(
        notice,
        lines(
            await audience_line(turn, found),
            turn.count("It goes to {n} person.", "It goes to {n} people.", total),
            due,
            attachment_line(turn, found),
            rest,
        ),
        question,
        title=turn.say("📣 {title}", title=found.title),
        act=choice(turn.say("Yes, send now"), "announce.sent", found.id, seen),
        back=_back(turn, found),
    )
    if not rest:
        return asked
    return asked.with_actions(urgent_choice(turn, found, seen))


def _back(turn: Turn, found: Announcement) -> Choice:
    is_draft = found.state is AnnouncementState.DRAFT
    return no_choice(turn, "announce.preview" if is_draft else "announce.report", found.id)


def _what_changed(turn: Turn, found: Announcement) -> str:
    """What became of it since the question was asked."""
    if found.state is AnnouncementState.SCHEDULED:
        return turn.say("It has been scheduled in the meantime.")
    if found.state in UNDER_WAY:
        return notices.under_way(turn.voice, found)
    return ""


# Discarding, calling off, stopping


async def stop(turn: Turn, number: str) -> Screen:
    """Ask before a draft is discarded, a scheduled one called off, or what is on its way
    stopped."""
    found = await rights.access_announcement_to_stop(turn.tx, turn.person, int(number))
    return await _ask_to_stop(turn, found)


async def stopped(turn: Turn, number: str, seen: str = "") -> Screen:
    """Do it, if the announcement is still in the state whose mark was `seen`."""
    found = await rights.access_announcement_to_stop(turn.tx, turn.person, int(number), lock=True)
    if found.state not in MARKS:
        return await _ask_to_stop(turn, found)
    if seen != MARKS[found.state]:
        return await _ask_to_stop(turn, found, _what_changed(turn, found))
    missed = await stopping_actions.stop(turn.tx, turn.person, found.id)
    if found.state is AnnouncementState.SENDING:
        screen, said = await report(turn, number), notices.stopped(turn.voice, missed)
        # The report says it as well, unless nobody was about to be sent it.
        return screen.with_toast(said) if said in screen.text else screen.with_notice(said)
    if found.state is AnnouncementState.SCHEDULED:
        return (await mine(turn)).with_notice(turn.say("Called off. Nobody will get it."))
    return await _discarded(turn)


async def _discarded(turn: Turn) -> Screen:
    return (await mine(turn)).with_notice(turn.say("Discarded. Nobody has seen it."))


async def _ask_to_stop(turn: Turn, found: Announcement, notice: str = "") -> Screen:
    if found.state is AnnouncementState.DISCARDED:
        return await _discarded(turn)
    if found.state is AnnouncementState.CANCELLED:
        return await report(turn, str(found.id))
    facts, question, label = await _stopping(turn, found)
    return ask_first(
        notice,
        lines(await audience_line(turn, found), facts),
        question,
        title=turn.say("📣 {title}", title=found.title),
        act=choice(label, "announce.stopped", found.id, MARKS[found.state]),
        back=_back(turn, found),
    )


async def _stopping(turn: Turn, found: Announcement) -> tuple[str, str, str]:
    """What is known of it, the question, and the words of the button that answers yes."""
    if found.state is AnnouncementState.SENDING:
        figures = await report_queries.report(turn.tx, found.id)
        got = notices.has_reached(turn.voice, figures)
        left = turn.count(
            "{n} person has not got it yet, and will not if it is stopped.",
            "{n} people have not got it yet, and will not if it is stopped.",
            figures.ahead(found.total),
        )
        question = turn.say("Shall I stop sending? It cannot be taken up again.")
        if found.author.id != turn.person.id:
            question = turn.say(
                "Shall I stop sending? Whoever has it keeps it, and its author is told who stopped"
                " it."
            )
        return lines(got, left), question, turn.say("Yes, stop sending")
    if found.state is AnnouncementState.SCHEDULED and found.send_at:
        total = await announcement_queries.count_recipients(turn.tx, turn.person, found.audience)
        goes = turn.count("It goes to {n} person.", "It goes to {n} people.", total)
        due = turn.say("It will be sent on {moment}.", moment=found.send_at)
        question = turn.say("Shall I call it off? Nobody will get it then.")
        return lines(goes, due), question, turn.say("Yes, call it off")
    question = turn.say(
        "Shall I discard this draft? Nobody has seen it, and it cannot be brought back."
    )
    return "", question, turn.say("Yes, discard the draft")


# Sending again


async def again(turn: Turn, number: str) -> Screen:
    """Ask before it goes once more to those whom it may not have reached."""
    found = await rights.access_announcement_to_resend(turn.tx, turn.person, int(number))
    doubtful = (await report_queries.report(turn.tx, found.id)).unknown
    if not doubtful:
        return await _resent(turn, found.id, 0)
    return ask_first(
        lines(
            await audience_line(turn, found),
            turn.count(
                "It may not have reached {n} person.",
                "It may not have reached {n} people.",
                doubtful,
            ),
            await rest_line(turn, found),
        ),
        turn.say("Shall I send it to them once more? Whoever got it will see it twice."),
        title=turn.say("📣 {title}", title=found.title),
        act=choice(turn.say("Yes, send again"), "announce.resent", found.id),
        back=_back(turn, found),
    )


async def resent(turn: Turn, number: str) -> Screen:
    count = await announcement_actions.resend_unknown(turn.tx, turn.person, int(number))
    return await _resent(turn, int(number), count)


async def _resent(turn: Turn, number: int, count: int) -> Screen:
    screen = await report(turn, str(number))
    return screen.with_result(
        turn.count("Sent again to {n} person.", "Sent again to {n} people.", count)
    )
