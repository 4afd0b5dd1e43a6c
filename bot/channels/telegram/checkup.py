"""What Telegram says of this bot, asked once and without changing anything."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from telegram.error import TelegramError

from bot.channels.telegram.connection import OFFICIAL, Connection
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.webhook import public_address
from bot.core.checks import CheckResult
from bot.core.clock import Clock
from bot.core.english import counted
from bot.core.settings import Settings

PATIENCE_SECONDS = 10.0
CLOCK_SECONDS = 5.0
"""How late a reminder may begin after a restart."""
PENDING_MOST = 100
ERROR_RECENT = timedelta(hours=1)


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


async def ask(settings: Settings) -> Checkup:
    """Ask who the bot is, what the webhook does, and what time it is. The token must be set.

    What fails becomes `error`; no text in the answer holds the token.
    """
    set_here = settings.part(TelegramSettings)
    assert set_here.telegram_token is not None
    own = set_here.telegram_api_url
    date = await _ask_date(own or OFFICIAL, proxied=own is None)
    connection = Connection(set_here.telegram_token.reveal(), own)
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


async def examine(settings: Settings, clock: Clock) -> list[CheckResult]:
    """Token, clock and webhook, as Telegram sees them."""
    if settings.part(TelegramSettings).telegram_token is None:
        text = "HALQA_TELEGRAM_TOKEN is missing: BotFather gives one"
        return [CheckResult("token", False, text)]
    checkup = await ask(settings)
    return [
        _judge_token(checkup),
        _judge_clock(checkup, clock),
        *([_judge_webhook(checkup.webhook, settings, clock)] if checkup.webhook else []),
    ]


def _judge_token(checkup: Checkup) -> CheckResult:
    what = "token"
    if checkup.error.startswith(("401", "404")):
        text = f"Telegram does not know it ({checkup.error}): see HALQA_TELEGRAM_TOKEN"
        return CheckResult(what, False, text)
    if checkup.error:
        return CheckResult(what, False, f"Telegram is out of reach ({checkup.error}): try again")
    return CheckResult(what, True, f"belongs to @{checkup.username}")


def _judge_clock(checkup: Checkup, clock: Clock) -> CheckResult:
    what = "clock"
    if checkup.date is None:
        return CheckResult(what, False, "cannot be compared: Telegram did not tell the time")
    # The header leaves out fractions of a second.
    ahead = (clock.now() - checkup.date).total_seconds() - 0.5
    text = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Telegram's"
    if abs(ahead) > CLOCK_SECONDS:
        return CheckResult(what, False, f"{text}: set it by NTP")
    return CheckResult(what, True, text)


def _judge_webhook(hook: WebhookState, settings: Settings, clock: Clock) -> CheckResult:
    """The address of a webhook may hold a secret: it is compared, never shown."""
    what = "webhook"
    waiting = f"{counted(hook.pending, 'update waits', 'updates wait')} at Telegram"
    address = settings.part(TelegramSettings).telegram_webhook_url
    if address is None:
        if hook.url:
            return CheckResult(
                what, False, "one is set, but the bot is to poll: its start removes the webhook;"
                " is another bot running with this token?",
            )  # fmt: skip
        return CheckResult(what, True, f"none is set, the bot polls; {waiting}")
    expected, _ = public_address(address)
    if hook.url != expected:
        text = "is not the one of HALQA_TELEGRAM_WEBHOOK_URL" if hook.url else "is not set"
        return CheckResult(what, False, f"{text}: the bot's start sets it")
    failed_at = datetime.fromtimestamp(hook.last_error_at, UTC)
    if hook.last_error and clock.now() - failed_at < ERROR_RECENT:
        text = f"failed at {failed_at:%H:%M} UTC: {hook.last_error}; {waiting}: see the proxy"
        return CheckResult(what, False, text)
    if hook.pending > PENDING_MOST:
        return CheckResult(what, False, f"{waiting}: is the bot running, and behind the address?")
    return CheckResult(what, True, f"is set; {waiting}")
