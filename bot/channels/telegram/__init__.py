"""Telegram: the inbox's two doors (polling, webhook) and the way out, over the Bot API."""

from bot.channels.telegram.adapter import Telegram
from bot.channels.telegram.plugin import PLUGIN
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.traits import TELEGRAM, rates
from bot.channels.telegram.webhook import Webhook

__all__ = [
    "PLUGIN",
    "TELEGRAM",
    "Poller",
    "Telegram",
    "Webhook",
    "rates",
]
