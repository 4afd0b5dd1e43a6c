"""A picture is drawn anew in a process of its own, and nothing but what is seen on it is kept."""

import asyncio
import io
import os
import struct
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from bot.files import pictures
from bot.files.pictures import CleanedPicture, Crop, DrawingLimits, clean_picture
from bot.files.sniffing import sniff
from bot.files.unfit import UnfitFile, UnfitReason
from tests.files import samples

SECRET = b"Riyadh 24.7136 Nora's telephone"


def write(folder: Path, data: bytes, name: str = "given") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def cleaned(folder: Path, data: bytes, **options: Any) -> tuple[CleanedPicture, bytes]:
    target = folder / "kept"
    result = await clean_picture(write(folder, data), target, **options)
    kept = target.read_bytes()
    assert sniff(target).mime == result.mime
    assert Image.open(io.BytesIO(kept)).size == (result.width, result.height)
    return result, kept


async def refused(folder: Path, data: bytes, **options: Any) -> UnfitReason:
    with pytest.raises(UnfitFile) as raised:
        await clean_picture(write(folder, data), folder / "kept", **options)
    assert left_in(folder) == ["given"]
    return raised.value.reason


def telling() -> Image.Exif:
    """What a telephone writes: how it was held, who took it, where, and a small copy."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (24.0, 42.0, 49.0)
    return exif


def seen(picture: bytes, x: int, y: int) -> tuple[int, ...]:
    colour = Image.open(io.BytesIO(picture)).getpixel((x, y))
    assert isinstance(colour, tuple)
    return colour


def sections(jpeg: bytes) -> set[int]:
    """The markers of a JPEG before its pixels."""
    at, found = 2, set()
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return found


async def test_where_when_and_by_what_it_was_taken_is_gone(tmp_path: Path) -> None:
    xmp = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    given = samples.drawn("JPEG", (640, 480), exif=telling(), comment=SECRET, xmp=xmp)
    given += b"\0" * 8 + samples.drawn("JPEG", comment=SECRET)
    assert given.count(SECRET) == 4
    assert b"Exif" in given
    result, kept = await cleaned(tmp_path, given)
    for word in (SECRET, b"Exif", b"xmp", b"ICC_PROFILE"):
        assert word not in kept
    # JFIF and tables are all there is: no comment, no EXIF, no profile.
    assert sections(kept) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
    assert (result.width, result.height) == (480, 640), "it stands upright"
    assert seen(kept, 470, 10)[0] > 200, "red is at the top right"


async def test_a_png_keeps_nothing_that_is_written_into_it(tmp_path: Path) -> None:
    words = PngInfo()
    words.add_text("Author", SECRET.decode())
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    given = samples.drawn("PNG", (300, 200), pnginfo=words, exif=telling())
    result, kept = await cleaned(tmp_path, given)
    assert result.mime == "image/png"
    assert SECRET not in kept
    names = {kept[place : place + 4] for place in range(len(kept))}
    assert not names & {b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"iCCP", b"tIME"}


async def test_the_picture_of_another_telephone_is_read(tmp_path: Path) -> None:
    result, kept = await cleaned(tmp_path, samples.heic())
    assert (result.mime, result.width, result.height) == ("image/jpeg", 320, 240)
    assert seen(kept, 10, 10)[0] > 200


@pytest.mark.parametrize("sort", ["JPEG", "PNG", "WEBP"])
async def test_a_large_picture_becomes_smaller(tmp_path: Path, sort: str) -> None:
    result, _ = await cleaned(tmp_path, samples.drawn(sort, (4000, 1000)))
    assert (result.width, result.height) == (2048, 512)


async def test_what_shows_through_stays_and_colours_become_common(tmp_path: Path) -> None:
    glass = Image.new("RGBA", (50, 50), (10, 200, 10, 100))
    out = io.BytesIO()
    glass.save(out, "WEBP", lossless=True)
    result, kept = await cleaned(tmp_path, out.getvalue())
    assert result.mime == "image/png"
    assert seen(kept, 5, 5) == (10, 200, 10, 100)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    result, kept = await cleaned(tmp_path, samples.drawn("JPEG", icc_profile=lab))
    assert b"ICC_PROFILE" not in kept
    out = io.BytesIO()
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(out, "JPEG")
    _, kept = await cleaned(tmp_path, out.getvalue())
    assert Image.open(io.BytesIO(kept)).mode == "RGB"
    for mode in ("1", "L", "P", "LA", "I;16"):
        out = io.BytesIO()
        Image.new(mode, (40, 30)).save(out, "PNG")
        result, _ = await cleaned(tmp_path, out.getvalue())
        assert (result.width, result.height) == (40, 30)


async def test_nothing_is_kept_behind_what_cannot_be_seen(tmp_path: Path) -> None:
    """A face covered by full transparency is there for whoever takes that away."""
    picture = Image.new("RGBA", (64, 48), (200, 30, 40, 255))
    picture.paste((200, 30, 40, 0), (0, 0, 32, 48))
    out = io.BytesIO()
    picture.save(out, "PNG")
    _, kept = await cleaned(tmp_path, out.getvalue())
    assert seen(kept, 5, 5) == (0, 0, 0, 0)
    assert seen(kept, 60, 5) == (200, 30, 40, 255)


async def test_only_the_part_that_was_chosen_is_kept(tmp_path: Path) -> None:
    given = samples.drawn("PNG", (400, 200))
    result, kept = await cleaned(tmp_path, given, crop=Crop(left=500, top=500))
    assert (result.width, result.height) == (200, 100)
    assert Image.open(io.BytesIO(kept)).getcolors() == [(20_000, (0, 0, 255))]
    upright, kept = await cleaned(
        tmp_path, samples.drawn("JPEG", (400, 200), exif=telling()), crop=Crop(bottom=250)
    )
    assert (upright.width, upright.height) == (200, 100), "a part of what is seen"
    with pytest.raises(ValueError, match="no part"):
        Crop(left=500, right=500)


async def test_a_bomb_of_pixels_is_refused_unopened(tmp_path: Path) -> None:
    bomb = samples.pixel_bomb()
    assert len(bomb) < 20_000
    path = write(tmp_path, bomb)
    assert sniff(path).extension == "png", "its parts are sound"
    assert await refused(tmp_path, bomb) is UnfitReason.PIXELS


async def test_damaged_pictures_are_refused(tmp_path: Path) -> None:
    whole = samples.drawn("JPEG", (640, 480))
    assert await refused(tmp_path, whole[: len(whole) // 2]) is UnfitReason.BROKEN
    assert await refused(tmp_path, samples.PDF) is UnfitReason.UNKNOWN
    assert await refused(tmp_path, samples.heic()[:900]) is UnfitReason.BROKEN


async def test_a_picture_that_takes_too_much_ends_only_itself(tmp_path: Path) -> None:
    large = samples.drawn("PNG", (7_000, 7_000))
    little = DrawingLimits(memory=200 * 1024 * 1024)
    assert await refused(tmp_path, large, limits=little) is UnfitReason.HEAVY
    assert await refused(tmp_path, large, limits=DrawingLimits(seconds=0.01)) is UnfitReason.HEAVY


@pytest.mark.parametrize(
    "does",
    [
        "os.kill(os.getpid(), 9)",
        "os.abort()",
        "print('no answer')",
        "sys.exit(1)",
        "time.sleep(600)",
        "while True: print('x' * 10_000)",
        "print('{\"mime\": 5}')",
        "print('[' * 100_000)",
    ],
)
async def test_whatever_becomes_of_the_process_the_bot_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    program = write(tmp_path, f"#!{sys.executable}\nimport os, sys, time\n{does}\n".encode(), "py")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    given = write(tmp_path, samples.drawn("JPEG"))
    seconds = 1.0 if "sleep" in does else 600.0
    with pytest.raises(UnfitFile) as raised:
        await clean_picture(given, tmp_path / "kept", limits=DrawingLimits(seconds=seconds))
    assert raised.value.reason is UnfitReason.HEAVY
    assert not (tmp_path / "kept").exists()


async def test_the_process_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALQA_TELEGRAM_TOKEN", "123:secret")
    told = tmp_path / "told"
    asks = f"import os\nopen({str(told)!r}, 'w').write(repr(dict(os.environ)))"
    program = write(tmp_path, f"#!{sys.executable}\n{asks}\n".encode(), "py")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(UnfitFile):
        await clean_picture(write(tmp_path, samples.drawn("JPEG")), tmp_path / "kept")
    assert "HALQA" not in told.read_text()


async def test_a_turn_that_is_given_up_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = tmp_path / "number"
    waits = f"import os, time\nopen({str(number)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    program = write(tmp_path, f"#!{sys.executable}\n{waits}\n".encode(), "py")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    given = write(tmp_path, samples.drawn("JPEG"))
    turn = asyncio.create_task(clean_picture(given, tmp_path / "kept"))
    while not number.exists() or not number.read_text():  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.01)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


@pytest.mark.skipif(sys.platform != "linux", reason="the system cannot end it with its bot")
async def test_a_bot_that_is_killed_leaves_no_process_and_no_picture(tmp_path: Path) -> None:
    given = write(tmp_path, samples.drawn("PNG", (4_000, 4_000)))
    asks = (
        "import asyncio, pathlib, sys\nfrom bot.files.pictures import clean_picture\n"
        "asyncio.run(clean_picture(*map(pathlib.Path, sys.argv[1:])))"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", asks, str(given), str(tmp_path / "kept")
    )
    while not (drawing := child_of(bot.pid)) or not draws(drawing):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    bot.kill()
    await bot.wait()
    while draws(drawing):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.01)
    assert left_in(tmp_path) == ["given"]


def child_of(process: int) -> int:
    """0: it has none yet."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(found[0]) if found else 0


