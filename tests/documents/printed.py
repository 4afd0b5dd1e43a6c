"""What stands on a printed page: its lines as somebody reads them, and what its squares open.

A PDF holds letters from left to right as they lie on the paper, and says by marks which pieces are
to be turned round (`ReversedChars`) and which letters a sign stands for (`ActualText`). Few readers
heed both, so this one does.
"""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream
from zxingcpp import read_barcodes

from bot.core.text import unmarked

Matrix = tuple[float, float, float, float, float, float]
ONE_LINE = 3.5
"""Points by which a mark above or below its letter may lie off its line."""


@dataclass(frozen=True, slots=True)
class Piece:
    x: float
    y: float
    text: str
    turned: bool


@dataclass
class _Marks:
    """The marks that are open, each with the letters that stand instead of what it holds."""

    open: list[tuple[str, str | None]] = field(default_factory=list)

    def said_instead(self) -> str | None:
        return next((said for _, said in reversed(self.open) if said is not None), None)

    def turned(self) -> bool:
        return any(name == "/ReversedChars" for name, _ in self.open)


def lines_of(pdf: bytes, *, rtl: bool, page: int = 0) -> list[str]:
    """The lines of a page with one column, from above, without marks of direction."""
    rows: list[list[Piece]] = []
    for piece in sorted(_pieces(pdf, page), key=lambda each: -each.y):
        if rows and rows[-1][0].y - piece.y < ONE_LINE:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [" ".join(unmarked(_in_order(_upon(row), rtl)).split()) for row in rows]


def pieces_of(pdf: bytes, page: int = 0) -> list[str]:
    """What is written in one go, in no order: also what is cut off lies among it."""
    return [unmarked(each.text) for each in _pieces(pdf, page)]


def pages_in(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def fonts_in(pdf: bytes) -> set[str]:
    """The fonts of the pages, each held in the file itself."""
    found = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in _fonts(page).values():
            [own] = font.get_object()["/DescendantFonts"]
            assert any(name.startswith("/FontFile") for name in own.get_object()["/FontDescriptor"])
            found.add(str(font.get_object()["/BaseFont"]).rpartition("+")[2])
    return found


def opened_by(png: bytes) -> set[str]:
    """What the squares of a picture open, as a telephone reads them."""
    with Image.open(io.BytesIO(png)) as picture:
        grey = picture.convert("L")
    seen = memoryview(grey.tobytes()).cast("B", (grey.height, grey.width))
    return {found.text for found in read_barcodes(seen)}


def _upon(row: list[Piece]) -> list[Piece]:
    """The pieces upon the line itself. A mark that is drawn off it says once more what the letter
    with its mark says that it belongs to."""
    [(line, _)] = Counter(round(each.y, 1) for each in row).most_common(1)
    return [each for each in row if abs(each.y - line) < 0.15]


def _in_order(row: list[Piece], rtl: bool) -> str:
    """The pieces of a line in the order in which they are read."""
    ordered = sorted(row, key=lambda each: each.x)
    if not rtl:
        return "".join(each.text for each in ordered)
    groups: list[list[Piece]] = []
    for piece in ordered:
        if groups and not piece.turned and not groups[-1][0].turned:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return "".join("".join(each.text for each in group) for group in reversed(groups))


def _fonts(page: Any) -> Any:
    return page["/Resources"].get("/Font", {})


def _pieces(pdf: bytes, page: int) -> Iterator[Piece]:
    reader = PdfReader(io.BytesIO(pdf))
    shown = reader.pages[page]
    letters = {name: _letters(font.get_object()) for name, font in _fonts(shown).items()}
    marks, stack = _Marks(), []
    place: Matrix = (1, 0, 0, 1, 0, 0)
    text: Matrix = place
    font: dict[int, str] = {}
    for operands, operator in ContentStream(shown.get_contents(), reader).operations:
        match operator:
            case b"q":
                stack.append(place)
            case b"Q":
                place = stack.pop()
            case b"cm":
                place = _times(tuple(map(float, operands)), place)
            case b"Tm":
                text = tuple(map(float, operands))  # type: ignore[assignment]
            case b"Tf":
                font = letters[operands[0]]
            case b"BMC" | b"BDC":
                given = operands[1] if len(operands) > 1 else {}
                said = given.get("/ActualText") if hasattr(given, "get") else None
                marks.open.append((str(operands[0]), None if said is None else str(said)))
            case b"EMC":
                marks.open.pop()
            case b"Tj" | b"TJ":
                given = operands[0] if operator == b"TJ" else [operands[0]]
                seen = [font.get(code, "\ufffd") for part in given for code in _codes(part)]
                turned = marks.turned()
                said = marks.said_instead()
                whole = said if said is not None else "".join(reversed(seen) if turned else seen)
                _, _, _, _, x, y = _times(text, place)
                yield Piece(x, y, whole, turned)


def _times(one: Any, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def _codes(part: Any) -> Iterator[int]:
    data = getattr(part, "original_bytes", None)
    if isinstance(data, bytes):
        for at in range(0, len(data), 2):
            yield int.from_bytes(data[at : at + 2], "big")


def _letters(font: Any) -> dict[int, str]:
    """What each glyph of a font stands for."""
    found: dict[int, str] = {}
    table = font["/ToUnicode"].get_object().get_data().decode()
    for block in table.split("beginbfchar")[1:]:
        for line in block.split("endbfchar")[0].split("\n"):
            if "<" in line:
                code, said = (each.strip("<> ") for each in line.split("> <"))
                found[int(code, 16)] = bytes.fromhex(said).decode("utf-16-be")
    for block in table.split("beginbfrange")[1:]:
        raise AssertionError(f"a table of another form: {block[:80]}")
    return found
