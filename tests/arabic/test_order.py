"""Names stand in the order in which people look for them."""

from bot.arabic.order import order_key


def test_schools_stand_by_their_numbers_and_alefs_together() -> None:
    names = ["مدرسة ١٠", "مدرسة 2", "مدرسة 1", "الإبداع", "الأمل", "الابتكار", "الآفاق", "البيان"]
    assert sorted(names, key=order_key) == [
        "الابتكار",
        "الإبداع",
        "الآفاق",
        "الأمل",
        "البيان",
        "مدرسة 1",
        "مدرسة 2",
        "مدرسة ١٠",
    ]


def test_one_name_has_one_key_however_it_is_spelled() -> None:
    assert order_key("مدرسة الأمـل (٣)") == order_key("مدرسه  الامل 3")
    assert order_key("مدرسة الأمل 3") != order_key("مدرسة الأمل 30")
