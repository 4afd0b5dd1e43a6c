"""Announcements: who writes to whom, and who reads what."""

from bench.mutants.mutant import single

RIGHTS = "bot/features/announcements/rights.py"
QUERIES = "bot/features/announcements/queries/announcements.py"
ANNOUNCEMENTS = ("tests/features/test_announcements.py",)
STOPPED = ("tests/features/test_announcements_stopped.py",)
CONFIRMATIONS = ("tests/features/test_confirmations.py",)

ANNOUNCEMENT_MUTANTS = (
    single(
        "announcements.own",
        "Anybody sends, stops and follows what somebody else has written.",
        RIGHTS,
        """    if found.author.id != actor.id and not (
        ability in _OF_OVERSEERS and await _oversees(tx, actor, found)
    ):
        return _not_yours
""",
        "",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.not_yours",),
    ),
    single(
        "announcements.visible",
        "Anybody reads what was sent to others.",
        QUERIES,
        "    if found.author.id == reader.id or await was_sent_to(tx, found.id, reader.id):",
        "    if found.author.id == reader.id or reader.is_member:",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.not_visible",),
    ),
    single(
        "announcements.write",
        "Anybody writes to anybody.",
        "bot/features/announcements/actions/announcements.py",
        "    await rights.access_audience(tx, actor, draft.audience)\n",
        "",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.out_of_reach",),
    ),
    single(
        "announcements.form",
        "The form opens for whoever may write to nobody.",
        "bot/features/announcements/forms/announcements.py",
        "    await rights.access_reach(turn.tx, turn.person)\n",
        "    await rights.reach(turn.tx, turn.person)\n",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.no_reach",),
    ),
    single(
        "announcements.send",
        "The right is not asked again when a draft is sent.",
        RIGHTS,
        """    if found.state not in UNSENT:
        return _over
    return None if await _reaches(tx, actor, found) else _out_of_reach""",
        """    if found.state not in UNSENT:
        return _over
    return None""",
        (*ANNOUNCEMENTS, *CONFIRMATIONS),
        slice="announcements",
        refusals=("announcements.out_of_reach",),
    ),
    single(
        "announcements.send_later",
        "The right is not asked again when the time of a circular comes.",
        "bot/features/announcements/jobs.py",
        "if not await announcement_queries.may_address(tx, author.id, found.audience):",
        "if not author.is_member:",
        ANNOUNCEMENTS,
        slice="announcements",
    ),
    single(
        "announcements.subject",
        "Who may write to the teachers of one subject writes to all.",
        QUERIES,
        "        if held.is_for(audience.subjects)\n",
        "",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.out_of_reach",),
    ),
    single(
        "announcements.reach",
        "A principal writes to every other school.",
        "bot/features/people/queries/roles.py",
        " AND roles.unit_id IN (ids)",
        " AND EXISTS (ids)",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.out_of_reach",),
    ),
    single(
        "announcements.senders",
        "A lead teacher writes to the whole school.",
        QUERIES,
        "SENDERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR,",
        "SENDERS = frozenset({Role.PRINCIPAL, Role.SUPERVISOR, Role.LEAD,",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.out_of_reach",),
    ),
    single(
        "announcements.resend",
        "It is sent again although its author may no longer write to that audience.",
        RIGHTS,
        """    if found.state is not AnnouncementState.SENT:
        return _over
    return None if await _reaches(tx, actor, found) else _out_of_reach""",
        """    if found.state is not AnnouncementState.SENT:
        return _over
    return None""",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.out_of_reach",),
    ),
    single(
        "announcements.silent",
        "Who has not read it is named to an author whose right has ended.",
        RIGHTS,
        "return None if await _reaches(tx, actor, found) else _names_out_of_reach",
        "return None",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.out_of_reach",),
        noticed_by="tests/features/test_announcements.py::test_names_are_shown_while_the_right_lasts",
    ),
    single(
        "announcements.acknowledge",
        "Somebody who did not get it is told that they have read it.",
        "bot/features/announcements/actions/announcements.py",
        "        await announcement_queries.visible_announcement(tx, reader, announcement_id)\n",
        "",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.not_visible",),
        noticed_by="tests/features/test_announcements.py::test_whom_a_stopped_announcement_did_not_reach_finds_it_nowhere",
    ),
    single(
        "announcements.file",
        "The file of an announcement opens for whoever did not get it.",
        RIGHTS,
        """    found = await announcement_queries.visible_announcement(tx, actor, announcement_id)
    if not found.file or not found.file.is_there:""",
        """    found = await announcement_queries.announcement(tx, announcement_id)
    found = found or await announcement_queries.visible_announcement(tx, actor, announcement_id)
    if not found.file or not found.file.is_there:""",
        ANNOUNCEMENTS,
        slice="announcements",
        refusals=("announcements.not_visible",),
    ),
    single(
        "announcements.audience",
        "What is for the teachers of one subject goes to all.",
        "bot/features/people/queries/audiences.py",
        "        page = _narrowed(query, audience).where(\n",
        "        page = query.where(\n",
        ANNOUNCEMENTS,
        noticed_by="tests/features/test_announcements.py::test_whom_it_is_not_for_gets_nothing",
    ),
    single(
        "announcements.audience_unit",
        "What is for one school goes to all.",
        "bot/features/people/queries/audiences.py",
        "            below(top.path, indexed=not everybody), number > after_id\n",
        "            number > after_id\n",
        ANNOUNCEMENTS,
        noticed_by="tests/features/test_announcements.py::test_whom_it_is_not_for_gets_nothing",
    ),
    single(
        "announcements.called_back",
        "Whom a stopped announcement did not reach finds it all the same.",
        "bot/features/announcements/actions/stopping.py",
        "            receipts.c.person_id.in_(untold),\n",
        "            receipts.c.person_id.is_(None),\n",
        ANNOUNCEMENTS,
        slice="announcements",
        noticed_by="tests/features/test_announcements.py::test_whom_a_stopped_announcement_did_not_reach_finds_it_nowhere",
    ),
    single(
        "announcements.overseer",
        "A principal stops what the department sends.",
        QUERIES,
        "found.from_unit_id or found.audience.unit_id",
        "found.audience.unit_id",
        STOPPED,
        slice="announcements",
        noticed_by=f"{STOPPED[0]}::test_nobody_below_its_author_stops_it",
    ),
    single(
        "announcements.let_go_on",
        "An author lets go on what was stopped from above.",
        RIGHTS,
        """    if found.author.id == actor.id:
        return _not_above
""",
        "",
        STOPPED,
        slice="announcements",
        refusals=("announcements.not_above",),
    ),
    single(
        "announcements.every_piece",
        "The rest of a circular goes out although its author's right has ended.",
        "bot/features/announcements/queries/notices.py",
        """    return None if stands else Gone("out_of_reach")""",
        """    return None""",
        STOPPED,
        noticed_by=f"{STOPPED[0]}::test_a_role_that_ends_on_the_way_keeps_the_rest_from_going",
    ),
    single(
        "announcements.installation",
        "Whoever runs the installation reads and stops what others send.",
        QUERIES,
        "OVERSEERS = SENDERS - {Role.ADMINISTRATOR}",
        "OVERSEERS = SENDERS",
        STOPPED,
        slice="announcements",
    ),
    single(
        "announcements.changed_audience",
        "A draft is changed to an audience beyond its author's reach.",
        "bot/features/announcements/actions/announcements.py",
        "    await rights.access_audience(tx, actor, audience)\n",
        "",
        STOPPED,
        slice="announcements",
        refusals=("announcements.out_of_reach",),
    ),
)
