"""Who founds teams where, and for which subjects they work: a part of the table of teams."""

from tests.rights.engine import YES, Rule, when
from tests.rights.groups import ANYBODY, FOUNDERS, LEAD, answering, holding, holding_anywhere
from tests.rights.things import ENDED, READING, UNITS

PLACES = tuple(UNITS[key] for key in ("nada", "valley", "falah", "murjan"))

FOUNDER = holding(FOUNDERS, "a lead teacher, principal or supervisor of the unit or above it")
FOUNDER_FOR_ALL = answering(
    dict.fromkeys(FOUNDERS, False),
    "one of them for all subjects",
    "lead teacher, principal or supervisor at the unit or above it, for all subjects",
)
FOUNDER_SOMEWHERE = holding_anywhere(FOUNDERS, "a lead teacher, principal or supervisor")

FOUNDING: tuple[Rule, ...] = (
    Rule(
        "Whoever is lead teacher, principal or supervisor founds teams at their unit and below.",
        (
            "action communities.create_team",
            "finish teams.create",
            "action communities.access_unit_to_found",
            "ability communities.units.found",
        ),
        (when(FOUNDER, YES), when(ANYBODY, "teams.may_not_create")),
        on=PLACES,
    ),
    Rule(
        "Whoever founds by a role for some subjects founds for these.",
        ("action communities.create_team#science", "action communities.access_subjects"),
        (
            when(FOUNDER_FOR_ALL, YES),
            when(FOUNDER, "teams.beyond_subjects"),
            when(ANYBODY, "teams.may_not_create"),
        ),
        on=PLACES,
    ),
    Rule(
        "No lead widens by themselves for which subjects a team works; a role there for all of them"
        " does.",
        ("action communities.edit_team#all", "action communities.access_subjects#team"),
        (
            when(LEAD, "teams.beyond_subjects", "active"),
            when(LEAD, "teams.closed", "closed"),
            when(ANYBODY, "teams.not_lead"),
        ),
        on=(READING, ENDED),
    ),
    Rule(
        "Who may found a team somewhere is asked where.",
        ("begin teams.create", "route teams.create", "action communities.access_founding_reach"),
        (when(FOUNDER_SOMEWHERE, YES), when(ANYBODY, "teams.may_not_create")),
    ),
)
