"""What lies in the outbox: the tables, the kinds and states, and one message as it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, text

from bot.chat.screen import Screen
from bot.core.log import correlation
from bot.storage.columns import (
    Enumerated,
    Identifier,
    Json,
    Moment,
    id_column,
    metadata,
    partial_index,
)


class MessageKind(StrEnum):
    REPLY = "reply"
    NOTICE = "notice"
    REMINDER = "reminder"
    PROGRESS = "progress"
    """A message that is edited in place as work goes on."""
    BROADCAST = "broadcast"


URGENCY = {
    MessageKind.REPLY: 0,
    MessageKind.NOTICE: 1,
    MessageKind.REMINDER: 1,
    MessageKind.PROGRESS: 1,
    MessageKind.BROADCAST: 2,
}
"""The lower goes first."""
ANSWER = URGENCY[MessageKind.REPLY]
BULK = URGENCY[MessageKind.BROADCAST]


class MessageState(StrEnum):
    """queued → sending → one of the others; sending → queued when it surely did not arrive, or is
    to wait. Where the channel tells, sent → delivered → read, or refused: `statuses.MOVES`."""

    QUEUED = "queued"
    SENDING = "sending"
    """Committed before the request leaves, so that a crash cannot hide a request."""
    SENT = "sent"
    DELIVERED = "delivered"
    """It lies on the phone, as the channel told."""
    READ = "read"
    """It was shown there, as the channel told."""
    REFUSED = "refused"
    """The channel took it, and told later that it could not be delivered."""
    FAILED = "failed"
    """Refused for good, through a fault of ours."""
    UNKNOWN = "unknown"
    """It may have arrived; sending again is for a person to decide."""
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DROPPED = "dropped"
    """It had lost its sense by the time it was to leave."""


bodies = Table(
    "bodies",
    metadata,
    id_column(),
    Column("screen", Json, nullable=False),
    Column("file_refs", Json, nullable=False, comment="channel → its reference of the sent file"),
    Column("made_at", Moment, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    id_column(),
    Column("kind", String(64), nullable=False, comment="its name, as slice.word"),
    Column("version", Integer, nullable=False, comment="of what its kind keeps"),
    Column("params", Json, nullable=False, comment="ids, moments, numbers and codes; no words"),
    Column("lasting", Integer, nullable=False, comment="1: its messages stay, with their topic"),
    Column("made_at", Moment, nullable=False),
    partial_index("ix_notices_passing", "made_at", where=text("lasting = 0")),
    comment="what many are told, once; it becomes words when it is sent",
    sqlite_autoincrement=True,  # processes remember what a notice says by its id
)  # fmt: skip

_queued = text("state = 'queued'")
_claimable_unsorted = text("state = 'queued' AND not_before IS NULL AND waits_for IS NULL")
_claimable_sorted = text("state = 'queued' AND not_before IS NULL AND waits_for IS NOT NULL")
_later = text("state = 'queued' AND not_before IS NOT NULL")
_sending = text("state = 'sending'")
_edits = text("edit_parcel IS NOT NULL AND state = 'queued'")
_passing = text("topic IS NULL AND finished_at IS NOT NULL")
_noticed = text("topic IS NULL AND notice_id IS NOT NULL")
_wordy = text("finished_at IS NOT NULL AND screen IS NOT NULL")

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    Column("address_id", ForeignKey("addresses.id", ondelete="SET NULL"),
           comment="empty: the person had no reachable address"),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("kind", Enumerated(MessageKind), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("state", Enumerated(MessageState), nullable=False),
    Column("screen", Json, comment="a finished text; emptied when it is sent"),
    Column("body_id", ForeignKey("bodies.id"), comment="as former versions shared a text"),
    Column("notice_id", Identifier, comment="drawn when it is sent; no key, it may be forgotten"),
    Column("args", Json, comment="what the notice says to this reader alone; no words"),
    Column("edit_message", Text, comment="the channel's id of the message to change"),
    Column("edit_parcel", Identifier, comment="change the message that this parcel sent"),
    Column("press", Text, comment="the channel's id of the press that its words answer"),
    Column("topic", String(64), comment="what it is about, to count, cancel or resend together"),
    Column("not_before", Moment, comment="not to be sent before; emptied when the time has come"),
    Column("expires_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("message", Text, comment="the channel's id of the sent message"),
    Column("error", Text),
    Column("claimed_by", String(64)),
    Column("lease_until", Moment, comment="another process may take it over after this"),
    Column("queued_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("waits_for", String(32), comment="the channel, once it is sorted; empty: there is one"),
    partial_index("ix_outbox_claimable", "urgency", "id", where=_claimable_unsorted),
    partial_index("ix_outbox_sorted", "waits_for", "urgency", "id", where=_claimable_sorted),
    partial_index("ix_outbox_later", "not_before", where=_later),
    partial_index("ix_outbox_sending", "lease_until", where=_sending),
    partial_index("ix_outbox_address", "address_id", where=_queued),
    partial_index("ix_outbox_edits", "edit_parcel", where=_edits),
    partial_index("ix_outbox_passing", "finished_at", where=_passing),
    partial_index("ix_outbox_notice", "notice_id", where=_noticed),
    # Empty but for what a former version has left: the mark that ends a message takes its words.
    partial_index("ix_outbox_words", "id", where=_wordy),
    partial_index("ix_outbox_topic", "topic", "kind", "state",
                  where=text("topic IS NOT NULL")),
    sqlite_autoincrement=True,  # other rows remember the id of a message that may be forgotten
)  # fmt: skip


@dataclass(slots=True)
class Body:
    """A text for many readers, and its file's reference in each channel once it was sent there."""

    id: int
    screen: Screen
    file_refs: dict[str, str]

    def needs_upload(self, channel: str) -> bool:
        """Whether the next one to send it would have to send the file itself."""
        file = self.screen.attachment
        return bool(file and file.path and not file.ref and channel not in self.file_refs)

    def screen_for(self, channel: str) -> Screen:
        """The screen with the reference of its file in this channel, if it has one yet."""
        file = self.screen.attachment
        if file is None or channel not in self.file_refs:
            return self.screen
        return replace(self.screen, attachment=replace(file, ref=self.file_refs[channel], path=""))


