"""The words of a message, with what Telegram keeps beside them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any


def with_hidden_links(text: str, entities: Sequence[dict[str, Any]]) -> str:
    """The text with the address beside words that hide one, so that it is not lost, and seen by
    whoever reads it. Places are counted in UTF-16 units."""
    links = [each for each in entities if each.get("type") == "text_link"]
    if not links:
        return text
    units = text.encode("utf-16-le")
    for link in sorted(links, key=lambda each: -count(each.get("offset"))):
        start, address = 2 * count(link.get("offset")), link.get("url", "")
        shown = units[start : start + 2 * count(link.get("length"))].decode("utf-16-le", "ignore")
        shown = shown.rstrip()
        end = start + len(shown.encode("utf-16-le"))
        if isinstance(address, str):
            units = units[:end] + _beside(shown, address).encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le", "replace").replace("\0", "")


def _beside(shown: str, address: str) -> str:
    said = ("", shown, f"https://{shown}", f"http://{shown}")
    return "" if address.rstrip("/") in said else f" ({address})"


def rich_text(message: dict[str, Any]) -> str:
    """The words of a rich message, a block a line, as people write them with headings and lists;
    "" where it has none."""
    lines = ("".join(_words(block)) for block in _blocks(message.get("blocks")))
    return "\n".join(filter(None, (line.strip() for line in lines)))


def _blocks(given: Any) -> Iterator[dict[str, Any]]:
    """Blocks that hold no others, in their order."""
    for block in given if isinstance(given, list) else ():
        if not isinstance(block, dict):
            continue
        within = [block[name] for name in ("blocks", "items", "rows", "cells") if name in block]
        if "text" in block or not within:
            yield block
        for inner in within:
            yield from _blocks(_flat(inner))


def _flat(given: Any) -> list[Any]:
    """What stands in lists of lists, as in the rows of a table."""
    if not isinstance(given, list):
        return []
    return [each for part in given for each in (part if isinstance(part, list) else [part])]


def _words(part: Any) -> Iterable[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for each in part:
            yield from _words(each)
    elif isinstance(part, dict):
        shown = "".join(_words(part.get("text", "")))
        yield shown
        if isinstance(address := part.get("url"), str):
            yield _beside(shown, address)


def count(value: Any) -> int:
    """A number that Telegram gives, 0 for what is none."""
    return value if type(value) is int and 0 <= value < 2**63 else 0
