"""One's own data, the log, and what is left of whoever was erased."""

from bench.mutants.mutant import Guards, single

LAST_BYTE = ("tests/features/test_last_byte.py",)
AUDIT = ("tests/features/test_audit.py",)
PERSONAL = ("tests/features/test_personal.py",)
OWN = ("tests/features/test_own_data.py",)

OWN_DATA_MUTANTS = (
    single(
        "own_data.overwritten",
        "What is deleted stays in the pages of the file.",
        "bot/storage/sqlite.py",
        '"secure_delete=ON"',
        '"secure_delete=OFF"',
        LAST_BYTE,
        noticed_by="tests/features/test_last_byte.py::test_nothing_is_left_of_her",
    ),
    single(
        "own_data.write_ahead_log",
        "What is deleted stays in the log beside the file.",
        "bot/storage/sqlite.py",
        "wal_checkpoint(TRUNCATE)",
        "wal_checkpoint(PASSIVE)",
        LAST_BYTE,
        noticed_by="tests/features/test_last_byte.py::test_nothing_is_left_of_her",
    ),
    single(
        "own_data.later_holder",
        "A restored backup forgets whoever has the number by now.",
        "bot/upkeep.py",
        "                if rows[0][0] == each.known_since:\n",
        "                if rows:\n",
        LAST_BYTE,
        noticed_by="tests/features/test_last_byte.py::test_a_restored_backup_forgets_her_again",
    ),
    single(
        "own_data.log_reader",
        "Anybody reads the log of any unit.",
        "bot/features/people/rights/audit.py",
        "    if place is None or not await reads(tx, actor, place):\n",
        "    if place is None:\n",
        AUDIT,
        slice="people",
        refusals=("people.no_log",),
    ),
    single(
        "own_data.own_acts",
        "A head reads what is nobody's but a colleague's own.",
        "bot/features/people/queries/audit.py",
        "sorted(act.name for act in acts if act.own)",
        "sorted(act.name for act in acts if act.own and not act.name)",
        AUDIT,
        noticed_by="tests/features/test_audit.py::test_a_head_reads_what_was_done_at_their_school_and_nobody_elses",
    ),
    single(
        "own_data.chain",
        "An entry may be changed once its details are erased.",
        "bot/storage/audit.py",
        "    if entry.linked(link) != entry.link:\n",
        "    if entry.linked(link) != entry.link and entry.salt:\n",
        AUDIT,
        noticed_by="tests/features/test_audit.py::test_what_is_erased_leaves_the_chain_whole",
    ),
    single(
        "own_data.views",
        "Nobody hears of who opened their page.",
        "bot/features/people/screens/staff.py",
        "[profile.person.id], Seen.PAGE",
        "[], Seen.PAGE",
        OWN,
        noticed_by="tests/features/test_own_data.py::test_everybody_sees_who_looked_by_a_role_above",
    ),
    single(
        "own_data.details",
        "What was noted of somebody's acts stays when they are erased.",
        "bot/features/people/actions/erasure.py",
        "    await audit.erase_details(tx, person.id, acts)\n",
        "",
        PERSONAL,
        guards=Guards.PRIVACY,
        erased=("audit_trail",),
        noticed_by="tests/features/test_personal.py::test_what_is_declared_as_erased_is_gone_and_what_is_kept_is_there",
    ),
    single(
        "own_data.viewers",
        "Who looked at somebody stays when they are erased.",
        "bot/features/people/actions/erasure.py",
        "    await forget_viewer(tx, person.id)\n",
        "",
        PERSONAL,
        guards=Guards.PRIVACY,
        erased=("person_views",),
        noticed_by="tests/features/test_personal.py::test_what_is_declared_as_erased_is_gone_and_what_is_kept_is_there",
    ),
)
