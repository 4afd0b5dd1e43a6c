"""Choices whose token is longer than the channel takes: they go into a row, and the token names it.

A row is its person's alone, as the token is, and lives for as long as somebody might still press.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Column, ForeignKey, Index, String, Table

from bot.chat.screen import Choice, Screen
from bot.chat.seal import token_bytes
from bot.storage.columns import Json, Moment, decode, id_column, metadata, to_millis
from bot.storage.lists import first_of
from bot.storage.transaction import Tx

ROUTE = "kept"
"""Leads, with the number of a row, to where that row leads."""
KEPT_FOR = timedelta(days=90)

kept_choices = Table(
    "kept_choices",
    metadata,
    id_column(),
    Column(
        "person_id",
        ForeignKey("people.id", ondelete="CASCADE"),
        nullable=False,
        comment="may press",
    ),
    Column("route", String(40), nullable=False),
    Column("args", Json, nullable=False, comment="what the route is given"),
    Column("made_at", Moment, nullable=False),
    Index("ix_kept_choices_person_id", "person_id"),
    Index("ix_kept_choices_made_at", "made_at"),
)


async def keep_long_choices(tx: Tx, person_id: int, screen: Screen, most: int) -> Screen:
    """The same screen, where each choice has a token of at most `most` bytes."""
    if all(c.url or token_bytes(c.route, c.args) <= most for c in screen.choices):
        return screen

    async def short(given: Choice | None) -> Choice | None:
        if given is None or given.url or token_bytes(given.route, given.args) <= most:
            return given
        number = await tx.insert(
            kept_choices, person_id=person_id, route=given.route, args=given.args, made_at=tx.now
        )
        return replace(given, route=ROUTE, args=(str(number),))

    async def shortened(given: Sequence[Choice]) -> tuple[Choice, ...]:
        return tuple([await short(each) or each for each in given])

    listing = screen.listing
    if listing is not None:
        listing = replace(
            listing,
            items=await shortened(listing.items),
            earlier=await short(listing.earlier),
            later=await short(listing.later),
        )
    return replace(screen, actions=await shortened(screen.actions), listing=listing)


async def kept_choice(tx: Tx, person_id: int, number: str) -> tuple[str, tuple[str, ...]] | None:
    """Route and arguments of a row of this person; None where it is gone."""
    rows = await tx.fetch(
        "SELECT route, args FROM kept_choices WHERE id = ? AND person_id = ?",
        int(number),
        person_id,
    )
    return (rows[0][0], tuple(decode(rows[0][1]))) if rows else None


async def forget_old(tx: Tx, most: int) -> int:
    """Delete at most so many rows that are too old, and return how many."""
    old = first_of(tx, "id", "FROM kept_choices WHERE made_at < ? ORDER BY made_at LIMIT ?")
    rows = await tx.fetch(
        f"DELETE FROM kept_choices WHERE {old} RETURNING id",  # noqa: S608
        to_millis(tx.now - KEPT_FOR),
        most,
    )
    return len(rows)
