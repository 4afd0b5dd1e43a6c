"""The failure suite in its short form: every case holds, and turns red where the bot is spoilt.

Seconds matter here: the cases that mostly wait are played beside the others.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.chaos.cases import CASES

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300.0


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run has found, by case; its seed stands in the output of a failing test."""
    figures = tmp_path_factory.mktemp("chaos") / "figures.json"
    finished = subprocess.run(
        [sys.executable, "-m", "bench.chaos", "--short", "--json", str(figures)],
        cwd=ROOT,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert figures.exists(), finished.stdout + finished.stderr
    content = json.loads(figures.read_text("utf-8"))
    return {case["case"]: case | {"seed": content["seed"]} for case in content["cases"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.key}: {case.name}")
def test_what_is_promised_holds(case: Any, found: dict[str, Any]) -> None:
    figures = found[case.key]
    assert figures["ok"], json.dumps(figures, ensure_ascii=False, indent=1)
