"""What a form is: fields that ask, accept or explain, and an ending that acts.

A form is a description; the half-filled form is data (`FormState`), saved with every turn, so a
restart or a lost phone costs nothing. Fields know no channel.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.chat.incoming import IncomingFile
from bot.chat.screen import Screen

if TYPE_CHECKING:
    from bot.chat.turn import Turn

Answers = Mapping[str, Any]
"""Values by field name, all JSON; a skipped field holds None."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `value` is JSON."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the person is asked: a text, and answers to choose from where there are some."""

    text: str
    options: Sequence[Option] = ()
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """What the person gave: a text, a file, or an option they chose."""

    text: str = ""
    file: IncomingFile | None = None
    chosen: bool = False
    value: Any = None
    """The chosen option's value, when `chosen`."""


class NotAccepted(Exception):
    """The answer cannot be taken; `text` says why and what to do. The question is asked again."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class AskAgain(Exception):
    """The answer needs another look: the person chooses among readings or matches."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.text)
        self.question = question


class Collected(Exception):
    """One piece of an answer that takes several: keep `value`, say `notice`, and go on asking."""

    def __init__(self, value: Any, notice: str) -> None:
        super().__init__(notice)
        self.value = value
        self.notice = notice


class ContentWanted(Exception):
    """The answer is in the file itself. The dialogue undoes the turn, fetches at most `limit` bytes
    without holding a transaction, and takes the turn again with `content` set: to what `read`
    makes of the bytes in a thread, or to the `Unfetched` that the channel raised."""

    def __init__(self, limit: int, read: Callable[[bytes], object]) -> None:
        super().__init__(limit)
        self.limit = limit
        self.read = read


Condition = Callable[[Answers], bool]
Preset = Callable[["Turn", Answers], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """One question of a form.

    `label` names the answer in the review; `when` leaves the field out; `preset` answers it from
    what is known (None: ask after all), leaving it to the review to change. A field that
    `collects` takes several pieces and ends with an option of its own. One that is not
    `reviewed` stays out of the review.
    """

    name: str
    label: str
    optional: bool = False
    when: Condition | None = None
    preset: Preset | None = None
    collects: bool = False
    reviewed: bool = True

    @abstractmethod
    async def ask(self, turn: "Turn", answers: Answers) -> Question:
        """The question in the person's language."""

    @abstractmethod
    async def read(self, turn: "Turn", answers: Answers, given: Given) -> Any:
        """The JSON value of what was given.

        :raises NotAccepted: with the reason; :raises AskAgain:; :raises Collected:;
            :raises ContentWanted: for a file that has no `content` yet.
        """

    @abstractmethod
    async def show(self, turn: "Turn", answers: Answers, value: Any) -> str:
        """The value as the review shows it."""

    def applies(self, answers: Answers) -> bool:
        return self.when is None or self.when(answers)


Finish = Callable[["Turn", dict[str, Any]], Awaitable[Screen]]
Permit = Callable[["Turn", Answers], Awaitable[None]]
About = Callable[["Turn", Answers], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A conversation that ends in one action.

    `version` changes whenever the meaning of saved answers does. `permit` raises Refused before
    the first question and whenever the form is resumed; the action checks again. `open` lets
    visitors use it. `send` is the label of the button that ends the review. With `changes_only`,
    `finish` is given what was known and what the person set, not what a `preset` filled in: so an
    edit leaves alone what others changed meanwhile. `about` says above the answers in the review
    what the form acts on and how many it reaches; it is asked each time the review is shown, and
    refuses nothing that `permit` allows.
    """

    name: str
    version: int
    title: str
    fields: tuple[Field, ...]
    finish: Finish
    send: str
    permit: Permit | None = None
    review: bool = True
    open: bool = False
    changes_only: bool = False
    about: About | None = None

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)

    def applicable(self, answers: Answers) -> list[Field]:
        return [f for f in self.fields if f.applies(answers)]


REVIEW = "review"


@dataclass(slots=True)
class FormState:
    """A half-filled form. `at` is a field's name or `REVIEW`; `serial` counts the questions, so
    that a button of an earlier one is recognised; `offered` are the values of the options shown;
    `known` are names that were given from the start and are not asked; `filled` were answered by
    a field's `preset`."""

    form: str
    version: int
    id: str
    at: str = ""
    serial: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    offered: list[Any] = field(default_factory=list)
    editing: bool = False
    paused: bool = False

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FormState":
        return cls(**data)
