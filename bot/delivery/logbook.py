"""What goes wrong in the delivery, as it stands in the log and in the metrics."""

import logging

from bot.core import metrics
from bot.core.redaction import describe
from bot.delivery.channel import Ambiguous
from bot.delivery.message import Message

logger = logging.getLogger(__name__)


def log_failure(message: Message, error: Exception, reference: str) -> None:
    """A message is refused for good; the reference stands in its row as well."""
    logger.error(
        "not sent",
        exc_info=error,
        extra={"action": "delivery.failed", "parcel": message.id, "reference": reference},
    )


def log_retry(message: Message, error: Exception) -> None:
    """A request without success, to be repeated."""
    reason = "ambiguous" if isinstance(error, Ambiguous) else "undelivered"
    logger.warning(
        "no answer" if reason == "ambiguous" else "not delivered",
        extra={"action": "delivery.retry", "parcel": message.id, "reason": describe(error)},
    )
    metrics.RETRIES[reason,].inc()


def log_wait(message: Message, seconds: float, *, only_chat: bool) -> None:
    """The platform asks to wait."""
    logger.warning(
        "asked to wait",
        extra={
            "action": "delivery.wait", "parcel": message.id, "seconds": seconds,
            "only_chat": only_chat,
        },
    )  # fmt: skip
    metrics.RATE_WAITS.inc()
    metrics.RATE_WAIT_SECONDS.inc(seconds)


def log_other_form(message: Message, error: Exception, given_up: str) -> None:
    """A message that was refused goes out without something."""
    logger.warning(
        "sent in another form",
        extra={
            "action": "delivery.other_form", "parcel": message.id, "given_up": given_up,
            "reason": describe(error),
        },
    )  # fmt: skip


def log_unreachable(message: Message) -> None:
    """Whoever it is for cannot be reached there any more."""
    logger.info(
        "unreachable",
        extra={
            "action": "delivery.unreachable", "parcel": message.id, "address": message.address_id,
        },
    )  # fmt: skip
