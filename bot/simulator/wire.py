"""Messages as the Bot API writes them, and as the page reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.simulator.chats import Chat, SimMessage


def stamp(moment: datetime) -> int:
    """Unix time in whole seconds."""
    return int(moment.timestamp())


class Wire:
    """Writes messages on behalf of one bot."""

    def __init__(self, bot: dict[str, Any]) -> None:
        self.bot = {key: bot[key] for key in ("id", "is_bot", "first_name", "username")}

    def message(self, chat: Chat, message: SimMessage, *, depth: int = 1) -> dict[str, Any]:
        """The Bot API's Message. A message that it replies to is written along, once."""
        written: dict[str, Any] = {
            "message_id": message.message_id,
            "date": stamp(message.date),
            "chat": chat.wire(),
        }
        if message.from_bot:
            written["from"] = self.bot
        elif message.sender is not None:
            written["from"] = message.sender.wire()
        if message.edit_date is not None:
            written["edit_date"] = stamp(message.edit_date)
        if message.text:
            written["text"] = message.text
            if message.entities:
                written["entities"] = message.entities
        if message.media is not None:
            written[message.media.kind] = message.media.wire()
        if message.caption:
            written["caption"] = message.caption
            if message.entities:
                written["caption_entities"] = message.entities
        if message.keyboard:
            written["reply_markup"] = {"inline_keyboard": message.keyboard}
        written |= message.details
        if depth and message.reply_to is not None:
            replied = chat.messages.get(message.reply_to)
            if replied is not None:
                written["reply_to_message"] = self.message(chat, replied, depth=0)
        return written


def page_message(message: SimMessage) -> dict[str, Any]:
    """A message for the page: `text` is the caption where there is media."""
    shown: dict[str, Any] = {
        "id": message.message_id,
        "from": "bot" if message.from_bot else "me",
        "date": message.date.isoformat(),
        "edited": message.edited,
        "text": message.shown_text or _described(message.details),
        "entities": message.entities,
        "media": None,
        "keyboard": None,
    }
    if message.sender is not None:
        shown["sender"] = {"id": message.sender.id, "name": message.sender.name}
    if message.media is not None:
        media = message.media
        shown["media"] = {
            "kind": media.kind,
            "url": media.url,
            "name": media.name,
            "mime": media.mime,
            "size": media.size,
            "duration": media.duration,
            "width": media.width,
            "height": media.height,
        }
    for kind in ("location", "contact", "poll"):
        if kind in message.details:
            shown[kind] = message.details[kind]
            if kind != "poll":
                name = message.details[kind].get("first_name", "")
                shown["media"] = {"kind": kind, "url": "", "name": name, "mime": "", "size": 0}
    if message.keyboard:
        shown["keyboard"] = [[_page_button(button) for button in row] for row in message.keyboard]
    if message.reply_to is not None:
        shown["reply_to"] = message.reply_to
    return shown


def _page_button(button: dict[str, Any]) -> dict[str, Any]:
    shown = {"text": button["text"]}
    if "callback_data" in button:
        shown["data"] = button["callback_data"]
    if "copy_text" in button:
        shown["copy"] = button["copy_text"]["text"]
    for key in ("url", "style"):
        if key in button:
            shown[key] = button[key]
    return shown


def _described(details: dict[str, Any]) -> str:
    """A line for what the page draws as plain text."""
    if "contact" in details:
        contact = details["contact"]
        return f"{contact['first_name']} {contact['phone_number']}"
    if "location" in details:
        place = details["location"]
        return f"{place['latitude']}, {place['longitude']}"
    if "poll" in details:
        return str(details["poll"]["question"])
    return ""
