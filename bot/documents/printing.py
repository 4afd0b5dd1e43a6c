"""The process that prints: `python -m bot.documents.printing`, one order after the other.

It sets its own limits before it loads Typst, reads nothing but our templates and fonts, and ends by
itself when nothing was ordered for a while, when it has taken much memory, and with its bot.
"""

import contextlib
import io
import json
import os
import re
import resource
import select
import signal
import struct
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typst import Compiler, Fonts

PRINTED, UNFIT, TROUBLE = b"P", b"U", b"T"
FRAME = struct.Struct(">cI")
"""What stands before an answer: its kind, and its length in bytes."""
LENGTH = struct.Struct(">I")
"""What stands before an order, and before each piece of a document."""
SQUARE = "opens"
"""By this alone a thing of the data is known as a square that opens an address."""
TEMPLATES = Path(__file__).with_name("templates")
FONT_PACKAGES = ("fontpkg_ibm_plex_sans_arabic",)
IDLE_SECONDS = 60.0
MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes of addresses: more than that, and it ends."""
MUCH_MEMORY = 200 * 1024 * 1024
"""Bytes in use after a document: Typst keeps what it has set for the next one, so another process
begins afresh."""
MOST_WRITTEN = 0


def list_missing() -> list[str]:
    """The packages that are not installed and without which nothing is printed."""
    wanted = ("typst", "segno", *FONT_PACKAGES)
    return [package for package in wanted if find_spec(package) is None]


class MissingPart(Exception):
    """What no document can be printed without."""


class Printer:
    """Typst with our fonts, and a compiler for each template that was asked for."""

    def __init__(self) -> None:
        self._compilers: dict[str, Compiler] = {}
        self._fonts: Fonts | None = None

    def print(self, order: dict[str, Any]) -> list[bytes]:
        """The pieces of a document: one PDF, or a PNG for each page.

        :raises MissingPart:
        """
        compiler = self._compiler(order["template"])
        given = {"data": json.dumps(with_squares(order["data"]), ensure_ascii=False)}
        if order["form"] == "pdf":
            made = compiler.compile(format="pdf", sys_inputs=given)
        else:
            made = compiler.compile(format="png", ppi=float(order["dots"]), sys_inputs=given)
        pieces = made if isinstance(made, list) else [made]
        return [piece for piece in pieces if piece]

    def _compiler(self, name: str) -> "Compiler":
        if name not in self._compilers:
            import typst

            place = TEMPLATES / f"{name}.typ"
            if not name.isidentifier() or not place.is_file():
                raise MissingPart(f"there is no template {name}")
            if self._fonts is None:
                self._fonts = typst.Fonts(
                    include_system_fonts=False,
                    include_embedded_fonts=False,
                    font_paths=[str(_font_folder(package)) for package in FONT_PACKAGES],
                )
            self._compilers[name] = typst.Compiler(
                str(place), root=str(TEMPLATES), font_paths=self._fonts, ignore_system_fonts=True
            )
        return self._compilers[name]


def _font_folder(package: str) -> Path:
    spec = find_spec(package)
    folder = Path(spec.origin).with_name("files") if spec and spec.origin else None
    if folder is None or not folder.is_dir():
        raise MissingPart(f"the font {package} is missing")
    return folder


def with_squares(value: Any) -> Any:
    """The data with the squares of its addresses drawn, as SVG."""
    if isinstance(value, list):
        return [with_squares(each) for each in value]
    if isinstance(value, dict):
        if value.keys() == {SQUARE}:
            return _square(value[SQUARE])
        return {name: with_squares(each) for name, each in value.items()}
    return value


def _square(link: str) -> str:
    import segno

    out = io.BytesIO()
    # Any of the eight patterns is read alike from paper; to weigh them takes four times as long.
    drawn = segno.make(link, micro=False, error="m", mask=3)
    drawn.save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def limit() -> None:
    """From here on the process ends by itself when it takes too much, and writes no file."""
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    with contextlib.suppress(OSError):
        os.nice(5)


def memory_used() -> int:
    """Bytes of memory that the process holds; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def answer_to(printer: Printer, order: dict[str, Any]) -> tuple[bytes, bytes]:
    """What is said to an order: its kind, and the document or why there is none."""
    # Whatever Typst is at then, the process ends.
    signal.setitimer(signal.ITIMER_REAL, order["seconds"])
    try:
        pieces = printer.print(order)
    except (ImportError, MissingPart) as missing:
        return TROUBLE, str(missing).encode()
    except MemoryError:
        return UNFIT, b"it takes too much memory"
    except RuntimeError as error:
        # Where a template fails is said; what people wrote stands in no message.
        found = re.search(r"\w+\.typ:\d+:\d+", getattr(error, "diagnostic", ""))
        return TROUBLE, f"{type(error).__name__} {found[0] if found else ''}".encode()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return PRINTED, b"".join(LENGTH.pack(len(piece)) + piece for piece in pieces)


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Answer orders until there are no more, or for long no other."""
    printer = Printer()
    while select.select([orders], [], [], IDLE_SECONDS)[0]:
        head = orders.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return
        order = json.loads(orders.read(LENGTH.unpack(head)[0]))
        kind, answer = answer_to(printer, order)
        answers.write(FRAME.pack(kind, len(answer)) + answer)
        answers.flush()
        if memory_used() > MUCH_MEMORY:
            return


def main() -> int:
    limit()
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
