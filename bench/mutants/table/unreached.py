"""Who learns that a message did not arrive: whoever waits for its effect, and nobody else."""

from functools import partial

from bench.mutants.mutant import Guards, single

UNREACHED = ("tests/features/test_unreached.py",)

private = partial(single, guards=Guards.PRIVACY)

UNREACHED_MUTANTS = (
    private(
        "unreached.lead",
        "Whoever opens a team's page reads that its new lead was not reached.",
        "bot/features/communities/queries/unreached.py",
        'if told.get("by") == giver.id}',
        'if told.get("by") and giver.id}',
        UNREACHED,
        slice="teams",
        noticed_by="tests/features/test_unreached.py::test_who_handed_the_lead_over_reads_that_it_is_not_known",
    ),
    private(
        "unreached.one_lead",
        "Whoever asked learns that one of the leads was not reached, though another one was.",
        "bot/features/communities/queries/unreached.py",
        "and told <= missed[each.topic].keys()",
        "and told & missed[each.topic].keys()",
        UNREACHED,
        noticed_by="tests/features/test_unreached.py::test_one_lead_who_was_reached_is_enough",
    ),
    private(
        "unreached.role",
        "Whoever looks after a unit reads that somebody there does not know of a role that another"
        " one gave.",
        "bot/features/people/queries/roles.py",
        "        roles.c.granted_by == giver.id,\n",
        "",
        UNREACHED,
        noticed_by="tests/features/test_unreached.py::test_who_gave_a_role_reads_that_it_is_not_known",
    ),
    private(
        "unreached.practice",
        "Whoever may show a hidden practice again reads that its author was not reached.",
        "bot/features/practices/queries/practices.py",
        "waits_for = other.get(reader.id) if",
        "waits_for = other.get(reader.id, practice.author.id) if",
        UNREACHED,
        noticed_by="tests/features/test_unreached.py::test_who_hid_a_practice_and_its_author_learn_what_the_other_does_not_know",
    ),
)