@dataclass(frozen=True, slots=True)
class NoticeRef:
    """What a message is drawn from, as its row has it."""

    id: int
    args: str | None
    queued_at: int


@dataclass(slots=True)
class Message:
    """One message on its way to one chat. Times are milliseconds since 1970."""

    id: int
    address_id: int
    channel: str
    chat: str
    person_id: int
    kind: MessageKind
    screen: Screen
    edit_message: str = ""
    edit_outbox_id: int | None = None
    body: Body | None = None
    notice: NoticeRef | None = None
    """What its screen is drawn from; None where that was finished when it was queued."""
    expires_at: int | None = None
    attempts: int = 0
    drawn: object = None
    """From what its screen was drawn last, as the drawing keeps it."""
    heard_at: int = 0
    """When its reader was last heard of, as it was known when that was too long ago to write."""
    doubts: int = 0
    """Ambiguous answers so far, in this process."""
    press: str = ""
    """The channel's id of the press that the screen's text answers, as a toast."""
    press_over: bool = False
    """That press cannot be answered any more: the text goes out as a message."""
    given_up: dict[str, Callable[[Screen], Screen]] = field(default_factory=dict)
    """What it has given up of its form (`fallbacks.Fallback`), since the channel refused it, and
    how a screen does without it."""
    failure: str = ""
    """Why it failed, with the reference: the screen is the apology for that."""
    correlation: str = field(default_factory=correlation.get)
    """What its lines in the log carry: `u…` of the update that it answers, or `m` and its id where
    it was claimed from the outbox."""

    @property
    def urgency(self) -> int:
        return URGENCY[self.kind]

    @property
    def is_bulk(self) -> bool:
        return self.kind is MessageKind.BROADCAST
