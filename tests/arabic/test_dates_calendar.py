"""The Hijri calendar, prayer times, and the score of a file of cases."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bench import dates
from bot.arabic.calendar.hijri import (
    MONTH_NAMES,
    HijriRangeError,
    NoSuchHijriDateError,
    from_hijri,
    month_length,
    to_hijri,
)
from bot.arabic.calendar.prayer import RABAT, RIYADH, Prayer, capital_of, estimate_prayer


def test_a_day_has_its_umm_al_qura_date() -> None:
    assert to_hijri(date(2026, 11, 22)) == (1448, 6, 12)
    assert MONTH_NAMES[to_hijri(date(2026, 11, 22)).month - 1] == "جمادى الآخرة"
    assert to_hijri(date(2026, 11, 22), offset_days=-1) == (1448, 6, 11)
    assert from_hijri(1449, 1, 1) == date(2027, 6, 6)
    assert month_length(1448, 6) == 29


def test_days_outside_the_tables_are_refused() -> None:
    with pytest.raises(HijriRangeError):
        to_hijri(date(1924, 7, 31))
    with pytest.raises(HijriRangeError):
        from_hijri(1501, 1, 1)
    for month, day in ((13, 1), (0, 1), (6, 30), (6, 0)):
        with pytest.raises(NoSuchHijriDateError):
            from_hijri(1448, month, day)


def test_prayers_of_riyadh_follow_umm_al_qura() -> None:
    day = date(2026, 11, 23)
    times = [estimate_prayer(day, prayer, RIYADH) for prayer in Prayer]
    assert [time.hour for time in times] == [4, 11, 14, 17, 18]
    assert times == sorted(times)
    maghrib, isha = times[3], times[4]
    assert (isha - maghrib).total_seconds() == 90 * 60


def test_isha_is_later_in_ramadan() -> None:
    first = from_hijri(1448, 9, 1)
    maghrib = estimate_prayer(first, Prayer.MAGHRIB, RIYADH)
    isha = estimate_prayer(first, Prayer.ISHA, RIYADH)
    assert (isha - maghrib).total_seconds() == 120 * 60


def test_prayers_are_those_of_the_countrys_capital() -> None:
    assert capital_of("MA") is RABAT
    assert capital_of("FR") is RIYADH
    day = date(2026, 11, 23)
    riyadh, rabat = (estimate_prayer(day, Prayer.ASR, place) for place in (RIYADH, RABAT))
    assert riyadh != rabat


def test_the_score_counts_right_asked_and_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.tsv"
    cases.write_text(
        "expression\tlocale\texpected\tkind\n"
        "غدا\tSA\t2026-11-23\tdate\n"
        "31 نونبر\tMA\tASK\task\n"
        "قريبا\tSA\t2026-11-23\tdate\n"
        "غدا\tSA\t2026-11-24\tdate\n"
        "كل أحد وثلاثاء الساعة ٤\tSA\t"
        "DTSTART:2026-11-22T16:00;RRULE:BYDAY=TU,SU;FREQ=WEEKLY\trrule\n",
        encoding="utf-8",
    )
    report = tmp_path / "score.json"
    assert dates.main(["--cases", str(cases), "--json", str(report)]) == 1
    score = json.loads(report.read_text(encoding="utf-8"))
    assert (score["right"], score["asked"], score["wrong"], score["total"]) == (3, 1, 1, 5)
    assert "wrong 1 of 5" in capsys.readouterr().out
