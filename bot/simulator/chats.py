"""Persons, chats and messages: what stands on the screens of the platform's users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.simulator.files import SimFile
from bot.simulator.refusals import forbidden, gone, mistake, moved

Entity = dict[str, Any]
Keyboard = list[list[dict[str, Any]]]


@dataclass
class SimUser:
    """A person with a phone. `note` is shown on the page only ("a teacher in Rabat")."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "ar"
    note: str = ""
    phone: str = ""

    @property
    def number(self) -> str:
        """Their telephone number, without the plus sign."""
        return self.phone or f"9665{self.id % 10**8:08}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def wire(self) -> dict[str, Any]:
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        for key in ("last_name", "username", "language_code"):
            if value := getattr(self, key):
                user[key] = value
        return user


@dataclass(slots=True)
class SimMessage:
    """A message as the person sees it.

    `text` and `caption` exclude each other; `entities` belong to whichever is there. `media` is
    None for text. `details` holds what has no bytes: `location`, `contact`, `poll`, or the
    fields of a service message. Offsets of entities are in UTF-16 units.
    """

    message_id: int
    chat_id: int
    from_bot: bool
    date: datetime
    sender: SimUser | None = None
    text: str = ""
    caption: str = ""
    entities: list[Entity] = field(default_factory=list)
    media: SimFile | None = None
    keyboard: Keyboard | None = None
    reply_keyboard: list[list[str]] | None = None
    edited: bool = False
    edit_date: datetime | None = None
    reply_to: int | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def shown_text(self) -> str:
        return self.text or self.caption

    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.keyboard or [] for button in row]

    def has_button(self, data: str) -> bool:
        return any(button.get("callback_data") == data for button in self.buttons())


@dataclass(slots=True)
class Chat:
    """One conversation. A private chat has the id of its person."""

    id: int
    kind: str
    title: str = ""
    user: SimUser | None = None
    members: dict[int, SimUser] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    messages: dict[int, SimMessage] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    reply_keyboard: list[list[str]] | None = None
    reply_keyboard_once: bool = False
    contact_keys: frozenset[str] = frozenset()
    """Keys that share their presser's own telephone number."""
    pinned: list[int] = field(default_factory=list)
    delivered: int = 0
    unread: int = 0

    @property
    def is_private(self) -> bool:
        return self.kind == "private"

    def wire(self) -> dict[str, Any]:
        if self.user is None:
            return {"id": self.id, "type": self.kind, "title": self.title}
        names = self.user.wire()
        for key in ("is_bot", "language_code"):
            names.pop(key, None)
        return names | {"type": "private"}


class ChatStore:
    """Every chat and its messages.

    `keep` bounds the messages remembered in each chat; None keeps all. Message numbers are one
    sequence for the whole platform, so a number names one message.
    """

    def __init__(self, keep: int | None = None) -> None:
        self.keep = keep
        self._chats: dict[int, Chat] = {}
        self._last_number = 0

    def add_person(self, user: SimUser) -> Chat:
        """A new private chat, or new particulars of a known person."""
        chat = self._chats.get(user.id)
        if chat is None:
            chat = self._chats[user.id] = Chat(user.id, "private")
        chat.user = user
        chat.members[user.id] = user
        return chat

    def add_group(self, group_id: int, title: str, members: list[SimUser], kind: str) -> Chat:
        group = Chat(group_id, kind, title, members={user.id: user for user in members})
        group.started = True
        self._chats[group_id] = group
        return group

    def person(self, user_id: int) -> SimUser:
        user = self.chat(user_id).user
        if user is None:
            raise LookupError(f"{user_id} is a group, not a person")
        return user

    def chat(self, chat_id: int) -> Chat:
        """`LookupError` where nobody introduced that chat: a mistake of the caller, not a bot's."""
        try:
            return self._chats[chat_id]
        except KeyError:
            raise LookupError(f"the simulator knows no chat {chat_id}") from None

    def known(self, chat_id: int | str) -> Chat:
        """The chat that a bot names; 400 `chat not found`."""
        if isinstance(chat_id, int):
            chat = self._chats.get(chat_id)
            if chat is not None:
                return chat
        raise gone("chat not found")

    def reachable(self, chat_id: int | str) -> Chat:
        """A chat that the bot may write to, or Telegram's refusal."""
        chat = self.known(chat_id)
        if chat.migrated_to is not None:
            raise moved(chat.migrated_to)
        if chat.blocked:
            if chat.is_private:
                raise forbidden("bot was blocked by the user")
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def own_message(self, chat: Chat, message_id: int) -> SimMessage:
        """A message that the bot may edit."""
        message = chat.messages.get(message_id)
        if message is None:
            raise gone("message to edit not found")
        if not message.from_bot:
            raise mistake("message can't be edited")
        return message

    def next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    @property
    def last_number(self) -> int:
        return self._last_number

    def resume_after(self, number: int) -> None:
        """Go on with the numbers of an earlier run."""
        self._last_number = number

    def put_back(self, chat: Chat) -> None:
        """A chat of an earlier run, as it stood."""
        self._chats[chat.id] = chat

    def place(self, chat: Chat, message: SimMessage) -> None:
        chat.messages[message.message_id] = message
        if message.from_bot:
            chat.delivered += 1
            chat.unread += 1
        if self.keep is not None and len(chat.messages) > self.keep:
            del chat.messages[next(iter(chat.messages))]

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._chats.values())
