"""The addresses of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from bot.chat.person import Reach, addresses
from bot.core.i18n import Phrase, Voice
from bot.core.text import isolate_ltr
from bot.delivery.notice import Found, Gone, NoticeRow
from bot.storage.lists import among, ids_named
from bot.storage.transaction import Tx

SHOWN = 4
"""Characters at the end of an address by which its person knows it."""


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """One address of a person. `linked_at` is when it was joined to another one."""

    id: int
    person_id: int
    channel: str
    external: str
    reach: Reach
    preferred: bool
    linked_at: datetime | None


_SELECTED = select(
    addresses.c.id,
    addresses.c.person_id,
    addresses.c.channel,
    addresses.c.external,
    addresses.c.reach,
    addresses.c.preferred,
    addresses.c.linked_at,
)
_BY_ID = _SELECTED.where(addresses.c.id == bindparam("id"))
_BY_IDS = _SELECTED.where(among(addresses.c.id, ids_named("ids")))
_OF_PERSON = _SELECTED.where(addresses.c.person_id == bindparam("person")).order_by(addresses.c.id)


def _of(row: Row[Any]) -> OwnAddress:
    number, person_id, channel, external, reach, preferred, linked_at = tuple(row)
    return OwnAddress(number, person_id, channel, external, reach, bool(preferred), linked_at)


async def address_by_id(tx: Tx, address_id: int) -> OwnAddress | None:
    """The address of an id, whosever it is."""
    row = await tx.first(_BY_ID, id=address_id)
    return _of(row) if row else None


async def addresses_of(tx: Tx, person_id: int) -> list[OwnAddress]:
    """A person's addresses, in the order in which they were first used."""
    return [_of(row) for row in await tx.all(_OF_PERSON, person=person_id)]


def address_label(voice: Voice, found: OwnAddress) -> Phrase:
    """By what its person knows an address: the channel, and the end of its id there."""
    return voice.say(
        "{channel} (…{ending})",
        channel=voice.channel(found.channel),
        ending=Phrase(isolate_ltr(found.external[-SHOWN:])),
    )


async def linked(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[OwnAddress]]:
    """The address that was joined to its reader, as long as it is theirs."""
    ids = sorted({row.params["address"] for row in rows})
    found = {each.id: _of(each) for each in await tx.all(_BY_IDS, ids=ids)}
    return {
        row.id: each
        if (each := found.get(row.params["address"])) and each.person_id == row.to.id
        else Gone("unlinked")
        for row in rows
    }


async def unlinked(tx: Tx, rows: Sequence[NoticeRow]) -> dict[int, Found[bool]]:
    """To whoever writes at an address that was unlinked, unless they have registered by then."""
    return {row.id: Gone("registered") if row.to.is_member else True for row in rows}
