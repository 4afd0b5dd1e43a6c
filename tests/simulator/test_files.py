"""Files go up once, come down again, and are named by their identifier."""

from __future__ import annotations

import json
import struct
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator
from bot.simulator.files import read_dimensions

MARYAM = 11
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02" * 9
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 48, 64) + b"\x03" * 9


@pytest.fixture(autouse=True)
async def started(simulator: Simulator) -> None:
    await simulator.send_text(MARYAM, "/start")


async def upload(
    client: Any, method: str, fields: dict[str, Any], **files: tuple[str, bytes]
) -> Any:
    # names are taken as they stand: a client that percent-encodes them shows its users so
    form = aiohttp.FormData(quote_fields=False)
    for name, value in fields.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, (filename, data) in files.items():
        form.add_field(name, data, filename=filename)
    url = f"{client.simulator.url}/bot{client.simulator.token}/{method}"
    async with client.session.post(url, data=form) as answer:
        return await answer.json()


async def test_a_document_is_uploaded_once_and_sent_again_by_its_name(
    simulator: Simulator, client: Any
) -> None:
    fields = {"chat_id": MARYAM, "caption": "<b>التقرير</b>", "parse_mode": "HTML"}
    body = await upload(client, "sendDocument", fields, document=("تقرير.pdf", b"%PDF"))
    document = body["result"]["document"]
    assert document["file_name"] == "تقرير.pdf"
    assert document["file_size"] == 4
    again = await client.do("sendDocument", chat_id=MARYAM, document=document["file_id"])
    assert again["document"] == document
    media = simulator.messages(MARYAM)[-2].media
    assert media is not None
    assert (media.kind, media.data) == ("document", b"%PDF")
    assert simulator.file_bytes(document["file_id"]) == b"%PDF"

    path = (await client.do("getFile", file_id=document["file_id"]))["file_path"]
    async with client.session.get(f"{simulator.url}/file/bot{simulator.token}/{path}") as answer:
        assert await answer.read() == b"%PDF"
    async with client.session.get(f"{simulator.url}/file/botWRONG/{path}") as answer:
        assert answer.status == 401
    assert simulator.refused == []


async def test_a_persons_file_can_be_too_big_to_fetch(simulator: Simulator, client: Any) -> None:
    big = 20 * 1024 * 1024 + 1
    await simulator.send_file(MARYAM, "document", b"x", name="فيديو.mp4", size=big)
    await simulator.send_file(MARYAM, "voice", b"ogg", caption="شرح")
    _, document, voice = await client.updates()
    assert document["message"]["document"]["file_size"] == big
    file_id = document["message"]["document"]["file_id"]
    assert await client.fails("getFile", file_id=file_id) == "400 Bad Request: file is too big"
    assert voice["message"]["caption"] == "شرح"
    assert voice["message"]["voice"]["mime_type"] == "audio/ogg"
    assert simulator.refused == []


async def test_photos_must_be_pictures(simulator: Simulator, client: Any) -> None:
    body = await upload(client, "sendPhoto", {"chat_id": MARYAM}, photo=("a.png", PNG))
    small, full = body["result"]["photo"]
    assert (full["width"], full["height"]) == (640, 480)
    assert small["file_id"] != full["file_id"]
    refused = await upload(client, "sendPhoto", {"chat_id": MARYAM}, photo=("a.png", b"text"))
    assert refused["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    wide = PNG.replace(struct.pack(">II", 640, 480), struct.pack(">II", 9000, 10))
    refused = await upload(client, "sendPhoto", {"chat_id": MARYAM}, photo=("a.png", wide))
    assert refused["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"


async def test_an_album_refers_to_the_parts_of_its_request(
    simulator: Simulator, client: Any
) -> None:
    media = [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in "ab"]
    fields = {"chat_id": MARYAM, "media": media}
    body = await upload(client, "sendMediaGroup", fields, a=("a.png", PNG), b=("b.png", PNG))
    assert len({message["media_group_id"] for message in body["result"]}) == 1
    assert [message.caption for message in simulator.messages(MARYAM)[1:]] == ["a", "b"]
    missing = await upload(client, "sendMediaGroup", fields, a=("a.png", PNG))
    assert missing["description"] == "Bad Request: attach://b is not a part of the request"
    assert len(simulator.messages(MARYAM)) == 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"document": "nothing"}, "wrong file identifier/HTTP URL specified"),
        ({"document": "https://example.org/a.pdf"}, "failed to get HTTP URL content"),
        ({}, "there is no document in the request"),
    ],
)
async def test_a_file_that_is_not_there(client: Any, fields: dict[str, str], words: str) -> None:
    assert words in await client.fails("sendDocument", chat_id=MARYAM, **fields)


async def test_captions_and_kinds_are_checked(client: Any) -> None:
    long = {"chat_id": MARYAM, "caption": "س" * 1025}
    body = await upload(client, "sendDocument", long, document=("a.txt", b"x"))
    assert body["description"] == "Bad Request: message caption is too long"
    body = await upload(client, "sendDocument", {"chat_id": MARYAM}, document=("a.txt", b""))
    assert body["description"] == "Bad Request: file must be non-empty"
    body = await upload(client, "sendVoice", {"chat_id": MARYAM}, voice=("a.oga", b"x"))
    voice = body["result"]["voice"]["file_id"]
    assert "can't use file of type Voice as Document" in await client.fails(
        "sendDocument", chat_id=MARYAM, document=voice
    )


def test_dimensions_come_from_the_header() -> None:
    assert read_dimensions(PNG) == (640, 480)
    assert read_dimensions(JPEG) == (64, 48)
    assert read_dimensions(b"GIF89a" + struct.pack("<HH", 3, 4)) == (3, 4)
    assert read_dimensions(b"\xff\xd8\xff") is None
    assert read_dimensions(b"") is None
