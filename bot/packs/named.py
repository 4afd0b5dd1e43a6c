"""What a pack holds: things with a code that is stored, and names in which it is said."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.i18n import Gender, Phrase, Voice

LANGUAGES = ("ar", "fr", "en")


@dataclass(frozen=True, slots=True)
class Names:
    """Of one thing in one language. The three are the same where nothing depends on whom it is
    about."""

    m: str
    f: str
    neutral: str

    def about(self, gender: Gender) -> str:
        return {"m": self.m, "f": self.f}.get(gender, self.neutral)


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A subject, a stage, a role or a kind of unit."""

    code: str
    names: Mapping[str, Names]
    """By language; every one of `LANGUAGES` is there."""
    offered: bool = True
    """Whether people can choose it; what was chosen before keeps its names."""

    def said(self, voice: Voice, about: Gender | None = None) -> Phrase:
        """Its name in the language of the voice, for whoever it is about."""
        names = self.names.get(voice.language) or self.names["en"]
        return Phrase(names.about(about or voice.gender))
