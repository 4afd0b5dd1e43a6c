"""The webhook: an update is answered with 200 only after it is stored."""

import asyncio
import hmac
import logging
from collections.abc import Callable
from secrets import token_urlsafe
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.telegram.connection import Connected
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.updates import ALLOWED_UPDATES, CHANNEL, Digest, arrival, read_json
from bot.chat.intake.inbox import store
from bot.core import metrics
from bot.core.errors import SettingsError
from bot.core.settings import Settings
from bot.storage.database import Database

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
SIZE_LIMIT = 2**20
"""Bytes; an update has a few thousand."""
DEFAULT_PATH = "/telegram/webhook"
CONNECTIONS = 40
BODY_SECONDS = 20.0
"""How long an update may take to come."""


def public_address(setting: str) -> tuple[str, str]:
    """The address that Telegram is told for that of the settings, and its path."""
    url = setting.rstrip("/")
    path = urlsplit(url).path
    return (url, path) if path else (url + DEFAULT_PATH, DEFAULT_PATH)


def derive_secret(key: str) -> str:
    """The secret of the webhook where none is set: the same for all bots that share the key."""
    return hmac.digest(key.encode(), b"telegram webhook", "sha256").hex()


class Webhook:
    """Takes updates at the public address of the settings.

    It is mounted at that address's path, or at `/telegram/webhook` where it has none. Without a
    secret in the settings the given one is used, the same in every process of one bot; without that
    too, each start makes one.
    """

    mode = "webhook"

    def __init__(
        self,
        channel: Connected,
        database: Database,
        settings: Settings,
        on_stored: Callable[[], None],
        *,
        secret: str = "",
        digest: Digest | None = None,
    ) -> None:
        """:raises SettingsError: there is no public address."""
        own = settings.part(TelegramSettings)
        if own.telegram_webhook_url is None:
            raise SettingsError("HALQA_TELEGRAM_WEBHOOK_URL: is missing")
        self.url, self.path = public_address(own.telegram_webhook_url)
        self._connection = channel.connection
        self._database = database
        self._on_stored = on_stored
        self._digest = digest
        set_secret = own.telegram_webhook_secret
        self._secret = (set_secret and set_secret.reveal()) or secret
        self._secret = self._secret or token_urlsafe(32)
        self.runs = False
        self.connected = False
        """Whether Telegram knows the address."""
        self.stands_by = False

    @property
    def mount(self) -> Callable[[web.Application], None]:
        return self.add_to

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(self.path, self.receive)

    async def start(self) -> None:
        """Tell Telegram where to deliver, in the background until it has worked."""
        self.runs = True
        self._connection.in_background(
            self._connection.insist("telegram.webhook.set", self._set), "telegram.webhook"
        )

    async def stop(self) -> None:
        """The webhook stays set: Telegram repeats what is not accepted until the bot is back."""
        self.runs = False

    async def _set(self) -> None:
        # Of several processes each does so, and each says the same.
        await self._connection.bot.set_webhook(
            self.url,
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=CONNECTIONS,
        )
        self.connected = True
        logger.info("webhook set", extra={"action": "telegram.webhook.ready"})

    async def receive(self, request: web.Request) -> web.Response:
        """200 once the update is stored; 401 without the secret, 400 for what is no update, 408 for
        what does not come to its end, 413 for what is too large, 503 when it cannot be stored, so
        that Telegram repeats it."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            logger.warning("wrong secret", extra={"action": "telegram.webhook.refused"})
            return web.Response(status=401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read_body(request)
        except TimeoutError:
            # Half an update, and nobody at the other end: Telegram sends it again.
            logger.warning("body cut off", extra={"action": "telegram.webhook.cut_off"})
            answer = web.Response(status=408)
            answer.force_close()
            return answer
        if body is None:
            return web.Response(status=413)
        update = read_json(body)
        if not isinstance(update, dict) or type(update.get("update_id")) is not int:
            return web.Response(status=400)
        try:
            async with self._database.transaction() as tx:
                await store(tx, CHANNEL, [arrival(update, self._digest)])
        except Exception:
            metrics.UPDATES_NOT_STORED.inc()
            logger.exception("update not stored", extra={"action": "telegram.webhook.not_stored"})
            return web.Response(status=503)
        self._on_stored()
        logger.debug("update stored", extra={"action": "telegram.webhook.stored"})
        return web.Response()


async def _read_body(request: web.Request) -> bytes | None:
    """The body; None when it is larger than `SIZE_LIMIT`."""
    if (request.content_length or 0) > SIZE_LIMIT:
        return None
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > SIZE_LIMIT:
            return None
    return bytes(body)
