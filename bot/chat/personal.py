"""What a slice keeps of people: how it is exported, how it is erased, and why some of it stays.

Every column that could hold a person, their words or their addresses is declared by the slice that
writes it; a test walks all tables and fails on one that is not.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, select

from bot.chat.acts import Act
from bot.chat.person import Person
from bot.storage.transaction import Tx

ExportedRow = dict[str, Any]
"""A row by the names of its columns, ready for JSON: moments as ISO 8601 in UTC, states by their
words."""
Owned = Callable[[int], ColumnElement[bool]]
Tells = Callable[[Tx, Person], Awaitable[str]]
Erases = Callable[[Tx, Person], Awaitable[None]]


def owned_by(column: Column[Any]) -> Owned:
    """The rows in whose column the person stands."""

    def owned(person_id: int) -> ColumnElement[bool]:
        return column == person_id

    return owned


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """One table, column by column: `exported`, or `withheld` with the reason; `erased`, or `kept`
    with the reason. A column that is erased in some rows only is both erased and kept. Several
    columns are named with a space between two.

    `owned` is the condition for the rows of the person with this id. A table without it has no
    rows that belong to one person: there is nothing to export, and each column is kept for a
    reason, or erased where it repeats something of a person.
    """

    table: Table | str
    owned: Owned | None = None
    exported: str = ""
    withheld: Mapping[str, str] = field(default_factory=dict)
    erased: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.table if isinstance(self.table, str) else self.table.name

    async def export(self, tx: Tx, person_id: int) -> list[ExportedRow]:
        """The person's rows with their exported columns, in the order of the primary key."""
        if self.owned is None or isinstance(self.table, str):
            return []
        names = self.exported.split()
        rows = await tx.all(
            select(*(self.table.c[name] for name in names))
            .where(self.owned(person_id))
            .order_by(*self.table.primary_key.columns)
        )
        return [dict(zip(names, map(_as_json, row), strict=True)) for row in rows]


@dataclass(frozen=True, slots=True)
class Insight:
    """Something that somebody with a role above may see of a person or not. `asks` the rights for
    the officer and the person; None where there is nothing of the kind."""

    label: str
    asks: Callable[[Tx, Person, Person], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True)
class Personal:
    """What one slice keeps of people. `tells` says to a person what will become of it, before they
    confirm that their data is deleted; `erases` does it, in the transaction of the deletion. `acts`
    are what the slice writes into the audit trail, `sights` what officers may see of a person."""

    tables: Sequence[PersonalTable] = ()
    acts: Sequence[Act] = ()
    sights: Sequence[Insight] = ()
    tells: Tells | None = None
    erases: Erases | None = None


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
