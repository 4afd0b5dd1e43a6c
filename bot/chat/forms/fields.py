"""The fields that forms are made of. None of them knows a channel or a feature."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, TypeVar

from bot.arabic.naming import NameFault, find_name_fault
from bot.arabic.search import folding
from bot.chat.forms.answers import Answers, Loader, loaded_type
from bot.chat.forms.form import Field
from bot.chat.forms.reading import (
    Accepted,
    AskAgain,
    Collected,
    Given,
    NotAccepted,
    Option,
    Question,
    Reading,
    named,
)
from bot.chat.forms.taking import take_file
from bot.chat.incoming import IncomingFile
from bot.chat.turn import Turn
from bot.core.graphemes import begin
from bot.core.i18n import N_, Phrase
from bot.core.text import (
    clean_line,
    clean_text,
    fold_name,
    has_letters,
    has_words_or_figures,
    isolate,
    mixes_scripts,
)
from bot.files.arrivals import plain_name, put_back
from bot.files.kinds import Consent

T = TypeVar("T")

Options = Callable[[Turn, Answers], Awaitable[Sequence[Option]]]
Search = Callable[[Turn, Answers, str], Awaitable[Sequence[Option]]]
Describe = Callable[[Turn, T], Awaitable[str]]
FurtherChoices = Callable[[Turn, Answers, Any], Awaitable[Question]]


def only_words(turn: Turn) -> NotAccepted:
    """What a file is told where words are wanted."""
    return NotAccepted(turn.say("A file does not fit here. Please write your answer in words."))


def characters(turn: Turn, n: int) -> Phrase:
    """How long a text is, or may be."""
    return turn.voice.count("{n} character", "{n} characters", n)


def too_long(turn: Turn, text: str, most: int) -> NotAccepted | None:
    """What a text of more than `most` characters is told."""
    if len(text) <= most:
        return None
    return NotAccepted(
        turn.say(
            "Your text has {length}, and the limit is {most}. Please shorten it and send it"
            " again; your message stays above to copy from.",
            length=characters(turn, len(text)),
            most=characters(turn, most),
        )
    )


@dataclass(frozen=True, kw_only=True)
class WrittenField(Field[T]):
    """What is made of words: one line, or several with `multiline`; `least` to `most` characters
    after cleaning. Without `words`, figures alone are an answer too."""

    question: str
    least: int = 2
    most: int = 200
    multiline: bool = False
    words: bool = True

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        return Question(turn.voice.text(self.question))

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[T]:
        return self.accept(turn, given)

    def accept(self, turn: Turn, given: Given) -> Accepted[T] | NotAccepted:
        """What was written, if it will do."""
        if given.file:
            return only_words(turn)
        text = self.clean(given.text)
        says_something = has_letters(text) if self.words else has_words_or_figures(text)
        if len(text) < self.least or not says_something:
            return _too_short(turn)
        return too_long(turn, text, self.most) or self.take(turn, text)

    def clean(self, text: str) -> str:
        return clean_text(text) if self.multiline else clean_line(text)

    @abstractmethod
    def take(self, turn: Turn, text: str) -> Accepted[T] | NotAccepted:
        """What words mean that are neither too few nor too many."""


def _too_short(turn: Turn) -> NotAccepted:
    return NotAccepted(turn.say("That is too short to understand. Please write some words."))


@dataclass(frozen=True, kw_only=True)
class TextField(WrittenField[str]):
    """Words as they were written."""

    def load(self, data: Any) -> str:
        return str(data)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[str]:
        return await super().read(turn, answers, given)

    def take(self, turn: Turn, text: str) -> Accepted[str] | NotAccepted:
        return Accepted(text)

    async def show(self, turn: Turn, answers: Answers, value: str) -> str:
        return isolate(value)


@dataclass(frozen=True, kw_only=True)
class NameField(TextField):
    """A name: cleaned of tricks, two letters at least, one script in a word, and nobody else's:
    no address, no seal, no office."""

    most: int = 60

    def take(self, turn: Turn, text: str) -> Accepted[str] | NotAccepted:
        if fault := find_name_fault(text):
            return NotAccepted(told_fault(turn, fault))
        if mixes_scripts(text):
            return NotAccepted(
                turn.say("A word there mixes Arabic with other letters. Please write it in one.")
            )
        return Accepted(text)

    def clean(self, text: str) -> str:
        return fold_name(text)


def told_fault(turn: Turn, fault: NameFault) -> str:
    """Why a name, or a title, will not do."""
    if fault is NameFault.ADDRESS:
        return turn.say(
            "A name holds no address, handle or telephone number. Please write the name alone."
        )
    if fault is NameFault.SEAL:
        return turn.say("A name is words alone, without signs such as ✅ and 👑.")
    return turn.say("That reads like an office or an official message. Please write another name.")


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field[T]):
    """One of a few answers, by button or by typing its words. `of` makes the value of that of an
    option."""

    question: str
    options: Options
    of: Loader[T]
    none: str = N_("There is nothing to choose here yet.")

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = await self.options(turn, answers)
        text = turn.voice.text(self.question if options else self.none)
        return Question(text, options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[T]:
        options = await self.options(turn, answers)
        for option in options:
            if given.chosen and option.value == given.value:
                return Accepted(self.load(option.value))
        if not given.chosen and (meant := named(options, given.text)) is not None:
            return Accepted(self.load(meant))
        return NotAccepted(turn.say("Please choose one of the buttons below."))

    async def show(self, turn: Turn, answers: Answers, value: T) -> str:
        options = await self.options(turn, answers)
        chosen = self.dump(value)
        return next((o.label for o in options if o.value == chosen), "—")

    def load(self, data: Any) -> T:
        return self.of(data)

    def dump(self, value: T) -> Any:
        return value.value if isinstance(value, Enum) else value

    @property
    def gives(self) -> Any:
        return loaded_type(self.of)


@dataclass(frozen=True, kw_only=True)
class SearchField(Field[int]):
    """Something out of many, by its id: the person types a part of its name and picks among the
    matches.

    `search` gives options for the typed words; `describe` names a chosen value; `suggest` are
    options offered before anything is typed. With `takes_only` the only match that has every word
    that was typed is the answer; whoever types it again means another. `further_choices` is
    what else is offered to whoever does not find theirs, or presses one of these, by a value that
    is no id.
    """

    question: str
    search: Search
    describe: Describe[int]
    suggest: Options | None = None
    takes_only: bool = False
    further_choices: FurtherChoices | None = None

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        options = await self.suggest(turn, answers) if self.suggest else ()
        return Question(turn.voice.text(self.question), options)

    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[int]:
        if given.chosen and isinstance(given.value, int):
            return Accepted(self.load(given.value))
        if given.chosen and self.further_choices:
            return AskAgain(await self.further_choices(turn, answers, given.value))
        if given.file:
            return only_words(turn)
        words = begin(clean_line(given.text), 100)
        options = await self.search(turn, answers, words) if has_letters(words) else ()
        meant = self._meant(words, options)
        if meant is not None and meant.value != answers.of(self):
            place = Phrase(meant.label)
            taken = turn.say("{place}. Something else? Press «Back».", place=place)
            return Accepted(self.load(meant.value), echo=taken)
        if not options and self.further_choices:
            return AskAgain(await self.further_choices(turn, answers, words))
        if not options:
            return NotAccepted(
                turn.say("I found nothing like {words}. Try another part of the name.", words=words)
            )
        others = [Option(words, turn.say("None of these"))] if self.further_choices else []
        asked = turn.say("Is it one of these? If not, write it again.")
        return AskAgain(Question(asked, [*options, *others]))

    def _meant(self, words: str, options: Sequence[Option]) -> Option | None:
        """The only one of the matches that has every word that was typed."""
        if not self.takes_only:
            return None
        whole = [option for option in options if folding.matches(words, option.label)]
        return whole[0] if len(whole) == 1 else None

    async def show(self, turn: Turn, answers: Answers, value: int) -> str:
        return await self.describe(turn, value)

    def load(self, data: Any) -> int:
        return int(data)


TEXT_PIECE = "text"


@dataclass(frozen=True, slots=True)
class EvidencePiece:
    """A text, or a file of ours by its id with the words that came along; one of a former version
    has the channel's `ref` instead. `kind` is `TEXT_PIECE` or that of a file (`FileKind`); `size`
    is in bytes, 0 where it is not known."""

    kind: str
    text: str = ""
    ref: str = ""
    name: str = ""
    mime: str = ""
    size: int = 0
    file: int = 0

    def to_json(self) -> dict[str, Any]:
        if self.kind == TEXT_PIECE:
            return {"kind": self.kind, "text": self.text}
        values = asdict(self)
        if not self.file:
            del values["file"]  # as former versions saved it
        return values


@dataclass(frozen=True, kw_only=True)
class EvidenceField(Field[tuple[EvidencePiece, ...]]):
    """Several pieces of evidence: texts, photos, documents, recordings; up to `most`.

    A file that is not taken by its size, its name or its owner's count is refused at once; any
    other is written down as wanted for `purpose`, and fetched when the turn is over. One of a form
    that is left is forgotten.
    """

    question: str
    purpose: str = "form"
    most: int = 10
    longest: int = 1000
    files_only: bool = False
    collects: bool = True

    async def pieces(self, turn: Turn, answers: Answers) -> tuple[EvidencePiece, ...]:
        """What was given so far, as far as it is there still."""
        return answers.of(self) or ()

    async def ask(self, turn: Turn, answers: Answers) -> Question:
        pieces = await self.pieces(turn, answers)
        if not pieces:
            return Question(turn.voice.text(self.question))
        count = turn.count("{n} piece so far.", "{n} pieces so far.", len(pieces))
        more = turn.say("Send another one, or press the button when that is all.")
        if len(pieces) >= self.most:
            more = turn.say("No more than these fit here.")
        done = Option("done", turn.say("That is all"), primary=True)
        return Question(f"{count} {more}", [done, Option("drop", turn.say("Remove the last one"))])

    async def read(
        self, turn: Turn, answers: Answers, given: Given
    ) -> Reading[tuple[EvidencePiece, ...]]:
        pieces = await self.pieces(turn, answers)
        if given.chosen:
            if given.value == "done" and pieces:
                return Accepted(pieces)
            if pieces and pieces[-1].file:
                await put_back(turn.tx, turn.person.id, pieces[-1].file)
            return Collected(pieces[:-1], turn.say("The last piece is removed."))
        if len(pieces) >= self.most:
            return NotAccepted(self._full(turn))
        piece = (
            await self._file(turn, given, given.file)
            if given.file
            else self._text(turn, given.text)
        )
        if isinstance(piece, NotAccepted):
            return piece
        if self.most == 1:
            return Accepted((piece,))
        return Collected((*pieces, piece), turn.say("Received, thank you."))

    def _full(self, turn: Turn) -> str:
        if self.most == 1:
            return turn.say("One file is asked for here: I have kept the first of these.")
        return turn.count("{n} piece is the most here.", "{n} pieces are the most here.", self.most)

    def _text(self, turn: Turn, text: str) -> EvidencePiece | NotAccepted:
        if self.files_only:
            return NotAccepted(turn.say("Only a file or photo fits here. Send one, or skip."))
        text = clean_text(text)
        if not has_words_or_figures(text):
            return _too_short(turn)
        return too_long(turn, text, self.longest) or EvidencePiece(TEXT_PIECE, text)

    def first_consent(self, file: IncomingFile) -> Consent:
        """What is known of the pupils in a file before its sender is asked."""
        return Consent.NEEDLESS

    async def _file(
        self, turn: Turn, given: Given, file: IncomingFile
    ) -> EvidencePiece | NotAccepted:
        words = clean_text(given.text)
        if too_long(turn, words, self.longest):
            return self._unkept(turn, words)
        taken = await take_file(turn, file, self.purpose, self.first_consent(file))
        if isinstance(taken, NotAccepted):
            return taken
        name, mime = plain_name(file.name), file.mime[:100]
        return EvidencePiece(
            file.kind.value, words, name=name, mime=mime, size=file.size or 0, file=taken
        )

    def _unkept(self, turn: Turn, words: str) -> NotAccepted:
        """A file with more words beside it than fit: neither is cut, and neither is lost unsaid."""
        text = turn.say(
            "The words beside your file have {length}, and the limit is {most}, so I have not kept"
            " the file. Please send it again with fewer words; they stay above to copy from.",
            length=characters(turn, len(words)),
            most=characters(turn, self.longest),
        )
        return NotAccepted(text)

    async def show(self, turn: Turn, answers: Answers, value: tuple[EvidencePiece, ...]) -> str:
        return turn.count("{n} piece", "{n} pieces", len(value))

    def load(self, data: Any) -> tuple[EvidencePiece, ...]:
        return tuple(EvidencePiece(**piece) for piece in data)

    def dump(self, value: tuple[EvidencePiece, ...]) -> Any:
        return [piece.to_json() for piece in value]
