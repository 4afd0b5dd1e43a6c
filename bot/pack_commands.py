"""The commands about what countries call things: `halqa packs …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.core.settings import load_settings
from bot.packs.countries import SECTIONS, find_faults, read_packs
from bot.service import tell

packs = typer.Typer(
    help="What countries call their subjects, stages, roles and units.", no_args_is_help=True
)


def add_to(command: typer.Typer) -> None:
    """Let them be typed behind `command`."""
    command.add_typer(packs, name="packs")


@packs.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="Default: that of HALQA_PACKS_DIR, or those of Halqa.")
    ] = None,
) -> None:
    """Read the packs of a folder as the bot does: every line that is wrong is said, and the exit
    code is 1. Nothing is changed."""
    own = folder or load_settings().packs_dir
    if faults := find_faults(own):
        for fault in faults:
            tell(str(fault))
        raise typer.Exit(1)
    for pack in read_packs(own).values():
        held = (f"{len(getattr(pack, each.name))} {each.name}" for each in SECTIONS)
        tell(f"{pack.country}: {', '.join(held)}")
