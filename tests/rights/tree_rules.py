"""Who may change the tree of units."""

from bot.packs.roles import Role
from tests.rights.cast import PLACES, lineage
from tests.rights.engine import SHOWN, WITHOUT, YES, Rule, when
from tests.rights.groups import ADMINISTRATOR, ANYBODY, ONESELF, STRANGER, Who, holding_anywhere
from tests.rights.things import UNITS, WANTED

ANY_ADMINISTRATOR = holding_anywhere((Role.ADMINISTRATOR,), "an administrator")
OF_A_TREE = Who(
    "who administers a whole tree",
    lambda one, thing: any(
        h.role is Role.ADMINISTRATOR and not PLACES[h.place].above for h in one.held
    ),
)
ABOVE = Who(
    "who administers what it lies below",
    lambda one, thing: (
        not one.gone
        and any(
            h.stands and h.role is Role.ADMINISTRATOR and h.place in lineage(thing.place)[:-1]
            for h in one.held
        )
    ),
)
BOTH = Who(
    "who administers what it lies below and where it goes",
    lambda one, thing: ABOVE.meets(one, thing) and ADMINISTRATOR.meets(one, UNITS["coast"]),
)

TREE_RULES = (
    Rule(
        "Administrators add units below those that they administer.",
        (
            "action people.create_unit",
            "action people.add_unit",
            "action people.access_parent",
            "action people.access_unit_to_extend",
            "ability people.units.add_units",
            "route people.add_unit",
            "begin people.add_unit",
            "finish people.add_unit",
        ),
        (when(ADMINISTRATOR, YES), when(ANYBODY, "people.not_administrator")),
        on=tuple(UNITS[key] for key in ("valley", "nada", "ministry", "coast")),
    ),
    Rule(
        "Whoever administers what a unit lies below renames it, says in which town it lies, moves"
        " it, merges it into another one that they administer, and closes it.",
        (
            "action people.open_unit",
            "action people.rename_unit",
            "route people.rename_unit",
            "begin people.rename_unit",
            "finish people.rename_unit",
            "action people.place_unit",
            "route people.place_unit",
            "begin people.place_unit",
            "finish people.place_unit",
            "route people.move_unit",
            "begin people.move_unit",
            "finish people.move_unit",
            "route people.merge_unit",
            "begin people.merge_unit",
            "finish people.merge_unit",
            "route people.close_unit",
            "route people.unit_closed",
            "action people.move_unit",
            "action people.merge_units",
            "action people.close_unit",
            "action people.access_unit_to_change",
            "ability people.units.change",
        ),
        (when(ABOVE, YES), when(ANYBODY, "people.not_administrator")),
        on=(UNITS["nada"],),
    ),
    Rule(
        "Nobody moves a unit to where they do not administer, and merges it into nothing there.",
        (
            "action people.move_unit#elsewhere",
            "action people.merge_units#elsewhere",
            "finish people.move_unit#elsewhere",
            "finish people.merge_unit#elsewhere",
        ),
        (when(BOTH, YES), when(ANYBODY, "people.not_administrator")),
        on=(UNITS["nada"],),
    ),
    Rule(
        "What is missing in the list is added, or declined with a reason, by whoever administers"
        " where it is to lie.",
        (
            "action people.access_unit_request",
            "ability people.unit_requests.answer",
            "action people.add_wanted",
            "action people.decline_wanted",
            "route people.wanted_unit",
            "route people.add_wanted",
            "begin people.add_wanted",
            "finish people.add_wanted",
            "route people.decline_wanted",
            "begin people.decline_wanted",
            "finish people.decline_wanted",
        ),
        (
            when(ONESELF, "people.not_administrator"),
            when(ADMINISTRATOR, YES),
            when(ANYBODY, "people.not_administrator"),
        ),
        on=WANTED,
        everybody_meets=2,
    ),
    Rule(
        "What is missing in the list is seen by whoever administers something, as far as it is to"
        " lie there.",
        ("route people.wanted",),
        (
            when(ADMINISTRATOR, SHOWN),
            when(ANY_ADMINISTRATOR, WITHOUT),
            when(ANYBODY, "people.not_administrator"),
        ),
        on=WANTED[:1],
    ),
    Rule(
        "Whoever administers something adds units there.",
        ("action people.access_adding",),
        (when(ANY_ADMINISTRATOR, YES), when(ANYBODY, "people.not_administrator")),
    ),
    Rule(
        "Whoever is registered asks that a place of work be added.",
        ("action people.ask_for_unit",),
        (when(STRANGER, "people.not_registered"), when(ANYBODY, YES)),
        on=(UNITS["valley"],),
    ),
    Rule(
        "Whoever is registered takes back what they asked.",
        ("action people.take_back", "route people.wanted_taken_back"),
        (when(STRANGER, "people.not_registered"), when(ANYBODY, YES)),
    ),
    Rule(
        "The first unit of all is entered by whom the settings of the installation name.",
        (
            "action people.access_first_unit",
            "action people.add_first_unit",
            "route people.first_unit",
            "begin people.first_unit",
            "finish people.first_unit",
        ),
        (when(ANYBODY, "people.not_administrator"),),
    ),
    Rule(
        "Another tree is begun by whoever administers a whole one.",
        ("action people.create_unit#root", "action people.access_parent#root"),
        (when(OF_A_TREE, YES), when(ANYBODY, "people.not_administrator")),
    ),
)


def _told(what: str, way: str) -> Rule:
    return Rule(
        f"How many {what} at a unit is told to whoever may change the unit.",
        (way,),
        (when(ABOVE, YES), when(ANYBODY, "people.not_administrator")),
        on=(UNITS["nada"],),
    )


TEAMS_BELOW = _told("teams there are", "route teams.below")
LISTED_BELOW = _told("stand on lists", "route imports.below")
