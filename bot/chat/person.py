"""Who is spoken to: the person, their voice, and the addresses where they are reached.

This is what a conversation needs to know of a person; where they work and what they may do belongs
to the people slice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    select,
    text,
)

from bot.chat.incoming import Address
from bot.core.country import country, usual_digits
from bot.core.errors import Refused
from bot.core.i18n import Voice
from bot.storage.columns import (
    Enumerated,
    Moment,
    id_column,
    metadata,
    partial_index,
    to_millis,
)
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import A_HANDFUL, Tx


class PersonState(StrEnum):
    VISITOR = "visitor"
    """Has written, has not registered."""
    WAITING = "waiting"
    """Registered, and belongs to no unit: not let in yet, suspended, or removed."""
    MEMBER = "member"
    GONE = "gone"
    """Asked for deletion: the row stays without any personal data."""


class Reach(StrEnum):
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    """Blocked the bot, or the account is gone; written to again only after they return."""


people = Table(
    "people",
    metadata,
    id_column(),
    Column("state", Enumerated(PersonState), nullable=False),
    Column("name", String(60), nullable=False, server_default=""),
    Column("gender", String(8), nullable=False, comment="form of address: m, f or neutral"),
    Column("language", String(8), nullable=False, comment="ar, en, fr"),
    Column("country", String(2), nullable=False),
    Column("timezone", String(40), nullable=False),
    Column("numerals", String(4), nullable=False, comment="arab or latn"),
    Column(
        "digits_chosen",
        Integer,
        nullable=False,
        server_default="0",
        comment="1: by the person, so another language leaves them",
    ),
    Column("calendar", String(10), nullable=False, comment="gregorian or both"),
    Column("hijri_shift", Integer, comment="days from Umm al-Qura; empty: as the country has it"),
    Column("created_at", Moment, nullable=False),
    Column("registered_at", Moment),
    partial_index("ix_people_visitors", "created_at", where=text("state = 'visitor'")),
)

addresses = Table(
    "addresses",
    metadata,
    id_column(),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("external", String(64), nullable=False, comment="the channel's id of the chat"),
    Column("reach", Enumerated(Reach), nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("preferred", Integer, nullable=False, server_default="1",
           comment="1: where they are written to first; one of each person's"),
    Column("linked_at", Moment, comment="when it was joined to another of the same person"),
    Column("heard_at", Moment, comment="last, to some minutes; only where a channel has a window"),
    UniqueConstraint("channel", "external"),
    Index("ix_addresses_person_id", "person_id"),
    partial_index("uq_addresses_preferred", "person_id", unique=True, where=text("preferred = 1")),
)  # fmt: skip

address_aliases = Table(
    "address_aliases",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("external", String(64), primary_key=True, comment="another key of the same chat"),
    Column("address_id", ForeignKey("addresses.id", ondelete="CASCADE"), nullable=False),
    Column("left_at", Moment, comment="since when the chat has another; empty: both are its own"),
    Index("ix_address_aliases_address_id", "address_id"),
    Index("ix_address_aliases_left_at", "left_at"),
    comment="by what else an address is known, since a channel's key of a chat may change",
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a conversation knows them."""

    id: int
    state: PersonState
    name: str
    voice: Voice
    writes_from: int | None = None
    """The id of the address at which they act just now; None where nobody acts."""

    @property
    def is_member(self) -> bool:
        """Whether they belong to a unit now."""
        return self.state is PersonState.MEMBER

    @property
    def is_registered(self) -> bool:
        """Whether they have told who they are, also where nobody has let them in."""
        return self.state in (PersonState.MEMBER, PersonState.WAITING)


Refusal = Callable[[Person], Refused]
"""Why somebody may not, in their own voice."""


PERSON_COLUMNS = (
    "id", "state", "name", "gender", "language", "country", "timezone", "numerals", "calendar",
    "hijri_shift",
)  # fmt: skip


