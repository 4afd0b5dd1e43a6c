"""The slots of a platform's rate as all processes of one PostgreSQL share them: a row for each
channel remembers the last ones, and whoever has something to send reserves the next.

The database's clock counts, so machines need not agree on the time. What a process has reserved and
does not use is lost; a row that is lost begins anew.
"""

from dataclasses import dataclass

from sqlalchemy import Column, String, Table

from bot.delivery.pacing import LEAD, SHARED_SLACK, EvenSlots, SlotDemand
from bot.delivery.timer import ClockTimer
from bot.storage.columns import Json, decode, encode, metadata
from bot.storage.transaction import Tx

MOST_ANSWERS = 12
"""Slots that are reserved for answers at a time."""
URGENT_AHEAD = 0.16
BULK_AHEAD = 0.08
"""Up to how many seconds from now slots are reserved for urgent messages and for broadcasts. An
answer elsewhere waits behind them, and broadcasts wait while urgent messages fill theirs."""

shared_rates = Table(
    "shared_rates",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("places", Json, nullable=False,
           comment="the next even place, then the last that were taken: seconds since 1970"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlotReservation:
    """Instants at which messages may leave, and from when on it is worth asking for more that are
    no answers; all by the timer of the process that asked, to within `delay` seconds."""

    slots: list[float]
    ask_at: float
    delay: float = 0.0


def reserve_from(even: EvenSlots, demand: SlotDemand, now: float) -> SlotReservation:
    """Take the slots that are wanted and near enough. They come in their order."""
    slots: list[float] = []

    def take(number: int, answer: bool, until: float) -> None:
        for _ in range(number):
            last = even.taken[-1] if even.taken else now
            at = max(even.open_at(answer), last, now)
            if at > until:
                return
            even.take(at)
            slots.append(at)

    take(min(demand.answers, MOST_ANSWERS), True, now + 1)
    take(demand.urgent, False, now + URGENT_AHEAD)
    take(demand.bulk, False, now + BULK_AHEAD)
    # Half of what may be reserved is left, so that one transaction brings several.
    ahead = URGENT_AHEAD if demand.urgent else BULK_AHEAD
    return SlotReservation(slots, max(now, even.open_at(False) - ahead / 2))


async def reserve(
    tx: Tx, channel: str, rate: int, demand: SlotDemand, timer: ClockTimer
) -> SlotReservation:
    """Reserve slots of a channel's rate (messages a second) for this process. Keep the transaction
    short: everybody else who has something to send waits for it."""
    asked = timer.seconds()
    slots, now = await _lock(tx, channel, timer)
    heard = timer.seconds()
    even = _read_slots(rate, slots, now)
    found = reserve_from(even, demand, now)
    if found.slots:
        await tx.run(
            "UPDATE shared_rates SET places = ? WHERE channel = ?",
            encode([even.due, *even.taken]),
            channel,
        )
    shift = heard - now
    return SlotReservation([at + shift for at in found.slots], found.ask_at + shift, heard - asked)


async def _lock(tx: Tx, channel: str, timer: ClockTimer) -> tuple[list[float], float]:
    """The row's slots and the time, read when nobody else can change them any more."""
    # Only what RETURNING reads is read after the wait for the row.
    sql = (
        "UPDATE shared_rates SET channel = channel WHERE channel = ? RETURNING places,"
        " COALESCE(CAST(? AS DOUBLE PRECISION), extract(epoch FROM clock_timestamp()))"
    )
    while not (rows := await tx.fetch(sql, channel, timer.instead_of_the_database())):
        await tx.run(
            "INSERT INTO shared_rates (channel, places) VALUES (?, '[]') ON CONFLICT DO NOTHING",
            channel,
        )
    return decode(rows[0][0]), float(rows[0][1])


def _read_slots(rate: int, slots: list[float], now: float) -> EvenSlots:
    due, *taken = slots or [0.0]
    even = EvenSlots(rate, due, taken, slack=SHARED_SLACK)
    # Further away than anything can be reserved: the database's clock was set back.
    if due > now + 2 + 2 * LEAD * even.gap:
        return EvenSlots(rate, slack=SHARED_SLACK)
    return even
