"""The fields that forms are made of. None of them knows a channel or a feature."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.forms.form import (
    Answers,
    AskAgain,
    Collected,
    Field,
    Given,
    NotAccepted,
    Option,
    Question,
)
from bot.chat.turn import Turn
from bot.core.i18n import N_
from bot.core.text import (
    clean_line,
    clean_text,
    fold_name,
    has_letters,
    has_words_or_figures,
    isolate,
    mixes_scripts,
)

Options = Callable[[Turn, Answers], Awaitable[Sequence[Option]]]
Search = Callable[[Turn, Answers, str], Awaitable[Sequence[Option]]]
Describe = Callable[[Turn, Any], Awaitable[str]]


def _needs_words(turn: Turn, given: Given) -> None:
    if given.file:
        raise NotAccepted(turn.say("A file does not fit here. Please write your answer in words."))


def _needs_length(turn: Turn, text: str, most: int) -> None:
    if len(text) > most:
        raise NotAccepted(
            turn.say(
                "Your text has {length} characters and {most} fit here. Please shorten it and"
                " send it again; your message stays above to copy from.",
                length=len(text),
                most=most,
            )
        )


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """Words: one line, or several with `multiline`; `least` to `most` characters after
    cleaning. Without `words`, figures alone are an answer too."""

    question: str
    least: int = 2
    most: int = 200
    multiline: bool = False
    words: bool = True

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return Question(turn.voice.text(self.question))

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        _needs_words(turn, given)
        text = self.clean(given.text)
        says_something = has_letters(text) if self.words else has_words_or_figures(text)
        if len(text) < self.least or not says_something:
            raise NotAccepted(turn.say("That is too short to understand. Please write some words."))
        _needs_length(turn, text, self.most)
        return text

    def clean(self, text: str) -> str:
        return clean_text(text) if self.multiline else clean_line(text)

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return isolate(str(value))


@dataclass(frozen=True, kw_only=True)
class NameField(TextField):
    """A name: cleaned of tricks, two letters at least, one script in a word."""

    most: int = 60

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        text = await super().read(turn, answers, given)
        if mixes_scripts(text):
            raise NotAccepted(
                turn.say("A word there mixes Arabic with other letters. Please write it in one.")
            )
        return text

    def clean(self, text: str) -> str:
        return fold_name(text)


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    """One of a few answers, by button or by typing its words."""

    question: str
    options: Options
    columns: int = 1
    none: str = N_("There is nothing to choose here yet.")

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = await self.options(turn, answers)
        text = turn.voice.text(self.question if options else self.none)
        return Question(text, options, self.columns)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        options = await self.options(turn, answers)
        for option in options:
            if given.chosen and option.value == given.value:
                return option.value
            if not given.chosen and given.text and _same(option.label, given.text):
                return option.value
        raise NotAccepted(turn.say("Please choose one of the buttons below."))

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        options = await self.options(turn, answers)
        return next((o.label for o in options if o.value == value), "—")


def _same(label: str, text: str) -> bool:
    return clean_line(label).casefold() == clean_line(text).casefold()


@dataclass(frozen=True, kw_only=True)
class SearchField(Field):
    """Something out of many: the person types a part of its name and picks among the matches.

    `search` gives options for the typed words; `describe` names a chosen value; `suggest` are
    options offered before anything is typed.
    """

    question: str
    search: Search
    describe: Describe
    suggest: Options | None = None

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = await self.suggest(turn, answers) if self.suggest else ()
        return Question(turn.voice.text(self.question), options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        if given.chosen:
            return given.value
        _needs_words(turn, given)
        words = clean_line(given.text)[:100]
        options = await self.search(turn, answers, words) if has_letters(words) else ()
        if not options:
            raise NotAccepted(
                turn.say("I found nothing like {words}. Try another part of the name.", words=words)
            )
        raise AskAgain(Question(turn.say("Is it one of these? If not, write it again."), options))

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return await self.describe(turn, value)


@dataclass(frozen=True, kw_only=True)
class EvidenceField(Field):
    """Several pieces of evidence: texts, photos, documents, recordings; up to `most`.

    The value is a list of `{"kind": "text", "text": …}` or of `{"kind": …, "ref": …, "name": …,
    "mime": …, "size": …}`. A file that is too large is refused by its size, before any download.
    """

    question: str
    most: int = 10
    longest: int = 1000
    files_only: bool = False
    collects: bool = True

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        pieces = answers.get(self.name) or []
        if not pieces:
            return Question(turn.voice.text(self.question))
        count = turn.count("{n} piece so far.", "{n} pieces so far.", len(pieces))
        more = turn.say("Send another one, or press the button when that is all.")
        done = Option("done", turn.say("That is all"))
        return Question(f"{count} {more}", [done, Option("drop", turn.say("Remove the last one"))])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        pieces = list(answers.get(self.name) or [])
        if given.chosen:
            if given.value == "done" and pieces:
                return pieces
            raise Collected(pieces[:-1], turn.say("The last piece is removed."))
        piece = self._file(turn, given) if given.file else self._text(turn, given.text)
        if len(pieces) >= self.most:
            full = turn.count(
                "{n} piece is the most here.", "{n} pieces are the most here.", self.most
            )
            raise NotAccepted(full)
        if self.most == 1:
            return [piece]
        raise Collected([*pieces, piece], turn.say("Received, thank you."))

    def _text(self, turn: Turn, text: str) -> dict[str, Any]:
        if self.files_only:
            raise NotAccepted(turn.say("Only a file or photo fits here. Send one, or skip."))
        text = clean_text(text)
        if not has_words_or_figures(text):
            raise NotAccepted(turn.say("That is too short to understand. Please write some words."))
        _needs_length(turn, text, self.longest)
        return {"kind": "text", "text": text}

    def _file(self, turn: Turn, given: Given) -> dict[str, Any]:
        file = given.file
        assert file is not None
        limit = turn.installation.settings.max_file_mb
        if file.size is not None and file.size > limit * 1024 * 1024:
            raise NotAccepted(
                turn.say(
                    "This file is larger than {limit} MB. Please send a smaller one, or a photo of"
                    " the part that matters.",
                    limit=limit,
                )
            )
        piece = {"kind": file.kind.value, "ref": file.ref, "name": clean_line(file.name)[:100]}
        words = clean_text(given.text)
        _needs_length(turn, words, self.longest)
        return piece | {"mime": file.mime[:100], "text": words, "size": file.size or 0}

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return turn.count("{n} piece", "{n} pieces", len(value))


@dataclass(frozen=True, kw_only=True)
class ConsentField(Field):
    """A text to agree to before anything is asked. Declining is done with Cancel."""

    text: str
    agree: str
    reviewed: bool = False

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return Question(turn.voice.text(self.text), [Option(True, turn.voice.text(self.agree))])

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Any:
        if given.chosen and given.value is True:
            return True
        raise NotAccepted(turn.say("To go on, please press the button of agreement, or Cancel."))

    async def show(self, turn: Turn, answers: Answers, value: Any) -> str:
        return turn.say("Yes")
