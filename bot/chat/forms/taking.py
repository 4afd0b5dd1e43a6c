"""A file that somebody sends in a form: judged at once by what the channel says of it, and written
down as wanted."""

from bot.chat.forms.reading import NotAccepted
from bot.chat.incoming import IncomingFile
from bot.chat.turn import Turn
from bot.files.arrivals import MOST_FILES, SentFile, Unfit, find_unfit, want
from bot.files.kinds import Consent


async def take_file(
    turn: Turn,
    file: IncomingFile,
    purpose: str,
    consent: Consent = Consent.NEEDLESS,
    *,
    came_in: str | None = None,
) -> int | NotAccepted:
    """The id of the file, wanted for `purpose` from now on; or why it is not taken. With a consent
    that is `WAITING` it is not fetched before that is answered. `came_in` is the message that
    brought it, if not that of the turn; "" where nobody knows."""
    channel = turn.incoming.address.channel
    arrival = SentFile(
        file.kind,
        channel,
        turn.installation.accounts[channel],
        file.ref,
        turn.incoming.message if came_in is None else came_in,
        file.name,
        file.mime,
        file.size or 0,
    )
    unfit = await find_unfit(
        turn.tx,
        turn.person.id,
        arrival,
        most_bytes=turn.installation.settings.max_file_mb * 2**20,
        store=turn.installation.files,
    )
    if unfit is not None:
        return NotAccepted(unfit_words(turn, unfit))
    return await want(turn.tx, turn.person.id, purpose, arrival, consent)


def unfit_words(turn: Turn, unfit: Unfit) -> str:
    """What its sender is told of a file that is not taken, and what they can do instead."""
    match unfit:
        case Unfit.TOO_LARGE:
            return turn.say(
                "This file is larger than {limit} MB. Please send a smaller one, or a photo of"
                " the part that matters.",
                limit=turn.installation.settings.max_file_mb,
            )
        case Unfit.UNFIT_KIND:
            return turn.say(
                "I do not take files of this kind, since they could harm a colleague's phone. Send"
                " a photo, a PDF, a document, a video or a recording instead."
            )
        case Unfit.TOO_MANY:
            return turn.say(
                "You have {files} with me, which is the most for one person. Take one away from"
                " an older practice, then send this one again.",
                files=turn.count("{n} file", "{n} files", MOST_FILES),
            )
        case Unfit.TOO_MUCH:
            return turn.say(
                "Your files fill the place that one person has. Take one away from an older"
                " practice, or send a smaller one."
            )
        case Unfit.NO_ROOM:
            return turn.say(
                "I cannot take files just now, since my storage is nearly full. Your words are"
                " safe: go on without the file, and add it another day."
            )
