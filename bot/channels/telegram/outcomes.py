"""What a failed call means for whoever sends: the library's errors as the channel's."""

import logging

from telegram.error import TelegramError

from bot.channels.telegram.transport import Answered, Unanswered, Unsent
from bot.delivery.channel import (
    Ambiguous,
    CannotEdit,
    ChatMoved,
    Rejected,
    RetryLater,
    Undelivered,
    Unreachable,
)

logger = logging.getLogger(__name__)

UNASKED_WAIT = 1.0
"""Seconds to wait after a 429 that names none."""
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
    "there is no media in the message to edit",
    "there is no caption in the message to edit",
)
_UNCHANGED = "message is not modified"


def is_unchanged(error: TelegramError) -> bool:
    """The message already reads so."""
    return _says(error, (_UNCHANGED,))


def translate(error: TelegramError, *, editing: bool = False) -> Exception:
    """The channel's error for a failed call, to be raised by the caller."""
    if isinstance(error, Unsent):
        return Undelivered(str(error))
    if isinstance(error, Unanswered):
        return Ambiguous(str(error))
    if isinstance(error, Answered):
        return _translate_refusal(error, editing)
    return Rejected(str(error))


def _translate_refusal(error: Answered, editing: bool) -> Exception:
    if error.moved_to is not None:
        return ChatMoved(str(error.moved_to))
    if error.status == 429:
        return RetryLater(UNASKED_WAIT if error.retry_after is None else error.retry_after)
    if error.status >= 500:
        return Ambiguous(str(error))
    if error.status == 403 or _says(error, _NOBODY):
        return Unreachable(error.description)
    if editing and _says(error, _NOT_EDITABLE):
        return CannotEdit(error.description)
    if error.status == 401:
        logger.error(
            "Telegram does not accept the bot's token", extra={"action": "telegram.unauthorized"}
        )
    return Rejected(str(error))


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    if not isinstance(error, Answered) or error.status != 400:
        return False
    said = error.description.lower()
    return any(phrase in said for phrase in phrases)
