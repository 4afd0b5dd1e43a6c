"""What recipients and authors are written about an announcement, each in their own voice."""

from datetime import datetime

from bot.chat.person import Person
from bot.chat.screen import Attachment, Choice, Screen, choice, lines
from bot.core.i18n import N_, Phrase, Voice
from bot.delivery.message import MessageKind
from bot.delivery.notice import NoticeKind
from bot.features.announcements.models import AnnouncementState
from bot.features.announcements.queries import notices as notice_queries
from bot.features.announcements.queries.announcements import (
    Announcement,
    AttachedFile,
    Report,
    Signature,
)
from bot.features.announcements.queries.notices import Progress, SentAnnouncement
from bot.features.people.queries.people import name_of
from bot.packs.organisation import role_label


def announcement(
    voice: Voice,
    sent: Announcement,
    sender: Signature,
    *,
    asks: bool = True,
    read: bool = False,
) -> Screen:
    """The announcement as a recipient with this voice sees it: it `asks` them to say that they
    have read it, or bears the mark that they have `read` it."""
    file = sent.file if sent.file and sent.file.is_there else None
    screen = Screen(
        title=voice.say("📣 {title}", title=sent.title),
        quote=sent.words,
        footer=lines(
            _from(voice, sent.author, sender),
            voice.say("✅ You have read this announcement.") if read else "",
        ),
        attachment=attachment_of(
            file, opens=choice(voice.say("Open the attachment"), "announce.file", sent.id)
        )
        if file
        else None,
        again=choice("", "announce.page", sent.id),
    )
    done = choice(voice.say("✅ I have read it"), "announce.ack", sent.id)
    return screen.with_actions([done] if asks and not read else [])


def attachment_of(file: AttachedFile, opens: Choice | None = None) -> Attachment:
    """The file as a screen shows it; `opens` where it may not stand beside the words."""
    ours = file.id if file.is_ours else 0
    ref = "" if ours else file.ref
    return Attachment(file.kind, ref=ref, name=file.name, file=ours, opens=opens)


def _from(voice: Voice, author: Person, sender: Signature) -> str:
    name = name_of(voice, author)
    if sender.role is None:
        return voice.say("From {author}, {unit}", author=name, unit=sender.unit.name)
    role = role_label(voice, sender.role, author.voice.gender)
    return voice.say(
        "From {author}, {role} – {unit}", author=name, role=role, unit=sender.unit.name
    )


def progress(voice: Voice, sent: Announcement, report: Report) -> Screen:
    """The author's message that shows the progress; the last one says that it is over."""
    done = report.total - report.waiting
    title = voice.say("📣 {title}", title=sent.title)
    if sent.state is AnnouncementState.SENDING:
        text = voice.say(
            "Being sent: {done} of {total} so far.", done=done, total=max(sent.total, report.total)
        )
        stop = [choice(voice.say("Stop sending"), "announce.stop", sent.id)]
    elif sent.state is AnnouncementState.CANCELLED:
        text, stop = stopped(voice, report.missed(sent.total)), []
    else:
        text = voice.count("It was sent to {n} person.", "It was sent to {n} people.", done)
        stop = []
    details = choice(voice.say("The report"), "announce.report", sent.id)
    return Screen(title=title, text=f"{text}\n\n{counts(voice, report)}").with_actions(
        stop, details
    )


def stopped(voice: Voice, missed: int) -> Phrase:
    """To the author: so many will not get it."""
    return voice.count(
        "Stopped. {n} person will not get it any more.",
        "Stopped. {n} people will not get it any more.",
        missed,
    )


def under_way(voice: Voice, sent: Announcement) -> Phrase:
    """To the author of what is being sent, or has been: nothing more is to be done for it."""
    if sent.state is AnnouncementState.SENT:
        return voice.say("It has been sent already.")
    return voice.say("It is on its way already.")


def counts(voice: Voice, report: Report) -> str:
    """One line for each state that has anybody in it. Where a channel tells what has arrived, what
    was sent is not said to have; what it takes for read stands apart from what people have
    acknowledged."""
    if report.is_told:
        lines = [voice.say("📤 Sent: {n}", n=report.delivered)]
        if report.on_phone:
            lines.append(voice.say("📱 On the phone: {n}", n=report.on_phone))
        if report.opened:
            lines.append(voice.say("👀 Opened: {n}", n=report.opened))
    else:
        lines = [voice.say("📬 Delivered: {n}", n=report.delivered)]
    lines.append(voice.say("👁 Read: {n}", n=report.acknowledged))
    if report.waiting:
        lines.append(voice.say("⏳ Waiting: {n}", n=report.waiting))
    if report.unreachable:
        lines.append(voice.say("🚫 Not reachable: {n}", n=report.unreachable))
    if report.refused:
        lines.append(voice.say("↩️ Came back: {n}", n=report.refused))
    if report.unknown:
        lines.append(voice.say("❔ Perhaps not arrived: {n}", n=report.unknown))
    if report.failed:
        lines.append(voice.say("⚠️ Failed: {n}", n=report.failed))
    if report.cancelled:
        lines.append(voice.say("✋ Stopped: {n}", n=report.cancelled))
    return "\n".join(lines)


def _announced(voice: Voice, facts: SentAnnouncement, now: datetime) -> Screen:
    return announcement(voice, facts.sent, facts.sender, read=facts.read)


def _progress(voice: Voice, facts: Progress, now: datetime) -> Screen:
    return progress(voice, facts.sent, facts.report)


def _out_of_reach(voice: Voice, sent: Announcement, now: datetime) -> Screen:
    return Screen(
        title=voice.say("📣 {title}", title=sent.title),
        text=voice.say(
            "This announcement was not sent: when its time came, your roles no longer reached its"
            " audience."
        ),
    )


ANNOUNCED = NoticeKind(
    "announcements.announced",
    notice_queries.announced,
    _announced,
    headline=N_("There is an announcement for you."),
    sent_as=MessageKind.BROADCAST,
)
"""To each recipient."""
PROGRESS = NoticeKind(
    "announcements.progress",
    notice_queries.progress_of,
    _progress,
    headline=N_("There is news of your announcement."),
    sent_as=MessageKind.PROGRESS,
)
"""To the author: how far it has come."""
OUT_OF_REACH = NoticeKind(
    "announcements.out_of_reach",
    notice_queries.written,
    _out_of_reach,
    headline=N_("There is news of your announcement."),
)
"""To an author whose right had ended when the time came."""
