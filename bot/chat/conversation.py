"""Where a conversation stands: the half-filled forms of one address, saved with every turn."""

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


_LOAD = (
    f"SELECT a.id, a.reach, c.forms, {', '.join(f'p.{name}' for name in PERSON_COLUMNS)}"  # noqa: S608
    " FROM addresses a JOIN people p ON p.id = a.person_id"
    " LEFT JOIN conversations c ON c.address_id = a.id"
    " WHERE a.channel = ? AND a.external = ?"
)


async def load_contact(tx: Tx, address: Address) -> Contact | None:
    """Who is at this address, in one statement; None for somebody who writes for the first
    time."""
    rows = await tx.touch(_LOAD, address.channel, address.id)
    if not rows:
        return None
    address_id, reach, forms, *person = rows[0]
    return Contact(
        address, address_id, person_of(person), Reach(reach), decode(forms) if forms else []
    )


async def save_forms(tx: Tx, contact: Contact) -> None:
    """Keep the contact's half-filled forms."""
    await tx.touch(
        "INSERT INTO conversations (address_id, forms, changed_at) VALUES (?, ?, ?)"
        " ON CONFLICT (address_id) DO UPDATE"
        " SET forms = excluded.forms, changed_at = excluded.changed_at",
        contact.address_id,
        encode(contact.forms),
        to_millis(tx.now),
    )
