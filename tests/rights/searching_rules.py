"""Who finds which teams, units and colleagues: a part of the table of teams."""

from tests.rights.engine import SHOWN, WITHOUT, YES, Rule, when
from tests.rights.groups import (
    ANYBODY,
    COLLEAGUE,
    GRANTER,
    NEARBY,
    ONESELF,
    OVERSEER,
    TEAM_OVERSEER,
    relation,
)
from tests.rights.things import BOYS, COLLEAGUES, ENDED, HALL, READING, UNITS

PLACES = tuple(UNITS[key] for key in ("nada", "valley", "falah", "murjan"))
PEOPLE = tuple(COLLEAGUES.values())
TEAM_MATE = relation("team-mates", "who shares a team with them")

SEARCHING = (
    Rule(
        "Everybody searches for teams and colleagues.",
        (
            "route teams.search",
            "begin teams.search",
            "route teams.colleague",
            "begin teams.colleague",
        ),
        (when(ANYBODY, YES),),
    ),
    Rule(
        "A search finds the active teams of the district whose schools go with one's own, and of"
        " those that one oversees.",
        ("route teams.found", "finish teams.search"),
        (when(NEARBY | TEAM_OVERSEER, SHOWN, "active"), when(ANYBODY, WITHOUT)),
        on=(READING, ENDED, BOYS, HALL),
    ),
    Rule(
        "A search finds the units of the district that go with one's own, and those that one"
        " oversees.",
        ("route teams.schools",),
        (when(NEARBY | OVERSEER, SHOWN), when(ANYBODY, WITHOUT)),
        on=PLACES,
    ),
    Rule(
        "People are found by whoever looks after them, by their team-mates, and at their school"
        " once they have agreed; nobody finds whoever has gone.",
        ("route teams.colleagues", "finish teams.colleague"),
        (
            when(ANYBODY, WITHOUT, "gone"),
            when(ONESELF, WITHOUT),
            when(GRANTER | TEAM_MATE, SHOWN),
            when(COLLEAGUE, SHOWN, "registered"),
            when(ANYBODY, WITHOUT),
        ),
        on=PEOPLE,
        everybody_meets=2,
    ),
    Rule(
        "All the people of a unit are searched by whoever looks after them.",
        (
            "route teams.colleague#unit",
            "begin teams.colleague#unit",
            "finish teams.colleague#unit",
            "route teams.colleagues#unit",
            "action search.access_searched_unit",
        ),
        (when(GRANTER, YES), when(ANYBODY, "people.not_yours")),
        on=PLACES,
    ),
)
