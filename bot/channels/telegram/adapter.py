"""Telegram as a channel: what came in, and the one way out."""

import asyncio
import logging
from io import BytesIO
from pathlib import Path
from typing import Any

from telegram.error import TelegramError

from bot.channels.plugin import Intake, Receiver
from bot.channels.telegram import gauges
from bot.channels.telegram.backoff import Pause
from bot.channels.telegram.connection import START_SECONDS, Connection
from bot.channels.telegram.downloads import bring, download
from bot.channels.telegram.outcomes import is_gone, is_unchanged, translate
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.render import Rendered, TokenTooLong, render, render_toast
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.traits import OVERALL, PAID_OVERALL, TELEGRAM, is_group, rates
from bot.channels.telegram.transport import Upload
from bot.channels.telegram.updates import CHANNEL, read_update
from bot.channels.telegram.webhook import Webhook, derive_secret
from bot.chat.incoming import Incoming
from bot.chat.profile import BotProfile
from bot.chat.screen import Attachment, Screen
from bot.chat.seal import Seal
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.core.text import clean_line
from bot.delivery.channel import (
    CannotEdit,
    FileTooLarge,
    Receipt,
    RefusedForm,
    RefusedPart,
    Rejected,
    RetryLater,
)
from bot.delivery.limits import Limits
from bot.files.kinds import FileKind
from bot.storage.leader_election import LeaderElection

logger = logging.getLogger(__name__)

DOWNLOAD_LIMIT = 20 * 2**20
"""Bytes that Telegram gives to a bot at most."""
UPLOAD_LIMITS = {FileKind.PHOTO: 10 * 2**20}
UPLOAD_LIMIT = 50 * 2**20
POLLING = "telegram.poll"
"""The task in which one process leads when several poll for one bot."""
_PHOTOS = {"image/jpeg", "image/png"}
_VOICES = {"audio/ogg"}
_RECORDINGS = {"audio/mpeg", "audio/mp4"}
PRESS_SECONDS = 5.0
"""How long an acknowledgement waits for its answer: somebody looks at a button that spins."""

_NO_PREVIEW = {"link_preview_options": {"is_disabled": True}}


