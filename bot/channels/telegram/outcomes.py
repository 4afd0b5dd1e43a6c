"""What a failed call means for whoever sends: the library's errors as the channel's."""

import logging
import re

from telegram.error import TelegramError

from bot.channels.telegram.transport import Answered, Unanswered, Unsent
from bot.delivery.channel import (
    Ambiguous,
    CannotEdit,
    ChatMoved,
    RefusedForm,
    RefusedPart,
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
_PARTS = {
    RefusedPart.RECORDING: ("voice_messages_forbidden",),
    # A reference of another bot's token, of a file that is gone, or of another kind of file.
    RefusedPart.FILE: (
        "wrong file identifier",
        "wrong remote file id",
        "wrong file_id",
        "file_reference_",
        "file_id_invalid",
        "can't use file of type",
        "file must be non-empty",
        "file is too big",
        "is too big for a photo",
        "failed to get http url content",
        "wrong type of the web page content",
        "image_process_failed",
        "photo_",
        "media_empty",
        "media_invalid",
        "document_invalid",
        "not enough rights to send",
    ),
    RefusedPart.BUTTONS: (
        "button_",
        "keyboard button",
        "reply_markup_",
        "reply markup",
        "wrong http url",
    ),
    RefusedPart.FORMAT: ("can't parse entities", "entity_", "entities_"),
    RefusedPart.LENGTH: ("too long", "too_long"),
}
"""By words of the answer, lower case, the first that fit."""
_BUTTON_URL = re.compile(r"button URL '([^']+)'", re.IGNORECASE)
_UNCHANGED = "message is not modified"


def is_unchanged(error: TelegramError) -> bool:
    """The message already reads so."""
    return _says(error, (_UNCHANGED,))


def is_gone(error: TelegramError) -> bool:
    """The message to delete is there no more."""
    return _says(error, ("message to delete not found",))


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
    if error.status not in (400, 413):
        return Rejected(str(error))
    part = _refused_part(error)
    if editing and part is None:
        return CannotEdit(error.description)
    url = _BUTTON_URL.search(error.description)
    return RefusedForm(str(error), part, url.group(1) if url else "")


def _refused_part(error: Answered) -> RefusedPart | None:
    if error.status == 413:
        return RefusedPart.FILE
    return next((part for part, phrases in _PARTS.items() if _says(error, phrases)), None)


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    if not isinstance(error, Answered) or error.status != 400:
        return False
    said = error.description.lower()
    return any(phrase in said for phrase in phrases)
