"""A text that is a time and nothing else, and one that only mentions a day."""

from datetime import UTC, datetime

import pytest

from bot.arabic.time_alone import time_alone

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "الأحد القادم الساعة ١١",
        "الأحد",
        "الساعة ١١ صباحًا",
        "10:30",
        "العاشرة والنصف",
        "لا، الاثنين الساعة ١٢ ظهرًا",
        "بل الثلاثاء ١٠",
        "الموعد الجديد: الأربعاء ٩ صباحًا",
        "خليها الخميس الساعة ١٠",
        "بكرة الساعة عشرة",
        "غدًا بعد صلاة الظهر",
        "٢٩ نوفمبر الساعة العاشرة",
        "نهار الاثنين مع العشرة",
        "الأحد على الساعة ١١",
        "الأحد في الساعة ١١ تمامًا",
        "إن شاء الله الأحد ٩ صباحًا",
        "الأحد ١١ لو سمحتم، شكرًا",
        "من ١٠ إلى ١١ صباحًا",
        "plutôt mardi à 10 h",
        "mardi 1er décembre à 10h30",
        "mardi à 10 h s’il vous plaît",
    ],
)
def test_a_time_alone(text: str) -> None:
    assert time_alone(text, NOW, "MA" if "نهار" in text or "mardi" in text else "SA")


@pytest.mark.parametrize(
    "text",
    [
        "الأحد إجازة",
        "لأن الأحد إجازة رسمية",
        "تعارض مع اختبارات الأحد الساعة ١٠",
        "سفر المديرة يوم الاثنين",
        "عندي موعد الساعة ١٠",
        "القاعة مشغولة الساعة ١٠",
        "في المكتبة الأحد الساعة ١٠",
        "زيارة المشرفة",
        "ظروف خاصة",
        "رمضان",
        "صلاة الجمعة",
        "الوقت متأخر",
        "عندي اجتماع الساعة ١٠",
        "les examens commencent mardi",
        "لا",
        "",
    ],
)
def test_a_reason_that_may_name_a_time(text: str) -> None:
    assert not time_alone(text, NOW, "SA")
