"""One turn of a conversation: what a screen or form is given to work with."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from bot.chat.conversation import Contact
from bot.chat.incoming import Address, Incoming
from bot.chat.person import Person
from bot.chat.personal import Personal
from bot.chat.routes import Command
from bot.chat.screen import Choice, Screen
from bot.chat.traits import Traits
from bot.core.i18n import Voice
from bot.core.settings import Settings
from bot.files.store import BlobStore
from bot.storage.database import Database
from bot.storage.secret_codes import digest_of
from bot.storage.transaction import Tx

T = TypeVar("T")


class WorkApart(Exception):
    """Ends a turn without any effect, until `work` is done."""

    def __init__(self, work: Callable[[Database], Awaitable[object]]) -> None:
        super().__init__()
        self.work = work


@dataclass(frozen=True, slots=True)
class Made:
    """What a form has made: by field of that form the one that corrects it, which has a field of
    the same name, with what it has to know; and the step to its page."""

    page: tuple[str, ...]
    corrections: Mapping[str, tuple[str, Mapping[str, Any]]]


class ConversationMap(Protocol):
    """What a turn may ask of the map of the conversation, which is a `chat.router.Router`: other
    screens, forms and buttons. Forms work with turns, so here they are only handed on; whoever
    needs one as what it is asks `chat.forms.sessions.form_named`."""

    home: str
    gate: str

    @property
    def commands(self) -> Mapping[str, Command]: ...

    @property
    def personal(self) -> Sequence[Personal]: ...

    @property
    def forms(self) -> Mapping[str, object]: ...

    async def show(self, turn: "Turn", name: str, args: tuple[str, ...]) -> Screen: ...

    async def begin(self, turn: "Turn", form: str, known: dict[str, Any]) -> Screen: ...

    async def tell(self, turn: "Turn", form: str, known: dict[str, Any], text: str) -> Screen: ...

    async def menu_choices(self, turn: "Turn") -> tuple[Choice, ...]: ...

    def routes_on(self, page: str) -> list[str]: ...

    def doors_on(
        self, page: str, turn: "Turn", *args: object, abilities: Collection[str] = ()
    ) -> list[Choice]: ...

    def link_route(self, payload: str) -> str | None: ...

    def opens_at_once(self, payload: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Installation:
    """What every turn may need of the installation. `links` make, by channel, an address that opens
    the bot and tells it a payload (A-Z a-z 0-9 _ -, of at most `Traits.start`). `administrators`
    are who administers the installation from their registration on. `digest` is
    `Seal.digest`."""

    settings: Settings
    links: Mapping[str, Callable[[str], str]]
    administrators: Collection[Address] = ()
    digest: Callable[[str], str] = digest_of
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Ours in each channel: whose references its files have."""

    @property
    def files(self) -> BlobStore:
        """The folder of what people send."""
        return BlobStore(self.settings.resolved_files_dir())


@dataclass(slots=True)
class Turn:
    """One update of one person, inside its transaction."""

    tx: Tx
    contact: Contact
    incoming: Incoming
    router: ConversationMap
    installation: Installation
    traits: Traits
    """Of the channel by which the update came, and by which it is answered."""
    pressed_on: tuple[Choice, ...] | None = None
    """The choices of the delivered message on which the press hangs, as they stand there; None
    where it hangs on a screen of the conversation. What records a press there answers with that
    message and its mark (`Screen.marks`); any other answer comes below it."""
    part: int = 1
    """Which part of what the press leads to is shown (`chat/parts.py`)."""
    album: dict[str, Any] | None = None
    """What is to be remembered of the album that the file of this turn belongs to
    (`chat/albums.py`)."""
    made: Made | None = None
    """What the form that ends with this turn has made, for whoever changes an answer afterwards."""
    awaits: bool = False
    """Whether what the next words are for stays as it was: courtesy is no answer to it."""
    besides: list[tuple[Contact, Screen]] = field(default_factory=list)
    """What is said at other addresses of the same person, together with the answer here."""

    @property
    def person(self) -> Person:
        return self.contact.person

    @person.setter
    def person(self, person: Person) -> None:
        """The person after a change, so that the answer already speaks to them in their new
        voice."""
        self.contact.person = replace(person, writes_from=self.contact.address_id)

    @property
    def voice(self) -> Voice:
        return self.contact.person.voice

    @property
    def now(self) -> datetime:
        return self.tx.now

    @property
    def say(self) -> Callable[..., str]:
        return self.voice.say

    @property
    def count(self) -> Callable[..., str]:
        return self.voice.count

    def apart(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """What `work` makes of the database, for what takes longer than others may wait to write.
        At first the turn is undone; then the work is done while no transaction is held, and the
        turn is taken again: rights are asked in both."""
        if self.incoming.made is None:
            raise WorkApart(work)
        return cast(T, self.incoming.made)

    def link(self, payload: str) -> str:
        """An address that opens the bot on the channel of this turn, with what it is to be told
        (see `Installation`)."""
        return self.installation.links[self.contact.address.channel](payload)

    async def show(self, route: str, *args: object) -> Screen:
        """The screen of another route, as if the person had gone there."""
        return await self.router.show(self, route, tuple(str(arg) for arg in args))

    async def begin(self, form: str, **known: Any) -> Screen:
        """Start a form, or resume the same one if it is half filled. `known` are answers that need
        no asking.

        :raises Refused: when the form's `permit` says no.
        """
        return await self.router.begin(self, form, known)

    async def tell(self, form: str, text: str, **known: Any) -> Screen:
        """Start or resume a form with a text for the whole of it: what that says is taken.

        :raises Refused: when the form's `permit` says no.
        """
        return await self.router.tell(self, form, known, text)
