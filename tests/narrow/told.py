"""On which channels a story is told."""

import pytest

from tests.databases import DIALECTS


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story of the mark `every_channel` is told on the narrow channel as well: on SQLite, or on
    the databases that the mark names."""
    mark = metafunc.definition.get_closest_marker("every_channel")
    if mark is None or "town" not in metafunc.fixturenames:
        return
    told = [pytest.param("telegram", dialect, id=dialect) for dialect in DIALECTS]
    told += [
        pytest.param("narrow", dialect, id=f"narrow-{dialect}", marks=pytest.mark.narrow)
        for dialect in mark.kwargs.get("narrow_on", ("sqlite",))
    ]
    # As a mark, so that the databases of the fixture do not come on top.
    given = pytest.mark.parametrize(("channel", "database_url"), told, indirect=True)
    metafunc.definition.add_marker(given)


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> str:
    """On which channel a story is told; `every_channel` tells it on the narrow one as well."""
    return str(getattr(request, "param", "telegram"))
