"""Words that mean a button: typed instead of pressed, in whatever language and spelling."""

import re
from collections.abc import Mapping
from functools import cache

from bot.arabic import courtesy
from bot.arabic.search import folding
from bot.core.i18n import GENDERS, N_, Voice

VOICES = tuple(
    Voice(locale=locale, gender=gender)
    for locale in ("ar_SA", "ar_MA", "en", "fr")
    for gender in GENDERS
)

LONGEST = 40
"""Characters; no button says more, so a longer text is not compared."""

STEPS = {
    N_("Back"): "back",
    N_("Skip"): "skip",
    N_("Cancel"): "cancel",
    N_("Keep my answer"): "keep",
}
"""Labels of the steps that every form knows, with what they do. None of them is ever an answer."""

_GAP = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
"""White space of any kind, and the invisible marks that phones put around a command."""


def without_gaps(text: str) -> str:
    """The text without white space and invisible marks."""
    return _GAP.sub("", text)


def key(text: str) -> str:
    """A text as such words are compared: without signs, marks and the ways to spell a letter."""
    return " ".join(folding.split_words(text))


@cache
def keys_of(label: str) -> frozenset[str]:
    """A label of the catalogue as it is compared, in every language and to every reader."""
    return frozenset(key(voice.text(label)) for voice in VOICES)


def step_word(word: str) -> str:
    """What the step does that the word, which is a `key`, means in any language; "" for others."""
    meant = next((does for label, does in STEPS.items() if word in keys_of(label)), "")
    return meant or ("skip" if courtesy.is_skipping(word) else "")


def means_step(step: str, label: str, sends: str) -> bool:
    """Whether a word of the step, typed, is its button, which may have a label of its own. Where
    the label that `sends` the form cancels something as well, «cancel» could be either of both, and
    is neither."""
    if step != "cancel":
        return step_word(key(label)) == step
    return step not in map(step_word, key(sends).split(" "))


def command_parts(text: str) -> tuple[str, str] | None:
    """The word of a command, without its stroke and in small letters, and what follows; None where
    the text is no command."""
    begins = _GAP.match(text)
    whole = text[begins.end() :] if begins else text
    if not whole.startswith("/"):
        return None
    word, *rest = _GAP.split(whole[1:], maxsplit=1)
    return word.casefold(), rest[0].strip() if rest else ""


def button_word(word: str, labels: Mapping[str, str]) -> str:
    """Of buttons by what they do, with their labels: what the one does that the word means, which
    is a `key`; "" where it means none of them, or several."""
    keys = {does: key(label) for does, label in labels.items()}
    found = [does for does, said in keys.items() if said == word]
    for answers in (courtesy.is_yes, courtesy.is_no, courtesy.is_coming, courtesy.is_sorry):
        if not found and answers(word):
            found = [does for does, said in keys.items() if answers(said.split(" ")[0])]
    return found[0] if len(found) == 1 else ""
