"""What Telegram shows of the bot before anyone writes: commands and descriptions."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from telegram import Bot

from bot.channels.plugin import Commands

Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class BotProfile:
    """Texts by language (`ar`, `en`); those of `default` are shown in every other language too.

    Commands are pairs of name (1–32 of a-z 0-9 _) and description (up to 256 characters), in the
    order of the menu. A description has up to 512 characters, `about` up to 120.
    """

    commands: Commands
    descriptions: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    default: str = "ar"


def publish_steps(bot: Bot, profile: BotProfile) -> Iterator[Step]:
    """The calls that publish a profile; each may be repeated."""
    for language, commands in _with_default(profile.commands, profile.default):
        yield partial(bot.set_my_commands, tuple(commands), language_code=language)
    for language, text in _with_default(profile.descriptions, profile.default):
        yield partial(bot.set_my_description, text, language_code=language)
    for language, text in _with_default(profile.about, profile.default):
        yield partial(bot.set_my_short_description, text, language_code=language)


T = TypeVar("T")


def _with_default(texts: Mapping[str, T], default: str) -> Iterator[tuple[str | None, T]]:
    if default in texts:
        yield None, texts[default]
    yield from texts.items()
