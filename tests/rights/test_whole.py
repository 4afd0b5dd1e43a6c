"""Every slice has its table of rights, and only the routes that are known to are open to all."""

from importlib import import_module

from bot.app import build_router
from bot.features import FEATURES
from tests.rights.completeness import PREFIXES, TABLES, packages_of
from tests.rights.engine import OPEN


def test_every_slice_has_a_table() -> None:
    told: set[str] = set()
    for name in TABLES:
        table = import_module(f"tests.rights.{name}_ways").TABLE
        assert table.slice == name
        import_module(f"tests.rights.test_{name}")
        told.update(packages_of(name))
    slices = {feature.__name__.rpartition(".")[2] for feature in FEATURES}
    assert told == slices, "a slice joins TABLES in completeness.py and HEADINGS in page.py"


def test_every_way_belongs_to_a_table() -> None:
    starts = {start for name in TABLES for start in PREFIXES.get(name, (name,))}
    names = [route.name for slice_ in FEATURES for route in slice_.SCREENS]
    names += [form.name for slice_ in FEATURES for form in slice_.FORMS]
    astray = [name for name in names if name.partition(".")[0] not in starts]
    assert astray == [], "names begin with the table's own, or with one of PREFIXES"


def test_no_route_is_opened_to_visitors_by_oversight() -> None:
    router = build_router()
    assert {route.name for route in router.routes.values() if route.open} == OPEN
    assert {form.name for form in router.forms.values() if form.open} == {
        "imports.prove",
        "people.first_unit",
        "people.register",
    }
