"""Where people are reached, and what becomes of an address that moves or closes."""

from collections.abc import Iterable
from typing import Any

from bot.chat.conversation import KEEP_LEFT
from bot.chat.person import PersonState, Reach
from bot.delivery.notice import NoticeKind
from bot.storage.columns import to_millis
from bot.storage.lists import as_list, first_of, with_ids
from bot.storage.transaction import Tx

QUEUED = "outbox"
"""The signal that something may leave."""

BEST = (
    "COALESCE((SELECT id FROM addresses WHERE person_id = {person} AND preferred = 1"
    " AND reach = 'reachable'), (SELECT min(id) FROM addresses WHERE person_id = {person}"
    " AND reach = 'reachable'))"
)
"""The id of the address that somebody is written to: the one that they prefer, else the one that
they used first of those that can be reached. The index of the preferred ones answers nearly
always."""
_NOTICES = (
    " kind <> 'reply' AND (notice_id IS NOT NULL OR body_id IS NOT NULL)"
    " AND edit_message IS NULL AND edit_parcel IS NULL"
)
"""What may go out at another address: an answer belongs where it was asked for, and a change where
the message stands."""
_OTHER = BEST.format(person="outbox.person_id")
THEIRS = (
    "COALESCE((SELECT id FROM addresses WHERE id = outbox.address_id"  # noqa: S608
    f" AND person_id = outbox.person_id), {_OTHER})"
)
"""The address that a message went to, or another one where its reader has that no longer."""
_EACH = "SELECT value, {best} FROM {listed}"
_REACHABLE = {
    "sqlite": _EACH.format(best=BEST.format(person="value"), listed="json_each(?)"),
    "postgresql": _EACH.format(
        best=BEST.format(person="value"), listed="unnest(?::bigint[]) AS w(value)"
    ),
}


async def reachable_addresses(tx: Tx, person_ids: Iterable[int]) -> dict[int, int]:
    """Person → the id of the address to write to; people without a reachable one are left out.

    A person is written to once: a notice in two places would be read twice and counted twice.
    """
    rows = await tx.fetch(_REACHABLE[tx.dialect], as_list(tx, person_ids))
    return {int(person): int(address) for person, address in rows if address is not None}


async def mark_unreachable(tx: Tx, address_ids: Iterable[int]) -> None:
    """Close the addresses: nothing is sent there until the person returns. What is queued for them
    goes to another address of the same person, or ends as unreachable where there is none."""
    closed = list(address_ids)
    await close(tx, closed)
    await end_queued(tx, closed)


async def close(tx: Tx, address_ids: Iterable[int]) -> None:
    """The first half of `mark_unreachable`."""
    await tx.run(
        with_ids(tx, "UPDATE addresses SET reach = ?, changed_at = ? WHERE id IN (ids)"),
        Reach.UNREACHABLE.value,
        to_millis(tx.now),
        as_list(tx, address_ids),
    )


async def end_queued(tx: Tx, address_ids: Iterable[int]) -> None:
    """The second half of `mark_unreachable`."""
    closed = as_list(tx, address_ids)
    await _divert(tx, f"state = 'queued' AND address_id IN (ids) AND {_NOTICES}", closed)
    await tx.run(
        with_ids(
            tx,
            "UPDATE outbox SET state = 'unreachable', finished_at = ?, not_before = NULL,"
            " screen = NULL WHERE address_id IN (ids) AND state = 'queued'",
        ),
        to_millis(tx.now),
        closed,
    )


async def divert(tx: Tx, message_ids: Iterable[int]) -> set[int]:
    """Let messages that were being sent go to another address of their readers, now that theirs is
    closed; returns the ids of those that can. Whoever calls puts them back into the queue."""
    which = f"id IN (ids) AND state = 'sending' AND {_NOTICES}"
    return await _divert(tx, which, as_list(tx, message_ids))


