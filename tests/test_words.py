"""One word for one thing: which words name nothing any more, and what the glossary says."""

import ast
import io
import re
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = ROOT / "docs" / "architecture.md"

REPLACED = {
    "belonging": "membership",
    "books": "recording",
    "crossed": "collision",
    "crossing": "collision",
    "crossings": "collision",
    "desk": "what it does: OutboxReplies, FormRunner",
    "detour": "rescheduled",
    "detours": "rescheduled",
    "farewell": "erasure",
    "lane": "shard",
    "lanes": "shards, or chat queues",
    "leaders": "leader election",
    "manner": "timing",
    "manners": "notification settings, calendars",
    "mornings": "digest",
    "nudge": "reminder",
    "nudges": "reminders",
    "occasion": "due reminder",
    "occasions": "due reminders",
    "parcel": "message",
    "parcels": "messages",
    "parting": "erasure",
    "partings": "erasure",
    "postman": "sender",
    "postmen": "senders",
    "setback": "failure",
    "setbacks": "failures",
    "silences": "cooldowns",
    "succession": "leadership",
    "surroundings": "installation",
    "unfinished": "form sessions",
    "ways": "choices, routes, or navigation",
}
STORED = {
    "manner": "the column of meeting_reminders",
    "progress_parcel": "the column of announcements",
}
"""Names of columns, which Python writes as attributes."""
OTHERWISE = {
    "_SAID_IN_TWO_WAYS": "letters that are said in two ways",
    "_SHORTEST_SAID_IN_TWO_WAYS": "the same",
}
"""Where the word means just what it says."""
SAID_BETTER = {
    "whoever": re.compile(r"\b(?:for|only|by|from)\s+who\b(?!\s+(?:is|are)\s+to\b)"),
    "one's own": re.compile(r"\b(?:the own|an own)\s+\w+"),
    "resumed": re.compile(r"\bgone\s+on\s+with\b"),
    "a few hundred": re.compile(r"\bsome\s+hundred\b"),
}


def list_sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def tokens_of(path: Path) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline))


def parts_of(name: str) -> set[str]:
    """The words of an identifier, whichever way it joins them."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_"))


def test_no_name_in_the_bot_has_a_word_that_was_replaced() -> None:
    names = {path.stem: path for path in list_sources("bot")}
    names |= {path.parent.name: path for path in list_sources("bot")}
    names |= {
        token.string: path
        for path in list_sources("bot")
        for token in tokens_of(path)
        if token.type == tokenize.NAME
    }
    found = {
        f"{name} ({path.relative_to(ROOT)}): {word} is now called {REPLACED[word]}"
        for name, path in names.items()
        if name not in STORED | OTHERWISE
        for word in parts_of(name) & REPLACED.keys()
    }
    assert found == set()
    assert (STORED | OTHERWISE).keys() - names.keys() == set(), "no exception outlives its name"


def test_the_words_of_an_identifier() -> None:
    assert parts_of("keep_books") == {"keep", "books"}
    assert parts_of("_MOST_CROSSINGS") == {"", "most", "crossings"}
    assert parts_of("AnswerDesk") == {"answer", "desk"}


def test_a_class_name_stands_for_one_thing() -> None:
    names = Counter(
        node.name
        for path in list_sources("bot")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, times in names.items() if times > 1} == set()


@pytest.mark.parametrize("better", SAID_BETTER)
def test_comments_and_papers_are_in_plain_english(better: str) -> None:
    texts = [
        (path, token.string)
        for path in list_sources("bot", "bench", "tests")
        for token in tokens_of(path)
        if token.type == tokenize.COMMENT
        or (token.type == tokenize.STRING and token.string.startswith('"""'))
    ]
    papers = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    texts += [(path, path.read_text("utf-8")) for path in papers if path.name != "guide-ar.md"]
    found = {
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path, text in texts
        for match in SAID_BETTER[better].finditer(text)
    }
    assert found == set()


# The glossary


def glossary() -> tuple[list[list[str]], list[list[str]]]:
    """The rows of its two tables: the terms, and what stored names are called now."""
    text = ARCHITECTURE.read_text("utf-8").partition("## Glossary\n")[2].partition("\n## ")[0]
    tables = [re.findall(r"^\| (.+) \|$", part, re.MULTILINE) for part in text.split("\n\n")]
    terms, stored = [[row.split(" | ") for row in rows[1:]] for rows in tables if rows]
    return terms, stored


def test_the_glossary_is_in_order() -> None:
    for rows in glossary():
        listed = [re.sub(r"[^a-z ]", "", row[0].partition(",")[0].lower()) for row in rows]
        assert listed == sorted(listed)
        assert {len(row) for row in rows} == {3}


def test_what_the_glossary_names_is_there() -> None:
    missing = set()
    for _, _, where in glossary()[0]:
        for file, name in re.findall(r"`([\w/]+\.py)(?:: (\w+))?`", where):
            places = [ROOT / "bot" / file, ROOT / "bot" / "features" / file]
            path = next((place for place in places if place.is_file()), None)
            if path is None or (name and not re.search(rf"\b{name}\b", path.read_text("utf-8"))):
                missing.add(f"{file}: {name}")
    assert missing == set()


def test_every_stored_name_of_another_time_is_in_the_glossary() -> None:
    listed = {name for row in glossary()[1] for name in re.findall(r"`([^`]+)`", row[0])}
    assert STORED.keys() - listed == set()
    code = "\n".join(path.read_text("utf-8") for path in list_sources("bot"))
    gone = {name for name in listed if name.strip("*").partition("<")[0] not in code}
    assert gone == set()
