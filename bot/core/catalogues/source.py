"""What the code says: Babel goes through its files, and the messages are found in their syntax,
never by running it."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import IO

from babel.messages.extract import extract_from_dir

SHARED = "halqa"
_MARK = "N_"
_TEXTS_OF = {"say": 1, "count": 2, _MARK: 1}
_UNREADABLE = "?"
_NO_LITERAL = "takes a text that is not a literal: mark it with N_ and render it with text()"
_KEYWORDS = {
    _UNREADABLE: (1,),
    **{name: tuple(range(1, size + 1)) for name, size in _TEXTS_OF.items()},
}
_METHODS = [("simulator/**", "ignore"), ("**.py", f"{__name__}:extract_calls")]


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """A text in the code, its plural, and the `file:line` places of one domain."""

    msgid: str
    plural: str | None
    domain: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class CatalogueProblem:
    """One thing to put right: where, in which message, and what."""

    place: str
    msgid: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.msgid!r} {self.problem}"


class Extraction:
    """The messages of the code by domain and msgid, and the calls that no catalogue can serve."""

    def __init__(self) -> None:
        self.messages: dict[tuple[str, str], SourceMessage] = {}
        self.findings: list[CatalogueProblem] = []
        self._plurals: dict[str, SourceMessage] = {}

    def add(self, message: SourceMessage) -> None:
        """Note one place of a message; a text has one plural, or none, in the whole code."""
        place = message.places[0]
        if problem := malformed(message.msgid, message.plural):
            self.findings.append(CatalogueProblem(place, message.msgid, problem))
        first = self._plurals.setdefault(message.msgid, message)
        if first.plural != message.plural:
            problem = f"has another plural, or none, at {first.places[0]}"
            self.findings.append(CatalogueProblem(place, message.msgid, problem))
            return
        key = (message.domain, message.msgid)
        known = self.messages.get(key)
        places = known.places + message.places if known else message.places
        self.messages[key] = SourceMessage(message.msgid, message.plural, message.domain, places)


def extract(root: Path) -> Extraction:
    """Every message that the code below `root/bot` says or marks: `….say("…")`,
    `….count("…", "…", n)` and `N_("…")`. The simulator speaks for itself.

    A text that is not a literal is a finding. So are braces that do not match, and a text that has
    a plural in one place and none in another.
    """
    extraction = Extraction()
    code = root / "bot"
    found = extract_from_dir(code, _METHODS, keywords=_KEYWORDS) if code.is_dir() else ()
    for name, line, texts, comments, _ in sorted(found, key=lambda each: Path(each[0])):
        path = Path("bot", name)
        place = f"{path.as_posix()}:{line}"
        msgid, plural = (texts, None) if isinstance(texts, str) else texts
        if _NO_LITERAL in comments:
            extraction.findings.append(CatalogueProblem(place, msgid, _NO_LITERAL))
        else:
            extraction.add(SourceMessage(msgid, plural, _domain_of(path), (place,)))
    extraction.findings.sort()
    return extraction


def extract_calls(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, object]
) -> Iterator[tuple[int, str, tuple[str, ...], list[str]]]:
    """The calls of a Python file that say or mark a text, as Babel asks a method of extraction: the
    line, the name that was called, its texts, and comments.

    Babel's own for Python reads tokens: to it `say` is `say` whatever stands before, both sides of
    a condition are one text, and a call without a literal is none. Here such a call has what was
    called in the place of its text, and a comment that says what is wrong.
    """
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call) or not (name := _called_name(node)):
            continue
        size = _TEXTS_OF[name]
        texts = [_literals(argument) for argument in node.args[:size]]
        if (
            len(texts) == size
            and texts[0]
            and all(found and len(found) == 1 for found in texts[1:])
        ):
            for text in texts[0]:
                yield node.lineno, name, (text, *(found[0] for found in texts[1:])), []
        elif not (node.args and _is_marked(node.args[0])):
            yield node.lineno, _UNREADABLE, (ast.unparse(node.func),), [_NO_LITERAL]


def _called_name(call: ast.Call) -> str:
    """By which keyword the call names texts; "" where it is no message at all."""
    if isinstance(call.func, ast.Attribute) and call.func.attr != _MARK:
        name = call.func.attr
    elif isinstance(call.func, ast.Name) and call.func.id == _MARK:
        name = call.func.id
    else:
        return ""
    if name == "count" and len(call.args) < 3:
        return ""  # str.count and SQL's count take no second text
    return name if name in _TEXTS_OF else ""


def _literals(node: ast.expr) -> list[str]:
    """The texts that an argument can be, both sides of a condition; none where it is no literal."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            either, other = _literals(body), _literals(orelse)
            return either + other if either and other else []
    return []


def _is_marked(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _MARK


def _domain_of(path: Path) -> str:
    parts = path.parts
    if parts[1] == "features" and len(parts) > 3:
        return parts[2]
    return "arabic" if parts[1] == "arabic" else SHARED


def list_placeholders(text: str) -> set[str]:
    """The names in braces of a well-formed text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def malformed(*texts: str | None) -> str:
    """What is wrong with the braces of the texts, or nothing."""
    for text in texts:
        try:
            names = list_placeholders(text or "")
        except ValueError as error:
            return f"has braces that do not match ({error})"
        if not all(name.isidentifier() for name in names):
            return "has a placeholder that is not a plain name"
    return ""
