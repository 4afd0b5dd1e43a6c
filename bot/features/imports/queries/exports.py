"""People and units in the form in which a list brings them, without telephone numbers."""

import asyncio
from collections.abc import Iterable

from bot.arabic.calendar.places import place_of
from bot.arabic.order import order_key
from bot.core.i18n import N_, Voice
from bot.documents.sheets.writing import Sheet, SheetRow, WorkbookWriter
from bot.features.imports.models import ImportKind
from bot.features.imports.queries import listed as listed_queries
from bot.features.people.queries import people as people_queries
from bot.features.people.queries import units as unit_queries
from bot.features.people.queries.roles import roles_at
from bot.features.people.queries.units import Unit
from bot.packs.organisation import (
    role_label,
    stage_label,
    subject_label,
)
from bot.packs.roles import Role
from bot.storage.database import Database
from bot.storage.transaction import Tx

AT_ONCE = 1_000
_PEOPLE = (
    N_("Full name"),
    N_("School"),
    N_("Department"),
    N_("Role"),
    N_("Subject"),
    N_("Stage"),
    N_("Staff number"),
    N_("Standing"),
)
_UNITS = (
    N_("Full name"),
    N_("Kind of unit"),
    N_("Department"),
    N_("Country"),
    N_("Girls or boys"),
    N_("Place"),
)


async def sheet_of(tx: Tx, kind: ImportKind, unit_id: int, voice: Voice) -> Sheet:
    """What lies below a unit, and the unit itself; 0: everything.

    :raises LookupError: there is no such unit.
    """
    tops = await unit_queries.root_units(tx)
    if unit_id:
        top = await unit_queries.unit(tx, unit_id)
        if top is None:
            raise LookupError(f"there is no unit {unit_id}")
        tops = [top]
    places = {
        place.id: place
        for top in tops
        for place in [top, *await unit_queries.units_under(tx, top.id)]
    }
    if kind is ImportKind.UNITS:
        return _units(voice, places)
    rows = [
        *await _listed(tx, voice, places),
        *await _members(tx, voice, places),
    ]
    return _people(voice, rows)


async def import_workbook(database: Database, import_id: int, voice: Voice) -> bytes:
    """A workbook of those whom an import added, in the order of the list. It may take long: they
    are read some at a time, each in a moment of its own, and written in a thread."""
    headings = [str(voice.text(each)) for each in _PEOPLE]
    writer: WorkbookWriter | None = None
    last, goes_on = 0, True
    while goes_on or writer is None:
        async with database.reading() as tx:
            rows, last = await _listed_some(tx, voice, None, import_id, last)
        goes_on = bool(last)
        if writer is None:
            writer = WorkbookWriter(
                Sheet(str(voice.say("People")), headings, rows[:100], rtl=voice.language == "ar")
            )
        await asyncio.to_thread(writer.add, rows)
    return await asyncio.to_thread(writer.finish)


def _people(voice: Voice, rows: list[SheetRow]) -> Sheet:
    rows.sort(key=lambda row: (order_key(str(row.cells[1])), order_key(str(row.cells[0]))))
    headings = [str(voice.text(each)) for each in _PEOPLE]
    return Sheet(str(voice.say("People")), headings, rows, rtl=voice.language == "ar")


async def _listed(tx: Tx, voice: Voice, places: dict[int, Unit]) -> list[SheetRow]:
    rows, last = await _listed_some(tx, voice, places, 0, 0)
    while last:
        more, last = await _listed_some(tx, voice, places, 0, last)
        rows += more
    return rows


async def _listed_some(
    tx: Tx, voice: Voice, places: dict[int, Unit] | None, import_id: int, last: int
) -> tuple[list[SheetRow], int]:
    """The next of those who are listed, and the id of the last one looked at, or 0 at the end."""
    found = await listed_queries.listed_after(tx, last, import_id, AT_ONCE)
    above = await unit_queries.units_by_id(tx, {each.unit.parent_id or 0 for each in found})
    rows: list[SheetRow] = []
    for each in found:
        if places is not None and (each.unit.id not in places or not each.is_open):
            continue
        parent = above.get(each.unit.parent_id or 0)
        standing = voice.say("not joined yet") if each.is_open else voice.say("joined")
        cells = (
            each.name, each.unit.name, parent.name if parent else "",
            _role(voice, each.role, each.unit), _subjects(voice, each.subjects),
            _stages(voice, each.stages), each.staff_number, str(standing),
        )  # fmt: skip
        rows.append(SheetRow(cells))
    return rows, found[-1].id if len(found) == AT_ONCE else 0


def _subjects(voice: Voice, codes: Iterable[str]) -> str:
    return "; ".join(str(subject_label(voice, code)) for code in codes)


def _stages(voice: Voice, codes: Iterable[str]) -> str:
    return "; ".join(str(stage_label(voice, code)) for code in codes)


def _role(voice: Voice, role: Role, place: Unit) -> str:
    return str(role_label(voice, role, unit_queries.staff_of(place)))


async def _members(tx: Tx, voice: Voice, places: dict[int, Unit]) -> list[SheetRow]:
    rows: list[SheetRow] = []
    numbers = sorted(places)
    for start in range(0, len(numbers), AT_ONCE):
        some, last = numbers[start : start + AT_ONCE], 0
        while found := await people_queries.staff_after(tx, some, last, AT_ONCE):
            last = found[-1].number
            held = await roles_at(tx, some, {each.person_id for each in found})
            for each in found:
                given = held.get((each.person_id, each.unit_id), ())
                role = next((one for one in given if one is not Role.TEACHER), Role.TEACHER)
                place = places[each.unit_id]
                parent = places.get(place.parent_id or 0)
                cells = (
                    each.name, place.name, parent.name if parent else "", _role(voice, role, place),
                    _subjects(voice, each.subjects), _stages(voice, each.stages), "",
                    str(voice.say("joined")),
                )  # fmt: skip
                rows.append(SheetRow(cells))
    return rows


def _units(voice: Voice, places: dict[int, Unit]) -> Sheet:
    ordered = sorted(places.values(), key=lambda place: (len(place.lineage), place.path))
    rows = []
    for place in ordered:
        parent = places.get(place.parent_id or 0)
        above = parent.name if parent else ""
        town = place_of(place.place)
        own = town.name(voice.language) if town else ""
        cells = (place.name, place.kind, above, place.country, place.gender.value, own)
        rows.append(SheetRow(cells))
    headings = [str(voice.text(each)) for each in _UNITS]
    return Sheet(str(voice.say("Units")), headings, rows, rtl=voice.language == "ar")
