"""Pictures of pupils: what is asked before they are fetched and shown, and their withdrawal."""

from bench.mutants.mutant import Guards, single

FIELD = ("tests/features/test_pupils_in_pictures.py",)
WITHDRAWAL = ("tests/features/test_guardians_no.py",)
RIGHTS = "bot/features/people/rights/files.py"

PUPIL_MUTANTS = (
    single(
        "people.withdraw_file",
        "Anybody takes a picture of anybody back.",
        RIGHTS,
        "    if file is None or not await _may_withdraw(tx, actor, file):\n",
        "    if file is None:\n",
        WITHDRAWAL,
        slice="people",
        refusals=("people.not_head",),
    ),
    single(
        "people.files_at",
        "Anybody reads what the people of any school show to others.",
        RIGHTS,
        "    if place is None or not await heads(tx, actor, place):\n",
        "    if place is None:\n",
        WITHDRAWAL,
        slice="people",
        refusals=("people.not_head",),
    ),
    single(
        "files.unanswered",
        "A picture is fetched before its sender has said anything of the pupils in it.",
        "bot/files/fetching.py",
        "\"state = 'wanted' AND consent <> 'waiting' AND due_at <= ?\"",
        "\"state = 'wanted' AND due_at <= ?\"",
        FIELD,
        noticed_by="tests/features/test_pupils_in_pictures.py::test_one_tap_is_the_usual_case",
        guards=Guards.PRIVACY,
    ),
    single(
        "files.unseen",
        "A picture is shown to others before its sender has looked at what is left of it.",
        "bot/files/fetching.py",
        "CASE WHEN consent = 'hiding' THEN 'concealed' ELSE 'kept' END",
        "'kept'",
        FIELD,
        noticed_by="tests/features/test_pupils_in_pictures.py"
        "::test_nobody_sees_what_its_owner_has_not_looked_at",
        guards=Guards.PRIVACY,
    ),
    single(
        "files.as_it_came",
        "A picture is kept as it came, with the place where it was taken.",
        "bot/files/preparing.py",
        "    return Prepared(drawn, result.mime)",
        "    return Prepared(draft, result.mime)",
        FIELD,
        noticed_by="tests/features/test_pupils_in_pictures.py"
        "::test_where_a_picture_was_taken_is_gone",
        guards=Guards.PRIVACY,
    ),
    single(
        "files.copies",
        "A picture that was withdrawn stays in the messages that showed it.",
        "bot/features/people/actions/files.py",
        "Taken.WITHDRAWN, gone, actor",
        "Taken.WITHDRAWN, [], actor",
        WITHDRAWAL,
        noticed_by="tests/features/test_guardians_no.py::test_the_head_takes_it_back_in_two_taps",
        guards=Guards.PRIVACY,
    ),
)
