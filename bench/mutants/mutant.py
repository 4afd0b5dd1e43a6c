"""What a mistake is, and how it is planted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Guards(StrEnum):
    """What the mistake breaks."""

    RIGHT = "right"
    PRIVACY = "privacy"


class CannotBePlanted(Exception):
    """A text that is to be changed does not stand in its file exactly once."""


@dataclass(frozen=True, slots=True)
class Change:
    """One passage of a file as it is, and as somebody might have written it by mistake."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake. `wrong` says what goes wrong with it, in a sentence."""

    key: str
    wrong: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]
    """Files of tests: those of the mistake's room."""
    noticed_by: str = ""
    """The test in one of these files, as `file::test`, that is known to notice it; without one the
    table of rights does."""
    guards: Guards = Guards.RIGHT
    slice: str = ""
    """The slice whose table of rights, `tests/rights/test_<slice>*.py`, must notice it as well as
    the stories."""
    refusals: tuple[str, ...] = ()
    """Codes of the refusals that it takes away, from everywhere or from one place."""
    erased: tuple[str, ...] = ()
    """Tables in which it leaves something of a person who deletes their data."""

    def steps(self, root: Path) -> list[list[str]]:
        """What is run, below `root`, one after the other until something notices it: first the
        test that is known to, then the table of rights and the others of its room."""
        table = sorted((root / "tests" / "rights").glob(f"test_{self.slice}*.py"))
        listed = [str(path.relative_to(root)) for path in table] if self.slice else []
        room = list(dict.fromkeys([*listed, *self.tests]))
        return [[self.noticed_by], room] if self.noticed_by else [room]

    def sources(self, root: Path) -> dict[str, str]:
        """The changed files with their mistake, by their names.

        :raises CannotBePlanted:
        """
        found: dict[str, str] = {}
        for change in self.changes:
            path = root / change.file
            if change.file not in found and not path.is_file():
                raise CannotBePlanted(f"{change.file} is not there")
            source = found.get(change.file) or path.read_text("utf-8")
            if (times := source.count(change.old)) != 1:
                raise CannotBePlanted(f"{change.file} holds it {times} times: {change.old.strip()}")
            found[change.file] = source.replace(change.old, change.new)
        return found

    @contextmanager
    def planted(self, root: Path) -> Iterator[None]:
        """Its mistake stands below `root` until the end of the block.

        :raises CannotBePlanted:
        """
        changed = self.sources(root)
        before = {name: (root / name).read_bytes() for name in changed}
        try:
            for name, source in changed.items():
                (root / name).write_text(source, "utf-8")
            yield
        finally:
            for name, content in before.items():
                (root / name).write_bytes(content)


def single(
    key: str, wrong: str, file: str, old: str, new: str, tests: tuple[str, ...], **more: object
) -> Mutant:
    """A mistake of one change; `more` are the other fields of a `Mutant`."""
    return Mutant(key, wrong, (Change(file, old, new),), tests, **more)  # type: ignore[arg-type]