async def divert_refused(tx: Tx, message_id: int) -> None:
    """Send a message once more, to another address, of which the channel told later that it could
    not be delivered. Nothing that is still told of the first attempt counts."""
    which = f"id IN (ids) AND state = 'refused' AND {_NOTICES}"
    for number in await _divert(tx, which, as_list(tx, [message_id])):
        await tx.run(
            "UPDATE outbox SET state = 'queued', message = NULL, error = NULL, attempts = 0,"
            " finished_at = NULL WHERE id = ?",
            number,
        )
        await tx.run("UPDATE delivery_statuses SET outbox_id = NULL WHERE outbox_id = ?", number)


async def _divert(tx: Tx, which: str, ids: object, *values: str) -> set[int]:
    rows = await tx.fetch(
        with_ids(
            tx,
            f"UPDATE outbox SET address_id = {_OTHER}, waits_for = NULL WHERE {which}"  # noqa: S608
            " AND EXISTS (SELECT 1 FROM addresses WHERE person_id = outbox.person_id"
            " AND reach = 'reachable') RETURNING id",
        ),
        ids,
        *values,
    )
    if rows:
        tx.signal_after_commit(QUEUED)
    return {int(number) for (number,) in rows}


async def prefer(
    tx: Tx, person_id: int, address_id: int, *, but_for: Iterable[NoticeKind[Any]] = ()
) -> None:
    """Write to a person at this address of theirs from now on, what is queued already included;
    `but_for` are kinds that concern the very address they were queued for."""
    await tx.run(
        "UPDATE addresses SET preferred = 0 WHERE person_id = ? AND preferred = 1", person_id
    )
    await tx.run(
        "UPDATE addresses SET preferred = 1 WHERE id = ? AND person_id = ?", address_id, person_id
    )
    rows = await tx.fetch("SELECT id FROM addresses WHERE person_id = ?", person_id)
    own = as_list(tx, [number for (number,) in rows])
    which = f"state = 'queued' AND address_id IN (ids) AND {_NOTICES}"
    staying = [kind.name for kind in but_for]
    if staying:
        kinds = ", ".join("?" * len(staying))
        which += (
            f" AND NOT EXISTS (SELECT 1 FROM notices WHERE id = notice_id AND kind IN ({kinds}))"  # noqa: S608
        )
    await _divert(tx, which, own, *staying)


async def give_away(tx: Tx, address_id: int, person_id: int) -> None:
    """Make an address that of another person, who has none yet. Whose it was is written to at
    another one of theirs, what is queued included, and what they were just asked there is taken
    back."""
    rows = await tx.fetch("SELECT person_id, preferred FROM addresses WHERE id = ?", address_id)
    former, preferred = rows[0]
    await tx.run(
        "UPDATE addresses SET person_id = ?, preferred = 1 WHERE id = ?", person_id, address_id
    )
    if preferred:
        await tx.run(
            "UPDATE addresses SET preferred = 1 WHERE id = (SELECT COALESCE(min(CASE WHEN"
            " reach = 'reachable' THEN id END), min(id)) FROM addresses WHERE person_id = ?)",
            former,
        )
    await tx.run("DELETE FROM conversations WHERE address_id = ?", address_id)
    own = as_list(tx, [address_id])
    # What is being sent arrives where it was to go, and is elsewhere if it has to be sent again.
    for state in ("queued", "sending"):
        await _divert(tx, f"state = '{state}' AND address_id IN (ids) AND {_NOTICES}", own)
    await tx.run(
        "UPDATE outbox SET state = 'cancelled', not_before = NULL, finished_at = ?, screen = NULL"
        " WHERE address_id = ? AND state = 'queued'",
        to_millis(tx.now),
        address_id,
    )


