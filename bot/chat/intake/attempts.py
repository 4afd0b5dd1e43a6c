"""One update, or a text that came in several, over all attempts at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.chat.incoming import Incoming, IncomingKind
from bot.chat.intake.flood import FloodGate, FloodVerdict
from bot.chat.intake.inbox import StoredUpdate
from bot.storage.failures import is_collision, is_transient

MOST_COLLISIONS = 8
"""Attempts at one turn that may meet other transactions, over some twenty seconds: more than that
is no chance, but a fault of ours."""
UNANSWERED = frozenset(
    (
        IncomingKind.BLOCKED,
        IncomingKind.RETURNED,
        IncomingKind.STATUS,
        IncomingKind.IGNORED,
        IncomingKind.GROUP,
    )
)
NOBODYS = frozenset((IncomingKind.STATUS, IncomingKind.GROUP))
"""What no person waits for an answer to."""
FASTEST_CLOCK = 86_400.0
"""Seconds by which the channel's clock may be ahead of ours for its times to be believed."""


class Parser(Protocol):
    def parse(self, body: str) -> Incoming: ...


class UpdateHandler(Protocol):
    """What is done with an update: a `chat.dialogue.Dialogue`."""

    async def handle(self, update: StoredUpdate, incoming: Incoming) -> None: ...

    async def leave_unread(
        self, update: StoredUpdate, incoming: Incoming, verdict: FloodVerdict
    ) -> None: ...

    async def apologise(self, update: StoredUpdate, incoming: Incoming, reference: str) -> None: ...


class Step(Enum):
    """What is tried with an update; where it fails for good, the next one is."""

    HANDLE = "handle"
    SKIP = "skip"
    """It cannot be read, and is one of a flood."""
    APOLOGISE = "apologise"
    SET_ASIDE = "set_aside"


@dataclass(slots=True)
class Attempts:
    """One update over all attempts at it."""

    update: StoredUpdate
    verdict: FloodVerdict = FloodVerdict.TAKE
    step: Step = Step.HANDLE
    collisions: int = 0
    failure: Exception | None = None
    incoming: Incoming | None = None
    reference: str = ""

    def may_pass(self, error: Exception) -> bool:
        """Whether the same step is worth another attempt."""
        if self.step is Step.SET_ASIDE:
            # Whatever it is: there is nowhere else to go, and the row is still there.
            return True
        self.collisions += is_collision(error)
        return is_transient(error) and self.collisions < MOST_COLLISIONS

    def give_up(self, error: Exception) -> None:
        """Go on to the next step, since this one has failed for good."""
        # Whoever did nothing is not told of a fault either.
        waits = self.incoming is not None and self.incoming.kind not in NOBODYS
        sorry = self.step is Step.HANDLE and waits
        self.step = Step.APOLOGISE if sorry else Step.SET_ASIDE
        self.failure, self.collisions = error, 0


def open_update(update: StoredUpdate, parsers: Mapping[str, Parser], flood: FloodGate) -> Attempts:
    """Read the update, and judge whether its sender sent too much, by when they sent it."""
    case = Attempts(update)
    stored = update.received_at / 1000
    try:
        case.incoming = parsers[update.channel].parse(update.body)
    except Exception as error:  # noqa: BLE001 -- whatever a stored body holds, it is kept
        case.give_up(error)
    written = case.incoming.written if case.incoming else None
    unanswered = case.incoming is not None and case.incoming.kind in UNANSWERED
    if unanswered or not update.sender:
        return case
    sender = (update.channel, update.sender)
    if written is None or written > stored + FASTEST_CLOCK:
        case.verdict = flood.judge(sender, stored, stored=True)
    else:
        case.verdict = flood.judge(sender, written)
    if case.incoming is None and case.verdict is not FloodVerdict.TAKE:
        case.step = Step.SKIP
    return case
