"""What can be set for Telegram alone."""

import re

from bot.core.settings import HttpAddress, Secret, SettingsPart, read_flag

_TOKEN = re.compile(r"\d+:.{8,}", re.DOTALL)


class TelegramSettings(SettingsPart, frozen=True, kw_only=True):
    telegram_token: Secret | None = None
    """The bot's token from BotFather. Without it only the simulator runs."""
    telegram_api_url: HttpAddress | None = None
    """A Bot API server of your own, as http://host:port."""
    telegram_webhook_url: HttpAddress | None = None
    """Public https address for webhooks; without it the bot polls."""
    telegram_webhook_secret: Secret | None = None
    """Secret that comes with each webhook (1–256 of A-Z a-z 0-9 _ -)."""
    telegram_paid_broadcast: bool = False
    """Send broadcasts at the paid rate (1,000 a second)."""

    def __post_init__(self) -> None:
        token = self.telegram_token
        if token is not None and not _TOKEN.fullmatch(token.reveal()):
            raise self.wrong("telegram_token", "must look like 123456:ABC… as BotFather gives it")

    @classmethod
    def plain(cls, name: str, given: str) -> object:
        match name:
            case "telegram_token":
                return given or None
            case "telegram_paid_broadcast":
                return read_flag(given)
        return given
