"""Messages on their way out, and what every answer of Telegram means."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web

from bench.crowd import look_around
from bot.channels.telegram import Telegram
from bot.channels.telegram.transport import Transport, Unanswered, Unsent
from bot.chat.screen import Attachment, Choice, Screen, choice
from bot.chat.seal import Seal
from bot.delivery.channel import (
    Ambiguous,
    CannotEdit,
    ChatMoved,
    FileTooLarge,
    Rejected,
    RetryLater,
    Undelivered,
    Unreachable,
)
from bot.delivery.limits import Pace
from bot.files.kinds import FileKind
from bot.simulator import DEFAULT_TOKEN, FaultRule, SimMessage, Simulator, SimUser
from tests.channels.conftest import MARYAM, settings_for

CHAT = str(MARYAM)
IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(24)
HELLO = Screen(title="أهلًا", text="كيف أساعدكِ؟").with_actions(choice("لقاءاتي", "meetings"))


def last(simulator: Simulator) -> SimMessage:
    return simulator.messages(MARYAM)[-1]


async def test_a_screen_arrives_as_it_was_meant(simulator: Simulator, telegram: Telegram) -> None:
    receipt = await telegram.send(CHAT, 1, HELLO)
    message = last(simulator)
    assert receipt.message == str(message.message_id)
    assert message.text == "أهلًا\n\nكيف أساعدكِ؟"
    assert message.entities == [{"type": "bold", "offset": 0, "length": 5}]
    assert [button["text"] for button in message.buttons()] == ["لقاءاتي"]
    assert simulator.refused == []


async def test_the_menu_arrives(simulator: Simulator, telegram: Telegram) -> None:
    await telegram.send(CHAT, 1, Screen("أهلًا", menu=(Choice("لقاءاتي"), Choice("ممارسات"))))
    assert simulator.reply_keyboard(MARYAM) == [["ممارسات", "لقاءاتي"]]


async def test_a_screen_changes_in_place(simulator: Simulator, telegram: Telegram) -> None:
    sent = await telegram.send(CHAT, 1, HELLO)
    await telegram.edit(CHAT, 1, sent.message, Screen("انتهى"))
    assert last(simulator).text == "انتهى"
    assert last(simulator).keyboard is None
    # The same once more: Telegram says "not modified", which is what was wanted.
    await telegram.edit(CHAT, 1, sent.message, Screen("انتهى"))
    assert len(simulator.messages(MARYAM)) == 1
    assert simulator.refused == []


async def test_a_message_that_is_gone_or_of_another_kind_cannot_be_changed(
    simulator: Simulator, telegram: Telegram, tmp_path: Path
) -> None:
    picture = tmp_path / "board.png"
    picture.write_bytes(IMAGE)
    shown = Screen("سبورة", attachment=Attachment(FileKind.PHOTO, path=str(picture)))
    sent = await telegram.send(CHAT, 1, shown)
    for message, screen in [
        ("4711", HELLO),
        (sent.message, HELLO),
        ("", HELLO),
        (sent.message, Screen("أهلًا", menu=(Choice("لقاءاتي"),))),
        (sent.message, Screen(attachment=Attachment(FileKind.VOICE, ref="x"))),
    ]:
        with pytest.raises(CannotEdit):
            await telegram.edit(CHAT, 1, message, screen)


@pytest.mark.parametrize("kind", list(FileKind))
async def test_a_file_is_uploaded_once_and_then_shown_by_reference(
    simulator: Simulator, telegram: Telegram, tmp_path: Path, kind: FileKind
) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(IMAGE * 40_000)
    screen = Screen(
        "خطة <الأسبوع>", attachment=Attachment(kind, path=str(path), name="خطة الأسبوع.pdf")
    ).with_actions(choice("تم", "done"))
    first = await telegram.send(CHAT, 1, screen)
    message = last(simulator)
    assert message.caption == "خطة <الأسبوع>"
    assert message.media is not None
    assert message.media.kind == kind
    assert message.media.data == IMAGE * 40_000
    assert message.keyboard
    assert first.file_ref

    again = await telegram.send(CHAT, 1, Screen(attachment=Attachment(kind, ref=first.file_ref)))
    assert again.file_ref == first.file_ref
    assert last(simulator).media is message.media
    assert simulator.refused == []


async def test_a_file_keeps_its_arabic_name(
    simulator: Simulator, telegram: Telegram, tmp_path: Path
) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"pdf")
    name = 'خطة "الأسبوع"\r\nX: y.pdf'
    await telegram.send(
        CHAT, 1, Screen(attachment=Attachment(FileKind.DOCUMENT, path=str(path), name=name))
    )
    media = last(simulator).media
    assert media is not None
    assert media.name == "خطة 'الأسبوع' X: y.pdf"


async def test_a_picture_takes_the_place_of_a_picture(
    simulator: Simulator, telegram: Telegram, tmp_path: Path
) -> None:
    def page(name: str) -> Screen:
        path = tmp_path / name
        path.write_bytes(IMAGE + name.encode())
        return Screen(name, attachment=Attachment(FileKind.PHOTO, path=str(path)))

    sent = await telegram.send(CHAT, 1, page("one"))
    await telegram.edit(CHAT, 1, sent.message, page("two"))
    assert len(simulator.messages(MARYAM)) == 1
    media = last(simulator).media
    assert media is not None
    assert (media.data, last(simulator).caption) == (IMAGE + b"two", "\u200f\u2066two\u2069")


async def test_a_file_that_cannot_be_sent_is_refused_before_it_leaves(
    simulator: Simulator, telegram: Telegram, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(10 * 2**20 + 1)
    for path in (tmp_path / "missing", empty, huge):
        with pytest.raises(Rejected):
            await telegram.send(
                CHAT, 1, Screen(attachment=Attachment(FileKind.PHOTO, path=str(path)))
            )
    assert [request.method for request in simulator.requests] == ["getMe"]


async def test_a_choice_too_long_for_a_button_is_our_fault(telegram: Telegram) -> None:
    with pytest.raises(Rejected):
        await telegram.send(CHAT, 1, Screen("؟").with_actions(choice("x", "y" * 40)))
    with pytest.raises(Rejected):
        await telegram.send("@somebody", 1, HELLO)


def blocked(simulator: Simulator) -> None:
    simulator.faults.blocked.add(MARYAM)


def deactivated(simulator: Simulator) -> None:
    simulator.faults.deactivated.add(MARYAM)


def unknown(simulator: Simulator) -> None:
    simulator.faults.unknown.add(MARYAM)


@pytest.mark.parametrize("fault", [blocked, deactivated, unknown])
async def test_somebody_who_cannot_be_reached(
    simulator: Simulator, telegram: Telegram, fault: Callable[[Simulator], None]
) -> None:
    sent = await telegram.send(CHAT, 1, HELLO)
    fault(simulator)
    with pytest.raises(Unreachable):
        await telegram.send(CHAT, 1, HELLO)
    with pytest.raises(Unreachable):
        await telegram.edit(CHAT, 1, sent.message, Screen("انتهى"))


async def test_nobody_is_written_to_first(simulator: Simulator, telegram: Telegram) -> None:
    simulator.add_user(SimUser(12, "سعاد"))
    with pytest.raises(Unreachable):
        await telegram.send("12", 2, HELLO)


async def test_a_group_that_moved_names_its_new_chat(
    simulator: Simulator, telegram: Telegram
) -> None:
    simulator.faults.migrate[MARYAM] = -100123
    with pytest.raises(ChatMoved) as moved:
        await telegram.send(CHAT, 1, HELLO)
    assert moved.value.new_id == "-100123"


async def test_a_halt_is_passed_on_with_its_seconds(
    simulator: Simulator, telegram: Telegram
) -> None:
    simulator.faults.rules.append(FaultRule("sendMessage", "429", retry_after=7))
    with pytest.raises(RetryLater) as halt:
        await telegram.send(CHAT, 1, HELLO)
    assert halt.value.after == 7.0
    assert not halt.value.only_chat


async def test_a_halt_of_a_group_says_nothing_of_others(
    simulator: Simulator, telegram: Telegram
) -> None:
    simulator.faults.rules.append(FaultRule("sendMessage", "429", retry_after=7))
    with pytest.raises(RetryLater) as halt:
        await telegram.send("-100123", 1, HELLO)
    assert halt.value.only_chat


def test_rates_are_those_of_the_platform(telegram: Telegram, seal: Seal) -> None:
    assert telegram.limits.overall == 30
    assert telegram.limits.pace(CHAT) == Pace(1, 1.0)
    assert telegram.limits.pace("-100123") == Pace(20, 60.0)
    paid = Telegram(settings_for("http://nowhere", telegram_paid_broadcast=True), seal)
    assert (paid.limits.overall, paid.limits.pace(CHAT)) == (1000, Pace(1, 1.0))


@pytest.mark.parametrize("fault", ["500", "500_after", "reset_before", "reset_after"])
async def test_what_may_have_arrived_is_ambiguous(
    simulator: Simulator, telegram: Telegram, fault: str
) -> None:
    simulator.faults.rules.append(FaultRule("sendMessage", fault))
    with pytest.raises(Ambiguous):
        await telegram.send(CHAT, 1, HELLO)


async def test_a_refused_message_is_a_fault_of_ours(
    simulator: Simulator, telegram: Telegram
) -> None:
    for code, words in [(400, "Bad Request: BUTTON_DATA_INVALID"), (413, "Too Large"), (404, "No")]:
        simulator.faults.rules.append(
            FaultRule("sendMessage", "error", code=code, description=words)
        )
        with pytest.raises(Rejected):
            await telegram.send(CHAT, 1, HELLO)


async def test_a_lost_token_is_said_clearly_and_never_shown(
    simulator: Simulator, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.rules.append(
        FaultRule("sendMessage", "error", code=401, description=f"Unauthorized {DEFAULT_TOKEN}")
    )
    with pytest.raises(Rejected) as refused:
        await telegram.send(CHAT, 1, HELLO)
    assert DEFAULT_TOKEN not in str(refused.value)
    assert [record.action for record in caplog.records] == [  # type: ignore[attr-defined]
        "telegram.unauthorized"
    ]


async def test_a_file_of_somebody_is_fetched_within_its_limit(
    simulator: Simulator, telegram: Telegram
) -> None:
    sent = await simulator.send_file(MARYAM, "document", b"evidence", name="x.pdf")
    large = await simulator.send_file(MARYAM, "video", b"x", size=21 * 2**20)
    assert sent.media is not None
    assert large.media is not None
    assert await telegram.fetch_file(sent.media.file_id) == b"evidence"
    with pytest.raises(FileTooLarge):
        await telegram.fetch_file(sent.media.file_id, limit=7)
    with pytest.raises(FileTooLarge):
        await telegram.fetch_file(large.media.file_id)
    with pytest.raises(Rejected):
        await telegram.fetch_file("no such file")


async def test_a_paid_broadcast_says_so(simulator: Simulator, seal: Seal) -> None:
    telegram = Telegram(settings_for(simulator.url, telegram_paid_broadcast=True), seal)
    await telegram.start()
    await telegram.send(CHAT, 1, HELLO)
    assert simulator.requests[-1].params["allow_paid_broadcast"] is True
    await telegram.stop()


# Between the bot and Telegram


class Gate:
    """A bare server that answers as it is told, or not at all."""

    def __init__(self) -> None:
        self.answer = web.Response()
        self.hold: asyncio.Event | None = None
        self.asked = 0

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        self.asked += 1
        if self.hold is not None:
            await self.hold.wait()
        return web.Response(
            status=self.answer.status, text=self.answer.text, content_type="text/html"
        )


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def gate_url(gate: Gate) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(gate, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    if gate.hold is not None:
        gate.hold.set()
    await runner.cleanup()


@pytest.fixture
async def behind_the_gate(gate_url: str, seal: Seal) -> AsyncIterator[Telegram]:
    telegram = Telegram(settings_for(gate_url), seal)
    await telegram.connection._transport.initialize()
    yield telegram
    await telegram.stop()


@pytest.mark.parametrize(
    ("status", "text", "meaning"),
    [
        (403, "<h1>Filtered</h1>", Undelivered),
        (404, "<h1>Nothing here</h1>", Undelivered),
        (407, "", Undelivered),
        (302, "", Undelivered),
        (429, "slow down", Undelivered),
        (502, "<h1>Bad Gateway</h1>", Ambiguous),
        (504, '{"oops": 1}', Ambiguous),
        (200, "<h1>Please log in to this network</h1>", Ambiguous),
        (200, '{"ok": true}', Ambiguous),
        (200, "[]", Ambiguous),
    ],
)
async def test_what_somebody_on_the_way_answers_says_nothing_of_the_person(
    gate: Gate, behind_the_gate: Telegram, status: int, text: str, meaning: type[Exception]
) -> None:
    gate.answer = web.Response(status=status, text=text)
    with pytest.raises(meaning) as raised:
        await behind_the_gate.send(CHAT, 1, HELLO)
    assert type(raised.value) is meaning


@pytest.mark.parametrize("result", ["true", "{}", '{"message_id": "x"}'])
async def test_an_accepted_message_counts_as_sent_even_if_its_echo_makes_no_sense(
    gate: Gate, behind_the_gate: Telegram, result: str
) -> None:
    gate.answer = web.Response(text=f'{{"ok": true, "result": {result}}}')
    assert (await behind_the_gate.send(CHAT, 1, HELLO)).message == ""


async def test_a_refused_connection_delivered_nothing(seal: Seal) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        telegram = Telegram(settings_for(f"http://127.0.0.1:{closed.getsockname()[1]}"), seal)
        await telegram.connection._transport.initialize()
        with pytest.raises(Undelivered) as refused:
            await telegram.send(CHAT, 1, HELLO)
        assert DEFAULT_TOKEN not in repr(refused.value)
        with pytest.raises(Undelivered):
            await telegram.fetch_file("x")
        await telegram.stop()
    with pytest.raises(Undelivered):
        await telegram.send(CHAT, 1, HELLO)


async def test_a_request_without_an_answer_is_told_from_one_that_never_left(
    gate: Gate, gate_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = await look_around()
    monkeypatch.setattr("bot.channels.telegram.transport.CONNECT_SECONDS", 0.05 * busy)
    gate.hold = asyncio.Event()
    transport = Transport(pool_size=1)
    await transport.initialize()
    url = f"{gate_url}/bot{DEFAULT_TOKEN}/sendMessage"
    # The only connection is taken by a request that nobody answers; the other cannot leave.
    answers = await asyncio.gather(
        transport.ask(url, {}, read_seconds=0.4 * busy),
        transport.ask(url, {}, read_seconds=0.4 * busy),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Unanswered, Unsent]
    assert gate.asked == 1
    for answer in answers:
        assert isinstance(answer, Unanswered | Unsent)
        while answer is not None:
            assert DEFAULT_TOKEN not in f"{answer!s} {answer!r}"
            answer = answer.__cause__ or answer.__context__  # type: ignore[assignment]
    await transport.shutdown()
