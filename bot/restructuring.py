"""What an operator does to the tree of units, and to where people work in it."""

from collections.abc import Awaitable, Callable

from bot.core.errors import Refused, SettingsError
from bot.core.settings import Settings
from bot.features.people.actions import admission as admission_actions
from bot.features.people.actions import unit_changes
from bot.features.people.models import CameBy
from bot.features.people.queries import placements as placement_queries
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.placements import UnitPlacement
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


async def plan_transfer(settings: Settings, person: int, to: int, leaving: int) -> list[str]:
    """What a transfer comes to, in sentences. `leaving` is the id of the unit that the person
    leaves, 0 for their main one.

    :raises SettingsError: where it cannot be.
    """
    async with opened(settings) as database, database.reading() as tx:
        left = await _left_by(tx, person, to, leaving)
        place = await unit_queries.unit(tx, to)
        assert place is not None
        lines = [f"{person} moves from {left.unit.name} ({left.unit.id}) to {place.name} ({to})"]
        lines += [
            f"ends: {held.role.value} at {held.unit.id}"
            for held in await role_queries.roles_of(tx, person)
            if held.unit.id == left.unit.id
        ]
        if (waiting := await placement_queries.transfer_of(tx, left)) is not None:
            lines.append(f"the transfer to {waiting.unit.id} that waits there falls away")
        return [*lines, "the person and the heads of both are told while the bot runs"]


async def transfer(settings: Settings, person: int, to: int, leaving: int) -> str:
    """Let somebody work at another unit; returns what was done in a sentence.

    :raises SettingsError: as `plan_transfer`.
    """
    async with opened(settings) as database, database.transaction() as tx:
        await tx.lock("person", person)
        left = await _left_by(tx, person, to, leaving)
        await admission_actions.transfer(tx, person, to, CameBy.TRANSFER, leaving=left.unit.id)
    return f"{person} works at {to} now, and no longer at {left.unit.id}"


async def _left_by(tx: Tx, person: int, to: int, leaving: int) -> UnitPlacement:
    """The placement that a transfer ends.

    :raises SettingsError: for whoever does not belong there, is there already, or where the other
        unit is closed or not there.
    """
    place = await unit_queries.unit(tx, to)
    if place is None or not place.is_active:
        raise SettingsError(f"there is no open unit {to}")
    held = [each for each in await placement_queries.placements_of(tx, person) if each.belongs]
    found = next(
        (each for each in held if (each.unit.id == leaving if leaving else each.is_main)), None
    )
    if found is None:
        where = f"unit {leaving}" if leaving else "any unit"
        raise SettingsError(f"{person} does not belong to {where}")
    if any(each.unit.id == to for each in held):
        raise SettingsError(f"{person} belongs to {to} already")
    return found


async def _change(settings: Settings, work: Callable[[Tx], Awaitable[object]]) -> None:
    try:
        async with opened(settings) as database, database.transaction() as tx:
            await work(tx)
    except Refused as refusal:
        raise SettingsError(refusal.text) from None
