"""Where refusals stand in the slices: each once, those of a right in `rights`, and what a screen
offers is asked there too."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.mutants.table import STATES

ROOT = Path(__file__).resolve().parents[1]
SLICES = "bot/features"
ASKED_IN_RIGHTS = {"is_lead", "oversees", "reaches", "may_address", "may_moderate"}
"""What decides on a right: screens and forms ask `abilities` and `access_…` instead."""


@dataclass(frozen=True)
class Refusal:
    """One place that builds a refusal: in which module of a slice, and in which function."""

    place: str
    kind: str
    function: str
    code: str
    sentence: str

    @property
    def is_at_home(self) -> bool:
        """A right is refused in `rights`; that one does not see a thing, by its door as well; how
        things stand, where an action finds it under its lock as well."""
        if self.kind == "rights":
            return True
        if self.code in STATES:
            return self.kind == "actions"
        is_door = self.kind == "queries" and self.function.startswith("visible_")
        return is_door and self.code.endswith(".not_visible")


def sources() -> dict[str, str]:
    paths = sorted((ROOT / SLICES).rglob("*.py"))
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in paths}


def kind_of(path: str) -> str:
    """Which of the eight names of a slice the file belongs to."""
    parts = Path(path).relative_to(SLICES).with_suffix("").parts
    return parts[1] if len(parts) > 1 else ""


def functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def refusals(files: Mapping[str, str]) -> list[Refusal]:
    """Every refusal that is built, with the outermost function around it."""
    found: dict[str, Refusal] = {}
    for path, source in files.items():
        for function in functions(source):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refused":
                    place = f"{path}:{call.lineno}"
                    code = ast.literal_eval(call.args[0])
                    sentence = sentence_of(call.args[1])
                    one = Refusal(place, kind_of(path), function.name, code, sentence)
                    found.setdefault(place, one)
    return list(found.values())


def sentence_of(text: ast.expr) -> str:
    """What is said, whoever says it: the words, or whatever makes them."""
    words = [n.value for n in ast.walk(text) if isinstance(n, ast.Constant)]
    said = [word for word in words if isinstance(word, str)]
    return " ".join(said) or ast.unparse(text)


def repeated(files: Mapping[str, str]) -> dict[tuple[str, str], list[str]]:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in refusals(files):
        places[each.code, each.sentence].append(each.place)
    return {what: where for what, where in places.items() if len(where) > 1}


def astray(files: Mapping[str, str]) -> list[str]:
    """Refusals that stand where nobody looks for them."""
    return [f"{each.place} {each.code}" for each in refusals(files) if not each.is_at_home]


def misnamed(files: Mapping[str, str]) -> list[str]:
    """Functions of `rights` that refuse under another name than `access_…`."""
    return [
        f"{path}: {function.name}"
        for path, source in files.items()
        if kind_of(path) == "rights"
        for function in functions(source)
        if any(isinstance(node, ast.Raise) for node in ast.walk(function))
        and not function.name.lstrip("_").startswith(("access", "allowed"))
    ]


def passed_on(files: Mapping[str, str]) -> list[str]:
    """Where something else than an action raises a refusal that `rights` names."""
    return [
        f"{path}:{node.lineno}"
        for path, source in files.items()
        if kind_of(path) not in ("rights", "actions")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Attribute)
        and ast.unparse(node.exc.func.value).endswith("rights")
    ]


def judged_apart(files: Mapping[str, str]) -> list[str]:
    """Where a screen or form judges by itself what `rights` decides."""
    return [
        f"{path}:{node.lineno} {node.attr}"
        for path, source in files.items()
        if kind_of(path) in ("screens", "forms")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in ASKED_IN_RIGHTS
    ]


def test_each_refusal_stands_once() -> None:
    assert len(refusals(sources())) > 50
    assert repeated(sources()) == {}, (
        "a code and its sentence stand once: let one function of `rights` build the refusal, and"
        " the others call it"
    )


def test_a_right_is_refused_in_rights() -> None:
    assert astray(sources()) == [], (
        "a right is refused in `rights`; what only says how things stand joins `STATES` in"
        " bench/mutants/table/apart.py"
    )
    assert passed_on(sources()) == [], (
        "screens, forms, jobs and queries raise no refusal of `rights`: let them call `access_…`,"
        " or an action"
    )


def test_what_refuses_is_called_access() -> None:
    assert misnamed(sources()) == [], (
        "in `rights`, whatever contains a `raise` is called `access_…` or `allowed_…`, a private"
        " helper `_access_…` or `_allowed_…`; any other function returns the refusal"
    )


def test_screens_and_forms_ask_rights() -> None:
    assert judged_apart(sources()) == [], (
        "a screen or form asks `abilities` or `access_…` of `rights`, and never decides by itself"
    )


LEAD = 'Refused("teams.not_lead", {}.say("Only the lead."))'
UNSEEN = 'Refused("teams.not_visible", reader.voice.say("Not for you."))'
STATE = 'Refused("teams.closed", actor.voice.say("It has ended."))'


def planted(path: str, *lines: str) -> dict[str, str]:
    return {f"{SLICES}/communities/{path}": "\n".join(lines)}


@pytest.mark.parametrize(
    ("check", "files"),
    [
        (astray, planted("actions/deep.py", "def close():", f"    raise {LEAD.format('voice')}")),
        (astray, planted("forms.py", "def permit():", f"    raise {LEAD.format('turn')}")),
        (astray, planted("screens/deep.py", "def page():", f"    raise {STATE}")),
        (astray, planted("queries.py", "def own_team():", f"    raise {UNSEEN}")),
        (astray, planted("queries.py", "def visible_team():", f"    raise {LEAD.format('voice')}")),
        (misnamed, planted("rights.py", "def require_lead():", f"    raise {STATE}")),
        (passed_on, planted("screens.py", "def page():", "    raise team_rights.closed(actor)")),
        (
            judged_apart,
            planted("screens.py", "def page():", "    member_queries.is_lead(tx, 1, 2)"),
        ),
        (
            repeated,
            planted("rights.py", "def one(actor):", f"    return {LEAD.format('actor.voice')}")
            | planted("actions.py", "def two(turn):", f"    return {LEAD.format('turn')}"),
        ),
    ],
)
def test_a_planted_fault_is_found(check: object, files: dict[str, str]) -> None:
    assert callable(check)
    assert check(files)


@pytest.mark.parametrize(
    "files",
    [
        planted("rights/teams.py", "def access_team():", f"    raise {LEAD.format('voice')}"),
        planted("queries.py", "def visible_team():", f"    raise {UNSEEN}"),
        planted("actions.py", "def close():", f"    raise {STATE}", "    raise rights.over(actor)"),
    ],
)
def test_what_stands_where_it_belongs_is_left_alone(files: dict[str, str]) -> None:
    assert repeated(files) == {}
    assert [*astray(files), *misnamed(files), *passed_on(files), *judged_apart(files)] == []
