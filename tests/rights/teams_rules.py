"""Who may do what with teams, and who sees what of them."""

from dataclasses import replace

from tests.rights.engine import GATE, SHOWN, WITHOUT, YES, Rule, when
from tests.rights.founding_rules import FOUNDING, PLACES
from tests.rights.groups import (
    ANYBODY,
    APART,
    ASKED,
    BELONGS,
    COLLEAGUE,
    LEAD,
    MEMBER,
    NEARBY,
    ONESELF,
    OUTSIDER,
    OVERSEER,
    TEAM_OVERSEER,
    Who,
    relation,
)
from tests.rights.searching_rules import SEARCHING
from tests.rights.things import ALONE, BOYS, ENDED, HALL, MEMBERSHIPS, READING
from tests.rights.tree_rules import TEAMS_BELOW

TEAMS = (READING, ENDED, BOYS, HALL, ALONE)
WITH_NAMES, UNHEARD = (replace(READING, marker=m) for m in ("هند الدوسري", "has not reached"))
REMOVED = relation("removed", "whom its lead has removed", "and who has not come back since")
GIVER = Who("gave the lead", lambda one, thing: one.key == "former lead")

SEES = MEMBER | ASKED | TEAM_OVERSEER
NEEDED = LEAD & Who("others belong to it", lambda one, thing: bool(thing.people.get("member")))

ONCE_CLOSED = tuple(each.state for each in MEMBERSHIPS if "closed" in each.state)
ENDED_MEMBERSHIP = ("declined", "left", "removed")

