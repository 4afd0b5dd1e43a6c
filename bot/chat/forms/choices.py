"""A field of which the answer is a set: one tap where it is one thing, some more where it is
several."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.arabic.search import folding
from bot.chat.forms.answers import Answers, Loader
from bot.chat.forms.fields import Options
from bot.chat.forms.form import Field
from bot.chat.forms.reading import Accepted, Given, NotAccepted, Option, Picking, Question, Reading
from bot.chat.screen import paragraphs
from bot.chat.turn import Turn
from bot.core.i18n import Phrase

SEVERAL = "+"
DONE = "."
EVERY = "all"
"""Values of the options that are no code themselves."""
_BETWEEN = re.compile(r"[,،;؛/+&\n]|\s(?:و|and|et)\s")
_JOINED = re.compile(r"\s+و(?=\S)")


def codes(data: Any) -> tuple[str, ...]:
    """The set of saved JSON; a former version saved one code alone."""
    return (data,) if isinstance(data, str) else tuple(data)


@dataclass(frozen=True, kw_only=True)
class ChoicesField(Field[tuple[str, ...]]):
    """One or several of a few codes. A press on one of them is the whole answer; after a press on
    `several` each is picked or dropped, until «That is all». Typed, they may stand with commas
    between. With `every` there is an option, by this label, for which the set is empty."""

    question: str
    options: Options
    several: str
    every: str = ""
    of: Loader[tuple[str, ...]] = codes

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = await self.options(turn, answers)
        text = turn.voice.text(self.question)
        picks = answers.picks_of(self)
        if picks is None:
            every = [Option(EVERY, turn.voice.text(self.every))] if self.every else []
            several = Option(SEVERAL, turn.voice.text(self.several))
            return Question(text, [*every, *options, several])
        how = turn.say("Press each that applies, or write them with commas between.")
        picked = [option for option in options if option.value in picks]
        others = [option for option in options if option.value not in picks]
        # What is picked comes first, so that it is seen where a message holds a part of them.
        shown = [Option(each.value, turn.say("✓ {name}", name=each.label)) for each in picked]
        done = [Option(DONE, turn.say("That is all"), primary=True)] if picked else []
        return Question(paragraphs(text, how), [*done, *shown, *others])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[tuple[str, ...]]:
        options = await self.options(turn, answers)
        picks = answers.picks_of(self)
        before: tuple[str, ...] = answers.of(self) or ()
        if given.chosen and given.value == SEVERAL:
            return Picking(list(before))
        if given.chosen and given.value == EVERY and self.every:
            return Accepted(())
        if given.chosen and given.value == DONE:
            return Accepted(_ordered(options, picks or ()))
        if given.chosen:
            chosen = [given.value] if any(o.value == given.value for o in options) else []
        elif self.every and folding.same(given.text, turn.voice.text(self.every)):
            return Accepted(())
        else:
            chosen = _written(options, given.text)
        if not chosen:
            return NotAccepted(turn.say("Please choose one of the buttons below."))
        if picks is None:
            return Accepted(_ordered(options, chosen))
        if given.chosen and chosen[0] in picks:
            return Picking([code for code in picks if code != chosen[0]])
        return Picking(list(_ordered(options, [*picks, *chosen])))

    async def show(self, turn: Turn, answers: Answers, value: tuple[str, ...]) -> str:
        if not value:
            return turn.voice.text(self.every) if self.every else "—"
        named = {option.value: option.label for option in await self.options(turn, answers)}
        return turn.voice.join(Phrase(named.get(code, "—")) for code in value)

    def load(self, data: Any) -> tuple[str, ...]:
        return () if self.every and data == EVERY else self.of(data)

    def dump(self, value: tuple[str, ...]) -> Any:
        if not value and self.every:
            return EVERY
        # One alone is saved as a former version saved it.
        return value[0] if len(value) == 1 else list(value)


def _ordered(options: Sequence[Option], chosen: Iterable[str]) -> tuple[str, ...]:
    """The chosen codes in the order in which they are offered, each once."""
    wanted = set(chosen)
    return tuple(option.value for option in options if option.value in wanted)


def _written(options: Sequence[Option], text: str) -> list[str]:
    """The codes that a text names; none where a part of it names nothing, or more than one."""
    if (code := _named(options, text)) is not None:
        return [code]
    found: list[str] = []
    for piece in filter(str.strip, _BETWEEN.split(text)):
        code = _named(options, piece)
        parts = [code] if code else [_named(options, each) for each in _JOINED.split(piece)]
        found += [part for part in parts if part]
        if not all(parts):
            return []
    return found


def _named(options: Sequence[Option], words: str) -> str | None:
    """The code of the option that the words name, or of the only one that they begin."""
    if not folding.split_words(words):
        return None
    same = [option.value for option in options if folding.same(option.label, words)]
    if not same:
        same = [option.value for option in options if folding.matches(words, option.label)]
    return str(same[0]) if len(same) == 1 else None
