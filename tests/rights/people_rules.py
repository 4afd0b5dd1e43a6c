"""Who may do what with people, roles, invitations and units, and who sees what of them.

A role for one subject gives teachers, lead teachers and coordinators of that subject alone; it says
nothing of who belongs to a unit. Nobody gives themselves anything.
"""

from bot.packs.roles import Role
from tests.rights.account_rules import ACCOUNT_RULES, PLACES_SEEN, VISITOR
from tests.rights.admission_rules import ADMISSION_RULES, PUT_OUT
from tests.rights.cast import Someone, lineage
from tests.rights.engine import GATE, SHOWN, WITHOUT, YES, Line, Rule, when
from tests.rights.groups import (
    ANYBODY,
    AUTHOR,
    EVERYBODY,
    GRANTER,
    GRANTERS,
    HEAD_HERE,
    OUTSIDER,
    STRANGER,
    Who,
    holding,
    holding_anywhere,
    in_words,
    roles_in_words,
)
from tests.rights.move_rules import MOVE_RULES
from tests.rights.role_rules import ROLE_RULES
from tests.rights.things import (
    APPOINTMENTS,
    COLLEAGUES,
    INVITATIONS,
    POSTS,
    UNITS,
    Thing,
)
from tests.rights.tree_rules import TREE_RULES

GIVEN_BY: dict[Role, tuple[Role, ...]] = {
    Role.TEACHER: GRANTERS,
    Role.LEAD: GRANTERS,
    Role.PRINCIPAL: (Role.SUPERVISOR, Role.ADMINISTRATOR),
    Role.SUPERVISOR: (Role.ADMINISTRATOR,),
    Role.DEVELOPER: (Role.ADMINISTRATOR,),
    Role.COORDINATOR: (Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR),
    Role.PARTNER: (Role.SUPERVISOR, Role.DEVELOPER, Role.ADMINISTRATOR),
    Role.ADMINISTRATOR: (Role.ADMINISTRATOR,),
}
"""Which role is given by whom, at the unit of the giver's role and below."""
FOR_ONE_SUBJECT = (Role.TEACHER, Role.LEAD, Role.COORDINATOR)


def _gives(one: Someone, thing: Thing) -> bool:
    givers, above = GIVEN_BY[thing.more["role"]], lineage(thing.place)
    return not one.gone and any(
        h.stands
        and h.role in givers
        and h.place in above
        and (h.subject is None or thing.more["role"] in FOR_ONE_SUBJECT)
        for h in one.held
    )


def _holds(one: Someone, thing: Thing) -> bool:
    role = thing.more["role"]
    works_there = role is Role.TEACHER and one.works == thing.place and one.is_member
    return works_there or any(
        h.stands and (h.role, h.place) == (role, thing.place) for h in one.held
    )


GIVER = Who(
    "who gives this role there",
    _gives,
    "at the unit or above it: "
    + "; ".join(
        f"{in_words(role)} by {roles_in_words(givers)}" for role, givers in GIVEN_BY.items()
    )
    + "; by a role for one subject only "
    + roles_in_words(FOR_ONE_SUBJECT),
)
OF_AMAL = holding(GRANTERS, "who looks after the people of their school", place="amal")
HOLDER = Who("who holds it already", _holds)
GRANTER_SOMEWHERE = holding_anywhere(GRANTERS, "who looks after people somewhere")
GONE = Who("who has deleted their data", lambda one, thing: one.gone)
LOG_READER = holding((Role.PRINCIPAL, Role.ADMINISTRATOR), "its head or its administrator")
USABLE = ("open", "inviter without the right")

POSTS_FIRST = tuple(sorted(POSTS, key=lambda each: each.place != "nada"))
SETTINGS = (
    "name", "gender", "unit", "subject", "stage", "language", "numerals", "calendar",
    "hijri_shift", "timezone", "country",
)  # fmt: skip
EVERY_INVITATION = tuple(INVITATIONS.values())


def _appoints(outcome: str) -> tuple[Line, ...]:
    """Who gives somebody a role of a unit and ends it, and what comes of it."""
    return (
        when(GIVER, outcome),
        when(GRANTER, "people.may_not_grant"),
        when(ANYBODY, "people.not_yours"),
    )


