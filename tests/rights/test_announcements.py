"""Every right about announcements, cell by cell: see `announcements_rules`."""

import pytest

from tests.rights.announcements_ways import TABLE
from tests.rights.completeness import gaps
from tests.rights.engine import Rule
from tests.rights.house import House


@pytest.mark.parametrize(("rule", "way"), TABLE.rows(), ids=TABLE.names())
async def test_right(rights_house: House, rule: Rule, way: str) -> None:
    await rights_house.tries(TABLE, rule, way)


def test_the_table_is_whole() -> None:
    assert gaps(TABLE) == []
