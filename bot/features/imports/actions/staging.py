"""Beginning and ending an import: what a file said is staged, confirmed, dropped, undone."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from bot.chat.person import Person
from bot.core.graphemes import begin
from bot.core.text import clean_line, shorten
from bot.features.imports.models import (
    ImportKind,
    ImportState,
    LineState,
    import_parts,
    imported_units,
    imports,
)
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries.imports import Import
from bot.features.imports.queries.staged import PackedTable
from bot.features.imports.rights import lists as rights
from bot.scheduling import due
from bot.storage import audit
from bot.storage.transaction import Tx

KEPT_FOR = timedelta(days=7)
"""How long what a file said is kept, confirmed or not."""
FORGET_STAGED = "imports.forget_staged"
WORK = "imports.work"
SMALL = {ImportKind.PEOPLE: 500, ImportKind.UNITS: 100}
"""Rows that are dealt with in the very turn that brings or confirms them."""


async def stage(
    tx: Tx, actor: Person | None, kind: ImportKind, title: str, table: PackedTable
) -> Import:
    """Keep what a file said, to be checked against what is there. Without an actor it is the
    command line.

    :raises Refused: "imports.not_importer".
    """
    if actor is not None:
        await rights.access_importing(tx, actor)
    columns = table.columns
    number = await tx.insert(
        imports,
        kind=kind,
        state=ImportState.CHECKING,
        made_by=actor.id if actor else None,
        title=shorten(clean_line(title), 100),
        columns={
            "titles": {each.value: begin(columns.titles[each], 60) for each in columns.titles},
            "national": [begin(each, 60) for each in columns.national],
            "left_out": [begin(each, 60) for each in columns.left_out][:20],
            "doubled": [begin(each, 60) for each in columns.doubled],
        },
        parts=len(table.pieces),
        parts_done=0,
        rows=table.rows,
        fresh=0,
        known=0,
        wrong=0,
        added=0,
        created_at=tx.now,
        worked_at=tx.now,
    )
    if table.pieces:
        await tx.execute(
            import_parts.insert(),
            [
                {"import_id": number, "number": at, "content": piece}
                for at, piece in enumerate(table.pieces)
            ],
        )
    by = actor.id if actor else None
    behalf = await rights.brings_for(tx, actor)
    await audit.record(tx, by, "imports.stage", number, kind=kind, rows=table.rows, **behalf)
    await due.set_due(
        tx, FORGET_STAGED, topic_of(number), "staged", anchor=tx.now + KEPT_FOR,
        payload={"import": number},
    )  # fmt: skip
    return await _fresh(tx, number)


def topic_of(import_id: int) -> str:
    """What due work of an import is about."""
    return f"import:{import_id}"


async def go_on_later(tx: Tx, import_id: int) -> None:
    """Have the next piece done by the bot, after this transaction."""
    await due.set_due(
        tx, WORK, topic_of(import_id), "work", anchor=tx.now, payload={"import": import_id}
    )


async def take_over_later(tx: Tx, import_id: int, worked_at: datetime) -> None:
    """Have the bot go on with what the command line began, should that be broken off: `work` does
    nothing as long as it goes on."""
    await due.set_due(
        tx, WORK, topic_of(import_id), "work", anchor=worked_at + rights.ABANDONED_AFTER,
        payload={"import": import_id, "left": True},
    )  # fmt: skip


async def confirm(tx: Tx, actor: Person | None, import_id: int, *, changes: bool = False) -> Import:
    """Begin to add what was checked, and with `changes` to apply what it says differently of those
    who are listed. One that is added already, or is being added, stays so.

    :raises Refused: "imports.not_yours"; "imports.over" where it was dropped or undone;
        "imports.busy" while another one is being added or undone.
    """
    found = await rights.access_import(tx, actor, import_id, lock=True)
    if found.state in (ImportState.ADDING, ImportState.DONE):
        return found
    rights.allowed_state(actor, found, {ImportState.CHECKED})
    await rights.allowed_alone(tx, actor, found)
    await _move(tx, found, ImportState.ADDING)
    if changes:
        await tx.execute(update(imports).where(imports.c.id == import_id).values(altered=0))
    if actor is None:
        await take_over_later(tx, import_id, tx.now)
    behalf = await rights.brings_for(tx, actor)
    await audit.record(tx, actor.id if actor else None, "imports.confirm", import_id, **behalf)
    return await _fresh(tx, import_id)


async def undo(tx: Tx, actor: Person | None, import_id: int) -> Import:
    """Begin to take back what an import added; one that is half-way is taken back from there.

    :raises Refused: "imports.not_yours"; "imports.over"; "imports.busy".
    """
    found = await rights.access_import(tx, actor, import_id, lock=True)
    if found.state in (ImportState.UNDOING, ImportState.UNDONE):
        return found
    rights.allowed_state(actor, found, {ImportState.DONE, ImportState.ADDING})
    await rights.allowed_alone(tx, actor, found)
    await _move(tx, found, ImportState.UNDOING)
    if actor is None:
        await take_over_later(tx, import_id, tx.now)
    behalf = await rights.brings_for(tx, actor)
    await audit.record(tx, actor.id if actor else None, "imports.undo", import_id, **behalf)
    return await _fresh(tx, import_id)


async def drop(tx: Tx, actor: Person | None, import_id: int) -> bool:
    """Forget a list that was checked and is not wanted; one of which something was added stays:
    False.

    :raises Refused: "imports.not_yours".
    """
    found = await rights.access_import(tx, actor, import_id, lock=True)
    if found.state not in (ImportState.CHECKING, ImportState.CHECKED):
        return found.state is ImportState.DROPPED
    await _forget_rows(tx, import_id)
    await _move(tx, found, ImportState.DROPPED)
    await due.cancel(tx, topic_of(import_id))
    return True


async def forget_staged(tx: Tx, import_id: int) -> None:
    """What a file said was kept long enough; what nobody confirmed by now is dropped."""
    found = await import_queries.import_by_id(tx, import_id)
    if found is None:
        return
    if found.state in (ImportState.ADDING, ImportState.UNDOING):
        await due.set_due(
            tx, FORGET_STAGED, topic_of(import_id), "staged", anchor=tx.now + timedelta(days=1),
            payload={"import": import_id},
        )  # fmt: skip
        return
    await _forget_rows(tx, import_id)
    if found.state in (ImportState.CHECKING, ImportState.CHECKED):
        await _move(tx, found, ImportState.DROPPED)


async def _forget_rows(tx: Tx, import_id: int) -> None:
    await tx.execute(delete(import_parts).where(import_parts.c.import_id == import_id))
    await tx.execute(
        delete(imported_units).where(
            imported_units.c.import_id == import_id, imported_units.c.state != LineState.ADDED
        )
    )


async def _move(tx: Tx, found: Import, to: ImportState) -> None:
    await tx.execute(
        update(imports)
        .where(imports.c.id == found.id)
        .values(state=to, parts_done=0, worked_at=tx.now)
    )


async def _fresh(tx: Tx, import_id: int) -> Import:
    found = await import_queries.import_by_id(tx, import_id)
    assert found is not None
    return found
