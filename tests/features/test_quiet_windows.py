"""A person's quiet windows: Ramadan, Friday, the weekend, and the days of their unit."""

from datetime import date, datetime, time, timedelta

from bot.arabic.calendar.school_days import DayKind
from bot.core.zones import zone
from bot.features.calendars.queries import CalendarDays
from bot.features.notification_settings.models import Pause
from bot.features.notification_settings.queries.windows import (
    Availability,
    NotificationSettings,
    is_ramadan,
    windows_of,
)
from bot.scheduling.quiet import Cause, Hours, causes_at

SAUDI = Availability("Asia/Riyadh", "SA", 0)
MOROCCAN = Availability("Africa/Casablanca", "MA", -1)
RAMADAN_1448 = date(2027, 2, 8)
"""1 Ramadan 1448 by Umm al-Qura."""


def at(availability: Availability, day: date, hour: int, minute: int = 0) -> list[Cause]:
    moment = datetime.combine(day, time(hour, minute), zone(availability.timezone))
    return causes_at(windows_of(availability, moment, moment), moment)


def test_ramadan_comes_a_day_later_in_morocco() -> None:
    eve = RAMADAN_1448 - timedelta(days=1)
    assert [is_ramadan(day, 0) for day in (eve, RAMADAN_1448)] == [False, True]
    assert is_ramadan(RAMADAN_1448, -1) is False
    assert is_ramadan(RAMADAN_1448 + timedelta(days=1), -1)


def test_in_ramadan_the_morning_is_later_and_iftar_is_kept_clear() -> None:
    day = date(2027, 2, 15)
    assert at(SAUDI, day, 8) == [Cause.NIGHT]
    assert at(SAUDI, day, 9) == []
    # The sun sets in Riyadh at about a quarter to six.
    assert at(SAUDI, day, 17, 30) == [Cause.IFTAR]
    assert at(SAUDI, day, 18, 30) == [Cause.IFTAR]
    assert at(SAUDI, day, 19, 30) == []
    before = date(2027, 2, 1)
    assert at(SAUDI, before, 8) == []
    assert at(SAUDI, before, 17, 30) == []


def test_each_country_has_its_own_weekend() -> None:
    friday, saturday, sunday = (date(2026, 11, 27) + timedelta(days=n) for n in range(3))
    assert at(SAUDI, friday, 16) == [Cause.WEEKEND]
    assert at(SAUDI, sunday, 16) == []
    assert at(MOROCCAN, friday, 16) == []
    assert at(MOROCCAN, saturday, 16) == at(MOROCCAN, sunday, 16) == [Cause.WEEKEND]


def test_friday_noon_is_kept_clear_also_where_friday_is_a_working_day() -> None:
    friday = date(2026, 11, 27)
    # In Rabat the noon prayer is at 12:20.
    assert at(MOROCCAN, friday, 12) == [Cause.FRIDAY]
    assert at(MOROCCAN, friday, 13, 10) == [Cause.FRIDAY]
    assert at(MOROCCAN, friday, 13, 30) == []
    assert at(MOROCCAN, friday - timedelta(days=1), 12, 20) == []
    silent = Availability("Africa/Casablanca", "MA", -1, NotificationSettings(pause=Pause.NONE))
    assert at(silent, friday, 12) == []


def test_every_prayer_for_who_wants_it() -> None:
    praying = Availability("Asia/Riyadh", "SA", 0, NotificationSettings(None, Pause.ALL))
    thursday = date(2026, 11, 26)
    # 14:43 in Riyadh
    assert [at(praying, thursday, 14, minute) for minute in (37, 38, 43)] == [
        [], [Cause.PRAYER], [Cause.PRAYER],
    ]  # fmt: skip
    assert at(praying, thursday, 15, 12) == [Cause.PRAYER]
    assert at(praying, thursday, 15, 13) == []


def test_the_days_of_the_unit_are_days_of_its_people() -> None:
    first, last = date(2026, 11, 29), date(2026, 12, 3)
    days = (CalendarDays(1, 7, first, last, DayKind.EXAMS, "اختبارات"),)
    availability = Availability(
        "Asia/Riyadh", "SA", 0, NotificationSettings(Hours(time(22), time(6))), days
    )
    assert at(availability, first, 6) == [Cause.EXAMS]
    assert at(availability, last, 23, 59) == [Cause.EXAMS, Cause.NIGHT]
    assert at(availability, first - timedelta(days=3), 12) == []
