"""Files that stay when their owner has gone."""

from functools import partial

from bench.mutants.mutant import Guards, single

OWNERS = ("tests/files/test_owners.py",)
PERSONAL = ("tests/features/test_personal.py",)
GOES = "tests/files/test_owners.py::test_with_a_person_go_the_rows_and_a_day_later_the_bytes"
DECLARED = (
    "tests/features/test_personal.py"
    "::test_what_is_declared_as_erased_is_gone_and_what_is_kept_is_there"
)

private = partial(single, guards=Guards.PRIVACY)

FILE_MUTANTS = (
    private(
        "files.rows",
        "The files of a person who deleted their data stay.",
        "bot/files/owned.py",
        "    own = files.c.owner_id == person_id\n",
        "    own = files.c.owner_id == -person_id\n",
        OWNERS,
        erased=("files",),
        noticed_by=GOES,
    ),
    private(
        "files.copies_of_theirs",
        "Which files stand in the chat of a person who deleted their data stays known.",
        "bot/features/people/actions/erasure.py",
        "        await owned.forget_copies_at(tx, [row.id])\n",
        "",
        PERSONAL,
        erased=("file_copies",),
        noticed_by=DECLARED,
    ),
    private(
        "files.bytes",
        "The bytes of a person who deleted their data stay in the folder.",
        "bot/files/sweeping.py",
        '        await tx.run("DELETE FROM blobs WHERE sha256 = ?", sha256)\n'
        "        store.remove(sha256)\n",
        "",
        OWNERS,
        erased=("blobs", "file_references"),
        noticed_by=GOES,
    ),
)
