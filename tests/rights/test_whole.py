"""Every slice has its table of rights, and only the routes that are known to are open to all."""

from importlib import import_module

from bot.app import build_router
from bot.features import FEATURES
from tests.rights.engine import OPEN


def test_every_slice_has_a_table() -> None:
    for feature in FEATURES:
        name = feature.__name__.rpartition(".")[2]
        table = import_module(f"tests.rights.{name}_ways").TABLE
        assert table.slice == name
        import_module(f"tests.rights.test_{name}")


def test_no_route_is_opened_to_visitors_by_oversight() -> None:
    router = build_router()
    assert {route.name for route in router.routes.values() if route.open} == OPEN
    assert {form.name for form in router.forms.values() if form.open} == {"people.register"}
