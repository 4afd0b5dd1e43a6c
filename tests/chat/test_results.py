"""No result stands in a toast alone (`tests/results.py` looks at every press of the stories)."""

import ast
from pathlib import Path

import pytest

from bot.chat.screen import Screen
from tests.features.test_practices import Story, story
from tests.results import is_said
from tests.town import town

__all__ = ["story", "town"]

BOT = Path(__file__).resolve().parents[2] / "bot"
ECHOES = {
    ("chat/dialogue.py", "_explain"): "a refusal: nothing has happened",
    ("chat/dialogue.py", "_follow"): "somebody else's button: nothing has happened",
    ("chat/dialogue.py", "apology"): "the text apologises in the same words",
    ("chat/dialogue.py", "leave"): "a press of a flood: nothing has happened",
    ("chat/rest.py", "with_waiting"): "a toast of its own, with the line that messages wait",
    ("chat/forms/engine.py", "press"): "the text says that the form has ended",
    ("features/announcements/screens/announcements.py", "acknowledge"): "the mark ✅ in the text",
    ("features/announcements/screens/confirming.py", "stopped"): "the report says it in its text",
    ("features/meetings/screens/meetings.py", "_answered"): "✅ on the button of the answer",
    ("features/meetings/screens/meetings.py", "rsvp"): "the page says the answer, or the state",
    ("features/practices/screens/practice.py", "apply"): "✅ on the button",
    ("features/practices/screens/practice.py", "withdraw"): "the line that begins with ⏸",
}
"""Who gives a toast without a line of result, and what the screen says instead."""


def test_a_toast_without_a_line_is_an_echo() -> None:
    found = set()
    for path in BOT.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                found |= {
                    (str(path.relative_to(BOT)), function.name)
                    for call in ast.walk(function)
                    if isinstance(call, ast.Call)
                    and (
                        getattr(call.func, "attr", "") == "with_toast"
                        or any(word.arg == "toast" for word in call.keywords)
                    )
                }
    outer = {("chat/dialogue.py", "apologise"), ("chat/dialogue.py", "leave_unread")}
    core = {("chat/screen.py", name) for name in ("with_toast", "with_result")}
    assert found - outer - core == set(ECHOES)


def test_the_line_of_result_is_the_last_one() -> None:
    screen = Screen(text="words", quote="what somebody wrote", footer="three readers")
    after = screen.with_result("Done.")
    assert (after.footer, after.toast) == ("three readers\n\nDone.", "Done.")
    assert Screen(text="words").with_result("Done.", alert=True).alert


async def test_a_result_in_a_toast_alone_is_noticed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.shared(team_id=story.team.id)
    await story.huda.taps("قراءة الممارسة")
    monkeypatch.setattr(Screen, "with_result", Screen.with_toast)
    with pytest.raises(AssertionError, match="only a toast tells هدى: «شكرك في الطريق"):
        await story.huda.taps("شكرًا")


def test_what_is_said_elsewhere_is_no_result_of_this_press() -> None:
    assert is_said("سُجّلت إجابتك: سأحضر. نلتقي على خير!", ["دعوة", "✅ سأحضر"])
    assert not is_said("سُجّلت إجابتك: سأحضر. نلتقي على خير!", ["دعوة", "سأحضر"])
    assert not is_said("سُحب طلبك.", ["فرقك"])
