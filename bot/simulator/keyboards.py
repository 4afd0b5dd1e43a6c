"""Keyboards under messages: the limits that Telegram puts on them."""

from __future__ import annotations

from typing import Any

from bot.simulator.entities import count_units
from bot.simulator.refusals import mistake

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
}
_SCHEMES = ("http://", "https://", "tg://", "ton://")


def read_inline(markup: dict[str, Any] | None) -> list[list[dict[str, Any]]] | None:
    """The rows of an inline keyboard, None where the markup has no buttons; 400 if it breaks
    a limit (64 bytes of data, 100 buttons, exactly one action per button)."""
    if not markup or "inline_keyboard" not in markup:
        return None
    rows: list[list[dict[str, Any]]] = [row for row in markup["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise mistake("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)
    return rows or None


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise mistake('can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = [name for name in button if name in _ACTIONS]
    if not actions:
        raise mistake(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise mistake("can't parse inline keyboard button: exactly one action is expected")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise mistake("BUTTON_DATA_INVALID")
    if "url" in button and not (
        button["url"].startswith(_SCHEMES) and len(button["url"].split("://", 1)[1]) > 2
    ):
        raise mistake(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= count_units(button["copy_text"].get("text", "")) <= 256:
        raise mistake("BUTTON_COPY_TEXT_INVALID")


_ASKS = {
    "request_contact": "Phone number",
    "request_location": "Location",
    "request_poll": "Poll",
}
_KINDS = {*_ASKS, "request_users", "request_chat", "request_managed_bot", "web_app"}


def read_contacts(markup: dict[str, Any]) -> frozenset[str]:
    """The labels of the keys that share their presser's own telephone number."""
    rows = markup["keyboard"]
    return frozenset(key["text"] for row in rows for key in row if key.get("request_contact"))


def check_keys(markup: dict[str, Any], *, private: bool) -> None:
    """400 for a key that does two things, or asks in a group for what only a person has."""
    for key in (key for row in markup["keyboard"] for key in row):
        asks = [name for name in key if name in _KINDS and key[name]]
        if len(asks) > 1:
            raise mistake("can't parse keyboard button: at most one optional field can be used")
        for name in asks if not private else ():
            if name in _ASKS:
                raise mistake(f"{_ASKS[name]} can be requested in private chats only")


def read_reply(markup: dict[str, Any]) -> list[list[str]]:
    """The labels of a keyboard that takes the place of the phone's own."""
    rows = [[button["text"] for button in row] for row in markup["keyboard"]]
    if not any(rows):
        raise mistake("can't parse reply keyboard markup: keyboard is empty")
    if sum(len(row) for row in rows) > 300:
        raise mistake("REPLY_MARKUP_TOO_LONG")
    if not all(label.strip() for row in rows for label in row):
        raise mistake('can\'t parse keyboard button: Field "text" must be non-empty')
    return rows
