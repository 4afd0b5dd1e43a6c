"""Where a conversation stands: the half-filled forms of one address, saved with every turn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, Table, text

from bot.chat.incoming import Address, Incoming
from bot.chat.person import PERSON_COLUMNS, Person, Reach, add_visitor, person_of
from bot.core.i18n import LANGUAGES
from bot.storage.columns import (
    Json,
    Moment,
    decode,
    encode,
    metadata,
    partial_index,
    to_millis,
)
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

conversations = Table(
    "conversations",
    metadata,
    Column("address_id", ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    Column("forms", Json, nullable=False, comment="half-filled forms, the current one last"),
    Column("expects", Json, comment="what the next words are for, until when"),
    Column("sent", Json, comment="which messages answered forms that were sent, without words"),
    Column("changed_at", Moment, nullable=False),
    partial_index("ix_conversations_begun", "changed_at", where=text("forms <> '[]'")),
)


@dataclass(slots=True)
class Contact:
    """A person at one address, with their saved forms, the current one last."""

    address: Address
    address_id: int
    person: Person
    reach: Reach
    forms: list[dict[str, Any]]
    heard_at: int | None = None
    """When this address was last heard of, in milliseconds since 1970 and to some minutes; only
    where its channel has a window."""
    expects: dict[str, Any] | None = None
    """The step of a button for which the next words are, and until when (`bot.chat.words`)."""
    kept_sent: str | None = None
    """What `sent` was loaded as; most turns do not ask."""
    _sent: list[dict[str, Any]] | None = None

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Which messages answered forms that were sent (`bot.chat.forms.answered`)."""
        if self._sent is None:
            self._sent = decode(self.kept_sent) if self.kept_sent else []
        return self._sent

    @sent.setter
    def sent(self, entries: list[dict[str, Any]]) -> None:
        self._sent = entries

    @property
    def to_keep(self) -> object:
        """What a turn may have changed here."""
        return self.forms, self.expects, self._sent


_SEVERAL = "EXISTS (SELECT 1 FROM addresses o WHERE o.person_id = a.person_id AND o.id <> a.id)"
_SEVERAL_AT = 6
"""The place of `several` in `_finding`."""


def _finding(several: str) -> str:
    """Finds contacts; `several` is an expression that says whether the person has more addresses
    that a turn has to wait for."""
    shown = (
        "a.id",
        "a.channel",
        "a.external",
        "a.reach",
        "a.heard_at",
        "c.forms",
        several,
        "c.expects",
        "c.sent",
    )
    return (
        f"SELECT {', '.join((*shown, *(f'p.{name}' for name in PERSON_COLUMNS)))}"  # noqa: S608
        " FROM addresses a JOIN people p ON p.id = a.person_id"
        " LEFT JOIN conversations c ON c.address_id = a.id"
    )


_FIND = _finding("0")
_AT = "WHERE a.channel = ? AND a.external = ?"
_LOAD = f"{_FIND} {_AT}"
_LOADS = {
    # One writer at a time anyway.
    "sqlite": _LOAD,
    "postgresql": f"{_finding(_SEVERAL)} {_AT}",
}
_LOAD_BY_ID = f"{_FIND} WHERE a.id = ?"
_LOAD_BY_ALIAS = (
    f"{_FIND} JOIN address_aliases k ON k.address_id = a.id"
    " WHERE k.channel = ? AND k.external = ? AND (k.left_at IS NULL OR k.left_at > ?)"
)
_NOTE_ALIAS = (
    "INSERT INTO address_aliases (channel, external, address_id) VALUES (?, ?, ?)"
    " ON CONFLICT (channel, external) DO UPDATE SET address_id = excluded.address_id,"
    " left_at = NULL WHERE address_aliases.address_id <> excluded.address_id"
    " OR address_aliases.left_at IS NOT NULL"
)

KEEP_LEFT = timedelta(hours=48)
"""For how long a key that a chat has left still tells whose it was: as long as what was under way
may come under it. Later somebody else may have it, as telephone numbers are given out again."""


