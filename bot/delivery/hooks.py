"""What the sender of one channel needs of the whole."""

from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.i18n import Voice
from bot.delivery.drawing import Drawing
from bot.delivery.files import FileDelivery
from bot.delivery.message import Message
from bot.delivery.results import Results
from bot.delivery.timer import ClockTimer


@dataclass(frozen=True, slots=True)
class SenderHooks:
    """What a channel's sender needs of the whole: where it notes what became of a message, and
    whom it tells."""

    clock: Clock
    timer: ClockTimer
    drawing: Drawing
    files: FileDelivery
    results: Results
    context: Context
    voice_of: Callable[[int], Awaitable[Voice]]
    """How the person of an id is spoken to."""
    follow_move: Callable[[Message, str], Awaitable[None]]
    on_answer: Callable[[], None]
    on_body: Callable[[Message, str], None]
    """A message that shares a body is done; its file's reference, if it has one."""
    on_file: Callable[[Message, bool], None]
    """A message with a file of ours is done for now; whether it was sent."""
    rate_is_shared: bool
    """Other processes may send through the same channels: every slot has to be reserved."""
