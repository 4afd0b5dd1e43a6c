"""The mistakes of `make mutants` can all be planted, and none that must be among them is missing.

Whether they are noticed takes minutes: that is `make mutants`.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.mutants.__main__ import MutantVerdict, check_green, judge
from bench.mutants.mutant import Guards, Mutant, single
from bench.mutants.table import MUTANTS, STATES
from bench.mutants.workshop import Workshop
from bot.features import personal

ROOT = Path(__file__).resolve().parents[1]
LEAST = 43
PATIENCE = 60.0
KNOWN = {
    "people.grant", "people.withdraw_invitation", "teams.members", "practices.moderate_own",
    "announcements.send_later", "announcements.subject", "announcements.resend",
    "webhook.chunked", "forgetting.updates", "practices.share_again", "meetings.answers",
}  # fmt: skip
"""Mistakes that the tests once did not notice."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.key)
def test_it_can_still_be_planted(mutant: Mutant) -> None:
    for name, source in mutant.sources(ROOT).items():
        compile(source, name, "exec")
        assert source != (ROOT / name).read_text("utf-8")
    assert mutant.tests
    for path in mutant.tests:
        assert (ROOT / path).is_file(), f"{path} is not there"
    path, _, test = mutant.noticed_by.partition("::")
    if mutant.noticed_by:
        assert path in mutant.tests
        assert f"def {test}(" in (ROOT / path).read_text("utf-8"), f"{test} is not there"
    else:
        assert mutant.slice, "no test is known to notice it"
    if mutant.slice and (ROOT / "tests/rights").is_dir():
        assert f"tests/rights/test_{mutant.slice}.py" in mutant.steps(ROOT)[-1]


def test_none_of_them_is_a_slip(tmp_path: Path) -> None:
    """What does not know its own names fails for another reason than the one that is meant."""
    for number, mutant in enumerate(MUTANTS):
        for name, source in mutant.sources(ROOT).items():
            (tmp_path / f"{number}-{Path(name).name}").write_text(source, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E9,F63,F7,F82", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_enough_and_each_is_one_of_its_own() -> None:
    keys = [mutant.key for mutant in MUTANTS]
    assert len(set(keys)) == len(keys) >= LEAST
    assert set(keys) >= KNOWN
    assert len({mutant.changes for mutant in MUTANTS}) == len(MUTANTS)
    for mutant in MUTANTS:
        assert re.fullmatch(r"[A-Z«].+\.", mutant.wrong), f"{mutant.key} is no sentence"


def test_every_refused_right_is_taken_away_by_one_of_them() -> None:
    refused = {code for path in (ROOT / "bot/features").rglob("*.py") for code in codes(path)}
    taken = {code for mutant in MUTANTS for code in mutant.refusals}
    assert len(taken) > 20
    assert taken & STATES.keys() == set()
    assert refused == taken | STATES.keys(), (
        "a new right needs a mutant that names its code in `refusals`; what only says how things"
        " stand joins `STATES`"
    )


def codes(path: Path) -> set[str]:
    """The codes of the refusals that a file raises."""
    calls = ast.walk(ast.parse(path.read_text("utf-8")))
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Refused"
    }


def test_every_table_in_which_something_is_erased_has_a_mistake_that_leaves_it() -> None:
    """What is erased, and what is kept for which reason, the slices declare themselves
    (`PERSONAL`); that no column is forgotten is tried by `test_personal_columns.py`."""
    private = [mutant for mutant in MUTANTS if mutant.erased]
    assert {mutant.guards for mutant in private} == {Guards.PRIVACY}
    left = {table for mutant in private for table in mutant.erased}
    declared = {table.name for part in personal() for table in part.tables if table.erased}
    assert left == declared, "each table needs a mutant of Guards.PRIVACY that names it in `erased`"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A copy of a project with a single rule and its test."""
    source = tmp_path_factory.mktemp("sketch")
    (source / "rule.py").write_text("LIMIT = 3\n\n\ndef may(age):\n    return age > LIMIT\n")
    (source / "test_rule.py").write_text(
        "import time\n\nfrom rule import LIMIT, may\n\n\ndef test_rule():\n"
        "    assert may(4)\n    assert not may(3)\n    time.sleep(0 if LIMIT == 3 else 300)\n"
    )
    return Workshop(source, tmp_path_factory.mktemp("workshop") / "copy")


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("age > LIMIT", "age >= LIMIT", MutantVerdict.NOTICED),
        ("age > LIMIT", "age >= LIMIT + 1", MutantVerdict.SURVIVED),
        ("age < LIMIT", "age > 0", MutantVerdict.NOT_PLANTED),
        ("LIMIT", "MOST", MutantVerdict.NOT_PLANTED),
        ("age > LIMIT", "age > MOST", MutantVerdict.BROKEN),
        ("return age > LIMIT", "raise TimeoutError", MutantVerdict.HUNG),
        ("LIMIT = 3", "LIMIT = (", MutantVerdict.BROKEN),
        ("LIMIT = 3", "LIMIT = 3.5", MutantVerdict.HUNG),
    ],
)
def test_each_is_judged_by_what_its_tests_say(
    workshop: Workshop, old: str, new: str, verdict: MutantVerdict
) -> None:
    before = (workshop.root / "rule.py").read_text()
    planted = single("sketch.rule", "It is wrong.", "rule.py", old, new, ("test_rule.py",))
    judged = judge(planted, workshop, seconds=3.0 if new == "LIMIT = 3.5" else PATIENCE)
    assert judged.verdict is verdict, judged.why
    assert (workshop.root / "rule.py").read_text() == before


def test_what_is_red_without_a_mistake_is_seen(workshop: Workshop) -> None:
    planted = single("sketch.rule", "It is wrong.", "rule.py", "3", "4", ("test_rule.py",))
    assert [run.is_green for run in check_green([planted], [workshop])] == [True]
    test = workshop.root / "test_rule.py"
    before = test.read_text()
    test.write_text(before.replace("may(4)", "may(2)"))
    assert [run.is_green for run in check_green([planted], [workshop])] == [False]
    test.write_text(before)
