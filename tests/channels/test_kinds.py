"""Every field of a message, in whatever version of the Bot API: what it makes of the message."""

import json
from importlib import resources

import pytest

from bot.channels.telegram import kinds
from bot.chat.incoming import IncomingKind
from tests.channels.test_updates import message, read

API = json.loads(resources.files("bot.simulator").joinpath("api.json").read_text("utf-8"))
TAKEN = {"text", "contact", "rich_message", "photo", "document", "audio", "video", "voice"}
THANKED = {"gift", "unique_gift", "successful_payment"}
DONE_BY_PERSONS = {"web_app_data"}
"""A service message although somebody has sent it, and waits."""


def test_each_field_of_a_message_is_of_one_kind() -> None:
    """What Telegram adds is told apart by its name, until it is entered here."""
    of = API["message"]
    assert set(of["about"]) == kinds.ABOUT
    assert set(of["content"]) == TAKEN | kinds.SHOWN - DONE_BY_PERSONS
    assert set(of["service"]) == THANKED | kinds.NOTES | DONE_BY_PERSONS


@pytest.mark.parametrize("field", API["message"]["service"])
def test_nobody_waits_for_an_answer_to_a_service_message(field: str) -> None:
    expected = IncomingKind.IGNORED
    if field in THANKED:
        expected = IncomingKind.GIFT
    elif field in DONE_BY_PERSONS:
        expected = IncomingKind.UNREADABLE
    assert read(message=message(**{field: {}}, effect_id="5")).kind is expected


@pytest.mark.parametrize("field", sorted(set(API["message"]["content"]) - TAKEN))
def test_whoever_sends_what_the_bot_does_not_take_is_told(field: str) -> None:
    assert read(message=message(**{field: {}}, effect_id="5")).kind is IncomingKind.UNREADABLE


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("chat_theme_changed", IncomingKind.IGNORED),
        ("gift_auction_won", IncomingKind.IGNORED),
        ("video_chat_recording_begun", IncomingKind.IGNORED),
        ("hologram", IncomingKind.UNREADABLE),
        ("shared_feed", IncomingKind.UNREADABLE),
    ],
)
def test_a_kind_to_come_is_told_by_its_name(field: str, kind: IncomingKind) -> None:
    assert read(message=message(**{field: {}})).kind is kind


def test_a_rich_message_is_its_words() -> None:
    rich = {
        "blocks": [
            {"type": "heading", "text": "تعميم"},
            {"type": "paragraph", "text": ["سجلوا ", {"type": "url", "text": "هنا", "url": "https://x.org/f"}]},
            {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": "أولا"}]}]},
            {"type": "table", "cells": [[{"text": "أ"}, {"text": "ب"}]]},
            {"type": "divider"},
        ]
    }  # fmt: skip
    told = read(message=message(rich_message=rich))
    assert told.kind is IncomingKind.TEXT
    assert told.text == "تعميم\nسجلوا هنا (https://x.org/f)\nأولا\nأ\nب"
    assert read(edited_message=message(rich_message=rich)).text == told.text
    assert read(message=message(rich_message={"blocks": []})).kind is IncomingKind.UNREADABLE
