"""A screen as Telegram shows it: HTML text, and buttons or the persistent menu.

Limits and layout (platform notes): a message has 4096 and a caption 1024 UTF-16 units after its
formatting is read, `callback_data` 64 bytes, a keyboard 100 buttons. Choices with few letters stand
side by side. Clients lay the cells of a row out left to right, so those of a right-to-left screen
are reversed and the first choice sits on the right. What would be refused is repaired here: a
screen that is too long is cut, an empty one shows an ellipsis, a button without a valid address is
left out.
"""

import html
import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import quote

from bot.chat.screen import Choice, Screen
from bot.chat.seal import Seal
from bot.core.graphemes import begin
from bot.core.text import (
    count_units,
    lay_out,
    reads_from_right,
    right_to_left,
    shorten,
    with_strong,
)

logger = logging.getLogger(__name__)

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TOAST_LIMIT = 200
LABEL_LIMIT = 64
BUTTON_LIMIT = 100
TOKEN_LIMIT = 64
SIDE_BY_SIDE = ((6, 3), (4, 6), (3, 10), (2, 17))
"""How many choices stand in a row, where none has more letters than that: a phone shows them
whole."""
MENU_COLUMNS = 2
_LONG_QUOTE_LINES, _LONG_QUOTE_UNITS = 5, 350
_ELLIPSIS = "…"
_HTML = {"parse_mode": "HTML"}

# Telegram drops line separators, embeddings and overrides; half a surrogate pair is not UTF-8.
_DROPPED = re.compile("[\r\u2028-\u202e\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f]")
_BLANK = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_WEB_ADDRESS = re.compile(
    r"https?://[^\s/?#@:<>\"\\]+\.[^\s/?#@:<>\"\\]*[^\s/?#@:.<>\"\\](:\d{1,5})?([/?#][^\s<>\"\\]*)?",
    re.IGNORECASE,
)
_WEB_ADDRESS_LIMIT = 2000
_SHARE = "https://t.me/share/url"

_Shown = tuple[str, str, str, str]
"""Title, text, quote and footer as a screen has them."""
TEXTS_KEPT = 256
"""Finished texts that are kept for the next message that says the same."""


class TokenTooLong(Exception):
    """A route with its arguments does not fit a button; the conversation keeps such a choice in a
    row (`chat/kept_choices.py`), and a notice has none."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` is HTML, empty only for a caption; `markup` is the Bot API's reply markup.

    `inline` tells that the markup may be put on a message by an edit. A `plain` text has no tags.
    """

    text: str
    markup: dict[str, Any] | None
    inline: bool
    plain: bool = False

    @property
    def parse_mode(self) -> dict[str, str]:
        return {} if self.plain else _HTML


def render(screen: Screen, seal: Seal, person_id: int) -> Rendered:
    """The message that shows `screen` to one person.

    A message carries buttons or the menu, not both: a screen that has choices keeps the menu
    that the chat has already.

    :raises TokenTooLong: a choice does not fit a button.
    """
    limit = CAPTION_LIMIT if screen.attachment else TEXT_LIMIT
    shown = (screen.title, screen.text, screen.quote, screen.footer)
    written = _write(shown, screen.rtl, limit, screen.plain)
    text = written or ("" if screen.attachment else _ELLIPSIS)
    if buttons := list(_inline_rows(screen, seal, person_id)):
        return Rendered(text, {"inline_keyboard": buttons}, True, screen.plain)
    if menu := list(_menu_rows(screen)):
        keyboard = {"keyboard": menu, "resize_keyboard": True, "is_persistent": True}
        if all(choice.shares_contact for choice in screen.menu):
            # Nothing else stands there, so it goes with its answer.
            del keyboard["is_persistent"]
            keyboard["one_time_keyboard"] = True
        return Rendered(text, keyboard, False, screen.plain)
    if screen.menu_ends:
        return Rendered(text, {"remove_keyboard": True}, False, screen.plain)
    return Rendered(text, None, True, screen.plain)


