"""Messages as former versions queued them: finished texts, and texts that many share. What lies so
in the outbox of an installation still goes out."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert

from bot.chat.screen import Screen
from bot.delivery.addresses import reachable_addresses
from bot.delivery.message import URGENCY, MessageKind, MessageState, bodies, outbox
from bot.delivery.outbox import _wake
from bot.storage.transaction import Tx


async def notify(
    tx: Tx,
    person_id: int,
    screen: Screen,
    *,
    kind: MessageKind = MessageKind.NOTICE,
    topic: str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """A finished text to one person."""
    await notify_each(
        tx, [(person_id, screen)], kind=kind, topic=topic, not_before=not_before,
        expires_at=expires_at,
    )  # fmt: skip


async def notify_each(
    tx: Tx,
    notices: Iterable[tuple[int, Screen]],
    *,
    kind: MessageKind = MessageKind.NOTICE,
    topic: str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """A finished text to each; returns how many of them can be reached."""
    written = list(notices)
    shared = {"kind": kind, "urgency": URGENCY[kind], "topic": topic, "expires_at": expires_at}
    return await _queue(tx, [(n, {"screen": s.to_json()}) for n, s in written], shared, not_before)


async def add_body(tx: Tx, screen: Screen) -> int:
    """A text for many; returns its id."""
    return await tx.insert(bodies, screen=screen.to_json(), file_refs={}, made_at=tx.now)


async def broadcast(
    tx: Tx,
    body_id: int,
    person_ids: Sequence[int],
    *,
    topic: str,
    expires_at: datetime | None = None,
) -> None:
    """That text to each of them once."""
    shared = {"kind": MessageKind.BROADCAST, "urgency": 2, "topic": topic, "expires_at": expires_at}
    people = dict.fromkeys(person_ids)
    await _queue(tx, [(person, {"body_id": body_id}) for person in people], shared, None)


async def _queue(
    tx: Tx,
    people: Sequence[tuple[int, dict[str, object]]],
    shared: dict[str, object],
    not_before: datetime | None,
) -> int:
    where = await reachable_addresses(tx, {person for person, _ in people})
    rows: list[dict[str, object]] = []
    for person, own in people:
        address = where.get(person)
        rows.append(
            shared
            | own
            | {
                "address_id": address,
                "person_id": person,
                "state": MessageState.QUEUED if address else MessageState.UNREACHABLE,
                "not_before": not_before if address else None,
                "queued_at": tx.now,
                "finished_at": None if address else tx.now,
            }
        )
    await tx.execute(insert(outbox), rows)
    _wake(tx, not_before)
    return sum(row["address_id"] is not None for row in rows)