class Telegram:
    """The channel `telegram`; a chat is named by its number."""

    name = CHANNEL
    reports_status = False
    traits = TELEGRAM

    @property
    def account(self) -> str:
        """The bot's id: whose references its files have."""
        return self.connection.account

    def __init__(
        self,
        settings: Settings,
        seal: Seal,
        *,
        limits: Limits | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """`limits` stand in place of what Telegram allows.

        :raises SettingsError: there is no token.
        """
        own = settings.part(TelegramSettings)
        if own.telegram_token is None:
            raise SettingsError("HALQA_TELEGRAM_TOKEN: is missing")
        self.connection = Connection(own.telegram_token.reveal(), own.telegram_api_url, pause=pause)
        self._settings = settings
        self._by_webhook = own.telegram_webhook_url is not None
        self._seal = seal
        paid = own.telegram_paid_broadcast
        self.limits = limits or rates(PAID_OVERALL if paid else OVERALL)
        self._extras: dict[str, Any] = {"allow_paid_broadcast": True} if paid else {}

    async def start(self, *, patience: float = START_SECONDS) -> None:
        """See `Connection.start`."""
        await self.connection.start(patience=patience)

    async def stop(self) -> None:
        """Close the connection; nothing can be sent after that."""
        await self.connection.close()

    def announce(self, profile: BotProfile) -> None:
        """See `Connection.announce`."""
        self.connection.announce(profile)

    def parse(self, body: str) -> Incoming:
        return read_update(body)

    def link(self, payload: str) -> str:
        """See `Connection.link`."""
        return self.connection.link(payload)

    def receiver(self, intake: Intake) -> Receiver:
        """The webhook where the settings name its address, else the poller. Of several processes
        one polls at a time."""
        receiver: Receiver
        if self._by_webhook:
            receiver = Webhook(
                self,
                intake.database,
                self._settings,
                on_stored=intake.on_stored,
                secret=derive_secret(intake.secret_key),
                digest=self._seal.digest,
            )
        else:
            shared = intake.database.dialect == "postgresql"
            lead = LeaderElection(intake.database, POLLING, intake.worker) if shared else None
            receiver = Poller(
                self,
                intake.database,
                on_stored=intake.on_stored,
                lead=lead,
                digest=self._seal.digest,
            )
        gauges.show(receiver)
        return receiver

    async def send(self, chat: str, person_id: int, screen: Screen, reference: str = "") -> Receipt:
        """Show a screen as a new message; Telegram hands no `reference` back.

        :raises Undelivered, RetryLater, Unreachable, Rejected, RefusedForm, Ambiguous, ChatMoved:
        """
        rendered = self._render(screen, person_id)
        parameters = {"chat_id": _number(chat), **self._extras, **rendered.parse_mode}
        if rendered.markup:
            parameters["reply_markup"] = rendered.markup
        if screen.silent:
            parameters["disable_notification"] = True
        if screen.attachment is None:
            parameters |= {"text": rendered.text, **_NO_PREVIEW}
            return _receipt(await self._call("sendMessage", parameters))
        kind, upload = screen.attachment.kind, await _read(screen.attachment)
        if rendered.text:
            parameters["caption"] = rendered.text
        if upload is None:
            parameters[kind.value] = screen.attachment.ref
        method = f"send{kind.value.capitalize()}"
        return _receipt(await self._call(method, parameters, upload), kind)

    async def edit(self, chat: str, person_id: int, message: str, screen: Screen) -> Receipt:
        """Change a message in place; one that already reads so counts as changed.

        The menu and a voice cannot be put on a message that exists, nor can a message lose its
        file: words `beside_file` stand below it. Where the screen says that the words stay, only
        the buttons change.

        :raises CannotEdit: and everything that `send` raises.
        """
        rendered = self._render(screen, person_id)
        file = screen.attachment
        if not message.isdecimal() or not rendered.inline:
            raise CannotEdit("this screen needs a message of its own")
        parameters: dict[str, Any] = {"chat_id": _number(chat), "message_id": int(message)}
        if rendered.markup:
            parameters["reply_markup"] = rendered.markup
        upload = None
        if screen.words_stay:
            method = "editMessageReplyMarkup"
        elif file is None and screen.beside_file:
            method = "editMessageCaption"
            parameters |= {"caption": rendered.text, **rendered.parse_mode}
        elif file is None:
            method = "editMessageText"
            parameters |= {"text": rendered.text, **rendered.parse_mode, **_NO_PREVIEW}
        elif file.kind is FileKind.VOICE:
            raise CannotEdit("a voice needs a message of its own")
        else:
            method, upload = "editMessageMedia", await _read(file)
            parameters["media"] = _media(file, upload, rendered)
        shown = await self._call(method, parameters, upload, editing=True)
        ref = _receipt(shown, file.kind).file_ref if upload and file else ""
        return Receipt(message, ref)

    async def delete(self, chat: str, message: str) -> None:
        """Take a message out of a chat, which a bot may within 48 hours; one that is gone counts
        as taken out.

        :raises CannotEdit: and everything that `send` raises.
        """
        if not message.isdecimal():
            raise CannotEdit("this message has no number")
        parameters = {"chat_id": _number(chat), "message_id": int(message)}
        try:
            await self.connection.call("deleteMessage", parameters)
        except TelegramError as error:
            if is_gone(error):
                return
            failure = translate(error, editing=True)
        else:
            return
        raise failure

    async def acknowledge(self, press: str, toast: str, alert: bool) -> None:
        """Answer a press, with a short word or without ("").

        Answering it twice is answering it once.

        :raises Rejected: it is too old or unknown; and everything that `send` raises.
        """
        parameters: dict[str, Any] = {"callback_query_id": press}
        if text := render_toast(toast):
            parameters |= {"text": text, "show_alert": alert}
        try:
            await self.connection.call(
                "answerCallbackQuery", parameters, read_seconds=PRESS_SECONDS
            )
        except TelegramError as error:
            failure = translate(error)
        else:
            return
        raise failure

    async def fetch_file(self, ref: str, limit: int = DOWNLOAD_LIMIT) -> bytes:
        """The content of a file that somebody sent, of at most `limit` bytes.

        :raises FileTooLarge: before anything is downloaded, where Telegram gave the size.
        :raises Undelivered, RetryLater, Rejected, Ambiguous:
        """
        content = BytesIO()
        await download(self.connection, ref, content, limit)
        return content.getvalue()

    async def bring(self, reference: str, target: Path, limit: int) -> None:
        """Write a file that somebody sent, of at most `limit` bytes, to `target`.

        :raises NotFetched:
        """
        await bring(self.connection, reference, target, limit)

    def shown_as(self, kind: FileKind, size: int, mime: str) -> FileKind:
        """A photo that Telegram would not take as one goes as a document, and so does a recording
        of another make."""
        if kind is FileKind.PHOTO and (size > UPLOAD_LIMITS[kind] or mime not in _PHOTOS):
            return FileKind.DOCUMENT
        if kind is FileKind.VOICE and mime not in _VOICES:
            return FileKind.AUDIO if mime in _RECORDINGS else FileKind.DOCUMENT
        return kind

    def _render(self, screen: Screen, person_id: int) -> Rendered:
        try:
            return render(screen, self._seal, person_id)
        except TokenTooLong as error:
            raise RefusedForm(str(error), RefusedPart.BUTTONS) from error

    async def _call(
        self,
        method: str,
        parameters: dict[str, Any],
        upload: Upload | None = None,
        *,
        editing: bool = False,
    ) -> Any:
        try:
            return await self.connection.call(method, parameters, upload)
        except TelegramError as error:
            if editing and is_unchanged(error):
                return None
            failure = translate(error, editing=editing)
        if isinstance(failure, RetryLater):
            # A group's limit is its own, and says nothing of the others.
            failure.only_chat = is_group(str(parameters["chat_id"]))
        raise failure


def _number(chat: str) -> int:
    try:
        return int(chat)
    except ValueError:
        raise Rejected("a chat at Telegram is named by its number") from None


def _media(file: Attachment, upload: Upload | None, rendered: Rendered) -> dict[str, str]:
    media = {
        "type": file.kind.value,
        "media": f"attach://{upload.field}" if upload else file.ref,
    }
    if not rendered.text:
        return media
    return media | {"caption": rendered.text, **rendered.parse_mode}


async def _read(file: Attachment) -> Upload | None:
    """The file to upload; None where Telegram has it already."""
    if file.ref:
        return None
    limit = UPLOAD_LIMITS.get(file.kind, UPLOAD_LIMIT)
    path = Path(file.path)
    try:
        content = await asyncio.to_thread(_read_within, path, limit)
    except OSError as error:
        reason = f"the file to send cannot be read: {error.strerror}"
        raise RefusedForm(reason, RefusedPart.FILE) from error
    name = clean_line(file.name or path.name).replace('"', "'") or file.kind.value
    return Upload(file.kind.value, name, content)


def _read_within(path: Path, limit: int) -> bytes:
    size = path.stat().st_size
    if not 0 < size <= limit:
        raise FileTooLarge(f"the file to send has {size} bytes; Telegram takes 1 to {limit}")
    return path.read_bytes()


def _receipt(message: Any, kind: FileKind | None = None) -> Receipt:
    """The receipt of an accepted message; what cannot be read in the echo stays empty."""
    if not isinstance(message, dict):
        return Receipt("")
    number = message.get("message_id")
    ref = _find_ref(message.get(kind.value)) if kind else ""
    return Receipt(str(number) if isinstance(number, int) else "", ref)


def _find_ref(shown: Any) -> str:
    # A photo comes in sizes, the largest last.
    file = shown[-1] if isinstance(shown, list) and shown else shown
    ref = file.get("file_id") if isinstance(file, dict) else None
    return ref if isinstance(ref, str) else ""
