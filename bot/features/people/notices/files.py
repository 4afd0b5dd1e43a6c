"""What the owners of files are told, and whoever was shown one that is withdrawn."""

from datetime import datetime
from pathlib import Path

from bot.chat.screen import Attachment, Screen, choice, lines
from bot.core.i18n import N_, Phrase, Voice
from bot.core.text import isolate
from bot.delivery.notice import Haste, NoticeKind
from bot.features.people.queries import files as file_queries
from bot.features.people.queries.files import FileNews, LeftCopies, WithdrawalNews
from bot.features.people.queries.people import name_acting
from bot.files.kinds import FileKind
from bot.files.owned import OwnedFile
from bot.files.unfit import UnfitReason

BLANK = Path(__file__).parents[3] / "files" / "blank.png"
"""What takes the place of a picture: nothing to be seen."""
FILE_WORDS: dict[FileKind, str] = {
    FileKind.PHOTO: N_("the photo"),
    FileKind.DOCUMENT: N_("the document"),
    FileKind.VOICE: N_("the voice note"),
    FileKind.AUDIO: N_("the recording"),
    FileKind.VIDEO: N_("the video"),
}


DAMAGED = N_("it is damaged, or not all of it arrived")
UNFIT_WORDS: dict[str, str] = {
    UnfitReason.EMPTY: N_("it is empty"),
    UnfitReason.BROKEN: DAMAGED,
    UnfitReason.PROGRAM: N_("it holds a program, which could harm a colleague's phone"),
    UnfitReason.PAGE: N_("it is a web page or a script; a picture or PDF of it would do"),
    UnfitReason.ARCHIVE: N_("it is an archive; please send the files in it one by one"),
    UnfitReason.MACROS: N_("it holds macros; saved without them, or as a PDF, it would do"),
    UnfitReason.OLD_OFFICE: N_("it is of an old Office format; a PDF of it would do"),
    UnfitReason.TWO_IN_ONE: N_("another file hangs on it, which could harm a colleague's phone"),
    UnfitReason.MISNAMED: N_("it is something else than its name says"),
    UnfitReason.UNKNOWN: N_("I do not know its format; a picture, PDF or Office document would do"),
    UnfitReason.PIXELS: N_("it has more pixels than I can open; a smaller one would do"),
    UnfitReason.HEAVY: N_("it unpacks to more than I can open; a smaller one would do"),
}
"""Why a file is not taken, by the code that is kept with it."""


def file_not_taken(voice: Voice, news: FileNews, now: datetime) -> Screen:
    """To the owner of a file that could not be kept."""
    word = voice.text(FILE_WORDS[news.kind])
    file = Phrase(f"{word} {isolate(news.name)}") if news.name else Phrase(word)
    if news.is_gone:
        text = voice.say(
            "I could not get {file} that you sent: it is no longer to be had. What you wrote is"
            " kept; please send the file once more.",
            file=file,
        )
    elif news.reason == "too_large":
        text = voice.say(
            "I could not take {file} that you sent: it is too large. What you wrote is kept; a"
            " smaller file would do.",
            file=file,
        )
    elif news.reason == "too_much":
        text = voice.say(
            "I could not take {file} that you sent: your files fill the place that one person has."
            " What you wrote is kept.",
            file=file,
        )
    else:
        text = voice.say(
            "I did not take {file} that you sent: {why}. What you wrote is kept.",
            file=file,
            why=Phrase(voice.text(UNFIT_WORDS.get(news.reason, DAMAGED))),
        )
    back = [choice(voice.say("Back to the form"), "resume")] if news.in_form else []
    return Screen(text=text).with_actions(*back)


def file_withdrawn(voice: Voice, news: WithdrawalNews, now: datetime) -> Screen:
    """To the owner of a file that the head of their school has withdrawn."""
    word = voice.text(FILE_WORDS[news.kind])
    file = Phrase(f"{word} {isolate(news.name)}") if news.name else Phrase(word)
    text = voice.say(
        "{name} has withdrawn {file} that you shared, for the sake of a pupil. It is shown nowhere"
        " any more, and your words stay as they are. If you have the original in this chat, please"
        " delete it there as well.",
        about=news.by.voice.gender,
        name=name_acting(voice, news.by, news.behalf),
        file=file,
    )
    return Screen(text=text)


