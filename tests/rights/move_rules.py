"""Who moves somebody to another unit, and who has a say about several places of work."""

from tests.rights.admission_rules import NOT_YOURS, SETTLED, SUSPENDED, WAITS
from tests.rights.engine import YES, Rule, when
from tests.rights.groups import (
    ANSWERER,
    ANYBODY,
    BELONGS,
    EVERYBODY,
    GRANTER,
    GRANTERS,
    ONESELF,
    holding,
)
from tests.rights.things import COLLEAGUES, PLACEMENTS, UNITS

_BELONGING = tuple(each for each in PLACEMENTS if each.state in ("unconfirmed", "member"))
_NOT_OWN = "people.not_own_place"
_THERE = holding(GRANTERS, "who looks after their other school", place="murjan")

MOVE_RULES: tuple[Rule, ...] = (
    Rule(
        "Who belongs is moved to another unit by those who answer there.",
        (
            "action people.transfer_person",
            "action people.access_transfer",
            "ability people.placements.transfer",
            "route people.transfer",
            "begin people.transfer",
            "finish people.transfer",
        ),
        (
            when(ANSWERER, YES, "unconfirmed", "member"),
            when(ANSWERER, SETTLED),
            when(ANYBODY, NOT_YOURS),
        ),
        on=PLACEMENTS,
    ),
    Rule(
        "A move that the other unit has not answered is called off by them.",
        (
            "action people.recall_transfer",
            "ability people.placements.recall",
            "route people.recall",
        ),
        (when(ANSWERER, YES), when(ANYBODY, NOT_YOURS)),
        on=_BELONGING,
    ),
    Rule(
        "A move that whoever asked for it may no longer decide goes on by the word of those who"
        " may.",
        ("route people.agree_transfer",),
        (when(ANSWERER, YES), when(ANYBODY, NOT_YOURS)),
        on=_BELONGING,
    ),
    Rule(
        "Nobody else than the other unit lets in who is to move, and nobody takes it back for"
        " themselves.",
        ("action people.withdraw#transfer", "action people.appeal#transfer"),
        (when(ANYBODY, "people.no_request"),),
        on=_BELONGING,
    ),
    Rule(
        "Of several places of work one chooses the main one oneself.",
        (
            "action people.make_main",
            "ability people.placements.make_main",
            "route people.make_main",
        ),
        (when(ONESELF, YES), when(ANYBODY, _NOT_OWN)),
        on=_BELONGING,
    ),
    Rule(
        "One leaves one of them oneself.",
        (
            "action people.leave",
            "ability people.placements.leave",
            "route people.place",
            "route people.leave_place",
            "route people.left_place",
        ),
        (when(ONESELF, YES), when(ANYBODY, _NOT_OWN)),
        on=_BELONGING,
    ),
    Rule(
        "Nobody leaves the only one, and the main one is it already.",
        ("action people.leave#only", "action people.make_main#only"),
        (when(ANYBODY, _NOT_OWN),),
        on=PLACEMENTS,
    ),
    Rule(
        "Somebody of two schools is seen by whoever looks after either.",
        ("action people.access_person#two", "route people.one#two"),
        (when(GRANTER | _THERE, YES), when(ANYBODY, "people.not_yours")),
        on=(COLLEAGUES["teacher at nada"],),
    ),
    Rule(
        "Whoever belongs to a unit sees their places of work, and asks for a further one.",
        ("route people.places", "route people.further_unit", "begin people.further_unit"),
        (when(EVERYBODY, YES), when(ANYBODY, "people.not_registered")),
    ),
    Rule(
        "They ask where they neither belong nor wait.",
        ("finish people.further_unit",),
        (
            when(SUSPENDED, "people.suspended_there"),
            when(BELONGS | WAITS, "people.belongs"),
            when(ANYBODY, YES),
        ),
        on=(UNITS["nada"],),
    ),
)
