"""The rules of the house: who imports whom, where words live, and what is written down."""

import ast
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from tests.variables import variables

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 400
ARABIC_WORD = re.compile(r"[\u0621-\u064a]{3,}")
SPEAKS_ARABIC = ("bot/arabic/", "bot/simulator/")
# Composed here, so that this file does not hold what it looks for.
FOREIGN = {
    "a path of one machine": re.compile(r"(?<![\w.~/-])/(?:work|root|home|farm|Users)/\w"),
    "a registry": re.compile(
        "|".join(
            ["pypi" + r"\.org", "pythonhosted" + r"\.org", "index" + "-url", "find" + "-links"]
        )
        + "|/simple"
        + "/"
    ),
    "a placeholder of work to do": re.compile(
        r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME"]) + ")\\b"
    ),
}
TEXT = {"", ".css", ".html", ".js", ".json", ".lock", ".md", ".po", ".py", ".svg", ".toml", ".tsv",
        ".txt", ".typ", ".yaml", ".yml"}  # fmt: skip


LEFT_BY_TOOLS = {".git", ".venv", "build", "var", "__pycache__", ".hypothesis"}


@lru_cache(maxsize=1)
def list_project_files() -> tuple[str, ...]:
    """What belongs to the project: what git knows or is about to, or without git what lies here."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
        command.append("--exclude-standard")
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        names = set(listed.stdout.split("\0")) - {""}
        return tuple(sorted(name for name in names if (ROOT / name).is_file()))
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(str(path) for path in paths if not LEFT_BY_TOOLS & set(path.parts)))


def list_python(folder: str) -> list[str]:
    return [name for name in list_project_files() if re.match(rf"{folder}/.*\.py$", name)]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def lint_imports(directory: Path) -> tuple[int, dict[str, bool]]:
    """Run the import rules in a folder: the exit code, and for each contract whether it holds."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=directory, capture_output=True, text=True, check=False
    )
    verdicts = re.findall(r"^(.+) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    assert verdicts, done.stdout + done.stderr
    return done.returncode, {name: verdict == "KEPT" for name, verdict in verdicts}


def test_modules_import_only_what_they_may() -> None:
    code, contracts = lint_imports(ROOT)
    broken = [name for name, kept in contracts.items() if not kept]
    assert broken == []
    assert code == 0


FOR_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
VIOLATIONS = [
    ("layers", "bot/core/planted.py", "import bot.storage"),
    ("layers", "bot/channels/planted.py", "import bot.features"),
    ("layers", "bot/features/people/planted.py", "import bot.channels"),
    ("layers", "bot/planted.py", ""),
    ("layers", "bot/web.py", "import bot.app"),
    ("layers", "bot/app.py", "import bot.doctor"),
    ("slices", "bot/features/people/planted.py", "import bot.features.communities"),
    ("slices", "bot/features/practices/planted.py", "import bot.features.meetings"),
    ("slices", "bot/features/communities/queries/deep.py", "import bot.features.meetings"),
    ("slices", "bot/features/planted/__init__.py", ""),
    ("a slice never", "bot/features/meetings/planted.py", "import bot.features.people.models"),
    ("a slice never", "bot/features/communities/planted.py", "import bot.features.people.screens"),
    ("a slice never", "bot/features/meetings/queries/deep.py", "import bot.features.people.models"),
    (
        "a slice never",
        "bot/features/communities/jobs/deep.py",
        "import bot.features.people.forms.deep",
    ),
    ("screens, forms", "bot/features/people/screens.py", "from sqlalchemy import select"),
    ("screens, forms", "bot/features/meetings/screens/deep.py", "import sqlalchemy.sql"),
    ("screens, forms", "bot/features/meetings/forms/more/deep.py", "from sqlalchemy import Row"),
    ("screens, forms", "bot/features/meetings/notices/deep.py", "import sqlalchemy"),
    ("no circle", "bot/features/people/models.py", "import bot.features.people.queries"),
    (
        "no circle",
        "bot/features/people/models.py",
        f"{FOR_TYPES}import bot.features.people.queries",
    ),
    ("no circle", "bot/chat/forms/deep.py", "import bot.chat.planted"),
    ("reading of dates", "bot/arabic/dates/lexicon/deep.py", "import bot.arabic.dates.read"),
    ("only bot.channels.telegram", "bot/delivery/planted.py", "import telegram"),
    ("only bot.channels.telegram", "bot/channels/planted.py", "from telegram import Bot"),
    ("only bot.scheduling.ticker", "bot/scheduling/planted.py", "import apscheduler.job"),
    ("only bot.documents.printing", "bot/documents/press.py", "import typst"),
    ("only bot.documents.printing", "bot/features/people/queries.py", "from segno import make"),
    ("the simulator imports", "bot/simulator/planted.py", "import bot.core.clock"),
    ("only the application", "bot/demo/planted.py", "import bot.simulator"),
    ("only the application", "bot/delivery/planted.py", "from bot.simulator import planted"),
]
ALLOWED = {
    "bot/app.py": "import bot.simulator, bot.features, bot.channels",
    "bot/channels/telegram/planted.py": "import telegram",
    "bot/scheduling/ticker.py": "import apscheduler",
    "bot/documents/printing.py": "import typst, segno",
    "bot/features/communities/actions.py": "import bot.features.people.queries",
    "bot/features/people/queries.py": "import bot.features.people.models",
    "bot/features/people/forms/deep.py": "import bot.features.people.queries",
    "bot/features/meetings/__init__.py": "import bot.features.practices",
    "bot/chat/planted.py": "import bot.chat.forms.deep, bot.arabic",
    "bot/features/people/models.py": "import sqlalchemy",
    "bot/demo/__init__.py": "import bot.features",
    "bot/web.py": "import bot.chat, bot.delivery, bot.scheduling",
    "bot/doctor.py": "import bot.app, bot.channels",
}
PACKAGES = (
    "arabic", "arabic/dates", "arabic/dates/read", "channels", "channels/telegram", "chat",
    "chat/forms", "core", "delivery", "demo", "documents", "features", "features/communities",
    "features/meetings", "features/people", "features/people/forms", "features/practices", "packs",
    "scheduling", "simulator", "storage",
)  # fmt: skip


@pytest.fixture
def sketch(tmp_path: Path) -> Path:
    """The rules over a small sketch of the bot, in which every import is allowed."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        folder = tmp_path / "bot" / package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    (tmp_path / "bot" / "__init__.py").touch()
    for name in ("models", "screens"):
        (tmp_path / "bot/features/people" / f"{name}.py").touch()
    (tmp_path / "bot/core/clock.py").touch()
    (tmp_path / "bot/simulator/planted.py").touch()
    (tmp_path / "bot/chat/forms/deep.py").touch()
    for path, source in ALLOWED.items():
        (tmp_path / path).write_text(source)
    return tmp_path


def test_the_rules_allow_what_the_design_allows(sketch: Path) -> None:
    code, contracts = lint_imports(sketch)
    assert set(contracts.values()) == {True}, contracts
    assert code == 0


@pytest.mark.parametrize(("contract", "path", "source"), VIOLATIONS)
def test_a_planted_violation_is_found(sketch: Path, contract: str, path: str, source: str) -> None:
    target = sketch / path
    for folder in reversed(Path(path).parents):
        (sketch / folder).mkdir(exist_ok=True)
        if folder.name:
            (sketch / folder / "__init__.py").touch()
    target.write_text(source)
    code, contracts = lint_imports(sketch)
    assert code == 1
    assert [name for name, kept in contracts.items() if name.startswith(contract) and not kept]


def test_every_folder_of_the_bot_is_a_package() -> None:
    folders = {Path(name).parent for name in list_python("bot")}
    assert [str(path) for path in folders if not (ROOT / path / "__init__.py").exists()] == []


KINDS = {"models", "rights", "actions", "queries", "screens", "forms", "notices", "jobs"}


def test_a_slice_has_eight_names_each_a_file_or_a_folder() -> None:
    inside = [Path(name).relative_to("bot/features").parts for name in list_python("bot/features")]
    names = {(slice_, rest[0]) for slice_, *rest in inside if rest}
    assert {each for each in names if Path(each[1]).stem not in KINDS | {"__init__"}} == set()
    assert {each for each in names if (each[0], f"{each[1]}.py") in names} == set()


REGISTERS = ("list", "dict", "set", "defaultdict", "deque", "WeakSet")
BUILT_AT_ONCE = {"bot/arabic/search/stemming.py: _BY_LENGTH"}
"""Tables that are filled where they are defined, and never again."""


def grows(value: ast.expr | None) -> bool:
    """Whether it is an empty container, which is there to be filled later."""
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    if not isinstance(value, ast.Call):
        return False
    made = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    if not (isinstance(made, ast.Name) and made.id in REGISTERS):
        return False
    return made.id == "defaultdict" or not (value.args or value.keywords)


def test_no_module_is_a_register_that_others_fill() -> None:
    """Who listens to whom is gathered when a bot is put together; the lists of a slice are whole
    where they stand."""
    found = set()
    for name in list_python("bot"):
        if re.fullmatch(r"bot/features/\w+/__init__\.py", name):
            continue
        for node in ast.parse(read(name)).body:
            targets = node.targets if isinstance(node, ast.Assign) else ()
            if isinstance(node, ast.AnnAssign):
                targets = [node.target]
            if targets and grows(node.value):  # type: ignore[attr-defined]
                found.add(f"{name}: {ast.unparse(targets[0])}")
    assert found == BUILT_AT_ONCE


def test_arabic_words_live_in_the_catalogues() -> None:
    found = [
        f"{name}:{number}"
        for name in list_python("bot")
        if not name.startswith(SPEAKS_ARABIC)
        for number, line in enumerate(read(name).splitlines(), 1)
        if ARABIC_WORD.search(line)
    ]
    assert found == []


def test_no_file_outgrows_its_reader() -> None:
    lengths = {
        name: len(read(name).splitlines())
        for folder in ("bot", "bench", "tests", "migrations")
        for name in list_python(folder)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in list_project_files()
        if Path(name).suffix in TEXT
        for number, line in enumerate(read(name).splitlines(), 1)
        if FOREIGN[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize("document", ["README.md", ".env.example"])
def test_every_setting_is_documented(document: str) -> None:
    names = variables().values()
    text = read(document)
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_what_is_documented_can_be_set() -> None:
    known = {*variables().values(), "HALQA_BROWSER_REQUIRED"}
    named = set(re.findall(r"\bHALQA_[A-Z_]+\b", read("README.md") + read(".env.example")))
    assert named - known == set()


def test_changes_are_written_down() -> None:
    assert "## Unreleased" in read("CHANGELOG.md")


def test_every_picture_of_the_documentation_is_shown_somewhere() -> None:
    pages = "\n".join(read(name) for name in list_project_files() if name.endswith(".md"))
    pictures = [name for name in list_project_files() if name.startswith("docs/pictures/")]
    assert pictures
    assert [name for name in pictures if f"pictures/{Path(name).name}" not in pages] == []


def test_every_command_of_make_exists() -> None:
    """The README and the contributing guide name no target that make does not have."""
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for document in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"`make ([a-z-]+)", read(document)))
        assert named - targets == set()
