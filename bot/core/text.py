"""Direction, isolation and cleaning of text: the rules of writing right to left in one place.

Rules (platform notes): a line's direction follows its first strong character, so a line that
starts in Latin or has no strong character gets an RLM; values that come from elsewhere are wrapped
in isolates so that they cannot reorder what stands around them; names lose every control and
format character before they are stored.
"""

import re
import unicodedata

LRM, RLM = "\u200e", "\u200f"
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MARK_RUN = re.compile(
    r"((?:[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0300-\u036f]){2})"
    r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0300-\u036f]+"
)
_PERSIAN = str.maketrans({"\u06cc": "\u064a", "\u06a9": "\u0643"})
_TATWEEL = "\u0640"
# A zero-width joiner holds emoji families together; elsewhere in a name it is only noise.
_JOINER = "\u200d"

NAME_LIMIT = 60
EASTERN_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WESTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def isolate(text: str) -> str:
    """`text` as a unit whose direction is its own (FSI … PDI); closes what it left open."""
    return f"{FSI}{_without_bidi(text)}{PDI}" if text else text


def isolate_ltr(text: str) -> str:
    """A telephone number, code, command or ISO date, always left to right (LRI … PDI)."""
    return f"{LRI}{_without_bidi(text)}{PDI}" if text else text


def right_to_left(text: str) -> str:
    """`text` with an RLM before each line that would otherwise be laid out left to right."""
    return "\n".join(_anchor(line) for line in text.split("\n"))


def _anchor(line: str) -> str:
    if not line.strip():
        return line
    depth = 0
    for char in line:
        if char in (LRI, RLI, FSI):
            depth += 1
        elif char == PDI:
            depth = max(0, depth - 1)
        elif depth == 0:
            direction = unicodedata.bidirectional(char)
            if direction in ("R", "AL"):
                return line
            if direction == "L":
                return RLM + line
    return RLM + line


def _without_bidi(text: str) -> str:
    return _BIDI.sub("", text)


def clean_line(text: str) -> str:
    """One line as it may be stored: NFKC, no control or format characters, single spaces."""
    return " ".join(_visible(unicodedata.normalize("NFKC", text)).split())


def clean_text(text: str) -> str:
    """A text of several lines as it may be stored: no bidi controls, no other invisible
    characters but line ends and emoji joiners, at most one empty line in a row."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (_visible(line, keep_joiner=True).rstrip() for line in normal.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean_name(text: str) -> str:
    """A person's or team's name as it may be stored: `clean_line`, without tatweel, at most two
    marks on a letter, Persian letters folded to Arabic ones, at most 60 characters."""
    name = clean_line(text).replace(_TATWEEL, "").translate(_PERSIAN)
    return _MARK_RUN.sub(r"\1", name)[:NAME_LIMIT].strip()


def _visible(text: str, *, keep_joiner: bool = False) -> str:
    return "".join(
        " " if char in "\t\n\v\f\u2028\u2029\u0085" else char
        for char in text
        if char in "\t\n\v\f\u2028\u2029\u0085"
        or (keep_joiner and char == _JOINER)
        or unicodedata.category(char) not in _INVISIBLE_CATEGORIES
    )


def has_letters(text: str) -> bool:
    """Whether `text` holds at least two letters of any script, as a name must."""
    return sum(1 for char in text if unicodedata.category(char).startswith("L")) >= 2


def mixes_scripts(text: str) -> bool:
    """Whether a word of `text` mixes Arabic with another script's letters, as a disguise does."""
    for word in text.split():
        scripts = {
            "arabic" if "ARABIC" in unicodedata.name(char, "") else "other"
            for char in word
            if unicodedata.category(char).startswith("L")
        }
        if len(scripts) > 1:
            return True
    return False


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut at a word where one is near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space > limit * 2 // 3:
        cut = cut[:space]
    return cut.rstrip() + "…"


def eastern(text: str) -> str:
    """Digits of `text` as Arabic-Indic ones; Babel never writes them."""
    return text.translate(EASTERN_DIGITS)


def western(text: str) -> str:
    """Arabic-Indic and Persian digits of `text` as 0–9."""
    return text.translate(WESTERN_DIGITS)
