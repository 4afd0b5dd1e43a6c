"""Mistakes about who lets in, suspends and removes, and about what follows from it."""

from bench.mutants.mutant import single

ADMISSION = ("tests/features/test_admission.py",)
LIMITS = ("tests/features/test_admission_limits.py",)
UNDERWAY = ("tests/features/test_transfers_underway.py",)
KEPT = ("tests/features/test_kept_links.py",)
FOLLOWING = ("tests/features/test_teams_follow_units.py",)
RIGHTS = "bot/features/people/rights/placements.py"
ROLES = "bot/features/people/rights/roles.py"
INVITATIONS = "bot/features/people/rights/invitations.py"
TEAMS = "bot/features/communities/rights/teams.py"
STANDING = "bot/features/communities/actions/unit_standing.py"

ADMISSION_MUTANTS = (
    single(
        "admission.answer",
        "Anybody lets anybody in, suspends and removes them.",
        RIGHTS,
        """    if not await ask.answers():
        return does_not_answer
    return _yourself""",
        "    return _yourself",
        ADMISSION,
        slice="people",
        refusals=("people.not_yours_to_admit",),
    ),
    single(
        "admission.yourself",
        "Whoever answers for a unit lets themselves in.",
        RIGHTS,
        "    return _yourself if ask.is_own else None\n",
        "    return None\n",
        ADMISSION,
        slice="people",
        refusals=("people.yourself",),
    ),
    single(
        "admission.turn",
        "Whoever declined decides about the appeal as well.",
        RIGHTS,
        "    if not reached or (appealed and "
        "(lies not in held or found.decided_by == ask.actor.id)):",
        "    if not held:",
        ADMISSION,
        slice="people",
    ),
    single(
        "admission.kept_link",
        "The link with which somebody came outlives the request that was declined.",
        "bot/features/people/actions/placements.py",
        'values |= {"decided_by": by, "link": None}',
        'values |= {"decided_by": by}',
        KEPT,
        slice="people",
    ),
    single(
        "admission.kept_link_ends",
        "The link with which somebody came is kept for good where they never open it.",
        "bot/features/people/actions/placements.py",
        "    await tx.execute(own.values(link=None))\n",
        "",
        KEPT,
        slice="people",
    ),
    single(
        "admission.vouching",
        "Whoever works elsewhere by now vouches for somebody.",
        RIGHTS,
        "    if not await placement_queries.belongs_to(ask.tx, ask.actor.id, [found.unit.id]):\n",
        "    if False:\n",
        LIMITS,
        slice="people",
        refusals=("people.not_a_colleague",),
        noticed_by=f"{LIMITS[0]}::test_whoever_works_elsewhere_by_now_vouches_for_nobody",
    ),
    single(
        "admission.term",
        "A role whose time is over lets people in until somebody comes to end it.",
        "bot/features/people/queries/admission.py",
        "        roles.c.subject.is_(None),\n        stands(_NOW),\n",
        "        roles.c.subject.is_(None),\n        roles.c.state == 'active',\n",
        LIMITS,
        noticed_by=f"{LIMITS[0]}::test_nobody_answers_by_a_role_whose_time_is_over",
    ),
    single(
        "admission.own_request",
        "Anybody takes anybody's request back.",
        RIGHTS,
        "    waits = ask.is_own and ask.found.standing is UnitStanding.WAITING\n",
        "    waits = ask.found.standing is UnitStanding.WAITING\n",
        ADMISSION,
        slice="people",
        refusals=("people.no_request",),
    ),
    single(
        "admission.out_of_reach",
        "A head removes those who stand above them.",
        RIGHTS,
        """    if not await ask.reaches_roles():
        return _out_of_reach
""",
        "",
        ADMISSION,
        slice="people",
        refusals=("people.out_of_reach",),
    ),
    single(
        "admission.held_transfer",
        "A transfer ends a role that whoever asked for it could not end.",
        "bot/features/people/rights/transfers.py",
        """    for each in (asker, answers):
        if each is not None and await _moves(tx, each, left):
            return True
    return False
""",
        "    return True\n",
        UNDERWAY,
        noticed_by=f"{UNDERWAY[0]}::test_no_transfer_ends_a_role_that_whoever_asked_for_it_could_not_end",
    ),
    single(
        "admission.last_administrator",
        "The only administrator is removed, and nobody runs the installation.",
        RIGHTS,
        """    if await admission_queries.is_only_administrator(ask.tx, found.person.id):
        return _only_administrator
""",
        "",
        ADMISSION,
        slice="people",
        refusals=("people.last_administrator",),
    ),
    single(
        "roles.last_administrator",
        "The only administrator ends their own role.",
        ROLES,
        """    if await admission_queries.is_only_administrator(tx, person_id):
        raise last_administrator(actor)
""",
        "",
        ADMISSION,
        slice="people",
        refusals=("people.last_administrator",),
    ),
    single(
        "roles.yourself",
        "Whoever gives roles gives them to themselves.",
        ROLES,
        """    if person_id == actor.id:
        raise _yourself(actor)
""",
        "",
        ADMISSION,
        slice="people",
        refusals=("people.yourself",),
    ),
    single(
        "invitations.own",
        "Whoever makes an invitation takes it themselves.",
        INVITATIONS,
        """    if found.created_by == actor.id:
        raise _own(actor)
""",
        "",
        ADMISSION,
        slice="people",
        refusals=("people.yourself",),
    ),
    single(
        "invitations.put_out",
        "Whoever was removed comes back by any colleague's invitation.",
        INVITATIONS,
        "    if await admission_queries.was_refused(tx, actor.id, found.unit):\n",
        "    if False:\n",
        ADMISSION,
        slice="people",
        refusals=("people.put_out",),
    ),
    single(
        "claims.put_out",
        "A slip lifts a suspension.",
        "bot/features/imports/rights/places.py",
        "    if await placement_queries.put_out_of(tx, actor.id, listed.unit):\n",
        "    if False:\n",
        FOLLOWING,
        refusals=("people.put_out",),
        noticed_by="tests/features/test_teams_follow_units.py::test_who_is_suspended_takes_no_part_by_another_place_or_a_slip",
    ),
    single(
        "teams.suspended_by_link",
        "Whoever is suspended enters the unit's teams by a link.",
        TEAMS,
        """    if put_out and put_out.is_suspended:
        raise _suspended(actor)
""",
        "",
        FOLLOWING,
        refusals=("teams.suspended",),
        noticed_by="tests/features/test_teams_follow_units.py::test_who_is_suspended_takes_no_part_by_another_place_or_a_slip",
    ),
    single(
        "teams.suspended_asks",
        "Whoever is suspended asks to join the unit's teams.",
        TEAMS,
        "    return _suspended if await standing.is_suspended() else None\n",
        "    return None\n",
        FOLLOWING,
        refusals=("teams.suspended",),
        noticed_by="tests/features/test_teams_follow_units.py::test_who_is_suspended_takes_no_part_by_another_place_or_a_slip",
    ),
    single(
        "teams.removed_by_link",
        "Whoever was removed from a team comes back by its link.",
        TEAMS,
        "    if put_out or await member_queries.was_removed(tx, found.id, actor.id):",
        "    if put_out:",
        FOLLOWING,
        slice="teams",
        refusals=("teams.by_lead",),
    ),
    single(
        "teams.leads_from_elsewhere",
        "Whoever works elsewhere by now leads the teams of their old school.",
        STANDING,
        "        if own.leads and others and not await _works_within(tx, person, team):",
        "        if False:",
        FOLLOWING,
        noticed_by="tests/features/test_teams_follow_units.py::test_a_lead_who_works_elsewhere_stays_a_member_and_leads_no_more",
    ),
    single(
        "teams.suspended_stays",
        "Whoever is suspended stays in the unit's teams.",
        STANDING,
        "        await change_membership(tx, own.id, state=MembershipState.SUSPENDED, role=role)\n",
        "",
        FOLLOWING,
        noticed_by="tests/features/test_teams_follow_units.py::test_a_lead_who_is_suspended_rests_and_comes_back_as_a_member",
    ),
    single(
        "teams.removed_stays",
        "Whoever was removed from the unit stays in its teams.",
        STANDING,
        "    await part(tx, person, team, members, to)\n",
        "",
        FOLLOWING,
        noticed_by="tests/features/test_teams_follow_units.py::test_who_is_removed_from_the_school_leaves_its_teams_and_the_link_stays_shut",
    ),
    single(
        "practices.for_members",
        "Whoever waits to be let in answers practices.",
        "bot/features/practices/rights/practices.py",
        """    if not actor.is_member:
        raise _for_members(actor)
""",
        "",
        ADMISSION,
        slice="practices",
        refusals=("practices.for_members",),
    ),
)
