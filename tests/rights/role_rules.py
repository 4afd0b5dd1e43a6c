"""Who may do what with a role that is held: its end, its deputy, its history."""

from bot.packs.roles import Role
from tests.rights.cast import Someone, lineage
from tests.rights.engine import YES, Rule, when
from tests.rights.groups import ANYBODY, GRANTER, ONESELF, Who, relation
from tests.rights.things import APPOINTMENTS, COLLEAGUES, ROLES_HELD, Thing

GIVEN_BY: dict[Role, tuple[Role, ...]] = {
    Role.LEAD: (Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR),
    Role.PRINCIPAL: (Role.SUPERVISOR, Role.ADMINISTRATOR),
    Role.ADMINISTRATOR: (Role.ADMINISTRATOR,),
}


def _gives(one: Someone, thing: Thing) -> bool:
    givers, above = GIVEN_BY[thing.more["role"]], lineage(thing.place)
    return not one.gone and any(
        h.stands and h.role in givers and h.place in above and h.subject is None for h in one.held
    )


GIVER = Who("who gives the role there, whatever the subject", _gives)
HOLDER = relation("holder", "its holder")
AWAY = relation("away", "in whose place its holder acts")
CANDIDATE = relation("candidate", "who is to act in it")

RENEWED = tuple(each for each in ROLES_HELD if each.state != "no deputies")
DEPUTISED = tuple(each for each in ROLES_HELD if each.place != "nada" or each.state == "ended")
OF_THE_HEAD = tuple(each for each in ROLES_HELD if "candidate" in each.people)
AT_AMAL = tuple(each for each in ROLES_HELD if each.place == "amal")
REGISTERED = tuple(each for each in COLLEAGUES.values() if each.state != "gone")

ROLE_RULES = (
    Rule(
        "The end of a role is set anew by whoever gives it, but for their own; of a deputy's and of"
        " one that has ended by nobody.",
        (
            "action people.set_term",
            "action people.access_role_to_renew",
            "ability people.terms.renew",
            "route people.term",
            "begin people.term",
            "finish people.term",
        ),
        (
            when(GIVER & HOLDER, "people.own_role"),
            when(GIVER, YES, "active"),
            when(GIVER, "people.no_role"),
            when(ANYBODY, "people.may_not_grant"),
        ),
        on=RENEWED,
        everybody_meets=3,
    ),
    Rule(
        "A deputy is named by whoever holds the role, and by whoever gives it.",
        (
            "action people.access_role_to_deputise",
            "ability people.terms.name_deputy",
            "route people.deputy",
            "begin people.deputy",
        ),
        (
            when(GIVER | HOLDER, YES, "active"),
            when(GIVER | HOLDER, "people.no_deputies", "no deputies"),
            when(GIVER | HOLDER, "people.no_role"),
            when(ANYBODY, "people.may_not_deputise"),
        ),
        on=(*DEPUTISED, *(each for each in ROLES_HELD if each.state == "no deputies")),
        everybody_meets=3,
    ),
    Rule(
        "Whom they name acts in it, if it is somebody who works there.",
        ("action people.name_deputy", "finish people.deputy"),
        (when(GIVER | HOLDER, YES), when(ANYBODY, "people.may_not_deputise")),
        on=OF_THE_HEAD,
    ),
    Rule(
        "Nobody names themselves.",
        ("action people.access_deputy",),
        (when(CANDIDATE, "people.own_role"), when(ANYBODY, YES)),
        on=OF_THE_HEAD,
    ),
    Rule(
        "Whoever works elsewhere acts in no role there.",
        ("action people.access_deputy#elsewhere",),
        (
            when(relation("elsewhere", "it is they themselves"), "people.own_role"),
            when(ANYBODY, "people.not_from_here"),
        ),
        on=OF_THE_HEAD,
    ),
    Rule(
        "What a deputy does is ended by either side, and by whoever gives the role.",
        (
            "action people.end_deputyship",
            "action people.access_deputyship",
            "ability people.terms.end_deputy",
            "route people.stand_down",
            "route people.stood_down",
        ),
        (
            when(GIVER | HOLDER | AWAY, YES, "planned"),
            when(ANYBODY, "people.not_your_deputy"),
        ),
        on=AT_AMAL,
    ),
    Rule(
        "What somebody held from when to when is seen by themselves, and by whoever looks after"
        " them.",
        ("action people.access_role_log", "route people.role_log"),
        (when(ONESELF | GRANTER, YES), when(ANYBODY, "people.not_yours")),
        on=REGISTERED,
    ),
    Rule(
        "A role is opened by whoever sees that, and by the one in whose place its holder acts.",
        ("action people.access_role", "route people.role"),
        (when(HOLDER | AWAY | GRANTER, YES), when(ANYBODY, "people.not_yours")),
        on=AT_AMAL,
    ),
    Rule(
        "A role up to a day is given with the same right as any other.",
        ("route people.until", "begin people.grant_until", "finish people.grant_until"),
        (
            when(
                Who(
                    "who gives this role there",
                    lambda one, thing: (
                        not one.gone
                        and any(
                            h.stands
                            and h.subject is None
                            and h.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)
                            and h.place in lineage(thing.place)
                            for h in one.held
                        )
                    ),
                ),
                YES,
            ),
            when(GRANTER, "people.may_not_grant"),
            when(ANYBODY, "people.not_yours"),
        ),
        on=tuple(each for each in APPOINTMENTS if each.more["role"] is Role.PRINCIPAL),
    ),
)
