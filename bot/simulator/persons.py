"""What persons do on their phones: write, press, send files, block, vote."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from bot.simulator import polls
from bot.simulator.chats import Chat, SimMessage, SimUser
from bot.simulator.entities import parse
from bot.simulator.files import SimUpload
from bot.simulator.sending import MAX_TEXT
from bot.simulator.wire import stamp
from bot.simulator.world import Press, SimWorld


class Persons:
    """Every act is seen by the bot as an update. `chat_id` names a group; without it a person
    acts in the private chat with the bot. `LookupError` for a person, chat, message or button
    that is not there."""

    world: SimWorld
    _random: random.Random

    def add_user(self, user: SimUser, *, started: bool = False) -> None:
        """`started` lets the bot write first, as to somebody who wrote to it long ago."""
        chat = self.world.chats.add_person(user)
        chat.started = chat.started or started
        self.world.events.publish("users")

    def add_group(self, group_id: int, title: str, members: Sequence[int]) -> None:
        """A group that the bot has just been added to; ids below -10^12 are supergroups."""
        if group_id >= 0:
            raise ValueError("a group has a negative id")
        people = [self.world.chats.person(user_id) for user_id in members]
        kind = "supergroup" if group_id < -(10**12) else "group"
        group = self.world.chats.add_group(group_id, title, people, kind)
        if people:
            self._tell_membership(group, people[0], "left", "member")

    async def migrate_group(self, old_id: int, new_id: int) -> None:
        """The group becomes a supergroup: the old id answers with `migrate_to_chat_id`."""
        old = self.world.chats.chat(old_id)
        new = self.world.chats.add_group(
            new_id, old.title, list(old.members.values()), "supergroup"
        )
        old.migrated_to = new_id
        for chat, details in (
            (old, {"migrate_to_chat_id": new_id}),
            (new, {"migrate_from_chat_id": old_id}),
        ):
            sender = next(iter(chat.members.values()), None)
            self._post(chat, self._draft(chat, sender, details=details), told=True)

    async def send_text(
        self, user_id: int, text: str, *, reply_to: int | None = None, chat_id: int | None = None
    ) -> SimMessage:
        """Gives the message; a text over 4096 characters goes out in pieces, as phones do it."""
        chat, user = self._enter(user_id, chat_id)
        message: SimMessage | None = None
        for start in range(0, max(1, len(text)), MAX_TEXT):
            shown, entities = parse(text[start : start + MAX_TEXT], None, None)
            message = self._draft(chat, user, text=shown, entities=entities, reply_to=reply_to)
            self._post(chat, message)
        self._use_up(chat, text)
        assert message is not None
        return message

    async def press_key(self, user_id: int, label: str) -> SimMessage:
        """Presses a key of the reply keyboard: it writes its label, or shares the presser's own
        telephone number.

        :raises LookupError: the keyboard has no such key.
        """
        chat, user = self._enter(user_id, None)
        if not any(label in row for row in chat.reply_keyboard or []):
            raise LookupError(f"no key {label!r}")
        if label not in chat.contact_keys:
            return await self.send_text(user_id, label)
        message = await self.send_contact(user_id, user.number)
        self._use_up(chat, label)
        return message

    def _use_up(self, chat: Chat, label: str) -> None:
        if chat.reply_keyboard_once and any(label in row for row in chat.reply_keyboard or []):
            chat.reply_keyboard, chat.reply_keyboard_once = None, False
            chat.contact_keys = frozenset()
            self.world.events.publish("keyboard", chat.id, reply_keyboard=None)

    async def edit_text(
        self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None
    ) -> SimMessage:
        chat, _ = self._enter(user_id, chat_id)
        message = self._message(chat, message_id)
        if message.sender is None or message.sender.id != user_id:
            raise LookupError(f"message {message_id} was not written by {user_id}")
        shown, entities = parse(text, None, None)
        if message.media is None:
            message.text = shown
        else:
            message.caption = shown
        message.entities = entities
        message.edited, message.edit_date = True, self.world.now()
        self.world.events.tell_message("edit", chat, message)
        self.world.updates.push("edited_message", self.world.wire.message(chat, message))
        return message

    async def send_file(
        self,
        user_id: int,
        kind: str,
        data: bytes,
        *,
        name: str = "",
        mime: str = "",
        caption: str = "",
        size: int | None = None,
        album: str = "",
    ) -> SimMessage:
        """`kind` is photo, document, voice, audio, video or sticker; `size` (bytes) is what the
        platform should claim, so that a huge file costs nothing. Files of one `album` were sent
        together."""
        chat, user = self._enter(user_id, None)
        stored = self.world.files.store(kind, SimUpload(data, name, mime), size=size)
        if kind in ("voice", "audio", "video"):
            stored.duration = max(1, stored.size // 16_000)
        text, entities = parse(caption, None, None)
        details = {"media_group_id": album} if album else {}
        message = self._draft(
            chat, user, caption=text, entities=entities, media=stored, details=details
        )
        self._post(chat, message)
        return message

    async def send_location(self, user_id: int, latitude: float, longitude: float) -> SimMessage:
        chat, user = self._enter(user_id, None)
        place = {"latitude": latitude, "longitude": longitude}
        message = self._draft(chat, user, details={"location": place})
        self._post(chat, message)
        return message

    async def send_contact(
        self, user_id: int, phone: str, first_name: str = "", *, of_user: int | None = None
    ) -> SimMessage:
        """A contact card; without a name the person's own, shared by the keyboard's button."""
        chat, user = self._enter(user_id, None)
        contact: dict[str, Any] = {
            "phone_number": phone,
            "first_name": first_name or user.first_name,
        }
        owner = of_user if first_name else user_id
        if owner is not None:
            contact["user_id"] = owner
        message = self._draft(chat, user, details={"contact": contact})
        self._post(chat, message)
        return message

    async def press(
        self,
        user_id: int,
        message_id: int,
        data: str,
        *,
        chat_id: int | None = None,
        forged: bool = False,
    ) -> str:
        """Presses a button; gives the id of the callback query. `forged` sends data that no
        button of the message carries, or for a message that is gone."""
        chat, user = self._enter(user_id, chat_id)
        message = chat.messages.get(message_id)
        if not forged and not self._message(chat, message_id).has_button(data):
            raise LookupError(f"message {message_id} has no button with {data!r}")
        query_id = str(self._random.randrange(10**17, 10**18))
        self.world.note_press(query_id, Press(user, chat, self.world.now()))
        shown = (
            self.world.wire.message(chat, message)
            if message is not None
            else {"chat": chat.wire(), "message_id": message_id, "date": 0}
        )
        self.world.updates.push(
            "callback_query",
            {
                "id": query_id,
                "from": user.wire(),
                "message": shown,
                "chat_instance": str(chat.id * 7919),
                "data": data,
            },
        )
        return query_id

    async def vote(
        self, user_id: int, message_id: int, choices: Sequence[int], *, chat_id: int | None = None
    ) -> int:
        """Gives the number of the update."""
        chat, _ = self._enter(user_id, chat_id)
        return polls.vote(self.world, chat, self._message(chat, message_id), user_id, list(choices))

    async def block(self, user_id: int) -> int:
        """Gives the number of the `my_chat_member` update."""
        chat = self.world.chats.chat(user_id)
        chat.blocked = True
        return self._tell_membership(chat, self.world.chats.person(user_id), "member", "kicked")

    async def unblock(self, user_id: int) -> int:
        chat = self.world.chats.chat(user_id)
        chat.blocked = False
        return self._tell_membership(chat, self.world.chats.person(user_id), "kicked", "member")

    async def push_raw(self, update: dict[str, Any]) -> int:
        """Queues any JSON as an update, valid or not; gives its number."""
        return self.world.updates.push_raw(update)

    def _enter(self, user_id: int, chat_id: int | None) -> tuple[Chat, SimUser]:
        user = self.world.chats.person(user_id)
        chat = self.world.chats.chat(user_id if chat_id is None else chat_id)
        if user_id not in chat.members:
            raise LookupError(f"{user_id} is not in chat {chat.id}")
        if chat.is_private:
            if chat.blocked:
                # a phone shows no field to write in until the person lets the bot back in
                chat.blocked = False
                self._tell_membership(chat, user, "kicked", "member")
            chat.started = True
            chat.unread = 0
        return chat, user

    def _message(self, chat: Chat, message_id: int) -> SimMessage:
        message = chat.messages.get(message_id)
        if message is None:
            raise LookupError(f"chat {chat.id} has no message {message_id}")
        return message

    def _draft(self, chat: Chat, sender: SimUser | None, **content: Any) -> SimMessage:
        number = self.world.chats.next_number()
        return SimMessage(number, chat.id, False, self.world.now(), sender, **content)

    def _post(self, chat: Chat, message: SimMessage, *, told: bool = False) -> None:
        self.world.chats.place(chat, message)
        self.world.events.tell_message("message", chat, message)
        if told or self._bot_sees(chat, message):
            self.world.updates.push("message", self.world.wire.message(chat, message))

    def _bot_sees(self, chat: Chat, message: SimMessage) -> bool:
        """In groups a bot in privacy mode sees commands, mentions and replies to itself."""
        if chat.is_private or message.text.startswith("/"):
            return True
        if f"@{self.world.bot['username']}" in message.shown_text:
            return True
        replied = chat.messages.get(message.reply_to or 0)
        return replied is not None and replied.from_bot

    def _tell_membership(self, chat: Chat, user: SimUser, before: str, after: str) -> int:
        self.world.events.publish("users")
        bot = self.world.wire.bot

        def member(status: str) -> dict[str, Any]:
            kicked = {"until_date": 0} if status == "kicked" else {}
            return {"status": status, "user": bot, **kicked}

        return self.world.updates.push(
            "my_chat_member",
            {
                "chat": chat.wire(),
                "from": user.wire(),
                "date": stamp(self.world.now()),
                "old_chat_member": member(before),
                "new_chat_member": member(after),
            },
        )
