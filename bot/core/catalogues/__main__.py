"""`python -m bot.core.catalogues check|update|compile`."""

import argparse
import sys
from pathlib import Path

from bot.core.catalogues import check, compile_stale, update


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bot.core.catalogues", description="Look after the translation catalogues."
    )
    parser.add_argument("task", choices=["check", "update", "compile"])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[3])
    arguments = parser.parse_args()
    root: Path = arguments.root
    if arguments.task == "compile":
        if compiled := compile_stale(root):
            print(f"catalogues: {len(compiled)} compiled")
        return 0
    if arguments.task == "update":
        print("\n".join(update(root)) or "nothing is missing")
        return 0
    findings = check(root)
    for finding in findings:
        print(finding)
    print(f"catalogues: {len(findings)} to put right" if findings else "catalogues: in order")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
