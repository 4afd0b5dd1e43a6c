"""The tree of units from a table, as a department keeps it in a spreadsheet.

Columns: `name`, `kind` (department, school, academy, directorate, institution …), `parent` (the
name of a unit further up in the table, or of one that exists; empty for a root), `country` (SA,
MA) and `gender` (boys, girls, mixed; empty: mixed). Country is inherited where it is empty.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from bot.core.country import COUNTRIES
from bot.core.text import clean_line
from bot.features.people.actions.units import UnitDraft, create_unit
from bot.features.people.models import units
from bot.features.people.queries.units import UNIT_COLUMNS, Unit, unit_of
from bot.packs.organisation import UnitGender
from bot.storage.transaction import Tx

KINDS = (
    "ministry",
    "department",
    "office",
    "school",
    "academy",
    "directorate",
    "institution",
    "partner",
)
COLUMNS = ("name", "kind", "parent", "country", "gender")
LONGEST_NAME = 120


class RosterError(Exception):
    """A line of the table cannot be taken; nothing of the table is kept."""


@dataclass(frozen=True, slots=True)
class UnitImport:
    created: int
    known: int


async def import_units(tx: Tx, table: Iterable[str]) -> UnitImport:
    """Add the units of a CSV table (UTF-8, with its header) that are not there yet. A unit is
    known by its name below its parent, so the same table may be imported again.

    :raises RosterError: naming the line and what is wrong with it.
    """
    reader = csv.DictReader(table)
    if missing := {"name", "kind"} - set(reader.fieldnames or ()):
        raise RosterError(f"line 1: the column {min(missing)} is missing")
    by_name = await _units_by_name(tx)
    created = known = 0
    for number, row in enumerate(reader, 2):
        cells = {name: clean_line(row.get(name) or "") for name in COLUMNS}
        parent = _parent_of(number, cells["parent"], by_name)
        twins = by_name.get(cells["name"], [])
        if any(twin.parent_id == (parent.id if parent else None) for twin in twins):
            known += 1
            continue
        added = await create_unit(tx, None, _draft(number, cells, parent))
        by_name.setdefault(added.name, []).append(added)
        created += 1
    return UnitImport(created, known)


async def _units_by_name(tx: Tx) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for row in await tx.all(select(*UNIT_COLUMNS).order_by(units.c.id)):
        place = unit_of(row)
        found.setdefault(place.name, []).append(place)
    return found


def _parent_of(number: int, name: str, by_name: dict[str, list[Unit]]) -> Unit | None:
    if not name:
        return None
    found = by_name.get(name, [])
    if len(found) != 1:
        why = "is not above this line" if not found else "is the name of several units"
        raise RosterError(f"line {number}: the parent “{name}” {why}")
    return found[0]


def _draft(number: int, cells: dict[str, str], parent: Unit | None) -> UnitDraft:
    country = cells["country"] or (parent.country if parent else "")
    if not cells["name"]:
        raise RosterError(f"line {number}: the name is empty")
    if len(cells["name"]) > LONGEST_NAME:
        raise RosterError(f"line {number}: the name is longer than {LONGEST_NAME} characters")
    if cells["kind"] not in KINDS:
        raise RosterError(f"line {number}: kind must be one of {', '.join(KINDS)}")
    if country not in COUNTRIES:
        raise RosterError(f"line {number}: country must be one of {', '.join(COUNTRIES)}")
    try:
        gender = UnitGender(cells["gender"] or "mixed")
    except ValueError:
        raise RosterError(f"line {number}: gender must be boys, girls or mixed") from None
    zone = COUNTRIES[country].timezone
    above = parent.id if parent else None
    return UnitDraft(cells["kind"], cells["name"], country, zone, gender, above)
