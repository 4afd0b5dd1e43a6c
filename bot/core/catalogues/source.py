"""What the code says: messages found in its syntax, never by running it."""

import ast
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

SHARED = "halqa"
_TEXTS_OF = {"say": 1, "N_": 1, "count": 2, "N_n": 2}
_MARKS = {"N_", "N_n"}


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
    `….count("…", "…", n)`, `N_("…")` and `N_n("…", "…")`. The simulator speaks for itself.

    A text that is not a literal is a finding. So are braces that do not match, and a text that has
    a plural in one place and none in another.
    """
    extraction = Extraction()
    for path in sorted((root / "bot").rglob("*.py")):
        inside = path.relative_to(root)
        if inside.parts[1] == "simulator":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"), filename=str(inside))):
            if isinstance(node, ast.Call) and (size := _count_texts(node)):
                _note_call(extraction, node, size, inside)
    extraction.findings.sort()
    return extraction


def _note_call(extraction: Extraction, call: ast.Call, size: int, path: Path) -> None:
    place = f"{path.as_posix()}:{call.lineno}"
    texts = [_literals(argument) for argument in call.args[:size]]
    if len(texts) == size and texts[0] and all(found and len(found) == 1 for found in texts[1:]):
        plural = texts[1][0] if size == 2 else None
        for msgid in texts[0]:
            extraction.add(SourceMessage(msgid, plural, _domain_of(path), (place,)))
    elif not (call.args and _is_marked(call.args[0])):
        problem = "takes a text that is not a literal: mark it with N_ and render it with text()"
        extraction.findings.append(CatalogueProblem(place, ast.unparse(call.func), problem))


def _count_texts(call: ast.Call) -> int:
    """How many texts the call names: 1, 2, or 0 where it is no message at all."""
    if isinstance(call.func, ast.Attribute) and call.func.attr not in _MARKS:
        name = call.func.attr
    elif isinstance(call.func, ast.Name) and call.func.id in _MARKS:
        name = call.func.id
    else:
        return 0
    if name == "count" and len(call.args) < 3:
        return 0  # str.count and SQL's count take no second text
    return _TEXTS_OF.get(name, 0)


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
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS


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
