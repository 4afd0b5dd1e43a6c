"""Every variable of the environment that a bot reads, those of its channels included."""

from bot.app import PLUGINS
from bot.core.settings import Settings, SettingsPart

PARTS: tuple[type[SettingsPart], ...] = (Settings, *(plugin.settings for plugin in PLUGINS))


def variables() -> dict[str, str]:
    """By the name of the setting."""
    return {name: variable for part in PARTS for name, variable in part.variables().items()}