def draws(process: int) -> bool:
    """Whether it is there, and has loaded what it draws with."""
    try:
        return "_imaging" in Path(f"/proc/{process}/maps").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_twenty_pictures_side_by_side_stall_nobody(tmp_path: Path) -> None:
    given = write(tmp_path, samples.drawn("JPEG", (1200, 900)))
    running, most = 0, 0
    start = asyncio.create_subprocess_exec

    async def counted(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        nonlocal running, most
        process = await start(*arguments, **options)
        running += 1
        most = max(most, running)
        asyncio.get_running_loop().create_task(ends(process))
        return process

    async def ends(process: asyncio.subprocess.Process) -> None:
        nonlocal running
        await process.wait()
        running -= 1

    beats: list[float] = []

    async def heart() -> None:
        while True:
            beats.append(time.thread_time())
            await asyncio.sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "create_subprocess_exec", counted)
        beating = asyncio.create_task(heart())
        targets = [tmp_path / f"kept{n}" for n in range(20)]
        async with asyncio.TaskGroup() as together:
            for target in targets:
                together.create_task(clean_picture(given, target))
        beating.cancel()
    assert all(target.exists() for target in targets)
    assert most == pictures.AT_ONCE
    # Our own processor time between two beats, so that what others do makes no test fail.
    pauses = [after - before for before, after in pairwise(beats)]
    assert max(pauses) < 0.1
