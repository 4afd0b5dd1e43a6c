"""The failure suite in its short form: every case holds, and turns red where the bot is spoilt.

Seconds matter here: the cases that mostly wait are played beside the others.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import UnixFileLock

from bench.chaos.cases import CASES
from bench.crowd import Patience

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300.0
"""Seconds of a quiet machine."""

pytestmark = pytest.mark.begins_first


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run has found, by case; its seed stands in the output of a failing test. Processes
    that share the tests share one run: the first begins it, and whoever needs it waits."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "chaos"
    folder.mkdir(exist_ok=True)
    figures, said = folder / "figures.json", folder / "said.txt"
    with UnixFileLock(folder / "lock"):
        if not said.exists():
            play(figures, said)
    assert figures.exists(), said.read_text("utf-8", "replace")
    content = json.loads(figures.read_text("utf-8"))
    return {case["case"]: case | {"seed": content["seed"]} for case in content["cases"]}


def play(figures: Path, said: Path) -> None:
    with said.open("wb") as output:
        suite = subprocess.Popen(
            [sys.executable, "-m", "bench.chaos", "--short", "--json", str(figures)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Linux shares the processors among sessions: the bots get their part of them, however
            # many tests run beside.
            start_new_session=True,
        )
        await_end(suite)


def await_end(suite: "subprocess.Popen[bytes]") -> None:
    """Wait until it has ended; it is ended, with its own processes, if that takes too long."""
    left = Patience(PATIENCE)
    while True:
        try:
            suite.wait(left.pause)
        except subprocess.TimeoutExpired:
            if not left.is_over():
                continue
            suite.terminate()
            try:
                suite.wait(30)
            except subprocess.TimeoutExpired:
                suite.kill()
                suite.wait()
        return


QUICK = [case for case in CASES if case.quick]


@pytest.mark.parametrize("case", QUICK, ids=lambda case: f"{case.key}: {case.name}")
def test_what_is_promised_holds(case: Any, found: dict[str, Any]) -> None:
    figures = found[case.key]
    assert figures["ok"], json.dumps(figures, ensure_ascii=False, indent=1)