RULES = (
    # Roles
    Rule(
        "A role is given, ended and offered by whoever may give it at the unit or above; at a"
        " closed unit by nobody.",
        (
            "action people.access_unit_for_role",
            "ability people.roles",
            "action people.end_role",
            "action people.create_invitation",
            "finish people.invite",
        ),
        (
            when(GIVER, YES, "active"),
            when(ANYBODY, "people.may_not_grant"),
        ),
        on=POSTS_FIRST,
        everybody_meets=8,
    ),
    Rule(
        "A role is given to somebody else, whom one looks after as well.",
        ("action people.grant_role",),
        (
            when(GIVER & OF_AMAL, YES, "active"),
            when(GIVER, "people.not_yours", "active"),
            when(ANYBODY, "people.may_not_grant"),
        ),
        on=POSTS_FIRST,
        everybody_meets=8,
    ),
    Rule(
        "A role is held only by whoever belongs somewhere.",
        ("action people.grant_role#visitor", "action people.grant_role#gone"),
        (when(GIVER, "people.not_a_member"), when(ANYBODY, "people.may_not_grant")),
        on=POSTS_FIRST[:3],
    ),
    Rule(
        "Whoever looks after somebody is asked whether to appoint or dismiss them, as far as they"
        " may give the role.",
        ("route people.appoint", "route people.dismiss"),
        _appoints(YES),
        on=APPOINTMENTS,
        everybody_meets=3,
    ),
    Rule(
        "What they confirm is given, with the same right.",
        ("route people.given",),
        _appoints("held"),
        on=APPOINTMENTS,
        everybody_meets=3,
    ),
    Rule(
        "What they confirm ends, with the same right.",
        ("route people.ended",),
        _appoints("not held"),
        on=APPOINTMENTS,
        everybody_meets=3,
    ),
    Rule(
        "A person's roles are seen by whoever looks after them.",
        ("route people.one", "action people.access_person", "ability people.people.open"),
        (
            when(ANYBODY, "people.gone", "gone"),
            when(GRANTER, SHOWN),
            when(ANYBODY, "people.not_yours"),
        ),
        on=tuple(COLLEAGUES.values()),
    ),
    Rule(
        "The people of a unit, and the units below it, are listed for whoever looks after them.",
        (
            "route people.staff",
            "route people.units",
            "action people.access_unit_with_people",
            "ability people.units.look_after",
        ),
        (when(GRANTER, YES), when(ANYBODY, "people.not_yours")),
        on=PLACES_SEEN,
    ),
    Rule(
        "The head of a unit hands out the places that a list keeps there; nobody above does.",
        ("ability people.units.hand_out",),
        (when(HEAD_HERE, YES), when(ANYBODY, "people.not_yours")),
        on=PLACES_SEEN,
    ),
    Rule(
        "Whoever looks after people somewhere is asked where, and may invite there.",
        ("route people.reach", "action people.access_reach"),
        (when(GRANTER_SOMEWHERE, YES), when(ANYBODY, "people.not_yours")),
    ),
    # Invitations
    Rule(
        "Whoever gives roles somewhere begins an invitation.",
        ("route people.invite", "begin people.invite", "action people.access_inviting"),
        (when(GRANTER_SOMEWHERE, YES), when(ANYBODY, "people.may_not_grant")),
    ),
    Rule(
        "Everybody sees their own invitations while they last, and nobody else's.",
        ("route people.invites",),
        (when(AUTHOR, SHOWN, *USABLE), when(ANYBODY, WITHOUT)),
        on=EVERY_INVITATION,
    ),
    Rule(
        "An invitation is withdrawn by whoever made it, and by whoever gives its role there.",
        (
            "action people.withdraw_invitation",
            "action people.access_invitation",
            "ability people.invitations.withdraw",
            "route people.withdraw",
        ),
        (when(AUTHOR | GIVER, YES), when(ANYBODY, "people.may_not_grant")),
        on=EVERY_INVITATION,
        everybody_meets=3,
    ),
    Rule(
        "What they confirm is withdrawn; one that was used stays used.",
        ("route people.withdrawn",),
        (
            when(AUTHOR | GIVER, "used", "used"),
            when(AUTHOR | GIVER, "withdrawn"),
            when(ANYBODY, "people.may_not_grant"),
        ),
        on=EVERY_INVITATION,
        everybody_meets=3,
    ),
    Rule(
        "Whoever is registered takes the role that an invitation offers, while it lasts and whoever"
        " made it may still give it; nobody takes a role twice.",
        ("action people.accept_invitation", "route people.accept"),
        (
            when(STRANGER, "people.not_registered"),
            when(AUTHOR, "people.yourself", *USABLE),
            when(PUT_OUT, "people.put_out", *USABLE),
            when(HOLDER, "people.role_held", *USABLE),
            when(ANYBODY, YES, "open"),
            when(ANYBODY, "people.invitation_over"),
        ),
        on=EVERY_INVITATION,
    ),
    Rule(
        "Nobody takes what they offer, and no link leads past those who have put one out.",
        ("action people.access_offer",),
        (
            when(AUTHOR, "people.yourself"),
            when(PUT_OUT, "people.put_out"),
            when(ANYBODY, YES),
        ),
        on=EVERY_INVITATION,
    ),
    Rule(
        "An invitation is offered to whoever opens its link, while it lasts.",
        ("route start#invitation",),
        (when(ANYBODY, SHOWN, *USABLE), when(ANYBODY, WITHOUT)),
        on=EVERY_INVITATION,
    ),
    # Registering
    Rule(
        "Visitors register, at a unit that is there, and nobody does twice.",
        ("action people.register", "finish people.register"),
        (
            when(VISITOR, YES, "active"),
            when(VISITOR, "people.unit_gone", "closed"),
            when(ANYBODY, "people.registered"),
        ),
        on=(UNITS["nada"], UNITS["hijr"]),
    ),
    Rule(
        "Visitors are asked to register; whoever has is told so.",
        ("begin people.register", "route people.join", "action people.access_registration"),
        (when(VISITOR, YES), when(ANYBODY, "people.registered")),
    ),
    Rule(
        "With an invitation that lasts a visitor begins to register.",
        ("route people.join#invitation",),
        (
            when(VISITOR, YES, *USABLE),
            when(ANYBODY, "people.registered", *USABLE),
            when(ANYBODY, GATE),
        ),
        on=EVERY_INVITATION,
    ),
    # One's own
    Rule(
        "Everybody sees and changes their own data.",
        (
            "route people.me",
            "route people.settings",
            "route people.edit",
            "route people.unanswered",
            "route people.later",
            "route people.delete",
            "action people.update_profile",
            "action people.put_off_notice",
            *(f"begin people.{each}" for each in SETTINGS),
            *(f"finish people.{each}" for each in SETTINGS if each != "unit"),
        ),
        (when(ANYBODY, YES),),
    ),
    Rule(
        "Whoever belongs somewhere agrees to the notice.",
        (
            "action people.agree_to_notice",
            "route people.agree",
            "action people.access_own_membership",
        ),
        (when(EVERYBODY, YES), when(ANYBODY, "people.not_registered")),
    ),
    Rule(
        "Whoever is registered sees what is kept of them, who looked at it, what those above see,"
        " and their own log, and takes it along.",
        (
            "route people.data",
            "route people.views",
            "route people.sights",
            "route people.export",
            "route people.export_json",
            "action people.read_own_data",
            "action people.access_log#own",
            "route people.log#own",
        ),
        (when(EVERYBODY, YES), when(ANYBODY, "people.not_registered")),
    ),
    Rule(
        "The log of a unit is read by its head and whoever administers it, at the unit or above.",
        (
            "action people.access_log",
            "ability people.audit.read",
            "route people.log",
            "route people.log_what",
            "route people.log_when",
            "route people.log_who",
            "route people.log_file",
        ),
        (when(LOG_READER, YES), when(ANYBODY, "people.no_log")),
        on=PLACES_SEEN,
    ),
    Rule(
        "Everybody deletes their data, visitors too, as long as there is any.",
        (
            "action people.delete_own_data",
            "action people.access_own_data",
            "action people.erase_person",
            "route people.deleted",
        ),
        (when(GONE, "people.not_registered"), when(ANYBODY, YES)),
    ),
    Rule(
        "Whoever is registered is so, whether or not they belong anywhere.",
        ("action people.access_registered",),
        (when(STRANGER, "people.not_registered"), when(ANYBODY, YES)),
    ),
    Rule(
        "Nobody answers for the pupils in the files of others.",
        (
            "action people.access_unanswered_file",
            "action people.answer_for_picture",
            "route people.answered",
        ),
        (when(ANYBODY, "people.not_head"),),
    ),
    Rule(
        "The language, the notice and the help are open to visitors too.",
        ("route people.language", "route people.privacy", "route help"),
        (when(ANYBODY, YES),),
    ),
    Rule(
        "Visitors find the welcome page where registered people find the menu.",
        (
            "route start",
            "route menu",
            "route cancel",
            "route people.speak",
            "route people.arrived",
            "route people.came_with",
        ),
        (when(OUTSIDER, GATE), when(EVERYBODY, YES)),
    ),
    *TREE_RULES,
    *ROLE_RULES,
    *ADMISSION_RULES,
    *MOVE_RULES,
    *ACCOUNT_RULES,
)
