"""Every right about lists and who stands on them, cell by cell: see `imports_rules`."""

import pytest

from tests.rights.completeness import gaps
from tests.rights.engine import Rule
from tests.rights.house import House
from tests.rights.imports_ways import TABLE


@pytest.mark.parametrize(("rule", "way"), TABLE.rows(), ids=TABLE.names())
async def test_right(rights_house: House, rule: Rule, way: str) -> None:
    await rights_house.tries(TABLE, rule, way)


def test_the_table_is_whole() -> None:
    assert gaps(TABLE) == []
