"""A connection whose other end says nothing more is ended, and holds nobody up."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.crowd import patience
from bot.channels.telegram import webhook
from bot.simulator import Simulator, control, server

HALF_A_HEAD = b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
async def simulator(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    monkeypatch.setattr(server, "SILENT_SECONDS", 0.3)
    monkeypatch.setattr(server, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(control, "BODY_SECONDS", 0.3)
    simulator = Simulator()
    await simulator.start()
    yield simulator
    await simulator.stop()


async def all_of(address: str, sent: bytes) -> bytes:
    """Everything that comes back until the other end closes."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    await writer.drain()
    async with patience(10):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("sent", [b"", b"GET /", HALF_A_HEAD])
async def test_the_simulator_ends_what_never_becomes_a_request(
    simulator: Simulator, sent: bytes
) -> None:
    assert await all_of(simulator.url, sent) == b""


@pytest.mark.parametrize("path", ["/bot123456:SIMULATOR/sendMessage", "/sim/users", "/sim/clock"])
async def test_the_simulator_waits_for_no_second_half(simulator: Simulator, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    answer = await all_of(simulator.url, f'{head}Content-Length: 500\r\n\r\n{{"a'.encode())
    assert b" 408 " in answer.split(b"\r\n")[0]


def test_an_update_has_less_time_than_a_proxy_waits() -> None:
    assert webhook.BODY_SECONDS < 60
