"""Telegram's updates into what a person did, straight from the JSON.

The library's types take 97–192 µs for an update and fail on kinds that are newer than they are;
the few fields that the bot needs are read in about 10.
"""

import json
import re
from collections.abc import Callable
from hashlib import blake2b
from itertools import chain
from typing import Any

import orjson

from bot.channels.telegram.kinds import unread_kind
from bot.channels.telegram.traits import TELEGRAM
from bot.channels.telegram.wording import count, rich_text, with_hidden_links
from bot.chat.incoming import Address, Button, Incoming, IncomingFile, IncomingKind
from bot.chat.intake.inbox import Arrival
from bot.core.redaction import describe
from bot.core.telephones import telephone_key, telephone_mark
from bot.core.text import count_units, reads_from_right
from bot.files.kinds import FileKind

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_POSTS = ("channel_post", "edited_channel_post")

_FILES = tuple((kind.value, kind) for kind in FileKind if kind is not FileKind.PHOTO)
_GROUPS = ("group", "supergroup")
_INSIDE = ("member", "administrator", "creator", "restricted")
_OUTSIDE = ("left", "kicked")
"""How the bot stands in a place of several people."""
FULL = TELEGRAM.text
_ADDRESSED = re.compile(r"^(/\w+)@\w*")


def read_json(source: bytes) -> Any:
    """The value of a JSON text, None where it is none.

    Half a surrogate pair, which the fast parser refuses, must not hide the other updates.
    """
    try:
        return orjson.loads(source)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(source.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


class UnreadableUpdate(ValueError):
    """An update lacks what it needs, or is of a kind that the bot did not ask for."""


Digest = Callable[[str], str]
_HOLDS = ("contact", "reply_to_message", "external_reply", "pinned_message")
"""Where a telephone number may stand in a message."""
_OF_PRESSED = ("message_id", "date", "chat", "reply_markup")
"""What is read of a message whose button was pressed, besides whether it has a text."""


def arrival(update: Any, digest: Digest | None = None) -> Arrival:
    """An update for the inbox, whatever it looks like; never raises.

    A telephone number goes no further than here: of the sender's own its `digest` is kept, where
    there is one, and of anybody else's nothing. Nor do the words over a pressed button, which may
    name others or show a code. Without a proper `update_id` the key is made from
    the content; an unknown sender is "".
    """
    number = update.get("update_id") if isinstance(update, dict) else None
    update = _without_secrets(update, digest)
    body = _write(update, number)
    if _is_id(number):
        key = str(number)
    else:
        key = "?" + blake2b(body.encode(), digest_size=16).hexdigest()
    return Arrival(key, _find_sender(update), body)


def _without_secrets(update: Any, digest: Digest | None) -> Any:
    for name in ALLOWED_UPDATES if isinstance(update, dict) else ():
        content = update.get(name)
        if not isinstance(content, dict):
            continue
        if name == "callback_query":
            pressed = content.get("message")
            if not isinstance(pressed, dict):
                return update
            return {**update, name: {**content, "message": _wordless(pressed)}}
        shown = _concealed(content, digest)
        return {**update, name: shown} if shown else update
    return update


def _wordless(message: dict[str, Any]) -> dict[str, Any]:
    """The message without its words; the buttons under it are needed to redraw them."""
    shown = {part: message[part] for part in _OF_PRESSED if part in message}
    return shown | {"text": ""} if "text" in message else shown


def _concealed(message: Any, digest: Digest | None) -> dict[str, Any] | None:
    """The message without telephone numbers; None where there is none in it."""
    if not isinstance(message, dict) or not any(name in message for name in _HOLDS):
        return None
    shown = dict(message)
    for name in _HOLDS:
        if name == "contact" and name in shown:
            shown[name] = _marked(shown, digest)
        elif isinstance(shown.get(name), dict):
            shown[name] = _concealed(shown[name], None) or shown[name]
    return shown


def _marked(message: dict[str, Any], digest: Digest | None) -> dict[str, str]:
    """What is kept of a contact: the digest of the sender's own number."""
    contact, sender = message["contact"], message.get("from")
    if digest is None or not isinstance(contact, dict) or not isinstance(sender, dict):
        return {}
    owner, number = contact.get("user_id"), contact.get("phone_number")
    if not _is_id(owner) or owner != sender.get("id") or not isinstance(number, str):
        return {}
    key = telephone_key(number)
    return {"mark": digest(telephone_mark(key))} if key else {}


def _write(update: Any, number: Any) -> str:
    try:
        return orjson.dumps(update).decode()
    except TypeError:
        pass
    try:
        # Lone surrogates and integers beyond 64 bits, which only the standard library writes.
        return json.dumps(update, default=repr)
    except (TypeError, ValueError, RecursionError):
        return json.dumps({"update_id": number if _is_id(number) else None})


def _find_sender(update: Any) -> str:
    if isinstance(update, dict):
        for name in ALLOWED_UPDATES:
            content = update.get(name)
            if isinstance(content, dict):
                user = content.get("from")
                number = user.get("id") if isinstance(user, dict) else None
                return str(number) if _is_id(number) else ""
    return ""


def _is_id(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


_WRITTEN = frozenset({"text", "caption", "photo", "rich_message", *dict(_FILES)})
"""What somebody wrote or sent that they can change afterwards."""


def read_update(body: str) -> Incoming:
    """What a person did.

    :raises UnreadableUpdate: for anything that lacks what it needs.
    """
    try:
        return _read(orjson.loads(body))
    except (KeyError, TypeError, AttributeError, orjson.JSONDecodeError) as error:
        raise UnreadableUpdate(describe(error)) from error


def _read(update: dict[str, Any]) -> Incoming:
    if "message" in update:
        return _read_message(update["message"])
    if "callback_query" in update:
        return _read_press(update["callback_query"])
    if "edited_message" in update:
        return _read_edit(update["edited_message"])
    if "my_chat_member" in update:
        return _read_membership(update["my_chat_member"])
    for name in _POSTS:
        if name in update:
            return Incoming(_address(update[name]["chat"]), IncomingKind.IGNORED)
    raise UnreadableUpdate("not a kind of update that the bot asks for")


def _read_message(message: dict[str, Any]) -> Incoming:
    chat = message["chat"]
    if chat["type"] != "private":
        return Incoming(_address(chat), IncomingKind.IGNORED)
    user = message["from"]
    kind, text, file = _read_content(message)
    contact = message.get("contact", {})
    return Incoming(
        address=_address(chat),
        kind=kind,
        text=text,
        full=len(text) >= FULL // 2 and count_units(_text(message.get("text", ""))) >= FULL,
        file=file,
        album=_text(message.get("media_group_id", "")),
        contact=_text(contact.get("mark", "")),
        message=_id(message["message_id"]),
        replied=_read_replied(message.get("reply_to_message")),
        written=_moment(message.get("date")),
        name=_name(user),
        language=_text(user.get("language_code", "")),
    )


def _read_content(message: dict[str, Any]) -> tuple[IncomingKind, str, IncomingFile | None]:
    if "text" in message:
        text = with_hidden_links(_text(message["text"]), message.get("entities", ()))
        if text.startswith("/"):
            text = _ADDRESSED.sub(r"\1", text)
        return IncomingKind.TEXT, text, None
    # An animation comes with a document, a live photo with a photo, for the sake of older bots.
    if "animation" not in message and "live_photo" not in message:
        caption = _text(message.get("caption", ""))
        caption = with_hidden_links(caption, message.get("caption_entities", ()))
        if "photo" in message:
            return IncomingKind.FILE, caption, _read_photo(message["photo"])
        for name, kind in _FILES:
            if name in message:
                return IncomingKind.FILE, caption, _read_file(kind, message[name])
    if "contact" in message:
        return IncomingKind.CONTACT, "", None
    if words := rich_text(message.get("rich_message") or {}):
        return IncomingKind.TEXT, words, None
    return unread_kind(message), "", None


def _read_photo(sizes: list[dict[str, Any]]) -> IncomingFile:
    if not sizes:
        raise UnreadableUpdate("a photo without sizes")
    largest = max(sizes, key=lambda size: count(size.get("width")) * count(size.get("height")))
    return IncomingFile(
        FileKind.PHOTO, _present(largest["file_id"]), mime="image/jpeg", size=_size(largest)
    )


def _read_file(kind: FileKind, file: dict[str, Any]) -> IncomingFile:
    return IncomingFile(
        kind=kind,
        ref=_present(file["file_id"]),
        name=_text(file.get("file_name", "")),
        mime=_text(file.get("mime_type", "")),
        size=_size(file),
        seconds=count(file["duration"]) if "duration" in file else None,
    )


def _read_edit(message: dict[str, Any]) -> Incoming:
    chat = message["chat"]
    if chat["type"] != "private":
        return Incoming(_address(chat), IncomingKind.IGNORED)
    if not _WRITTEN.intersection(message):
        # A place that moves, a poll that closes: nobody wrote anything.
        return Incoming(_address(chat), IncomingKind.IGNORED)
    user = message["from"]
    return Incoming(
        address=_address(chat),
        kind=IncomingKind.EDITED,
        text=_read_words(message),
        message=_id(message["message_id"]),
        written=_moment(message.get("edit_date")),
        name=_name(user),
        language=_text(user.get("language_code", "")),
    )


def _read_words(message: dict[str, Any]) -> str:
    if "rich_message" in message:
        return rich_text(message["rich_message"])
    return with_hidden_links(
        _text(message.get("text", message.get("caption", ""))),
        message.get("entities", message.get("caption_entities", ())),
    )


def _read_press(query: dict[str, Any]) -> Incoming:
    user: dict[str, Any] = query["from"]
    message: dict[str, Any] | None = query.get("message")
    # A message with date 0 can no longer be reached; one in a group is not the person's to see
    # changed. The answer is then a new message in the person's own chat, whose id is theirs.
    number = ""
    if message and message.get("date") != 0 and message["chat"]["type"] == "private":
        number = _id(message["message_id"])
    return Incoming(
        address=Address(CHANNEL, _id(user["id"])),
        kind=IncomingKind.CHOICE,
        # The button of a game, or of a kind to come, bears nothing; it stops spinning all the same.
        choice=_text(query.get("data", "")),
        message=number,
        on_file=bool(number) and message is not None and "text" not in message,
        buttons=_read_buttons(message) if number and message else (),
        press=_present(query["id"]),
        name=_name(user),
        language=_text(user.get("language_code", "")),
    )


def _read_replied(message: dict[str, Any] | None) -> tuple[Button, ...]:
    if not message or not (message.get("from") or {}).get("is_bot"):
        return ()
    return _read_buttons(message)


def _read_buttons(message: dict[str, Any]) -> tuple[Button, ...]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return tuple(chain(*map(_read_row, rows)))


def _read_row(row: list[dict[str, Any]]) -> tuple[Button, ...]:
    buttons = [
        Button(_text(each["text"]), each.get("callback_data", ""), each.get("url", ""))
        for each in row
    ]
    # A row that is read from the right was laid out the other way round.
    from_right = len(buttons) > 1 and any(reads_from_right(each.label) for each in buttons)
    return tuple(reversed(buttons) if from_right else buttons)


def _read_membership(change: dict[str, Any]) -> Incoming:
    chat, user, kind = change["chat"], change["from"], IncomingKind.IGNORED
    status = change["new_chat_member"]["status"]
    if chat["type"] == "private":
        if status == "kicked":
            kind = IncomingKind.BLOCKED
        elif status == "member":
            kind = IncomingKind.RETURNED
    elif chat["type"] in _GROUPS and status in _INSIDE:
        before = (change.get("old_chat_member") or {}).get("status")
        if before in _OUTSIDE:
            kind = IncomingKind.GROUP
    language = _text(user.get("language_code", ""))
    return Incoming(_address(chat), kind, name=_name(user), language=language)


def _address(chat: dict[str, Any]) -> Address:
    return Address(CHANNEL, _id(chat["id"]))


def _id(value: Any) -> str:
    if not _is_id(value):
        raise UnreadableUpdate("an id that is not a number")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableUpdate("a text that is not one")
    # PostgreSQL takes no NUL.
    return value.replace("\0", "") if "\0" in value else value


def _present(value: Any) -> str:
    text = _text(value)
    if not text:
        raise UnreadableUpdate("an empty reference")
    return text


def _moment(value: Any) -> int | None:
    return count(value) or None


def _size(file: dict[str, Any]) -> int | None:
    return count(file["file_size"]) if "file_size" in file else None


def _name(user: dict[str, Any]) -> str:
    first, last = _text(user.get("first_name", "")), _text(user.get("last_name", ""))
    return f"{first} {last}" if last else first
