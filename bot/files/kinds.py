"""What a file is, what its owner said of the pupils in it, and how far it has come."""

from enum import IntEnum, StrEnum


class FileKind(StrEnum):
    """As what a file is shown in a chat."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"


class Consent(StrEnum):
    """What the owner said of the pupils in a picture, a film or a recording."""

    NEEDLESS = "needless"
    """Nobody can be seen or heard in a file of this kind, or nobody else will see it."""
    WAITING = "waiting"
    """It was asked, and nothing is fetched before the answer."""
    NOBODY = "nobody"
    """No pupil can be recognised."""
    HIDING = "hiding"
    """The faces are to be hidden, or only a part is to be kept; its owner has not looked yet."""
    HIDDEN = "hidden"
    """The faces are hidden, or only a part is kept, and its owner has looked at it."""
    GUARDIANS = "guardians"
    """The school holds the guardians' written consent: the owner's word."""
    NOT_ASKED = "not_asked"
    """It was sent before anybody was asked."""


class FileState(StrEnum):
    """wanted → kept, refused or vanished; kept ↔ concealed, kept → withdrawn."""

    WANTED = "wanted"
    """It lies with the channel that it came by."""
    KEPT = "kept"
    REFUSED = "refused"
    """It is not taken, since it is not what it says, or not of a kind that is taken."""
    VANISHED = "vanished"
    """The channel has it no more."""
    CONCEALED = "concealed"
    """Kept, and shown to its owner alone, who has not said anything of the pupils in it, or has
    not looked yet at what is left of it."""
    WITHDRAWN = "withdrawn"


HAS_BYTES = (FileState.KEPT, FileState.CONCEALED)
"""The states in which we hold the bytes."""


class Anew(IntEnum):
    """Which messages are to be brought in line with what their file is by now, piece by piece."""

    NONE = 0
    SOME = 1
    """Those that do not show it as it is."""
    ALL = 2
    """All of others than its owner, which are marked as such first."""
    APART = 3
    """The slice that shows it has them say something else, by a job of its own."""
    OVER = 4
    """It is erased, and none shows it: its row goes once none can be under way."""
