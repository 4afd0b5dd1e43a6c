"""What messages about units say, read for many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.delivery.notice import Found, NoticeRow
from bot.features.people.queries.units import units_by_id
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class UnitNews:
    """A unit that is part of another one, or closed; whether the reader waited there."""

    unit: str
    into: str = ""
    waited: bool = False


async def merged(tx: Tx, rows: Sequence[NoticeRow]) -> Mapping[int, Found[UnitNews]]:
    """To whoever stood to a unit: into which one it was merged."""
    ids = {row.params[name] for row in rows for name in ("unit", "into")}
    places = await units_by_id(tx, ids)
    return {
        row.id: UnitNews(places[row.params["unit"]].name, places[row.params["into"]].name)
        for row in rows
    }


async def closed(tx: Tx, rows: Sequence[NoticeRow]) -> Mapping[int, Found[UnitNews]]:
    """To whoever waited at a unit, or held a role there: it is closed."""
    places = await units_by_id(tx, {row.params["unit"] for row in rows})
    return {
        row.id: UnitNews(places[row.params["unit"]].name, waited=row.params["waited"])
        for row in rows
    }
