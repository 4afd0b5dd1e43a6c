"""Pictures are drawn anew in a process of their own, and only what is seen on them is kept."""

import asyncio
import contextlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from bot.core.helpers import helper_command, helper_environment
from bot.files.unfit import UnfitFile, UnfitReason

AT_ONCE = 2
"""So many pictures are drawn side by side; the others wait."""
LONGEST_ANSWER = 1000
"""Bytes."""
LONGEST_SECONDS = 60.0
"""From the start of a process to its end, on a machine that does much else besides."""
MISSING = 78
"""How a process ends that lacks a library: a fault of the installation, not of the picture."""


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture to keep, in thousandths of its width and height as it is seen."""

    left: int = 0
    top: int = 0
    right: int = 1000
    bottom: int = 1000

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1000 and 0 <= self.top < self.bottom <= 1000):
            raise ValueError(f"no part of a picture: {self}")


@dataclass(frozen=True, slots=True)
class CleanedPicture:
    """`width` and `height` in pixels; `faces` is how many were covered."""

    mime: str
    width: int
    height: int
    faces: int = 0


class PictureTrouble(Exception):
    """The installation cannot draw pictures, whatever they are."""


@dataclass(frozen=True, slots=True)
class DrawingLimits:
    """What one picture may cost: memory in bytes, processor time and time in seconds."""

    memory: int = 800 * 1024 * 1024
    processor_seconds: int = 20
    seconds: float = LONGEST_SECONDS


class _Answer(msgspec.Struct):
    """What the process says: what it has drawn, or why not."""

    mime: Literal["image/jpeg", "image/png", ""] = ""
    width: int = 0
    height: int = 0
    faces: int = 0
    unfit: UnfitReason | None = None

    def __post_init__(self) -> None:
        if self.unfit is None and not (self.mime and self.width > 0 and self.height > 0):
            raise ValueError("neither a picture nor a reason")


class _Turns:
    """At most `AT_ONCE` in each event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._free = asyncio.Semaphore(AT_ONCE)

    def take(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._free = loop, asyncio.Semaphore(AT_ONCE)
        return self._free


_turns = _Turns()


async def clean_picture(
    source: Path,
    target: Path,
    *,
    hiding: bool = False,
    crop: Crop | None = None,
    limits: DrawingLimits | None = None,
) -> CleanedPicture:
    """Draw the picture at `source` anew into `target`: upright, within 2,048 pixels, in sRGB,
    without a word of where, when and by what it was taken. With `hiding` the faces that are found
    are covered for good; with `crop` only that part is kept.

    `target` is written only if it succeeds. A process that dies, hangs or takes too much means
    that the picture is unfit.

    :raises UnfitFile:
    :raises PictureTrouble: a library is missing
    """
    allowed = limits or DrawingLimits()
    order = {
        "source": str(source),
        "target": str(target),
        "hiding": hiding,
        "crop": asdict(crop) if crop else None,
        "memory": allowed.memory,
        "processor_seconds": allowed.processor_seconds,
        "seconds": allowed.seconds,
        "parent": os.getpid(),
    }
    async with _turns.take():
        told = await _drawn(order, allowed.seconds)
    if told.unfit is not None:
        raise UnfitFile(told.unfit)
    return CleanedPicture(told.mime, told.width, told.height, told.faces)


async def _drawn(order: Mapping[str, Any], seconds: float) -> _Answer:
    process = await asyncio.create_subprocess_exec(
        *helper_command("bot.files.drawing"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=helper_environment(),
    )
    try:
        async with asyncio.timeout(seconds):
            said = await _said(process, msgspec.json.encode(order))
    except TimeoutError:
        raise UnfitFile(UnfitReason.HEAVY) from None
    finally:
        if process.returncode is None:
            process.kill()
            # `wait` waits for the pipe as well, and one that is full is not looked at until it is
            # read.
            if process.stdout is not None:
                await process.stdout.read()
            await process.wait()
    if process.returncode == MISSING:
        raise PictureTrouble("pictures cannot be drawn: Pillow or the model of faces is missing")
    if process.returncode != 0:
        raise UnfitFile(UnfitReason.HEAVY)
    try:
        return msgspec.json.decode(said, type=_Answer)
    except msgspec.DecodeError:
        raise UnfitFile(UnfitReason.HEAVY) from None


async def _said(process: asyncio.subprocess.Process, order: bytes) -> bytes:
    """What the process answers. It may have been led astray, so more than a short word is none."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(ConnectionError):
        process.stdin.write(order)
        await process.stdin.drain()
        process.stdin.close()
    try:
        await process.stdout.readexactly(LONGEST_ANSWER + 1)
    except asyncio.IncompleteReadError as ended:
        await process.wait()
        return ended.partial
    return b""
