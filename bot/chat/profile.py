"""What a channel may show of the bot before anybody writes to it: its commands and who it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat.router import Router
from bot.core.i18n import LANGUAGES, N_, Voice


@dataclass(frozen=True, slots=True)
class BotProfile:
    """Texts by language (`ar`, `en`); those of `default` are for every other language too.

    Commands are pairs of name (1–32 of a-z 0-9 _) and description (up to 256 characters), in the
    order in which they are shown. A description has up to 512 characters, `about` up to 120.
    """

    commands: Mapping[str, Sequence[tuple[str, str]]]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    default: str = "ar"


DESCRIPTION = N_(
    "In Halqa teachers learn together: they share what works in their classes, find what worked"
    " for others, meet in their teams, and get the announcements of their schools and"
    " departments.\n\nBegin with the button below."
)
ABOUT = N_(
    "Teachers learn together: practices from classes, meetings of teams, announcements of schools."
)


def profile_of(router: Router, country: str) -> BotProfile:
    """The bot in every language, in the words and digits of the country."""
    voices = {language: Voice(locale=language).living_in(country) for language in LANGUAGES}
    return BotProfile(
        commands={
            language: [
                (each.name, voice.text(each.description)) for each in router.commands.values()
            ]
            for language, voice in voices.items()
        },
        descriptions={language: voice.text(DESCRIPTION) for language, voice in voices.items()},
        about={language: voice.text(ABOUT) for language, voice in voices.items()},
    )
