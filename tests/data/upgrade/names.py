"""The names of a version that others have stored, sealed or written into scripts of their own.

`python -m tests.data.upgrade.names` prints those of the version it runs in, as JSON; what a former
version printed lies beside this file as `names.json`, and `tests/test_stored_names.py` asks whether
each is still known.
"""

import ast
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

import bot
from bench.report import Measure, Spread, write_json
from bot.app import build_router
from bot.commands import command
from bot.core.metrics import REGISTRY
from bot.features import due_work
from tests.variables import variables

ROOT = Path(bot.__file__).resolve().parents[1]


def constants(folder: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node of every module in a folder, with the module's name."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield name.removesuffix(".__main__").removesuffix(".__init__"), node


def list_acts() -> list[str]:
    """What the audit trail calls what was done: the verb of each entry."""
    named, acts = dict[str, set[str]](), set[str]()
    calls = []
    for _, node in constants("bot"):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                named.setdefault(name, set()).add(text)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.IfExp(
                    body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))
                ),
            ):
                named.setdefault(name, set()).update((one, other))
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="audit"), attr="record" | "record_all")
            ):
                calls.append(node.args[2])
    for said in calls:
        match said:
            case ast.Constant(value=str(text)):
                acts.add(text)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                acts |= named[name]
    return sorted(acts)


def list_bench() -> dict[str, list[str]]:
    """The options of `python -m bench…`, by module, and the names of its figures."""
    found = dict[str, set[str]]()
    for module, node in constants("bench"):
        match node:
            case ast.Call(func=ast.Attribute(attr="add_argument"), args=[*given]):
                words = {each.value for each in given if isinstance(each, ast.Constant)}
                found.setdefault(module, set()).update(map(str, words))
            case ast.Call(
                func=ast.Name(id="against_peer" | "against_goal"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found.setdefault("figures", set()).add(name)
    return {module: sorted(words) for module, words in found.items()}


def list_commands() -> dict[str, list[str]]:
    """The commands of `halqa` with their options; an argument counts by its place."""
    group: Any = typer.main.get_command(command)
    return {
        name: sorted(
            option
            for param in each.params
            for option in (param.opts if param.param_type_name == "option" else ["argument"])
        )
        for name, each in group.commands.items()
    }


def list_keys() -> dict[str, list[str]]:
    """The keys of what is printed or written as JSON."""
    said = CliRunner().invoke(command, ["when", "الأحد القادم", "--now", "2026-11-22T10:00:00"])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        write_json(file, [], quick=True)
        written = json.loads(file.read_text())
    return {
        "halqa when": sorted(json.loads(said.stdout)),
        "bench": sorted(written),
        "bench figure": sorted(each.name for each in fields(Measure)),
        "bench spread": sorted(each.name for each in fields(Spread)),
    }


def collect() -> dict[str, Any]:
    """All of them, by kind."""
    router = build_router()
    return {
        "routes": sorted(router.routes),
        "forms": {
            form.name: {"version": form.version, "fields": [f.name for f in form.fields]}
            for form in router.forms.values()
        },
        "jobs": sorted(due_work().jobs),
        "acts": list_acts(),
        "chat commands": sorted(router.commands),
        "commands": list_commands(),
        "bench": list_bench(),
        "keys": list_keys(),
        "metrics": sorted(metric.name for metric in REGISTRY.collect()),
        "settings": sorted(variables().values()),
    }


if __name__ == "__main__":
    json.dump(collect(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
