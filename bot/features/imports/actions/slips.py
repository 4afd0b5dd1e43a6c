"""Codes for those who stand on a list: handed over by the head, used once."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from bot.chat.person import Person
from bot.core.text import western
from bot.features.imports.models import imported_people
from bot.features.imports.rights import places as rights
from bot.storage import audit
from bot.storage.transaction import Tx

Digest = Callable[[str], str]
"""What of a code is stored: `Installation.digest`."""
CODE_DIGITS = 10
HEAD_DIGITS = 6
VALID_FOR = timedelta(days=14)
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


async def make_slip(
    tx: Tx, actor: Person, listed_id: int, digest: Digest, *, anew: bool = False
) -> Slip:
    """The code of somebody who waits: the one that holds already, or another; a former one ends
    with it. What is stored makes no code without the installation's key.

    :raises Refused: "imports.not_head".
    """
    listed = await rights.access_listed(tx, actor, listed_id, lock=True)
    seed, until = listed.slip_seed, listed.slip_until
    if anew or seed is None or until is None or until <= tx.now:
        seed, until = secrets.token_hex(16), tx.now + VALID_FOR
        code = _digits(digest, f"slip of {seed}", CODE_DIGITS)
        await tx.execute(
            update(imported_people)
            .where(imported_people.c.id == listed_id)
            .values(
                slip_seed=seed,
                slip_digest=slip_digest(digest, code),
                slip_until=until,
                wrong_tries=0,
                proven_by=None,
                proven_until=None,
            )
        )
        behalf = await rights.hands_out_for(tx, actor, listed)
        await audit.record(tx, actor.id, "imports.make_slip", listed_id, **behalf)
    code = _digits(digest, f"slip of {seed}", CODE_DIGITS)
    return Slip(code, head_code(digest, seed), until)
