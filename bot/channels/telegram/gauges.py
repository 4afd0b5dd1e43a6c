"""The gauges of Telegram alone, by the names that they had before there were other channels."""

from bot.channels.plugin import Receiver
from bot.core.metrics import gauge

CONNECTED = gauge("halqa_telegram_connected", "1: polling, or the webhook, works.")
STANDS_BY = gauge("halqa_telegram_stands_by", "1: another process polls, this one would follow.")


def show(receiver: Receiver) -> None:
    """Have them tell of this one from now on."""
    CONNECTED.set_function(lambda: float(receiver.connected))
    STANDS_BY.set_function(lambda: float(receiver.stands_by))
