"""Direction, isolation and cleaning of text: the rules of writing right to left in one place.

Rules (platform notes): a line's direction follows its first strong character, for some clients also
one inside of an isolate, so a line that begins with anything but an Arabic letter gets an RLM;
values that come from elsewhere are wrapped in isolates so that they cannot reorder what stands
around them; names lose every control and format character before they are stored. What a channel
shows passes `lay_out`, which also isolates links, commands and telephone numbers that stand bare in
a sentence: their slashes, plus signs and groups of digits would otherwise change sides.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from bot.core.graphemes import HELD_TOGETHER, begin

LRM, RLM = "\u200e", "\u200f"
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ISOLATE = re.compile("[\u2066-\u2069]")
_UNSEEN_MARKS = frozenset("\u2066\u2067\u2068\u2069")
_INNERMOST = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
# What links, addresses, telephone numbers and dates are known by; a line that begins in Arabic and
# has none of it, and no isolate, stands as it is.
_BARE_SIGN = re.compile("[/@#+0٠-]")
_SETTLED = re.compile("[\u0621-\u064a][^\u2066-\u2069/@#+0٠-]*|\\s*")
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MARK_RUN = re.compile(
    r"((?:[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0300-\u036f]){2})"
    r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0300-\u036f]+"
)
_PERSIAN = str.maketrans({"\u06cc": "\u064a", "\u06a9": "\u0643"})
_TATWEEL = "\u0640"
# A zero-width joiner may hold letters together in a text; in a name it is noise there.
_JOINER = "\u200d"
# Arabic marks and guillemets end a link; Latin ones only where nothing of it follows.
_LINK = r"https?://(?:[^\s<>\"«»،؛؟]*[^\s<>\"«»،؛؟.,:;!?)\]])?"
# What touches an isolate belongs to the word in it, as far as one can know: so a line that is laid
# out once more stays as it is.
_LEFT_TO_RIGHT = re.compile(
    rf"{_LINK}"
    r"|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z0-9]"
    r"|(?<![\w/<\u2069])/[A-Za-z][A-Za-z0-9_]*"
    r"|(?<![\w@\u2069])@[A-Za-z0-9_]{3,}"
    r"|(?<![\w\u2069])#[A-Za-z]\w*"
    r"|(?P<whole>(?<![\w+\u2069])(?:\+|[0٠])[(\d](?:[ .-]?[\d()]){5,}(?!\w)"
    r"|(?<![\w\u2069])[A-Za-z]+(?:\+\+|#)(?!\w)"
    r"|(?<![\w\u2069-])\d{4}-\d{2}-\d{2}(?![\w-]))"
)
# Arabic-Indic digits with a space or hyphen between run from the right even in an isolate from the
# left; a colon, slash, dot or comma between them does not part them.
_EASTERN_GAP = re.compile(r"(?<=[٠-٩])(?![:/.,][٠-٩])[^\w\u200e]+(?=[٠-٩])")

NAME_LIMIT = 60
EASTERN_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WESTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def isolate(text: str) -> str:
    """`text` as a unit whose direction is its own (FSI … PDI), line by line, since an isolate
    ends with its line; closes what it left open. Links and numbers in it are isolated in turn, so
    that an Arabic text which begins with a link is still an Arabic text."""
    return "\n".join(map(_isolate_line, _BIDI.sub("", text).split("\n")))


def _isolate_line(line: str) -> str:
    if not line:
        return line
    if not _BARE_SIGN.search(line):
        return f"{FSI}{line}{PDI}"
    if _LEFT_TO_RIGHT.fullmatch(line):
        return isolate_ltr(line)
    return f"{FSI}{_isolate_bare(line)}{PDI}"


def unmarked(text: str) -> str:
    """`text` without marks of direction, for where somebody else's program lays it out."""
    return _BIDI.sub("", text)


def isolate_ltr(text: str) -> str:
    """A telephone number, code, command or ISO date, always left to right (LRI … PDI)."""
    return "\n".join(
        f"{LRI}{_EASTERN_GAP.sub(_mark_gap, line)}{PDI}" if line else line
        for line in _BIDI.sub("", text).split("\n")
    )


