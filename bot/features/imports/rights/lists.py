"""Who brings lists of people and units, and what they may do with one."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from bot.chat.person import Person
from bot.core.errors import Refused
from bot.core.i18n import Voice
from bot.features.imports.models import ImportState
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries.imports import Import
from bot.features.people.queries import roles as role_queries
from bot.features.people.queries.units import Unit
from bot.packs.roles import Role
from bot.storage.transaction import Tx

ABANDONED_AFTER = timedelta(minutes=2)
"""An import on which nothing was done for so long keeps no other one waiting."""
IMPORTERS = frozenset({Role.ADMINISTRATOR})


class ImportAbility(StrEnum):
    """What somebody may do with a list that was brought."""

    OPEN = "open"
    """See its report, add it, take it back."""


def _voice(actor: Person | None) -> Voice:
    """Whom a refusal speaks to; nobody in particular on the command line."""
    return actor.voice if actor else Voice("en", numerals="latn")


def _not_importer(actor: Person) -> Refused:
    return Refused(
        "imports.not_importer",
        actor.voice.say("Only administrators bring lists of people and units."),
    )


def _not_yours(actor: Person | None) -> Refused:
    return Refused("imports.not_yours", _voice(actor).say("This list is not yours."))


def _over(actor: Person | None) -> Refused:
    return Refused(
        "imports.over",
        _voice(actor).say("This list was taken back or dropped. Send the file again."),
    )


def _not_checked(actor: Person | None) -> Refused:
    return Refused(
        "imports.not_checked",
        _voice(actor).say("I am still looking through this list. I tell you when it is done."),
    )


def _busy(actor: Person | None) -> Refused:
    return Refused(
        "imports.busy",
        _voice(actor).say("Another list is being added just now. Try again in a minute."),
    )


def _not_added(actor: Person | None) -> Refused:
    return Refused(
        "imports.not_added", _voice(actor).say("Nothing of this list is added, so it stays.")
    )


async def abilities(tx: Tx, actor: Person, found: Import) -> frozenset[ImportAbility]:
    """What the actor may do with the list, whatever became of it."""
    own = found.made_by == actor.id and await _tops(tx, actor)
    return frozenset({ImportAbility.OPEN} if own else ())


async def _tops(tx: Tx, actor: Person) -> list[Unit]:
    return await role_queries.reach_of(tx, actor.id, IMPORTERS)


async def brings_lists(tx: Tx, person: Person) -> bool:
    """Whether the person brings lists at all."""
    return person.is_member and bool(await _tops(tx, person))


async def brings_for(tx: Tx, person: Person | None) -> dict[str, int]:
    """What the audit trail says besides of what the person does with lists: see `on_behalf`."""
    return await role_queries.on_behalf(tx, person.id, IMPORTERS) if person else {}


async def access_importing(tx: Tx, actor: Person) -> list[Unit]:
    """The top units for which, and below which, the actor brings lists.

    :raises Refused: "imports.not_importer".
    """
    if actor.is_member and (tops := await _tops(tx, actor)):
        return tops
    raise _not_importer(actor)


async def access_import(
    tx: Tx, actor: Person | None, import_id: int, *, lock: bool = False
) -> Import:
    """A list that the actor brought; the command line has all of them.

    :raises Refused: "imports.not_yours", also for an id that does not exist.
    """
    if lock:
        # One after the other begins to add or to take back.
        await tx.lock("imports", 0)
        await tx.lock("import", import_id)
    found = await import_queries.import_by_id(tx, import_id)
    if found is None or (
        actor is not None and ImportAbility.OPEN not in await abilities(tx, actor, found)
    ):
        raise _not_yours(actor)
    return found


def allowed_state(
    speaks_to: Person | None, found: Import, allowed: Collection[ImportState]
) -> None:
    """
    :raises Refused: "imports.not_checked", "imports.not_added" or "imports.over".
    """
    if found.state in allowed:
        return
    if found.state is ImportState.CHECKING:
        raise _not_checked(speaks_to)
    raise _not_added(speaks_to) if found.state is ImportState.CHECKED else _over(speaks_to)


async def allowed_alone(tx: Tx, speaks_to: Person | None, found: Import) -> None:
    """That no other list is under way.

    :raises Refused: "imports.busy" while another list is being added or taken back.
    """
    other = await import_queries.busy_import(tx)
    if other is None or other.id == found.id:
        return
    if tx.now - other.worked_at < ABANDONED_AFTER:
        raise _busy(speaks_to)
