"""How a message leaves: when, as an edit or anew, and where its chat is by now."""

import asyncio
from functools import partial

from bot.chat.screen import Screen
from bot.delivery.channel import CannotEdit, Channel, ChatMoved, Receipt, Undelivered
from bot.delivery.hooks import SenderHooks
from bot.delivery.limits import RateLimiter
from bot.delivery.message import Message
from bot.delivery.timer import ClockTimer
from bot.storage.failures import is_transient


async def await_leave(
    pacer: RateLimiter, message: Message, taken_at: float, timer: ClockTimer
) -> float:
    """Return when the message whose turn came at `taken_at` leaves: at once, or, where it was held
    up since, when the rate allows it again. More than 0: for so many seconds it does not leave, for
    the platform has asked for silence meanwhile."""
    now = timer.seconds()
    if (at := pacer.leave_late(message.chat, taken_at, now)) > now:
        await timer.wait(asyncio.Event(), at)
        now = timer.seconds()
    return pacer.halted_until() - now


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
