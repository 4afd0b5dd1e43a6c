"""Codes for those who stand on a list: handed over by the head, used once."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.text import western
from bot.features.imports.models import imported_people
from bot.features.imports.queries.listed import Listed
from bot.features.imports.rights import places as rights
from bot.storage import audit
from bot.storage.columns import to_millis
from bot.storage.transaction import Tx

Digest = Callable[[str], str]
"""What of a code is stored: `Installation.digest`."""
CODE_DIGITS = 10
HEAD_DIGITS = 6
VALID_FOR = timedelta(days=14)
MOST_OF_SLIP = 5
"""Wrong second proofs for one slip; with them it ends."""
PREFIX = "s"
"""Tells a code in a link from the payloads of other links."""
_BETWEEN = re.compile("[\\s\u00a0\\-\u2010-\u2013\u200e\u200f\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed over to somebody: the code, and where it opens; `head_code` is told by the
    head alone, to whoever's family name is not the one of the list."""

    code: str
    head_code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class SlipDraft:
    """The slip of somebody as a sheet has it: the one that holds already, or a fresh one, which
    holds from the moment in which the sheet is handed out."""

    listed: Listed
    slip: Slip
    seed: str
    is_fresh: bool


def code_in(text: str) -> str:
    """The code that a text is, in any numerals, with or without gaps; "" for any other text."""
    digits = western(_BETWEEN.sub("", text))
    is_code = len(digits) == CODE_DIGITS and digits.isascii() and digits.isdecimal()
    return digits if is_code else ""


def slip_digest(digest: Digest, code: str) -> str:
    """By what a code is found again."""
    return digest(f"slip {code}")


def _digits(digest: Digest, what: str, count: int) -> str:
    return f"{int(digest(what), 16) % 10**count:0{count}}"


def head_code(digest: Digest, seed: str) -> str:
    """The second code of a slip."""
    return _digits(digest, f"slip of the head {seed}", HEAD_DIGITS)


def _opens(listed: Listed, now: datetime) -> bool:
    """Whether the slip that somebody has may be handed over still."""
    return listed.has_slip(now) and listed.wrong_tries < MOST_OF_SLIP


def draft_slip(listed: Listed, now: datetime, digest: Digest, *, anew: bool = False) -> SlipDraft:
    """The slip of somebody who waits: the one that holds already, or another."""
    seed, until = listed.slip_seed, listed.slip_until
    fresh = anew or not _opens(listed, now)
    if fresh or seed is None or until is None:
        seed, until = secrets.token_hex(16), now + VALID_FOR
    code = _digits(digest, f"slip of {seed}", CODE_DIGITS)
    return SlipDraft(listed, Slip(code, head_code(digest, seed), until), seed, fresh)


async def make_slip(
    tx: Tx, actor: Person, listed_id: int, digest: Digest, *, anew: bool = False
) -> Slip:
    """The code of somebody who waits: the one that holds already, or another; a former one ends
    with it. What is stored makes no code without the installation's key.

    :raises Refused: "imports.not_head".
    """
    listed = await rights.access_listed(tx, actor, listed_id, lock=True)
    draft = draft_slip(listed, tx.now, digest, anew=anew)
    if draft.is_fresh:
        await tx.execute(
            update(imported_people)
            .where(imported_people.c.id == listed_id)
            .values(
                slip_seed=draft.seed,
                slip_digest=slip_digest(digest, draft.slip.code),
                slip_until=draft.slip.until,
                wrong_tries=0,
                proven_by=None,
                proven_until=None,
            )
        )
        behalf = await rights.hands_out_for(tx, actor, listed)
        await audit.record(tx, actor.id, "imports.make_slip", listed_id, **behalf)
    return draft.slip


async def keep_slips(tx: Tx, actor: Person, drafts: Sequence[SlipDraft], digest: Digest) -> bool:
    """Have the slips of a printed sheet hold. False, and nothing is done, where one of them is not
    what stands on the sheet: somebody has joined meanwhile, was renamed, or has another code.

    :raises Refused: "imports.not_head".
    """
    ids = [draft.listed.id for draft in drafts]
    if await tx.held_elsewhere([("listed", number) for number in ids]):
        return False
    found = {each.id: each for each in await rights.access_slips(tx, actor, ids)}
    if not all(_holds(draft, found[draft.listed.id], tx.now) for draft in drafts):
        return False
    # Who is just taking their place by a telephone number goes on.
    await tx.run_many(
        "UPDATE imported_people SET slip_seed = ?, slip_digest = ?, slip_until = ?,"
        " wrong_tries = 0 WHERE id = ?",
        [
            (
                draft.seed,
                slip_digest(digest, draft.slip.code),
                to_millis(draft.slip.until),
                draft.listed.id,
            )
            for draft in drafts
            if draft.is_fresh
        ],
    )
    printed = Counter(draft.listed.unit.id for draft in drafts)
    first = {draft.listed.unit.id: draft.listed for draft in reversed(drafts)}
    await audit.record_all(
        tx,
        actor.id,
        "imports.print_slips",
        [
            (unit, {"unit": unit, "count": count}
             | await rights.hands_out_for(tx, actor, first[unit]))
            for unit, count in printed.items()
        ],
    )  # fmt: skip
    return True


def _holds(draft: SlipDraft, found: Listed, now: datetime) -> bool:
    """Whether the sheet says of somebody what holds, or will."""
    if not found.is_open or (found.name, found.unit.id) != (
        draft.listed.name,
        draft.listed.unit.id,
    ):
        return False
    if draft.is_fresh:
        return not _opens(found, now)
    return found.slip_seed == draft.seed and _opens(found, now)
