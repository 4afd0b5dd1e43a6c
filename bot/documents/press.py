"""The press: a document, as typed data, becomes a PDF or pictures by a template of ours.

A document is a dataclass that names its template (`templates/<name>.typ`). What people wrote
reaches the template as data and nothing of it is ever read as Typst; what no page shows (control
characters, halves of letters) is left out, and marks of direction never reach beyond their own
text. Typst works in a process of its own (`printing.py`), which stays warm between documents and
ends by itself, with all its memory, when nothing was printed for a while.
"""

import asyncio
import atexit
import io
import json
import re
import subprocess
import threading
import unicodedata
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, ClassVar, Literal

from bot.core.helpers import helper_command, helper_environment
from bot.core.i18n import Voice
from bot.core.text import lay_out, unmarked
from bot.documents.printing import FRAME, LENGTH, PRINTED, SQUARE, TROUBLE, UNFIT

MOST_DATA = 8 * 1024 * 1024
"""Bytes of what a document says; a thousand slips are a fifth of it."""
MOST_TEXT = 20_000
"""Characters of one text."""
MOST_ISOLATES = 500
"""In one text: nobody nests so many, and what looks for their ends would look for long."""
MOST_PRINTED = 48 * 1024 * 1024
LONGEST_SECONDS = 30
"""For one document, on a machine that does much else besides."""
_SPACES = dict.fromkeys(map(ord, "\t\v\f\r\u0085\u2028\u2029"), " ")
# Embeddings and overrides, which reach to the end of a paragraph, whatever stands there.
_OVERRIDES = re.compile("[\u202a-\u202e]")
_ISOLATES = re.compile("[\u2066-\u2068]")
_UNSEEN = {"Cc", "Cs", "Co", "Cn"}
# What marks an emphasis in a chat is no character.
_EMPHASIS = re.compile("[\ufdd0\ufdd1]")


class UnprintableDocument(Exception):
    """This document cannot be printed: it says too much, or takes too long or too much memory."""


class PressTrouble(Exception):
    """The installation cannot print, whatever it is: a library, a font or a template is missing,
    or a template has a fault."""


@dataclass(frozen=True, slots=True)
class PageSetting:
    """How the page is written: its language and direction, and in which numerals its pages are
    counted."""

    language: str
    rtl: bool
    numbering: str
    title: str
    """Of the file, as programs show it."""

    @classmethod
    def of(cls, voice: Voice, title: str) -> "PageSetting":
        numbering = str(voice.digits("1"))
        return cls(voice.language, voice.language == "ar", numbering, title)


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code that opens this address."""

    link: str


@dataclass(frozen=True, slots=True)
class FromLeft:
    """What is read from the left in every language: a code, an address."""

    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a template is given. Its fields are texts, numbers, what is `FromLeft`, squares, and
    lists and dataclasses of them."""

    template: ClassVar[str]
    setting: PageSetting


async def print_pdf(document: Document) -> bytes:
    """The document as a PDF, all its fonts within.

    :raises UnprintableDocument:
    :raises PressTrouble:
    """
    [pdf] = await _print(document, "pdf", 0)
    return pdf


async def print_pictures(document: Document, *, dots: int = 150) -> list[bytes]:
    """Each page as a PNG, of so many dots an inch.

    :raises UnprintableDocument:
    :raises PressTrouble:
    """
    return await _print(document, "png", dots)


async def _print(document: Document, form: Literal["pdf", "png"], dots: int) -> list[bytes]:
    return await asyncio.to_thread(_printed, document, form, dots)


def _printed(document: Document, form: str, dots: int) -> list[bytes]:
    order = {
        "template": document.template,
        "data": _plain(document, rtl=document.setting.rtl),
        "form": form,
        "dots": dots,
        "seconds": LONGEST_SECONDS,
    }
    encoded = json.dumps(order, ensure_ascii=False).encode()
    if len(encoded) > MOST_DATA:
        raise UnprintableDocument(f"{document.template}: {len(encoded):,} bytes are too much")
    kind, answer = _press.answer(encoded)
    if kind == TROUBLE:
        raise PressTrouble(f"{document.template}: {answer.decode()}")
    if kind != PRINTED:
        raise UnprintableDocument(f"{document.template}: {answer.decode()}")
    return list(_pieces(answer))


def _pieces(answer: bytes) -> list[bytes]:
    found, stream = [], io.BytesIO(answer)
    while head := stream.read(LENGTH.size):
        found.append(stream.read(LENGTH.unpack(head)[0]))
    return found


def _plain(value: Any, *, rtl: bool) -> Any:
    """The value as JSON has it, its texts as a page of this direction can show them."""
    if isinstance(value, str):
        return lay_out(_seen(value), rtl=rtl)
    if isinstance(value, Square):
        return {SQUARE: value.link.encode("ascii", "ignore").decode()}
    if isinstance(value, FromLeft):
        return unmarked(_seen(value.text))
    if isinstance(value, PageSetting):
        return asdict(value) | {"title": unmarked(_seen(value.title))}
    if is_dataclass(value):
        own = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {name: _plain(said, rtl=rtl) for name, said in own}
    if isinstance(value, (list, tuple)):
        return [_plain(each, rtl=rtl) for each in value]
    return value


def _seen(text: str) -> str:
    """The text without what no page shows.

    :raises UnprintableDocument: it is too long.
    """
    if len(text) > MOST_TEXT:
        raise UnprintableDocument(f"a text of {len(text):,} characters is too much")
    kept = _OVERRIDES.sub("", _EMPHASIS.sub("", text.replace("\r\n", "\n"))).translate(_SPACES)
    if len(_ISOLATES.findall(kept)) > MOST_ISOLATES:
        kept = unmarked(kept)
    if kept.replace("\n", "").isprintable():
        return kept
    return "".join(
        char for char in kept if char == "\n" or unicodedata.category(char) not in _UNSEEN
    )


class _Press:
    """The process that prints, begun when it is needed; documents go one after the other."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._one = threading.Lock()

    def answer(self, order: bytes) -> tuple[bytes, bytes]:
        """What the process says to an order: the kind of its answer, and the answer.

        :raises UnprintableDocument: it died of it.
        :raises PressTrouble: it does not begin.
        """
        with self._one:
            # One that has ended since, as it does when it has long had nothing to do or has
            # taken much memory, is no fault of this document's.
            warm = self._process if self._process and self._process.poll() is None else None
            answer = self._asked(warm, order) if warm else None
            answer = answer or self._asked(self._begun(), order)
            if answer is None:
                raise UnprintableDocument("the process that prints died of it")
            return answer

    def _begun(self) -> subprocess.Popen[bytes]:
        self.close()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a module of ours
                helper_command("bot.documents.printing"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=helper_environment(),
                # Ctrl-C is for the bot, with which it ends.
                process_group=0,
            )
        except OSError as error:
            raise PressTrouble(f"the process that prints does not begin: {error}") from error
        return self._process

    @staticmethod
    def _asked(process: subprocess.Popen[bytes], order: bytes) -> tuple[bytes, bytes] | None:
        """None where it ended without an answer. It may have been led astray, so more than a
        document can be is none."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(LENGTH.pack(len(order)) + order)
            process.stdin.flush()
        except OSError:
            return None
        head = process.stdout.read(FRAME.size)
        if len(head) < FRAME.size:
            return None
        kind, length = FRAME.unpack(head)
        if length > MOST_PRINTED:
            process.kill()
            return UNFIT, b"what came of it is too large"
        answer = process.stdout.read(length)
        return (kind, answer) if len(answer) == length else None

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()


_press = _Press()
atexit.register(_press.close)
