"""What somebody takes along of their own data."""

import json
from collections.abc import Sequence

from bot.chat.person import Person
from bot.chat.personal import ExportedRow, Personal
from bot.features.people.queries import personal as personal_queries
from bot.features.people.rights import addresses as address_rights
from bot.features.people.rights import people as people_rights
from bot.files.made import make_file
from bot.files.store import BlobStore
from bot.storage import audit
from bot.storage.transaction import Tx

Exported = dict[str, list[ExportedRow]]


async def read_own_data(tx: Tx, person: Person, parts: Sequence[Personal]) -> Exported:
    """Everything that is exported of the person, for themselves; that it was taken is noted.

    :raises Refused: "people.not_registered"; as `access_lasting_act`.
    """
    await people_rights.access_own_membership(tx, person)
    await address_rights.access_lasting_act(tx, person)
    await audit.record(tx, person.id, "people.export", person.id)
    return await personal_queries.export_person(tx, person.id, parts)


async def keep_json(tx: Tx, store: BlobStore, person: Person, found: Exported, name: str) -> int:
    """A file of the person's with all of it, for machines; returns its id."""
    data = json.dumps(found, ensure_ascii=False, indent=2).encode()
    return await make_file(tx, store, person.id, "export", name, "application/json", data)


async def keep_page(tx: Tx, store: BlobStore, person: Person, page: str, name: str) -> int:
    """A file of the person's with this page; returns its id."""
    return await make_file(tx, store, person.id, "export", name, "text/html", page.encode())
