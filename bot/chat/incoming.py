"""What a person did, or a channel tells of our own messages, in words that every channel shares."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.files.kinds import FileKind


class IncomingKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    FILE = "file"
    CONTACT = "contact"
    """A telephone number that somebody shared."""
    EDITED = "edited"
    """A message that the person changed afterwards; its new text is in `text`."""
    UNREADABLE = "unreadable"
    """A sticker, a place, a poll …: something that the bot does not take."""
    BLOCKED = "blocked"
    RETURNED = "returned"
    STATUS = "status"
    """The channel tells what became of a message of ours; nobody did anything."""
    GIFT = "gift"
    """The channel hands over something that is worth money, for us."""
    GROUP = "group"
    """We were put into a place of several people, or are spoken to there; its address is that of
    no person."""
    IGNORED = "ignored"
    """Nothing to answer: what a channel writes into a chat by itself, a channel post …"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached: the channel's name and the channel's own id for the chat."""

    channel: str
    id: str


class Unfetched(Exception):
    """The channel did not hand a file over; `too_large` when it never will."""

    def __init__(self, *, too_large: bool) -> None:
        super().__init__("too large" if too_large else "not to be had now")
        self.too_large = too_large


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that stays with the channel until somebody needs it.

    `ref` is the channel's reference, enough to send it again without a download; `size` is in
    bytes, `seconds` the length of a recording. `content` is what was made of the file for a field
    that wanted it (`reading.ContentWanted`), or why it could not be fetched.
    """

    kind: FileKind
    ref: str
    name: str = ""
    mime: str = ""
    size: int | None = None
    seconds: int | None = None
    content: object = None


class Button(NamedTuple):
    """A button as it was delivered: its label, and the token or the address behind it."""

    label: str
    choice: str = ""
    url: str = ""


class DeliveryState(StrEnum):
    """What a channel tells, in the order in which it counts: the later holds against the earlier,
    whichever came first."""

    SENT = "sent"
    DELIVERED = "delivered"
    """It lies on the phone."""
    REFUSED = "refused"
    """It was taken, and could not be delivered after all."""
    READ = "read"
    """It was shown there, as far as the channel knows; whoever read it said nothing to us."""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What a channel tells of one message of ours, after it was sent.

    `message` is the channel's id of it, `reference` ours, which the channel was given with the
    message, where it hands that back. `reason` is the channel's, codes rather than words; `closes`
    says that for this reason nothing arrives at the address any more. `moved_to` is the key that
    the chat has from now on, where the channel tells of another one.
    """

    message: str
    state: DeliveryState
    reference: str = ""
    reason: str = ""
    closes: bool = False
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one person, or about one message to one person."""

    address: Address
    kind: IncomingKind
    text: str = ""
    full: bool = False
    """The text has as many characters as one message holds: it may have been cut in a word."""
    choice: str = ""
    """The token of the pressed button, exactly as it came back; "" where it bears none of ours."""
    file: IncomingFile | None = None
    album: str = ""
    """What files that were sent together have in common."""
    message: str = ""
    """Id of the message that was written, or on which the button hangs; "" where the text came in
    several."""
    on_file: bool = False
    """The pressed button hangs on a message with a file, which cannot become a text."""
    buttons: tuple[Button, ...] = ()
    """All buttons of the message on which the pressed one hangs, in the order in which they are
    read; only where there is a message."""
    replied: tuple[Button, ...] = ()
    """The buttons of the message of ours that the person answered by a reply to it."""
    press: str = ""
    """Id by which the press is acknowledged."""
    status: DeliveryStatus | None = None
    """What a `STATUS` says."""
    written: int | None = None
    """When a message was written or changed, in seconds since 1970 by the channel's clock; nobody
    knows when a button was pressed."""
    aliases: tuple[str, ...] = ()
    """Other keys of the same chat, such as a telephone number, that the channel may name alone at
    other times. The one that lasts is that of `address`, as far as the channel knows."""
    name: str = ""
    """The person's own display name in the channel, a hint only."""
    language: str = ""
    contact: str = ""
    """The keyed digest of a number that the sender shared, and that the channel says is theirs;
    empty where it is not. The number itself stays at the channel's door."""
    made: object = None
    """What was made for the turn of this update while it held no transaction (`Turn.apart`)."""