async def load_contact(tx: Tx, address: Address) -> Contact | None:
    """Who is at this address, in one statement; None for somebody who writes for the first time.

    Of whoever has several addresses, no other turn goes on until the end: each waits here for the
    one before, and sees what that has written.
    """
    rows = await tx.touch(_LOADS[tx.dialect], address.channel, address.id)
    contact = _contact_of(rows)
    if contact is not None and rows[0][_SEVERAL_AT]:
        await tx.lock("turn", contact.person.id)
        contact = _contact_of(await tx.touch(_LOAD, address.channel, address.id))
    return contact


async def meet(tx: Tx, incoming: Incoming, country: str) -> Contact:
    """Whose update this is: somebody known by their address or by another key of it, else a new
    visitor, with the defaults of the installation's country."""
    contact = await load_contact(tx, incoming.address)
    contact = contact or await load_by_alias(tx, incoming.address)
    if contact is None:
        language = incoming.language[:2] if incoming.language[:2] in LANGUAGES else "ar"
        await add_visitor(tx, incoming.address, country, language)
        contact = await load_contact(tx, incoming.address)
    assert contact is not None
    if incoming.aliases:
        await note_aliases(tx, contact, incoming.aliases)
    return contact


async def load_by_alias(tx: Tx, address: Address) -> Contact | None:
    """Who is known by this key of a chat beside the one that their address bears, which is where
    they are answered."""
    since = to_millis(tx.now - KEEP_LEFT)
    return _contact_of(await tx.touch(_LOAD_BY_ALIAS, address.channel, address.id, since))


async def note_aliases(tx: Tx, contact: Contact, keys: Iterable[str]) -> None:
    """Know a contact by these keys of their chat as well. A key that was somebody else's is theirs
    from now on; it tells nobody's identity as long as their own key comes along."""
    for key in keys:
        if key != contact.address.id:
            await tx.touch(_NOTE_ALIAS, contact.address.channel, key, contact.address_id)


async def contacts_of(tx: Tx, person_id: int) -> list[Contact]:
    """A person at each of their addresses, in the order in which they were first used."""
    rows = await tx.fetch(f"{_FIND} WHERE a.person_id = ? ORDER BY a.id", person_id)
    return [found for row in rows if (found := _contact_of([row]))]


async def find_contact(tx: Tx, address_id: int) -> Contact | None:
    """Who is at the address of this id; None where there is none any more."""
    return _contact_of(await tx.touch(_LOAD_BY_ID, address_id))


def _contact_of(rows: list[Sequence[Any]]) -> Contact | None:
    if not rows:
        return None
    address_id, channel, external, reach, heard_at, forms, _, expects, sent, *person = rows[0]
    address = Address(channel, external)
    kept = decode(forms) if forms else []
    who = person_of(person, address_id)
    return Contact(
        address, address_id, who, Reach(reach), kept, heard_at, decode(expects or "null"), sent
    )


_SAVE = (
    "INSERT INTO conversations (address_id, forms, expects, sent, changed_at)"
    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (address_id) DO UPDATE SET forms = excluded.forms,"
    " expects = excluded.expects, sent = excluded.sent, changed_at = excluded.changed_at"
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


def _saved(tx: Tx, contact: Contact) -> tuple[int, str, str | None, str | None, int]:
    expects = encode(contact.expects) if contact.expects else None
    sent = contact.kept_sent if contact._sent is None else encode(contact._sent)
    return contact.address_id, encode(contact.forms), expects, sent, to_millis(tx.now)


async def forget_begun(tx: Tx, before: datetime, most: int, *, of_members: bool) -> int:
    """Forget forms that were last touched before that moment, of members or of whoever has not
    registered, at most so many; returns at how many addresses."""
    # As a value: a planner makes a join of EXISTS, and then few rows are many.
    state = "(SELECT p.state FROM addresses a JOIN people p ON p.id = a.person_id"
    state += " WHERE a.id = conversations.address_id)"
    theirs = f"{state} {'=' if of_members else '<>'} 'member'"
    old = first_of(
        tx,
        "address_id",
        f"FROM conversations WHERE forms <> '[]' AND changed_at < ? AND {theirs}"
        " ORDER BY changed_at LIMIT ?",
    )
    rows = await tx.fetch(
        f"UPDATE conversations SET forms = '[]' WHERE {old} RETURNING address_id",  # noqa: S608
        to_millis(before),
        most,
    )
    return len(rows)
