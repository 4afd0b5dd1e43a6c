"""Below the channels nobody knows one: neither its words nor the numbers of what it takes.

What is found here although it means something else stands in `ALLOWED`, with what it means.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from bot.channels.telegram import TELEGRAM
from bot.chat.traits import Traits
from bot.delivery.limits import Limits, unlimited

ROOT = Path(__file__).resolve().parents[1]
NEUTRAL = (
    "arabic", "chat", "core", "delivery", "documents", "features", "packs", "scheduling", "storage",
)  # fmt: skip
WORDS = re.compile(
    r"telegram|whats ?app|bot ?father|bot api\b|\bt\.me\b|tg://|wa\.me\b"
    r"|callback[_ ]?(?:data|query)|(?:inline|reply)[_ ]?(?:keyboard|markup)|chat_id|super ?group"
    r"|is_group|private chat|get_?updates"
    r"""|split\(["']@["']""",
    re.IGNORECASE,
)
NUMBERS = {TELEGRAM.token, TELEGRAM.toast, 200, TELEGRAM.caption, TELEGRAM.text, 2900, 3000, 700}
"""Sizes of a token, a toast (200 with its direction marks), a caption and a text, and what was
shaped to fit into these."""
COUNTED = ("chat", "core", "delivery", "features")
"""Where numbers are looked for as well."""
SIZED = {"String", "Column"}
"""What is given a size by a number of its own: columns of the database."""

ALLOWED: dict[tuple[str, str], str] = {
    ("chat/forms/fields.py", "200"): "the longest name or title that a form takes",
    ("chat/intake/dispatcher.py", "64"): "updates that are taken together",
    ("chat/parts.py", "200"): "characters of a mark that stay beside a long message",
    ("chat/seal.py", "64"): "bytes of a key",
    ("chat/person.py", "4096"): "voices that are kept",
    ("delivery/acknowledgements.py", "64"): "requests under way",
    ("delivery/sender.py", "200"): "results that are worth a transaction",
    ("features/announcements/forms/fields.py", "3000"): "the longest text of an announcement",
    ("features/calendars/actions.py", "200"): "days that one entry of a calendar may last",
    ("features/communities/forms/membership.py", "200"): "the longest description of a role",
    ("features/meetings/forms/fields.py", "180"): "minutes of a meeting",
    ("features/meetings/notices/reminders.py", "1024"): "texts that are kept",
    ("features/people/actions/addresses.py", "200"): "wrong codes in an hour",
    ("features/practices/forms/fields.py", "3000"): "the longest text of a practice",
    ("features/practices/queries/search.py", "200"): "scopes in one question to the index",
}


def numbers_in(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Every number of the list with its line, but for sizes of columns."""
    sized = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in SIZED
        for part in ast.walk(call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and id(node) not in sized:
            yield node.value, node.lineno


def search(root: Path) -> Iterator[tuple[str, str, int]]:
    """What is found below `root`: the file, the word or number, and its line."""
    for path in sorted(root.rglob("*.py")):
        name, source = path.relative_to(root).as_posix(), path.read_text("utf-8")
        if name.partition("/")[0] not in NEUTRAL:
            continue
        for number, line in enumerate(source.splitlines(), 1):
            for found in WORDS.findall(line):
                yield name, found.lower(), number
        if not name.startswith(COUNTED):
            continue
        for value, number in numbers_in(ast.parse(source)):
            if value in NUMBERS:
                yield name, str(value), number


def test_nothing_of_a_channel_is_known_below_it() -> None:
    found = [
        f"bot/{file}:{line}: {what}"
        for file, what, line in search(ROOT / "bot")
        if (file, what) not in ALLOWED
    ]
    assert found == []


def test_what_is_allowed_is_there_and_has_its_reason() -> None:
    found = {(file, what) for file, what, _ in search(ROOT / "bot")}
    assert set(ALLOWED) - found == set(), "nobody needs these any more"
    assert all(ALLOWED.values())


@pytest.mark.parametrize(
    ("room", "line", "found"),
    [
        ("features/people", 'return address.channel == "telegram"', "telegram"),
        ("features/people", "LONGEST = 64", "64"),
        ("features/meetings", "text = text[:4096]", "4096"),
        ("features/announcements", "CAPTION = 700", "700"),
        ("chat", "# What BotFather gives.", "botfather"),
        ("chat", "def press(callback_data: str) -> None: ...", "callback_data"),
        ("chat", 'name = word.split("@", 1)[0]', 'split("@"'),
        ("delivery", "group = channel.is_group(chat)", "is_group"),
        ("delivery", 'parameters = {"chat_id": chat}', "chat_id"),
        ("delivery", "TOAST = 180", "180"),
        ("core", 'LINK = "https://t.me/halqa"', "t.me"),
        ("core", "inline_keyboard = []", "inline_keyboard"),
        ("scheduling", "A supergroup is no chat of ours", "supergroup"),
    ],
)
def test_a_planted_one_is_found(tmp_path: Path, room: str, line: str, found: str) -> None:
    file = tmp_path / room / "planted.py"
    file.parent.mkdir(parents=True)
    source = f'"""{line}"""\n' if " no chat of ours" in line else f"{line}\n"
    file.write_text(source.replace("return ", "_ = "), "utf-8")
    assert (f"{room}/planted.py", found, 1) in list(search(tmp_path))


def test_what_belongs_to_a_channel_is_looked_for_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "channels" / "telegram" / "planted.py"
    file.parent.mkdir(parents=True)
    file.write_text("TELEGRAM = 4096\n", "utf-8")
    assert list(search(tmp_path)) == []


def test_a_column_may_be_as_long_as_it_wants(tmp_path: Path) -> None:
    file = tmp_path / "storage" / "planted.py"
    file.parent.mkdir(parents=True)
    file.write_text('Column("sender", String(64), nullable=False)\n', "utf-8")
    assert list(search(tmp_path)) == []


def test_what_a_channel_can_do_and_takes_has_no_defaults() -> None:
    """Or they would be those of one channel. That it may be written to at any time is none."""
    given = {each.name: each.default for each in fields(Traits) if each.default is not MISSING}
    assert given == {"window": None}
    assert Limits() == Limits(None, unlimited)
