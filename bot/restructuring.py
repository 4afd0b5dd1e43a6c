"""What an operator does to the tree of units: move, merge and close."""

from collections.abc import Awaitable, Callable

from bot.core.errors import Refused, SettingsError
from bot.core.settings import Settings
from bot.features.people.actions import unit_changes
from bot.storage.transaction import Tx
from bot.upkeep import opened


async def move(settings: Settings, unit: int, below: int) -> str:
    """Let a unit lie below another one; returns what was done in a sentence.

    :raises SettingsError: where it cannot.
    """
    await _change(settings, lambda tx: unit_changes.move_unit(tx, None, unit, below))
    return f"{unit} lies below {below} now"


async def merge(settings: Settings, unit: int, into: int) -> str:
    """Let a unit become part of another one; returns what was done in a sentence.

    :raises SettingsError: where it cannot.
    """
    await _change(settings, lambda tx: unit_changes.merge_units(tx, None, unit, into))
    return f"{unit} is part of {into} now; its people follow while the bot runs"


async def close(settings: Settings, unit: int) -> str:
    """Close a unit; returns what was done in a sentence.

    :raises SettingsError: where it cannot.
    """
    await _change(settings, lambda tx: unit_changes.close_unit(tx, None, unit))
    return f"{unit} is closed; whoever waits there is told while the bot runs"


async def _change(settings: Settings, work: Callable[[Tx], Awaitable[object]]) -> None:
    try:
        async with opened(settings) as database, database.transaction() as tx:
            await work(tx)
    except Refused as refusal:
        raise SettingsError(refusal.text) from None
