"""Lists, the places that they keep, and how people come to theirs."""

from functools import partial

from bench.mutants.mutant import Guards, single

STORY = ("tests/features/test_imports.py",)
CHANGES = ("tests/features/test_import_changes.py",)
NUMBERS = ("tests/features/test_import_numbers.py",)
BOUND = "tests/features/test_imports.py::test_the_second_proof_is_about_the_very_slip_it_began_with"
NUMBERED = (
    "tests/features/test_import_numbers.py"
    "::test_a_number_without_its_country_is_of_the_country_of_its_unit"
)
TABLE_OF_RIGHTS = ("tests/rights/test_imports.py",)
LISTS = "bot/features/imports/rights/lists.py"
PLACES = "bot/features/imports/rights/places.py"
CLAIMS = "bot/features/imports/actions/claims.py"
PERSONAL = ("tests/features/test_personal.py",)
ERASED = (
    "tests/features/test_personal.py::test_what_is_declared_as_erased_is_gone_and_what_is_kept"
    "_is_there"
)

right = partial(single, slice="imports")
private = partial(single, guards=Guards.PRIVACY)

IMPORT_MUTANTS = (
    right(
        "imports.bring",
        "Anybody brings lists.",
        LISTS,
        "    if actor.is_member and (tops := await _tops(tx, actor)):\n        return tops\n",
        "    tops = await _tops(tx, actor)\n    if actor.is_member:\n        return tops\n",
        TABLE_OF_RIGHTS,
        refusals=("imports.not_importer",),
    ),
    right(
        "imports.open",
        "An administrator sees the lists of another one.",
        LISTS,
        "    own = found.made_by == actor.id and await _tops(tx, actor)\n",
        "    own = await _tops(tx, actor)\n",
        TABLE_OF_RIGHTS,
        refusals=("imports.not_yours",),
    ),
    right(
        "imports.hand_out",
        "The head of a unit sees who stands on the lists of all units.",
        PLACES,
        "    return await unit_rights.heads_it(tx, actor, place)\n\n\nasync def access_listed",
        "    return bool(await role_queries.roles_of(tx, actor.id))\n\n\nasync def access_listed",
        TABLE_OF_RIGHTS,
        refusals=("imports.not_head",),
    ),
    right(
        "imports.hand_out_sheet",
        "A sheet that was being printed is handed out to whoever may hand out none of it any more.",
        PLACES,
        "    if len(found) != len(set(ids)):\n        raise not_yours_to_hand_out(actor)\n"
        "    return found",
        "    return await listed_queries.listed_by_ids(tx, ids)",
        TABLE_OF_RIGHTS,
        refusals=("imports.not_head",),
    ),
    right(
        "imports.proof",
        "Whoever has no proof takes a place.",
        PLACES,
        " or not listed.is_proven_by(actor.id, tx.now):\n",
        ":\n",
        TABLE_OF_RIGHTS,
        refusals=("imports.not_open",),
    ),
    right(
        "imports.own_list",
        "Whoever brings a list gives themselves a role by it.",
        PLACES,
        "        if listed.made_by == actor.id:\n",
        "        if listed.made_by == 0:\n",
        TABLE_OF_RIGHTS,
        refusals=("imports.own_list",),
    ),
    right(
        "imports.role_not_given",
        "A list gives a role that whoever brought it may not give any more.",
        PLACES,
        "        if listed.role not in await role_queries.grantable(tx, listed.made_by, "
        "listed.unit.id):\n",
        "        if not listed.unit.id:\n",
        TABLE_OF_RIGHTS,
        refusals=("imports.role_not_given",),
    ),
    single(
        "imports.guesses",
        "A place may be guessed as long as one likes.",
        CLAIMS,
        "    return tries.own >= most or tries.there",
        "    return tries.own >= MOST_BLIND or tries.there",
        STORY,
        noticed_by="tests/features/test_imports.py"
        "::test_guessing_is_bounded_and_the_second_code_helps",
    ),
    single(
        "imports.slip_bound",
        "Whoever began with a slip that was lost goes on when another one was made.",
        CLAIMS,
        "    return bool(first) and first == _by_slip(listed) and listed.has_slip(now)\n",
        "    return bool(first) and listed.has_slip(now)\n",
        STORY,
        noticed_by=BOUND,
    ),
    single(
        "imports.slip_over",
        "Whoever began with a slip goes on when its time is over.",
        CLAIMS,
        "    return bool(first) and first == _by_slip(listed) and listed.has_slip(now)\n",
        "    return bool(first) and first == _by_slip(listed)\n",
        STORY,
        noticed_by=BOUND,
    ),
    single(
        "imports.number_of_another",
        "The card of somebody else proves their number.",
        "bot/channels/telegram/updates.py",
        ' or owner != sender.get("id") or ',
        " or ",
        NUMBERS,
        noticed_by="tests/features/test_import_numbers.py"
        "::test_a_number_that_is_ones_own_is_the_first_proof",
    ),
    single(
        "imports.number_of_several",
        "A number that several have opens the place of one of them.",
        CLAIMS,
        "    if len(found) != 1:\n",
        "    if not found:\n",
        NUMBERS,
        noticed_by=NUMBERED,
    ),
    single(
        "imports.number_bound",
        "Whoever began with a number goes on when the list has another one.",
        CLAIMS,
        "    if first == _by_number(listed):\n        return bool(first)\n",
        '    if first.startswith("number"):\n        return bool(first)\n',
        NUMBERS,
        noticed_by=NUMBERED,
    ),
    single(
        "imports.number_abroad",
        "A number of one country is taken for that of another one.",
        "bot/features/imports/queries/people_lists.py",
        '    return str(phones.get("") or phones.get(country) or ',
        '    return str(phones.get("") or phones.get("SA") or ',
        NUMBERS,
        noticed_by=NUMBERED,
    ),
    single(
        "imports.changes_of_another",
        "A list writes a role into the list of somebody else, who may give it.",
        "bot/features/imports/queries/checking.py",
        "        others = self.made_by not in (None, known.made_by)\n",
        "        others = False\n",
        CHANGES,
        noticed_by="tests/features/test_import_changes.py"
        "::test_a_list_of_another_one_changes_nobody",
    ),
    single(
        "imports.changes_unasked",
        "What a list says differently is applied without being asked for.",
        "bot/features/imports/actions/staging.py",
        "    if changes:\n",
        "    if not changes or changes:\n",
        CHANGES,
        noticed_by="tests/features/test_import_changes.py"
        "::test_what_has_changed_is_offered_applied_and_taken_back",
    ),
    private(
        "imports.forget_claimed",
        "What a list said of a person who deleted their data stays.",
        CLAIMS,
        "delete(imported_people).where(imported_people.c.claimed_by == person.id)",
        "delete(imported_people).where(imported_people.c.claimed_by == 0)",
        PERSONAL,
        erased=("imported_people",),
        noticed_by=ERASED,
    ),
    private(
        "imports.forget_tries",
        "What a person who deleted their data tried stays.",
        CLAIMS,
        "delete(claim_tries).where(claim_tries.c.person_id == person.id)",
        "delete(claim_tries).where(claim_tries.c.person_id == 0)",
        PERSONAL,
        erased=("claim_tries",),
        noticed_by=ERASED,
    ),
    private(
        "imports.forget_rows",
        "What the files said that somebody brought stays when they delete their data.",
        CLAIMS,
        "delete(import_parts).where(import_parts.c.import_id.in_(own))",
        "delete(import_parts).where(import_parts.c.import_id == 0)",
        STORY,
        erased=("import_parts",),
        noticed_by="tests/features/test_imports.py::test_what_a_file_said_goes_with_whoever_sent_it",
    ),
    private(
        "imports.forget_titles",
        "The names of the files that somebody brought stay when they delete their data.",
        CLAIMS,
        '.values(title="", columns=',
        ".values(columns=",
        PERSONAL,
        erased=("imports",),
        noticed_by=ERASED,
    ),
)
