"""A button is shown where its act is not refused: see `offers`."""

import pytest

from tests.rights.engine import hall
from tests.rights.house import House
from tests.rights.offers import PAGES, Page, offer_faults


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.way)
async def test_offers(sqlite_house: House, page: Page) -> None:
    async with hall(sqlite_house.url, sqlite_house.world) as open_hall:
        assert await offer_faults(open_hall, page) == []