def render_toast(toast: str) -> str:
    """The short answer to a press, in at most 200 UTF-16 units; it follows its own direction."""
    cleaned = _clean(toast)
    return _cut(lay_out(cleaned, rtl=reads_from_right(cleaned)) if cleaned else "", TOAST_LIMIT)


@dataclass(slots=True)
class _Parts:
    title: str
    text: str
    quote: str
    footer: str

    def length(self) -> int:
        """UTF-16 units of the finished message without its tags, and at most so many."""
        filled = [part for part in (self.title, self.text, self.quote, self.footer) if part]
        return sum(map(count_units, filled)) + 2 * max(0, len(filled) - 1)


# A broadcast shows one text to thousands of people, and menus and questions recur.
@lru_cache(maxsize=TEXTS_KEPT)
def _write(shown: _Shown, rtl: bool, limit: int, plain: bool) -> str:
    parts = _fit(shown, rtl, limit)
    if plain:
        said = (parts.title, parts.text, parts.quote, parts.footer)
        return with_strong("\n\n".join(part for part in said if part))
    return _draw(parts)


def _fit(shown: _Shown, rtl: bool, limit: int) -> _Parts:
    """The screen's parts, cut where they are too long: the quote first, the title last."""
    parts = _Parts(*(lay_out(_clean(part), rtl=rtl) for part in shown))
    for name in ("quote", "text", "footer", "title"):
        excess = parts.length() - limit
        if excess <= 0:
            break
        part = getattr(parts, name)
        setattr(parts, name, _cut(part, count_units(part) - excess))
    return parts


def _draw(parts: _Parts) -> str:
    title, text, quote, footer = (
        with_strong(html.escape(part, quote=False), "<b>", "</b>")
        for part in (parts.title, parts.text, parts.quote, parts.footer)
    )
    top = "\n\n".join(part for part in (f"<b>{title}</b>" if title else "", text) if part)
    if quote:
        tag = "<blockquote expandable>" if _is_long(parts.quote) else "<blockquote>"
        top = f"{top}\n{tag}{quote}</blockquote>" if top else f"{tag}{quote}</blockquote>"
        return f"{top}\n{footer}" if footer else top
    return "\n\n".join(part for part in (top, footer) if part)


def _is_long(quote: str) -> bool:
    return quote.count("\n") >= _LONG_QUOTE_LINES or len(quote) > _LONG_QUOTE_UNITS


def _clean(text: str) -> str:
    """`text` as Telegram keeps it, trimmed; empty when there is nothing to see in it."""
    text = _CONTROLS.sub(" ", _DROPPED.sub("", text)).strip()
    return "" if all(map(_is_blank, text)) else text


def _is_blank(char: str) -> bool:
    return char in _BLANK or unicodedata.category(char)[0] in "ZC"


