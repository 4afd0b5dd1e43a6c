"""Who says who belongs to a unit, and what whoever waits may do."""

from tests.rights.account_rules import PLACES_SEEN
from tests.rights.engine import GATE, YES, Rule, when
from tests.rights.groups import (
    ANSWERER,
    ANYBODY,
    BELONGS,
    COLLEAGUE,
    EVERYBODY,
    GRANTER,
    HEAD_THERE,
    ONESELF,
    STRANGER,
    Who,
    relation,
)
from tests.rights.things import COLLEAGUES, PLACEMENTS, UNITS

PUT_OUT = Who(
    "who was declined or suspended there",
    lambda one, thing: one.key in ("suspended at nada", "teacher at rawd"),
)
WAITS = Who("who asks there already", lambda one, thing: one.key == "waiting at nada")
SUSPENDED = Who("who is suspended there", lambda one, thing: one.key == "suspended at nada")
VOUCHER = relation("voucher", "the colleague who was named")
NOT_YOURS, SETTLED, NO_REQUEST = (
    "people.not_yours_to_admit", "people.settled", "people.no_request",
)  # fmt: skip

ADMISSION_RULES: tuple[Rule, ...] = (
    Rule(
        "Nobody is given a role by themselves, nor by anybody who does not look after them.",
        ("action people.access_candidate",),
        (
            when(ONESELF, "people.yourself"),
            when(ANYBODY, "people.gone", "gone"),
            when(GRANTER, YES),
            when(ANYBODY, "people.not_yours"),
        ),
        on=tuple(COLLEAGUES.values()),
    ),
    Rule(
        "Whoever does not administer anything may lose it.",
        ("action people.access_ending_administration",),
        (when(ANYBODY, YES),),
        on=tuple(COLLEAGUES.values())[:1],
    ),
    Rule(
        "Who it is and by what they came is seen by those who answer there, and by themselves.",
        ("action people.access_placement", "ability people.placements.see"),
        (when(ONESELF | ANSWERER, YES), when(ANYBODY, NOT_YOURS)),
        on=PLACEMENTS,
    ),
    Rule(
        "Who waits is let in or declined by the head of the unit; by those above once it lies with"
        " them.",
        (
            "action people.admit",
            "action people.decline",
            "ability people.placements.answer",
            "route people.admit",
            "begin people.decline",
            "finish people.decline",
            "route people.decline",
        ),
        (
            when(HEAD_THERE, YES, "waiting"),
            when(ANSWERER, NOT_YOURS, "waiting"),
            when(ANSWERER, SETTLED),
            when(ANYBODY, NOT_YOURS),
        ),
        on=PLACEMENTS,
    ),
    Rule(
        "Who came before anybody was asked is confirmed by those who answer there.",
        (
            "action people.confirm",
            "ability people.placements.confirm",
            "route people.confirm",
        ),
        (
            when(ANSWERER, YES, "unconfirmed"),
            when(ANSWERER, SETTLED),
            when(ANYBODY, NOT_YOURS),
        ),
        on=PLACEMENTS,
    ),
    Rule(
        "Who belongs is suspended by those who answer there.",
        (
            "action people.suspend",
            "ability people.placements.suspend",
            "begin people.suspend",
            "finish people.suspend",
            "route people.suspend",
        ),
        (
            when(ANSWERER, YES, "unconfirmed", "member"),
            when(ANSWERER, SETTLED),
            when(ANYBODY, NOT_YOURS),
        ),
        on=PLACEMENTS,
    ),
    Rule(
        "Who belongs, or is suspended, is removed by them.",
        (
            "action people.remove",
            "ability people.placements.remove",
            "begin people.remove",
            "finish people.remove",
            "route people.remove",
        ),
        (
            when(ANSWERER, YES, "unconfirmed", "member", "suspended"),
            when(ANSWERER, SETTLED),
            when(ANYBODY, NOT_YOURS),
        ),
        on=PLACEMENTS,
    ),
    Rule(
        "A suspension is ended by them before its time.",
        (
            "action people.restore",
            "ability people.placements.restore",
            "route people.restore",
        ),
        (
            when(ANSWERER, YES, "suspended"),
            when(ANSWERER, SETTLED),
            when(ANYBODY, NOT_YOURS),
        ),
        on=PLACEMENTS,
    ),
    Rule(
        "Everybody takes back their own request.",
        (
            "action people.withdraw",
            "ability people.placements.withdraw",
            "route people.withdraw_request",
            "route people.request_withdrawn",
        ),
        (when(ONESELF, YES, "waiting"), when(ANYBODY, NO_REQUEST)),
        on=PLACEMENTS,
    ),
    Rule(
        "Whoever waits names a colleague.",
        (
            "action people.name_voucher",
            "ability people.placements.name",
            "route people.name_voucher",
            "begin people.name_voucher",
            "finish people.name_voucher",
        ),
        (when(ONESELF, YES, "waiting"), when(ANYBODY, NO_REQUEST)),
        on=PLACEMENTS,
    ),
    Rule(
        "Whoever was declined has the next above look at it.",
        (
            "action people.appeal",
            "ability people.placements.appeal",
            "route people.appeal",
        ),
        (when(ONESELF, YES, "declined"), when(ANYBODY, NO_REQUEST)),
        on=PLACEMENTS,
    ),
    Rule(
        "Whoever was named says whether they know who waits, as long as they work there.",
        (
            "action people.vouch",
            "ability people.placements.vouch",
            "route people.vouch",
        ),
        (
            when(VOUCHER & COLLEAGUE, YES, "waiting"),
            when(VOUCHER, "people.not_a_colleague"),
            when(ANYBODY, NO_REQUEST),
        ),
        on=PLACEMENTS,
    ),
    Rule(
        "Who waits, is not confirmed or is suspended at a unit is listed for those who answer.",
        (
            "route people.standings",
            "route people.asking",
            "route people.unconfirmed",
            "route people.suspended",
            "route people.confirm_all",
            "route people.confirmed_all",
            "action people.access_unit_to_admit",
            "ability people.units.admit",
        ),
        (when(ANSWERER, YES), when(ANYBODY, NOT_YOURS)),
        on=PLACES_SEEN,
    ),
    Rule(
        "Several are confirmed together as far as one may confirm each.",
        ("action people.confirm_each",),
        (when(ANYBODY, YES),),
    ),
    Rule(
        "The page of somebody is opened by those who answer there, and by themselves.",
        ("route people.placement",),
        (when(ONESELF | ANSWERER, YES), when(ANYBODY, NOT_YOURS)),
        on=PLACEMENTS,
    ),
    Rule(
        "Whoever is registered asks at a unit that is there, where they neither belong nor wait.",
        ("action people.ask_to_belong", "finish people.unit"),
        (
            when(STRANGER, "people.not_registered"),
            when(SUSPENDED, "people.suspended_there"),
            when(BELONGS | WAITS, "people.belongs"),
            when(ANYBODY, YES),
        ),
        on=(UNITS["nada"],),
    ),
    Rule(
        "At a unit that is closed nobody asks.",
        ("finish people.unit#closed",),
        (when(ANYBODY, "people.unit_gone"),),
        on=(UNITS["hijr"],),
    ),
    Rule(
        "The same is said before the request.",
        ("action people.access_unit_to_ask",),
        (
            when(ANYBODY, "people.unit_gone", "closed"),
            when(SUSPENDED, "people.suspended_there"),
            when(BELONGS | WAITS, "people.belongs"),
            when(ANYBODY, YES),
        ),
        on=(UNITS["nada"], UNITS["hijr"]),
    ),
    Rule(
        "Where somebody answers, there is somebody to ask.",
        (
            "action people.require_answerer",
            "action people.require_answerer_at",
        ),
        (when(ANYBODY, YES),),
        on=(UNITS["nada"],),
    ),
    Rule(
        "Whoever belongs nowhere reads how they stand.",
        ("route people.standing", "route people.nowhere"),
        (when(EVERYBODY, YES), when(ANYBODY, GATE)),
    ),
)
