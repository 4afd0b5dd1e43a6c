"""What passes between a person and a field: a question, what was given, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from bot.arabic.search import folding
from bot.chat.incoming import IncomingFile
from bot.chat.screen import Attachment

T = TypeVar("T")
SHORTEST_BEGINNING = 3
"""Letters of a label that stand for all of it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `value` is JSON. `hint` is the longer word for it, where there is
    room."""

    value: Any
    label: str
    hint: str = ""
    primary: bool = False
    """It is what most people press, and stands alone where a channel can let it."""
    also: Mapping[str, Any] = field(default_factory=dict)
    """What it answers besides, by the name of a later field that says so (`Field.along`), as that
    one is saved."""


def named(options: Sequence[Option], words: str) -> Any:
    """The value of the option that the words name, or of the only one that they begin; None where
    they name none, or several. Words from the midst of a label name nothing: there may be a «not»
    before them."""
    typed = folding.split_words(words)
    if not typed:
        return None
    same = [option.value for option in options if folding.same(option.label, words)]
    if not same and sum(map(len, typed)) >= SHORTEST_BEGINNING:
        same = [option.value for option in options if folding.begins(words, option.label)]
    return same[0] if len(same) == 1 else None


@dataclass(frozen=True, slots=True)
class Question:
    """What the person is asked: a text, and answers to choose from where there are some."""

    text: str
    options: Sequence[Option] = ()
    attachment: Attachment | None = None
    """What the question is about."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the person gave: a text, a file, or an option they chose."""

    text: str = ""
    file: IncomingFile | None = None
    chosen: bool = False
    value: Any = None
    """The chosen option's value, when `chosen`."""
    also: Mapping[str, Any] = field(default_factory=dict)
    """What that option answers besides."""
    in_review: bool = False
    """It was written at the review."""
    part: bool = False
    """It is what a text for several questions says to this one (`Told`)."""

    def at_review(self) -> "Given":
        """The same, written at the review."""
        return replace(self, in_review=True)


@dataclass(frozen=True, slots=True)
class Accepted(Generic[T]):
    """The answer is taken, and the form goes on; `notice` says above what comes next what was
    taken, where that is not plain from what was given; `echo` how it was understood, which the
    review says by itself."""

    value: T
    notice: str = ""
    echo: str = ""


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """The answer cannot be taken; `text` says why and what to do. The question is asked again."""

    text: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The answer needs another look: the person chooses among readings or matches."""

    question: Question


@dataclass(frozen=True, slots=True)
class Collected(Generic[T]):
    """One piece of an answer that takes several: keep `value`, say `notice`, and go on asking:
    `question`, or what the field asks by itself."""

    value: T
    notice: str
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A text that answers several questions at once: what it says to each, by the field's name. All
    else takes its `default`, and the review comes next, but for what could not be taken."""

    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Picking:
    """What is picked so far of an answer that is a set: the answer stays as it was until the
    person says that this is all."""

    picks: list[str]


@dataclass(frozen=True, slots=True)
class ContentWanted:
    """The answer is in the file itself. The dialogue undoes the turn, fetches at most `limit` bytes
    without holding a transaction, and takes the turn again with `content` set: to what `read`
    makes of the bytes in a thread, or to the `Unfetched` that the channel raised."""

    limit: int
    read: Callable[[bytes], object]


Reading = Accepted[T] | NotAccepted | AskAgain | Collected[T] | Told | Picking | ContentWanted
"""What came of something given."""
