"""Telegram as a bot is put together with it."""

from bot.channels.plugin import ChannelPlugin
from bot.channels.telegram.adapter import Telegram
from bot.channels.telegram.checkup import examine
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.updates import CHANNEL
from bot.core.i18n import N_
from bot.core.settings import Settings

MOST_MB = 20
"""What Telegram hands over; a Bot API server of one's own more."""


def _is_set(settings: Settings) -> bool:
    own = settings.part(TelegramSettings)
    if own.telegram_token and settings.max_file_mb > MOST_MB and own.telegram_api_url is None:
        wanted = f"Telegram gives at most {MOST_MB}; more needs HALQA_TELEGRAM_API_URL"
        raise settings.wrong("max_file_mb", wanted)
    return own.telegram_token is not None


PLUGIN = ChannelPlugin(
    CHANNEL,
    N_("channel.telegram"),
    TelegramSettings,
    _is_set,
    "HALQA_TELEGRAM_TOKEN: is missing; BotFather gives one, or run with --simulator",
    Telegram,
    examine,
)
