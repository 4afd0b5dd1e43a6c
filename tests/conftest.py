"""What every test may ask for."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases", "tests.narrow.told", "tests.town", "tests.upgraded"]

# A busy machine makes no test fail.
settings.register_profile("halqa", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("halqa")
HURRIED = ("bot.web", "bot.doctor", "bot.storage.leader_election")
"""What gives a database that does not answer up after seconds of real time."""


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> Iterator[None]:
    """A database of a test answers, however long a busy machine takes for it."""
    with pytest.MonkeyPatch.context() as patch:
        for module in HURRIED:
            patch.setattr(f"{module}.PATIENCE_SECONDS", 120.0)
        yield
