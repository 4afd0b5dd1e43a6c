"""How each way of the table of teams is gone."""

from bot.features.people import finding
from bot.features.teams import actions, belonging
from bot.features.teams.actions import TeamDraft
from bot.features.teams.models import Mode
from tests.rights.engine import Live, Seen, Table, Ways, leads_to
from tests.rights.teams_rules import RULES

_OLD_LINK = "tLinkOfYesterday"


def _draft(live: Live) -> TeamDraft:
    return TeamDraft(live.unit, "حلقة جديدة", "م", ("هدف",), ("عهد",), "subject", Mode.ONLINE)


async def _search(live: Live) -> int:
    """The id of a search for the thing by one word of its name."""
    return await finding.remember_search(live.tx, live.me, _word(live))


def _word(live: Live) -> str:
    return live.thing.marker.split()[-1] if live.thing.marker else live.thing.place


async def _found(live: Live, route: str, *more: object) -> object:
    return await live.show(route, await _search(live), *more)


async def _schools(live: Live) -> Seen:
    number = await finding.remember_search(live.tx, live.me, live.thing.place)
    screen = await live.show("teams.schools", number)
    return leads_to(screen, "teams.at", live.unit, 0)


WAYS: Ways = {
    "action teams.create_team": lambda c: actions.create_team(c.tx, c.me, _draft(c)),
    "action teams.require_founder": lambda c: actions.require_founder(c.tx, c.me),
    "action teams.require_founder#there": lambda c: actions.require_founder(c.tx, c.me, c.unit),
    "action teams.edit_team": lambda c: actions.edit_team(c.tx, c.me, c.id, {"theme": "آخر"}),
    "action teams.renew_link": lambda c: actions.renew_link(c.tx, c.me, c.id),
    "action teams.close_team": lambda c: actions.close_team(c.tx, c.me, c.id),
    "action teams.ask_to_join": lambda c: actions.ask_to_join(c.tx, c.me, c.id, "أود الانضمام"),
    "action teams.withdraw_request": lambda c: actions.withdraw_request(c.tx, c.me, c.id),
    "action teams.join_by_link": lambda c: actions.join_by_link(c.tx, c.me, c.code),
    "action teams.join_by_link#old": lambda c: actions.join_by_link(c.tx, c.me, _OLD_LINK),
    "action teams.linked_team": lambda c: actions.linked_team(c.tx, c.me, c.code),
    "action teams.leave_team": lambda c: actions.leave_team(c.tx, c.me, c.id),
    "action teams.leave_every_team": lambda c: actions.leave_every_team(c.tx, c.me),
    "action teams.accept_request": lambda c: actions.accept_request(c.tx, c.me, c.id),
    "action teams.decline_request": lambda c: actions.decline_request(c.tx, c.me, c.id, "اكتمل"),
    "action teams.remove_member": lambda c: actions.remove_member(c.tx, c.me, c.id),
    "action teams.hand_over": lambda c: actions.hand_over(c.tx, c.me, c.id),
    "action teams.set_responsibility": (
        lambda c: actions.set_responsibility(c.tx, c.me, c.id, "المحضر")
    ),
    "action teams.appoint_lead": lambda c: actions.appoint_lead(c.tx, c.me, c.id),
    "action teams.led_team": lambda c: belonging.led_team(c.tx, c.me, c.id),
    "action teams.require_lead": lambda c: actions.require_lead(c.tx, c.me, c.id),
    "action teams.require_membership": lambda c: actions.require_membership(c.tx, c.me, c.id),
    "action teams.require_overseer": lambda c: actions.require_overseer(c.tx, c.me, c.id),
    "route teams.renewed": lambda c: c.show("teams.renewed", c.id, c.code[-4:]),
    "route teams.page#names": lambda c: c.show("teams.page", c.id),
    "route teams.mine": lambda c: c.show("teams.mine"),
    "route teams.past": lambda c: c.show("teams.past", 0),
    "route teams.find": lambda c: c.show("teams.find", 0),
    "route teams.at": lambda c: c.show("teams.at", c.unit, 0),
    "route teams.members": lambda c: c.show("teams.members", c.id, 0),
    "route teams.leads": lambda c: c.show("teams.leads", c.id, 0),
    "route teams.enter": lambda c: c.show("teams.enter", c.code),
    "route teams.enter#old": lambda c: c.show("teams.enter", _OLD_LINK),
    "route teams.link": lambda c: c.show("teams.link", c.code),
    "route teams.link#old": lambda c: c.show("teams.link", _OLD_LINK),
    "route start#team": lambda c: c.show("start", c.code),
    "route teams.farewell": lambda c: c.show("teams.farewell", "tell"),
    "route teams.farewell#do": lambda c: c.show("teams.farewell", "do"),
    "route teams.found": lambda c: _found(c, "teams.found"),
    "route teams.schools": _schools,
    "route teams.colleagues": lambda c: _found(c, "teams.colleagues"),
    "route teams.colleagues#unit": lambda c: _found(c, "teams.colleagues", 0, c.unit),
    "route teams.colleague#unit": lambda c: c.show("teams.colleague", c.unit),
}
UNASKED = {
    "action teams.end_team": "how a team ends; whoever calls it has asked for the right",
}
TABLE = Table(
    "teams",
    RULES,
    WAYS,
    {
        "teams.create": (
            lambda c: {},
            lambda c: {
                "unit": c.unit, "name": "حلقة جديدة", "theme": "م", "goals": ["هدف"],
                "norms": ["عهد"], "form_of_work": "subject", "mode": "online",
            },
        ),
        "teams.edit": (lambda c: {"team": c.id}, lambda c: {"theme": "آخر"}),
        "teams.ask": (lambda c: {"team": c.id}, lambda c: {"word": "أود الانضمام"}),
        "teams.decline": (lambda c: {"membership": c.id}, lambda c: {"reason": "اكتمل الفريق"}),
        "teams.card": (lambda c: {"membership": c.id}, lambda c: {"responsibility": "المحضر"}),
        "teams.search": (lambda c: {}, lambda c: {"words": _word(c)}),
        "teams.colleague": (lambda c: {"unit": 0}, lambda c: {"words": _word(c)}),
        "teams.colleague#unit": (lambda c: {"unit": c.unit}, lambda c: {"words": _word(c)}),
    },
    UNASKED,
)  # fmt: skip
