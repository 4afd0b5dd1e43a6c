"""What has to stand in the table of a slice: every action, every route, every form."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from tests.rights.engine import Table, idle_lines

BASICS = {"route start", "route menu", "route help", "route cancel"}
"""What every conversation has, and any slice may speak of."""
WRITERS = ("parting", "renewal", "roster")
"""Modules beside `actions` whose functions write, though nobody acts under the name of `actor`."""


def wanted_of(slice_: ModuleType) -> set[str]:
    """The ways that the slice offers, as the table names them."""
    name = slice_.__name__.rpartition(".")[2]
    wanted = {f"action {name}.{each}" for each in _actions_of(slice_)}
    wanted |= {f"route {route.name}" for route in slice_.SCREENS}
    wanted |= {f"job {name}" for name in slice_.JOBS}
    if slice_.DOORS.get("start"):
        # Its links are opened through /start.
        wanted.add("route start")
    return wanted | {f"{step} {form.name}" for form in slice_.FORMS for step in ("begin", "finish")}


def _actions_of(slice_: ModuleType) -> Iterator[str]:
    """Whatever asks for an `actor` anywhere in the slice, and all that `actions` holds or hands
    on, or that another module of writers does."""
    for info in pkgutil.iter_modules(slice_.__path__):
        module = import_module(f"{slice_.__name__}.{info.name}")
        handed_on = getattr(module, "__all__", ()) if info.name == "actions" else ()
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            if name.startswith("_") or not function.__module__.startswith(f"{slice_.__name__}."):
                continue
            parameters = inspect.signature(function).parameters
            own = function.__module__ == module.__name__
            screens = info.name in WRITERS and "turn" in parameters
            writes = own and info.name in ("actions", *WRITERS) and not screens
            if name in handed_on or writes or (own and "actor" in parameters):
                yield name


def gaps(table: Table) -> list[str]:
    """What is missing in a table, or stands there and is no more; and lines that prove nothing."""
    wanted = wanted_of(import_module(f"bot.features.{table.slice}"))
    # A `#` tells several looks at one way apart.
    told = {way.partition("#")[0] for _, way in table.rows()} | set(table.unasked)
    found = [f"{way} stands in no rule" for way in sorted(wanted - told)]
    found += [f"{way} is no way any more" for way in sorted(told - wanted - BASICS)]
    return found + [
        f"“{rule.says}”: nobody meets “{line}”" for rule in table.rules for line in idle_lines(rule)
    ]
