"""What the tests hold already, counted: everybody on every way, and files that are not what they
say."""

import json
import re
import subprocess
import sys
from pathlib import Path

from bench.attacks.figures import Figures
from bench.attacks.tools import Tools

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "tests/files/test_sniffing.py",
    "tests/files/test_coming_in.py",
    "tests/files/test_pictures.py",
    "tests/documents/test_sheets.py",
    "tests/features/test_import_headings.py",
)


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


async def try_every_right(folder: Path, tools: Tools) -> Figures:
    """Everybody of a cast on every action, page, form and job, on everything in every state."""
    figures = Figures("rights", "every action, page and form, by every kind of person")
    done = _run("tests.rights.figures", *(["--short"] if tools.short else []))
    if not done.stdout.startswith("{"):
        figures.expect(False, done.stderr[-500:])
        return figures
    found = json.loads(done.stdout)
    figures.tried, figures.through = found["closed"], found["let_through"]
    figures.expect(not found["shut_out"], f"{found['shut_out']} were refused who may")
    figures.measured = found
    return figures


async def send_hostile_files(folder: Path, tools: Tools) -> Figures:
    """Programs, pages, archives, bombs and polyglots under innocent names; tables that would break
    what reads them."""
    figures = Figures("files", "files that are not what they say, bombs, paths in names")
    done = _run("pytest", "-q", "-p", "no:cacheprovider", *FILES)
    counts = {what: int(n) for n, what in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
    figures.tried = sum(counts.values())
    figures.through = figures.tried - counts.get("passed", 0)
    figures.measured = {"cases": ", ".join(FILES)}
    return figures
