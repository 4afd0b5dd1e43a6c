"""Telegram as a bot is put together with it."""

from bot.channels.plugin import ChannelPlugin
from bot.channels.telegram.adapter import Telegram
from bot.channels.telegram.checkup import examine
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram.updates import CHANNEL
from bot.core.settings import Settings


def _is_set(settings: Settings) -> bool:
    return settings.part(TelegramSettings).telegram_token is not None


PLUGIN = ChannelPlugin(
    CHANNEL,
    TelegramSettings,
    _is_set,
    "HALQA_TELEGRAM_TOKEN: is missing; BotFather gives one, or run with --simulator",
    Telegram,
    examine,
)