def _mark_gap(gap: re.Match[str]) -> str:
    return gap[0] + LRM


def lay_out(text: str, *, rtl: bool) -> str:
    """`text` as the lines of a screen of this direction; every outgoing text passes here.

    Laying out twice changes nothing.
    """
    return right_to_left(text) if rtl else left_to_right(text)


def right_to_left(text: str) -> str:
    """`text` with each line laid out from the right: bare links, commands, telephone numbers and
    ISO dates isolated, a line that is all Latin kept in its own order, and an RLM before each line
    that would otherwise start at the left."""
    return "\n".join(_from_right(line) for line in text.split("\n"))


def left_to_right(text: str) -> str:
    """`text` with an LRM before each line whose direction nothing outside its isolates decides."""
    return "\n".join(
        LRM + line if line.strip() and not _first_strong(line) else line
        for line in map(_balanced, text.split("\n"))
    )


def reads_from_right(text: str) -> bool:
    """Whether the first strong character outside isolates is Arabic or Hebrew."""
    return _first_strong(text) == "R"


def _from_right(line: str) -> str:
    if _SETTLED.fullmatch(line):
        return line
    line = _balanced(line)
    if _BARE_SIGN.search(_outside(line)):
        line = "".join(
            line[start:end] if isolated else _isolate_bare(line, start, end)
            for start, end, isolated in _pieces(line)
        )
    direction = _first_strong(line)
    if direction == "L" and not any(map(_is_arabic, line.replace(RLM, ""))):
        line = _isolate_words(line)
    return line if direction == "R" and _begins_from_right(line) else RLM + line


def _begins_from_right(line: str) -> bool:
    """Whether the first character that is seen is a letter from the right: what begins with a name
    in Latin letters, a figure or a sign is at the left for clients that do not look past it."""
    for char in line:
        if char not in _UNSEEN_MARKS and not char.isspace():
            return unicodedata.bidirectional(char) in ("R", "AL")
    return False


def _balanced(line: str) -> str:
    """The line without ends of isolates that nothing opened, and with those that are missing: a
    text may have been cut in the middle of one."""
    if not _ISOLATE.search(_outside(line)):
        return line
    depth = 0
    kept = []
    for char in line:
        if char in (LRI, RLI, FSI):
            depth += 1
        elif char == PDI:
            if depth == 0:
                continue
            depth -= 1
        kept.append(char)
    return "".join(kept) + PDI * depth


def _outside(line: str) -> str:
    """The line with nothing in place of each isolate; marks without a partner stay."""
    found = 1
    while found:
        line, found = _INNERMOST.subn("", line)
    return line


def _pieces(line: str) -> Iterator[tuple[int, int, bool]]:
    """A balanced line cut at its outermost isolates: where each piece begins and ends, and whether
    it is an isolate."""
    depth = start = 0
    for found in _ISOLATE.finditer(line):
        if found[0] != PDI:
            if depth == 0:
                yield start, found.start(), False
                start = found.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                yield start, found.end(), True
                start = found.end()
    yield start, len(line), False


def _first_strong(line: str) -> str:
    """ "R" or "L" by the first strong character outside isolates; "" where there is none."""
    for char in _outside(line):
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return "R"
        if direction == "L":
            return "L"
    return ""


def _is_arabic(char: str) -> bool:
    """A letter that runs from the right, or an Arabic-Indic digit."""
    return unicodedata.bidirectional(char) in ("R", "AL", "AN")


def _isolate_words(line: str) -> str:
    """A Latin line in one isolate; the bullet or number before it stays outside, on the right."""
    body = re.search(r"(?<!\S)\S*[^\W\d_]", line)
    start = body.start() if body else 0
    return f"{line[:start]}{LRI}{line[start:].rstrip()}{PDI}"


