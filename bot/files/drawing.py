"""The process that draws one picture: `python -m bot.files.drawing`, with the order on its input.

It sets its own limits before it loads anything that could be led astray by a picture, and answers
with one line of JSON.
"""

import contextlib
import ctypes
import io
import json
import os
import resource
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.files.unfit import UnfitReason

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 2048
MOST_PIXELS = 64_000_000
"""Of a picture that is unpacked whole; a telephone takes 50 million."""
MOST_JPEG_PIXELS = 220_000_000
"""A JPEG is unpacked at an eighth, a quarter or half of its size."""
LONGEST_EDGE = 65_535
JPEG_QUALITY = 85
MOST_PNG_BYTES = 1_500_000
"""A larger PNG becomes a JPEG."""
MOST_WRITTEN = 16 * 1024 * 1024
PLUGINS = {"JPEG": "JpegImagePlugin", "PNG": "PngImagePlugin", "WEBP": "WebPImagePlugin"}
MISSING = 78
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG, as Linux has it."""


class UnfitPicture(Exception):
    def __init__(self, reason: UnfitReason) -> None:
        super().__init__(reason)
        self.reason = reason


def limit(order: dict[str, Any]) -> None:
    """From here on the process ends by itself when it takes too much."""
    seconds = order["processor_seconds"]
    for kind, most in (
        (resource.RLIMIT_AS, order["memory"]),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # Where the system cannot end it with its bot.
    signal.setitimer(signal.ITIMER_REAL, order["seconds"] + 5)
    with contextlib.suppress(OSError):
        os.nice(5)


def end_with(parent: int) -> None:
    """End with the process that ordered the picture: what a dead one had drawn would lie there for
    nobody, after the next one has tidied up."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def draw(order: dict[str, Any]) -> dict[str, Any]:
    """:raises UnfitPicture:"""
    from PIL import Image, ImageOps

    source, target = Path(order["source"]), Path(order["target"])
    with _open(source) as opened:
        is_png = opened.format == "PNG"
        _check_size(opened)
        profile = opened.info.get("icc_profile")
        picture = _scaled(opened)
        picture = ImageOps.exif_transpose(picture)
        picture = _plain(picture, profile)
    if crop := order["crop"]:
        picture = _cropped(picture, crop)
    faces = 0
    if order["hiding"]:
        from bot.files.faces import hide_faces

        faces = hide_faces(picture)
    # A new picture has nothing of the old one but its pixels.
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    mime, data = _written(fresh, is_png)
    _put(target, data)
    return {"mime": mime, "width": fresh.width, "height": fresh.height, "faces": faces}


def _open(source: Path) -> "Image":
    from PIL import Image, UnidentifiedImageError

    # Its size is checked here, before anything is unpacked.
    Image.MAX_IMAGE_PIXELS = None
    with source.open("rb") as file:
        head = file.read(12)
    sort = _sort(head)
    if sort == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False, decode_threads=1)
    else:
        import_module(f"PIL.{PLUGINS[sort]}")
    try:
        return Image.open(source, formats=[sort])
    except UnidentifiedImageError as error:
        raise UnfitPicture(UnfitReason.BROKEN) from error


def _sort(head: bytes) -> str:
    """The one decoder that may look at it."""
    if head.startswith(b"\xff\xd8"):
        return "JPEG"
    if head.startswith(b"\x89PNG"):
        return "PNG"
    if head[8:] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return "HEIF"
    raise UnfitPicture(UnfitReason.UNKNOWN)


def _check_size(picture: "Image") -> None:
    width, height = picture.size
    most = MOST_JPEG_PIXELS if picture.format in ("JPEG", "MPO") else MOST_PIXELS
    if width < 1 or height < 1:
        raise UnfitPicture(UnfitReason.BROKEN)
    if max(width, height) > LONGEST_EDGE or width * height > most:
        raise UnfitPicture(UnfitReason.PIXELS)


def _scaled(picture: "Image") -> "Image":
    """The picture within `LONGEST_SIDE`, unpacked no larger than it must be."""
    from PIL import Image

    size = (LONGEST_SIDE, LONGEST_SIDE)
    if picture.format in ("JPEG", "MPO"):
        picture.draft(None, size)
    if picture.mode in ("P", "PA", "1"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    picture.thumbnail(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def _eight_bits(picture: "Image") -> "Image":
    """Greys of sixteen bits in eight; nothing else of more than eight bits reaches us."""
    exif = picture.getexif()
    fresh = picture.convert("I").point(lambda grey: grey / 256).convert("L")
    fresh.info["exif"] = exif.tobytes()
    return fresh


def _plain(picture: "Image", profile: bytes | None) -> "Image":
    """RGB, or RGBA where something shows through, in the colours of sRGB."""
    has_alpha = picture.mode in ("RGBA", "LA") or "transparency" in picture.info
    alpha = picture.convert("RGBA").getchannel("A") if has_alpha else None
    if has_alpha:
        picture = picture.convert("RGBA").convert("RGB")
    if profile:
        picture = _in_srgb(picture, profile)
    picture = picture.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        # What nobody sees is nothing: a picture can be hidden behind full transparency.
        seen = alpha.point(lambda value: 255 if value else 0)
        blank = picture.point(lambda _: 0)
        blank.paste(picture, mask=seen)
        picture = blank
        picture.putalpha(alpha)
    return picture


def _in_srgb(picture: "Image", profile: bytes) -> "Image":
    from PIL import ImageCms

    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, given, srgb, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # Colours that nobody can read are those of most pictures.
        return picture


def _cropped(picture: "Image", crop: dict[str, int]) -> "Image":
    width, height = picture.size
    left, top = width * crop["left"] // 1000, height * crop["top"] // 1000
    right = max(left + 1, width * crop["right"] // 1000)
    bottom = max(top + 1, height * crop["bottom"] // 1000)
    return picture.crop((left, top, right, bottom))


def _written(picture: "Image", is_png: bool) -> tuple[str, bytes]:
    """A PNG stays one while it is small (a screenshot, a drawing), and so does what has something
    showing through; everything else is a JPEG."""
    if is_png or picture.mode == "RGBA":
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_PNG_BYTES:
            return "image/png", out.getvalue()
    if picture.mode == "RGBA":
        from PIL import Image

        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return "image/jpeg", out.getvalue()


def _put(target: Path, data: bytes) -> None:
    """All of it, or nothing."""
    beside = target.with_name(target.name + ".new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def main() -> int:
    order = json.load(sys.stdin)
    end_with(order["parent"])
    limit(order)
    try:
        told = draw(order)
    except ImportError:
        return MISSING
    except UnfitPicture as unfit:
        told = {"unfit": unfit.reason}
    except MemoryError:
        told = {"unfit": UnfitReason.HEAVY}
    except Exception:  # noqa: BLE001 - whatever a decoder raises, the picture is damaged
        told = {"unfit": UnfitReason.BROKEN}
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