async def absorb(tx: Tx, visitor_id: int, person_id: int) -> None:
    """Give a person everything of a visitor who turned out to be them: addresses, none of them
    preferred, and what is on its way there. Half-filled forms go, and of the visitor a number
    stays."""
    await tx.run(
        "DELETE FROM conversations WHERE address_id IN"
        " (SELECT id FROM addresses WHERE person_id = ?)",
        visitor_id,
    )
    # One after the other: each has an index of its own, and what has left stays where it is.
    for state in ("queued", "sending"):
        await tx.run(
            f"UPDATE outbox SET person_id = ? WHERE state = '{state}' AND address_id IN"  # noqa: S608
            " (SELECT id FROM addresses WHERE person_id = ?)",
            person_id,
            visitor_id,
        )
    await tx.run(
        "UPDATE addresses SET person_id = ?, preferred = 0 WHERE person_id = ?",
        person_id,
        visitor_id,
    )
    await tx.run("UPDATE people SET state = ? WHERE id = ?", PersonState.GONE.value, visitor_id)


async def follow_move(tx: Tx, address_id: int, new_external: str) -> int | None:
    """Record that the chat of an address has a new id, and return the address to use from now on.

    The old id is remembered for a while. Where the new one has a row already, that row is kept:
    the old one is closed, and what is queued for it goes to the new one. A visitor of one of both
    is the person of the other; two members are not made one, and there is nothing to send then:
    None.
    """
    now = to_millis(tx.now)
    known = await tx.fetch(
        "SELECT b.id, a.person_id, p.state, a.preferred, b.person_id, q.state"
        " FROM addresses a JOIN people p ON p.id = a.person_id"
        " JOIN addresses b ON b.channel = a.channel JOIN people q ON q.id = b.person_id"
        " WHERE a.id = ? AND b.external = ? AND b.id <> a.id",
        address_id,
        new_external,
    )
    if not known:
        await _rename(tx, address_id, new_external)
        return address_id
    kept_id, owner, state, preferred, other, others_state = known[0]
    if owner != other:
        if others_state == PersonState.VISITOR:
            await absorb(tx, other, owner)
        elif state == PersonState.VISITOR:
            await absorb(tx, owner, other)
            preferred = 0
        else:
            await mark_unreachable(tx, [address_id])
            return None
    await tx.run(
        "UPDATE outbox SET address_id = ? WHERE address_id = ? AND state IN ('queued', 'sending')",
        kept_id,
        address_id,
    )
    await tx.run(
        "UPDATE addresses SET reach = ?, changed_at = ?, preferred = 0 WHERE id = ?",
        Reach.UNREACHABLE.value,
        now,
        address_id,
    )
    if preferred:
        await tx.run("UPDATE addresses SET preferred = 1 WHERE id = ?", kept_id)
    return int(kept_id)


async def _rename(tx: Tx, address_id: int, new_external: str) -> None:
    now = to_millis(tx.now)
    await tx.run(
        "DELETE FROM address_aliases WHERE external = ? AND channel ="
        " (SELECT channel FROM addresses WHERE id = ?)",
        new_external,
        address_id,
    )
    await tx.run(
        "INSERT INTO address_aliases (channel, external, address_id, left_at)"
        " SELECT channel, external, id, CAST(? AS BIGINT) FROM addresses WHERE id = ?"
        " ON CONFLICT (channel, external) DO UPDATE SET address_id = excluded.address_id,"
        " left_at = excluded.left_at",
        now,
        address_id,
    )
    await tx.run(
        "UPDATE addresses SET external = ?, changed_at = ? WHERE id = ?",
        new_external,
        now,
        address_id,
    )


async def forget_left(tx: Tx, most: int) -> int:
    """Forget the keys that chats have left more than `KEEP_LEFT` ago, at most so many; returns how
    many."""
    left = first_of(
        tx, "channel, external", "FROM address_aliases WHERE left_at < ? ORDER BY left_at LIMIT ?"
    )
    rows = await tx.fetch(
        f"DELETE FROM address_aliases WHERE {left} RETURNING external",  # noqa: S608
        to_millis(tx.now - KEEP_LEFT),
        most,
    )
    return len(rows)
