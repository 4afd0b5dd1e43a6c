"""Meetings, and the calendars of units."""

from bench.mutants.mutant import Guards, single

RULES = ("tests/features/test_meetings.py", "tests/features/test_meetings_changes.py")
CHAT = ("tests/features/test_meetings_chat.py",)
BUTTONS = ("tests/rights/test_offers.py",)
CALENDAR = ("tests/features/test_settings.py", "tests/features/test_calendar_files.py")

MEETING_MUTANTS = (
    single(
        "meetings.visible",
        "Everybody opens and answers every meeting.",
        "bot/features/meetings/queries/meetings.py",
        "if found is None or not await member_queries.is_member(tx, found[1].id, reader.id):",
        "if found is None:",
        (*RULES, *CHAT),
        slice="meetings",
        refusals=("meetings.not_visible",),
        noticed_by="tests/features/test_meetings.py::test_strangers_and_those_who_left_cannot_answer",
    ),
    single(
        "meetings.of_a_team",
        "A team's meetings are listed for who does not belong to it.",
        "bot/features/meetings/rights/teams.py",
        "return None if own is not None and own.is_active else _not_visible",
        "return None",
        (*RULES, *CHAT),
        slice="meetings",
        refusals=("meetings.not_visible",),
    ),
    single(
        "meetings.call",
        "Every member calls meetings.",
        "bot/features/meetings/rights/teams.py",
        "    if own is None or not own.leads:\n",
        "    if own is None or not own.is_active:\n",
        RULES,
        slice="meetings",
        refusals=("meetings.not_lead",),
        noticed_by="tests/features/test_meetings.py::test_only_a_lead_calls_meetings",
    ),
    single(
        "meetings.change",
        "Every member moves and cancels meetings.",
        "bot/features/meetings/rights/meetings.py",
        "MeetingAbility.CHANGE: (TeamMeetingsAbility.CALL, True)",
        "MeetingAbility.CHANGE: (TeamMeetingsAbility.SEE, True)",
        RULES,
        slice="meetings",
        refusals=("meetings.not_lead",),
        noticed_by="tests/features/test_meetings_changes.py::test_a_member_changes_nothing",
    ),
    single(
        "meetings.answers",
        "Every member reads who answered what, with the reasons.",
        "bot/features/meetings/rights/meetings.py",
        "MeetingAbility.READ_ANSWERS: (TeamMeetingsAbility.CALL, False)",
        "MeetingAbility.READ_ANSWERS: (TeamMeetingsAbility.SEE, False)",
        CHAT,
        slice="meetings",
        refusals=("meetings.not_lead",),
    ),
    single(
        "meetings.silent",
        "Every member reads who has not answered yet.",
        "bot/features/meetings/notices/card.py",
        "if named and answer is None:",
        "if answer is None:",
        CHAT,
        slice="meetings",
    ),
    single(
        "meetings.buttons",
        "A meeting's page offers every member to move it and to cancel it.",
        "bot/features/meetings/screens/meetings.py",
        "if MeetingAbility.CHANGE in may:",
        "if MeetingAbility.ANSWER in may:",
        BUTTONS,
        noticed_by="tests/rights/test_offers.py::test_offers",
    ),
    single(
        "meetings.reasons",
        "The reason of an apology goes to the whole team.",
        "bot/features/meetings/actions/meetings.py",
        "leads = [\n"
        "                lead for lead in await member_queries.leads(tx, "
        "team.id) if lead.id != actor.id\n"
        "            ]",
        "leads = [m.person for m in await member_queries.members(tx, team.id) if "
        "m.person.id != actor.id]",
        (*RULES, *CHAT),
        guards=Guards.PRIVACY,
        noticed_by="tests/features/test_meetings.py::test_the_lead_hears_of_an_apology_with_a_reason_and_only_once",
    ),
    single(
        "meetings.former_members",
        "Whoever has left a team is still written to about its meetings.",
        "bot/features/communities/queries/batches.py",
        "WHERE m.team_id IN (ids) AND m.state = 'active' ORDER BY",
        "WHERE m.team_id IN (ids) ORDER BY",
        ("tests/features/test_meetings_together.py", *RULES),
        noticed_by="tests/features/test_meetings_changes.py::test_reminders_reach_only_those_concerned",
    ),
    single(
        "manners.keep",
        "Anybody writes into the calendar of a school.",
        "bot/features/calendars/rights.py",
        "if place is None or CalendarAbility.KEEP not in await abilities(tx, actor, place):",
        "if place is None:",
        CALENDAR,
        slice="manners",
        refusals=("manners.not_keeper",),
        noticed_by="tests/features/test_settings.py::test_only_keepers_write_into_a_calendar",
    ),
    single(
        "manners.keepers",
        "A lead teacher keeps the calendar of the school.",
        "bot/features/calendars/queries.py",
        "KEEPERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR,",
        "KEEPERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR, Role.LEAD,",
        CALENDAR,
        slice="manners",
        refusals=("manners.not_keeper",),
    ),
    single(
        "manners.add",
        "The right to enter days is not asked when they are entered.",
        "bot/features/calendars/actions.py",
        """    await access_kept_calendar(tx, actor, unit_id)
    if not timedelta""",
        "    if not timedelta",
        CALENDAR,
        slice="manners",
        refusals=("manners.not_keeper",),
    ),
    single(
        "manners.import",
        "The right to take in a calendar file is not asked when it is taken in.",
        "bot/features/calendars/actions.py",
        """        await access_kept_calendar(tx, actor, unit_id)
    elif""",
        """        await unit_queries.unit(tx, unit_id)
    elif""",
        CALENDAR,
        slice="manners",
        refusals=("manners.not_keeper",),
        noticed_by="tests/features/test_settings.py::test_only_keepers_write_into_a_calendar",
    ),
    single(
        "manners.remove",
        "Anybody takes days out of the calendar of a school.",
        "bot/features/calendars/actions.py",
        "    place = await access_kept_calendar(tx, actor, found.unit_id)\n",
        """    place = await unit_queries.unit(tx, found.unit_id)
    place = place or await access_kept_calendar(tx, actor, found.unit_id)
""",
        CALENDAR,
        slice="manners",
        refusals=("manners.not_keeper",),
    ),
    single(
        "manners.entry",
        "An entry of a calendar opens for who does not keep it.",
        "bot/features/calendars/screens.py",
        "    await rights.access_kept_calendar(turn.tx, turn.person, found.unit_id)\n",
        "",
        CALENDAR,
        slice="manners",
        refusals=("manners.not_keeper",),
        noticed_by="tests/features/test_settings.py::test_who_no_longer_keeps_a_calendar_does_not_open_its_entries",
    ),
)
