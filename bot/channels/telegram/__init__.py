"""Telegram: the inbox's two doors (polling, webhook) and the way out, over the Bot API."""

from bot.channels.telegram.adapter import FileTooLarge, Telegram
from bot.channels.telegram.checkup import Checkup, WebhookState, examine
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.profile import BotProfile
from bot.channels.telegram.updates import arrival
from bot.channels.telegram.webhook import Webhook, public_address

__all__ = [
    "BotProfile",
    "Checkup",
    "FileTooLarge",
    "Poller",
    "Telegram",
    "Webhook",
    "WebhookState",
    "arrival",
    "examine",
    "public_address",
]