RULES = (
    TEAMS_BELOW,
    *FOUNDING,
    # Leading
    Rule(
        "Only its lead changes what an active team stands for, gives out another link, or ends it.",
        (
            "action communities.edit_team",
            "begin teams.edit",
            "finish teams.edit",
            "route teams.edit",
            "action communities.renew_link",
            "route teams.renew",
            "route teams.renewed",
            "action communities.close_team",
            "route teams.close",
            "route teams.closed",
            "action communities.access_led_team",
            "action communities.access_led_team#locked",
            "ability communities.teams.lead",
        ),
        (
            when(LEAD, YES, "active"),
            when(LEAD, "teams.closed", "closed"),
            when(ANYBODY, "teams.not_lead"),
        ),
        on=TEAMS,
    ),
    Rule(
        "What only a lead does, only the lead of an active team sees.",
        ("route teams.lead", "route teams.invite", "route teams.requests"),
        (
            when(LEAD, SHOWN, "active"),
            when(LEAD, "teams.closed", "closed"),
            when(ANYBODY, "teams.not_lead"),
        ),
        on=TEAMS,
    ),
    # Seeing
    Rule(
        "A team is seen by its people, by whoever oversees it, and while it works by the"
        " colleagues of its district whose schools go with its own.",
        ("route teams.page",),
        (when(SEES, SHOWN), when(NEARBY, SHOWN, "active"), when(ANYBODY, "teams.not_visible")),
        on=TEAMS,
        everybody_meets=2,
    ),
    Rule(
        "Only its members see who belongs to a team.",
        (
            "route teams.members",
            "action communities.access_team_with_members",
            "ability communities.teams.see_members",
        ),
        (
            when(MEMBER, SHOWN),
            when(SEES, "teams.not_member"),
            when(NEARBY, "teams.not_member", "active"),
            when(ANYBODY, "teams.not_visible"),
        ),
        on=TEAMS,
    ),
    Rule(
        "The names on a team's page are for its members; others read who leads it, and a number.",
        ("route teams.page#names",),
        (when(MEMBER, SHOWN), when(SEES | NEARBY, WITHOUT), when(ANYBODY, "teams.not_visible")),
        on=(WITH_NAMES,),
    ),
    Rule(
        "One's list of teams holds those that one belongs to or has asked to join.",
        ("route teams.mine",),
        (when(MEMBER | ASKED, SHOWN, "active"), when(ANYBODY, WITHOUT)),
        on=(READING, ENDED),
    ),
    Rule(
        "A closed team stays in the list of those who belonged to it until the end.",
        ("route teams.past",),
        (when(MEMBER, SHOWN, "closed"), when(ANYBODY, WITHOUT)),
        on=(ENDED, READING),
    ),
    Rule(
        "Everybody finds the teams of their own unit while they work.",
        ("route teams.find",),
        (when(COLLEAGUE, SHOWN, "active"), when(ANYBODY, WITHOUT)),
        on=(READING, ENDED),
    ),
    Rule(
        "A newcomer is shown the teams of each of their units while they work.",
        ("route teams.welcome",),
        (when(BELONGS, SHOWN, "active"), when(ANYBODY, WITHOUT)),
        on=(READING, ENDED),
    ),
    Rule(
        "The teams of a unit are listed for the colleagues of its district whose schools go with"
        " it, and for whoever oversees it.",
        (
            "route teams.at",
            "action communities.access_unit_with_teams",
            "ability communities.units.list",
        ),
        (when(NEARBY | OVERSEER, SHOWN), when(ANYBODY, "teams.not_visible")),
        on=tuple(replace(each, marker=each.place) for each in PLACES),
    ),
    Rule(
        "There they find the active teams; whoever oversees the unit for some subjects alone finds"
        " those that work for these.",
        ("route teams.at#team",),
        (
            when(NEARBY | TEAM_OVERSEER, SHOWN),
            when(OVERSEER, WITHOUT),
            when(ANYBODY, "teams.not_visible"),
        ),
        on=(READING, BOYS, HALL),
    ),
    # Joining and leaving
    Rule(
        "Whoever sees an active team asks once to join it.",
        (
            "action communities.ask_to_join",
            "begin teams.ask",
            "finish teams.ask",
            "action communities.access_team_to_ask",
            "ability communities.teams.ask",
            "route teams.ask",
        ),
        (
            when(MEMBER | TEAM_OVERSEER, "teams.closed", "closed"),
            when(MEMBER, "teams.member", "active"),
            when(ASKED, "teams.asked"),
            when(TEAM_OVERSEER | NEARBY, YES, "active"),
            when(ANYBODY, "teams.not_visible"),
        ),
        on=TEAMS,
    ),
    Rule(
        "That a request has reached no lead is read by whoever has asked, and by nobody else.",
        ("route teams.page#unheard",),
        (
            when(ASKED, SHOWN),
            when(MEMBER | TEAM_OVERSEER | NEARBY, WITHOUT),
            when(ANYBODY, "teams.not_visible"),
        ),
        on=(UNHEARD,),
    ),
    Rule(
        "That somebody does not know that they lead is read by whoever gave them the lead, and by"
        " nobody else.",
        ("route teams.page#unaware",),
        (
            when(GIVER, SHOWN),
            when(MEMBER | SEES | NEARBY, WITHOUT),
            when(ANYBODY, "teams.not_visible"),
        ),
        on=(UNHEARD,),
    ),
    Rule(
        "Only whoever has asked takes the request back.",
        (
            "action communities.withdraw_request",
            "route teams.unask",
            "action communities.access_own_request",
            "ability communities.teams.withdraw",
        ),
        (when(ASKED, YES), when(ANYBODY, "teams.no_request")),
        on=(READING, ENDED, BOYS),
    ),
    Rule(
        "A team's link lets in whoever has it, while the team works; but nobody from a boys'"
        " school into a girls' one or the other way round, unless they oversee it; nor whoever was"
        " removed from it.",
        ("action communities.join_by_link", "route teams.enter"),
        (
            when(OUTSIDER, "people.not_registered"),
            when(ANYBODY, "teams.closed", "closed"),
            when(TEAM_OVERSEER, YES),
            when(APART, "teams.other_gender"),
            when(REMOVED, "teams.by_lead"),
            when(MEMBER, "teams.member"),
            when(ANYBODY, YES),
        ),
        on=(READING, ENDED, BOYS),
        everybody_meets=3,
    ),
    Rule(
        "Whom the link lets in, it shows the team before.",
        ("route teams.link", "action communities.access_linked_team"),
        (
            when(OUTSIDER, "people.not_registered"),
            when(ANYBODY, "teams.closed", "closed"),
            when(TEAM_OVERSEER, YES),
            when(APART, "teams.other_gender"),
            when(REMOVED, "teams.by_lead"),
            when(ANYBODY, YES),
        ),
        on=(READING, ENDED, BOYS),
    ),
    Rule(
        "A link that was renewed lets nobody in.",
        ("action communities.join_by_link#old", "route teams.enter#old", "route teams.link#old"),
        (when(OUTSIDER, "people.not_registered"), when(ANYBODY, "teams.unknown_link")),
        on=(READING,),
    ),
    Rule(
        "The link is opened by /start; a visitor registers first.",
        ("route start#team",),
        (
            when(OUTSIDER, GATE),
            when(ANYBODY, "teams.closed", "closed"),
            when(TEAM_OVERSEER, SHOWN),
            when(APART, "teams.other_gender"),
            when(REMOVED, "teams.by_lead"),
            when(ANYBODY, SHOWN),
        ),
        on=(READING, ENDED, BOYS),
    ),
    Rule(
        "Members leave when they like; the only lead of others hands over before.",
        ("action communities.leave_team", "route teams.left"),
        (
            when(NEEDED, "teams.last_lead", "active"),
            when(MEMBER, YES),
            when(ANYBODY, "teams.not_member"),
        ),
        on=TEAMS,
    ),
    Rule(
        "Whether they want to leave is asked of members.",
        (
            "route teams.leave",
            "action communities.access_own_team",
            "ability communities.teams.leave",
        ),
        (when(MEMBER, YES), when(ANYBODY, "teams.not_member")),
        on=TEAMS,
    ),
    Rule(
        "Whoever deletes their data leaves all their teams, and only theirs.",
        ("action communities.leave_every_team",),
        (when(ANYBODY, YES),),
    ),
    # The people of a team
    Rule(
        "A lead answers the requests that wait.",
        (
            "action communities.accept_request",
            "route teams.accept",
            "action communities.decline_request",
            "begin teams.decline",
            "finish teams.decline",
            "route teams.decline",
            "action communities.access_request",
            "ability communities.members.answer",
        ),
        (
            when(LEAD, YES, "asked"),
            when(LEAD, "teams.closed", *ONCE_CLOSED),
            when(LEAD, "teams.answered", "lead", "member", *ENDED_MEMBERSHIP),
            when(ANYBODY, "teams.not_lead"),
        ),
        on=tuple(sorted(MEMBERSHIPS, key=lambda each: each.state != "asked")),
    ),
    Rule(
        "A lead opens a request that waits.",
        ("route teams.request",),
        (
            when(LEAD, SHOWN, "asked"),
            when(LEAD, "teams.closed", *ONCE_CLOSED),
            when(LEAD, "teams.answered", "lead", "member", *ENDED_MEMBERSHIP),
            when(ANYBODY, "teams.not_lead"),
        ),
        on=tuple(sorted(MEMBERSHIPS, key=lambda each: each.state != "asked")),
    ),
    Rule(
        "A lead removes members or hands over to one, but not to themselves.",
        (
            "action communities.remove_member",
            "route teams.removed",
            "action communities.hand_over",
            "route teams.handed",
            "action communities.access_removable_member",
            "action communities.access_next_lead",
            "ability communities.members.remove",
            "ability communities.members.hand_over",
        ),
        (
            when(LEAD, "teams.closed", *ONCE_CLOSED),
            when(LEAD & ONESELF, "teams.self"),
            when(LEAD, YES, "member"),
            when(LEAD, "teams.gone", "asked", *ENDED_MEMBERSHIP),
            when(ANYBODY, "teams.not_lead"),
        ),
        on=tuple(sorted(MEMBERSHIPS, key=lambda each: each.state != "member")),
    ),
    Rule(
        "A lead opens the members of an active team and writes role cards, their own too.",
        (
            "route teams.member",
            "route teams.hand",
            "route teams.remove",
            "action communities.set_responsibility",
            "begin teams.card",
            "finish teams.card",
            "route teams.card",
            "action communities.access_member",
            "ability communities.members.open",
        ),
        (
            when(LEAD, "teams.closed", *ONCE_CLOSED),
            when(LEAD, YES, "lead", "member"),
            when(LEAD, "teams.gone", "asked", *ENDED_MEMBERSHIP),
            when(ANYBODY, "teams.not_lead"),
        ),
        on=tuple(sorted(MEMBERSHIPS, key=lambda each: each.state != "member")),
    ),
    Rule(
        "Who oversees the team appoints a member of an active team as its lead.",
        ("action communities.appoint_lead", "route teams.appointed"),
        (
            when(TEAM_OVERSEER, "teams.closed", *ONCE_CLOSED),
            when(TEAM_OVERSEER, YES, "member"),
            when(TEAM_OVERSEER, "teams.leads", "lead"),
            when(TEAM_OVERSEER, "teams.gone", "asked", *ENDED_MEMBERSHIP),
            when(ANYBODY, "teams.not_overseer"),
        ),
        on=tuple(sorted(MEMBERSHIPS, key=lambda each: each.state != "member")),
    ),
    Rule(
        "Who may appoint is asked whom.",
        (
            "route teams.appoint",
            "action communities.access_candidate",
            "ability communities.members.appoint",
        ),
        (
            when(TEAM_OVERSEER, "teams.closed", *ONCE_CLOSED),
            when(TEAM_OVERSEER, YES, "member", "lead"),
            when(TEAM_OVERSEER, "teams.gone", "asked", *ENDED_MEMBERSHIP),
            when(ANYBODY, "teams.not_overseer"),
        ),
        on=tuple(sorted(MEMBERSHIPS, key=lambda each: each.state != "member")),
    ),
    Rule(
        "Who oversees the team sees among whom to choose a lead of an active team.",
        (
            "route teams.leads",
            "action communities.access_overseen_team",
            "ability communities.teams.appoint",
        ),
        (
            when(TEAM_OVERSEER, YES, "active"),
            when(TEAM_OVERSEER, "teams.closed", "closed"),
            when(ANYBODY, "teams.not_overseer"),
        ),
        on=TEAMS,
    ),
    *SEARCHING,
)
