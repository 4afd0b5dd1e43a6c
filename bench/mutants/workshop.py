"""A copy of the project, in which tests run with and without a mistake."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from xml.etree import ElementTree as ET

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".env", "var", "build", "results", "__pycache__", ".*_cache", ".hypothesis",
    "*.egg-info",
)  # fmt: skip
_OPTIONS = (
    # One database is enough to notice a missing check, and seconds count.
    *("-k", "not postgresql"),
    *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=1"),
)
_SLIPS = frozenset(
    (
        *("ImportError", "ModuleNotFoundError", "NameError", "UnboundLocalError", "SyntaxError"),
        *("IndentationError", "AttributeError", "TypeError"),
    )
)
"""Failures that tell of a mutant that makes no sense, not of a test that has noticed it."""


@dataclass(frozen=True, slots=True)
class Run:
    """What became of some tests. `code` is that of pytest, None where time ran out."""

    code: int | None
    seconds: float
    output: str
    test: str = ""
    """The first test that failed."""
    why: str = ""
    phase: str = "call"
    """Where it failed: in its own steps, or when it was set up or tidied away."""

    @property
    def is_green(self) -> bool:
        return self.code == 0

    @property
    def is_hung(self) -> bool:
        """Time ran out, for all of them or for the one that failed: nobody has noticed anything."""
        return self.code is None or self._error == "TimeoutError"

    @property
    def is_slip(self) -> bool:
        """The code could not even be run as it was meant."""
        return self._error in _SLIPS

    @property
    def _error(self) -> str:
        return self.why.partition(":")[0].rpartition(".")[2]


class Workshop:
    """One copy; it runs one thing at a time."""

    def __init__(self, source: Path, root: Path) -> None:
        self.root = root
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        shutil.copytree(source, root, ignore=LEFT_OUT)
        # Compiled once and known by their contents: a mistake that comes and goes within a second
        # is never taken for the earlier code.
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "."],
            cwd=root,
            check=True,
        )

    def run(self, targets: list[str], seconds: float, *, exit_first: bool) -> Run:
        """Run these tests for so many seconds at most, with `exit_first` only until one
        fails."""
        report = self.root / "report.xml"
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", *_OPTIONS, f"--junit-xml={report.name}"]
        if exit_first:
            command.append("--exitfirst")
        began = monotonic()
        process = self._process = subprocess.Popen(
            [*command, *targets],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        if self._closed:
            self.close()
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return Run(None, monotonic() - began, output)
        return _read_report(report, process.returncode, monotonic() - began, output)

    def close(self) -> None:
        """End what runs here, with all that it has started; nothing runs here any more."""
        self._closed = True
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)


def _read_report(report: Path, code: int, seconds: float, output: str) -> Run:
    if not report.exists():
        return Run(code, seconds, output)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own pytest wrote it
        for result in case:
            if result.tag in ("failure", "error"):
                said = result.get("message", "").strip()
                phase = "call"
                if result.tag == "error":
                    # As in: failed on setup with "AssertionError: …"
                    phase = "setup" if said.startswith("failed on setup") else "teardown"
                    said = said.partition('"')[2]
                why = (said.splitlines() or [""])[0]
                return Run(code, seconds, output, _name(case), why, phase)
    return Run(code, seconds, output)


def _name(case: ET.Element) -> str:
    return f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '')}"