def person_of(values: Sequence[Any], writes_from: int | None = None) -> Person:
    """The person of one row's values in the order of `PERSON_COLUMNS`."""
    number, state, name, *manner = values
    return Person(number, PersonState(state), name, _voice_of(*manner), writes_from)


@lru_cache(maxsize=4096)
def _voice_of(*values: Any) -> Voice:
    # One object for all who are spoken to alike, so that what is kept by voice is found faster.
    gender, language, code, timezone, numerals, calendar, shift = values
    locale = f"{language}_{code}" if language == "ar" else language
    return Voice(locale, gender, numerals, calendar, timezone, code, shift)


_SELECTED = select(*(people.c[name] for name in PERSON_COLUMNS))
_BY_ID = _SELECTED.where(people.c.id == bindparam("id"))
_BY_IDS = f"SELECT {', '.join(PERSON_COLUMNS)} FROM people WHERE id IN (ids)"  # noqa: S608


async def find_person(tx: Tx, person_id: int) -> Person | None:
    """The person of an id, or None; people who are gone are found too, without a name."""
    row = await tx.first(_BY_ID, id=person_id)
    return person_of(row) if row else None


async def find_people(tx: Tx, ids: Iterable[int]) -> dict[int, Person]:
    """The people of these ids, by id; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    read = tx.touch if len(wanted) <= A_HANDFUL else tx.fetch
    rows = await read(with_ids(tx, _BY_IDS), as_list(tx, wanted))
    return {row[0]: person_of(row) for row in rows}


_ADD_VISITOR = (
    "INSERT INTO people (state, name, gender, language, country, timezone, numerals, calendar,"
    " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
)
_ADD_ADDRESS = (
    "INSERT INTO addresses (person_id, channel, external, reach, changed_at)"
    " VALUES (?, ?, ?, ?, ?) RETURNING id"
)


async def add_visitor(tx: Tx, address: Address, code: str, language: str) -> tuple[Person, int]:
    """A person who writes for the first time, with the country pack's defaults.

    Returns the person and the id of the address row.
    """
    person = await add_stranger(tx, code, language)
    added = await tx.touch(
        _ADD_ADDRESS, person.id, address.channel, address.id, Reach.REACHABLE.value,
        to_millis(tx.now),
    )  # fmt: skip
    return person, int(added[0][0])


async def add_stranger(tx: Tx, code: str, language: str) -> Person:
    """The visitor of `add_visitor`, who has no address yet."""
    pack = country(code)
    numerals = usual_digits(language, code)
    manner = ("neutral", language, pack.code, pack.timezone, numerals, pack.calendar)
    state = PersonState.VISITOR
    rows = await tx.touch(_ADD_VISITOR, state.value, "", *manner, to_millis(tx.now))
    return Person(int(rows[0][0]), state, "", _voice_of(*manner, None))


async def change_person(tx: Tx, person_id: int, **values: Any) -> Person:
    """Set columns of `people` (name, gender, language, country, timezone, numerals, digits_chosen,
    calendar, hijri_shift, state, registered_at) and return the person as they are now."""
    await tx.execute(people.update().where(people.c.id == person_id).values(**values))
    person = await find_person(tx, person_id)
    assert person is not None
    return person


async def keys_of(tx: Tx, address_id: int) -> list[str]:
    """All by which an address is known in its channel."""
    rows = await tx.fetch(
        "SELECT external FROM addresses WHERE id = ? UNION"
        " SELECT external FROM address_aliases WHERE address_id = ? ORDER BY 1",
        address_id,
        address_id,
    )
    return [str(key) for (key,) in rows]


async def set_reach(tx: Tx, channel: str, external: str, reach: Reach) -> None:
    """Record that an address can or cannot be reached."""
    await tx.execute(
        addresses.update()
        .where(addresses.c.channel == channel, addresses.c.external == external)
        .values(reach=reach, changed_at=tx.now)
    )
