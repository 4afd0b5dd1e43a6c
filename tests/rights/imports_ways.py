"""How each way of the table of lists is taken."""

from typing import Any

from bot.features.imports.actions import claims, slips, staging
from bot.features.imports.models import ImportKind
from bot.features.imports.queries import imports as import_queries
from bot.features.imports.queries import listed as listed_queries
from bot.features.imports.queries.headings import Columns
from bot.features.imports.queries.staged import PackedTable
from bot.features.imports.rights import lists as list_rights
from bot.features.imports.rights import places as place_rights
from tests.rights.engine import Live, Table, Ways
from tests.rights.imports_rules import RULES

_EMPTY = PackedTable(Columns(0, {}, {}), 0, [])
_CODE = "1234567890"


def _digest(live: Live) -> Any:
    return live.turn.installation.digest


async def _keeps(live: Live) -> bool:
    found = await listed_queries.listed_by_ids(live.tx, [live.id])
    drafts = [slips.draft_slip(each, live.tx.now, _digest(live)) for each in found]
    return await slips.keep_slips(live.tx, live.me, drafts, _digest(live))


WAYS: Ways = {
    "action imports.access_importing": lambda c: list_rights.access_importing(c.tx, c.me),
    "action imports.stage": lambda c: staging.stage(
        c.tx, c.me, ImportKind.PEOPLE, "list.csv", _EMPTY
    ),
    "action imports.drop": lambda c: staging.drop(c.tx, c.me, c.id),
    "action imports.confirm": lambda c: staging.confirm(c.tx, c.me, c.id),
    "action imports.undo": lambda c: staging.undo(c.tx, c.me, c.id),
    "action imports.make_slip": lambda c: slips.make_slip(c.tx, c.me, c.id, _digest(c)),
    "action imports.access_slips": lambda c: place_rights.access_slips(c.tx, c.me, [c.id]),
    "action imports.keep_slips": _keeps,
    "action imports.undo_claim": lambda c: claims.undo_claim(c.tx, c.me, c.id),
    "action imports.look_up": lambda c: claims.look_up(c.tx, c.me, _CODE, _digest(c)),
    "action imports.look_up_number": lambda c: claims.look_up_number(c.tx, c.me, "0" * 64),
    "action imports.prove": lambda c: claims.prove(c.tx, c.me, c.id, "x", _digest(c), first=""),
    "action imports.access_proven": lambda c: place_rights.access_proven(c.tx, c.me, c.id),
    "action imports.claim": lambda c: claims.claim(c.tx, c.me, c.id),
    "route imports.bring": lambda c: c.show("imports.bring"),
    "route imports.by_number": lambda c: c.show("imports.by_number"),
    "route imports.claim": lambda c: c.show("imports.claim", _CODE),
    "route imports.listed": lambda c: c.show("imports.listed", c.unit),
    "route imports.below": lambda c: c.show("imports.below", c.unit),
    "route start": lambda c: c.show("start", f"s{_CODE}"),
}


def _known(live: Live) -> dict[str, Any]:
    return {"listed": live.id}


def _given(live: Live) -> dict[str, Any]:
    return {"proof": "الزهراني"}


TABLE = Table(
    "imports",
    RULES,
    WAYS,
    {"imports.prove": (_known, _given)},
    unasked={
        "action imports.go_on_later": "it only has the bot do what was begun",
        "action imports.forget_staged": "the job that forgets what a file said",
        "action imports.change_listed": "part of adding a list: each piece asks for the right",
        "action imports.change_back": "part of taking a list back, which was asked for",
        "action imports.forget_claims": "part of erasing a person",
        "job imports.work": "each piece asks for the right of whoever brought the list",
        "job people.unit_merged": "lets those who stand on a list follow their unit",
        "job people.unit_closed": "forgets whom no unit waits for any more",
        "job imports.forget_staged": "it forgets what a file said, after a week",
        "job imports.forget_unclaimed": "it forgets who claimed no place, after three months",
    },
    things={
        "imports.lists": lambda c: import_queries.import_by_id(c.tx, c.id),
        "imports.places": lambda c: listed_queries.listed_by_id(c.tx, c.id),
    },
)
