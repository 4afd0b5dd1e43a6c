"""Who brings lists of people and units, and who hands places out to those who stand on one."""

from bot.packs.roles import Role
from tests.rights.account_rules import VISITOR
from tests.rights.engine import YES, Rule, when
from tests.rights.groups import (
    ANYBODY,
    AUTHOR,
    GRANTER,
    HEAD_HERE,
    ONESELF,
    STRANGER,
    holding,
    holding_anywhere,
)
from tests.rights.things import LISTED, LISTS, UNITS, UNITS_WAITING
from tests.rights.tree_rules import LISTED_BELOW

BRINGER = holding_anywhere((Role.ADMINISTRATOR,), "an administrator")
STILL = AUTHOR & holding((Role.ADMINISTRATOR,), "still an administrator there")

RULES = (
    LISTED_BELOW,
    Rule(
        "How many stand on a list at a unit is told to whoever looks after its people.",
        ("route imports.listed",),
        (when(GRANTER, YES), when(ANYBODY, "people.not_yours")),
        on=(UNITS["nada"],),
    ),
    Rule(
        "Lists of people and units are brought by administrators.",
        ("action imports.access_importing", "action imports.stage", "route imports.bring"),
        (when(BRINGER, YES), when(ANYBODY, "imports.not_importer")),
    ),
    Rule(
        "A list is seen by whoever brought it, as long as they administer something.",
        (
            "action imports.access_import",
            "ability imports.lists.open",
            "route imports.one",
            "route imports.go_on",
            "action imports.drop",
            "route imports.drop",
            "route imports.report",
            "route imports.export",
            "route imports.places",
            "route imports.print_list",
        ),
        (when(AUTHOR & BRINGER, YES), when(ANYBODY, "imports.not_yours")),
        on=LISTS,
        everybody_meets=2,
    ),
    Rule(
        "What was looked through is added by whoever brought it.",
        ("action imports.confirm", "route imports.add"),
        (
            when(AUTHOR & BRINGER, "imports.over", "taken back"),
            when(AUTHOR & BRINGER, YES),
            when(ANYBODY, "imports.not_yours"),
        ),
        on=LISTS,
        everybody_meets=2,
    ),
    Rule(
        "What was added is taken back by whoever brought it.",
        ("route imports.undo",),
        (
            when(AUTHOR & BRINGER, "imports.not_added", "checked"),
            when(AUTHOR & BRINGER, "imports.over", "taken back"),
            when(AUTHOR & BRINGER, YES),
            when(ANYBODY, "imports.not_yours"),
        ),
        on=LISTS,
        everybody_meets=2,
    ),
    Rule(
        "Taking it back twice changes nothing.",
        ("action imports.undo", "route imports.undone"),
        (
            when(AUTHOR & BRINGER, "imports.not_added", "checked"),
            when(AUTHOR & BRINGER, YES),
            when(ANYBODY, "imports.not_yours"),
        ),
        on=LISTS,
        everybody_meets=2,
    ),
    Rule(
        "Who stands on a list and has not joined is seen by the head of the unit and by whoever"
        " brought the list, who are given the code.",
        (
            "action imports.access_listed",
            "ability imports.places.hand_out",
            "action imports.make_slip",
            "route imports.slip",
            "route imports.slip_anew",
        ),
        (
            when(ANYBODY, "imports.not_head", "claimed", "claimed long ago"),
            when(HEAD_HERE | STILL, YES),
            when(ANYBODY, "imports.not_head"),
        ),
        on=LISTED,
        everybody_meets=2,
    ),
    Rule(
        "A printed sheet of slips is handed out to the same, whoever of it has joined meanwhile.",
        ("action imports.access_slips", "action imports.keep_slips"),
        (when(HEAD_HERE | STILL, YES), when(ANYBODY, "imports.not_head")),
        on=LISTED,
        everybody_meets=2,
    ),
    Rule(
        "A claim is undone within seven days by the same, and by nobody for themselves.",
        (
            "action imports.access_claim",
            "ability imports.places.undo",
            "action imports.undo_claim",
            "route imports.unclaim",
            "route imports.unclaimed",
        ),
        (
            when(ONESELF, "imports.not_head"),
            when(HEAD_HERE | STILL, YES, "claimed"),
            when(ANYBODY, "imports.not_head"),
        ),
        on=tuple(sorted(LISTED, key=lambda thing: thing.state != "claimed")),
        everybody_meets=2,
    ),
    Rule(
        "Who of a unit stands on a list is seen by its head, and by whoever brought one for it.",
        (
            "action imports.access_waiting",
            "route imports.waiting",
            "route imports.joined",
            "route imports.print_unit",
        ),
        (when(HEAD_HERE | STILL, YES), when(ANYBODY, "imports.not_head")),
        on=UNITS_WAITING,
        everybody_meets=2,
    ),
    Rule(
        "A code, and the proof that goes with it, may be tried by anybody, within bounds.",
        (
            "action imports.look_up",
            "action imports.look_up_number",
            "action imports.prove",
            "route imports.claim",
            "route imports.by_number",
            "begin imports.prove",
            "finish imports.prove",
            "route start",
        ),
        (when(ANYBODY, YES),),
        on=LISTED[:1],
    ),
    Rule(
        "A place is taken by whoever has proven it. A role above a teacher's comes from somebody"
        " else, who may still give it.",
        ("action imports.access_proven",),
        (
            when(ONESELF, YES, "proven"),
            when(ONESELF, "imports.own_list", "proven by its bringer"),
            when(ONESELF, "imports.role_not_given", "of a bringer without the right"),
            when(ANYBODY, "imports.not_open"),
        ),
        on=LISTED[3:],
    ),
    Rule(
        "Nobody takes a place without a proof, or before they are registered.",
        ("action imports.claim",),
        (
            when(VISITOR, "imports.not_open"),
            when(STRANGER, "people.not_registered"),
            when(ONESELF, YES, "proven"),
            when(ONESELF, "imports.own_list", "proven by its bringer"),
            when(ONESELF, "imports.role_not_given", "of a bringer without the right"),
            when(ANYBODY, "imports.not_open"),
        ),
        on=LISTED[3:],
    ),
)
