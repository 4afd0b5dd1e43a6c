"""What has to stand in the table of a slice: every action, every route, every form."""

import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib import import_module
from types import ModuleType

from bot.features import FEATURES
from tests.rights.engine import Table, idle_lines, rights_modules

TABLES = ("announcements", "imports", "manners", "meetings", "people", "practices", "teams")
BASICS = {"route start", "route menu", "route help", "route cancel"}
"""What every conversation has, and any slice may speak of."""
PACKAGES = {
    "manners": ("notification_settings", "calendars"),
    "teams": ("communities", "search"),
}
"""The slices that a table tells of, where it is not the one of its name."""
PREFIXES = {"announcements": ("announce",), "people": ("people", "start")}
"""What the names of a table's routes and forms begin with, where it is not its own name."""
PARTS = {
    "adding", "closing", "digest", "evidence", "files", "headcounts", "membership", "placements",
    "places", "reading_counts", "reminder_plan", "reminders", "roles", "search", "terms",
    "undoing", "unit_changes", "unit_followers", "unit_standing", "waiting", "wanted_units",
    "working",
}  # fmt: skip
"""Modules of actions whose functions are parts of others, but for those that ask for an actor."""
PART = {
    "announce_change", "ask_owners", "has_agreed", "invite", "is_to_be_asked", "mark_invited",
    "mark_reminded", "mark_told", "mark_used", "note", "report_namesake", "tell", "tell_author",
    "tell_inviter", "put_request", "take_place", "tell_transfer", "transfer",
    "go_on", "end_suspension", "take_over_later",
}  # fmt: skip
"""The same of single functions."""


def packages_of(name: str) -> Sequence[str]:
    return PACKAGES.get(name, (name,))


def wanted_of(name: str) -> set[str]:
    """The ways that a table has to name."""
    slices = [import_module(f"bot.features.{each}") for each in packages_of(name)]
    starts = PREFIXES.get(name, (name,))
    wanted = {f"action {way}" for slice_ in slices for way in _actions_of(slice_)}
    wanted |= {f"ability {way}" for package in packages_of(name) for way in _abilities_of(package)}
    wanted |= {f"job {job.name}" for slice_ in slices for job in slice_.JOBS}
    wanted |= {f"job {heard.event.name}" for slice_ in slices for heard in slice_.EVENTS}
    if any(slice_.LINKS for slice_ in slices):
        # Its links are opened through /start.
        wanted.add("route start")
    for slice_ in FEATURES:
        names = [form.name for form in slice_.FORMS if form.name.partition(".")[0] in starts]
        wanted |= {f"{step} {form}" for form in names for step in ("begin", "finish")}
        routes = [r.name for r in slice_.SCREENS if r.name.partition(".")[0] in starts]
        wanted |= {f"route {route}" for route in routes}
    return wanted


def _actions_of(slice_: ModuleType) -> Iterator[str]:
    """Whatever asks for an `actor` anywhere in the slice, and all that its actions do."""
    package = slice_.__name__.rpartition(".")[2]
    for info in pkgutil.walk_packages(slice_.__path__, f"{slice_.__name__}."):
        module = import_module(info.name)
        kind, last = info.name.split(".")[3], info.name.rpartition(".")[2]
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            if kind == "rights" and name == "abilities":
                continue
            parameters = inspect.signature(function).parameters
            acts = kind == "actions" and last not in PARTS and name not in PART
            if "actor" in parameters or (acts and next(iter(parameters), "") != "turn"):
                yield f"{package}.{name}"


def _abilities_of(package: str) -> Iterator[str]:
    """What the modules of rights of a slice can tell; one that tells roles has no names of its
    own."""
    for name, module in rights_modules(package).items():
        own = [
            each
            for each in vars(module).values()
            if inspect.isclass(each)
            and issubclass(each, StrEnum)
            and each.__module__ == module.__name__
        ]
        for abilities in own:
            yield from (f"{name}.{ability}" for ability in abilities)
        if not own and hasattr(module, "abilities"):
            yield name


def gaps(table: Table) -> list[str]:
    """What is missing in a table, or stands there and is no more; and lines that prove nothing."""
    wanted = wanted_of(table.slice)
    # A `#` tells several looks at one way apart.
    told = {way.partition("#")[0] for _, way in table.rows()} | set(table.unasked)
    found = [f"{way} stands in no rule" for way in sorted(wanted - told)]
    found += [f"{way} is no way any more" for way in sorted(told - wanted - BASICS)]
    return found + [
        f"“{rule.says}”: nobody meets “{line}”" for rule in table.rules for line in idle_lines(rule)
    ]
