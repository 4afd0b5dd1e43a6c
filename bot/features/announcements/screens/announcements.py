"""Announcements on the screen: for readers their list and each message, for authors the report and
who has not read it yet."""

from dataclasses import replace

from bot.chat.lists import entry, page_of, turning
from bot.chat.navigation import menu_choice
from bot.chat.person import Person, find_person
from bot.chat.screen import ListEntry, Screen, choice, lines, paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import N_, Phrase
from bot.core.text import shorten
from bot.features.announcements import notices, rights
from bot.features.announcements.actions import announcements as announcement_actions
from bot.features.announcements.models import AnnouncementState, Stopped
from bot.features.announcements.queries import announcements as announcement_queries
from bot.features.announcements.queries import oversight as oversight_queries
from bot.features.announcements.queries import reports as report_queries
from bot.features.announcements.queries.announcements import Announcement
from bot.features.announcements.queries.wider import Wider
from bot.features.announcements.rights import AnnouncementAbility
from bot.features.announcements.screens.resting import rest_line
from bot.features.people.actions.views import Seen, note_views
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.audiences import Audience
from bot.packs import organisation
from bot.storage.transaction import Tx

SHOWN_CHARACTERS = 400
"""Of its words, where its figures are what the screen is about."""
STATES = {
    AnnouncementState.DRAFT: N_("draft"),
    AnnouncementState.SCHEDULED: N_("scheduled"),
    AnnouncementState.SENDING: N_("being sent"),
    AnnouncementState.SENT: N_("sent"),
    AnnouncementState.DISCARDED: N_("discarded"),
    AnnouncementState.CANCELLED: N_("stopped"),
}


async def inbox(turn: Turn, page: str = "0") -> Screen:
    """What was sent to the reader; authors find their own from here."""
    at = page_of(turn, page)
    found = await announcement_queries.received(turn.tx, turn.person.id, at.offset, at.ahead)
    if (before := at.before(found)) is not None:
        return await inbox(turn, str(before))
    items = [_received(turn, one) for one in found[: at.size]]
    text = (
        turn.say("Announcements to you, the newest first. The unread ones have a dot.")
        if items
        else turn.say("There are no announcements for you yet. New ones arrive here by themselves.")
    )
    writer = []
    if await rights.reach(turn.tx, turn.person):
        writer = [
            choice(turn.say("✏️ New announcement"), "announce.new"),
            choice(turn.say("My announcements"), "announce.mine"),
        ]
    if await oversight_queries.overseen_by(turn.tx, turn.person, 0, 1):
        writer.append(choice(turn.say("By others below me"), "announce.below"))
    pages = turning(turn, at, "announce.inbox", more=len(found) > at.size)
    screen = Screen(title=turn.say("Announcements"), text=text)
    screen = screen.with_entries(items, *pages, first=at.offset + 1)
    return screen.with_actions(writer, menu_choice(turn))


def _received(turn: Turn, one: announcement_queries.Received) -> ListEntry:
    title = turn.say("🔵 {title}", title=one.title)
    if one.acknowledged:
        title = turn.say("✓ {title}", title=one.title)
    return entry(title, "", "announce.page", one.id)


async def page(turn: Turn, number: str) -> Screen:
    """One announcement for somebody who got it."""
    found = await announcement_queries.visible_announcement(turn.tx, turn.person, int(number))
    screen = await _as_received(turn, found)
    got = await announcement_queries.was_sent_to(turn.tx, found.id, turn.person.id)
    if not got:
        # Its author, or whoever stands above them, comes from how far it has come.
        return screen.with_actions(choice(turn.say("Back"), *_home_of(turn, found)))
    return screen.with_actions(choice(turn.say("Back"), "announce.inbox"))


def _home_of(turn: Turn, found: Announcement) -> tuple[str, int]:
    is_draft = found.state is AnnouncementState.DRAFT
    return "announce.preview" if is_draft else "announce.report", found.id


async def _as_received(turn: Turn, found: Announcement) -> Screen:
    sender = await announcement_queries.signature(turn.tx, found)
    asks = await announcement_queries.was_sent_to(turn.tx, found.id, turn.person.id)
    read = asks and await announcement_queries.has_acknowledged(turn.tx, found.id, turn.person.id)
    return notices.announcement(turn.voice, found, sender, asks=asks, read=read)


async def acknowledge(turn: Turn, number: str) -> Screen:
    """«I have read it»: the button gives way to a mark, on the message itself where it arrived."""
    fresh = await announcement_actions.acknowledge(turn.tx, turn.person, int(number))
    if turn.pressed_on is None:
        screen = await page(turn, number)
    else:
        found = await announcement_queries.visible_announcement(turn.tx, turn.person, int(number))
        others = choice(turn.say("Announcements"), "announce.inbox")
        screen = replace(await _as_received(turn, found), marks=True).with_actions(others)
    if fresh:
        return screen.with_toast(turn.say("Thank you, noted."))
    return screen.with_toast(turn.say("You had told us already, thank you."))


