"""What a form is: fields that ask, accept or explain, and an ending that acts.

A form is a description; the half-filled form is data (`FormState`), saved with every turn, so a
restart or a lost phone costs nothing. Fields know no channel.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.chat.forms.answers import Answers, Known, Source
from bot.chat.forms.reading import Given, Question, Reading
from bot.chat.screen import Screen
from bot.chat.turn import Turn
from bot.core.i18n import N_, Voice

T = TypeVar("T")
D = TypeVar("D")

Condition = Callable[[Answers], bool]
Preset = Callable[[Turn, Answers], Awaitable[T | None]]
Attune = Callable[[Voice, T], Voice]


@dataclass(frozen=True, kw_only=True)
class Field(Source[T]):
    """One question of a form, whose answer is a T.

    `name` is what the answer is saved under, and `label` names it in the review; `when` leaves the
    field out; `preset` answers it from what is known (None: ask after all), leaving it to the
    review to change. A field that `collects` takes several pieces and ends with an option of its
    own. `default` answers it where one text was given for the whole form (`Told`) and does not say
    it; what is optional is then skipped. With `along` an option of an earlier question may answer
    it as well (`Option.also`). One that is `unasked` is optional and waits in the review,
    where what is typed answers it. One that is not `reviewed` stays out of the review. With
    `attune` the bot speaks from the answer on as it says, as long as the form is open; what is to
    last is written at the end.
    """

    name: str
    label: str
    optional: bool = False
    when: Condition | None = None
    preset: Preset[T] | None = None
    default: Preset[T] | None = None
    collects: bool = False
    along: bool = False
    unasked: bool = False
    reviewed: bool = True
    attune: Attune[T] | None = None

    @abstractmethod
    async def ask(self, turn: Turn, answers: Answers) -> Question:
        """The question in the person's language."""

    @abstractmethod
    async def read(self, turn: Turn, answers: Answers, given: Given) -> Reading[T]:
        """What comes of what was given. Nothing is written here: the form may yet be left.

        `ContentWanted` is for a file that has no `content` yet.
        """

    @abstractmethod
    async def show(self, turn: Turn, answers: Answers, value: T) -> str:
        """The value as the review shows it."""

    def is_corrected_by(self, turn: Turn, answers: Answers, text: str) -> bool:
        """Whether a text that is written at the review can only be meant to stand in the place of
        this answer."""
        return False

    async def is_settled(self, turn: Turn, answers: Answers) -> bool:
        """Whether the form may end with the answer as it is; else it is asked again first."""
        return True

    def dump(self, value: T) -> Any:
        """The JSON that `load` makes the value of again."""
        return value

    def applies(self, answers: Answers) -> bool:
        return self.when is None or self.when(answers)

    @property
    def is_sure(self) -> bool:
        """Whether it is asked, whatever else is known or said."""
        may_be_known = self.preset is not None or self.along
        return self.when is None and not may_be_known and not self.unasked

    @property
    def may_be_left(self) -> bool:
        """Whether a form can end without an answer to it."""
        return self.optional or self.when is not None


Renew = Callable[[Turn, "FormState"], Awaitable[None]]
Permit = Callable[[Turn, Answers], Awaitable[None]]
Finish = Callable[[Turn, D], Awaitable[Screen]]
About = Callable[[Turn, D], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Form(Generic[D]):
    """A conversation that ends in one action.

    `draft` is the frozen dataclass that the answers become, by the names of fields and of what is
    `known` from the start: see `bot.chat.forms.drafts`. `version` changes whenever the meaning of
    saved answers does. `permit` raises Refused before the first question and whenever the form is
    resumed, and has only what was known; the action checks again. `open` lets visitors use it.
    `renew` says in the words of today what a former version has saved of a form that goes on.
    `send` is the label of the button that ends the review, which `sends` says by the draft where it
    depends on that what comes of it; and `leave` of the one that ends the form without it: where
    the form itself takes something away, or is about what can be cancelled, «Cancel» would be read
    as that, so it says what does not happen. `reviews` is the title of the review, with the name
    of the thing: the answer of the field `named_by`, or else the title of the form. With
    `changes_only`, the draft holds what was known and what the person set, not what a `preset`
    filled in: so an edit leaves alone what others changed meanwhile. `about` says above the answers
    in the review what the form acts on and how many it reaches; it is asked each time the review
    is shown, and refuses nothing that `permit` allows.
    """

    name: str
    version: int
    title: str
    draft: type[D]
    fields: tuple[Field[Any], ...]
    finish: Finish[D]
    send: str
    known: tuple[Known[Any], ...] = ()
    renew: Renew | None = None
    permit: Permit | None = None
    review: bool = True
    open: bool = False
    changes_only: bool = False
    about: About[D] | None = None
    sends: About[D] | None = None
    leave: str = N_("Cancel")
    reviews: str = N_("Review: {name}")
    named_by: str = ""

    def field(self, name: str) -> Field[Any]:
        return next(f for f in self.fields if f.name == name)

    def applicable(self, answers: Answers) -> list[Field[Any]]:
        return [f for f in self.fields if f.applies(answers)]


REVIEW = "review"


NOTED = ("questions", "said", "read")
"""What a form remembers of questions and messages, the newest last."""
TOLD = "told"
"""The fields to which one text for the whole form gave what could not be taken: they are asked."""


@dataclass(slots=True)
class FormState:
    """A half-filled form. `at` is a field's name or `REVIEW`; `serial` counts the questions, so
    that a button of an earlier one is recognised; `offered` are the values of the options shown;
    `asked` holds the labels of these and the question where they stand on several pages, which
    field each `serial` asked for, which message answered which field, and words that may be an
    answer; `known` are names that were given from the start and are not asked; `filled` were
    answered by a field's `preset`."""

    form: str
    version: int
    id: str
    at: str = ""
    serial: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    """Values by field name, all JSON; a skipped field holds None."""
    known: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    offered: list[Any] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    editing: bool = False
    paused: bool = False

    @property
    def questions(self) -> dict[str, str]:
        """The field that was asked for, by the serial of the question."""
        return self.noted("questions")

    @property
    def said(self) -> dict[str, str]:
        """The field that was answered, by the channel's id of the message that did."""
        return self.noted("said")

    @property
    def read(self) -> dict[str, str]:
        """A digest of the words that each of these messages had when it was taken."""
        return self.noted("read")

    def noted(self, name: str) -> dict[str, str]:
        """One of `NOTED`."""
        noted: dict[str, str] = self.asked.setdefault(name, {})
        return noted

    @property
    def is_brief(self) -> bool:
        """Whether one text was given for the whole form."""
        return TOLD in self.asked

    @property
    def told(self) -> Answers:
        """The answers so far, to be read by their sources."""
        return Answers(self.answers)

    def to_json(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in self.__slots__}
        if not self.asked:
            # A process of a former version, which knows no such thing, may go on with the form.
            del data["asked"]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FormState":
        return cls(**data)
