"""Processes of ours that do one thing apart from the bot, such as drawing a picture."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def helper_command(module: str) -> list[str]:
    """How the process begins that runs a module of ours."""
    return [sys.executable, "-m", module]


def helper_environment() -> dict[str, str]:
    """What such a process needs to begin, and none of our settings and secrets."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "RAYON_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