async def open_file(turn: Turn, number: str) -> Screen:
    found, file = await rights.access_attachment(turn.tx, turn.person, int(number))
    return Screen(
        text=turn.say("📣 {title}", title=found.title),
        attachment=notices.attachment_of(file),
    ).with_actions(choice(turn.say("Back"), "announce.page", found.id))


async def write(turn: Turn) -> Screen:
    return await turn.begin("announce.new")


async def mine(turn: Turn, page: str = "0") -> Screen:
    """The author's own announcements with their states."""
    at = page_of(turn, page)
    found = await announcement_queries.written_by(turn.tx, turn.person.id, at.offset, at.ahead)
    if (before := at.before(found)) is not None:
        return await mine(turn, str(before))
    items = [
        entry(
            one.title,
            turn.say("State: {state}", state=turn.voice.text(STATES[one.state])),
            "announce.preview" if one.state is AnnouncementState.DRAFT else "announce.report",
            one.id,
        )
        for one in found[: at.size]
    ]
    text = turn.say("The newest first.") if items else turn.say("You have written none yet.")
    pages = turning(turn, at, "announce.mine", more=len(found) > at.size)
    new = choice(turn.say("✏️ New announcement"), "announce.new")
    back = choice(turn.say("Back"), "announce.inbox")
    screen = Screen(title=turn.say("My announcements"), text=text)
    screen = screen.with_entries(items, *pages, first=at.offset + 1)
    return screen.with_actions(new, back)


async def wider_label(turn: Turn, wider: Wider) -> str:
    """A wider audience on a button, with how many it holds."""
    return turn.count(
        "{audience}: {n} person",
        "{audience}: {n} people",
        wider.total,
        audience=await audience_words(turn, wider.audience),
    )


async def edit(turn: Turn, number: str) -> Screen:
    found = await rights.access_announcement_to_change(turn.tx, turn.person, int(number))
    return await turn.begin("announce.edit", announcement=found.id)


def asking_line(turn: Turn, found: Announcement) -> str:
    """To its author: that its readers are not asked to confirm it, where that is so."""
    return "" if found.asks else turn.say("Readers are not asked to confirm it.")


def attachment_line(turn: Turn, found: Announcement) -> str:
    """To the author: what is attached, and whether it can go out with the words."""
    if found.file is None:
        return ""
    if found.file.is_there:
        return turn.say("📎 With an attachment")
    if found.file.is_coming:
        return turn.say("📎 The attachment is just arriving.")
    return turn.say("⚠️ Without the attachment, which I could not take.")


async def audience_line(turn: Turn, found: Announcement) -> str:
    """Whom it is for, in words: a place, and what narrows it down. No «and» joins them, which would
    promise the whole place and others besides."""
    words = await audience_words(turn, found.audience)
    return turn.say("For: {audience}", audience=words)


async def audience_words(turn: Turn, audience: Audience) -> Phrase:
    """The same without the word that leads to it."""
    place = await unit_queries.unit(turn.tx, audience.unit_id)
    assert place is not None
    parts: list[str] = [await unit_queries.unit_line(turn.tx, turn.voice, place)]
    if audience.role:
        parts.append(
            organisation.role_label(turn.voice, audience.role, unit_queries.staff_of(place))
        )
    if audience.subjects:
        parts.append(organisation.subject_labels(turn.voice, audience.subjects))
    if audience.stages:
        parts.append(organisation.stage_labels(turn.voice, audience.stages))
    return Phrase(" · ".join(turn.voice.value(part) for part in parts))


async def count_line(turn: Turn, found: Announcement) -> str:
    """How many it would reach today."""
    total = await announcement_queries.count_recipients(turn.tx, turn.person, found.audience)
    return goes_to(turn, total)


def goes_to(turn: Turn, total: int) -> str:
    """Of how many people it is for."""
    return turn.count("It goes to {n} person.", "It goes to {n} people.", total)


