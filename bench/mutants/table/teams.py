"""Teams: who sees, joins, leads and oversees them."""

from bench.mutants.mutant import single

TEAMS = ("tests/features/test_communities.py",)
ENDED = ("tests/features/test_communities_closed.py",)
ALL = (*TEAMS, *ENDED, "tests/features/test_communities_races.py")

TEAM_MUTANTS = (
    single(
        "teams.visible",
        "Every team opens for everybody.",
        "bot/features/communities/queries/teams.py",
        "    return await oversees(tx, reader.id, found)\n",
        "    return reader.is_member\n",
        ALL,
        slice="teams",
        refusals=("teams.not_visible",),
    ),
    single(
        "teams.closed_visible",
        "A closed team opens for everybody of its district.",
        "bot/features/communities/queries/teams.py",
        "if sight and found.is_active and sight.shows(found.unit):",
        "if sight and sight.shows(found.unit):",
        ALL,
        slice="teams",
        refusals=("teams.not_visible",),
        noticed_by="tests/features/test_communities_closed.py::test_whoever_had_left_before_the_end_finds_nothing_of_it",
    ),
    single(
        "teams.members",
        "A team's members are shown to who does not belong to it.",
        "bot/features/communities/screens/lead.py",
        "if not await member_queries.is_member(turn.tx, team.id, turn.person.id):",
        "if not turn.person.is_member:",
        TEAMS,
        slice="teams",
        refusals=("teams.not_member",),
    ),
    single(
        "teams.members_on_page",
        "A team's page names its members to who does not belong to it.",
        "bot/features/communities/screens/team.py",
        "people = _members(turn, members) if inside else _outline(turn, members)",
        "people = _members(turn, members)",
        TEAMS,
        slice="teams",
    ),
    single(
        "teams.lead_acts",
        "Every member edits, closes and renews, lets in and removes, as the lead does.",
        "bot/features/communities/rights.py",
        "if found is None or not await member_queries.is_lead(tx, team_id, actor.id):",
        "if found is None or not await member_queries.is_member(tx, team_id, actor.id):",
        TEAMS,
        slice="teams",
        refusals=("teams.not_lead",),
        noticed_by="tests/features/test_communities.py::test_a_right_is_checked_again_when_an_old_button_is_pressed",
    ),
    single(
        "teams.requests",
        "Who asks to join, and with which words, is shown to everybody.",
        "bot/features/communities/screens/lead.py",
        """    team = await _led(turn, int(team_id))
    found = await member_queries.requests(""",
        """    team = await team_queries.team(turn.tx, int(team_id))
    team = team or await _led(turn, int(team_id))
    found = await member_queries.requests(""",
        TEAMS,
        slice="teams",
        refusals=("teams.not_lead",),
    ),
    single(
        "teams.link_page",
        "The link that lets people in is shown to everybody.",
        "bot/features/communities/screens/lead.py",
        """    team = await _led(turn, int(team_id))
    return _link(""",
        """    team = await team_queries.team(turn.tx, int(team_id))
    team = team or await _led(turn, int(team_id))
    return _link(""",
        TEAMS,
        slice="teams",
        refusals=("teams.not_lead",),
    ),
    single(
        "teams.edit_form",
        "The form that edits a team opens for everybody.",
        "bot/features/communities/forms/team.py",
        "    permit=_may_edit,\n",
        "",
        TEAMS,
        slice="teams",
        refusals=("teams.not_lead",),
    ),
    single(
        "teams.who_leads",
        "Every member counts as a lead.",
        "bot/features/communities/queries/members.py",
        """
        and found.role is MemberRole.LEAD
""",
        """
        and found.role in MemberRole
""",
        ("tests/features/test_meetings.py", *TEAMS),
        slice="teams",
        refusals=("teams.not_lead",),
        noticed_by="tests/features/test_meetings.py::test_only_a_lead_calls_meetings",
    ),
    single(
        "teams.askers_belong",
        "Whoever has asked to join reads everything before they are let in.",
        "bot/features/communities/queries/members.py",
        "    return found is not None and found.state is MembershipState.ACTIVE\n",
        "    return found is not None\n",
        TEAMS,
        slice="teams",
        refusals=("teams.not_member",),
    ),
    single(
        "teams.former_members",
        "Whoever has left a team, or was removed, still stands in it.",
        "bot/features/communities/queries/members.py",
        "        memberships.c.state.in_(STANDING),\n",
        "",
        ALL,
        slice="teams",
        noticed_by="tests/features/test_communities_closed.py::test_whoever_had_left_before_the_end_finds_nothing_of_it",
    ),
    single(
        "teams.closed_of_others",
        "Whoever had left a team before its end reads its past.",
        "bot/features/communities/queries/teams.py",
        """            memberships.c.state == MembershipState.ACTIVE,
            teams.c.state == TeamState.CLOSED,""",
        "            teams.c.state == TeamState.CLOSED,",
        ENDED,
        noticed_by="tests/features/test_communities_closed.py::test_whoever_had_left_before_the_end_finds_nothing_of_it",
    ),
    single(
        "teams.found",
        "Every teacher founds teams.",
        "bot/features/communities/rights.py",
        "    if not may:\n",
        "    if not may and not actor.is_member:\n",
        TEAMS,
        slice="teams",
        refusals=("teams.may_not_create",),
        noticed_by="tests/features/test_communities.py::test_a_plain_teacher_is_told_whom_to_ask",
    ),
    single(
        "teams.found_anywhere",
        "Who may found a team at one school founds it at every school.",
        "bot/features/communities/rights.py",
        "may = await role_queries.reaches(tx, actor.id, CREATORS, unit_id)",
        "may = bool(await role_queries.reach_of(tx, actor.id, CREATORS))",
        TEAMS,
        slice="teams",
        refusals=("teams.may_not_create",),
    ),
    single(
        "teams.ask_unseen",
        "A teacher who may not see a team asks to join it.",
        "bot/features/communities/actions/membership.py",
        "found = require_active(actor, await team_queries.visible_team(tx, actor, team_id))",
        "found = await team_queries.team(tx, team_id) if actor.is_member else None\n"
        "    found = require_active(actor, found or await "
        "team_queries.visible_team(tx, actor, team_id))",
        TEAMS,
        slice="teams",
        refusals=("teams.not_visible",),
    ),
    single(
        "teams.link_gender",
        "A link brings men into the teams of girls' schools.",
        "bot/features/communities/rights.py",
        "if apart and not await role_queries.reaches(tx, actor.id, OVERSEERS, found.unit.id):",
        "if apart and not actor.is_member:",
        TEAMS,
        slice="teams",
        refusals=("teams.other_gender",),
        noticed_by="tests/features/test_communities.py::test_girls_and_boys_schools_do_not_find_each_other",
    ),
    single(
        "teams.link_renewed",
        "The old link of a team works after a new one was made.",
        "bot/features/communities/actions/teams.py",
        "await tx.execute(update(teams).where(teams.c.id == "
        "team_id).values(link_code=_new_code()))",
        "assert _new_code()",
        TEAMS,
        refusals=("teams.unknown_link",),
        noticed_by="tests/features/test_communities.py::test_a_colleague_joins_by_link_even_before_registering",
    ),
    single(
        "teams.link_closed",
        "A link lets people into a team that has ended.",
        "bot/features/communities/rights.py",
        """    require_active(actor, found)
    profile""",
        "    profile",
        ALL,
        slice="teams",
    ),
    single(
        "teams.appoint",
        "Anybody appoints the lead of a team.",
        "bot/features/communities/rights.py",
        "if found is None or not await team_queries.oversees(tx, actor.id, found):",
        "if found is None:",
        ALL,
        slice="teams",
        refusals=("teams.not_overseer",),
        noticed_by="tests/features/test_communities_closed.py::test_only_who_oversees_the_unit_appoints",
    ),
    single(
        "teams.leads_oversee",
        "A lead teacher looks into every team of the school.",
        "bot/features/communities/queries/teams.py",
        "{Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.COORDINATOR, "
        "Role.ADMINISTRATOR}\n"
        ")",
        "{Role.PRINCIPAL, Role.SUPERVISOR, Role.DEVELOPER, Role.COORDINATOR, "
        "Role.ADMINISTRATOR, Role.LEAD}\n"
        ")",
        ("tests/features/test_practices_rules.py", *ALL),
        slice="teams",
    ),
    single(
        "teams.of_a_school",
        "The teams of every school are listed for everybody.",
        "bot/features/communities/screens/team.py",
        "seen = place is not None and bool(sight and sight.shows(place))",
        "seen = place is not None and bool(sight)",
        ("tests/features/test_search.py",),
        slice="teams",
        refusals=("teams.not_visible",),
        noticed_by="tests/features/test_search.py::test_the_teams_of_a_school_beyond_sight_stay_closed",
    ),
    single(
        "teams.doors",
        "What only a lead may do is offered to every member.",
        "bot/chat/router.py",
        "if lead or not door.lead_only",
        "if lead or door.route",
        ("tests/features/test_meetings_chat.py",),
        noticed_by="tests/features/test_meetings_chat.py::test_the_team_page_leads_to_its_meetings",
    ),
)
