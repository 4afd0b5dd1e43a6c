"""The places of a platform's rate as all processes of one PostgreSQL share them: a row for each
channel remembers the last ones, and whoever has something to send reserves the next.

The database's clock counts, so machines need not agree on the time. What a process has reserved and
does not use is lost; a row that is lost begins anew.
"""

from dataclasses import dataclass

from sqlalchemy import Column, String, Table

from bot.delivery.pacing import LEAD, SHARED_SLACK, Spread, Wanted
from bot.delivery.timer import ClockTimer
from bot.storage.columns import Json, decode, encode, metadata
from bot.storage.transaction import Tx

MOST_ANSWERS = 12
"""Places that are reserved for answers at a time."""
URGENT_AHEAD = 0.16
BULK_AHEAD = 0.08
"""Up to how many seconds from now places are reserved for urgent messages and for broadcasts. An
answer elsewhere waits behind them, and broadcasts wait while urgent messages fill theirs."""

shared_rates = Table(
    "shared_rates",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("places", Json, nullable=False,
           comment="the next even place, then the last that were taken: seconds since 1970"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reservation:
    """Instants at which messages may leave, and from when on it is worth asking for more that are
    no answers; all by the timer of the process that asked, to within `delay` seconds."""

    places: list[float]
    ask_at: float
    delay: float = 0.0


def reserve_from(spread: Spread, wanted: Wanted, now: float) -> Reservation:
    """Take the places that are wanted and near enough. They come in their order."""
    places: list[float] = []

    def take(number: int, answer: bool, until: float) -> None:
        for _ in range(number):
            last = spread.taken[-1] if spread.taken else now
            at = max(spread.open_at(answer), last, now)
            if at > until:
                return
            spread.take(at)
            places.append(at)

    take(min(wanted.answers, MOST_ANSWERS), True, now + 1)
    take(wanted.urgent, False, now + URGENT_AHEAD)
    take(wanted.bulk, False, now + BULK_AHEAD)
    # Half of what may be reserved is left, so that one transaction brings several.
    ahead = URGENT_AHEAD if wanted.urgent else BULK_AHEAD
    return Reservation(places, max(now, spread.open_at(False) - ahead / 2))


async def reserve(
    tx: Tx, channel: str, rate: int, wanted: Wanted, timer: ClockTimer
) -> Reservation:
    """Reserve places of a channel's rate (messages a second) for this process. Keep the transaction
    short: everybody else who has something to send waits for it."""
    asked = timer.seconds()
    places, now = await _lock(tx, channel, timer)
    heard = timer.seconds()
    spread = _spread(rate, places, now)
    found = reserve_from(spread, wanted, now)
    if found.places:
        await tx.run(
            "UPDATE shared_rates SET places = ? WHERE channel = ?",
            encode([spread.due, *spread.taken]),
            channel,
        )
    shift = heard - now
    return Reservation([at + shift for at in found.places], found.ask_at + shift, heard - asked)


async def _lock(tx: Tx, channel: str, timer: ClockTimer) -> tuple[list[float], float]:
    """The row's places and the time, read when nobody else can change them any more."""
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


def _spread(rate: int, places: list[float], now: float) -> Spread:
    due, *taken = places or [0.0]
    spread = Spread(rate, due, taken, slack=SHARED_SLACK)
    # Further away than anything can be reserved: the database's clock was set back.
    if due > now + 2 + 2 * LEAD * spread.gap:
        return Spread(rate, slack=SHARED_SLACK)
    return spread
