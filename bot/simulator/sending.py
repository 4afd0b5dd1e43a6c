"""Bot API methods that put a message into a chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.simulator.chats import Chat, SimMessage
from bot.simulator.entities import Entity, count_units, parse
from bot.simulator.files import SimFile, SimUpload
from bot.simulator.keyboards import check_keys, read_contacts, read_inline, read_reply
from bot.simulator.refusals import gone, mistake
from bot.simulator.world import SimWorld

MAX_TEXT = 4096
MAX_CAPTION = 1024

Params = dict[str, Any]


def read_text(params: Params) -> tuple[str, list[Entity]]:
    """The text of a message; 400 where nothing is left or it is too long after parsing."""
    text, entities = parse(params.get("text", ""), params.get("parse_mode"), params.get("entities"))
    if not text:
        raise mistake("message text is empty")
    if count_units(text) > MAX_TEXT:
        raise mistake("message is too long")
    return text, entities


def read_caption(params: Params) -> tuple[str, list[Entity]]:
    given = params.get("caption_entities")
    caption, entities = parse(params.get("caption", ""), params.get("parse_mode"), given)
    if count_units(caption) > MAX_CAPTION:
        raise mistake("message caption is too long")
    return caption, entities


def start_message(world: SimWorld, params: Params) -> tuple[Chat, SimMessage]:
    """A message for a chat that can be reached, with its keyboard and reply; not shown yet."""
    chat = world.reach(params["chat_id"])
    message = SimMessage(0, chat.id, True, world.now())
    markup = params.get("reply_markup")
    if markup:
        message.keyboard = read_inline(markup)
        if "keyboard" in markup:
            message.reply_keyboard = read_reply(markup)
            check_keys(markup, private=chat.kind == "private")
    reply = params.get("reply_parameters")
    if reply and "message_id" in reply:
        if reply["message_id"] in chat.messages:
            message.reply_to = reply["message_id"]
        elif not reply.get("allow_sending_without_reply"):
            raise gone("message to be replied not found")
    return chat, message


def finish_message(world: SimWorld, chat: Chat, message: SimMessage, params: Params) -> Params:
    """Shows the message and gives it as the Bot API writes it."""
    message.message_id = world.chats.next_number()
    world.deliver(chat, message)
    markup = params.get("reply_markup") or {}
    if "keyboard" in markup or markup.get("remove_keyboard"):
        chat.reply_keyboard = message.reply_keyboard
        chat.contact_keys = read_contacts(markup) if "keyboard" in markup else frozenset()
        chat.reply_keyboard_once = bool(markup.get("one_time_keyboard"))
        world.events.publish("keyboard", chat.id, reply_keyboard=chat.reply_keyboard)
    return world.wire.message(chat, message)


def send_message(world: SimWorld, params: Params) -> Params:
    chat, message = start_message(world, params)
    message.text, message.entities = read_text(params)
    return finish_message(world, chat, message, params)


def send_media(kind: str) -> Callable[[SimWorld, Params], Params]:
    def send(world: SimWorld, params: Params) -> Params:
        chat, message = start_message(world, params)
        message.caption, message.entities = read_caption(params)
        file = find_part(params, params[kind])
        world.faults.check_file(kind, chat.id, file)
        message.media = _measured(world.files.accept(kind, file), params)
        return finish_message(world, chat, message, params)

    return send


def _measured(file: SimFile, params: Params) -> SimFile:
    for name in ("duration", "width", "height"):
        if params.get(name):
            setattr(file, name, params[name])
    return file


def send_media_group(world: SimWorld, params: Params) -> list[Params]:
    items = params["media"]
    if not 2 <= len(items) <= 10:
        raise mistake("wrong number of media in the album: 2-10 are expected")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & {"audio", "document"}:
        raise mistake(f"{min(kinds)} can't be mixed with other media types")
    album = f"{world.chats.next_number():018d}"
    made: list[tuple[Chat, SimMessage]] = []
    for item in items:
        chat, message = start_message(world, params)
        message.media = accept_media(world, item, params)
        message.caption, message.entities = read_caption(item)
        message.details = {"media_group_id": album}
        made.append((chat, message))
    return [finish_message(world, chat, message, params) for chat, message in made]


def accept_media(world: SimWorld, item: Params, params: Params) -> SimFile:
    """The file of an InputMedia: a file_id, or a part of this request as `attach://name`."""
    value = find_part(params, item["media"])
    world.faults.check_file(item["type"], params["chat_id"], value)
    return _measured(world.files.accept(item["type"], value), item)


def find_part(params: Params, value: str | SimUpload) -> str | SimUpload:
    """The uploaded bytes behind `attach://name`; anything else as it is."""
    if isinstance(value, SimUpload) or not value.startswith("attach://"):
        return value
    part = params.get("#parts", {}).get(value.removeprefix("attach://"))
    if not isinstance(part, SimUpload):
        raise mistake(f"{value} is not a part of the request")
    return part


def send_location(world: SimWorld, params: Params) -> Params:
    chat, message = start_message(world, params)
    if not (-90 <= params["latitude"] <= 90 and -180 <= params["longitude"] <= 180):
        raise mistake("wrong latitude or longitude specified")
    place = {"latitude": params["latitude"], "longitude": params["longitude"]}
    message.details = {"location": place}
    return finish_message(world, chat, message, params)


def _original(world: SimWorld, params: Params) -> SimMessage:
    original = world.chats.known(params["from_chat_id"]).messages.get(params["message_id"])
    if original is None:
        raise gone("message to copy not found")
    return original


def copy_message(world: SimWorld, params: Params) -> Params:
    chat, message = start_message(world, params)
    original = _original(world, params)
    message.text, message.media = original.text, original.media
    message.caption, message.entities = original.caption, list(original.entities)
    message.details = dict(original.details)
    if "caption" in params and original.media is not None:
        message.caption, message.entities = read_caption(params)
    sent = finish_message(world, chat, message, params)
    return {"message_id": sent["message_id"]}


def forward_message(world: SimWorld, params: Params) -> Params:
    chat, blank = start_message(world, params)
    original = _original(world, params)
    origin: Params = {"date": int(original.date.timestamp())}
    if original.from_bot or original.sender is None:
        origin |= {"type": "user", "sender_user": world.wire.bot}
    else:
        origin |= {"type": "user", "sender_user": original.sender.wire()}
    message = replace(
        original,
        message_id=0,
        chat_id=chat.id,
        from_bot=True,
        date=blank.date,
        keyboard=None,
        reply_keyboard=None,
        edited=False,
        edit_date=None,
        reply_to=None,
        details={**original.details, "forward_origin": origin},
    )
    return finish_message(world, chat, message, params)
