"""What every test may ask for."""

import reprlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bot.chat.forms.drafts import check_draft
from bot.chat.forms.form import Form

pytest_plugins = [
    "tests.databases",
    "tests.narrow.told",
    "tests.short_form",
    "tests.town",
    "tests.upgraded",
    "tests.features.people_school",
]

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


@pytest.fixture(scope="session", autouse=True)
def short_names() -> Iterator[None]:
    """What a task came to is called by its class. At each of its calls, `asyncio.Runner` has Python
    spell out its handler of Ctrl-C, and with it what the last task came to: for a whole town that
    took a third of the time of a story, eight times a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reprlib.aRepr, "repr_instance", lambda made, _: f"<{type(made).__name__}>")
        yield


@pytest.fixture(scope="session", autouse=True)
def drafts_once() -> Iterator[None]:
    """Every bot that starts looks whether each form fits its draft. Forms never change, so one that
    fitted is not looked at again by the thousand bots of a run."""
    fitted: dict[int, Form[Any]] = {}

    def check(form: Form[Any]) -> None:
        if id(form) not in fitted:
            check_draft(form)
            fitted[id(form)] = form

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.chat.router.check_draft", check)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What mostly waits begins first, beside all the others: at the end they would wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("begins_first") is None)
