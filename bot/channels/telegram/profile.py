"""What Telegram shows of the bot before anyone writes: commands and descriptions."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from telegram import Bot

from bot.chat.profile import BotProfile

Step = Callable[[], Awaitable[object]]
Language = str | None
"""None: everybody whose language has no text of its own."""


def publish_steps(bot: Bot, profile: BotProfile) -> Iterator[Step]:
    """The calls that publish a profile; each may be repeated, and sends nothing where Telegram
    shows the same already: it limits how often a bot changes what it says of itself."""
    for language, commands in _with_default(profile.commands, profile.default):
        yield partial(_set_commands, bot, language, commands)
    for language, text in _with_default(profile.descriptions, profile.default):
        yield partial(_set_description, bot, language, text)
    for language, text in _with_default(profile.about, profile.default):
        yield partial(_set_about, bot, language, text)


async def _set_commands(bot: Bot, language: Language, wanted: Sequence[tuple[str, str]]) -> None:
    shown = await bot.get_my_commands(language_code=language)
    if [(each.command, each.description) for each in shown] != list(wanted):
        await bot.set_my_commands(tuple(wanted), language_code=language)


async def _set_description(bot: Bot, language: Language, wanted: str) -> None:
    shown = await bot.get_my_description(language_code=language)
    if shown.description != wanted:
        await bot.set_my_description(wanted, language_code=language)


async def _set_about(bot: Bot, language: Language, wanted: str) -> None:
    shown = await bot.get_my_short_description(language_code=language)
    if shown.short_description != wanted:
        await bot.set_my_short_description(wanted, language_code=language)


T = TypeVar("T")


def _with_default(texts: Mapping[str, T], default: str) -> Iterator[tuple[Language, T]]:
    if default in texts:
        yield None, texts[default]
    yield from texts.items()
