"""Several schools of one person, and moving people from one to another."""

from bench.mutants.mutant import Guards, single

SEVERAL = ("tests/features/test_several_schools.py",)
TRANSFERS = ("tests/features/test_transfers.py",)
COUNTS = ("tests/features/test_headcounts.py",)
RIGHTS = "bot/features/people/rights/placements.py"
LIFE = "tests/features/test_headcounts.py::test_a_long_life_is_counted_right_on_both_databases"

SCHOOL_MUTANTS = (
    single(
        "schools.transfer",
        "Anybody moves anybody to another school.",
        RIGHTS,
        """async def _why_not_transfer(ask: _Ask) -> Refusal | None:
    if refuse := await _why_not_decide(ask):
        return refuse
""",
        """async def _why_not_transfer(ask: _Ask) -> Refusal | None:
""",
        TRANSFERS,
        slice="people",
    ),
    single(
        "schools.transfer_at_once",
        "A head moves people into schools that are not theirs.",
        "bot/features/people/rights/transfers.py",
        "    at_once = bool(at.of(actor.id))\n",
        "    at_once = bool(at.people)\n",
        TRANSFERS,
        noticed_by="tests/features/test_transfers.py::"
        "test_where_the_mover_answers_for_one_only_the_other_school_decides",
    ),
    single(
        "schools.recall",
        "Anybody calls a move off.",
        RIGHTS,
        "    if left is None or not await _Ask(ask.tx, ask.actor, left).answers():\n",
        "    if left is None:\n",
        TRANSFERS,
        slice="people",
    ),
    single(
        "schools.leave",
        "Anybody has somebody else leave a school.",
        RIGHTS,
        "    if not ask.is_own or not found.belongs:\n",
        "    if not found.belongs:\n",
        SEVERAL,
        slice="people",
        refusals=("people.not_own_place",),
    ),
    single(
        "schools.other_school",
        "A head reads what somebody holds at another school of theirs.",
        "bot/features/people/rights/people.py",
        "if each not in seen and person_id != actor.id]",
        "if each not in seen and person_id == actor.id]",
        SEVERAL,
        guards=Guards.PRIVACY,
        noticed_by="tests/features/test_several_schools.py::"
        "test_a_teacher_of_two_schools_counts_in_both_and_once_above",
    ),
    single(
        "schools.counted_at",
        "Whoever belongs to a department and to a school below it counts twice there.",
        "bot/features/people/actions/headcounts.py",
        "            if unit_id not in own:\n",
        "            if unit_id:\n",
        COUNTS,
        noticed_by=LIFE,
    ),
)
