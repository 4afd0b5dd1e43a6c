"""What a voice writes of a Hijri day is read back as that day, whoever's moon was sighted."""

from datetime import datetime, timedelta

import pytest

from bot.arabic.dates.model import Understood
from bot.arabic.dates.understand import understand
from bot.core.i18n import Voice
from tests.reading import readable

NOW = datetime(2026, 11, 22, 10)  # noqa: DTZ001


@pytest.mark.parametrize("shift", [-2, -1, 0, 1])
def test_a_hijri_date_is_read_by_the_calendar_it_was_written_in(shift: int) -> None:
    voice = Voice("ar_MA", "f", "latn", "both", "Africa/Casablanca", "MA", shift)
    for ahead in range(0, 200, 9):
        day = (NOW + timedelta(days=ahead)).date()
        said = understand(readable(voice.hijri(day)), NOW, "MA", shift)
        assert isinstance(said, Understood)
        assert said.date == day