def _cut(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units, cut at a line or word that is near, with an
    ellipsis; nothing when there is no room for anything to read."""
    if count_units(text) <= limit:
        return text
    if limit < 2:
        return ""
    start = begin(text, limit - 1)
    while (excess := count_units(start) - limit + 1) > 0:
        start = begin(start, len(start) - excess)
    for end, least in (("\n", len(start) // 2), (" ", len(start) * 2 // 3)):
        place = start.rfind(end)
        if place > least:
            start = start[:place]
            break
    start = start.rstrip()
    return start + _ELLIPSIS if start else ""


@lru_cache(maxsize=TEXTS_KEPT)
def _label(label: str, *, anchored: bool) -> str:
    """The text of a button; one of several words follows the screen's direction."""
    cleaned = shorten(" ".join(_clean(label).split()), LABEL_LIMIT) or _ELLIPSIS
    return right_to_left(cleaned) if anchored and " " in cleaned else cleaned


def _inline_rows(screen: Screen, seal: Seal, person_id: int) -> Iterator[list[dict[str, str]]]:
    room = BUTTON_LIMIT
    for choices in lay_out_choices(screen):
        row = [
            {"text": _label(choice.hint or choice.label, anchored=screen.rtl), **action}
            for choice in choices
            if (action := _action(choice, seal, person_id, of_screen=screen.of_conversation))
        ]
        if len(row) > room:
            logger.error("too many buttons", extra={"action": "telegram.buttons_left_out"})
        row = row[:room]
        room -= len(row)
        if row:
            yield row[::-1] if screen.rtl else row


def lay_out_choices(screen: Screen) -> Iterator[Sequence[Choice]]:
    """The choices row by row, each in the order in which it is read: the list in columns, with
    what turns its pages below; then the actions: answers to one question side by side, and
    other short ones in pairs."""
    if listing := screen.listing:
        for alone, alike in groupby(listing.items, lambda item: item.primary):
            items = list(alike)
            yield from _in_rows(items, 1 if alone else _columns(listing.items))
        yield from _in_rows([each for each in (listing.earlier, listing.later) if each], 2)
    if len(screen.actions) == 1:
        yield screen.actions
        return
    for together, run in groupby(_answers(screen.actions), len):
        groups = list(run)
        if together > 1:
            for answers in groups:
                yield from _in_rows(answers, min(together, _columns(answers)))
        else:
            singles = [one for group in groups for one in group]
            for pairs, alike in groupby(singles, _pairs):
                yield from _in_rows(list(alike), 2 if pairs else 1)


def _answers(actions: Sequence[Choice]) -> Iterator[Sequence[Choice]]:
    """The actions, those together that answer one question."""
    start = 0
    for place in range(1, len(actions) + 1):
        if place == len(actions) or not actions[place].joined:
            yield actions[start:place]
            start = place


def _in_rows(choices: Sequence[Choice], columns: int) -> Iterator[Sequence[Choice]]:
    """As few rows as so many columns make, as even as they can be."""
    rows = -(-len(choices) // columns)
    in_row = -(-len(choices) // max(1, rows))
    for start in range(0, len(choices), max(1, in_row)):
        yield choices[start : start + in_row]


def _pairs(choice: Choice) -> bool:
    return not choice.primary and _columns([choice]) > 1


def _columns(choices: Sequence[Choice]) -> int:
    longest = max([len(choice.hint or choice.label) for choice in choices], default=0)
    for many, letters in SIDE_BY_SIDE:
        if longest <= letters:
            return many
    return 1


def _action(
    choice: Choice, seal: Seal, person_id: int, *, of_screen: bool
) -> dict[str, str] | None:
    if not choice.url:
        token = seal.close(person_id, choice.route, choice.args, of_screen=of_screen)
        if len(token) > TOKEN_LIMIT:
            raise TokenTooLong(f"{choice.route} with its arguments takes {len(token)} bytes")
        return {"callback_data": token}
    if len(choice.url) <= _WEB_ADDRESS_LIMIT and _WEB_ADDRESS.fullmatch(choice.url):
        return {"url": _share_address(choice) if choice.shares else choice.url}
    logger.error("not a web address", extra={"action": "telegram.button_left_out"})
    return None


def _share_address(choice: Choice) -> str:
    """Where Telegram asks to whom the link goes, and what is written below it."""
    link = f"{_SHARE}?url={quote(choice.url, safe='')}"
    with_words = f"{link}&text={quote(choice.shares, safe='')}"
    return with_words if len(with_words) <= _WEB_ADDRESS_LIMIT else link


def _menu_rows(screen: Screen) -> Iterator[list[dict[str, Any]]]:
    for each in screen.menu:
        if each.shares_contact:
            yield [{"text": _label(each.label, anchored=False), "request_contact": True}]
    # The label comes back as the person's own text, so nothing is added to it.
    plain = [each for each in screen.menu if not each.shares_contact]
    words = [{"text": _label(each.label, anchored=False)} for each in plain]
    for start in range(0, len(words), MENU_COLUMNS):
        row = words[start : start + MENU_COLUMNS]
        yield row[::-1] if screen.rtl else row
