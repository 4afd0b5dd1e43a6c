"""Units, roles and invitations."""

from bench.mutants.mutant import single

ROLES = "bot/features/people/roles.py"
QUERIES = "bot/features/people/queries.py"
STAFF = "bot/features/people/staff.py"
TREE = "bot/features/people/tree.py"
INVITATIONS = ("tests/features/test_people_invitations.py",)
PEOPLE = ("tests/features/test_people.py", *INVITATIONS)
REACH = ("tests/features/test_finding.py", *PEOPLE)

PEOPLE_MUTANTS = (
    single(
        "people.grant",
        "Anybody gives anybody a role.",
        ROLES,
        """    place = await _grantable_unit(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    person =""",
        """    place = await queries.unit(tx, unit_id)
    assert place is not None
    await tx.lock("person", person_id)
    person =""",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.end_role",
        "Anybody ends anybody's role.",
        ROLES,
        """    place = await _grantable_unit(tx, actor, unit_id, role)
    await tx.lock("person", person_id)
    async with""",
        """    place = await queries.unit(tx, unit_id)
    assert place is not None
    await tx.lock("person", person_id)
    async with""",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.invite",
        "Anybody makes a link that gives a role.",
        ROLES,
        "        await _grantable_unit(tx, actor, unit_id, role)\n    elif",
        "        await queries.unit(tx, unit_id)\n    elif",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.invite_form",
        "The form that invites opens for whoever may invite nobody.",
        "bot/features/people/forms.py",
        "    if not await queries.reach_of(turn.tx, turn.person.id, GRANTERS):\n        raise",
        "    if not turn.person.is_member:\n        raise",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.grant_any_role",
        "Whoever may give one role gives every role, that of the administrator as well.",
        ROLES,
        "if place is None or role not in await grantable(tx, actor.id, unit_id):",
        "if place is None or not await grantable(tx, actor.id, unit_id):",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.grant_anywhere",
        "A principal gives roles at every school.",
        QUERIES,
        "        if place.is_within(held.unit):\n            given",
        "        if place.is_active:\n            given",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.principals_grant_more",
        "A principal makes supervisors.",
        QUERIES,
        "Role.PRINCIPAL: frozenset({Role.TEACHER, Role.LEAD}),",
        "Role.PRINCIPAL: frozenset({Role.TEACHER, Role.LEAD, Role.SUPERVISOR}),",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.withdraw_invitation",
        "Anybody withdraws anybody's invitation.",
        ROLES,
        "if found is None or not (own or found.role in await grantable(tx, actor.id, "
        "found.unit.id)):",
        "if found is None or (own and not actor.is_member):",
        INVITATIONS,
        slice="people",
        refusals=("people.may_not_grant",),
    ),
    single(
        "people.link_expired",
        "A link gives its role after its time as well.",
        ROLES,
        "            invitations.c.expires_at > tx.now,\n",
        "",
        INVITATIONS,
        refusals=("people.invitation_over",),
    ),
    single(
        "people.link_used",
        "An invitation for one person lets everybody in who has its link.",
        ROLES,
        "single = InvitationState.OPEN if invited.for_many else InvitationState.USED",
        "single = InvitationState.OPEN",
        INVITATIONS,
        refusals=("people.invitation_over",),
    ),
    single(
        "people.link_withdrawn",
        "A link that was withdrawn, or used, still gives its role.",
        ROLES,
        "            invitations.c.state == InvitationState.OPEN,\n",
        "",
        INVITATIONS,
        refusals=("people.invitation_over",),
    ),
    single(
        "people.link_outlives_right",
        "A link gives its role although whoever made it may no longer give it.",
        ROLES,
        "return invited.role in await grantable(tx, invited.created_by, invited.unit.id)",
        "return True",
        INVITATIONS,
        refusals=("people.invitation_over",),
    ),
    single(
        "people.uses",
        "How many came by a link is not counted.",
        ROLES,
        "uses=invitations.c.uses + 1",
        "uses=invitations.c.uses",
        INVITATIONS,
    ),
    single(
        "people.staff",
        "Anybody reads who works at a school and which roles they hold.",
        STAFF,
        "if place is None or not await queries.reaches(turn.tx, turn.person.id, GRANTERS, "
        "unit_id):",
        "if place is None:",
        PEOPLE,
        slice="people",
        refusals=("people.not_yours",),
    ),
    single(
        "people.create_unit",
        "Anybody adds units to the tree.",
        TREE,
        "if actor is not None and not await _administers(tx, actor.id, parent):",
        "if actor is not None and not actor.is_member:",
        ("tests/features/test_people_units.py",),
        slice="people",
        refusals=("people.not_administrator",),
    ),
    single(
        "people.create_unit_elsewhere",
        "Who administers one tree adds units to every other.",
        TREE,
        "return await queries.reaches(tx, person_id, {Role.ADMINISTRATOR}, parent.id)",
        "return bool(await queries.reach_of(tx, person_id, {Role.ADMINISTRATOR}))",
        ("tests/features/test_people_units.py",),
        slice="people",
        refusals=("people.not_administrator",),
    ),
    single(
        "people.next_tree",
        "Who administers one school is made the administrator of each new tree.",
        TREE,
        ".distinct().where(*held, at_a_root)",
        ".distinct().where(*held)",
        ("tests/features/test_people_units.py",),
    ),
    single(
        "people.administrators",
        "Whoever registers administers the installation.",
        "bot/features/people/forms.py",
        'administrator=address.channel == "telegram" and address.id in administrators,',
        'administrator=address.channel == "telegram",',
        PEOPLE,
    ),
    single(
        "people.roles_move_along",
        "Whoever moves to another school keeps the roles of the old one.",
        "bot/features/people/actions.py",
        "            roles.c.unit_id == profile.unit.id,\n",
        "            roles.c.unit_id == place.id,\n",
        PEOPLE,
    ),
    single(
        "people.sight_gender",
        "Girls' and boys' schools see each other.",
        QUERIES,
        "return place.gender in self.genders and place.is_within(self.district)",
        "return place.is_within(self.district)",
        ("tests/features/test_practices_rules.py", "tests/features/test_teams.py"),
    ),
    single(
        "people.sight_district",
        "Teachers see every district.",
        QUERIES,
        "return place.gender in self.genders and place.is_within(self.district)",
        "return place.gender in self.genders",
        ("tests/features/test_practices_rules.py", "tests/features/test_teams.py"),
    ),
    single(
        "people.ended_roles_reach",
        "A role that has ended still reaches.",
        QUERIES,
        """            roles.c.state == RoleState.ACTIVE,
            roles.c.role.in_(sorted(wanted)),
        )
        .limit(1)""",
        """            roles.c.role.in_(sorted(wanted)),
        )
        .limit(1)""",
        PEOPLE,
    ),
    single(
        "people.every_role_reaches",
        "Every role counts as the one that is asked for.",
        QUERIES,
        """            roles.c.role.in_(sorted(wanted)),
        )
        .limit(1)""",
        """        )
        .limit(1)""",
        PEOPLE,
    ),
    single(
        "people.roles_reach_everywhere",
        "A role at one unit reaches every other.",
        QUERIES,
        ".join(units, and_(units.c.id == unit_id, above))",
        ".join(units, units.c.id == unit_id)",
        PEOPLE,
    ),
    single(
        "people.ended_roles_held",
        "A role that has ended is still held.",
        QUERIES,
        ".where(roles.c.person_id == person_id, roles.c.state == RoleState.ACTIVE)",
        ".where(roles.c.person_id == person_id)",
        INVITATIONS,
    ),
    single(
        "people.every_role_has_a_reach",
        "Whoever holds any role has the reach of a principal there.",
        QUERIES,
        "for h in await roles_of(tx, person_id) if h.role in asked}",
        "for h in await roles_of(tx, person_id)}",
        INVITATIONS,
    ),
)
