"""What may be said of an error: where it happened and of which kind it is, and nothing of what
people wrote.

An error's own text may hold anything: a database quotes the values of the statement that it
refused, a conversion what it could not convert, a platform the link that it did not like. So the
text is shown only of errors whose text is made by programs, and without what is quoted in it.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from traceback import StackSummary, walk_tb

MOST_CHARACTERS = 300
_OURS = Path(__file__).resolve().parents[1]
_DEEPEST = 20
"""Errors of one chain that are told."""

_TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{8,}")
_QUOTED = re.compile(
    r'"[^"]*"|(?<!\w)\'[^\']*\'|`[^`]*`|«[^»]*»|“[^”]*”|\[[^\]]*\]|\{[^}]*\}|\b[a-z]+://\S+|[^\x00-\x7f]+',
    re.IGNORECASE,
)
"""What stands in quotes or brackets, addresses, and whatever no program writes."""
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PROGRAMS = (AttributeError, ImportError, NameError, TypeError, RecursionError, NotImplementedError)
"""Errors of the language itself: what they quote are names in the code."""


def redact(text: str, secrets: frozenset[str] = frozenset()) -> str:
    """`text` without anything that looks like a bot token, and without the given secrets."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return _TOKEN.sub("[token]", text)


def escape_breaks(text: str) -> str:
    """`text` as one line: nothing in it can end a line, begin another one or steer a terminal."""
    return _BREAKS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def escape_breaks_in_json(line: str) -> str:
    """JSON in one line for every reader: it escapes the characters that JSON leaves as they are
    and other readers take for the end of a line."""
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def describe(error: BaseException) -> str:
    """The error in one line, for logs and for the row that it belongs to: its kind, and what its
    makers say of it."""
    said = "; ".join(part for part in _say(error) if part)
    # What no stream and no database takes is no reason to lose the line.
    said = said.encode("utf-8", "backslashreplace").decode()
    said = escape_breaks(redact(said))[:MOST_CHARACTERS]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def describe_with_place(error: BaseException) -> str:
    """`describe`, and where in our code it was met: for a row that is read without the log."""
    frames = StackSummary.extract(walk_tb(error.__traceback__))
    ours = [frame for frame in frames if _OURS in Path(frame.filename).parents]
    if not ours:
        return describe(error)
    place = Path(ours[-1].filename).relative_to(_OURS.parent)
    return f"{describe(error)} ({place}:{ours[-1].lineno})"


def format_error(error: BaseException) -> str:
    """A traceback with `describe` in place of each error's own text, the cause first."""
    told = []
    for each, link in islice(_chain(error), _DEEPEST):
        stack = "".join(StackSummary.extract(walk_tb(each.__traceback__)).format())
        told.append(f"Traceback (most recent call last):\n{stack}{describe(each)}{link}")
    return "\n\n".join(reversed(told))


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    seen: set[int] = set()
    link = ""
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current, link
        if current.__cause__ is not None:
            current, link = current.__cause__, "\n\nwhich caused:"
        else:
            link = "\n\nwhile it was handled:"
            current = None if current.__suppress_context__ else current.__context__


def _say(error: BaseException) -> Iterator[str]:
    if name := getattr(error, "sqlite_errorname", None):
        yield str(name)
        return
    if state := getattr(error, "sqlstate", None):
        yield str(state)
        for place in ("table_name", "column_name", "constraint_name"):
            yield str(getattr(error, place, None) or "")
        return
    if statement := getattr(error, "statement", None):
        # SQLAlchemy's wrapper: the values have their places in the statement, and stay there.
        yield describe(error.orig) if getattr(error, "orig", None) else ""  # type: ignore[attr-defined]
        yield " ".join(str(statement).split())
        return
    if isinstance(error, OSError):
        yield error.strerror or ""
    elif isinstance(error, _PROGRAMS) or type(error).__module__.startswith("bot."):
        yield _QUOTED.sub("…", str(error))
