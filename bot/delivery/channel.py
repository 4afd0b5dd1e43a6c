"""What a channel must do, and the answers it gives when it cannot."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from bot.chat.incoming import Incoming
from bot.chat.screen import Screen
from bot.chat.traits import Traits
from bot.delivery.limits import Limits
from bot.files.kinds import FileKind


class Undelivered(Exception):
    """The message did not arrive: nothing was accepted, so sending again is safe."""


class RetryLater(Undelivered):
    """The platform asks to wait `after` seconds (429) before anything else of this kind.
    `only_chat`: it is known to be about this chat's own rate; otherwise the wait of a second chat
    at the same time shows that all are meant."""

    def __init__(self, after: float, *, only_chat: bool = False) -> None:
        super().__init__(f"retry after {after} s")
        self.after = after
        self.only_chat = only_chat


class Unreachable(Exception):
    """The person blocked the bot or the account is gone; sending again is useless."""


class Rejected(Exception):
    """The platform refuses this very message for good: a fault of ours."""


class RefusedPart(Enum):
    """What of a message the platform refuses."""

    FILE = "file"
    RECORDING = "recording"
    """Its reader takes no voice messages."""
    BUTTONS = "buttons"
    FORMAT = "format"
    LENGTH = "length"


class RefusedForm(Rejected):
    """The platform refuses the message in this form; in another one it may take it. `part` is what
    it names (None: nothing that we know), `url` the address of a button that it names."""

    def __init__(self, reason: str = "", part: RefusedPart | None = None, url: str = "") -> None:
        super().__init__(reason)
        self.part = part
        self.url = url


class FileTooLarge(RefusedForm):
    """A file has more bytes than may be taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, RefusedPart.FILE)


class Ambiguous(Exception):
    """The connection broke after the request had left: it may have arrived."""


class ChatMoved(Exception):
    """The chat has a new id : follow once and store it."""

    def __init__(self, new_id: str) -> None:
        super().__init__("the chat has moved")
        self.new_id = new_id


class CannotEdit(Exception):
    """The message to change is gone or of another kind, or the platform does not say why it cannot
    be changed: a new one must be sent instead."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that the platform accepted: its id there, and the reusable reference of the file
    that it carried, if it carried one; of a file of ours also the bytes that it shows."""

    message: str
    file_ref: str = ""
    blob: str = ""


class Channel(Protocol):
    """One platform. Its methods never retry: the sender decides."""

    name: str

    @property
    def account(self) -> str:
        """Of ours there: whose references its files have. Another account cannot use them."""
        ...

    reports_status: bool
    """It tells later what became of a message (`DeliveryStatus`), by an id that no other message
    of the channel has; each is an update of its own, whose sender is the chat."""
    traits: Traits
    limits: Limits

    def parse(self, body: str) -> Incoming:
        """The update of a stored body. Any exception means that it cannot be read."""
        ...

    async def send(self, chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        """Show a screen as a new message. `reference` is ours, for a channel that hands it back
        with what it tells of the message.

        :raises Undelivered, RetryLater, Unreachable, Rejected, RefusedForm, Ambiguous, ChatMoved:
        """
        ...

    async def edit(self, chat: str, person_id: int, message: str, screen: Screen) -> Receipt:
        """Change a message in place; one that already reads so counts as changed.

        :raises CannotEdit: and everything that `send` raises.
        """
        ...

    async def delete(self, chat: str, message: str) -> None:
        """Take a message out of a chat, whoever wrote it; one that is gone counts as taken out.

        :raises CannotEdit: the channel does not allow it, or not any more; and everything that
            `send` raises.
        """
        ...

    async def acknowledge(self, press: str, toast: str, alert: bool) -> None:
        """Answer a press, with a short word or without ("").

        Answering it twice is answering it once.

        :raises Rejected: it is too old or unknown; and everything that `send` raises.
        """
        ...

    async def bring(self, reference: str, target: Path, limit: int) -> None:
        """Write a file that somebody sent, of at most `limit` bytes, to `target`.

        :raises NotFetched: see `files/wanted.py`.
        """
        ...

    def shown_as(self, kind: FileKind, size: int, mime: str) -> FileKind:
        """As what the channel takes a file of so many bytes that is to be shown as `kind`."""
        ...
