"""The messages of a language as gettext compiles them, read where they lie.

A bot holds every message of every language from its start on, since a channel shows its commands
and who it is in each; it says some hundreds of them in its first days. So only what is said
becomes a text, and the rest stays as few bytes as the catalogue has.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from struct import error, iter_unpack, unpack_from

Key = tuple[str | None, str]
"""Context and message."""
Entry = str | tuple[str, ...]
"""A text, or one for each plural form."""

_ORDERS = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}
_IN_CONTEXT, _AND = b"\x04", b"\x00"


class CompiledMessages(Mapping[Key, Entry]):
    """What catalogues hold together, by context and message; of two that translate one message, the
    later counts. A message with plural forms goes by its singular.

    :raises OSError: one of them is no compiled catalogue.
    """

    def __init__(self, catalogues: Iterable[bytes]) -> None:
        contents = list(catalogues)
        found: dict[bytes, tuple[int, int, int]] = {}
        start = 0
        for content in contents:
            for key, place, text, length in _read_index(content):
                first = found[key][0] if key in found else start + place
                found[key] = first, start + text, length
            start += len(content)
        self._content = b"".join(contents)
        self._keys, self._texts = array("I"), array("I")
        self._key_lengths, self._text_lengths = array("I"), array("I")
        for key in sorted(found):
            place, text, length = found[key]
            self._keys.append(place)
            self._key_lengths.append(len(key))
            self._texts.append(text)
            self._text_lengths.append(length)
        self._said: dict[int, Entry] = {}

    def __getitem__(self, key: Key) -> Entry:
        context, message = key
        wanted = message.encode() if context is None else f"{context}\x04{message}".encode()
        place = bisect_left(range(len(self._keys)), wanted, key=self._key_at)
        if place == len(self._keys) or self._key_at(place) != wanted:
            raise KeyError(key)
        entry = self._said.get(place)
        if entry is None:
            entry = self._said[place] = self._text_at(place)
        return entry

    def __iter__(self) -> Iterator[Key]:
        # In the order of the catalogues, as a message first stands in one.
        for place in sorted(range(len(self._keys)), key=self._keys.__getitem__):
            context, found, message = self._key_at(place).rpartition(_IN_CONTEXT)
            yield (context.decode() if found else None), message.decode()

    def __len__(self) -> int:
        return len(self._keys)

    def _key_at(self, place: int) -> bytes:
        start = self._keys[place]
        return self._content[start : start + self._key_lengths[place]]

    def _text_at(self, place: int) -> Entry:
        start = self._texts[place]
        text = self._content[start : start + self._text_lengths[place]]
        forms = tuple(form.decode() for form in text.split(_AND))
        return forms if len(forms) > 1 else forms[0]


def _read_index(content: bytes) -> Iterator[tuple[bytes, int, int, int]]:
    """Of each message its key, where that begins, and where its text begins and how long it is."""
    try:
        order = _ORDERS[content[:4]]
        _, count, *tables = unpack_from(f"{order}4I", content, 4)
        keys, texts = (
            list(iter_unpack(f"{order}II", content[start : start + 8 * count])) for start in tables
        )
    except (KeyError, error) as reason:
        raise OSError("not a compiled catalogue") from reason
    ends = [start + length for length, start in (*keys, *texts)]
    if len(ends) < 2 * count or max(ends, default=0) > len(content):
        raise OSError("a compiled catalogue has lost its end")
    for (key_length, key), (length, text) in zip(keys, texts, strict=True):
        # The empty one is the catalogue's own head.
        if not key_length:
            continue
        singular = content[key : key + key_length].partition(_AND)[0]
        try:
            # A text that cannot be said stops the start, and not a turn weeks later.
            singular.decode()
            content[text : text + length].decode()
        except UnicodeDecodeError as reason:
            raise OSError("a compiled catalogue holds what is no text") from reason
        yield singular, key, text, length
