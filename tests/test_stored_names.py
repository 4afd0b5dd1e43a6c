"""Names that are stored, sealed into delivered buttons, or written into an operator's scripts.

Such a name stays, or what stands in its place is said here: a stored one is then mapped where it is
read, and a delivered button goes on to lead somewhere.
"""

from functools import lru_cache
from typing import Any

import pytest

from tests.data.upgrade.names import collect
from tests.upgraded import former_names

MAPPED = dict[str, dict[str, str]]()
"""By kind: a name of the former version, and the one of today that is read in its place."""

NEVER_STORED = {
    "routes": {f"{slice_}.farewell" for slice_ in ("announce", "manners", "meetings", "practices")}
    | {"teams.farewell"},
}
"""Names that stand in the list, but in no button, row or file: one screen showed these others."""


@lru_cache(maxsize=1)
def today() -> dict[str, Any]:
    return collect()


def known(kind: str) -> dict[str, Any]:
    """The stored names of a kind, with what belongs to each."""
    found: Any = former_names()[kind]
    return found if isinstance(found, dict) else dict.fromkeys(found)


@pytest.mark.parametrize("kind", sorted(former_names()))
def test_every_stored_name_is_still_known(kind: str) -> None:
    mapped = MAPPED.get(kind, {})
    gone = {name for name in known(kind) if mapped.get(name, name) not in today()[kind]}
    gone -= NEVER_STORED.get(kind, set())
    assert gone == set(), f"{kind} that nobody knows any more"


@pytest.mark.parametrize("kind", ["bench", "commands", "keys"])
def test_what_belongs_to_a_stored_name_is_still_known(kind: str) -> None:
    """The options of a command, and the keys of what is written as JSON."""
    gone = {name: set(parts) - set(today()[kind][name]) for name, parts in known(kind).items()}
    assert {name: parts for name, parts in gone.items() if parts} == {}


def test_a_half_filled_form_finds_its_questions() -> None:
    """With another version it would begin anew, so a change of the version has its reason here."""
    for name, form in known("forms").items():
        now = today()["forms"][name]
        assert now["version"] == form["version"], name
        assert set(form["fields"]) <= set(now["fields"]), name
