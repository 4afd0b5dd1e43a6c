"""What a search finds, and for whom."""

from bench.mutants.mutant import Guards, single

FINDING = "bot/features/people/finding.py"
SEARCH = "bot/arabic/search.py"
RIGHTS = ("tests/features/test_finding.py", "tests/features/test_finding_rights.py")
TESTS = ("tests/arabic/test_search.py", "tests/arabic/test_search_names.py")

SEARCH_MUTANTS = (
    single(
        "search.people",
        "Everybody finds everybody.",
        FINDING,
        ".where(people.c.id.in_(refs), people.c.id != reader.id, allowed)",
        ".where(people.c.id.in_(refs), people.c.id != reader.id)",
        RIGHTS,
    ),
    single(
        "search.consent",
        "Who has not agreed to it is found by their school.",
        FINDING,
        "agreed = profiles.c.consent_version >= FINDABLE_SINCE",
        'agreed = profiles.c.consent_version != ""',
        RIGHTS,
        guards=Guards.PRIVACY,
    ),
    single(
        "search.consent_index",
        "Who has not agreed to it takes the place of who has, in the search of their school.",
        FINDING,
        "if found.unit.kind in SHARED_KINDS and await tx.scalar(consent) >= FINDABLE_SINCE:",
        'if found.unit.kind in SHARED_KINDS and await tx.scalar(consent) != "":',
        RIGHTS,
        guards=Guards.PRIVACY,
    ),
    single(
        "search.departments",
        "Whoever works at a department finds all who work there.",
        FINDING,
        'frozenset({"school", "institution", "partner"})',
        'frozenset({"school", "institution", "partner", "department"})',
        RIGHTS,
    ),
    single(
        "search.staff",
        "Everybody searches the people of every unit.",
        "bot/features/teams/searching.py",
        "if unit_id and not await people_queries.reaches(turn.tx, turn.person.id, GRANTERS, "
        "unit_id):",
        "if unit_id and not turn.person.is_member:",
        RIGHTS,
        slice="people",
        refusals=("people.not_yours",),
    ),
    single(
        "search.words",
        "The words of one person's search come up for another.",
        FINDING,
        "            searches.c.id == search_id, searches.c.person_id == person.id\n",
        "            searches.c.id == search_id\n",
        ("tests/features/test_practices_rules.py",),
        guards=Guards.PRIVACY,
    ),
    single(
        "search.kept_words",
        "All that somebody ever searched for is kept.",
        FINDING,
        "searches.c.id < min(kept))",
        "searches.c.id < 0)",
        ("tests/features/test_practices_rules.py",),
        guards=Guards.PRIVACY,
    ),
    single(
        "search.former_mates",
        "Who has left a team is still found by its members.",
        "bot/features/teams/finding.py",
        """            memberships.c.team_id.in_(own),
            memberships.c.state == MembershipState.ACTIVE,
""",
        "            memberships.c.team_id.in_(own),\n",
        RIGHTS,
    ),
    single(
        "search.teams",
        "A principal finds the teams of other schools.",
        "bot/features/teams/finding.py",
        "select(*TEAM_COLUMNS).where(*wanted, visible)",
        "select(*TEAM_COLUMNS).where(*wanted)",
        ("tests/features/test_teams.py", *RIGHTS),
    ),
    single(
        "search.scopes",
        "What the reader may not find takes the places of what they may.",
        SEARCH,
        "allowed = None if scopes is None else sorted(set(scopes))",
        "allowed = None",
        (*TESTS, *RIGHTS),
    ),
    single(
        "search.offers",
        "A nearer spelling betrays a word that the reader may not find.",
        SEARCH,
        "await find(tx, kind, offer, limit=1, scopes=kept)",
        "await find(tx, kind, offer, limit=1)",
        (*TESTS, *RIGHTS),
        guards=Guards.PRIVACY,
    ),
)
