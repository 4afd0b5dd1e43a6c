"""How long a platform has asked us to be silent: kept, since a new process has to obey as well."""

from collections.abc import Mapping

from sqlalchemy import Column, String, Table

from bot.storage.columns import Moment, metadata, to_millis
from bot.storage.transaction import Tx

cooldowns = Table(
    "silences",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment, nullable=False, comment="nothing leaves by this channel before"),
)


class ChatWaits:
    """Chats that the platform has asked us to leave alone for a while, where the reason may be
    everybody's. Pure: instants in seconds."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def add(self, chat: str, now: float, until: float) -> bool:
        """Note one more; whether another chat has to wait at this moment as well: then this chat's
        own rate is not the reason."""
        self._until = {other: at for other, at in self._until.items() if at > now}
        others = self._until.keys() - {chat}
        self._until[chat] = until
        return bool(others)

    def until(self, chat: str) -> float:
        """The instant until which this chat is to be left alone, or one that has gone by."""
        return self._until.get(chat, 0.0)


async def keep_cooldowns(tx: Tx, until: Mapping[str, int]) -> None:
    """Write until when (milliseconds) each of these channels wants nothing; the later one counts
    where an earlier request stands."""
    now = to_millis(tx.now)
    for channel, moment in until.items():
        await tx.run(
            "INSERT INTO silences (channel, asked_at, until) VALUES (?, ?, ?)"
            " ON CONFLICT (channel) DO UPDATE SET asked_at = excluded.asked_at,"
            " until = excluded.until WHERE excluded.until > silences.until",
            channel,
            now,
            moment,
        )


async def read_cooldowns(tx: Tx) -> dict[str, float]:
    """For how many more seconds each channel wants nothing; those that may speak are left out."""
    now = to_millis(tx.now)
    # One from the future dates from before the machine's clock was set back.
    rows = await tx.fetch(
        "SELECT channel, until FROM silences WHERE until > ? AND asked_at <= ?", now, now
    )
    return {str(channel): (int(until) - now) / 1000 for channel, until in rows}
