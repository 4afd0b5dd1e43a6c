"""What is remembered of the tokens that very many entries hold."""

from collections.abc import Iterable, Mapping

RECOUNTED_AFTER = 1000
"""Queries after which everything is counted anew, whatever has changed meanwhile."""
GROWN = 0.02
"""The share of entries by which their number may have changed before that."""


class CommonTokens:
    """How many entries of one database hold the tokens that too many hold for them to be rare, as
    they were last counted.

    To walk through all entries of a common token is the dearest part of a query on SQLite, and a
    few entries more or less hardly change what such a token is worth.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._total = self._asked = 0

    def among(self, tokens: Iterable[str], total: int) -> dict[str, int]:
        """Those of the tokens that are known to be common, where there are `total` entries."""
        self._asked += 1
        if self._asked > RECOUNTED_AFTER or abs(total - self._total) > GROWN * self._total:
            self._counts, self._total, self._asked = {}, total, 0
        return {token: self._counts[token] for token in tokens if token in self._counts}

    def learn(self, counts: Mapping[str, int], *, above: int) -> None:
        """Remember those of the tokens that more than so many entries hold."""
        self._counts |= {token: n for token, n in counts.items() if n > above}
