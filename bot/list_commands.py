"""The commands of `halqa` for lists of people and units, and for where a person works."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.core.english import counted
from bot.service import bar, prepare, tell

_List = Annotated[Path, typer.Argument(help="An .xlsx or .csv file, with headings.")]
_Report = Annotated[
    Path | None, typer.Option("--report", help="Write the rows to be mended into this .xlsx.")
]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_Changes = Annotated[
    bool, typer.Option("--changes", help="Apply what is said differently of those listed already.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would be added.")]
_Unit = Annotated[int, typer.Option("--unit", help="Id of a unit; default: everything.")]


def import_units(
    file: _List, *, report: _Report = None, dry_run: _DryRun = False, yes: _Yes = False
) -> None:
    """Add the units of a list to the tree: name, kind, parent, country, gender. Tells first what it
    comes to; those that are there already stay as they are."""
    _import_list("units", file, report, dry_run=dry_run, yes=yes)


def import_people(
    file: _List,
    *,
    report: _Report = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
    changes: _Changes = False,
) -> None:
    """List the people of a file: names, schools, roles, subjects. Tells first what it comes to.
    They agree to nothing by it, and take their places themselves."""
    _import_list("people", file, report, dry_run=dry_run, yes=yes, changes=changes)


def _import_list(
    kind: str,
    file: Path,
    report: Path | None,
    *,
    dry_run: bool,
    yes: bool,
    changes: bool = False,
) -> None:
    from bot import bulk
    from bot.features.imports.models import ImportKind

    settings = prepare()
    with bar("checking") as told:
        found = asyncio.run(bulk.check_list(settings, ImportKind(kind), file, report, told))
    for line in found.lines:
        tell(line)
    changed = found.changed if changes else 0
    if dry_run or not (found.fresh or changed):
        asyncio.run(bulk.drop_list(settings, found.id))
        tell("nothing was added")
        return
    if not yes:
        _ask(_question(found.fresh, changed), partial(bulk.drop_list, settings, found.id))
    with _goes_on(f"`halqa undo-import {found.id}` takes it back"), bar("adding") as told:
        done = asyncio.run(bulk.add_list(settings, found.id, told, report, changes=changes))
    tell(done.said)
    if done.trouble:
        typer.echo(f"the report was not written: {done.trouble}", err=True)
        raise typer.Exit(1)


def _ask(question: str, drop: Callable[[], Coroutine[None, None, None]]) -> None:
    """Go on after a yes alone; a no, Ctrl-C and the end of the input drop the list.

    :raises typer.Abort:
    """
    try:
        if typer.confirm(question):
            return
    except typer.Abort:
        pass
    asyncio.run(drop())
    tell("nothing was added")
    raise typer.Abort


def _question(fresh: int, changed: int) -> str:
    adds = [f"add {counted(fresh, 'new one', 'new ones')}"] if fresh else []
    alters = [f"change {changed}"] if changed else []
    return f"{' and '.join([*adds, *alters]).capitalize()}?"


@contextmanager
def _goes_on(hint: str) -> Iterator[None]:
    """Say to whoever breaks it off what comes of it."""
    try:
        yield
    except KeyboardInterrupt:
        tell(f"broken off: a running bot goes on with it in two minutes; {hint}")
        raise typer.Exit(130) from None


def undo_import(number: Annotated[int, typer.Argument(help="Id of the import.")]) -> None:
    """Take back what an import added; people who have claimed their place stay."""
    from bot import bulk

    settings = prepare()
    with _goes_on("`halqa imports` tells how it stands"), bar("undoing") as told:
        done = asyncio.run(bulk.undo_list(settings, number, told))
    tell(done)


def imports() -> None:
    """List the newest imports with their ids."""
    from bot import bulk

    for line in asyncio.run(bulk.list_imports(prepare())) or ["nothing was imported"]:
        tell(line)


def export_people(
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.")], *, unit: _Unit = 0
) -> None:
    """Write people in the form in which they are imported, without telephone numbers."""
    _export_list("people", file, unit)


def export_units(
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.")], *, unit: _Unit = 0
) -> None:
    """Write units in the form in which they are imported."""
    _export_list("units", file, unit)


def _export_list(kind: str, file: Path, unit: int) -> None:
    from bot import bulk
    from bot.features.imports.models import ImportKind

    written = asyncio.run(bulk.export_list(prepare(), ImportKind(kind), file, unit))
    one = {"people": "person", "units": "unit"}[kind]
    tell(f"{file}: {counted(written, one, kind)}")


def transfer(
    person: Annotated[int, typer.Argument(help="Id of the person.")],
    unit: Annotated[int, typer.Argument(help="Id of the unit at which they are to work.")],
    *,
    leaving: Annotated[
        int, typer.Option(help="Id of the unit that they leave; default: their main one.")
    ] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would come of it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let a person work at another unit. Tells first what it comes to; what they wrote, their files
    and their teams stay theirs, and roles at the old unit end."""
    from bot import restructuring

    settings = prepare()
    for line in asyncio.run(restructuring.plan_transfer(settings, person, unit, leaving)):
        tell(line)
    if dry_run:
        tell("nobody was moved")
        return
    if not yes:
        typer.confirm("Move them?", abort=True)
    tell(asyncio.run(restructuring.transfer(settings, person, unit, leaving)))


def add_to(app: typer.Typer) -> None:
    """Let these commands be typed as the others are."""
    app.command("import-units")(import_units)
    app.command("import-people")(import_people)
    app.command("undo-import")(undo_import)
    app.command("imports")(imports)
    app.command("export-people")(export_people)
    app.command("export-units")(export_units)
    app.command("transfer")(transfer)
