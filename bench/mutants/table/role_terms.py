"""Mistakes about roles that are held: their ends, deputies and history."""

from bench.mutants.mutant import single

TERMS = ("tests/features/test_role_terms.py",)
RIGHTS = "bot/features/people/rights/terms.py"
QUERIES = "bot/features/people/queries/roles.py"
ACTIONS = "bot/features/people/actions/terms.py"

ROLE_TERMS_MUTANTS = (
    single(
        "roles.own_end",
        "Whoever gives a role gives themselves further time.",
        RIGHTS,
        "    if found.person_id == actor.id:\n        return _own_role\n",
        "",
        TERMS,
        slice="people",
        refusals=("people.own_role",),
    ),
    single(
        "roles.renew",
        "Anybody sets the end of anybody's role anew.",
        RIGHTS,
        "    if not await _gives(tx, actor, found):\n        return may_not_grant\n",
        "",
        TERMS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "roles.renew_any_subject",
        "Whoever supervises one subject gives the roles of all subjects further time.",
        RIGHTS,
        "        each.is_for(found.subjects) and each.instead_of",
        "        each.instead_of",
        TERMS,
        slice="people",
    ),
    single(
        "roles.deputise",
        "Anybody names a deputy for anybody.",
        RIGHTS,
        "    if found.person_id != actor.id and not await _gives(tx, actor, found):\n",
        "    if found.person_id < 0:\n",
        TERMS,
        slice="people",
        refusals=("people.may_not_deputise",),
    ),
    single(
        "roles.end_deputy",
        "Anybody ends what a deputy does.",
        RIGHTS,
        "    if not concerned and not await _gives(tx, actor, found):\n",
        "    if not concerned and found.id < 0:\n",
        TERMS,
        slice="people",
        refusals=("people.not_your_deputy",),
    ),
    single(
        "roles.deputy_from_elsewhere",
        "Somebody of another unit is made a deputy.",
        RIGHTS,
        "    if not any(place.is_within(found.unit) for place in belongs):\n",
        "    if not any(place.is_active for place in belongs):\n",
        TERMS,
        slice="people",
        refusals=("people.not_from_here",),
    ),
    single(
        "roles.time_over",
        "A role reaches beyond its end, until somebody comes to end it.",
        QUERIES,
        "    in_time = or_(roles.c.expires_at.is_(None), roles.c.expires_at > now)\n",
        "    in_time = or_(roles.c.expires_at.is_(None), roles.c.expires_at != now)\n",
        TERMS,
        noticed_by="tests/features/test_role_terms.py::test_a_role_gives_no_right_beyond_its_end",
    ),
    single(
        "roles.deputies_stay",
        "The deputy of a role that has ended goes on.",
        ACTIONS,
        "    for deputy in await term_queries.deputies_of(tx, role_ids):\n",
        "    for deputy in await term_queries.deputies_of(tx, []):\n",
        TERMS,
        noticed_by="tests/features/test_role_terms.py::test_with_the_role_its_deputies_end",
    ),
    single(
        "roles.log",
        "Anybody reads the history of anybody's roles.",
        RIGHTS,
        "    return (await people_rights.access_person(tx, actor, person_id)).person\n",
        "    return await people_rights.access_own_membership(tx, actor)\n",
        TERMS,
        slice="people",
    ),
)
