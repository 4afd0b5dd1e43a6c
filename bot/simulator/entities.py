"""Formatted text: Telegram's HTML into plain text with entities, and the checks on both.

Offsets and lengths are in UTF-16 units, as the Bot API counts them. Error positions are in
bytes of the UTF-8 source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.simulator.refusals import Refusal, mistake

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_KINDS = {
    *_TAGS.values(),
    *("expandable_blockquote", "text_mention", "mention", "hashtag", "cashtag", "bot_command"),
    *("url", "email", "phone_number", "date_time"),
}
_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG = re.compile(
    r"<([a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_END_TAG = re.compile(r"</([a-zA-Z0-9-]*)\s*>")
# the platform drops line separators and embeddings with overrides; marks and isolates pass
_DROPPED = re.compile("[\u2028-\u202e\r]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<bot_command>(?<![\w/<])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{4,32})"
    r"|(?P<hashtag>(?<!\w)#\w+)"
)


def count_units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """What the platform makes of control characters before it stores a text."""
    return _CONTROL.sub(" ", _DROPPED.sub("", text))


@dataclass(slots=True)
class _Open:
    tag: str
    kind: str
    start: int
    extra: Entity


def parse(
    source: str, parse_mode: str | None, given: list[Entity] | None
) -> tuple[str, list[Entity]]:
    """The text that is shown, trimmed, with its entities in order.

    Refused (400, `can't parse entities: …`): unknown or unbalanced tags, entities out of
    bounds, and Markdown, which this platform does not read.
    """
    if parse_mode:
        if parse_mode.lower() != "html":
            raise mistake(f"unsupported parse_mode {parse_mode!r}: the simulator reads HTML only")
        text, entities = _Parser(clean(source)).run()
    elif given:
        text, entities = source, _check_given(source, given)
    else:
        text, entities = clean(source), []
    text, entities = _trim(text, entities)
    entities += _find_plain(text, entities)
    if len(entities) > 1:
        entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, entities


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        source, place = self.source, 0
        while found := _SPECIAL.search(source, place):
            self._write(source[place : found.start()])
            place = self._reference(found.start()) if found[0] == "&" else self._tag(found.start())
        self._write(source[place:])
        if self.open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.pieces), self.entities

    def _write(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.units += count_units(text)

    def _reference(self, place: int) -> int:
        found = _REFERENCE.match(self.source, place)
        if found is None:
            self._write("&")
            return place + 1
        name, decimal, hexadecimal = found.groups()
        code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
        valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
        self._write(_NAMED[name] if name else chr(code) if valid else found[0])
        return found.end()

    def _tag(self, place: int) -> int:
        if self.source.startswith("</", place):
            return self._close(place)
        found = _TAG.match(self.source, place)
        if found is None:
            raise _broken(f"Unclosed start tag at byte offset {self._byte(place)}")
        tag = found[1].lower()
        attributes = {
            name.lower(): _unescape(first or second or third)
            for name, first, second, third in _ATTRIBUTE.findall(found[2])
        }
        if tag not in _TAGS or (tag == "span" and attributes.get("class") != "tg-spoiler"):
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {self._byte(place)}')
        self.open.append(self._opened(tag, attributes))
        return found.end()

    def _opened(self, tag: str, attributes: dict[str, str]) -> _Open:
        kind, extra = _TAGS[tag], {}
        if tag == "a":
            extra["url"] = attributes.get("href", "")
        elif tag == "blockquote" and "expandable" in attributes:
            kind = "expandable_blockquote"
        elif tag == "tg-emoji":
            extra["custom_emoji_id"] = attributes.get("emoji-id", "")
        elif tag == "code" and attributes.get("class", "").startswith("language-"):
            extra["language"] = attributes["class"].removeprefix("language-")
        return _Open(tag, kind, self.units, extra)

    def _close(self, place: int) -> int:
        found = _END_TAG.match(self.source, place)
        if found is None:
            raise _broken(f"Unclosed end tag at byte offset {self._byte(place)}")
        tag = found[1].lower()
        if not self.open:
            raise _broken(f"Unexpected end tag at byte offset {self._byte(place)}")
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise _broken(
                f"Unmatched end tag at byte offset {self._byte(place)}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        length = self.units - opened.start
        if length and not self._is_inside_pre(opened) and opened.extra.get("url") != "":
            entity = {"type": opened.kind, "offset": opened.start, "length": length}
            if opened.tag != "code":
                entity |= opened.extra
            self.entities.append(entity)
        return found.end()

    def _is_inside_pre(self, opened: _Open) -> bool:
        """`<pre><code class="language-x">` is one block with a language, not two entities."""
        outer = self.open[-1] if self.open else None
        if opened.tag != "code" or outer is None or outer.tag != "pre":
            return False
        outer.extra |= opened.extra
        return True

    def _byte(self, place: int) -> int:
        return len(self.source[:place].encode())


def _broken(reason: str) -> Refusal:
    return mistake(f"can't parse entities: {reason}")


def _unescape(value: str) -> str:
    for name, character in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("amp", "&")):
        value = value.replace(f"&{name};", character)
    return value


def _check_given(text: str, given: list[Entity]) -> list[Entity]:
    end = count_units(text)
    for entity in given:
        if entity["type"] not in _KINDS:
            raise _broken(f'unsupported entity type "{entity["type"]}"')
        start, length = entity["offset"], entity["length"]
        if start < 0 or length < 1 or start + length > end:
            raise mistake("ENTITY_BOUNDS_INVALID")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise _broken('field "url" of the entity is empty')
    return [dict(entity) for entity in given]


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    trimmed = text.strip()
    if trimmed == text or not entities:
        return trimmed, entities
    shift, end = len(text) - len(text.lstrip()), count_units(trimmed)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        stop = min(end, entity["offset"] + entity["length"] - shift)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return trimmed, kept


def _find_plain(text: str, entities: list[Entity]) -> list[Entity]:
    """Links, commands, mentions and tags that the platform recognises by itself."""
    if "/" not in text and "@" not in text and "#" not in text:
        return []
    closed = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("code", "pre", "text_link", "text_mention")
    ]
    found: list[Entity] = []
    for match in _FOUND.finditer(text):
        offset = count_units(text[: match.start()])
        length = count_units(match[0])
        if not any(offset < stop and start < offset + length for start, stop in closed):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return found
