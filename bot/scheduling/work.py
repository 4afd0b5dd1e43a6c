"""The rows that are due now: claimed, finished, put off, planned again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.scheduling.due import DueRow, DueState
from bot.storage.columns import decode, from_millis, to_millis
from bot.storage.lists import as_list, with_ids
from bot.storage.transaction import Tx

ERROR_LENGTH = 300
VARIES_MILLIS = timedelta(hours=2) // timedelta(milliseconds=1)
"""By how much a turn may be longer than usual, as on the day on which summer time ends."""
_CLAIM = (
    "SELECT id, job, topic, slot, anchor_at, due_at, expires_at, payload, attempts FROM due"
    " WHERE state = 'waiting' AND due_at <= ? /*one*/ /*besides*/ ORDER BY due_at, id"
    " LIMIT ? /*lock*/"
)
_LOCK = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}


async def claim(
    tx: Tx, most: int, row_id: int | None = None, *, besides: Collection[int] = ()
) -> list[DueRow]:
    """Up to `most` due rows, earliest first, locked until the transaction ends; rows that another
    process holds are skipped, and those whose ids are `besides`. With `row_id`, only that one, if
    it is still due."""
    sql, values = _CLAIM.replace("/*lock*/", _LOCK[tx.dialect]), [to_millis(tx.now)]
    if row_id is not None:
        sql = sql.replace("/*one*/", "AND id = ?")
        values.append(row_id)
    if besides:
        marks = ", ".join("?" * len(besides))
        sql = sql.replace("/*besides*/", f"AND id NOT IN ({marks})")
        values.extend(besides)
    rows = await tx.fetch(sql, *values, most if row_id is None else 1)
    # Rows that are due together mostly have their moments in common.
    moments = {each for row in rows for each in row[4:7]} - {None}
    at = {each: from_millis(each) for each in moments}
    return [
        DueRow(
            number, job, topic, slot, at[anchor], at[due_at], at.get(expires), decode(payload),
            attempts,
        )
        for number, job, topic, slot, anchor, due_at, expires, payload, attempts in rows
    ]  # fmt: skip


async def finish(tx: Tx, rows: Sequence[DueRow], state: DueState, *, error: str = "") -> None:
    """Write the end of these rows."""
    if rows:
        await tx.run(
            with_ids(tx, "UPDATE due SET state = ?, finished_at = ?, error = ? WHERE id IN (ids)"),
            state.value,
            to_millis(tx.now),
            error[:ERROR_LENGTH] or None,
            as_list(tx, [row.id for row in rows]),
        )


async def put_off(tx: Tx, row: DueRow, until: datetime, error: str) -> None:
    """Note a failed attempt; the row is due again at `until`, unless it was changed meanwhile."""
    await tx.run(
        "UPDATE due SET due_at = ?, attempts = attempts + 1, error = ?"
        " WHERE id = ? AND state = 'waiting' AND due_at = ?",
        to_millis(until),
        error[:ERROR_LENGTH],
        row.id,
        to_millis(row.due_at),
    )


def repeating_job(name: str) -> str:
    """The word under which repeating work stands in its row."""
    return f"repeat:{name}"


async def plan_repeating(tx: Tx, job: str, every: timedelta) -> None:
    """Make sure that repeating work has its row, due within `every` at the latest; the first time
    at once."""
    now = to_millis(tx.now)
    latest = to_millis(tx.now + every)
    await tx.run(
        "INSERT INTO due (job, topic, slot, anchor_at, offset_seconds, due_at, payload, state,"
        " attempts) VALUES (?, ?, 'next', ?, 0, ?, 'null', 'waiting', 0)"
        " ON CONFLICT (topic, slot) DO UPDATE SET state = 'waiting', finished_at = NULL,"
        " anchor_at = CASE WHEN due.due_at > ? THEN CAST(? AS BIGINT) ELSE due.anchor_at END,"
        " due_at = CASE WHEN due.due_at > ? THEN CAST(? AS BIGINT) ELSE due.due_at END",
        job,
        job,
        now,
        now,
        latest,
        latest,
        latest,
        latest,
    )


async def revive(tx: Tx, job: str, every: timedelta) -> None:
    """Let the rows of a job that failed for good wait for their next turn after now, in step with
    their earlier ones."""
    now, step = to_millis(tx.now), every // timedelta(milliseconds=1)
    ahead = "due.anchor_at + ((CAST(? AS BIGINT) - due.anchor_at) / ? + 1) * ?"
    await tx.run(
        f"UPDATE due SET anchor_at = {ahead}, due_at = {ahead}, state = 'waiting', attempts = 0,"  # noqa: S608
        " error = NULL, finished_at = NULL WHERE job = ? AND state = 'failed'",
        now, step, step, now, step, step, job,
    )  # fmt: skip


async def bring_back(tx: Tx, job: str, every: timedelta) -> None:
    """Let the rows of a job that plan themselves anew every so often have their next turn after
    now, in step with the one that they have, where that lies further ahead than a turn: a clock
    that was ahead for a while has left it there."""
    now, step = to_millis(tx.now), every // timedelta(milliseconds=1)
    back = "(due.due_at - CAST(? AS BIGINT)) / ? * ?"
    await tx.run(
        f"UPDATE due SET anchor_at = anchor_at - {back}, due_at = due_at - {back}"  # noqa: S608
        " WHERE job = ? AND state = 'waiting' AND due_at > ?",
        now, step, step, now, step, step, job, now + step + VARIES_MILLIS,
    )  # fmt: skip


async def bring_forward(tx: Tx, row: DueRow, at: datetime) -> None:
    """Let repeating work, from inside its turn, go on at `at`, before the next one; that stays in
    step."""
    await tx.run(
        "UPDATE due SET due_at = ? WHERE id = ? AND due_at > ?",
        to_millis(at),
        row.id,
        to_millis(at),
    )


async def plan_next(tx: Tx, row: DueRow, every: timedelta) -> None:
    """Plan repeating work for its next turn after now, in step with its earlier ones."""
    missed = (tx.now - row.anchor_at) // every
    at = to_millis(row.anchor_at + every * (missed + 1))
    await tx.run(
        "UPDATE due SET anchor_at = ?, due_at = ?, attempts = 0, error = NULL WHERE id = ?",
        at,
        at,
        row.id,
    )