def _isolate_bare(line: str, start: int = 0, end: int | None = None) -> str:
    """A part of the line with each link, command and the like in it isolated; what stands before
    and behind the part says whether a word is whole."""
    end = len(line) if end is None else end
    parts = []
    for found in _LEFT_TO_RIGHT.finditer(line, start, end):
        if found["whole"] and found.end() == end < len(line):
            continue
        parts += [line[start : found.start()], isolate_ltr(found[0])]
        start = found.end()
    return "".join((*parts, line[start:end]))


def clean_line(text: str) -> str:
    """One line as it may be stored: NFKC, no control or format characters but those that hold an
    emoji together, single spaces."""
    return " ".join(_visible(unicodedata.normalize("NFKC", text)).split())


def clean_text(text: str) -> str:
    """A text of several lines as it may be stored: no bidi controls, no other invisible
    characters but line ends and emoji joiners, at most one empty line in a row."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (_visible(line, keep_joiner=True).rstrip() for line in normal.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


# Where what is tapped begins, or is held together: schemes, hosts, handles, tags and commands.
_TAPPED = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_])|(?<=\w):(?=//)|@(?=\w)|(?<![\w/])[/#](?=\w)")
_WORD_JOINER = "\u2060"


def unlinked(text: str) -> str:
    """The words of somebody whom their reader does not know: they look as they are, and nothing in
    them is tapped, neither an address nor a handle nor a command."""
    return _TAPPED.sub(rf"\g<0>{_WORD_JOINER}", text)


def clean_name(text: str) -> str:
    """A person's or team's name as it may be stored: `fold_name` in at most 60 characters."""
    return begin(fold_name(text), NAME_LIMIT).strip()


def fold_name(text: str) -> str:
    """A name of whatever length: `clean_line`, without tatweel, at most two marks on a letter,
    Persian letters folded to Arabic ones."""
    name = clean_line(text).replace(_TATWEEL, "").translate(_PERSIAN)
    return _MARK_RUN.sub(r"\1", name).strip()


def _visible(text: str, *, keep_joiner: bool = False) -> str:
    if text.isprintable():
        return text
    held = {place for found in HELD_TOGETHER.finditer(text) for place in range(*found.span())}
    return "".join(
        " " if char in "\t\n\v\f\u2028\u2029\u0085" else char
        for place, char in enumerate(text)
        if char in "\t\n\v\f\u2028\u2029\u0085"
        or place in held
        or (keep_joiner and char == _JOINER)
        or unicodedata.category(char) not in _INVISIBLE_CATEGORIES
    )


_STRONG_FROM, _STRONG_TO = "\ufdd0", "\ufdd1"
_STRONG = re.compile(f"{_STRONG_FROM}([^{_STRONG_FROM}{_STRONG_TO}]*){_STRONG_TO}")


def strong(text: str) -> str:
    """`text`, marked to stand out within the text around it, as a label does."""
    return f"{_STRONG_FROM}{text}{_STRONG_TO}" if text else text


def with_strong(text: str, opening: str = "", closing: str = "") -> str:
    """`text` as a channel shows it: what was marked by `strong` between these two, without the
    marks."""
    drawn = _STRONG.sub(rf"{opening}\1{closing}", text)
    return drawn.replace(_STRONG_FROM, "").replace(_STRONG_TO, "")


def has_letters(text: str) -> bool:
    """Whether `text` holds at least two letters of any script, as a name must."""
    letters = (char for char in text if unicodedata.category(char).startswith("L"))
    return len(list(islice(letters, 2))) == 2


def has_words_or_figures(text: str) -> bool:
    """Whether `text` holds a letter or a digit at all, as «204» and «40% ← 65%» do."""
    return any(char.isalnum() for char in text)


def mixes_scripts(text: str) -> bool:
    """Whether a word of `text` mixes letters of different scripts, as a disguise does: Arabic
    with Latin, or Latin with Cyrillic or Greek."""
    for word in text.split():
        scripts = {
            _script(char) for char in word if unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lo")
        }
        if len(scripts) > 1:
            return True
    return False


def _script(char: str) -> str:
    return unicodedata.name(char, "OTHER").split()[0]


def count_units(text: str) -> int:
    """Length in UTF-16 units, as channels count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut at a word where one is near and never inside of a
    sign, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = begin(text, limit - 1)
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
