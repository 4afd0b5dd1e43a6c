"""Screens as messages: nothing that Telegram would refuse, everything where an Arabic eye looks."""

import html
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.telegram.render import (
    CAPTION_LIMIT,
    LABEL_LIMIT,
    TEXT_LIMIT,
    TokenTooLong,
    render,
    render_toast,
)
from bot.chat.screen import Attachment, Choice, Listing, Screen, choice, sharing
from bot.chat.seal import Seal
from bot.core.text import LRI, PDI, RLM, count_units
from bot.files.kinds import FileKind
from bot.simulator.entities import parse
from bot.simulator.keyboards import read_inline, read_reply

SEAL = Seal("a key for tests that is long enough")
PERSON = 42


def text_of(screen: Screen) -> str:
    return render(screen, SEAL, PERSON).text


def rows_of(screen: Screen) -> list[list[dict[str, str]]]:
    markup = render(screen, SEAL, PERSON).markup
    rows: list[list[dict[str, str]]] = markup["inline_keyboard"] if markup else []
    return rows


def test_the_parts_of_a_screen_stand_in_their_order() -> None:
    screen = Screen(title="لقاء", text="الأحد", quote="نعم & لا", footer="٢ من ٥")
    assert text_of(screen) == (
        f"<b>لقاء</b>\n\nالأحد\n<blockquote>نعم &amp; لا</blockquote>\n{RLM}٢ من ٥"
    )
    assert text_of(Screen(text="الأحد", footer="٢ من ٥")) == f"الأحد\n\n{RLM}٢ من ٥"


def test_a_long_quote_folds() -> None:
    assert "<blockquote expandable>" in text_of(Screen(quote="\n".join("أبتثجح")))
    assert "<blockquote expandable>" in text_of(Screen(quote="كلمة " * 80))
    assert "<blockquote>" in text_of(Screen(quote="كلمة"))


def test_what_people_write_is_no_formatting() -> None:
    assert text_of(Screen(text="<b>5 < 7 & 9")) == f"{RLM}{LRI}&lt;b&gt;5 &lt; 7 &amp; 9{PDI}"


def test_lines_that_start_in_latin_are_anchored_on_the_right() -> None:
    assert text_of(Screen(text="Zoom: ٤\nالأحد")) == f"{RLM}Zoom: ٤\nالأحد"
    assert text_of(Screen(text="Zoom: 4", rtl=False)) == "Zoom: 4"


def test_the_first_choice_sits_on_the_right() -> None:
    screen = Screen("؟").with_actions(choice("نعم", "yes"), choice("لا", "no"))
    assert [[cell["text"] for cell in row] for row in rows_of(screen)] == [["لا", "نعم"]]
    english = Screen("?", rtl=False).with_actions(choice("Yes", "yes"), choice("No", "no"))
    assert [[cell["text"] for cell in row] for row in rows_of(english)] == [["Yes", "No"]]


def test_what_most_people_press_stands_alone_in_a_list_too() -> None:
    done = choice("Done", "f", "done", primary=True)
    screen = Screen("Text").with_list([done, choice("Drop", "f", "drop")])
    assert [[b["text"] for b in row] for row in rows_of(screen)] == [["Done"], ["Drop"]]


def test_a_button_opens_for_its_person_only() -> None:
    [[button]] = rows_of(Screen("؟").with_actions(choice("فتح", "practice.show", 12)))
    assert SEAL.open(PERSON, button["callback_data"]) == ("practice.show", ("12",))
    assert SEAL.open(PERSON + 1, button["callback_data"]) is None


def test_a_choice_that_does_not_fit_is_our_fault() -> None:
    with pytest.raises(TokenTooLong):
        rows_of(Screen("؟").with_actions(choice("فتح", "practice.show", "x" * 40)))


def test_a_time_range_on_a_button_reads_from_the_right() -> None:
    labels = [choice("4:30 – 5:30", "a"), choice("English", "b"), choice("الأحد Zoom", "c")]
    rows = rows_of(Screen("؟").with_actions(labels))
    assert [cell["text"] for row in rows for cell in reversed(row)] == [
        f"{RLM}4:30 – 5:30",
        "English",
        "الأحد Zoom",
    ]


def test_the_menu_stays_under_the_chat() -> None:
    rendered = render(Screen("أهلًا", menu=(Choice("لقاءاتي"), Choice("ممارسات"))), SEAL, PERSON)
    assert rendered.markup == {
        "keyboard": [[{"text": "ممارسات"}, {"text": "لقاءاتي"}]],
        "resize_keyboard": True,
        "is_persistent": True,
    }
    assert not rendered.inline


def test_rows_win_over_the_menu() -> None:
    screen = Screen("أهلًا", menu=(Choice("لقاءاتي"),)).with_actions(choice("نعم", "yes"))
    rendered = render(screen, SEAL, PERSON)
    assert rendered.markup is not None
    assert set(rendered.markup) == {"inline_keyboard"}
    assert rendered.inline


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=ج#d",
        "http://127.0.0.1:8080/x",
        "https://t.me/halqa_bot?start=abc",
        "HTTPS://Example.org",
    ],
)
def test_links_are_kept(url: str) -> None:
    assert rows_of(Screen("؟").with_actions(Choice("فتح", url=url))) == [
        [{"text": "فتح", "url": url}]
    ]


