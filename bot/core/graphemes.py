"""Where a text may be cut: never inside of what is seen as one sign, such as a letter with its
vowels, a family, a flag or a hand with its colour."""

import re

EMOJI = "\u00a9\u00ae\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_COLOURS = "\U0001f3fb-\U0001f3ff"
_TAGS = "\U000e0020-\U000e007f"
_JOINER = "\u200d"
# Vowels, accents, variation selectors, keycaps, colours and tags belong to what stands before them.
_FOLLOWS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8"
    f"\u06ea-\u06ed\u20d0-\u20f0\ufe00-\ufe0f{_COLOURS}{_TAGS}{_JOINER}]"
)
_LETTER_OF_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_LOOKED_BACK = 50
"""Characters that one sign has at most; a text that heaps more on a letter is cut anywhere."""
HELD_TOGETHER = re.compile(
    f"(?<=[{EMOJI}{_COLOURS}\ufe0f]){_JOINER}(?=[{EMOJI}])|(?<=\U0001f3f4)[{_TAGS}]+"
)
"""The invisible characters that hold one sign together."""


def begin(text: str, limit: int) -> str:
    """The beginning of `text` in at most `limit` characters, without half a sign at its end."""
    if len(text) <= limit:
        return text
    end = limit
    while end > max(0, limit - _LOOKED_BACK) and _cuts(text, end):
        end -= 1
    return text[: end if not _cuts(text, end) else limit]


def _cuts(text: str, at: int) -> bool:
    """Whether a cut before the character at this place goes through a sign."""
    if at == 0:
        return False
    if _FOLLOWS.match(text, at):
        return True
    if text[at - 1] == _JOINER:
        return bool(re.match(f"[{EMOJI}]", text[at]))
    if not _LETTER_OF_FLAG.match(text, at):
        return False
    # Flags are pairs of letters, so a run of them is counted from its beginning.
    first = at
    while first and _LETTER_OF_FLAG.match(text, first - 1):
        first -= 1
    return (at - first) % 2 == 1
