"""Bot API methods that change, delete, pin or react to a message that is already there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.simulator.chats import Chat, SimMessage
from bot.simulator.keyboards import read_inline
from bot.simulator.refusals import gone, mistake, not_modified
from bot.simulator.sending import accept_media, read_caption, read_text
from bot.simulator.world import SimWorld

DELETE_WITHIN = timedelta(hours=48)

Params = dict[str, Any]


def _find(world: SimWorld, params: Params) -> tuple[Chat, SimMessage]:
    if "inline_message_id" in params:
        raise mistake("wrong inline message identifier specified")
    if "chat_id" not in params:
        raise mistake("chat_id is empty")
    if "message_id" not in params:
        raise mistake("message identifier is not specified")
    chat = world.reach(params["chat_id"])
    return chat, world.chats.own_message(chat, params["message_id"])


def _finish(world: SimWorld, chat: Chat, message: SimMessage) -> Params:
    message.edited = True
    message.edit_date = world.now()
    world.events.tell_message("edit", chat, message)
    return world.wire.message(chat, message)


def edit_text(world: SimWorld, params: Params) -> Params:
    """An edit without a keyboard takes the old keyboard away, as Telegram does."""
    chat, message = _find(world, params)
    if "text" not in params:
        raise mistake("message text is empty")
    if not message.text:
        raise mistake("there is no text in the message to edit")
    text, entities = read_text(params)
    keyboard = read_inline(params.get("reply_markup"))
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise not_modified()
    message.text, message.entities, message.keyboard = text, entities, keyboard
    return _finish(world, chat, message)


def edit_caption(world: SimWorld, params: Params) -> Params:
    chat, message = _find(world, params)
    if message.media is None:
        raise mistake("there is no caption in the message to edit")
    caption, entities = read_caption(params)
    keyboard = read_inline(params.get("reply_markup"))
    if (caption, entities, keyboard) == (message.caption, message.entities, message.keyboard):
        raise not_modified()
    message.caption, message.entities, message.keyboard = caption, entities, keyboard
    return _finish(world, chat, message)


def edit_media(world: SimWorld, params: Params) -> Params:
    chat, message = _find(world, params)
    media = accept_media(world, params["media"], params)
    caption, entities = read_caption(params["media"])
    keyboard = read_inline(params.get("reply_markup"))
    same = message.media is media and message.caption == caption and message.keyboard == keyboard
    if same:
        raise not_modified()
    message.text, message.media, message.keyboard = "", media, keyboard
    message.caption, message.entities = caption, entities
    return _finish(world, chat, message)


def edit_keyboard(world: SimWorld, params: Params) -> Params:
    chat, message = _find(world, params)
    keyboard = read_inline(params.get("reply_markup"))
    if keyboard == message.keyboard:
        raise not_modified()
    message.keyboard = keyboard
    return _finish(world, chat, message)


def _delete(world: SimWorld, chat: Chat, message: SimMessage) -> None:
    del chat.messages[message.message_id]
    world.events.publish("delete", chat.id, message={"id": message.message_id})


def delete_message(world: SimWorld, params: Params) -> bool:
    chat = world.reach(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise gone("message to delete not found")
    if world.now() - message.date > DELETE_WITHIN:
        raise gone("message can't be deleted for everyone")
    if not message.from_bot and not chat.is_private:
        raise gone("message can't be deleted")
    _delete(world, chat, message)
    return True


def delete_messages(world: SimWorld, params: Params) -> bool:
    """Messages that cannot be found or deleted are passed over."""
    if not 1 <= len(params["message_ids"]) <= 100:
        raise mistake("there must be 1-100 message identifiers")
    chat = world.reach(params["chat_id"])
    for number in params["message_ids"]:
        message = chat.messages.get(number)
        if message is not None and world.now() - message.date <= DELETE_WITHIN:
            _delete(world, chat, message)
    return True


def pin_message(world: SimWorld, params: Params) -> bool:
    chat = world.reach(params["chat_id"])
    if params["message_id"] not in chat.messages:
        raise gone("message to pin not found")
    chat.pinned.append(params["message_id"])
    return True


def unpin_message(world: SimWorld, params: Params) -> bool:
    chat = world.reach(params["chat_id"])
    number = params.get("message_id", chat.pinned[-1] if chat.pinned else None)
    if number not in chat.pinned:
        raise gone("message to unpin not found")
    chat.pinned.remove(number)
    return True


def react(world: SimWorld, params: Params) -> bool:
    chat = world.reach(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise gone("message to react not found")
    if len(params.get("reaction", [])) > 1:
        raise mistake("REACTIONS_TOO_MANY")
    world.events.tell_message("edit", chat, message)
    return True
