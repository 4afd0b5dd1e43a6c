"""Each title of a list stands once: in the text or on a choice, as the channel has it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import lay_out_choices
from bot.channels.telegram.traits import TELEGRAM
from bot.chat.entries import say_once
from bot.chat.parts import fit_delivered
from bot.chat.screen import ListEntry, Screen, choice
from bot.chat.traits import Traits
from bot.core.i18n import Voice
from tests.narrow.channel import NARROW
from tests.reading import as_read, readable

VOICE = Voice()
LONG = "مدرسة السنابل الابتدائية لتحفيظ القرآن الكريم في حي الندى"


def listed(*entries: ListEntry, first: int = 1) -> Screen:
    return Screen("الأحدث أولًا.", title="قائمة").with_entries(entries, first=first)


def entry(title: str, about: str = "", *, opens: bool = True) -> ListEntry:
    return ListEntry(title, about, choice("", "page", title) if opens else None)


def said(screen: Screen, traits: Traits) -> tuple[str, list[str]]:
    shown = say_once(screen, traits, VOICE)
    return readable(shown.text), [readable(each.label) for each in shown.choices]


TWO = entry("القراءة", "الأحد\nفريق الحساب"), entry("التقويم", "الاثنين")


def test_numbers_stand_below_a_text_that_names_the_items() -> None:
    text, labels = said(listed(*TWO, first=9), TELEGRAM)
    assert text == "الأحدث أولًا.\n\n9. القراءة\nالأحد\nفريق الحساب\n\n10. التقويم\nالاثنين"
    assert labels == ["9", "10"]
    assert [as_read(each, text) for each in labels] == ["9. القراءة", "10. التقويم"]
    latin = say_once(listed(*TWO), TELEGRAM, Voice(locale="fr", numerals="latn"))
    assert [each.label for each in latin.choices] == ["1", "2"]


def test_a_single_item_has_a_button_that_says_what_it_does() -> None:
    text, labels = said(listed(TWO[0]), TELEGRAM)
    assert text == "الأحدث أولًا.\n\n1. القراءة\nالأحد\nفريق الحساب"
    assert labels == ["فتح"]
    join = ListEntry("القراءة", "الأحد", choice("طلب الانضمام", "page", "القراءة"))
    assert said(listed(join), TELEGRAM)[1] == ["طلب الانضمام"]
    assert said(listed(join), NARROW)[1] == ["1. القراءة"]
    # The last page of a longer list goes on counting, and so does one of which one item opens.
    last = Screen().with_entries([TWO[0]], choice("السابق", "page"), first=9)
    assert said(last, TELEGRAM)[1] == ["9", "السابق"]
    some = listed(entry("القراءة", "الأحد", opens=False), TWO[1])
    assert said(some, TELEGRAM)[1] == ["2"]


def test_a_row_has_the_title_and_the_text_the_rest() -> None:
    text, labels = said(listed(*TWO), NARROW)
    assert text == "الأحدث أولًا.\n\n1. الأحد\nفريق الحساب\n\n2. الاثنين"
    assert labels == ["1. القراءة", "2. التقويم"]


@pytest.mark.parametrize("traits", [TELEGRAM, NARROW], ids=["numbers", "rows"])
def test_a_title_with_nothing_beside_it_is_its_button(traits: Traits) -> None:
    text, labels = said(listed(entry("القراءة"), entry("التقويم")), traits)
    assert text == "الأحدث أولًا."
    assert labels == ["القراءة", "التقويم"]


def test_a_title_that_no_button_shows_whole_stands_in_the_text() -> None:
    text, labels = said(listed(entry(LONG), entry("التقويم")), TELEGRAM)
    assert text == f"الأحدث أولًا.\n\n1. {LONG}\n2. التقويم"
    assert labels == ["1", "2"]
    assert said(listed(entry(LONG)), NARROW) == ("الأحدث أولًا.", [LONG])


def test_what_does_not_open_is_named_in_the_text() -> None:
    mixed = listed(TWO[0], entry("التقويم", opens=False))
    assert said(mixed, TELEGRAM)[0].endswith("\n\n2. التقويم")
    assert said(mixed, TELEGRAM)[1] == ["1"]
    assert said(mixed, NARROW)[0].endswith("\n\n2. التقويم")
    closed = listed(entry("القراءة", opens=False), entry("التقويم", opens=False))
    assert said(closed, TELEGRAM) == ("الأحدث أولًا.\n\n• القراءة\n• التقويم", [])


@given(
    titles=st.lists(st.sampled_from(["القراءة", "التقويم", LONG]), min_size=1, max_size=24),
    about=st.sampled_from(["", "الأحد", "الأحد\nفريق"]),
    traits=st.sampled_from([TELEGRAM, NARROW]),
)
def test_every_title_is_somewhere_and_every_item_opens(
    titles: list[str], about: str, traits: Traits
) -> None:
    entries = [entry(f"{title} {number}", about) for number, title in enumerate(titles)]
    screen = listed(*entries)
    shown = say_once(screen, traits, VOICE)
    assert [c.args for c in shown.choices] == [(each.title,) for each in entries]
    on_buttons = [readable(each.label) for each in shown.choices]
    text = readable(shown.text).split("\n")
    for each in entries:
        places = [x for x in (*on_buttons, *text) if x.endswith(each.title)]
        assert len(places) == 1, each.title


def test_a_delivered_message_offers_no_number_that_it_does_not_name() -> None:
    entries = [entry(f"{LONG} {number}", "في معمل العلوم " * 20) for number in range(20)]
    screen = replace(listed(*entries), again=choice("", "list"))
    told = fit_delivered(screen, TELEGRAM, VOICE)
    assert told.listing
    offered = [as_read(each.label, told.text) for each in told.listing.items]
    assert 5 < len(offered) < 20
    assert offered == [f"{n + 1}. {LONG} {n}" for n in range(len(offered))]
    # Where there is room for a few rows, the other items are named in the text.
    rows = fit_delivered(replace(listed(*TWO * 6), again=choice("", "list")), NARROW, VOICE)
    assert len(rows.choices) == NARROW.choices
    assert "12. التقويم" in readable(rows.text)
    assert "9. القراءة" not in readable(rows.text)


@pytest.mark.parametrize(
    ("count", "rows"), [(2, [2]), (6, [6]), (8, [4, 4]), (24, [6, 6, 6, 6]), (13, [5, 5, 3])]
)
def test_numbers_stand_side_by_side(count: int, rows: list[int]) -> None:
    screen = say_once(listed(*[entry("القراءة", "الأحد")] * count), TELEGRAM, VOICE)
    laid = list(lay_out_choices(screen))
    assert [len(row) for row in laid] == rows
    assert [readable(c.label) for row in laid for c in row] == [str(n + 1) for n in range(count)]
