"""What Telegram says of this bot, asked once and without changing anything."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from telegram.error import TelegramError

from bot.channels.telegram.connection import OFFICIAL, Connection
from bot.core.settings import Settings

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Checkup:
    """`username` is empty where `error` tells why; `date` is Telegram's clock, None where it gave
    none."""

    username: str = ""
    error: str = ""
    date: datetime | None = None
    webhook: "WebhookState | None" = None


@dataclass(frozen=True, slots=True)
class WebhookState:
    url: str
    """It may hold a secret: not to be shown."""
    pending: int
    last_error: str
    last_error_at: int
    """Seconds since 1970; 0 where there was none."""


async def examine(settings: Settings) -> Checkup:
    """Ask who the bot is, what the webhook does, and what time it is. The token must be set.

    What fails becomes `error`; no text in the answer holds the token.
    """
    assert settings.telegram_token is not None
    own = settings.telegram_api_url
    date = await _ask_date(own or OFFICIAL, proxied=own is None)
    connection = Connection(settings.telegram_token.reveal(), own)
    await connection.open()
    try:
        me = await connection.call("getMe", {}, read_seconds=PATIENCE_SECONDS)
        hook = await connection.call("getWebhookInfo", {}, read_seconds=PATIENCE_SECONDS)
    except TelegramError as error:
        return Checkup(error=str(error), date=date)
    finally:
        await connection.close()
    return Checkup(str(me.get("username", "")), "", date, _read_state(hook))


def _read_state(hook: dict[str, Any]) -> WebhookState:
    return WebhookState(
        str(hook.get("url", "")),
        int(hook.get("pending_update_count", 0)),
        str(hook.get("last_error_message", "")),
        int(hook.get("last_error_date", 0)),
    )


async def _ask_date(base: str, *, proxied: bool) -> datetime | None:
    """The Date of an answer to a request without the token."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    with suppress(aiohttp.ClientError, OSError, ValueError):
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=proxied) as session,
            session.get(base, allow_redirects=False) as response,
        ):
            return parsedate_to_datetime(response.headers.get("Date", ""))
    return None
