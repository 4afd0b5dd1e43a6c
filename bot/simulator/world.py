"""The platform in one place: everything that a request or a person's act may change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.chats import Chat, ChatStore, SimMessage, SimUser
from bot.simulator.events import EventStream
from bot.simulator.faults import Faults
from bot.simulator.files import FileStore
from bot.simulator.ledger import Ledger
from bot.simulator.profile import SimProfile
from bot.simulator.rates import RateGate
from bot.simulator.updates import KEEP_PRESSES, UpdateQueue
from bot.simulator.webhook import SimWebhook
from bot.simulator.wire import Wire

MAX_PRESSES = 10_000


@dataclass(slots=True)
class Press:
    """A button press that waits for its answer."""

    user: SimUser
    chat: Chat
    at: datetime
    answered: bool = False


@dataclass
class SimWorld:
    bot: dict[str, Any]
    now: Callable[[], datetime]
    faults: Faults
    gate: RateGate
    chats: ChatStore
    files: FileStore
    updates: UpdateQueue
    ledger: Ledger
    profile: SimProfile
    webhook: SimWebhook
    wire: Wire
    events: EventStream = field(default_factory=EventStream)
    presses: OrderedDict[str, Press] = field(default_factory=OrderedDict)
    deliveries: list[tuple[int, int, str]] = field(default_factory=list)
    keep_deliveries: bool = True

    @property
    def happened(self) -> int:
        """A number that grows with whatever changes."""
        return self.events.told + self.ledger.noted + self.updates.next_number

    def reach(self, chat_id: int | str) -> Chat:
        """A chat that the bot may write to now, or Telegram's refusal."""
        self.faults.check_reach(chat_id)
        return self.chats.reachable(chat_id)

    def deliver(self, chat: Chat, message: SimMessage) -> None:
        """Puts a message of the bot on the person's screen."""
        self.chats.place(chat, message)
        if self.keep_deliveries:
            self.deliveries.append((chat.id, message.message_id, message.shown_text))
        self.events.tell_message("message", chat, message)

    def note_press(self, query_id: str, press: Press) -> None:
        self.presses[query_id] = press
        if len(self.presses) > MAX_PRESSES:
            self.presses.popitem(last=False)

    def open_press(self, query_id: str) -> Press | None:
        """A press that can still be answered: known, and not older than 150 seconds, or than the
        faults say."""
        press = self.presses.get(query_id)
        seconds = self.faults.press_seconds
        life = KEEP_PRESSES if seconds is None else timedelta(seconds=seconds)
        if press is None or self.now() - press.at > life:
            return None
        return press
