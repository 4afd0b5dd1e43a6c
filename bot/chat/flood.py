"""How much one person may send before they are asked to slow down.

A bucket for each sender: forty updates at once (an album and more), then two a second. Whoever
empties it is told once; what they send while they go on is put aside unread, until they have been
quiet for a few seconds. Pure: the time comes in as an argument, in seconds.
"""

from dataclasses import dataclass
from enum import Enum

BURST = 40.0
PER_SECOND = 2.0
QUIET_SECONDS = 5.0
FORGET_AFTER = BURST / PER_SECOND + QUIET_SECONDS


class Verdict(Enum):
    TAKE = "take"
    WARN = "warn"
    """Too much: say so, once."""
    SKIP = "skip"


@dataclass(slots=True)
class _Bucket:
    left: float
    seen: float
    flooding: bool = False


class FloodGate:
    """Judges each update of each sender; `burst` is how many may come at once."""

    def __init__(self, burst: float = BURST) -> None:
        self._burst = burst
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._swept = 0.0

    def judge(self, sender: tuple[str, str], now: float) -> Verdict:
        """What to do with one more update of `sender` at `now`."""
        self._sweep(now)
        bucket = self._buckets.get(sender)
        if bucket is None:
            self._buckets[sender] = _Bucket(self._burst - 1, now)
            return Verdict.TAKE
        quiet, bucket.seen = now - bucket.seen, now
        if bucket.flooding:
            if quiet < QUIET_SECONDS:
                return Verdict.SKIP
            bucket.flooding = False
        bucket.left = min(self._burst, bucket.left + quiet * PER_SECOND)
        if bucket.left < 1:
            bucket.flooding = True
            return Verdict.WARN
        bucket.left -= 1
        return Verdict.TAKE

    def _sweep(self, now: float) -> None:
        """Forget who has been quiet for so long that their bucket is full again."""
        if now - self._swept < FORGET_AFTER:
            return
        self._swept = now
        self._buckets = {
            sender: bucket
            for sender, bucket in self._buckets.items()
            if now - bucket.seen < FORGET_AFTER
        }
