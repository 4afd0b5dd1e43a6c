"""The narrow platform is strict: each of its rules refuses."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.clock import FrozenClock
from bot.simulator import SimUser
from tests.narrow import platform as rules
from tests.narrow.platform import NarrowPlatform, NotTaken
from tests.town import MORNING

Wire = dict[str, Any]


def button(number: int = 1, label: str = "نعم", **more: Any) -> Wire:
    return {"label": label, "token": f"t{number}", **more}


BUTTONS = [button(n) for n in range(rules.BUTTONS)]
ENTRIES = [button(n, "ب" * rules.ENTRY_LABEL, hint="ت" * 72) for n in range(rules.ENTRIES)]
TAKEN: dict[str, Wire] = {
    "a text": {"text": "ن" * rules.TEXT},
    "buttons": {"text": "ن" * rules.TEXT_WITH_CHOICES, "buttons": BUTTONS},
    "a list": {"text": "ن" * rules.TEXT_WITH_CHOICES, "list": ENTRIES},
    "a file": {"text": "ن" * rules.CAPTION, "file": {"kind": "photo", "data": b"x"}},
    "a file alone": {"file": {"kind": "photo", "data": b"x"}},
    "a headline": {"text": "خبر", "headline": "meetings.moved", "buttons": [button()]},
}
REFUSED: dict[str, Wire] = {
    "nothing": {"text": " \n"},
    "a text too long": {"text": "ن" * (rules.TEXT + 1)},
    "a text too long beside buttons": {"text": "ن" * 1025, "buttons": BUTTONS},
    "a caption too long": {"text": "ن" * 1025, "file": {"kind": "photo", "data": b"x"}},
    "four buttons": {"text": "ن", "buttons": [*BUTTONS, button(9)]},
    "eleven entries": {"text": "ن", "list": [*ENTRIES, button(99)]},
    "both": {"text": "ن", "buttons": BUTTONS, "list": ENTRIES},
    "a label too long": {"text": "ن", "buttons": [button(label="ن" * 21)]},
    "an entry too long": {"text": "ن", "list": [button(label="ن" * 25)]},
    "a hint too long": {"text": "ن", "list": [button(hint="ن" * 73)]},
    "a button with a hint": {"text": "ن", "buttons": [button(hint="ن")]},
    "no label": {"text": "ن", "buttons": [button(label=" ")]},
    "a token too long": {"text": "ن", "buttons": [{"label": "نعم", "token": "t" * 257}]},
    "one token twice": {"text": "ن", "buttons": [button(), button()]},
    "no such file": {"text": "ن", "file": {"kind": "photo", "ref": "elsewhere"}},
    "a headline of two lines": {"text": "خ\nبر", "headline": "a.b", "buttons": [button()]},
    "a headline with two buttons": {"text": "خ", "headline": "a.b", "buttons": BUTTONS},
}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MORNING)


@pytest.fixture
def platform(clock: FrozenClock) -> NarrowPlatform:
    platform = NarrowPlatform(clock.now)
    platform.add_user(SimUser(7, "مريم"))
    platform.chats["7"].heard_at = MORNING
    return platform


@pytest.mark.parametrize("what", TAKEN)
def test_what_keeps_the_rules_is_shown(platform: NarrowPlatform, what: str) -> None:
    platform.send("7", TAKEN[what])
    assert [message.shown_text for message in platform.messages(7)] == [TAKEN[what].get("text", "")]
    assert not platform.refused


@pytest.mark.parametrize("what", REFUSED)
def test_what_breaks_a_rule_is_refused_and_not_shown(platform: NarrowPlatform, what: str) -> None:
    with pytest.raises(NotTaken):
        platform.send("7", REFUSED[what])
    assert platform.messages(7) == []
    assert len(platform.refused) == 1


def test_after_a_day_only_headlines_go(platform: NarrowPlatform, clock: FrozenClock) -> None:
    clock.move_to(MORNING + rules.WINDOW - timedelta(seconds=1))
    platform.send("7", TAKEN["a text"])
    clock.move_to(MORNING + rules.WINDOW)
    with pytest.raises(NotTaken, match="24 hours"):
        platform.send("7", TAKEN["a text"])
    platform.send("7", TAKEN["a headline"])


def test_whoever_never_wrote_is_reached_by_headlines_alone(platform: NarrowPlatform) -> None:
    platform.add_user(SimUser(8, "هدى"))
    with pytest.raises(NotTaken, match="24 hours"):
        platform.send("8", TAKEN["a text"])
    platform.send("8", TAKEN["a headline"])


@pytest.mark.parametrize("method", ["edit", "acknowledgement"])
def test_there_are_neither_edits_nor_toasts(platform: NarrowPlatform, method: str) -> None:
    with pytest.raises(NotTaken):
        platform.refuse(method)
    assert platform.refused
