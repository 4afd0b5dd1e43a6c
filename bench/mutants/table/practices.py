"""Practices: who reads, changes, moderates and finds them."""

from bench.mutants.mutant import single

RULES = ("tests/features/test_practices_rules.py",)
PRACTICES = (
    *RULES, "tests/features/test_practices.py", "tests/features/test_practice_places.py",
)  # fmt: skip
NOTICES = ("tests/features/test_practice_notices.py",)

PRACTICE_MUTANTS = (
    single(
        "practices.visible",
        "Every practice opens for everybody.",
        "bot/features/practices/queries/practices.py",
        "    return await role_queries.reaches(tx, reader.id, OVERSEERS, found.unit.id)\n",
        "    return reader.is_member\n",
        RULES,
        slice="practices",
        refusals=("practices.not_visible",),
        noticed_by="tests/features/test_practices_rules.py::test_a_team_practice_is_for_the_team_and_those_above_it",
    ),
    single(
        "practices.team_visible",
        "What was shared with a team opens for the whole district.",
        "bot/features/practices/queries/practices.py",
        """    if found.team is None:
        sight""",
        """    if found.unit:
        sight""",
        RULES,
        slice="practices",
        refusals=("practices.not_visible",),
        noticed_by="tests/features/test_practices_rules.py::test_a_team_practice_is_for_the_team_and_those_above_it",
    ),
    single(
        "practices.withdrawn_visible",
        "A practice that its author withdrew still opens for its readers.",
        "bot/features/practices/queries/practices.py",
        """    if found.state is PracticeState.WITHDRAWN:
        return False
""",
        "",
        RULES,
        slice="practices",
        refusals=("practices.not_visible",),
        noticed_by="tests/features/test_practices_rules.py::test_a_withdrawn_practice_is_left_to_its_author",
    ),
    single(
        "practices.hidden_visible",
        "A practice that was hidden still opens for its readers.",
        "bot/features/practices/queries/practices.py",
        "        return await may_moderate(tx, reader, found)\n",
        "        return reader.is_member\n",
        RULES,
        slice="practices",
        refusals=("practices.not_visible",),
        noticed_by="tests/features/test_practices_rules.py::test_the_lead_hides_and_a_member_cannot",
    ),
    single(
        "practices.moderate_own",
        "An officer shows their own practice again, which another one had hidden.",
        "bot/features/practices/queries/practices.py",
        "for person, origin in asked if origin.author_id != person}",
        "for person, origin in asked}",
        RULES,
        slice="practices",
        refusals=("practices.not_moderator",),
    ),
    single(
        "practices.members_moderate",
        "Every member hides what the others of the team have shared.",
        "bot/features/practices/queries/practices.py",
        "leads = await member_queries.leads_among(",
        "leads = await member_queries.members_among(",
        RULES,
        slice="practices",
        refusals=("practices.not_moderator",),
        noticed_by="tests/features/test_practices_rules.py::test_the_lead_hides_and_a_member_cannot",
    ),
    single(
        "practices.overseers_moderate",
        "Whoever may read a school's practices also hides them.",
        "bot/features/practices/queries/practices.py",
        "reached = await role_queries.reaching(tx, pairs, MODERATORS)",
        "reached = await role_queries.reaching(tx, pairs, OVERSEERS)",
        RULES,
        slice="practices",
        refusals=("practices.not_moderator",),
    ),
    single(
        "practices.hide",
        "Every reader hides a practice, and shows it again.",
        "bot/features/practices/rights/practices.py",
        "    if not await practice_queries.may_moderate(tx, actor, found):\n",
        "    if not actor.is_member:\n",
        RULES,
        slice="practices",
        refusals=("practices.not_moderator",),
        noticed_by="tests/features/test_practices_rules.py::test_the_lead_hides_and_a_member_cannot",
    ),
    single(
        "practices.buttons",
        "A practice's page offers every reader to edit it.",
        "bot/features/practices/screens/practice.py",
        "    if PracticeAbility.CHANGE in may:\n",
        "    if may:\n",
        ("tests/rights/test_offers.py",),
        noticed_by="tests/rights/test_offers.py::test_offers",
    ),
    single(
        "practices.author",
        "Anybody rewrites and withdraws the practice of somebody else.",
        "bot/features/practices/rights/practices.py",
        "if found is None or not _is_author(actor, found):",
        "if found is None:",
        RULES,
        slice="practices",
        refusals=("practices.not_author",),
        noticed_by="tests/features/test_practices_rules.py::test_only_the_author_edits_and_withdraws",
    ),
    single(
        "practices.share",
        "Anybody shares a practice with any team.",
        "bot/features/practices/rights/teams.py",
        "return team.is_active and await member_queries.is_member(tx, team.id, actor.id)",
        "return team.is_active",
        RULES,
        slice="practices",
        refusals=("practices.not_in_team",),
        noticed_by="tests/features/test_practices_rules.py::test_nobody_shares_with_a_team_they_do_not_belong_to",
    ),
    single(
        "practices.share_from",
        "Anybody shares a practice from any school.",
        "bot/features/practices/rights/teams.py",
        "if place is None or not await placement_queries.belongs_to(tx, actor.id, [place.id]):",
        "if place is None:",
        RULES,
        slice="practices",
        refusals=("practices.not_your_place",),
    ),
    single(
        "practices.share_again",
        "Who has left a team shares again with it what they had withdrawn.",
        "bot/features/practices/actions/practices.py",
        "    await _place(tx, actor, practice.team.id if practice.team else None)\n",
        "",
        RULES,
        slice="practices",
        refusals=("practices.not_in_team",),
    ),
    single(
        "practices.change_team",
        "An edit brings a practice into a team to which its author does not belong.",
        "bot/features/practices/actions/practices.py",
        """        unit = await _place(tx, actor, draft.team_id, draft.unit_id)
    await _update(""",
        """        unit = before.unit
    await _update(""",
        RULES,
        slice="practices",
        refusals=("practices.not_in_team",),
    ),
    single(
        "practices.respond",
        "Whoever may not read a practice applies it and thanks for it.",
        "bot/features/practices/rights/practices.py",
        """    found = await practice_queries.visible_practice(tx, actor, practice_id)
    if not actor.is_member""",
        """    found = await practice_queries.practice_of(tx, practice_id)
    found = found or await practice_queries.visible_practice(tx, actor, practice_id)
    if not actor.is_member""",
        RULES,
        slice="practices",
        refusals=("practices.not_visible",),
    ),
    single(
        "practices.respond_to_own",
        "Authors thank themselves.",
        "bot/features/practices/rights/practices.py",
        """    if _is_author(actor, found):
        raise""",
        """    if not actor.is_member:
        raise""",
        RULES,
        slice="practices",
        refusals=("practices.own",),
        noticed_by="tests/features/test_practices_rules.py::test_each_colleague_counts_once_and_the_author_not_at_all",
    ),
    single(
        "practices.evidence",
        "The evidence of a practice opens for who may not read the practice.",
        "bot/features/practices/screens/practice.py",
        "    practice = await practice_queries.visible_practice(turn.tx, "
        "turn.person, int(practice_id))\n"
        "    place",
        "    practice = await practice_queries.practice_of(turn.tx, "
        "int(practice_id))\n"
        "    practice = practice or await "
        "practice_queries.visible_practice(turn.tx, turn.person, int(practice_id))\n"
        "    place",
        PRACTICES,
        slice="practices",
        refusals=("practices.not_visible",),
    ),
    single(
        "practices.team_list",
        "A team's list shows everybody what its members have shared.",
        "bot/features/practices/queries/lists.py",
        'return [_Ranges("practices", (*columns, "author_id"), [(*shared, reader.id)])]',
        'return [_Ranges("practices", columns, [shared])]',
        RULES,
        slice="practices",
        noticed_by="tests/features/test_practices_rules.py::test_a_team_practice_is_for_the_team_and_those_above_it",
    ),
    single(
        "practices.hidden_list",
        "A team's list shows every member what was hidden.",
        "bot/features/practices/queries/lists.py",
        """    if await member_queries.is_lead(tx, team_id, reader.id):
        hidden""",
        """    if await member_queries.is_member(tx, team_id, reader.id):
        hidden""",
        RULES,
        slice="practices",
        noticed_by="tests/features/test_practices_rules.py::test_the_lead_hides_and_a_member_cannot",
    ),
    single(
        "practices.lists",
        "The lists of a district hold what its teams have shared among themselves.",
        "bot/features/practices/queries/lists.py",
        "        found |= {(district.id, Readership(gender)): None for district, gender"
        " in sight.views}\n",
        "        found |= {(district.id, circle): None for district, _ in sight.views"
        " for circle in Readership}\n",
        RULES,
        noticed_by="tests/features/test_practices_rules.py::test_a_team_practice_is_for_the_team_and_those_above_it",
    ),
    single(
        "practices.found",
        "The search shows what it finds, whoever may read it.",
        "bot/features/practices/queries/lists.py",
        "and_(among(practices.c.id, ids), await _findable(tx, reader))",
        "among(practices.c.id, ids)",
        (*RULES, "tests/features/test_search_rights.py"),
        noticed_by="tests/features/test_practices_rules.py::test_a_principal_finds_nothing_of_the_boys_school_next_door",
    ),
    single(
        "practices.news",
        "The news of a practice goes out although it was withdrawn before.",
        "bot/features/practices/actions/practices.py",
        """    if not moved.is_shared:
        await outbox.cancel(tx, _topic(practice.id))
""",
        "",
        RULES,
        noticed_by="tests/features/test_practices_rules.py::test_a_withdrawn_practice_is_left_to_its_author",
    ),
    single(
        "practices.former_moderator",
        "Who once hid a practice hears of its changes when they may no longer read it.",
        "bot/features/practices/actions/practices.py",
        """if (
        moderator
        and moderator.is_member
        and await practice_queries.may_moderate(tx, moderator, practice)
    ):""",
        "if moderator and moderator.is_member:",
        RULES,
        noticed_by="tests/features/test_practices_rules.py::test_who_may_no_longer_read_what_they_hid_hears_nothing_of_it",
    ),
    single(
        "practices.news_of_another_team",
        "Who has left a team is still told what is shared there.",
        "bot/features/practices/queries/notices.py",
        "(told[number].team_id, row.to.id) not in members:",
        "row.to is None:",
        NOTICES,
        noticed_by="tests/features/test_practice_notices.py::test_news_of_a_practice_is_for_whoever_may_still_read_it",
    ),
    single(
        "practices.news_of_a_hidden_one",
        "News that was held up tells the team of what was hidden or withdrawn since.",
        "bot/features/practices/queries/notices.py",
        """    if practice.state is not PracticeState.SHARED:
        return Gone(practice.state.value)
    author,""",
        "    author,",
        NOTICES,
        noticed_by="tests/features/test_practice_notices.py::test_nobody_is_told_of_a_practice_that_was_withdrawn",
    ),
    single(
        "practices.told_former_moderator",
        "Whose right ended while the message waited hears how a hidden practice reads now.",
        "bot/features/practices/queries/notices.py",
        "elif (row.to.id, origins[number]) not in moderators:",
        "elif (row.to.id, origins[number]) not in asked:",
        NOTICES,
        noticed_by="tests/features/test_practice_notices.py::test_whoever_may_no_longer_show_a_practice_again_hears_no_more_of_it",
    ),
)