@pytest.mark.parametrize(
    "url", ["x", "javascript:alert(1)", "http://", "https://a b.org", "ftp://a.b"]
)
def test_a_link_that_telegram_would_refuse_costs_the_button_not_the_message(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    screen = Screen("؟").with_actions(Choice("فتح", url=url), choice("رجوع", "home"))
    assert [[cell["text"] for cell in row] for row in rows_of(screen)] == [["رجوع"]]
    assert caplog.records[0].action == "telegram.button_left_out"  # type: ignore[attr-defined]


def test_an_empty_screen_shows_an_ellipsis_rather_than_nothing() -> None:
    assert text_of(Screen()) == "…"
    assert text_of(Screen(text=" \n\u200f\u2060")) == "…"
    picture = Attachment(FileKind.PHOTO, ref="f")
    assert text_of(Screen(attachment=picture)) == ""


def test_the_quote_is_cut_first_and_at_a_line() -> None:
    quote = "\n".join(f"سطر {number} من كلام طويل" for number in range(400))
    screen = Screen(title="ممارسة", text="وصف " * 20, quote=quote, footer="٣ من ٥")
    shown = text_of(screen)
    assert shown.startswith("<b>ممارسة</b>\n\nوصف")
    assert shown.endswith(f"كلام طويل…</blockquote>\n{RLM}٣ من ٥")


def test_a_text_is_cut_when_there_is_no_quote_left_to_cut() -> None:
    shown = text_of(Screen(title="ممارسة", text="كلمة " * 2000, quote="اقتباس", footer="نهاية"))
    assert "blockquote" not in shown
    assert shown.startswith("<b>ممارسة</b>\n\nكلمة كلمة")
    assert shown.endswith("كلمة…\n\nنهاية")
    assert TEXT_LIMIT - 20 < count_units(html.unescape(shown).replace("<b>", "")) - 4 <= TEXT_LIMIT


def test_a_long_label_is_shortened_at_a_word() -> None:
    [[button]] = rows_of(Screen("؟").with_actions(choice("كلمة " * 40, "x")))
    assert len(button["text"]) <= LABEL_LIMIT + 1
    assert button["text"].endswith("كلمة…")


def test_a_toast_fits() -> None:
    assert render_toast("تم الحفظ") == "تم الحفظ"
    assert count_units(render_toast("😀" * 300)) <= 200


SPICE = st.sampled_from(
    ["<b>", "</blockquote>", "&lt;", "&", "\n", "\u200f", "\u2028", "\ud83d", "\0", "😀", "\u202e"]
)
WORDS = st.lists(st.text(st.characters(), max_size=20) | SPICE, max_size=30).map("".join)
LONG = st.tuples(WORDS, st.integers(1, 600)).map(lambda pair: pair[0] * pair[1])
CHOICES = st.builds(
    Choice,
    label=WORDS,
    route=st.text("abc.", max_size=8),
    args=st.lists(st.text("0123", max_size=4), max_size=3).map(tuple),
    url=st.just("") | st.sampled_from(["https://example.org", "http://"]) | WORDS,
)
SCREENS = st.builds(
    Screen,
    text=WORDS | LONG,
    title=WORDS,
    quote=WORDS | LONG,
    footer=WORDS,
    actions=st.lists(CHOICES, max_size=90).map(tuple),
    listing=st.none() | st.lists(CHOICES, max_size=60).map(lambda items: Listing(tuple(items))),
    menu=st.lists(WORDS.map(Choice), max_size=9).map(tuple),
    attachment=st.none() | st.just(Attachment(FileKind.PHOTO, ref="f")),
    rtl=st.booleans(),
)


@given(SCREENS)
@example(Screen(text="😀" * 4096, title="ع" * 5000, quote="x", footer="y" * 5000))
def test_no_screen_makes_a_message_that_telegram_refuses(screen: Screen) -> None:
    rendered = render(screen, SEAL, PERSON)
    rendered.text.encode()
    # The simulator's own reader raises what Telegram would answer.
    shown, entities = parse(rendered.text, "HTML", None)
    limit = CAPTION_LIMIT if screen.attachment else TEXT_LIMIT
    assert count_units(shown) <= limit
    assert shown.strip() or screen.attachment
    ours = [e for e in entities if e["type"] in ("bold", "blockquote", "expandable_blockquote")]
    assert len(ours) <= 2
    assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= count_units(shown) for e in ours)
    markup: dict[str, Any] = rendered.markup or {}
    read_inline(markup)
    if "keyboard" in markup:
        read_reply(markup)


def test_a_link_is_handed_on_with_words_for_whoever_gets_it() -> None:
    link = "https://t.me/halqa_bot?start=t1_a-b"
    button = sharing("إرسال الرابط", link, "دعوة إلى \u2068فريق القراءة\u2069")
    [[shown]] = rows_of(Screen(text=link).with_actions(button))
    address = urlsplit(shown["url"])
    assert (address.netloc, address.path) == ("t.me", "/share/url")
    assert parse_qs(address.query) == {"url": [link], "text": ["دعوة إلى فريق القراءة"]}
    [[bare]] = rows_of(Screen(text=link).with_actions(sharing("إرسال", link, "كلمة " * 200)))
    assert parse_qs(urlsplit(bare["url"]).query) == {"url": [link]}, "within what an address takes"
    kept = Screen.from_json(Screen(text=link).with_actions(button).to_json())
    assert kept.actions == (button,)


def test_the_menu_is_taken_away() -> None:
    rendered = render(Screen(text="إلى اللقاء", menu_ends=True), SEAL, PERSON)
    assert (rendered.markup, rendered.inline) == ({"remove_keyboard": True}, False)
