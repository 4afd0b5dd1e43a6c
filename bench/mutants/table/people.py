"""Units, roles and invitations."""

from bench.mutants.mutant import single

INVITATIONS = ("tests/features/test_people_invitations.py",)
CONFIRMATIONS = ("tests/features/test_confirmations_elsewhere.py",)
PEOPLE = ("tests/features/test_people.py", *INVITATIONS)
REACH = ("tests/features/test_search.py", *PEOPLE)

PEOPLE_MUTANTS = (
    single(
        "people.grant",
        "Anybody gives anybody a role.",
        "bot/features/people/actions/roles.py",
        """    place = await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    person =""",
        """    from bot.features.people.queries import units as unit_queries
    place = await unit_queries.unit(tx, unit_id)
    place = place or await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    person =""",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.end_role",
        "Anybody ends anybody's role.",
        "bot/features/people/actions/roles.py",
        """    place = await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    async with""",
        """    from bot.features.people.queries import units as unit_queries
    place = await unit_queries.unit(tx, unit_id)
    place = place or await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    async with""",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.asked",
        "Whoever looks after a school is asked about every role, and not only those they give.",
        "bot/features/people/screens/staff.py",
        "    await role_rights.access_unit_for_role(turn.tx, turn.person, "
        "profile.unit.id, _role_of(role))\n",
        "",
        CONFIRMATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
        noticed_by="tests/features/test_confirmations_elsewhere.py::test_the_right_is_asked_before_who_holds_the_role_is_told",
    ),
    single(
        "people.invite",
        "Anybody makes a link that gives a role.",
        "bot/features/people/actions/invitations.py",
        """        await role_rights.access_unit_for_role(tx, actor, unit_id, role)
    elif""",
        """        await unit_queries.unit(tx, unit_id)
    elif""",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.invite_form",
        "The form that invites opens for whoever may invite nobody.",
        "bot/features/people/forms/invitation.py",
        "    await invitation_rights.access_inviting(turn.tx, turn.person)\n",
        "    await unit_rights.reach(turn.tx, turn.person)\n",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.grant_any_role",
        "Whoever may give one role gives every role, that of the administrator as well.",
        "bot/features/people/rights/roles.py",
        "if place is None or role not in await abilities(tx, actor, place):",
        "if place is None or not await abilities(tx, actor, place):",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.grant_anywhere",
        "A principal gives roles at every school.",
        "bot/features/people/queries/roles.py",
        """        if place.is_within(held.unit):
            given""",
        """        if place.is_active:
            given""",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.principals_grant_more",
        "A principal makes supervisors.",
        "bot/features/people/queries/roles.py",
        "Role.PRINCIPAL: frozenset({Role.TEACHER, Role.LEAD}),",
        "Role.PRINCIPAL: frozenset({Role.TEACHER, Role.LEAD, Role.SUPERVISOR}),",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.withdraw_invitation",
        "Anybody withdraws anybody's invitation.",
        "bot/features/people/rights/invitations.py",
        "may = own or found.role in await role_rights.abilities(tx, actor, found.unit)",
        "may = own or actor.is_member",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.link_expired",
        "A link gives its role after its time as well.",
        "bot/features/people/actions/invitations.py",
        "            invitations.c.expires_at > tx.now,\n",
        "",
        INVITATIONS,
        refusals=("people.invitation_over",),
        noticed_by="tests/features/test_people_invitations.py::test_an_invitation_that_ends_meanwhile_keeps_nobody_out",
    ),
    single(
        "people.link_used",
        "An invitation for one person lets everybody in who has its link.",
        "bot/features/people/actions/invitations.py",
        "single = InvitationState.OPEN if invited.for_many else InvitationState.USED",
        "single = InvitationState.OPEN",
        INVITATIONS,
        refusals=("people.invitation_over",),
        noticed_by="tests/features/test_people_invitations.py::test_a_link_that_cannot_be_used_says_why",
    ),
    single(
        "people.link_withdrawn",
        "A link that was withdrawn, or used, still gives its role.",
        "bot/features/people/actions/invitations.py",
        "            invitations.c.state == InvitationState.OPEN,\n",
        "",
        INVITATIONS,
        refusals=("people.invitation_over",),
        noticed_by="tests/features/test_people_invitations.py::test_a_registered_teacher_accepts_a_new_role",
    ),
    single(
        "people.link_outlives_right",
        "A link gives its role although whoever made it may no longer give it.",
        "bot/features/people/actions/invitations.py",
        "return invited.role in await grantable(tx, invited.created_by, invited.unit.id)",
        "return True",
        INVITATIONS,
        refusals=("people.invitation_over",),
        noticed_by="tests/features/test_people_invitations.py::test_a_link_dies_with_the_right_of_its_maker",
    ),
    single(
        "people.uses",
        "How many came by a link is not counted.",
        "bot/features/people/actions/invitations.py",
        "uses=invitations.c.uses + 1",
        "uses=invitations.c.uses",
        INVITATIONS,
        noticed_by="tests/features/test_people_invitations.py::test_many_teachers_come_by_one_link",
    ),
    single(
        "people.staff",
        "Anybody reads who works at a school and which roles they hold.",
        "bot/features/people/rights/units.py",
        "if place is None or not await looks_after(tx, actor, place):",
        "if place is None:",
        PEOPLE,
        slice="people",
        refusals=("people.not_yours",),
        noticed_by="tests/features/test_people_invitations.py::test_a_months_old_button_gives_no_role_any_more",
    ),
    single(
        "people.create_unit",
        "Anybody adds units to the tree.",
        "bot/features/people/actions/units.py",
        "        await unit_rights.access_parent(tx, actor, parent)\n",
        "        parent = parent or None\n",
        ("tests/features/test_people_units.py",),
        slice="people",
        refusals=("people.not_administrator",),
        noticed_by="tests/features/test_people_units.py::test_nobody_adds_a_unit_beyond_what_they_administer",
    ),
    single(
        "people.create_unit_elsewhere",
        "Who administers one tree adds units to every other.",
        "bot/features/people/rights/units.py",
        "return await role_queries.reaches(tx, actor.id, {Role.ADMINISTRATOR}, place.id)",
        "return bool(await role_queries.reach_of(tx, actor.id, {Role.ADMINISTRATOR}))",
        ("tests/features/test_people_units.py",),
        slice="people",
        refusals=("people.not_administrator",),
        noticed_by="tests/features/test_people_units.py::test_nobody_adds_a_unit_beyond_what_they_administer",
    ),
    single(
        "people.next_tree",
        "Who administers one school is made the administrator of each new tree.",
        "bot/features/people/actions/units.py",
        ".distinct().where(*held, at_a_root)",
        ".distinct().where(*held)",
        ("tests/features/test_people_units.py",),
        noticed_by="tests/features/test_people_units.py::test_a_new_tree_is_reached_by_who_administers_a_whole_one",
    ),
    single(
        "people.administrators",
        "Whoever registers administers the installation.",
        "bot/features/people/forms/registration.py",
        'administrator=address.channel == "telegram" and address.id in administrators,',
        'administrator=address.channel == "telegram",',
        PEOPLE,
        noticed_by="tests/features/test_people_invitations.py::test_a_link_carries_unit_and_role",
    ),
    single(
        "people.roles_move_along",
        "Whoever moves to another school keeps the roles of the old one.",
        "bot/features/people/actions/people.py",
        "            roles.c.unit_id == profile.unit.id,\n",
        "            roles.c.unit_id == place.id,\n",
        PEOPLE,
        noticed_by="tests/features/test_people.py::test_every_setting_can_be_changed",
    ),
    single(
        "people.sight_gender",
        "Girls' and boys' schools see each other.",
        "bot/features/people/queries/people.py",
        "return place.gender in self.genders and place.is_within(self.district)",
        "return place.is_within(self.district)",
        ("tests/features/test_practices_rules.py", "tests/features/test_communities.py"),
        noticed_by="tests/features/test_practices_rules.py::test_a_practice_for_everybody_stays_in_the_district_and_its_gender",
    ),
    single(
        "people.sight_district",
        "Teachers see every district.",
        "bot/features/people/queries/people.py",
        "return place.gender in self.genders and place.is_within(self.district)",
        "return place.gender in self.genders",
        ("tests/features/test_practices_rules.py", "tests/features/test_communities.py"),
        noticed_by="tests/features/test_practices_rules.py::test_a_practice_for_everybody_stays_in_the_district_and_its_gender",
    ),
    single(
        "people.ended_roles_reach",
        "A role that has ended still reaches.",
        "bot/features/people/queries/roles.py",
        """            roles.c.state == RoleState.ACTIVE,
            roles.c.role.in_(sorted(wanted)),
        )
        .limit(1)""",
        """            roles.c.role.in_(sorted(wanted)),
        )
        .limit(1)""",
        PEOPLE,
        noticed_by="tests/features/test_people_invitations.py::test_a_months_old_button_gives_no_role_any_more",
    ),
    single(
        "people.every_role_reaches",
        "Every role counts as the one that is asked for.",
        "bot/features/people/queries/roles.py",
        """            roles.c.role.in_(sorted(wanted)),
        )
        .limit(1)""",
        """        )
        .limit(1)""",
        PEOPLE,
        slice="people",
    ),
    single(
        "people.roles_reach_everywhere",
        "A role at one unit reaches every other.",
        "bot/features/people/queries/roles.py",
        ".join(units, and_(units.c.id == unit_id, above))",
        ".join(units, units.c.id == unit_id)",
        PEOPLE,
        noticed_by="tests/features/test_people_invitations.py::test_the_command_line_invites_a_supervisor",
    ),
    single(
        "people.ended_roles_held",
        "A role that has ended is still held.",
        "bot/features/people/queries/roles.py",
        ".where(roles.c.person_id == person_id, roles.c.state == RoleState.ACTIVE)",
        ".where(roles.c.person_id == person_id)",
        INVITATIONS,
        noticed_by="tests/features/test_people_invitations.py::test_a_link_dies_with_the_right_of_its_maker",
    ),
    single(
        "people.every_role_has_a_reach",
        "Whoever holds any role has the reach of a principal there.",
        "bot/features/people/queries/roles.py",
        "for h in await roles_of(tx, person_id) if h.role in asked}",
        "for h in await roles_of(tx, person_id)}",
        INVITATIONS,
        slice="people",
    ),
)
