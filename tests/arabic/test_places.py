"""Where prayers are reckoned: the towns, how they are written, and how far off the capital is."""

from datetime import date

import pytest

from bot.arabic.calendar.places import (
    main_places,
    mentions,
    place_named,
    place_of,
    places_like,
    places_near,
)
from bot.arabic.calendar.prayer import Prayer, capital_of, estimate_prayer

WINTER, SUMMER = date(2026, 12, 21), date(2026, 6, 21)


def after_capital(code: str, day: date) -> dict[Prayer, float]:
    """By how many minutes each prayer of a town comes after that of the capital."""
    town = place_of(code)
    assert town is not None
    capital = capital_of(town.country)
    return {
        prayer: (
            estimate_prayer(day, prayer, town.location) - estimate_prayer(day, prayer, capital)
        ).total_seconds()
        / 60
        for prayer in Prayer
    }


@pytest.mark.parametrize(
    ("code", "noon"), [("jeddah", 30), ("makkah", 27), ("tabuk", 40), ("dammam", -14)]
)
def test_the_sun_of_a_saudi_town_is_not_that_of_riyadh(code: str, noon: int) -> None:
    """A degree of longitude is four minutes."""
    for day in (WINTER, SUMMER):
        off = after_capital(code, day)
        assert off[Prayer.DHUHR] == pytest.approx(noon, abs=1)
        if noon > 0:
            assert 20 <= min(off.values()) <= max(off.values()) <= 52


def test_dakhla_is_up_to_eighty_minutes_from_rabat() -> None:
    assert after_capital("dakhla", SUMMER)[Prayer.FAJR] == pytest.approx(80, abs=3)
    assert after_capital("dakhla", WINTER)[Prayer.MAGHRIB] == pytest.approx(61, abs=3)
    assert after_capital("dakhla", SUMMER)[Prayer.DHUHR] == pytest.approx(36, abs=1)


def test_each_country_begins_with_its_capital_and_lies_in_its_bounds() -> None:
    bounds = {"SA": ((16, 33), (34, 56)), "MA": ((20, 36), (-18, 0))}
    for country, (north, east) in bounds.items():
        towns = main_places(country, 1000)
        off = {name for town in towns[:1] for name in after_capital(town.code, SUMMER).values()}
        assert off == {0}
        for town in towns:
            where = town.location
            assert north[0] < where.latitude < north[1], town.code
            assert east[0] < where.longitude < east[1], town.code
            for language in ("ar", "fr", "en"):
                found = place_named(town.name(language), country)
                assert found == town, (town.code, language)
    assert len({town.code for each in bounds for town in main_places(each, 1000)}) == 205


def test_a_name_tells_of_its_town() -> None:
    told = {
        ("إدارة تعليم جدة", "SA"): "jeddah",
        ("الإدارة العامة للتعليم بمنطقة مكة المكرمة", "SA"): "makkah",
        ("مكتب التعليم بشمال الرياض", "SA"): "riyadh",
        ("الإدارة العامة للتعليم بالمنطقة الشرقية", "SA"): "dammam",
        ("تعليم الاحساء", "SA"): "hofuf",
        ("مديرية الداخلة", "MA"): "dakhla",
        ("الأكاديمية الجهوية للتربية والتكوين لجهة طنجة-تطوان-الحسيمة", "MA"): "tangier",
        ("الأكاديمية الجهوية للتربية والتكوين لجهة الشرق", "MA"): "oujda",
        ("المديرية الإقليمية لتارودانت", "MA"): "taroudant",
        ("المديرية الإقليمية بوجدة أنجاد", "MA"): "oujda",
        ("Académie régionale de Dakhla-Oued Eddahab", "MA"): "dakhla",
    }
    for (name, country), code in told.items():
        assert [met.place.code for met in mentions(name, country)][:1] == [code], name
    for name, country in (("إدارة تعليم الوادي", "SA"), ("مدرسة الرياض", "MA"), ("", "SA")):
        assert mentions(name, country) == ()


def test_a_school_may_be_called_after_a_town_or_lie_there() -> None:
    sure = {
        "مدرسة الطائف الابتدائية": False,
        "مدرسة الأمل بالطائف": True,
        "مدرسة الأمل في الطائف": True,
        "مدرسة الأمل – الطائف": True,
        "مدرسة الأمل (الطائف)": True,
    }
    for name, said in sure.items():
        (met,) = mentions(name, "SA")
        assert (met.place.code, met.sure) == ("taif", said), name


def test_what_is_typed_is_taken_offered_or_unknown() -> None:
    for typed in ("جده", "مدينة جدة", "Jeddah", "Djeddah", "  جدّة "):
        found = place_named(typed, "SA")
        assert found is not None, typed
        assert found.code == "jeddah"
    assert place_named("دمام", "SA") == place_of("dammam")
    assert place_named("قفصة", "SA") is None
    assert [town.code for town in places_like("تبوق", "SA", 8)] == ["tabuk"]
    assert [town.code for town in places_like("الر", "SA", 8)] == ["riyadh", "rass"]
    assert [town.code for town in places_like("marakech", "MA", 8)] == ["marrakech"]
    for nothing in ("لندن", "", "؟", "ش"):
        assert places_like(nothing, "SA", 8) == []
    jeddah = place_of("jeddah")
    assert jeddah is not None
    assert [town.code for town in places_near(jeddah, 2)] == ["jeddah", "bahrah"]
    assert place_of("atlantis") is None
