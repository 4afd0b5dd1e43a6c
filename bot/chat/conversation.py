"""Where a conversation stands: the half-filled forms of one address, saved with every turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ForeignKey, Table

from bot.chat.incoming import Address
from bot.chat.person import PERSON_COLUMNS, Person, Reach, person_of
from bot.storage.columns import Json, Moment, decode, encode, metadata, to_millis
from bot.storage.transaction import Tx

conversations = Table(
    "conversations",
    metadata,
    Column("address_id", ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    Column("forms", Json, nullable=False, comment="half-filled forms, the current one last"),
    Column("changed_at", Moment, nullable=False),
)


@dataclass(slots=True)
class Contact:
    """A person at one address, with their saved forms, the current one last."""

    address: Address
    address_id: int
    person: Person
    reach: Reach
    forms: list[dict[str, Any]]


_FIND = (
    "SELECT a.id, a.channel, a.external, a.reach, c.forms,"  # noqa: S608
    f" {', '.join(f'p.{name}' for name in PERSON_COLUMNS)}"
    " FROM addresses a JOIN people p ON p.id = a.person_id"
    " LEFT JOIN conversations c ON c.address_id = a.id"
)
_LOAD = f"{_FIND} WHERE a.channel = ? AND a.external = ?"
_LOAD_BY_ID = f"{_FIND} WHERE a.id = ?"


async def load_contact(tx: Tx, address: Address) -> Contact | None:
    """Who is at this address, in one statement; None for somebody who writes for the first
    time."""
    return _contact_of(await tx.touch(_LOAD, address.channel, address.id))


async def find_contact(tx: Tx, address_id: int) -> Contact | None:
    """Who is at the address of this id; None where there is none any more."""
    return _contact_of(await tx.touch(_LOAD_BY_ID, address_id))


def _contact_of(rows: list[Sequence[Any]]) -> Contact | None:
    if not rows:
        return None
    address_id, channel, external, reach, forms, *person = rows[0]
    address = Address(channel, external)
    return Contact(
        address, address_id, person_of(person), Reach(reach), decode(forms) if forms else []
    )


_SAVE = (
    "INSERT INTO conversations (address_id, forms, changed_at) VALUES (?, ?, ?)"
    " ON CONFLICT (address_id) DO UPDATE"
    " SET forms = excluded.forms, changed_at = excluded.changed_at"
)


async def save_forms(tx: Tx, contact: Contact) -> None:
    """Keep the contact's half-filled forms."""
    await tx.touch(_SAVE, *_saved(tx, contact))


async def save_forms_with(tx: Tx, contact: Contact, sql: str, *params: Any) -> list[Sequence[Any]]:
    """Keep the contact's half-filled forms, and run another statement that writes a handful of
    rows; returns the rows of that one. Where a statement is a way to a server and back, both are
    one."""
    if tx.dialect == "sqlite":
        await save_forms(tx, contact)
        return await tx.touch(sql, *params)
    return await tx.touch(f"WITH saved AS ({_SAVE}) {sql}", *_saved(tx, contact), *params)


def _saved(tx: Tx, contact: Contact) -> tuple[int, str, int]:
    return contact.address_id, encode(contact.forms), to_millis(tx.now)
