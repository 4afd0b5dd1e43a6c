"""Compiled catalogues are read where they lie, and say what their compiler was given."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo

from bot.core.i18n import LOCALES_DIR, load_messages
from bot.core.messages import CompiledMessages, Entry, Key


def compiled(catalog: Catalog) -> bytes:
    made = BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def small(**texts: str) -> bytes:
    catalog = Catalog(locale="ar")
    for message, text in texts.items():
        catalog.add(message, text)
    return compiled(catalog)


def by_babel(path: Path) -> dict[Key, Entry]:
    """What Babel finds in a compiled catalogue."""
    with path.open("rb") as file:
        catalog = read_mo(file)
    found: dict[Key, Entry] = {}
    for entry in catalog:
        if entry.id:
            key = entry.id[0] if isinstance(entry.id, (list, tuple)) else entry.id
            # Babel leaves the context undecoded.
            raw: Any = entry.context
            text: Any = entry.string
            found[raw and raw.decode(), key] = tuple(text) if isinstance(text, list) else text
    return found


def test_every_message_of_every_catalogue_is_what_babel_reads() -> None:
    folders = sorted(LOCALES_DIR.glob("*/LC_MESSAGES"))
    assert len(folders) > 3
    for folder in folders:
        expected: dict[Key, Entry] = {}
        for path in sorted(folder.glob("*.mo")):
            expected |= by_babel(path)
        messages = load_messages(folder.parent.name)
        assert list(messages.items()) == list(expected.items())


def test_plural_forms_and_contexts_are_kept_and_a_doubtful_text_is_left_out() -> None:
    catalog = Catalog(locale="ar")
    forms = tuple(f"{{n}} {number}" for number in range(6))
    catalog.add(("{n} day", "{n} days"), forms)
    catalog.add("Write", "اكتب", context="m")
    catalog.add("Write", "اكتبي", context="f")
    catalog.add("Write", "يرجى الكتابة")
    catalog.add("Doubtful", "مشكوك فيه", flags=["fuzzy"])
    messages = CompiledMessages([compiled(catalog)])
    assert messages[None, "{n} day"] == forms
    assert [messages[context, "Write"] for context in ("m", "f", None)] == [
        "اكتب", "اكتبي", "يرجى الكتابة",
    ]  # fmt: skip
    assert (None, "Doubtful") not in messages
    assert ("neutral", "Write") not in messages
    assert (None, "") not in messages
    assert len(messages) == len(list(messages)) == 4


def test_of_two_catalogues_the_later_counts() -> None:
    messages = CompiledMessages([small(one="أ", two="ب"), small(two="ت", three="ث")])
    assert dict(messages) == {(None, "one"): "أ", (None, "two"): "ت", (None, "three"): "ث"}


def test_there_may_be_no_catalogue() -> None:
    assert not CompiledMessages([])
    assert (None, "one") not in CompiledMessages([])


def test_a_catalogue_of_a_machine_with_the_other_order_of_bytes_is_read() -> None:
    own = small(one="أ")
    # Seven numbers, then place and length of two messages and their texts: its own head is one.
    end = 4 * (7 + 2 * 2 * 2)
    numbers = b"".join(own[start : start + 4][::-1] for start in range(0, end, 4))
    assert dict(CompiledMessages([numbers + own[end:]])) == {(None, "one"): "أ"}


def test_a_damaged_catalogue_stops_the_start() -> None:
    whole = small(one="أ", two="ب")
    for damaged in (
        b"",
        b"<html>",
        whole[:4],
        whole[:20],
        whole[:40],
        whole[:-2],
        whole.replace("أ".encode(), b"\xff\xff"),
    ):
        with pytest.raises(OSError, match="compiled catalogue"):
            CompiledMessages([small(three="ث"), damaged])
