"""What recipients and authors are written about an announcement, each in their own voice."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.chat.screen import Attachment, Choice, Screen, choice, lines, paragraphs
from bot.core.i18n import N_, Phrase, Voice
from bot.delivery.message import MessageKind
from bot.delivery.notice import Haste, NoticeKind
from bot.features.announcements.models import AnnouncementState, Stopped
from bot.features.announcements.queries import notices as notice_queries
from bot.features.announcements.queries.announcements import Announcement, AttachedFile, Signature
from bot.features.announcements.queries.notices import (
    AnnouncementAnew,
    Halted,
    Progress,
    SentAnnouncement,
)
from bot.features.announcements.queries.reports import Report
from bot.features.people.notices.files import BLANK, file_shown_anew
from bot.features.people.queries.people import name_acting, name_of
from bot.files.kinds import FileKind, FileState
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
            from_whom(voice, sent, sender),
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
    return screen.with_actions([done] if asks and sent.asks and not read else [])


def attachment_of(file: AttachedFile, opens: Choice | None = None) -> Attachment:
    """The file as a screen shows it; `opens` where it may not stand beside the words."""
    ours = file.id if file.is_ours else 0
    ref = "" if ours else file.ref
    return Attachment(file.kind, ref=ref, name=file.name, file=ours, opens=opens)


def from_whom(voice: Voice, sent: Announcement, sender: Signature) -> str:
    """Who speaks, and as whom."""
    author = sent.author
    name = name_acting(voice, author, sender.behalf)
    if sender.role is None:
        return voice.say("From {author}, {unit}", author=name, unit=sender.unit.name)
    role = role_label(voice, sender.role, author.voice.gender)
    return voice.say(
        "From {author}, {role} – {unit}", author=name, role=role, unit=sender.unit.name
    )


def progress(voice: Voice, sent: Announcement, report: Report, *, stays: bool = False) -> Screen:
    """The author's message that shows the progress; the last one says that it is over. Where it
    `stays` as it is, a nought of readers would stay for good."""
    stop = [choice(voice.say("Stop sending"), "announce.stop", sent.id)]
    return Screen(
        title=voice.say("📣 {title}", title=sent.title),
        text=paragraphs(
            how_far(voice, sent, report), counts(voice, sent, report, reading=not stays)
        ),
    ).with_actions(
        stop if sent.state is AnnouncementState.SENDING else [], _report_choice(voice, sent)
    )


def how_far(voice: Voice, sent: Announcement, report: Report) -> str:
    """In a sentence how far it has come; a failed message is none that was sent."""
    if sent.state is AnnouncementState.SENDING:
        total = max(sent.total, report.total)
        if not total:
            return ""
        return voice.say(
            "Being sent: {done} of {total} so far.", done=report.delivered, total=total
        )
    if sent.state is AnnouncementState.CANCELLED:
        why = ""
        if sent.stopped is Stopped.RIGHT:
            why = voice.say("The role by which it was sent no longer reached its audience.")
        return lines(stopped(voice, report.missed(sent.total)), why)
    return voice.count("It was sent to {n} person.", "It was sent to {n} people.", report.delivered)


def has_reached(voice: Voice, report: Report) -> Phrase:
    """How many have it for good."""
    return voice.count("It has reached {n} person.", "It has reached {n} people.", report.delivered)


def _report_choice(voice: Voice, sent: Announcement) -> Choice:
    return choice(voice.say("The report"), "announce.report", sent.id)


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


def counts(voice: Voice, sent: Announcement, report: Report, *, reading: bool = True) -> str:
    """One line for each state that has anybody in it. Where a channel tells what has arrived, what
    was sent is not said to have; what it takes for read stands apart from what people have
    acknowledged."""
    if not report.total and sent.state is AnnouncementState.SENDING:
        # Nobody has been written down yet: noughts would be no figures.
        return ""
    if report.is_told:
        said = [voice.say("📤 Sent: {n}", n=report.delivered)]
        if report.on_phone:
            said.append(voice.say("📱 On the phone: {n}", n=report.on_phone))
        if report.opened:
            said.append(voice.say("👀 Opened: {n}", n=report.opened))
    else:
        said = [voice.say("📬 Delivered: {n}", n=report.delivered)]
    if report.acknowledged or (reading and sent.asks):
        said.append(voice.say("👁 Read: {n}", n=report.acknowledged))
    if report.waiting:
        said.append(voice.say("⏳ Waiting: {n}", n=report.waiting))
    if report.unreachable:
        said.append(voice.say("🚫 Not reachable: {n}", n=report.unreachable))
    if report.refused:
        said.append(voice.say("↩️ Came back: {n}", n=report.refused))
    if report.unknown:
        said.append(voice.say("❔ Perhaps not arrived: {n}", n=report.unknown))
    if report.failed:
        said.append(voice.say("⚠️ Failed: {n}", n=report.failed))
    if missed := report.missed(sent.total) if is_over(sent) else report.cancelled:
        said.append(voice.say("✋ Stopped: {n}", n=missed))
    return lines(*said)


def is_over(sent: Announcement) -> bool:
    """Whether whoever has not been sent it will not get it."""
    return sent.state is AnnouncementState.CANCELLED


def _announced(voice: Voice, facts: SentAnnouncement, now: datetime) -> Screen:
    return announcement(voice, facts.sent, facts.sender, read=facts.read)


def _progress(voice: Voice, facts: Progress, now: datetime) -> Screen:
    return progress(voice, facts.sent, facts.report, stays=facts.stays)


def _out_of_reach(voice: Voice, sent: Announcement, now: datetime) -> Screen:
    return Screen(
        title=voice.say("📣 {title}", title=sent.title),
        text=voice.say(
            "This announcement was not sent: when its time came, your roles no longer reached its"
            " audience."
        ),
    )


def _stopped_above(voice: Voice, facts: Halted, now: datetime) -> Screen:
    """To its author: somebody above them has stopped it."""
    sent, by = facts.sent, facts.by
    assert by is not None
    return _halted(
        voice,
        facts,
        voice.say(
            "{name} stopped sending this announcement.",
            about=by.voice.gender,
            name=name_acting(voice, by, facts.behalf),
        ),
        _report_choice(voice, sent),
    )


def _broken_off(voice: Voice, facts: Halted, now: datetime) -> Screen:
    return _halted(voice, facts, "", _report_choice(voice, facts.sent))


def _broken_off_below(voice: Voice, facts: Halted, now: datetime) -> Screen:
    """To whoever stands above its author; without a word of it to whoever reads no contents."""
    author = facts.sent.author
    whose = voice.say("An announcement of {author} was stopped.", author=name_of(voice, author))
    if not facts.reads:
        return Screen(text=paragraphs(whose, _standing(voice, facts)))
    onward = choice(voice.say("Let it go on"), "announce.letgo", facts.sent.id)
    return _halted(voice, facts, whose, onward, _report_choice(voice, facts.sent))


def _goes_on(voice: Voice, facts: Halted, now: datetime) -> Screen:
    by = facts.by
    assert by is not None
    text = voice.say(
        "{name} let this announcement go on.",
        about=by.voice.gender,
        name=name_acting(voice, by, facts.behalf),
    )
    return Screen(title=voice.say("📣 {title}", title=facts.sent.title), text=text).with_actions(
        _report_choice(voice, facts.sent)
    )


def _halted(voice: Voice, facts: Halted, said: str, *actions: Choice) -> Screen:
    return Screen(
        title=voice.say("📣 {title}", title=facts.sent.title),
        text=paragraphs(said, _standing(voice, facts)),
    ).with_actions(*actions)


def _standing(voice: Voice, facts: Halted) -> str:
    """How far it has come, and that those who have it keep it."""
    return lines(how_far(voice, facts.sent, facts.report), has_reached(voice, facts.report))


def _said_anew(voice: Voice, facts: AnnouncementAnew, now: datetime) -> Screen:
    """In place of a message that shows a file, or shows it no more: the words stay as they were
    read, with what may still be done there."""
    told, file = facts.told, facts.file
    if not facts.reads and file is not None and file.is_kept:
        return file_shown_anew(voice, file, now)
    screen = Screen()
    if facts.reads:
        screen = announcement(voice, told.sent, told.sender, asks=facts.asks, read=told.read)
        screen = screen.with_actions(_onward(voice, facts))
    if screen.attachment is not None:
        return replace(screen, takes_back=True)
    if facts.exchanged:
        why = voice.say("📎 This attachment is no longer part of the announcement.")
    elif file is None:
        why = voice.say("📎 The attachment was deleted with its owner's data.")
    elif file.state is FileState.WITHDRAWN:
        why = voice.say("📎 The attachment was withdrawn, and is shown to nobody any more.")
    else:
        why = voice.say("📎 The attachment is hidden, for the sake of the pupils in it.")
    blank = Attachment(FileKind.PHOTO, path=str(BLANK))
    return replace(screen, text=why, attachment=blank, takes_back=True)


def _onward(voice: Voice, facts: AnnouncementAnew) -> Choice:
    """For a recipient the way to the others; its author, or whoever stands above them, comes from
    how far it has come."""
    if facts.asks:
        return choice(voice.say("Announcements"), "announce.inbox")
    return choice(voice.say("Back"), "announce.report", facts.told.sent.id)


_AT_ONCE = datetime.min.replace(tzinfo=UTC)
_WHENEVER = datetime.max.replace(tzinfo=UTC)


def _asked_for(facts: Progress) -> datetime:
    return _WHENEVER if facts.waits else _AT_ONCE


def _by_when(facts: SentAnnouncement) -> datetime:
    return _AT_ONCE if facts.sent.urgent else _WHENEVER


ANNOUNCED = NoticeKind(
    "announcements.announced",
    notice_queries.announced,
    _announced,
    headline=N_("There is an announcement for you."),
    sent_as=MessageKind.BROADCAST,
    haste=Haste.DAY,
    before=_by_when,
)
"""To each recipient."""
PROGRESS = NoticeKind(
    "announcements.progress",
    notice_queries.progress_of,
    _progress,
    headline=N_("There is news of your announcement."),
    sent_as=MessageKind.PROGRESS,
    haste=Haste.DAY,
    before=_asked_for,
)
"""To the author: how far it has come."""
OUT_OF_REACH = NoticeKind(
    "announcements.out_of_reach",
    notice_queries.written,
    _out_of_reach,
    headline=N_("There is news of your announcement."),
    haste=Haste.DAY,
)
"""To an author whose right had ended when the time came."""
STOPPED_ABOVE = NoticeKind(
    "announcements.stopped_above",
    notice_queries.halted,
    _stopped_above,
    headline=N_("There is news of your announcement."),
    haste=Haste.DAY,
)
"""To its author: somebody above them has stopped it."""
BROKEN_OFF = NoticeKind(
    "announcements.broken_off",
    notice_queries.halted,
    _broken_off,
    headline=N_("There is news of your announcement."),
    haste=Haste.DAY,
)
"""To its author: the right by which it went has ended."""
BROKEN_OFF_BELOW = NoticeKind(
    "announcements.broken_off_below",
    notice_queries.halted,
    _broken_off_below,
    headline=N_("An announcement below you was stopped."),
    haste=Haste.DAY,
)
"""To whoever stands above its author."""
GOES_ON = NoticeKind(
    "announcements.goes_on",
    notice_queries.went_on,
    _goes_on,
    headline=N_("There is news of your announcement."),
    haste=Haste.DAY,
)
"""To its author: somebody above them let it go on."""
SAID_ANEW = NoticeKind(
    "announcements.without_file",
    notice_queries.said_anew,
    _said_anew,
    haste=Haste.NOW,
)
"""To whoever was shown a file that is withdrawn, hidden or shown again, or whose author is
erased."""
