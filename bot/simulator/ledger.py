"""The record of every request that the bot made."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class BotRequest:
    """One request. `ok` tells whether it took effect, even where its answer was lost.

    `fault` names what the simulator did to it ("" for nothing); `result` is the number of the
    message that it made, where it made one; `careless` marks what a correct bot never causes.
    """

    method: str
    params: dict[str, Any]
    ok: bool
    error_code: int | None
    description: str
    at: datetime
    fault: str = ""
    result: int | None = None
    careless: bool = False


class Ledger:
    """`keep=False` counts without remembering the requests."""

    def __init__(self, size: int, *, keep: bool) -> None:
        self.requests: deque[BotRequest] = deque(maxlen=size)
        self.refused: deque[BotRequest] = deque(maxlen=size)
        self.counts: dict[str, Counter[str]] = {}
        self.keep = keep
        self.noted = 0

    def note(self, request: BotRequest) -> None:
        self.noted += 1
        outcomes = self.counts.get(request.method)
        if outcomes is None:
            outcomes = self.counts[request.method] = Counter()
        outcomes["ok" if request.ok else str(request.error_code or "lost")] += 1
        if request.fault in ("reset_after", "timeout_after", "500_after", "reset_before"):
            outcomes[request.fault] += 1
        if self.keep:
            self.requests.append(request)
        if request.careless:
            self.refused.append(request)

    def clear(self) -> None:
        self.requests.clear()
        self.refused.clear()
        self.counts.clear()
