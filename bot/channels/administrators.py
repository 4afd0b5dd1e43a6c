"""Who administers the installation, as its settings say."""

from collections.abc import Collection

from bot.chat.incoming import Address
from bot.core.errors import SettingsError
from bot.core.settings import Settings


def read_administrators(settings: Settings, channels: Collection[str]) -> frozenset[Address]:
    """The addresses of the settings: each as `channel:id`; an id alone is one of the first of all
    channels, as it was before there were others, whether that one is connected or not.

    :raises SettingsError: a channel that does not exist; the text is never repeated.
    """
    first = next(iter(channels))
    found = set()
    for said in settings.administrators:
        channel, separator, number = said.rpartition(":")
        found.add(Address(channel if separator else first, number))
    if not {each.channel for each in found} <= set(channels):
        known = " or ".join(channels)
        raise SettingsError(f"HALQA_ADMINISTRATORS: the channel before the colon must be {known}")
    return frozenset(found)
