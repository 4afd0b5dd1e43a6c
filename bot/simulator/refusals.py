"""How the Bot API says no: one exception, and the texts that Telegram uses."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """The Bot API refuses a request.

    `careless` marks what a correct bot never causes (a wrong parameter, a text that is too
    long, a broken entity), as opposed to what life brings (blocked, too old, not modified).
    """

    def __init__(
        self,
        code: int,
        description: str,
        parameters: dict[str, Any] | None = None,
        *,
        careless: bool = False,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters or {}
        self.careless = careless

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def mistake(text: str) -> Refusal:
    """A 400 that only a faulty bot causes."""
    return Refusal(400, f"Bad Request: {text}", careless=True)


def gone(text: str) -> Refusal:
    """A 400 that a correct bot meets now and then: the world changed meanwhile."""
    return Refusal(400, f"Bad Request: {text}")


def forbidden(text: str) -> Refusal:
    return Refusal(403, f"Forbidden: {text}")


def conflict(text: str) -> Refusal:
    return Refusal(409, f"Conflict: {text}")


def too_many(retry_after: int) -> Refusal:
    """A 429; `retry_after` in whole seconds."""
    return Refusal(
        429,
        f"Too Many Requests: retry after {retry_after}",
        {"retry_after": retry_after},
    )


def moved(new_chat_id: int) -> Refusal:
    return Refusal(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


def unauthorized() -> Refusal:
    return Refusal(401, "Unauthorized", careless=True)


def not_found() -> Refusal:
    return Refusal(404, "Not Found", careless=True)


def too_large() -> Refusal:
    return Refusal(413, "Request Entity Too Large", careless=True)


def other_poller() -> Refusal:
    return conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running"
    )


def webhook_active() -> Refusal:
    return conflict(
        "can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )


def not_modified() -> Refusal:
    return gone(
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )


def query_too_old() -> Refusal:
    return gone("query is too old and response timeout expired or query ID is invalid")
