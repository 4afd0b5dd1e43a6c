"""What the later slices erase when somebody deletes their data, and what is forgotten by itself."""

from functools import partial

from bench.mutants.mutant import Guards, single

RETENTION = "bot/delivery/retention.py"
LEAVING = ("tests/features/test_leaving.py",)
ERASURE = ("tests/features/test_erasure.py",)
ERASED_AUTHORS = ("tests/features/test_erased_authors.py",)
FORGETTING = ("tests/stories/test_forgetting.py",)
PRACTICE_RULES = ("tests/features/test_practices_rules.py",)

private = partial(single, guards=Guards.PRIVACY)

FORGETTING_MUTANTS = (
    private(
        "leaving.apologies",
        "The reasons of the apologies of a person who deleted their data stay.",
        "bot/features/meetings/actions/meetings.py",
        'update(meeting_answers).where(meeting_answers.c.person_id == person.id).values(reason="")',
        "update(meeting_answers).where(meeting_answers.c.person_id == "
        "person.id).values(reason=meeting_answers.c.reason)",
        ("tests/features/test_meetings.py",),
        erased=("meeting_answers",),
        noticed_by="tests/features/test_meetings.py::test_reasons_of_who_leaves_for_good_are_erased",
    ),
    private(
        "leaving.manners",
        "When a person who deleted their data wanted silence stays.",
        "bot/features/notification_settings/actions.py",
        "    await tx.execute(\n"
        "        delete(notification_settings).where(notification_settings.c.perso"
        "n_id == person.id)\n"
        "    )\n",
        "",
        ("tests/features/test_settings.py",),
        erased=("manners",),
        noticed_by="tests/features/test_settings.py::test_manners_go_with_the_person",
    ),
    private(
        "leaving.reading",
        "Which practices a person who deleted their data has read stays.",
        "bot/features/practices/actions/practices.py",
        """    for table in (readers, applications, thanks):
        await tx.execute(delete(table).where(table.c.person_id""",
        """    for table in (applications, thanks):
        await tx.execute(delete(table).where(table.c.person_id""",
        ERASURE,
        erased=("practice_readers",),
        noticed_by="tests/features/test_erasure.py::test_what_they_read_and_thanked_for_is_forgotten",
    ),
    private(
        "leaving.applying",
        "Which practices a person who deleted their data has applied stays.",
        "bot/features/practices/actions/practices.py",
        """    for table in (readers, applications, thanks):
        await tx.execute(delete(table).where(table.c.person_id""",
        """    for table in (readers, thanks):
        await tx.execute(delete(table).where(table.c.person_id""",
        PRACTICE_RULES,
        erased=("practice_applications",),
        noticed_by="tests/features/test_practices_rules.py::test_deleting_ones_data_leaves_the_text_without_name_and_files",
    ),
    private(
        "leaving.thanking",
        "Whom a person who deleted their data has thanked stays.",
        "bot/features/practices/actions/practices.py",
        """    for table in (readers, applications, thanks):
        await tx.execute(delete(table).where(table.c.person_id""",
        """    for table in (readers, applications):
        await tx.execute(delete(table).where(table.c.person_id""",
        ERASURE,
        erased=("practice_thanks",),
        noticed_by="tests/features/test_erasure.py::test_what_they_read_and_thanked_for_is_forgotten",
    ),
    private(
        "leaving.files",
        "The files of a practice, which may show somebody, stay.",
        "bot/features/practices/actions/practices.py",
        "evidence.c.practice_id == row.id, evidence.c.kind != EvidenceKind.TEXT",
        "evidence.c.practice_id == row.id, evidence.c.kind == EvidenceKind.VOICE",
        PRACTICE_RULES,
        erased=("practice_evidence",),
        noticed_by="tests/features/test_practices_rules.py::test_deleting_ones_data_leaves_the_text_without_name_and_files",
    ),
    private(
        "leaving.captions",
        "What stood under a file that was erased is still found.",
        "bot/features/practices/actions/practices.py",
        "            await practice_index.index_practice(tx, await _fresh(tx, row.id))\n",
        "",
        ERASURE,
        noticed_by="tests/features/test_erasure.py::test_what_stood_under_a_file_is_found_no_more",
    ),
    private(
        "leaving.hidden",
        "A practice that had been hidden stays when its author deletes their data.",
        "bot/features/practices/actions/practices.py",
        "        if row.state is PracticeState.SHARED:\n",
        "        if row.state is not PracticeState.WITHDRAWN:\n",
        ERASURE,
        erased=("practices",),
        noticed_by="tests/features/test_erasure.py::test_a_practice_that_was_hidden_goes_altogether",
    ),
    private(
        "leaving.withdrawn",
        "A practice that its author had withdrawn stays when they delete their data.",
        "bot/features/practices/actions/practices.py",
        "        if row.state is PracticeState.SHARED:\n",
        "        if row.state is not PracticeState.HIDDEN:\n",
        PRACTICE_RULES,
        erased=("practices",),
        noticed_by="tests/features/test_practices_rules.py::test_deleting_ones_data_leaves_the_text_without_name_and_files",
    ),
    private(
        "leaving.drafts",
        "A draft of a person who deleted their data stays.",
        "bot/features/announcements/actions/erasure.py",
        'values(state=AnnouncementState.DISCARDED, title="", text="", file=None)',
        "values(state=AnnouncementState.DISCARDED, file=None)",
        LEAVING,
        erased=("announcements",),
        noticed_by="tests/features/test_leaving.py::test_drafts_and_unread_announcements_go_with_a_person",
    ),
    private(
        "leaving.draft_files",
        "The file of a draft of a person who deleted their data stays.",
        "bot/features/announcements/actions/erasure.py",
        'values(state=AnnouncementState.DISCARDED, title="", text="", file=None)',
        'values(state=AnnouncementState.DISCARDED, title="", text="")',
        ERASURE,
        erased=("announcements",),
        noticed_by="tests/features/test_erasure.py::test_nothing_is_left_of_what_was_never_sent",
    ),
    private(
        "leaving.discarded",
        "What a person had discarded before they deleted their data stays.",
        "bot/features/announcements/actions/erasure.py",
        "unsent = (AnnouncementState.DRAFT, AnnouncementState.DISCARDED)",
        "unsent = (AnnouncementState.DRAFT,)",
        ERASURE,
        erased=("announcements",),
        noticed_by="tests/features/test_erasure.py::test_nothing_is_left_of_what_was_never_sent",
    ),
    private(
        "leaving.scheduled",
        "What waited for its time when its author deleted their data stays, though nobody gets it.",
        "bot/features/announcements/actions/erasure.py",
        "    await _forget_called_off(tx, person)\n",
        "",
        ERASURE,
        erased=("announcements",),
        noticed_by="tests/features/test_erasure.py::test_nothing_is_left_of_what_had_not_begun_to_be_sent",
    ),
    private(
        "leaving.sent_files",
        "The name of a file that was sent stays when its author deletes their data.",
        "bot/features/announcements/actions/files.py",
        "        await _set(tx, row.id, file=left)\n",
        "",
        ERASED_AUTHORS,
        erased=("announcements",),
        noticed_by=f"{ERASED_AUTHORS[0]}::"
        "test_a_circular_keeps_its_words_and_its_button_and_loses_its_picture",
    ),
    private(
        "leaving.sent_words",
        "Of a circular whose author deleted their data the words go with the file.",
        "bot/features/announcements/actions/files.py",
        "    await owned.set_apart(tx, author.id, shown)\n",
        "",
        ERASED_AUTHORS,
        noticed_by=f"{ERASED_AUTHORS[0]}::"
        "test_a_circular_keeps_its_words_and_its_button_and_loses_its_picture",
    ),
    private(
        "leaving.unread",
        "What a person who deleted their data has not read stays noted.",
        "bot/features/announcements/actions/erasure.py",
        """    await tx.execute(
        delete(receipts).where(
            receipts.c.person_id == person.id,""",
        """    await tx.execute(
        delete(receipts).where(
            receipts.c.person_id == 0,""",
        LEAVING,
        erased=("receipts",),
        noticed_by="tests/features/test_leaving.py::test_drafts_and_unread_announcements_go_with_a_person",
    ),
    private(
        "forgetting.updates",
        "Messages as they arrived are never erased.",
        "bot/tidying.py",
        '        return await inbox.forget_done(tx, most, tx.now - days("set_aside"))\n',
        "        return 0\n",
        FORGETTING,
        erased=("updates",),
        noticed_by="tests/stories/test_forgetting.py::test_messages_as_they_arrived_are_erased_after_two_days",
    ),
    private(
        "forgetting.updates_late",
        "Messages as they arrived are kept for 48 days.",
        "bot/chat/intake/inbox.py",
        "KEEP_DONE = timedelta(hours=48)",
        "KEEP_DONE = timedelta(days=48)",
        FORGETTING,
        noticed_by="tests/stories/test_forgetting.py::test_messages_as_they_arrived_are_erased_after_two_days",
    ),
    private(
        "forgetting.skipped",
        "Messages that came in a flood are never erased.",
        "bot/chat/intake/inbox.py",
        "CASE WHEN (state IN ('done', 'skipped') AND",
        "CASE WHEN (state = 'done' AND",
        FORGETTING,
        noticed_by="tests/stories/test_forgetting.py::test_what_came_in_a_flood_is_erased_as_well",
    ),
    private(
        "forgetting.untold",
        "Messages of a flood that could be told to nobody any more are never erased.",
        "bot/chat/intake/inbox.py",
        "(state = 'skipped' AND done_at IS NULL AND received_at < ?) THEN",
        "(state = 'done' AND done_at IS NULL AND received_at < ?) THEN",
        FORGETTING,
        noticed_by="tests/stories/test_forgetting.py::test_what_came_in_a_flood_that_nobody_was_told_of_is_erased_too",
    ),
    private(
        "forgetting.answers",
        "Answers and notices are never erased.",
        "bot/tidying.py",
        '    "messages": retention.forget_finished,\n',
        "",
        (*LEAVING, *FORGETTING),
        noticed_by="tests/stories/test_forgetting.py::test_answers_are_erased_after_a_month",
    ),
    private(
        "forgetting.words",
        "The words of an answer stay where it was queued.",
        "bot/delivery/results.py",
        "finished_at = ?, screen = NULL WHERE id",
        "finished_at = ? WHERE id",
        ("tests/delivery/test_outbox.py",),
        noticed_by="tests/delivery/test_outbox.py::test_what_was_said_is_emptied_by_the_mark_that_it_was",
    ),
    private(
        "forgetting.former_words",
        "The words that a former version has left are never erased.",
        RETENTION,
        '"UPDATE outbox SET screen = NULL WHERE {wordy}',
        '"UPDATE outbox SET screen = screen WHERE {wordy}',
        ("tests/delivery/test_outbox.py",),
        noticed_by="tests/delivery/test_outbox.py::test_what_a_former_version_has_left_is_emptied",
    ),
    private(
        "forgetting.words_in_notices",
        "A notice keeps words.",
        "bot/delivery/notice.py",
        '        raise TypeError("a notice keeps no words")\n',
        "        return value\n",
        ("tests/delivery/test_notices.py",),
        noticed_by="tests/delivery/test_notices.py::test_words_never_enter_a_notice",
    ),
    private(
        "forgetting.told_when_erased",
        "What waits goes out to somebody who was erased meanwhile.",
        "bot/delivery/drawing.py",
        "people[message.person_id].state is PersonState.GONE",
        "people[message.person_id].state is None",
        ("tests/delivery/test_notices.py",),
        noticed_by="tests/delivery/test_notices.py::test_nothing_reaches_who_was_erased_meanwhile",
    ),
    private(
        "forgetting.statuses",
        "A channel's ids of what an erased person was sent are kept.",
        RETENTION,
        "    await statuses.forget_person(tx, person_id)\n",
        "",
        ("tests/features/test_personal.py",),
        noticed_by="tests/features/test_personal.py::test_what_is_declared_as_erased_is_gone_and_what_is_kept_is_there",
        erased=("delivery_statuses",),
    ),
)
