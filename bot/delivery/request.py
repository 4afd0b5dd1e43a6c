"""How a message is put before a channel: as an edit or anew, and where its chat is by now."""

from functools import partial

from bot.chat.screen import Screen
from bot.delivery.channel import CannotEdit, Channel, ChatMoved, Receipt, Undelivered
from bot.delivery.hooks import SenderHooks
from bot.delivery.message import Message
from bot.storage.failures import is_transient


async def show(channel: Channel, message: Message, hooks: SenderHooks) -> Receipt:
    """Send the message once. One that cannot be changed is sent anew, and a chat that has moved is
    followed and remembered.

    :raises CannotEdit: of a screen that takes back what cannot be changed.
    :raises Exception: of the channel, but the first `ChatMoved`.
    """
    try:
        return await _put(channel, message, hooks)
    except ChatMoved as moved:
        try:
            await hooks.follow_move(message, moved.new_id)
        except Exception as error:
            if is_transient(error):
                raise Undelivered("the new chat could not be noted") from error
            raise
        return await _put(channel, message, hooks)


async def _put(channel: Channel, message: Message, hooks: SenderHooks) -> Receipt:
    put = partial(_send_or_edit, channel, message)
    file = message.screen.attachment
    if file is None or not file.file:
        return await put(message.screen)
    return await hooks.files.send(channel, message, put)


async def _send_or_edit(channel: Channel, message: Message, screen: Screen) -> Receipt:
    if screen.takes_back and not (screen.text or screen.title or screen.attachment):
        await channel.delete(message.chat, message.edit_message)
        return Receipt(message.edit_message)
    if message.edit_message and not channel.traits.edits:
        if screen.takes_back:
            raise CannotEdit
        # Nobody is asked what can only be refused.
        message.edit_message = ""
    if message.edit_message:
        try:
            return await channel.edit(message.chat, message.person_id, message.edit_message, screen)
        except CannotEdit:
            if screen.takes_back:
                raise
            message.edit_message = ""
    return await channel.send(message.chat, message.person_id, screen, str(message.id))
