"""What an answer of Telegram's means for the form of a message."""

from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.chat.screen import Attachment, Choice, Screen, choice
from bot.delivery.channel import CannotEdit, RefusedForm, RefusedPart, Rejected
from bot.files.kinds import FileKind
from bot.simulator import Simulator
from bot.simulator.faults import FaultRule
from tests.channels.conftest import MARYAM

CHAT = str(MARYAM)
HELLO = Screen("مرحباً").with_actions(choice("لوحتي", "home"))


@pytest.mark.parametrize(
    ("description", "part", "url"),
    [
        ("VOICE_MESSAGES_FORBIDDEN", RefusedPart.RECORDING, ""),
        ("wrong file identifier/HTTP URL specified", RefusedPart.FILE, ""),
        ("wrong remote file identifier specified: can't unserialize it", RefusedPart.FILE, ""),
        ("wrong file_id or the file is temporarily unavailable", RefusedPart.FILE, ""),
        ("FILE_REFERENCE_EXPIRED", RefusedPart.FILE, ""),
        ("PHOTO_INVALID_DIMENSIONS", RefusedPart.FILE, ""),
        ("BUTTON_DATA_INVALID", RefusedPart.BUTTONS, ""),
        ("BUTTON_URL_INVALID", RefusedPart.BUTTONS, ""),
        (
            "inline keyboard button URL 'https://a.example' is invalid: Wrong HTTP URL",
            RefusedPart.BUTTONS,
            "https://a.example",
        ),
        ("can't parse entities: Unsupported start tag", RefusedPart.FORMAT, ""),
        ("message is too long", RefusedPart.LENGTH, ""),
        ("message caption is too long", RefusedPart.LENGTH, ""),
        ("SOMETHING_NEW", None, ""),
    ],
)
async def test_what_is_refused_is_named(
    simulator: Simulator, telegram: Telegram, description: str, part: RefusedPart | None, url: str
) -> None:
    refused = FaultRule("*", "error", description=f"Bad Request: {description}")
    simulator.faults.rules = [refused]
    with pytest.raises(RefusedForm) as found:
        await telegram.send(CHAT, 1, HELLO)
    assert (found.value.part, found.value.url) == (part, url)
    receipt = await telegram.send(CHAT, 1, HELLO)
    refused.times = 1
    with pytest.raises(CannotEdit if part is None else RefusedForm):
        await telegram.edit(CHAT, 1, receipt.message, HELLO)


@pytest.mark.parametrize("status", [401, 404, 409])
async def test_what_is_about_the_bot_has_no_other_form(
    simulator: Simulator, telegram: Telegram, status: int
) -> None:
    simulator.faults.rules = [FaultRule("*", "error", code=status, description="No")]
    with pytest.raises(Rejected) as found:
        await telegram.send(CHAT, 1, HELLO)
    assert not isinstance(found.value, RefusedForm)


async def test_a_file_of_ours_that_cannot_be_sent_may_be_left_out(
    telegram: Telegram, tmp_path: Path
) -> None:
    missing = Attachment(FileKind.DOCUMENT, path=str(tmp_path / "nothing"))
    with pytest.raises(RefusedForm) as found:
        await telegram.send(CHAT, 1, Screen(attachment=missing))
    assert found.value.part is RefusedPart.FILE


async def test_a_plain_screen_is_sent_without_tags(
    simulator: Simulator, telegram: Telegram
) -> None:
    plain = Screen("1 < 2 & 3", title="عنوان", quote="قول", footer="ذيل", plain=True)
    await telegram.send(CHAT, 1, plain)
    message = simulator.messages(MARYAM)[-1]
    assert "1 < 2 & 3" in message.text
    assert "&lt;" not in message.text
    assert message.entities == []
    assert "parse_mode" not in simulator.requests[-1].params


def test_addresses_of_buttons_that_go_stand_in_the_text() -> None:
    link = Choice("الخريطة", url="https://maps.example")
    screen = Screen("نص", actions=(link, choice("رجوع", "home")))
    left = screen.without_buttons(lambda each: not each.url)
    assert left.text == "نص\n\nالخريطة: https://maps.example"
    assert left.actions == (choice("رجوع", "home"),)