def file_taken_back(voice: Voice, file_id: int, now: datetime) -> Screen:
    """In place of a picture that somebody was shown."""
    blank = Attachment(FileKind.PHOTO, path=str(BLANK))
    text = voice.say("This was withdrawn, and is shown to nobody any more.")
    return Screen(text=text, attachment=blank, takes_back=True)


def file_hidden(voice: Voice, file_id: int, now: datetime) -> Screen:
    """In place of a picture that somebody was shown as it was."""
    blank = Attachment(FileKind.PHOTO, path=str(BLANK))
    text = voice.say("This picture is hidden as it was, for the sake of the pupils in it.")
    return Screen(text=text, attachment=blank, takes_back=True)


def file_shown_anew(voice: Voice, file: OwnedFile, now: datetime) -> Screen:
    """In place of what says that it is hidden."""
    shown = Attachment(file.kind, name=file.name, file=file.id)
    text = voice.say("This is shown again, now that it was looked at.")
    return Screen(text=text, attachment=shown, takes_back=True)


def original_deleted(voice: Voice, file_id: int, now: datetime) -> Screen:
    """In place of the owner's own message with the original: nothing."""
    return Screen(takes_back=True)


def not_taken_back(voice: Voice, news: LeftCopies, now: datetime) -> Screen:
    """To whoever withdrew a file, where it could not be taken out of every message."""
    done = voice.count(
        "I have taken it out of {n} message.", "I have taken it out of {n} messages.", news.done
    )
    left = voice.count(
        "In {n} message I could not, since it is a voice note, is out of reach or was deleted."
        " Nobody can open it from me any more, but it may still be seen there.",
        "In {n} messages I could not, since they are voice notes, are out of reach or were deleted."
        " Nobody can open it from me any more, but it may still be seen there.",
        news.left,
    )
    return Screen(text=lines(done if news.done else "", left))


def old_pictures(voice: Voice, number: int, now: datetime) -> Screen:
    """To the owner of pictures that were taken before anybody was asked."""
    text = voice.count(
        "{n} picture or recording of yours was shared before I asked about the pupils in such"
        " files. Please answer for it: two taps. What is not answered for in 60 days is hidden from"
        " the others.",
        "{n} pictures or recordings of yours were shared before I asked about the pupils in such"
        " files. Please answer for each: two taps. What is not answered for in 60 days is hidden"
        " from the others.",
        number,
    )
    return Screen(text=text).with_actions(choice(voice.say("Answer now"), "people.unanswered"))


def ready_to_look(voice: Voice, number: int, now: datetime) -> Screen:
    """To the owner of pictures that were prepared: nothing is shared before they have looked."""
    text = voice.count(
        "The picture is ready. Nobody else sees it before you have looked at it.",
        "{n} pictures are ready. Nobody else sees them before you have looked at them.",
        number,
    )
    return Screen(text=text).with_actions(choice(voice.say("Show it to me"), "resume"))


READY_TO_LOOK = NoticeKind(
    "people.ready_to_look",
    file_queries.prepared,
    ready_to_look,
    headline=N_("A picture of yours is ready to be looked at."),
    haste=Haste.NOW,
)
FILE_NOT_TAKEN = NoticeKind(
    "people.file_not_taken", file_queries.not_taken, file_not_taken, haste=Haste.NOW
)
FILE_WITHDRAWN = NoticeKind(
    "people.file_withdrawn",
    file_queries.withdrawn,
    file_withdrawn,
    headline=N_("A file that you shared is withdrawn."),
    haste=Haste.NOW,
)
ORIGINAL_DELETED = NoticeKind(
    "people.original_deleted", file_queries.taken_back, original_deleted, haste=Haste.NOW
)
NOT_TAKEN_BACK = NoticeKind(
    "people.not_taken_back", file_queries.left_copies, not_taken_back, haste=Haste.NOW
)
FILE_HIDDEN = NoticeKind("people.file_hidden", file_queries.hidden, file_hidden, haste=Haste.NOW)
FILE_SHOWN_ANEW = NoticeKind(
    "people.file_shown_anew", file_queries.shown_anew, file_shown_anew, haste=Haste.NOW
)
FILE_TAKEN_BACK = NoticeKind(
    "people.file_taken_back", file_queries.taken_back, file_taken_back, haste=Haste.NOW
)
OLD_PICTURES = NoticeKind(
    "people.old_pictures",
    file_queries.asked_about,
    old_pictures,
    haste=Haste.DAY,
    headline=N_("Something is asked about pictures of yours."),
)