async def report(turn: Turn, number: str) -> Screen:
    """How far it has come: delivered, not reachable, read; for its author, and for whoever stands
    above them."""
    found = await rights.access_announcement_to_follow(turn.tx, turn.person, int(number))
    if found.state is AnnouncementState.DRAFT:
        return await turn.show("announce.preview", number)
    own = found.author.id == turn.person.id
    title = turn.say("📣 {title}", title=found.title)
    state = turn.say("State: {state}", state=turn.voice.text(STATES[found.state]))
    speaks = await signature(turn, found)
    # Its author knows who they are; whoever acts for somebody sees in whose name it goes.
    named = not own or speaks.behalf is not None
    sender = notices.from_whom(turn.voice, found, speaks) if named else ""
    top = lines(sender, await audience_line(turn, found), state)
    back = choice(turn.say("Back"), "announce.mine" if own else "announce.below")
    whole = shorten(found.words, SHOWN_CHARACTERS)
    reads = []
    if whole != found.words:
        reads = [choice(turn.say("📄 The whole text"), "announce.page", found.id)]
    if found.state is AnnouncementState.SCHEDULED and found.send_at:
        top = lines(top, await count_line(turn, found), asking_line(turn, found))
        when = turn.say("It will be sent on {moment}.", moment=found.send_at)
        rest = await rest_line(turn, found, found.send_at)
        return Screen(
            title=title,
            text=paragraphs(top, lines(when, rest)),
            quote=whole,
            footer=attachment_line(turn, found),
            again=choice("", "announce.report", found.id),
        ).with_actions(
            choice(turn.say("📤 Send now"), "announce.send", found.id),
            choice(turn.say("🕓 Change the moment"), "announce.later", found.id),
            choice(turn.say("✏️ Change"), "announce.edit", found.id),
            reads,
            choice(turn.say("Call it off"), "announce.stop", found.id),
            back,
        )
    figures = await report_queries.report(turn.tx, found.id)
    may = await rights.abilities(turn.tx, turn.person, found)
    actions = [choice(turn.say("🔄 Refresh"), "announce.report", found.id), *reads]
    silent_ones = found.asks and figures.delivered > figures.acknowledged
    if AnnouncementAbility.NAME_READERS in may and silent_ones:
        actions.append(choice(turn.say("Who has not read it yet?"), "announce.silent", found.id))
    if AnnouncementAbility.RESEND in may and figures.unknown:
        hint = turn.say("Send again to those it may have missed")
        actions.append(choice(turn.say("Send again"), "announce.again", found.id, hint=hint))
    if AnnouncementAbility.STOP in may and found.state is AnnouncementState.SENDING:
        actions.append(choice(turn.say("Stop sending"), "announce.stop", found.id))
    if AnnouncementAbility.LET_GO_ON in may:
        actions.append(choice(turn.say("Let it go on"), "announce.letgo", found.id))
    far = notices.how_far(turn.voice, found, figures) if found.has_begun else ""
    waits = found.state is AnnouncementState.SENDING and figures.waiting
    rest = await rest_line(turn, found) if waits else ""
    text = paragraphs(
        top,
        lines(far, rest, await _stopped_by(turn, found)),
        notices.counts(turn.voice, found, figures) if found.has_begun else "",
    )
    return Screen(
        title=title, text=text, quote=whole, again=choice("", "announce.report", found.id)
    ).with_actions(actions, back)


async def tell_erasure(tx: Tx, person: Person) -> str:
    """What becomes of the announcements of a person who deletes their data."""
    if not (unsent := await announcement_queries.count_unsent(tx, person.id)):
        return ""
    return person.voice.count(
        "{n} announcement of yours that waits or is being sent goes to nobody else.",
        "{n} announcements of yours that wait or are being sent go to nobody else.",
        unsent,
    )


async def signature(turn: Turn, found: Announcement) -> announcement_queries.Signature:
    return await announcement_queries.signature(turn.tx, found)


async def _stopped_by(turn: Turn, found: Announcement) -> str:
    """Who has stopped it, where that was not its author."""
    if found.stopped is not Stopped.OVERSEER or found.state is not AnnouncementState.CANCELLED:
        return ""
    by = await find_person(turn.tx, found.stopped_by or 0)
    if by is None:
        return ""
    behalf = await find_person(turn.tx, found.stopped_for or 0)
    name = people_queries.name_acting(turn.voice, by, behalf)
    return turn.say("{name} stopped it.", about=by.voice.gender, name=name)


async def silent(turn: Turn, number: str, page: str = "0") -> Screen:
    """Recipients who have not acknowledged yet, by name, for an author whose right still holds."""
    found = await rights.access_readers(turn.tx, turn.person, int(number))
    at = page_of(turn, page)
    readers = await announcement_queries.silent_readers(turn.tx, found.id, at.offset, at.ahead)
    if (before := at.before(readers)) is not None:
        return await silent(turn, number, str(before))
    shown = readers[: at.size]
    await note_views(turn.tx, turn.person, [reader.id for reader in shown], Seen.LISTED)
    names = [
        turn.say("• {name}", name=people_queries.name_of(turn.voice, reader)) for reader in shown
    ]
    heading = turn.say("Not yet read by:") if names else turn.say("Everybody has read it. 🎉")
    pages = turning(turn, at, "announce.silent", found.id, more=len(readers) > at.size)
    screen = Screen(
        title=turn.say("📣 {title}", title=found.title), text=paragraphs(heading, lines(*names))
    ).with_list([], *pages)
    return screen.with_actions(choice(turn.say("Back"), "announce.report", found.id))
