"""How much one person may send before they are asked to slow down.

A bucket for each sender: a hundred updates at once, which is what one can forward in one go, then
two a second. Whoever empties it is told once; what they send while they go on is left unread, until
they have been quiet for a few seconds.

What counts is when somebody sent it, not when it is handled: messages that were written over
minutes, and come all at once after an outage, are no flood, and a flood stays one however late it
is handled. A press does not tell when it was made, only we know when it was stored. It may have
waited at the platform for `HEAP_SECONDS`; so as many presses may come at once as somebody can make
in that time. The two have buckets of their own, since two clocks tell their time.

Pure: the time comes in as an argument, in seconds.
"""

from dataclasses import dataclass
from enum import Enum

BURST = 100.0
PER_SECOND = 2.0
QUIET_SECONDS = 5.0
HEAP_SECONDS = 150.0
"""For how long presses may have waited before we get them: no channel keeps them longer."""
WORDS = 40.0
"""Presses that are answered at once with a word that they were left aside; after that
`PER_SECOND`."""
MOST_SENDERS = 20_000
"""Buckets kept; whoever has been silent longest is forgotten first."""


class FloodVerdict(Enum):
    TAKE = "take"
    WARN = "warn"
    """Too much: the first to be left unread."""
    SKIP = "skip"
    """One more to be left unread."""
    DROP = "drop"
    """The same, and a press that is only acknowledged, without a word: there were too many."""


@dataclass(slots=True)
class _Bucket:
    left: float
    seen: float
    words: float = WORDS
    flooding: bool = False


class FloodGate:
    """Judges each update of each sender; `burst` is how many may come at once."""

    def __init__(self, burst: float = BURST) -> None:
        self._burst = burst
        self._buckets: dict[tuple[str, str, bool], _Bucket] = {}

    def judge(self, sender: tuple[str, str], at: float, *, stored: bool = False) -> FloodVerdict:
        """What to do with one more update that `signature` sent at `at`, by the sender's platform,
        or that was `stored` at `at`, by our clock, where nobody knows when it was sent. Updates
        may come in another order than they were sent."""
        most = self._burst + HEAP_SECONDS * PER_SECOND if stored else self._burst
        bucket = self._bucket((*sender, stored), most, at)
        passed = max(0.0, at - bucket.seen)
        bucket.seen += passed
        bucket.left = min(most, bucket.left + passed * PER_SECOND)
        bucket.words = min(WORDS, bucket.words + passed * PER_SECOND)
        if bucket.flooding and bucket.left >= min(most, QUIET_SECONDS * PER_SECOND):
            bucket.flooding = False
        if bucket.left >= 1 and not bucket.flooding:
            bucket.left -= 1
            return FloodVerdict.TAKE
        bucket.left = max(0.0, bucket.left - 1)
        first, bucket.flooding = not bucket.flooding, True
        if stored:
            if bucket.words < 1:
                return FloodVerdict.DROP
            bucket.words -= 1
        return FloodVerdict.WARN if first else FloodVerdict.SKIP

    def _bucket(self, key: tuple[str, str, bool], most: float, at: float) -> _Bucket:
        bucket = self._buckets.pop(key, None) or _Bucket(most, at)
        # In the order in which they were last heard of.
        self._buckets[key] = bucket
        if len(self._buckets) > MOST_SENDERS:
            del self._buckets[next(iter(self._buckets))]
        return bucket
