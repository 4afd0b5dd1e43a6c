"""What recipients and authors are written about an announcement, each in their own voice."""

from bot.chat.incoming import FileKind
from bot.chat.person import Person
from bot.chat.screen import Attachment, Screen, choice
from bot.core.i18n import Voice
from bot.features.announcements.queries import Announcement, Report
from bot.features.people.queries import Unit, name_of

CAPTION = 700
"""A longer text goes without its file, which then has a button; Telegram's captions hold 1,024."""


def announcement(voice: Voice, sent: Announcement, place: Unit, *, read: bool = False) -> Screen:
    """The announcement as a recipient with this voice sees it, from an author at `place`."""
    footer = voice.say("From {author}, {unit}", author=name_of(voice, sent.author), unit=place.name)
    fits = len(sent.text) <= CAPTION
    file = sent.file if sent.file and fits else None
    screen = Screen(
        title=voice.say("📣 {title}", title=sent.title),
        quote=sent.text,
        footer=footer,
        attachment=Attachment(FileKind(file["kind"]), ref=file["ref"]) if file else None,
    )
    open_file = choice(voice.say("Open the attachment"), "announce.file", sent.id)
    done = choice(voice.say("✅ I have read it"), "announce.ack", sent.id)
    return screen.with_rows([open_file] if sent.file and not fits else [], [] if read else [done])


def progress(voice: Voice, sent: Announcement, report: Report) -> Screen:
    """The author's message that counts along; the last one says that it is over."""
    done = report.total - report.waiting
    title = voice.say("📣 {title}", title=sent.title)
    if report.waiting or report.total < sent.total:
        text = voice.say(
            "Being sent: {done} of {total} so far.", done=done, total=max(sent.total, report.total)
        )
        rows = [[choice(voice.say("Stop sending"), "announce.stop", sent.id)]]
    else:
        text = voice.count("It was sent to {n} person.", "It was sent to {n} people.", done)
        rows = []
    details = choice(voice.say("The report"), "announce.report", sent.id)
    return Screen(title=title, text=f"{text}\n\n{counts(voice, report)}").with_rows(
        *rows, [details]
    )


def counts(voice: Voice, report: Report) -> str:
    """One line for each state that has anybody in it."""
    lines = [
        voice.say("📬 Delivered: {n}", n=report.delivered),
        voice.say("👁 Read: {n}", n=report.acknowledged),
    ]
    if report.waiting:
        lines.append(voice.say("⏳ Waiting: {n}", n=report.waiting))
    if report.unreachable:
        lines.append(voice.say("🚫 Not reachable: {n}", n=report.unreachable))
    if report.unknown:
        lines.append(voice.say("❔ Perhaps not arrived: {n}", n=report.unknown))
    if report.failed:
        lines.append(voice.say("⚠️ Failed: {n}", n=report.failed))
    if report.cancelled:
        lines.append(voice.say("✋ Stopped: {n}", n=report.cancelled))
    return "\n".join(lines)


def out_of_reach(author: Person, sent: Announcement) -> Screen:
    """To an author whose right had ended when the time came."""
    return Screen(
        title=author.voice.say("📣 {title}", title=sent.title),
        text=author.voice.say(
            "This announcement was not sent: when its time came, your roles no longer reached its"
            " audience."
        ),
    )
