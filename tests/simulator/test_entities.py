"""Telegram's HTML becomes text and entities, counted in UTF-16 units."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.entities import count_units, parse
from bot.simulator.refusals import Refusal


def shown(source: str) -> tuple[str, list[tuple[Any, ...]]]:
    text, entities = parse(source, "HTML", None)
    return text, [(entity["type"], entity["offset"], entity["length"]) for entity in entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>س</b>", "س", [("bold", 0, 1)]),
        ("<strong>س</strong> <em>ص</em>", "س ص", [("bold", 0, 1), ("italic", 2, 1)]),
        ("<u><s>س</s></u>", "س", [("strikethrough", 0, 1), ("underline", 0, 1)]),
        ("😀<b>س</b>", "😀س", [("bold", 2, 1)]),
        ("&lt;b&gt; &amp; &quot; &#1587; &#x633;", '<b> & " س س', []),
        ("&nbsp; a & b", "&nbsp; a & b", []),
        ("<tg-spoiler>س</tg-spoiler>", "س", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">س</span>', "س", [("spoiler", 0, 1)]),
        ("<blockquote>س</blockquote>", "س", [("blockquote", 0, 1)]),
        ("<blockquote expandable>س</blockquote>", "س", [("expandable_blockquote", 0, 1)]),
        ("<code>/x</code> /y", "/x /y", [("code", 0, 2), ("bot_command", 3, 2)]),
        ("  <b> س </b>  ", "س", [("bold", 0, 1)]),
        ("<b></b>س", "س", []),
        ("a\rb\u202ec", "abc", []),
        ("\u200fس \u2068ص\u2069", "\u200fس \u2068ص\u2069", []),
    ],
)
def test_html_is_read(source: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    found_text, found = shown(source)
    assert found_text == text
    assert sorted(found) == sorted(entities)


def test_links_and_languages_keep_their_particulars() -> None:
    _, [link] = parse('<a href="https://a.org/?x=1&amp;y=2">هنا</a>', "HTML", None)
    assert link == {
        "type": "text_link", "offset": 0, "length": 3, "url": "https://a.org/?x=1&y=2"
    }  # fmt: skip
    _, [block] = parse('<pre><code class="language-python">x</code></pre>', "HTML", None)
    assert block == {"type": "pre", "offset": 0, "length": 1, "language": "python"}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>س", 'Can\'t find end tag corresponding to start tag "b"'),
        ("س</b>", "Unexpected end tag at byte offset 2"),
        ("<b><i>س</b></i>", 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'),
        ("<div>س</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("س < ص", "Unclosed start tag at byte offset 3"),
        ("<span>س</span>", 'Unsupported start tag "span" at byte offset 0'),
        ("س <", "Unclosed start tag at byte offset 3"),
    ],
)
def test_broken_html_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(source, "HTML", None)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"
    assert refusal.value.careless


def test_given_entities_must_lie_within_the_text() -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    assert parse("😀", None, [bold]) == ("😀", [bold])
    with pytest.raises(Refusal, match="ENTITY_BOUNDS_INVALID"):
        parse("😀", None, [{**bold, "length": 3}])
    with pytest.raises(Refusal, match="unsupported entity type"):
        parse("😀", None, [{**bold, "type": "fat"}])


def test_plain_text_is_searched_for_what_the_platform_recognises() -> None:
    _, found = parse("/go@halqa_bot a@b.co #وسم @suad https://x.org", None, None)
    assert [entity["type"] for entity in found] == [
        "bot_command", "email", "hashtag", "mention", "url"
    ]  # fmt: skip


@given(st.text(alphabet=st.sampled_from("سب <>&;/a😀\n")))
def test_any_source_is_either_read_or_refused(source: str) -> None:
    try:
        text, entities = parse(source, "HTML", None)
    except Refusal:
        return
    end = count_units(text)
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= end for e in entities)
