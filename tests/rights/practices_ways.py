"""How each way of the table of practices is taken."""

from dataclasses import replace
from typing import Any

from bot.chat.screen import Screen
from bot.features.communities.queries import teams as team_queries
from bot.features.people.actions import search as people_index
from bot.features.practices.actions import practices as practice_actions
from bot.features.practices.actions import responses as response_actions
from bot.features.practices.actions.practices import PracticeDraft
from bot.features.practices.queries import practices as practice_queries
from bot.features.practices.rights import teams as team_rights
from tests.rights.engine import Live, Table, Ways
from tests.rights.practices_rules import RULES
from tests.rights.things import BOYS


def _team(live: Live) -> int | None:
    return live.more("team") if live.thing.more["team"] else None


def _draft(live: Live, team: int | None) -> PracticeDraft:
    return PracticeDraft(
        live.thing.marker, "تتعثر القراءة", "قسمنا الفصل إلى مجموعات", "", "arabic", "primary", team
    )


def _share(live: Live, team: int | None) -> Any:
    return practice_actions.share_practice(live.tx, live.me, _draft(live, team))


def _change(live: Live, team: int | None) -> Any:
    return practice_actions.change_practice(live.tx, live.me, live.id, _draft(live, team))


def _boys(live: Live) -> int:
    """A team to which no author belongs."""
    return live.world.ids[BOYS.key]


def _word(live: Live) -> str:
    return live.thing.marker.split()[-1]


async def _found(live: Live) -> Screen:
    number = await people_index.remember_search(live.tx, live.me, _word(live))
    return await live.show("practices.found", number)


WAYS: Ways = {
    "action practices.read_practice": lambda c: response_actions.read_practice(c.tx, c.me, c.id),
    "action practices.toggle_application": lambda c: response_actions.toggle_application(
        c.tx, c.me, c.id
    ),
    "action practices.thank_author": lambda c: response_actions.thank_author(c.tx, c.me, c.id),
    "action practices.change_practice": lambda c: _change(c, _team(c)),
    "action practices.change_practice#team": lambda c: _change(c, _boys(c)),
    "action practices.withdraw_practice": lambda c: practice_actions.withdraw_practice(
        c.tx, c.me, c.id
    ),
    "action practices.share_again": lambda c: practice_actions.share_again(c.tx, c.me, c.id),
    "action practices.hide_practice": (
        lambda c: practice_actions.hide_practice(c.tx, c.me, c.id, "فيها أسماء")
    ),
    "action practices.reveal_practice": lambda c: practice_actions.reveal_practice(
        c.tx, c.me, c.id
    ),
    "action practices.share_practice": lambda c: _share(c, c.id),
    "action practices.share_practice#everybody": lambda c: _share(c, None),
    "action practices.share_practice#place": lambda c: practice_actions.share_practice(
        c.tx, c.me, replace(_draft(c, None), unit_id=c.more("unit"))
    ),
    "action practices.access_place_to_share": lambda c: team_rights.access_place_to_share(
        c.tx, c.me, c.more("unit")
    ),
    "action practices.forget_author": lambda c: practice_actions.forget_author(c.tx, c.me),
    "action practices.access_author": lambda c: team_rights.access_author(c.tx, c.me),
    "route practices.piece": lambda c: c.show("practices.piece", c.id, 0),
    "route practices.new": lambda c: c.show("practices.new"),
    "route practices.topic": lambda c: c.show("practices.topic", "arabic"),
    "route practices.ours": lambda c: c.show("practices.ours"),
    "route practices.mine": lambda c: c.show("practices.mine"),
    "route practices.team": lambda c: c.show("practices.team", c.more("team")),
    "route practices.found": _found,
    "route practices.search": lambda c: c.show("practices.search", _word(c)),
    "route practices.search#asked": lambda c: c.show("practices.search"),
}


def _nothing_known(live: Live) -> dict[str, Any]:
    return {}


def _known(live: Live) -> dict[str, Any]:
    return {"practice": live.id}


def _answers(audience: int | None) -> dict[str, Any]:
    return {
        "title": "ممارسة جديدة", "difficulty": "تتعثر القراءة", "subject": "arabic",
        "actions_taken": "قسمنا الفصل إلى مجموعات", "stage": "primary",
        "audience": audience or 0,
    }  # fmt: skip


TABLE = Table(
    "practices",
    RULES,
    WAYS,
    {
        "practices.share": (_nothing_known, lambda c: _answers(c.id)),
        "practices.share#everybody": (_nothing_known, lambda c: _answers(None)),
        "practices.share#place": (_nothing_known, lambda c: _answers(-c.more("unit"))),
        "practices.edit": (_known, lambda c: {"title": "عنوان آخر"}),
        "practices.edit#team": (_known, lambda c: {"audience": _boys(c)}),
        "practices.hide": (_known, lambda c: {"reason": "فيها أسماء"}),
        "practices.search": (_nothing_known, lambda c: {"words": _word(c)}),
    },
    unasked={
        "job people.unit_moved": "its practices follow the unit",
        "job people.unit_merged": "its practices follow the unit",
    },
    things={
        "practices.practices": lambda c: practice_queries.practice_of(c.tx, c.id),
        "practices.teams": lambda c: team_queries.team(c.tx, c.id),
    },
)
