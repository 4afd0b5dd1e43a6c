"""What other people are told: a kind with ids, which becomes words when it is sent.

So it is true when it leaves, in the reader's voice and under the rights of that moment; and the
outbox keeps nothing that people wrote.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

from bot.chat.person import Person
from bot.chat.screen import Screen
from bot.core.i18n import Voice
from bot.delivery.message import MessageKind
from bot.storage.columns import to_millis

Value: TypeAlias = "int | bool | Enum | datetime | Sequence[Value] | None"
"""What a notice may keep: ids, numbers, codes, moments, and lists of them. A word is none of it."""
Params: TypeAlias = Mapping[str, Any]
Args: TypeAlias = Sequence[Any]


class Haste(StrEnum):
    NOW = "now"
    """It is of use at once, was asked for, or is about the safety of somebody's account."""
    DAY = "day"
    """It is as welcome in a few hours: it waits for the end of its reader's quiet time, or comes
    without a sound, as they have chosen."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A quiet time of somebody, until an aware moment; `silent`: they want to be written to even
    then, without a sound."""

    until: datetime
    silent: bool = False


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message of a notice, as its kind is asked about it. Moments among the values are
    milliseconds since 1970, codes are their words."""

    id: int
    to: Person
    params: Params
    args: Args
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """The message has lost its sense: it is not sent. `reason` is a code, for whoever counts."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """It had better come at another moment, an aware one.

    :raises ValueError: it is naive; found here, it is the fault of that one message alone.
    """

    until: datetime

    def __post_init__(self) -> None:
        if self.until.tzinfo is None:
            raise ValueError("it cannot wait for a naive moment")


@dataclass(frozen=True, slots=True)
class Unheard:
    """Its reader has not written for so long that the channel lets only headlines through, and it
    has none: it waits for that; after `until` it is looked at again."""

    until: datetime


F = TypeVar("F", bound=Hashable)
Found: TypeAlias = F | Gone | Later
Facts: TypeAlias = Callable[[Any, Sequence[NoticeRow]], Awaitable[Mapping[int, Found[F]]]]
"""What is so at this moment, by the row's id, for all rows of the kind that were claimed together:
read in few statements. What is equal is drawn once for all who are spoken to alike."""
Draw: TypeAlias = Callable[[Voice, F, datetime], Screen]
"""The words. Pure: they depend on nothing else."""
Upgrade: TypeAlias = Callable[[dict[str, Any], list[Any]], tuple[dict[str, Any], list[Any]]]


@dataclass(frozen=True)
class NoticeKind(Generic[F]):
    """One kind of notice. Its name is stored, as `slice.word`: it stays.

    :param haste: whether it may ring in its reader's time of rest. There is no usual one: whoever
        adds a kind says it.
    :param by_minute: its words depend on the minute in which it leaves.
    :param headline: one line that may be said before its reader has written again, where a channel
        lets nothing else be said by then (`Traits.window`); without it the notice waits for that.
    :param before: by when it is to be told, by its facts: it waits for no moment after that.
    :param upgrades: from what an older version kept to what the next one does, by the older one.
    """

    name: str
    facts: Facts[F]
    draw: Draw[F]
    version: int = 1
    sent_as: MessageKind = MessageKind.NOTICE
    haste: Haste = field(kw_only=True)
    by_minute: bool = False
    headline: str = ""
    before: Callable[[F], datetime] | None = None
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)

    def may_wait(self, facts: F, until: datetime) -> bool:
        """Whether it is of use still at the end of a quiet time."""
        return self.before is None or until < self.before(facts)

    def waits_at_all(self, found: "Found[F] | None", now: datetime) -> bool:
        """Whether its reader's quiet time matters: not for what is gone or hurries."""
        if isinstance(found, Gone):
            return False
        try:
            return found is None or isinstance(found, Later) or self.may_wait(found, now)
        except Exception:  # noqa: BLE001 -- met again, and told, where this one alone is drawn
            return True


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a notice, and what it says to them alone."""

    person_id: int
    args: Sequence[Value] = ()
    topic: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """What a transaction has put into the outbox (`Tx.queued`)."""

    kind: NoticeKind[Any]
    params: Mapping[str, Value]
    recipients: Sequence[Recipient]

    def row_for(self, recipient: Recipient, to: Person, now: datetime) -> NoticeRow:
        """As its kind will be asked about it."""
        params = {name: plain(value) for name, value in self.params.items()}
        return NoticeRow(0, to, params, [plain(each) for each in recipient.args], now)


def gather(kinds: Iterable[NoticeKind[Any]]) -> dict[str, NoticeKind[Any]]:
    """The kinds by their names.

    :raises ValueError: two have the same name, or one cannot take up what its last version kept.
    """
    found: dict[str, NoticeKind[Any]] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds of notice are called {kind.name}")
        if missing := set(range(1, kind.version)) - set(kind.upgrades):
            raise ValueError(f"{kind.name} has no way up from version {min(missing)}")
        found[kind.name] = kind
    return found


def plain(value: Value) -> object:
    """The stored form of a value.

    :raises TypeError: for a word, since what people wrote or are called belongs to its own row.
    """
    # Most are plain numbers; an enumeration may be one of numbers, too.
    if value is None or type(value) is int:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return to_millis(value)
    if isinstance(value, str):
        raise TypeError("a notice keeps no words")
    return [plain(each) for each in value]
