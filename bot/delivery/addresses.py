"""Where people are reached, and what becomes of an address that moves or closes."""

from collections.abc import Iterable

from bot.chat.person import Reach
from bot.storage.columns import to_millis
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx


async def reachable_addresses(tx: Tx, person_ids: Iterable[int]) -> dict[int, int]:
    """Person → the id of the address to write to; people without a reachable one are left out.

    A person is written to once, at the address they used first: a notice in two places would be
    read twice and counted twice.
    """
    rows = await tx.fetch(
        with_ids(
            tx,
            "SELECT person_id, min(id) FROM addresses"
            " WHERE person_id IN (ids) AND reach = 'reachable' GROUP BY person_id",
        ),
        as_list(tx, person_ids),
    )
    return {int(person): int(address) for person, address in rows}


async def mark_unreachable(tx: Tx, address_ids: Iterable[int]) -> None:
    """Close the addresses: nothing is sent there until the person returns, and whatever is queued
    for them ends as unreachable."""
    closed = as_list(tx, address_ids)
    now = to_millis(tx.now)
    await tx.run(
        with_ids(tx, "UPDATE addresses SET reach = ?, changed_at = ? WHERE id IN (ids)"),
        Reach.UNREACHABLE.value,
        now,
        closed,
    )
    await tx.run(
        with_ids(
            tx,
            "UPDATE outbox SET state = 'unreachable', finished_at = ?, not_before = NULL,"
            " screen = NULL WHERE address_id IN (ids) AND state = 'queued'",
        ),
        now,
        closed,
    )


async def follow_move(tx: Tx, address_id: int, new_external: str) -> int:
    """Record that the chat of an address has a new id, and return the address to use from now on.

    Where the new id has a row already, that row is kept: the old one is closed, and what is queued
    for it goes to the new one.
    """
    now = to_millis(tx.now)
    known = await tx.fetch(
        "SELECT b.id FROM addresses a JOIN addresses b ON b.channel = a.channel"
        " WHERE a.id = ? AND b.external = ? AND b.id <> a.id",
        address_id,
        new_external,
    )
    if not known:
        await tx.run(
            "UPDATE addresses SET external = ?, changed_at = ? WHERE id = ?",
            new_external,
            now,
            address_id,
        )
        return address_id
    kept_id = int(known[0][0])
    await tx.run(
        "UPDATE outbox SET address_id = ? WHERE address_id = ? AND state IN ('queued', 'sending')",
        kept_id,
        address_id,
    )
    await tx.run(
        "UPDATE addresses SET reach = ?, changed_at = ? WHERE id = ?",
        Reach.UNREACHABLE.value,
        now,
        address_id,
    )
    return kept_id
